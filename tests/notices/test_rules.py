"""Who hears of what waits, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.accounts.rules.permissions import Role
from app.notices.rules import (
    DEBOUNCE,
    ESCALATE_AFTER,
    Clock,
    Hearer,
    Pace,
    default_pace,
    is_due,
    is_left_lying,
    last_digest,
    may_choose_never,
    paces,
    week_to_sum_up,
)

LONDON = "Europe/London"
#: A Sunday noon in winter.
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OWNER, TREASURER, AUDITOR = ({role} for role in (Role.OWNER, Role.TREASURER, Role.AUDITOR))


def hearer(account_id: int, roles: set[Role], chosen: Pace | None = None) -> Hearer:
    """Somebody with roles, and what she chose."""
    return Hearer(account_id, frozenset(roles), chosen)


@pytest.mark.parametrize("role", Role)
def test_by_default_all_who_act_hear_of_what_is_urgent_at_once(role: Role) -> None:
    is_reader = role is Role.AUDITOR
    assert default_pace({role}, is_urgent=True) is (Pace.NEVER if is_reader else Pace.AT_ONCE)
    assert default_pace({role}, is_urgent=False) is (Pace.NEVER if is_reader else Pace.DAILY)


def test_an_auditor_with_another_role_hears_as_that_one() -> None:
    assert default_pace({Role.AUDITOR, Role.TREASURER}, is_urgent=True) is Pace.AT_ONCE


@pytest.mark.parametrize(
    ("is_urgent", "others", "may"),
    [
        (False, [], True),
        (False, [hearer(2, TREASURER, Pace.NEVER)], True),
        (True, [], False),
        (True, [hearer(2, TREASURER)], True),
        (True, [hearer(2, TREASURER, Pace.AT_ONCE)], True),
        (True, [hearer(2, TREASURER, Pace.DAILY)], True),
        (True, [hearer(2, TREASURER, Pace.NEVER)], False),
        (True, [hearer(2, AUDITOR)], False),
        (True, [hearer(2, AUDITOR, Pace.AT_ONCE)], False),
        (True, [hearer(2, AUDITOR, Pace.AT_ONCE), hearer(3, OWNER, Pace.NEVER)], False),
        (True, [hearer(2, TREASURER, Pace.NEVER), hearer(3, OWNER, Pace.DAILY)], True),
        # She herself stands among those who may see it, and does not count as somebody else.
        (True, [hearer(1, OWNER, Pace.AT_ONCE)], False),
    ],
)
def test_the_last_who_hears_of_what_is_urgent_keeps_hearing(
    is_urgent: bool, others: list[Hearer], may: bool
) -> None:
    me = hearer(1, OWNER, Pace.AT_ONCE)
    assert may_choose_never(me, others, is_urgent=is_urgent) is may


def test_who_only_reads_may_always_choose_never() -> None:
    assert may_choose_never(hearer(1, AUDITOR), [], is_urgent=True)


@pytest.mark.parametrize(
    ("is_urgent", "hearers", "found"),
    [
        (True, [], {}),
        (True, [hearer(1, OWNER), hearer(2, AUDITOR)], {1: Pace.AT_ONCE}),
        (False, [hearer(1, OWNER), hearer(2, AUDITOR)], {1: Pace.DAILY}),
        (False, [hearer(1, OWNER, Pace.NEVER)], {}),
        # All who could act chose never, or those who did not have left: they hear at once.
        (True, [hearer(1, OWNER, Pace.NEVER), hearer(2, TREASURER, Pace.NEVER)],
         {1: Pace.AT_ONCE, 2: Pace.AT_ONCE}),
        (True, [hearer(1, OWNER, Pace.NEVER), hearer(2, AUDITOR, Pace.DAILY)],
         {1: Pace.AT_ONCE, 2: Pace.DAILY}),
        (True, [hearer(1, OWNER, Pace.NEVER), hearer(2, TREASURER, Pace.DAILY)],
         {2: Pace.DAILY}),
    ],
)  # fmt: skip
def test_what_is_urgent_reaches_somebody(
    is_urgent: bool, hearers: list[Hearer], found: dict[int, Pace]
) -> None:
    assert paces(hearers, is_urgent=is_urgent) == found


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 11, 22, 7, 59, 59, tzinfo=UTC), datetime(2026, 11, 21, 8, tzinfo=UTC)),
        (datetime(2026, 11, 22, 8, tzinfo=UTC), datetime(2026, 11, 22, 8, tzinfo=UTC)),
        (datetime(2026, 7, 1, 7, tzinfo=UTC), datetime(2026, 7, 1, 7, tzinfo=UTC)),
        (datetime(2026, 7, 1, 6, 59, tzinfo=UTC), datetime(2026, 6, 30, 7, tzinfo=UTC)),
        # The clocks went back in the night.
        (datetime(2026, 10, 25, 7, 30, tzinfo=UTC), datetime(2026, 10, 24, 7, tzinfo=UTC)),
        (datetime(2026, 10, 25, 8, tzinfo=UTC), datetime(2026, 10, 25, 8, tzinfo=UTC)),
    ],
)
def test_the_day_begins_at_eight_where_we_are(now: datetime, due: datetime) -> None:
    assert last_digest(LONDON, now) == due


EIGHT = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pace", "since", "told_at", "due"),
    [
        (Pace.AT_ONCE, NOON, None, True),
        (Pace.AT_ONCE, NOON, NOON - DEBOUNCE + timedelta(seconds=1), False),
        (Pace.AT_ONCE, NOON, NOON - DEBOUNCE, True),
        (Pace.DAILY, EIGHT, None, True),
        (Pace.DAILY, EIGHT + timedelta(seconds=1), None, False),
        (Pace.DAILY, EIGHT - timedelta(days=3), NOON - timedelta(minutes=1), True),
        (Pace.NEVER, EIGHT, None, False),
        (Pace.WEEKLY, EIGHT, None, False),
    ],
)
def test_a_thing_is_told_when_its_pace_says(
    pace: Pace, since: datetime, told_at: datetime | None, due: bool
) -> None:
    assert is_due(pace, Clock(NOON, EIGHT), since=since, told_at=told_at) is due


@pytest.mark.parametrize(
    ("told_at", "given_back_at", "is_lying"),
    [
        (NOON - ESCALATE_AFTER, None, True),
        (NOON - ESCALATE_AFTER + timedelta(seconds=1), None, False),
        (NOON - ESCALATE_AFTER * 2, NOON - timedelta(hours=1), False),
        (NOON - ESCALATE_AFTER * 2, NOON - ESCALATE_AFTER, True),
        (NOON - ESCALATE_AFTER, NOON - ESCALATE_AFTER * 2, True),
    ],
)
def test_a_thing_lies_after_two_days_in_nobodys_hands(
    told_at: datetime, given_back_at: datetime | None, is_lying: bool
) -> None:
    assert is_left_lying(told_at=told_at, given_back_at=given_back_at, now=NOON) is is_lying


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (datetime(2026, 11, 23, 7, 59, tzinfo=UTC), None),
        (datetime(2026, 11, 23, 8, tzinfo=UTC), date(2026, 11, 16)),
        (datetime(2026, 11, 25, 7, 59, tzinfo=UTC), date(2026, 11, 16)),
        (datetime(2026, 11, 25, 8, tzinfo=UTC), None),
        (datetime(2026, 11, 22, 12, tzinfo=UTC), None),
        (datetime(2026, 7, 6, 7, tzinfo=UTC), date(2026, 6, 29)),
    ],
)
def test_the_week_is_summed_up_on_monday_or_soon_after(now: datetime, first: date | None) -> None:
    week = week_to_sum_up(LONDON, now)
    assert (week.first if week else None) == first


def test_a_week_is_seven_days_where_we_are_also_when_the_clocks_change() -> None:
    week = week_to_sum_up(LONDON, datetime(2026, 10, 26, 9, tzinfo=UTC))
    assert week is not None
    assert (week.first, week.last) == (date(2026, 10, 19), date(2026, 10, 25))
    assert week.since == datetime(2026, 10, 18, 23, tzinfo=UTC)
    assert week.until == datetime(2026, 10, 26, tzinfo=UTC)
