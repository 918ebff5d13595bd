"""What a collection at work may be, and what its steward does next: plain rules."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.aid.rules import workplaces as rules
from app.aid.rules.words import (
    Fill,
    PledgeState,
    PointState,
    Visibility,
    WorkplaceState,
)
from app.aid.rules.workplaces import WORKPLACE_MOVES, Count, DateProblem, Span, Step

TODAY = date(2026, 11, 23)


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("first", "last", "brings", "problem"),
    [
        (0, 0, None, None),
        (-30, 0, None, None),
        (0, 20, 20, None),
        (0, -1, None, DateProblem.ENDS_BEFORE),
        (-5, -1, None, DateProblem.OVER),
        (-183, 1, None, DateProblem.TOO_LONG),
        (0, 21, None, DateProblem.TOO_LATE),
        (3, 10, 2, DateProblem.BRINGS_BEFORE),
        (0, 10, 21, DateProblem.BRINGS_LATE),
    ],
)
def test_days(first: int, last: int, brings: int | None, problem: DateProblem | None) -> None:
    bring_on = None if brings is None else day(brings)
    span = Span(from_on=day(first), until_on=day(last), bring_on=bring_on)
    assert rules.date_problem(span, today=TODAY, closes_on=day(20)) is problem


@pytest.mark.parametrize(
    ("state", "pledge", "is_shut", "number", "step"),
    [
        ("pledged", "asked", False, 0, Step.CONFIRM),
        ("confirmed", "none", False, 0, Step.CHOOSE_POINT),
        ("confirmed", "asked", False, 0, Step.WAIT_FOR_HOST),
        ("confirmed", "asked", True, 0, Step.CHOOSE_ANOTHER),
        ("running", "accepted", True, 0, Step.CHOOSE_ANOTHER),
        ("running", "declined", False, 0, Step.CHOOSE_ANOTHER),
        ("confirmed", "accepted", False, -1, Step.PREPARE),
        ("running", "accepted", False, 3, Step.COLLECT),
        ("running", "accepted", False, 8, Step.BRING),
        ("running", "accepted", False, 30, Step.BRING),
        ("handed_over", "accepted", True, 9, Step.DONE),
        ("thanked", "accepted", False, 9, Step.DONE),
        ("withdrawn", "none", False, 0, Step.WITHDRAWN),
    ],
)
def test_the_next_step(state: str, pledge: str, is_shut: bool, number: int, step: Step) -> None:
    span = Span(from_on=TODAY, until_on=day(10), bring_on=day(8))
    found = rules.next_step(
        WorkplaceState(state), PledgeState(pledge), is_shut=is_shut, span=span, today=day(number)
    )
    assert found is step


def test_every_state_leads_to_an_end() -> None:
    ends = {WorkplaceState.THANKED}
    for _ in WorkplaceState:
        ends |= {state for state, after in WORKPLACE_MOVES.items() if after & ends}
    assert ends == set(WorkplaceState)


@pytest.mark.parametrize(
    ("changes", "takes"),
    [
        ({}, True),
        ({"fill": Fill.NEARLY}, True),
        ({"fill": Fill.FULL}, False),
        ({"state": PointState.FULL}, False),
        ({"state": PointState.DISPUTED}, False),
        ({"visibility": Visibility.PRIVATE}, False),
        ({"visibility": Visibility.AREA_ONLY}, True),
        ({"until_on": day(4)}, False),
        ({"until_on": day(5)}, True),
    ],
)
def test_which_points_are_offered(changes: dict[str, object], takes: bool) -> None:
    values = {
        "state": PointState.LIVE,
        "fill": Fill.EMPTY,
        "visibility": Visibility.PUBLIC,
        "until_on": None,
        "by": day(5),
    }
    assert rules.takes_pledges(**values | changes) is takes  # type: ignore[arg-type]


def test_reminders_come_before_the_end_and_on_the_day_of_bringing() -> None:
    span = Span(from_on=TODAY, until_on=day(10), bring_on=day(11))
    assert rules.remind_on(span) == (day(8), day(11))
    assert rules.remind_on(Span(from_on=TODAY, until_on=day(2))) == ()
    assert rules.remind_on(Span(from_on=TODAY, until_on=day(10), bring_on=day(8))) == (day(8),)


@pytest.mark.parametrize(
    ("own", "total", "share"), [(10, 200, 5), (1, 900, 1), (0, 5, None), (6, 5, None), (3, 0, None)]
)
def test_a_share_is_told_where_it_says_something(own: int, total: int, share: int | None) -> None:
    assert rules.share_in_words(own, total) == share


def test_counts() -> None:
    assert Count().is_nothing
    assert Count(bags=-1).is_absurd
    assert Count(bags=4001).is_absurd
    assert not Count(bags=3, boxes=2, grams=500).is_absurd
