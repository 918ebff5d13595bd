"""What happened to a gift, told in order, and what somebody at the desk can do about it now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from app.appeals.queries import donations as donation_reads
from app.audit import queries as audit
from app.audit.facts import ActorKind
from app.audit.render import ACTOR_NAMES, action_name
from app.ledger import queries as ledger
from app.ledger.render import ENTRY_NAMES
from app.ledger.rules import Category, EntryKind
from app.lib.money import Money, zero
from app.lib.text import isolate
from app.mail.queries import outbox as mail_reads
from app.mail.render import KIND_NAMES, bounce_words
from app.mail.render import STATE_NAMES as MAIL_STATE_NAMES
from app.mail.rules.outbox import MailState
from app.payments.queries import events as event_reads
from app.payments.queries import orders as order_reads
from app.payments.render import (
    ATTEMPT_NAMES,
    EVENT_STATE_NAMES,
    PAYMENT_HINTS,
    PAYMENT_NAMES,
    REFUND_NAMES,
    dispute_name,
    event_name,
    failure_name,
    method_name,
)
from app.payments.rules.attempts import AttemptState
from app.payments.rules.collecting import PaymentState, RefundState
from app.payments.rules.events import UNAPPLIED_EVENTS
from app.web.filters import money

if TYPE_CHECKING:
    from app.appeals.models.donations import Donation, Receipt
    from app.audit.models import AuditEntry
    from app.ledger.models import LedgerEntry
    from app.mail.models.outbox import OutboxMail
    from app.payments.models.collecting import CheckoutAttempt, Payment
    from app.payments.models.inbox import StripeEvent


@dataclass(frozen=True, kw_only=True)
class Moment:
    """Something that happened to a gift."""

    at: datetime
    what: str
    #: A sentence that explains it.
    more: str = ""
    #: What Stripe or a server calls it.
    code: str = ""
    #: Money that came (or, negative, went).
    moved: Money | None = None
    #: good, wait, bad or neutral.
    tone: str = "neutral"


@dataclass(frozen=True)
class Traces:
    """Everything that the packages know about one donation."""

    attempts: Sequence[CheckoutAttempt]
    payments: Sequence[Payment]
    entries: Sequence[LedgerEntry]
    events: Sequence[StripeEvent]
    mails: Sequence[OutboxMail]
    receipts: Sequence[Receipt]
    record: Sequence[AuditEntry] = field(default=())

    @property
    def has_failed_mail(self) -> bool:
        """Whether a mail about it was given up."""
        return any(mail.state is MailState.FAILED for mail in self.mails)

    @property
    def has_void_receipt(self) -> bool:
        """Whether money with a receipt was taken back out of the books."""
        void = {payment.id for payment in self.payments if payment.is_void}
        return any(receipt.payment_id in void for receipt in self.receipts)

    @property
    def has_waiting_event(self) -> bool:
        """Whether a message about it is not worked in."""
        return any(event.state in UNAPPLIED_EVENTS for event in self.events)


def traces_of(donation: Donation) -> Traces:
    """Gather what is known about a donation."""
    key = donation.public_id
    collected = order_reads.list_payments(key)
    return Traces(
        attempts=order_reads.list_attempts(key),
        payments=collected,
        entries=ledger.list_entries(key),
        events=event_reads.list_events(key),
        mails=_mails(key, [payment.id for payment in collected]),
        receipts=donation_reads.list_receipts(donation.id),
        record=audit.list_for(f"donation:{donation.id}"),
    )


def _mails(key: str, payment_ids: list[int]) -> list[OutboxMail]:
    """The mails about a donation; older ones say only which payment they are about."""
    found = (*donation_reads.list_mails(payment_ids), *mail_reads.list_about([key]))
    return sorted({mail.id: mail for mail in found}.values(), key=lambda mail: mail.id)


def history(traces: Traces) -> list[Moment]:
    """What happened, the first first; what happened at one instant in the order of causes."""
    moments = [
        *map(recorded, reversed(traces.record)),
        *map(_tried, traces.attempts),
        *(moment for payment in traces.payments for moment in _paid(payment)),
        *map(_booked, traces.entries),
        *map(_receipted, traces.receipts),
        *map(mailed, traces.mails),
        *map(_told, traces.events),
    ]
    return sorted(moments, key=lambda moment: moment.at)


def recorded(line: AuditEntry) -> Moment:
    """What somebody did, and why, if she said so."""
    is_donor = line.actor_kind is ActorKind.VISITOR
    who = _("the donor") if is_donor else line.actor_label or str(ACTOR_NAMES[line.actor_kind])
    reason = (line.detail or {}).get("reason")
    why = _("Why: %(reason)s", reason=isolate(reason)) if reason else ""
    more = " ".join(filter(None, (_("By: %(who)s.", who=who), why)))
    return Moment(at=line.at, what=str(action_name(line.action)), more=more)


def _tried(attempt: CheckoutAttempt) -> Moment:
    return Moment(
        at=attempt.created_at,
        what=_("Sent on to pay %(sum)s at Stripe", sum=money(attempt.amount)),
        more=str(ATTEMPT_NAMES[attempt.state]),
        code=attempt.error or "",
        tone="bad" if attempt.state is AttemptState.ERROR else "neutral",
    )


def _paid(payment: Payment) -> Iterator[Moment]:
    """What no entry of the books tells: payments without money, refunds that failed, disputes."""
    if payment.state is not PaymentState.SUCCEEDED and not payment.is_void:
        why = failure_name(payment.failure_code) if payment.failure_code else ""
        name, hint = PAYMENT_NAMES[payment.state], PAYMENT_HINTS[payment.state]
        yield Moment(
            at=payment.created_at,
            what=_("Payment: %(state)s (%(why)s)", state=name, why=why)
            if why
            else _("Payment: %(state)s", state=name),
            more=str(hint),
            code=payment.failure_code or "",
            tone="wait" if payment.state is PaymentState.PROCESSING else "bad",
        )
    for refund in payment.refunds:
        if not refund.is_money_gone:
            yield Moment(
                at=refund.created_at,
                what=_(
                    "Giving %(sum)s back: %(state)s",
                    sum=money(refund.amount),
                    state=REFUND_NAMES[refund.state],
                ),
                code=refund.refund_id,
                tone="bad" if refund.state is RefundState.FAILED else "wait",
            )
    for dispute in payment.disputes:
        yield Moment(
            at=dispute.created_at,
            what=_(
                "The donor's bank disputes %(sum)s",
                sum=money(Money(dispute.amount_minor, dispute.currency)),
            ),
            more=str(dispute_name(dispute.status)),
            code=dispute.dispute_id,
            tone="bad",
        )


def _booked(entry: LedgerEntry) -> Moment:
    moved, fees, arrived = (
        sum((line.amount for line in lines), zero(entry.lines[0].currency))
        for lines in (
            [each for each in entry.lines if each.category in {Category.INCOME, Category.DISPUTES}],
            [each for each in entry.lines if each.category is Category.FEES],
            [each for each in entry.lines if each.money_account_id is not None],
        )
    )
    is_gain = entry.kind in {EntryKind.CHARGE, EntryKind.OFFLINE}
    return Moment(
        at=entry.posted_at,
        what=str(ENTRY_NAMES[entry.kind]),
        more=_(
            "Stripe kept %(fee)s as its fee; %(rest)s went into our balance there.",
            fee=money(fees),
            rest=money(arrived),
        )
        if fees and is_gain
        else entry.reason or "",
        code=entry.ref,
        moved=-moved,
        tone="good" if is_gain else "info",
    )


def _receipted(receipt: Receipt) -> Moment:
    what = _("Receipt %(number)s over %(sum)s", number=receipt.number, sum=money(receipt.amount))
    return Moment(at=receipt.issued_at, what=what)


def mailed(mail: OutboxMail) -> Moment:
    """What became of a mail."""
    name = KIND_NAMES.get(mail.template, mail.template)
    is_back = mail.bounced_at is not None
    state = _("came back") if is_back else MAIL_STATE_NAMES[mail.state]
    return Moment(
        at=mail.bounced_at or mail.finished_at or mail.created_at,
        what=_("Mail “%(name)s”: %(state)s", name=name, state=state),
        more=bounce_words(mail)[0] if is_back else "",
        code=mail.last_error or "",
        tone="bad"
        if is_back
        else {MailState.FAILED: "bad", MailState.WAITING: "wait"}.get(mail.state, "neutral"),
    )


def _told(event: StripeEvent) -> Moment:
    return Moment(
        at=event.received_at,
        what=_("Stripe told us: %(what)s", what=event_name(event.type)),
        more=" ".join(filter(None, (str(EVENT_STATE_NAMES[event.state]), event.error or ""))),
        code=event.type,
        tone="wait" if event.state in UNAPPLIED_EVENTS else "neutral",
    )


def way_of_paying(traces: Traces) -> str:
    """How the donor paid, once known."""
    known = [payment.method for payment in traces.payments if payment.method]
    return str(method_name(known[-1])) if known else ""
