"""How far plans and their invoices came, and what may be asked of a plan."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class Interval(StrEnum):
    """How often a plan collects."""

    MONTH = "month"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months lie between two collections."""
        return 1 if self is Interval.MONTH else 12


def interval_of(word: str | None) -> Interval | None:
    """The interval that Stripe's word means, or nothing where we offer no such one."""
    try:
        return Interval(word or "")
    except ValueError:
        return None


def covered_fee_of(kept: str | None, *, asked: int, otherwise: int) -> int:
    """The part of a sum that covers our fees, in minor units: as kept at Stripe, else `otherwise`.

    What covers a fee is never the whole: a sum that somebody made smaller at Stripe covers none.
    """
    is_number = kept is not None and kept.isascii() and kept.isdigit()
    fee = int(kept) if is_number and kept is not None else otherwise
    return fee if 0 <= fee < asked else 0


def months_later(start: datetime, months: int) -> datetime:
    """The same day some months later, or the last day of a month that is shorter."""
    years, month = divmod(start.month - 1 + months, 12)
    last = calendar.monthrange(start.year + years, month + 1)[1]
    return start.replace(year=start.year + years, month=month + 1, day=min(start.day, last))


#: Longer than any plan is looked ahead for; a date beyond it is a mistake.
_FAR = 1200


def next_due(due: datetime, interval: Interval, *, not_before: datetime | None) -> datetime:
    """When the first collection falls that is not before an instant, if there is one."""
    for periods in range(_FAR):
        found = months_later(due, periods * interval.months)
        if not_before is None or found >= not_before:
            return found
    return due


class PlanState(StrEnum):
    """How a subscription stands, in Stripe's words. `active` says nothing about money."""

    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


#: Nothing is collected any more, whatever happens.
ENDED_PLANS = frozenset({PlanState.CANCELED, PlanState.INCOMPLETE_EXPIRED})
#: A renewal did not go through and waits for the donor.
TROUBLED_PLANS = frozenset({PlanState.PAST_DUE, PlanState.UNPAID, PlanState.INCOMPLETE})


def plan_state(status: str | None) -> PlanState:
    """The state that Stripe's word means; words new to us are kept as unknown, never an error."""
    try:
        return PlanState(status or "unknown")
    except ValueError:
        return PlanState.UNKNOWN


class InvoiceState(StrEnum):
    """How one demand of a plan stands, in Stripe's words."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"
    UNKNOWN = "unknown"


SETTLED_INVOICES = frozenset({InvoiceState.PAID, InvoiceState.VOID, InvoiceState.UNCOLLECTIBLE})


def invoice_state(status: str | None) -> InvoiceState:
    """The state that Stripe's word means; words new to us are kept as unknown, never an error."""
    try:
        return InvoiceState(status or "unknown")
    except ValueError:
        return InvoiceState.UNKNOWN


#: What an intent's state says about a demand: the try failed, or the donor must agree once more.
_REFUSED_INTENTS = frozenset({"requires_payment_method", "requires_action"})


def is_failing(state: InvoiceState, *, attempt_count: int, intent_status: str | None) -> bool:
    """Whether the last try at a demand did not go through, and the donor can still mend it.

    A debit on its way is no failure, nor is a demand that nobody tried to collect.
    """
    is_tried = attempt_count > 0 and state is InvoiceState.OPEN
    return is_tried and intent_status in _REFUSED_INTENTS


class PlanChangeKind(StrEnum):
    """What a donor, or an organiser for her, can ask of a plan."""

    STOP = "stop"
    AMOUNT = "amount"
    #: No collection until a date; one skipped month is a short pause.
    PAUSE = "pause"
    RESUME = "resume"
    #: The address that Stripe writes to.
    CONTACT = "contact"


class PlanChangeState(StrEnum):
    """How far a wish about a plan came."""

    REQUESTED = "requested"
    DONE = "done"
    REFUSED = "refused"


#: How long a wish waits before Stripe is asked again; after the last, each time as long.
CHANGE_WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
)


def wait_of(tries: int) -> timedelta:
    """How long a wish waits that was tried so often."""
    return CHANGE_WAITS[min(max(tries, 1), len(CHANGE_WAITS)) - 1]


PLAN_CHANGE_MOVES: Mapping[PlanChangeState, frozenset[PlanChangeState]] = {
    PlanChangeState.REQUESTED: frozenset({PlanChangeState.DONE, PlanChangeState.REFUSED}),
    PlanChangeState.DONE: frozenset(),
    PlanChangeState.REFUSED: frozenset(),
}
