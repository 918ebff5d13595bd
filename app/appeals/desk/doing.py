"""What somebody at the desk can do about a gift now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import url_for
from flask_babel import gettext as _

from app.appeals.rules.words import PayingBy
from app.payments.render import DISPUTES_TO_ANSWER
from app.payments.rules.collecting import PaymentState
from app.settings import settings
from app.web.filters import day

if TYPE_CHECKING:
    from app.appeals.desk.history import Traces
    from app.appeals.models.donations import Donation
    from app.payments.models.collecting import Payment

#: Stripe's own desk, where money is given back and disputes are answered.
STRIPE_DESK = "https://dashboard.stripe.com"


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something that somebody can do now, or should."""

    text: str
    href: str
    hint: str = ""
    is_urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What this account may do in the group of the gift."""

    see_people: bool
    see_queues: bool
    edit: bool


def actions(donation: Donation, traces: Traces, rights: Rights) -> list[Action]:
    """What can be done about a gift now, the urgent first, what puts it right last."""
    found = [*_answers(traces)]
    if rights.see_queues:
        found += _waiting(traces)
    if rights.edit:
        found += _money(donation, traces)
    if rights.see_people and donation.email:
        found.append(
            Action(
                text=_("Write to the donor"),
                href=f"mailto:{donation.email}?subject={quote(donation.reference)}",
                hint=_("Opens your own mail program."),
            )
        )
    if rights.edit:
        found += _corrections(donation, traces)
    return [*found, *_givings_back(donation, traces)]


def _answers(traces: Traces) -> Iterator[Action]:
    for payment in traces.payments:
        for dispute in payment.disputes:
            if dispute.status in DISPUTES_TO_ANSWER:
                yield Action(
                    text=_("Answer the dispute at Stripe"),
                    href=_at_stripe(payment),
                    hint=_("By %(day)s.", day=day(dispute.due_by)) if dispute.due_by else "",
                    is_urgent=True,
                )


def _waiting(traces: Traces) -> Iterator[Action]:
    if traces.has_failed_mail:
        yield Action(
            text=_("Send the mail again"),
            href=url_for("desk.queues", _anchor="mails"),
            hint=_("A mail to the donor could not be sent."),
            is_urgent=True,
        )
    if traces.has_waiting_event:
        yield Action(
            text=_("Look at what waits"),
            href=url_for("desk.queues", _anchor="events"),
            hint=_("A message from Stripe about it is not worked in yet."),
            is_urgent=True,
        )


def _money(donation: Donation, traces: Traces) -> Iterator[Action]:
    """What is done about money that has not come, and about receipts of money that has."""
    key = donation.public_id
    if donation.is_untouched:
        yield Action(
            text=_("Its money came another way"),
            href=url_for("donations_desk.ask_received", public_id=key),
            hint=_("Cash, a cheque, a bank transfer."),
        )
        if not donation.forgotten_at and donation.paying_by is PayingBy.CARD:
            yield Action(
                text=_("Link to pay"), href=url_for("donations_desk.pay_link", public_id=key)
            )
    for receipt in traces.receipts:
        yield Action(
            text=_("Receipt %(number)s: print or send again", number=receipt.number),
            href=url_for("donations_desk.show_receipt", public_id=key, number=receipt.number),
        )


def _corrections(donation: Donation, traces: Traces) -> Iterator[Action]:
    """What puts a gift right."""
    key = donation.public_id
    if donation.email:
        yield Action(
            text=_("Correct the address"),
            href=url_for("donations_desk.ask_address", public_id=key),
        )
    yield Action(
        text=_("Move to another appeal"), href=url_for("donations_desk.ask_move", public_id=key)
    )
    entered = [each for each in traces.payments if each.offline_ref and not each.is_void]
    for payment in entered:
        yield Action(
            text=_("Entered by mistake"),
            href=url_for("donations_desk.ask_take_back", public_id=key, payment_id=payment.id),
            hint=_("Takes the money out of the books again."),
        )
    if entered:
        yield Action(
            text=_("Enter another gift like it"), href=url_for("donations_desk.new", like=key)
        )


def _givings_back(donation: Donation, traces: Traces) -> Iterator[Action]:
    """Where money is given back; the site learns of it by itself."""
    if donation.received_minor <= 0:
        return
    for payment in traces.payments:
        if payment.state is PaymentState.SUCCEEDED and payment.intent_id is not None:
            yield Action(
                text=_("Give money back at Stripe"),
                href=_at_stripe(payment),
                hint=_("All or a part of it. The books and the donor are told by themselves."),
            )


def _at_stripe(payment: Payment) -> str:
    """The address of a payment at Stripe's desk, or of what stands in for Stripe here."""
    if settings().rehearsal_url:
        return settings().rehearsal_url or ""
    keys = settings().stripe_accounts.get(payment.payment_account.name)
    mode = "" if keys is None or keys.is_live else "/test"
    return f"{STRIPE_DESK}{mode}/payments/{payment.intent_id}"
