"""Gifts that organisers write down: for somebody who rang, or whose promised money came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, groups_with, requires, requires_proof
from app.accounts.rules.permissions import Permission
from app.appeals.desk.donations import bp
from app.appeals.errors import StaleDonationError
from app.appeals.flows import entering as entering_flows
from app.appeals.forms.entering import (
    SOURCE_NAMES,
    WAY_NAMES,
    EnterForm,
    ReasonForm,
    ReceivedForm,
    today,
)
from app.appeals.forms.giving import CHANGE
from app.appeals.mails.donor import giving_link
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import donations as donation_reads
from app.appeals.render.desk import private_address
from app.appeals.rules.words import AppealStage, PayingBy
from app.appeals.service import entering
from app.db.session import transaction
from app.ledger.rules import FundKind
from app.lib import clock
from app.lib.errors import NotFoundError, UserError
from app.lib.money import decimal_text
from app.payments.queries import orders as order_reads
from app.web.forms import ActionForm
from app.web.locale import language_names
from app.web.pages import render as show_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.appeals.models.appeals import Appeal
    from app.appeals.models.donations import Donation
    from app.payments.models.collecting import Payment

CHECKED = "checked"


def editable(public_id: str) -> Donation:
    """A donation that this account may change; raises NotFoundError or ForbiddenError."""
    donation = donation_reads.get_donation(public_id, groups_with(Permission.DONATIONS_SEE))
    check(Permission.DONATIONS_EDIT, donation.appeal.group_id)
    return donation


def collecting_appeals() -> list[Appeal]:
    """The appeals for which money may be entered: published once, and not a partner's."""
    now = clock.utcnow()
    return [
        appeal
        for appeal in appeal_reads.list_appeals(groups_with(Permission.DONATIONS_EDIT))
        if appeal.stage(now) is not AppealStage.DRAFT and appeal.fund.kind is not FundKind.PARTNER
    ]


# --- a gift for somebody ------------------------------------------------------------------------


@bp.get("/donations/new")
@requires(Permission.DONATIONS_EDIT)
@requires_proof
def new() -> ResponseReturnValue:
    """Show an empty gift, or one like an earlier one of the same donor."""
    form = EnterForm(collecting_appeals(), language_names(), data=_offered())
    return _enter_page(form)


def _offered() -> dict[str, object]:
    like = request.args.get("like")
    offered: dict[str, object] = {"received_on": today(), "appeal": request.args.get("appeal")}
    if not like:
        return offered
    known = editable(like)
    return offered | {
        "appeal": str(known.appeal_id),
        "amount": decimal_text(known.amount),
        "name": known.name,
        "email": known.email,
        "locale": known.locale,
        "public_name": known.public_name,
        "paying_by": known.paying_by.value,
        "source": known.source.value,
    }


@bp.post("/donations/new")
@requires(Permission.DONATIONS_EDIT)
@requires_proof
def enter() -> ResponseReturnValue:
    """Check a gift, show it to be looked over, and write it down when that was done."""
    form = EnterForm(collecting_appeals(), language_names())
    if not form.validate():
        return _enter_page(form, status=422)
    if CHANGE in request.form:
        return _enter_page(form)
    check(Permission.DONATIONS_EDIT, form.chosen.group_id)
    if CHECKED not in request.form:
        return _check_page(form)
    try:
        public_id = _write(form)
    except UserError as error:
        form.add_problem(error)
        return _enter_page(form, status=422)
    return redirect(url_for("donations_desk.show", public_id=public_id), 303)


def _write(form: EnterForm) -> str:
    appeal_id, entry, nonce, by = (
        form.chosen.id,
        form.entry(),
        form.nonce.data or "",
        current_actor(),
    )
    now, by_card = clock.utcnow(), form.way is PayingBy.CARD
    arrival = None if by_card else form.arrival(form.way)
    with transaction():
        appeal = appeal_reads.get_appeal_by_id(appeal_id)
        if arrival is None:
            donation = entering.promise_card(appeal, entry, nonce=nonce, now=now, by=by)
        else:
            donation = entering.enter(appeal, entry, arrival, nonce=nonce, now=now, by=by)
        public_id, has_address = donation.public_id, donation.email is not None
    _say_what_happens(by_card=by_card, has_address=has_address)
    return public_id


def _say_what_happens(*, by_card: bool, has_address: bool) -> None:
    if by_card and has_address:
        flash(_("The gift is kept. The link to pay is on its way to her."), "good")
    elif by_card:
        flash(_("The gift is kept. Read the link to pay out to her."), "good")
    elif has_address:
        flash(_("The gift is entered. The receipt is on its way to her."), "good")
    else:
        flash(_("The gift is entered. You can print the receipt below."), "good")


