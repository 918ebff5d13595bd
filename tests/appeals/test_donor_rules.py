"""What a donor can ask for, and when a skipped gift goes on; rules without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.appeals.rules import addresses
from app.appeals.rules import donor as rules
from app.appeals.rules.donor import DonorAction
from app.appeals.rules.words import RegularState
from app.payments.rules.plans import Interval, PlanChangeKind

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SETTLE, AMOUNT, SKIP = DonorAction.SETTLE, DonorAction.AMOUNT, DonorAction.SKIP
RESUME, CARD, STOP = DonorAction.RESUME, DonorAction.CARD, DonorAction.STOP


@pytest.mark.parametrize(
    ("state", "pending", "offered"),
    [
        (RegularState.BEGINNING, [], [STOP]),
        (RegularState.ACTIVE, [], [AMOUNT, SKIP, CARD, STOP]),
        (RegularState.PAST_DUE, [], [SETTLE, CARD, AMOUNT, STOP]),
        (RegularState.PAUSED, [], [RESUME, AMOUNT, CARD, STOP]),
        (RegularState.STOPPED, [], []),
        (RegularState.ACTIVE, [PlanChangeKind.STOP], []),
        (RegularState.ACTIVE, [PlanChangeKind.AMOUNT], [SKIP, CARD, STOP]),
        (RegularState.ACTIVE, [PlanChangeKind.PAUSE], [AMOUNT, CARD, STOP]),
        (RegularState.PAUSED, [PlanChangeKind.RESUME], [AMOUNT, CARD, STOP]),
        (RegularState.ACTIVE, [PlanChangeKind.CONTACT], [AMOUNT, SKIP, CARD, STOP]),
    ],
)
def test_what_is_offered_follows_from_how_it_stands(
    state: RegularState, pending: list[PlanChangeKind], offered: list[DonorAction]
) -> None:
    assert rules.offered(state, has_plan=True, pending=pending) == offered
    assert rules.offered(state, has_plan=False, pending=pending) == []


def test_stopping_is_offered_as_long_as_anything_can_be_collected() -> None:
    for state in set(RegularState) - {RegularState.STOPPED}:
        assert STOP in rules.offered(state, has_plan=True, pending=[])


@pytest.mark.parametrize(
    ("due", "interval", "goes_on"),
    [
        (datetime(2026, 12, 3, tzinfo=UTC), Interval.MONTH, datetime(2027, 1, 3, tzinfo=UTC)),
        (datetime(2027, 1, 31, tzinfo=UTC), Interval.MONTH, datetime(2027, 2, 28, tzinfo=UTC)),
        (datetime(2027, 5, 1, tzinfo=UTC), Interval.YEAR, datetime(2028, 5, 1, tzinfo=UTC)),
    ],
)
def test_skipping_leaves_out_exactly_one(
    due: datetime, interval: Interval, goes_on: datetime
) -> None:
    until = rules.skip_until(due, interval, now=NOON)
    assert due < until < goes_on
    assert rules.after_skip(due, interval, now=NOON) == goes_on


@pytest.mark.parametrize(("days", "ended"), [(0, False), (729, False), (732, True)])
def test_a_link_lives_for_two_years(days: int, ended: bool) -> None:
    assert rules.has_ended(NOON - timedelta(days=days), now=NOON) is ended
    assert (NOON - timedelta(days=days) < rules.live_since(NOON)) is ended


@pytest.mark.parametrize(
    ("hours", "corrected", "may"), [(0, False, True), (23, False, True), (24, False, False),
                                    (1, True, False)]
)  # fmt: skip
def test_the_giver_corrects_once_within_a_day(
    hours: int,
    corrected: bool,
    may: bool,
) -> None:
    made = NOON - timedelta(hours=hours)
    found = addresses.may_correct(
        created_at=made, corrected_at=made if corrected else None, now=NOON
    )
    assert found is may
