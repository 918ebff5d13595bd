"""How far plans and their invoices came, and what may be asked of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Interval(StrEnum):
    """How often a plan collects."""

    MONTH = "month"
    YEAR = "year"


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


PLAN_CHANGE_MOVES: Mapping[PlanChangeState, frozenset[PlanChangeState]] = {
    PlanChangeState.REQUESTED: frozenset({PlanChangeState.DONE, PlanChangeState.REFUSED}),
    PlanChangeState.DONE: frozenset(),
    PlanChangeState.REFUSED: frozenset(),
}
