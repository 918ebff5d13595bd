"""What happened to a regular gift: its collections, demands, wishes and mails, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.appeals.desk.history import Moment, mailed, recorded
from app.appeals.forms.regular import STATE_HINTS, STATE_NAMES
from app.appeals.queries import regular as regular_reads
from app.appeals.rules.words import RegularState
from app.audit import queries as audit
from app.lib.text import isolate
from app.mail.queries import outbox as mail_reads
from app.payments.queries import plans as plan_reads
from app.payments.render import method_name
from app.payments.rules.plans import InvoiceState, PlanChangeKind, PlanChangeState
from app.web.filters import day, money

if TYPE_CHECKING:
    from datetime import datetime

    from app.appeals.models.donations import Donation
    from app.appeals.models.regular import RegularDonation
    from app.audit.models import AuditEntry
    from app.lib.money import Money
    from app.mail.models.outbox import OutboxMail
    from app.payments.models.plans import Invoice, Plan, PlanChange

WISH_STATES = {
    PlanChangeState.REQUESTED: _l("waits for Stripe"),
    PlanChangeState.DONE: _l("done"),
    PlanChangeState.REFUSED: _l("refused by Stripe"),
}
WISHED = {
    PlanChangeKind.STOP: _l("Asked to stop"),
    PlanChangeKind.AMOUNT: _l("Asked for another amount"),
    PlanChangeKind.PAUSE: _l("Asked to let it rest"),
    PlanChangeKind.RESUME: _l("Asked to go on"),
    PlanChangeKind.CONTACT: _l("Asked for mails to another address"),
}


@dataclass(frozen=True)
class Traces:
    """Everything that the packages know about one regular gift."""

    regular: RegularDonation
    plan: Plan | None
    collections: Sequence[Donation]
    invoices: Sequence[Invoice]
    wishes: Sequence[PlanChange]
    pending: Sequence[PlanChange]
    mails: Sequence[OutboxMail]
    record: Sequence[AuditEntry]


def traces_of(regular: RegularDonation) -> Traces:
    """Gather what is known about a regular gift."""
    key, collections = regular.public_id, regular_reads.list_collections(regular.id)
    return Traces(
        regular=regular,
        plan=plan_reads.find_plan(key),
        collections=collections,
        invoices=plan_reads.list_invoices(key),
        wishes=plan_reads.list_changes(key),
        pending=plan_reads.list_pending_changes(key),
        mails=mail_reads.list_about([key]),
        record=audit.list_for(f"regular:{regular.id}"),
    )


def way_of_paying(traces: Traces) -> str:
    """What it is collected with, as the donor knows it."""
    plan = traces.plan
    if plan is None or not plan.method:
        return ""
    name = method_name(plan.method)
    return f"{name} ····{plan.method_last4}" if plan.method_last4 else name


@dataclass(frozen=True, kw_only=True)
class Demand:
    """One demand that did not go through, in words."""

    at: datetime
    amount: Money
    words: str


def demands(traces: Traces) -> list[Demand]:
    """The demands that failed and are not settled, the newest first."""
    return [
        Demand(at=each.period_start, amount=each.amount_due, words=_demand_words(each))
        for each in traces.invoices
        if each.state in {InvoiceState.OPEN, InvoiceState.UNCOLLECTIBLE} and each.attempt_count
    ]


def _demand_words(invoice: Invoice) -> str:
    if invoice.state is InvoiceState.UNCOLLECTIBLE:
        words = _("Given up. It is not tried again.")
    elif invoice.needs_action:
        words = _("Her bank wants her to agree once more; she has a mail with a link.")
    elif invoice.next_try_at is not None:
        words = _("Refused. Stripe tries again on %(day)s.", day=day(invoice.next_try_at))
    else:
        words = _("Refused, and Stripe does not try again by itself; she has a mail with a link.")
    return str(words)


def history(traces: Traces) -> list[Moment]:
    """What happened, the first first."""
    moments = [
        *map(_recorded, reversed(traces.record)),
        *(moment for invoice in traces.invoices for moment in _demanded(invoice)),
        *map(_collected, reversed(traces.collections)),
        *map(_wished, traces.wishes),
        *map(mailed, traces.mails),
    ]
    return sorted(moments, key=lambda moment: moment.at)


def _recorded(line: AuditEntry) -> Moment:
    """What somebody did; where the gift stands differently, how it stands now."""
    state = (line.detail or {}).get("after") if line.action == "regular.moved" else None
    if state not in set(RegularState):
        return recorded(line)
    name, hint = STATE_NAMES[RegularState(state)], STATE_HINTS[RegularState(state)]
    return Moment(at=line.at, what=str(name), more=str(hint))


def _demanded(invoice: Invoice) -> Iterator[Moment]:
    if invoice.state is InvoiceState.PAID and invoice.attempt_count <= 1:
        return  # the collection tells it
    if not invoice.attempt_count and invoice.state is not InvoiceState.VOID:
        return
    is_void = invoice.state is InvoiceState.VOID
    yield Moment(
        at=invoice.created_at,
        what=_("Not collected: %(sum)s", sum=money(invoice.amount_due))
        if is_void
        else _("Refused at first: %(sum)s", sum=money(invoice.amount_due))
        if invoice.state is InvoiceState.PAID
        else _("Could not be collected: %(sum)s", sum=money(invoice.amount_due)),
        more=_("It rested, or had been stopped.") if is_void else _demand_more(invoice),
        code=invoice.invoice_id,
        tone="neutral" if is_void else "bad" if invoice.state is InvoiceState.OPEN else "wait",
    )


def _demand_more(invoice: Invoice) -> str:
    tries = _("Tries so far: %(count)s.", count=invoice.attempt_count)
    return tries if invoice.state is InvoiceState.PAID else f"{tries} {_demand_words(invoice)}"


def _collected(donation: Donation) -> Moment:
    is_here = donation.received_minor > 0
    return Moment(
        at=donation.settled_at or donation.created_at,
        what=_("Collection %(reference)s", reference=donation.reference),
        moved=donation.total if is_here else None,
        tone="good" if is_here else "neutral",
    )


def _wished(change: PlanChange) -> Moment:
    who = _("By the donor.") if change.asked_by == "donor" else _("By an organiser, for the donor.")
    reason = _("Why: %(reason)s", reason=isolate(change.reason)) if change.reason else ""
    return Moment(
        at=change.created_at,
        what=f"{WISHED[change.kind]} ({WISH_STATES[change.state]})",
        more=" ".join(filter(None, (who, reason))),
        code=change.error or "",
        tone={PlanChangeState.REFUSED: "bad", PlanChangeState.REQUESTED: "wait"}.get(
            change.state, "neutral"
        ),
    )
