"""Putting a gift right: its address, its receipt, its appeal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app.accounts.guard import current_actor, requires, requires_proof
from app.accounts.rules.permissions import Permission
from app.appeals.desk.donations import bp
from app.appeals.desk.entering import collecting_appeals, editable
from app.appeals.errors import SameAddressError, SameAppealError, StaleDonationError
from app.appeals.flows import donor as donor_flows
from app.appeals.forms.entering import AddressForm, MoveForm
from app.appeals.mails.about import statement_line
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import donations as donation_reads
from app.appeals.service import correcting, moving
from app.db.session import retry_deadlocks, transaction
from app.lib import clock
from app.lib.errors import NotFoundError, UserError
from app.payments.queries import orders as order_reads
from app.web.forms import ActionForm
from app.web.locale import in_locale, language_names, text_direction
from app.web.pages import render as show_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.appeals.models.appeals import Appeal
    from app.appeals.models.donations import Donation, Receipt
    from app.payments.models.collecting import Payment

# --- the address --------------------------------------------------------------------------------


@bp.get("/donations/<public_id>/address")
@requires(Permission.DONATIONS_EDIT)
def ask_address(public_id: str) -> ResponseReturnValue:
    """Ask for the right address of a donor."""
    donation = editable(public_id)
    return _address_page(AddressForm(donation), donation)


@bp.post("/donations/<public_id>/address")
@requires(Permission.DONATIONS_EDIT)
def correct_address(public_id: str) -> ResponseReturnValue:
    """Put a mistyped address right and send the receipt there."""
    donation = editable(public_id)
    form = AddressForm(donation)
    if not form.validate():
        return _address_page(form, donation, status=422)
    if donation.email == form.email.data:
        return redirect(url_for("donations_desk.show", public_id=public_id), 303)
    if form.seen.data != donation.fingerprint:
        form.add_problem(StaleDonationError())
        form.seen.data = donation.fingerprint
        return _address_page(form, donation, status=409)
    email, reason = form.email.data or "", form.reason.data or ""
    now, by = clock.utcnow(), current_actor()
    try:
        donor_flows.correct(public_id, email, by=by, now=now, reason=reason)
    except SameAddressError:
        return redirect(url_for("donations_desk.show", public_id=public_id), 303)  # at once, twice
    except UserError as error:
        form.add_problem(error, form.email)
        return _address_page(form, editable(public_id), status=422)
    flash(_("The address is corrected. Mails about the gift go there now."), "good")
    return redirect(url_for("donations_desk.show", public_id=public_id), 303)


def _address_page(
    form: AddressForm, donation: Donation, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "appeals/desk/correcting/address.html", status=status, form=form, donation=donation
    )


# --- the receipt --------------------------------------------------------------------------------


@bp.get("/donations/<public_id>/receipts/<int:number>")
@requires(Permission.DONATIONS_EDIT)
def show_receipt(public_id: str, number: int) -> ResponseReturnValue:
    """Show a receipt to be printed, in the donor's language or another one."""
    donation = editable(public_id)
    receipt = _receipt(donation, number)
    payment = next(
        each for each in order_reads.list_payments(public_id) if each.id == receipt.payment_id
    )
    wanted = request.args.get("language", donation.locale)
    language = wanted if wanted in language_names() else donation.locale
    return show_page(
        "appeals/desk/correcting/receipt.html",
        form=ActionForm(),
        donation=donation,
        receipt=receipt,
        payment=payment,
        sheet=_sheet(receipt, payment, language),
        language=language,
        language_names=language_names(),
    )


def _sheet(receipt: Receipt, payment: Payment, language: str) -> Markup:
    """What is printed, in a language of its own."""
    with in_locale(language):
        drawn = render_template(
            "appeals/desk/correcting/_sheet.html",
            donation=receipt.donation,
            receipt=receipt,
            payment=payment,
            statement_line=statement_line(receipt.donation),
            language=language,
            direction=text_direction(language),
        )
    return Markup(drawn)  # noqa: S704  # drawn by our own template, which escapes


@bp.post("/donations/<public_id>/receipts/<int:number>/send")
@requires(Permission.DONATIONS_EDIT)
def send_receipt(public_id: str, number: int) -> ResponseReturnValue:
    """Send a receipt once more."""
    receipt = _receipt(editable(public_id), number)
    if ActionForm().validate():
        try:
            with transaction():
                correcting.send_receipt(receipt, now=clock.utcnow(), by=current_actor())
        except UserError as error:
            flash(_(error.sentence, **error.params), "bad")
        else:
            flash(_("The receipt is on its way once more."), "good")
    return redirect(url_for("donations_desk.show", public_id=public_id), 303)


def _receipt(donation: Donation, number: int) -> Receipt:
    for receipt in donation_reads.list_receipts(donation.id):
        if receipt.number == number:
            return receipt
    raise NotFoundError


# --- the appeal ---------------------------------------------------------------------------------


@bp.get("/donations/<public_id>/move")
@requires(Permission.DONATIONS_EDIT)
@requires_proof
def ask_move(public_id: str) -> ResponseReturnValue:
    """Ask to which appeal a gift should go, and why."""
    donation = editable(public_id)
    return _move_page(MoveForm(donation, _targets(donation)), donation)


@bp.post("/donations/<public_id>/move")
@requires(Permission.DONATIONS_EDIT)
@requires_proof
def move(public_id: str) -> ResponseReturnValue:
    """Move a gift to the appeal that the donor meant."""
    donation = editable(public_id)
    form = MoveForm(donation, _targets(donation))
    if form.appeal.data == str(donation.appeal_id):
        return redirect(url_for("donations_desk.show", public_id=public_id), 303)  # sent twice
    if not form.validate():
        return _move_page(form, donation, status=422)
    try:
        retry_deadlocks(lambda: _move(public_id, form))
    except SameAppealError:
        return redirect(url_for("donations_desk.show", public_id=public_id), 303)  # at once, twice
    except StaleDonationError as error:
        form.add_problem(error)
        donation = editable(public_id)
        form.seen.data = donation.fingerprint
        return _move_page(form, donation, status=409)
    except UserError as error:
        form.add_problem(error)
        return _move_page(form, editable(public_id), status=422)
    flash(
        _("The gift has moved, with its money. The donor is told, if we have an address."), "good"
    )
    return redirect(url_for("donations_desk.show", public_id=public_id), 303)


def _move(public_id: str, form: MoveForm) -> None:
    appeal_id, wish, seen = int(form.appeal.data), form.wish(), form.seen.data or ""
    now, by = clock.utcnow(), current_actor()
    with transaction():
        target = appeal_reads.get_appeal_by_id(appeal_id)
        moving.move(public_id, target, wish, seen=seen, now=now, by=by)


def _targets(donation: Donation) -> list[Appeal]:
    """The other appeals of the same payment account and currency."""
    account_id = donation.fund.payment_account_id
    return [
        appeal
        for appeal in collecting_appeals()
        if appeal.id != donation.appeal_id
        and appeal.fund.payment_account_id == account_id
        and appeal.currency == donation.currency
    ]


def _move_page(form: MoveForm, donation: Donation, *, status: int = 200) -> ResponseReturnValue:
    return show_page(
        "appeals/desk/correcting/move.html", status=status, form=form, donation=donation
    )
