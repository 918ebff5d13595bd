"""Which days Today compares, and what a group does one after the other before it collects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.groups.rules import GroupKind


class Span(StrEnum):
    """A stretch of days that ends today."""

    TODAY = "today"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Days:
    """Days from the first to the last, both counted."""

    first: date
    last: date


@dataclass(frozen=True)
class Comparison:
    """A stretch of days up to today, and the same days before it."""

    span: Span
    now: Days
    before: Days


def comparisons(today: date) -> list[Comparison]:
    """Today, this week and this month so far, each beside the same days before.

    Weeks begin on Monday. Where last month was shorter, its last day stands for the missing ones.
    """
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    last_month_ends = first - timedelta(days=1)
    yesterday, week = today - timedelta(days=1), timedelta(days=7)
    return [
        Comparison(Span.TODAY, Days(today, today), Days(yesterday, yesterday)),
        Comparison(Span.WEEK, Days(monday, today), Days(monday - week, today - week)),
        Comparison(
            Span.MONTH,
            Days(first, today),
            Days(
                last_month_ends.replace(day=1),
                last_month_ends.replace(day=min(today.day, last_month_ends.day)),
            ),
        ),
    ]


#: Messages from Stripe that wait longer than this are shown; younger ones are on their way.
EVENT_PATIENCE = timedelta(minutes=5)
#: Stripe's words for a dispute, or the warning of one, that we can still answer.
ANSWERABLE_DISPUTES = frozenset({"needs_response", "warning_needs_response"})


class StepKind(StrEnum):
    """One thing to do before a group can collect."""

    DESCRIBE = "describe"
    ACCOUNT = "account"
    KEYS = "keys"
    FUND = "fund"
    APPEAL = "appeal"


@dataclass(frozen=True)
class Step:
    """One thing to do, and whether it is done."""

    kind: StepKind
    is_done: bool


def steps(
    *,
    kind: GroupKind,
    is_described: bool,
    has_account: bool,
    has_keys: bool,
    has_fund: bool,
    has_open_appeal: bool,
) -> list[Step]:
    """What a group has to do, in order; a partner is only linked to and needs no account."""
    found = [
        Step(StepKind.DESCRIBE, is_described),
        Step(StepKind.ACCOUNT, has_account),
        Step(StepKind.KEYS, has_keys),
        Step(StepKind.FUND, has_fund),
        Step(StepKind.APPEAL, has_open_appeal),
    ]
    if kind is GroupKind.PARTNER:
        return [each for each in found if each.kind not in {StepKind.ACCOUNT, StepKind.KEYS}]
    return found