def _enter_page(form: EnterForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page("appeals/desk/entering/new.html", status=status, form=form)


def _check_page(form: EnterForm) -> ResponseReturnValue:
    return show_page(
        "appeals/desk/entering/check.html",
        form=form,
        appeal=form.chosen,
        entry=form.entry(),
        by_card=form.way is PayingBy.CARD,
        sent=form.sent(),
        way_names=WAY_NAMES,
        source_names=SOURCE_NAMES,
        language_names=language_names(),
    )


# --- money that was promised --------------------------------------------------------------------


@bp.get("/donations/<public_id>/received")
@requires(Permission.DONATIONS_EDIT)
@requires_proof
def ask_received(public_id: str) -> ResponseReturnValue:
    """Ask how and when the money of a gift came."""
    donation = editable(public_id)
    way = donation.paying_by if donation.paying_by is not PayingBy.CARD else PayingBy.TRANSFER
    form = ReceivedForm(
        donation,
        amount=decimal_text(donation.amount),
        received_on=today(),
        paying_by=way.value,
        bank_reference=donation.reference,
    )
    return _received_page(form, donation)


@bp.post("/donations/<public_id>/received")
@requires(Permission.DONATIONS_EDIT)
@requires_proof
def receive(public_id: str) -> ResponseReturnValue:
    """Write down that the money of a gift came."""
    donation = editable(public_id)
    form = ReceivedForm(donation)
    is_valid = form.validate()
    if not (form.read_sum(donation.currency) and is_valid):
        return _received_page(form, donation, status=422)
    arrival, now, by = form.arrival(PayingBy(form.paying_by.data)), clock.utcnow(), current_actor()
    try:
        entering_flows.receive(public_id, arrival, seen=form.seen.data or "", now=now, by=by)
    except StaleDonationError as error:
        form.add_problem(error)
        return _received_page(form, editable(public_id), status=409)
    except UserError as error:
        form.add_problem(error)
        return _received_page(form, editable(public_id), status=422)
    flash(_("The money is entered, and the receipt is made."), "good")
    return redirect(url_for("donations_desk.show", public_id=public_id), 303)


def _received_page(
    form: ReceivedForm, donation: Donation, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "appeals/desk/entering/received.html", status=status, form=form, donation=donation
    )


# --- entered by mistake -------------------------------------------------------------------------


@bp.get("/donations/<public_id>/payments/<int:payment_id>/take-back")
@requires(Permission.DONATIONS_EDIT)
@requires_proof
def ask_take_back(public_id: str, payment_id: int) -> ResponseReturnValue:
    """Say what it means to take entered money back, and ask why."""
    donation = editable(public_id)
    return _take_back_page(ReasonForm(donation), donation, _payment(donation, payment_id))


@bp.post("/donations/<public_id>/payments/<int:payment_id>/take-back")
@requires(Permission.DONATIONS_EDIT)
@requires_proof
def take_back(public_id: str, payment_id: int) -> ResponseReturnValue:
    """Undo money that was entered by mistake."""
    donation = editable(public_id)
    form, payment = ReasonForm(donation), _payment(donation, payment_id)
    if not form.validate():
        return _take_back_page(form, donation, payment, status=422)
    if form.seen.data != donation.fingerprint and not payment.is_void:
        form.add_problem(StaleDonationError())
        form.seen.data = donation.fingerprint
        return _take_back_page(form, donation, payment, status=409)
    reason, now, by = form.reason.data or "", clock.utcnow(), current_actor()
    with transaction():
        entering.take_back(public_id, payment_id, reason=reason, now=now, by=by)
    flash(_("The money is taken back in the books."), "good")
    return redirect(url_for("donations_desk.show", public_id=public_id), 303)


def _payment(donation: Donation, payment_id: int) -> Payment:
    """A payment of a donation that was entered here; raises NotFoundError."""
    for payment in order_reads.list_payments(donation.public_id):
        if payment.id == payment_id and payment.offline_ref is not None:
            return payment
    raise NotFoundError


def _take_back_page(
    form: ReasonForm, donation: Donation, payment: Payment, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "appeals/desk/entering/take_back.html",
        status=status,
        form=form,
        donation=donation,
        payment=payment,
        receipt=donation_reads.find_receipt(payment.id),
        way_names=WAY_NAMES,
        way=PayingBy(payment.method or PayingBy.TRANSFER),
    )


# --- the link to pay ----------------------------------------------------------------------------


@bp.get("/donations/<public_id>/pay-link")
@requires(Permission.DONATIONS_EDIT)
def pay_link(public_id: str) -> ResponseReturnValue:
    """Show the link by which a donor can pay, to be read out or copied."""
    donation = editable(public_id)
    return show_page(
        "appeals/desk/entering/pay_link.html",
        form=ActionForm(),
        donation=donation,
        address=private_address(giving_link(donation), donation.locale),
    )


@bp.post("/donations/<public_id>/pay-link")
@requires(Permission.DONATIONS_EDIT)
def send_pay_link(public_id: str) -> ResponseReturnValue:
    """Send the link to pay once more."""
    donation = editable(public_id)
    if ActionForm().validate():
        try:
            with transaction():
                entering.send_pay_link(donation, now=clock.utcnow(), by=current_actor())
        except UserError as error:
            flash(_(error.sentence, **error.params), "bad")
        else:
            flash(_("The link is on its way to the donor."), "good")
    return redirect(url_for("donations_desk.show", public_id=public_id), 303)
