"""Where a round can go, what must be so before, and when a line of the list is old."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.aid.errors.drops import LACK_SENTENCES
from app.aid.rules import drops as rules
from app.aid.rules import needs as need_rules
from app.aid.rules.drops import Lack, Standing
from app.aid.rules.words import DROP_MOVES, DropState, ItemCategory, Priority

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
S = DropState


@pytest.mark.parametrize(
    ("state", "paused_from", "expected"),
    [
        (S.DRAFT, None, [S.ANNOUNCED, S.CANCELLED]),
        (S.ANNOUNCED, None, [S.OPEN, S.PAUSED, S.CANCELLED]),
        (S.OPEN, None, [S.PAUSED, S.CLOSING, S.CANCELLED]),
        (S.PAUSED, S.ANNOUNCED, [S.ANNOUNCED, S.CANCELLED]),
        (S.PAUSED, S.OPEN, [S.OPEN, S.CANCELLED]),
        (S.CLOSING, None, [S.COLLECTING, S.CANCELLED]),
        (S.COLLECTING, None, [S.DEPARTED, S.CANCELLED]),
        (S.DEPARTED, None, [S.DELIVERED]),
        (S.DELIVERED, None, [S.REPORTED]),
        (S.REPORTED, None, [S.ARCHIVED]),
        (S.ARCHIVED, None, []),
        (S.CANCELLED, None, []),
    ],
)
def test_a_round_goes_only_where_the_way_is_open(
    state: DropState, paused_from: DropState | None, expected: list[DropState]
) -> None:
    assert rules.moves_from(state, paused_from) == expected


def test_every_state_leads_to_an_end() -> None:
    ends = {S.ARCHIVED, S.CANCELLED}
    for state in S:
        seen, waiting = {state}, [state]
        while waiting:
            for follower in DROP_MOVES[waiting.pop()] - seen:
                seen.add(follower)
                waiting.append(follower)
        assert seen & ends, state


@pytest.mark.parametrize(
    ("to", "standing", "expected"),
    [
        (S.ANNOUNCED, {}, []),
        (S.OPEN, {}, [Lack.LIVE_POINT, Lack.WANTED_ITEM]),
        (S.OPEN, {"live_points": 1}, [Lack.WANTED_ITEM]),
        (S.OPEN, {"wanted_items": 1}, [Lack.LIVE_POINT]),
        (S.OPEN, {"live_points": 1, "wanted_items": 1}, []),
        (S.CLOSING, {}, []),
        (S.DEPARTED, {"unfinished_runs": 1}, [Lack.RUN_DONE]),
        (S.DEPARTED, {}, []),
        (S.REPORTED, {}, [Lack.REPORT]),
        (S.REPORTED, {"has_report": True}, []),
        (S.CANCELLED, {}, [Lack.NOTE]),
        (S.CANCELLED, {"has_note": True}, []),
    ],
)
def test_what_a_state_demands(
    to: DropState, standing: dict[str, int], expected: list[Lack]
) -> None:
    assert rules.lacks(Standing(state=S.DRAFT, **standing), to) == expected  # type: ignore[arg-type]


def test_everything_that_can_be_missing_has_a_sentence() -> None:
    assert set(LACK_SENTENCES) == set(Lack)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 11, 1), date(2026, 11, 1), True),
        (date(2026, 11, 1), date(2026, 10, 31), False),
        (date(2026, 11, 1), date(2027, 11, 2), True),
        (date(2026, 11, 1), date(2027, 11, 3), False),
        (None, None, True),
        (date(2026, 11, 1), None, True),
        (None, date(2026, 11, 1), True),
    ],
)
def test_days_in_order(first: date | None, last: date | None, expected: bool) -> None:
    assert rules.is_in_order(first, last) is expected


@pytest.mark.parametrize(
    ("priority", "days", "expected"),
    [
        (Priority.URGENT, 6.9, False),
        (Priority.URGENT, 7, True),
        (Priority.NEEDED, 29.9, False),
        (Priority.NEEDED, 30, True),
        (Priority.WELCOME, 30, True),
        (Priority.NOT_WANTED, 30, True),
    ],
)
def test_a_line_grows_old(priority: Priority, days: float, expected: bool) -> None:
    checked_at = NOON - timedelta(days=days)
    assert need_rules.is_stale(priority, checked_at, None, NOON) is expected
    assert not need_rules.is_stale(priority, checked_at, NOON, NOON)


@pytest.mark.parametrize("priority", list(Priority))
def test_medicines_are_never_asked_for(priority: Priority) -> None:
    is_unwanted = priority is Priority.NOT_WANTED
    assert need_rules.may_want(ItemCategory.MEDICINE, priority) is is_unwanted
    assert need_rules.may_want(ItemCategory.MEDICAL_AID, priority)
