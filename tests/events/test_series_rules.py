"""By what rule events come again."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.events.errors.editing import BadRuleError, NoOccurrenceError
from app.events.rules import series as rules
from app.events.rules.series import LAST, Repeat, Rule

SUNDAY = date(2026, 3, 1)
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def first_days(rule: Rule, count: int, until: date | None = None) -> list[str]:
    return [day.isoformat() for day in islice(rules.days(rule, until), count)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule(repeat=Repeat.WEEKLY, first=SUNDAY), ["2026-03-01", "2026-03-08", "2026-03-15"]),
        (
            Rule(repeat=Repeat.WEEKLY, first=SUNDAY, every=2),
            ["2026-03-01", "2026-03-15", "2026-03-29"],
        ),
        (
            Rule(repeat=Repeat.MONTHLY, first=SUNDAY, nth=1),
            ["2026-03-01", "2026-04-05", "2026-05-03"],
        ),
        (
            Rule(repeat=Repeat.MONTHLY, first=date(2026, 1, 30), nth=LAST),
            ["2026-01-30", "2026-02-27", "2026-03-27"],
        ),
        (
            Rule(repeat=Repeat.MONTHLY, first=date(2026, 11, 12), nth=2, every=3),
            ["2026-11-12", "2027-02-11", "2027-05-13"],
        ),
        (
            Rule(
                repeat=Repeat.DATES,
                first=SUNDAY,
                dates=(date(2026, 6, 2), date(2026, 4, 7), date(2026, 6, 2)),
            ),
            ["2026-03-01", "2026-04-07", "2026-06-02"],
        ),
    ],
)
def test_a_rule_names_these_days(rule: Rule, expected: list[str]) -> None:
    rule.check()
    assert first_days(rule, 3) == expected
    assert Rule.from_json(rule.to_json()) == rule


@pytest.mark.parametrize(
    ("rule", "until", "error"),
    [
        (Rule(repeat=Repeat.WEEKLY, first=SUNDAY, every=0), None, BadRuleError),
        (Rule(repeat=Repeat.WEEKLY, first=SUNDAY, every=13), None, BadRuleError),
        (Rule(repeat=Repeat.MONTHLY, first=SUNDAY, nth=2), None, BadRuleError),
        (Rule(repeat=Repeat.MONTHLY, first=SUNDAY), None, BadRuleError),
        (Rule(repeat=Repeat.DATES, first=SUNDAY), None, BadRuleError),
        (Rule(repeat=Repeat.DATES, first=SUNDAY, dates=(SUNDAY,)), None, BadRuleError),
        (Rule(repeat=Repeat.WEEKLY, first=SUNDAY), SUNDAY, NoOccurrenceError),
        (Rule(repeat=Repeat.WEEKLY, first=SUNDAY), date(2026, 3, 7), NoOccurrenceError),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused(
    rule: Rule, until: date | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        rules.check(rule, until)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 1), (1,)),
        (date(2026, 3, 22), (4,)),
        (date(2026, 3, 29), (LAST,)),
        (date(2026, 2, 22), (4, LAST)),
        (date(2026, 3, 25), (4, LAST)),
        (date(2026, 3, 24), (4,)),
    ],
)
def test_which_weekday_of_its_month_a_day_is(day: date, expected: tuple[int, ...]) -> None:
    found = rules.nths_of(day)
    assert set(found) == set(expected)
    for nth in found:
        rule = Rule(repeat=Repeat.MONTHLY, first=day, nth=nth)
        assert next(rules.days(rule)) == day


@given(DAYS, st.integers(1, 12))
def test_every_so_many_weeks_on_the_same_weekday(first: date, every: int) -> None:
    found = list(islice(rules.days(Rule(repeat=Repeat.WEEKLY, first=first, every=every)), 30))
    assert all(day.weekday() == first.weekday() for day in found)
    steps = {later - earlier for earlier, later in pairwise(found)}
    assert steps == {timedelta(weeks=every)}


@given(DAYS, st.integers(1, 12))
def test_every_month_once_on_the_same_weekday(first: date, every: int) -> None:
    for nth in rules.nths_of(first):
        rule = Rule(repeat=Repeat.MONTHLY, first=first, nth=nth, every=every)
        found = list(islice(rules.days(rule), 8))
        assert found[0] == first
        assert all(day.weekday() == first.weekday() for day in found)
        assert all(nth in rules.nths_of(day) for day in found)
        months = [day.year * 12 + day.month for day in found]
        assert all(b - a == every for a, b in pairwise(months))


@given(DAYS, st.integers(0, 400), st.integers(1, 4), st.one_of(st.none(), st.integers(0, 300)))
def test_occurrences_reach_eight_weeks_ahead_and_are_at_least_eight(
    first: date, later: int, every: int, ends: int | None
) -> None:
    rule = Rule(repeat=Repeat.WEEKLY, first=first, every=every)
    today = first + timedelta(days=later)
    until = first + timedelta(days=ends) if ends is not None else None
    found = rules.next_days(rule, after=first, until=until, today=today)
    assert found == sorted(set(found))
    assert all(day > first and day >= today for day in found)
    if until is None:
        assert len(found) >= rules.AHEAD_COUNT
        assert found[-1] + timedelta(weeks=every) > today + rules.AHEAD
    else:
        assert all(day <= until for day in found)


def test_no_rule_is_followed_for_ever() -> None:
    rule = Rule(repeat=Repeat.WEEKLY, first=SUNDAY)
    assert len(list(rules.days(rule))) < 530
