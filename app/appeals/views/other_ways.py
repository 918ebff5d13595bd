"""Paying another way than by card now: promises, the printed form, the link that goes on."""

from typing import Any

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.appeals.errors import AppealNotOpenError
from app.appeals.flows import giving as giving_flows
from app.appeals.flows import guarding
from app.appeals.forms.giving import GiveForm
from app.appeals.mails.promises import GO_ON, PROMISE
from app.appeals.models.appeals import Appeal
from app.appeals.models.donations import Donation
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import donations as donation_reads
from app.appeals.render import appeals as render
from app.appeals.render.other_ways import PAYING_BY_NAMES
from app.appeals.rules.words import PayingBy
from app.appeals.service import giving
from app.appeals.views.appeals import bp
from app.appeals.views.giving import form_page, give_form
from app.appeals.views.thanks import (
    AGAIN,
    addresses,
    current_visitor,
    link_token,
    onward,
    read_link,
    thanks_path,
)
from app.audit.facts import Actor
from app.lib import clock, ids
from app.lib.errors import UserError
from app.web.forms import PublicForm
from app.web.locale import current_locale
from app.web.pages import render as show_page

#: The name of the buttons that say how she will pay.
PAYING_BY = "paying_by"


class GoOnForm(PublicForm):
    """The button that leads on to the payment page."""


# --- promises -----------------------------------------------------------------------------------


@bp.get("/appeals/<slug>/give/promise")
def promise_again(slug: str) -> ResponseReturnValue:
    """Lead whoever opens the address of the button to the form."""
    return redirect(url_for("appeals.give", slug=slug), 302)


@bp.post("/appeals/<slug>/give/promise")
def promise(slug: str) -> ResponseReturnValue:
    """Keep a gift that comes another way, and show how."""
    appeal = appeal_reads.get_public_appeal(slug, clock.utcnow())
    form, chosen = give_form(appeal), request.form.get(PAYING_BY, "")
    if not form.validate():
        return form_page(appeal, form, status=422)
    if chosen not in set(PayingBy):
        form.form_errors.append(_("Please choose how you will pay."))
        return form_page(appeal, form, status=422)
    try:
        public_id = _promise(appeal, form, PayingBy(chosen))
    except UserError as error:
        form.add_problem(error)
        found = appeal_reads.get_public_appeal(slug, clock.utcnow())
        return form_page(found, form, status=422)
    donation = donation_reads.get_donation(public_id)
    return redirect(url_for("appeals.promised", token=link_token(PROMISE, donation)), 303)


def _promise(appeal: Appeal, form: GiveForm, paying_by: PayingBy) -> str:
    return guarding.promise(
        appeal.id,
        form.gift(current_locale()),
        paying_by,
        nonce=form.nonce,
        again=read_link(AGAIN, form.again.data).public_id if form.again.data else None,
        visitor=current_visitor(),
        now=clock.utcnow(),
        by=Actor.visitor(),
    )


@bp.get("/promise/<token>")
def promised(token: str) -> ResponseReturnValue:
    """Say what a donor promised and how she keeps it; made to be printed."""
    donation = read_link(PROMISE, token)
    if not donation.is_untouched:
        return redirect(thanks_path(donation.public_id), 303)
    return show_page(
        "appeals/promised.html",
        donation=donation,
        way=PAYING_BY_NAMES[donation.paying_by],
        **_page_of(donation.appeal),
    )


@bp.get("/appeals/<slug>/give/standing-order")
def standing_order(slug: str) -> ResponseReturnValue:
    """Show the form that she prints, fills in, signs and takes to her bank."""
    appeal = appeal_reads.get_public_appeal(slug, clock.utcnow())
    account = appeal.fund.payment_account
    if account is None or not account.has_bank:
        return redirect(url_for("appeals.show", slug=slug), 302)
    reference = ids.read_reference(request.args.get("reference", ""))
    if reference is None:
        # Stands in the address, so that the page is the same when it is printed later.
        fresh = donation_reads.free_reference()
        return redirect(url_for("appeals.standing_order", slug=slug, reference=fresh), 302)
    return show_page("appeals/standing_order.html", reference=reference, **_page_of(appeal))


# --- the guard ----------------------------------------------------------------------------------


@bp.get("/appeals/<slug>/give/mail")
def proof_asked(slug: str) -> ResponseReturnValue:
    """Say that a link is under way by mail, and why; the same for everybody."""
    appeal = appeal_reads.get_public_appeal(slug, clock.utcnow())
    return show_page("appeals/proof_asked.html", **_page_of(appeal))


@bp.get("/give/go-on/<token>")
def go_on(token: str) -> ResponseReturnValue:
    """Ask once more before going on to the payment page; looking at the page changes nothing."""
    donation = read_link(GO_ON, token)
    if not donation.is_untouched:
        return redirect(thanks_path(donation.public_id), 303)
    return _go_on_page(donation, token, GoOnForm())


@bp.post("/give/go-on/<token>")
def go_on_now(token: str) -> ResponseReturnValue:
    """Lead somebody who proved her mailbox to the payment page."""
    donation, form = read_link(GO_ON, token), GoOnForm()
    public_id, status = donation.public_id, 422
    if form.validate():
        try:
            found = giving_flows.go_on(
                public_id,
                addresses_of=addresses,
                visitor=current_visitor(),
                is_proven=True,
                now=clock.utcnow(),
            )
        except UserError as error:
            form.add_problem(error)
            status = error.status
        else:
            return onward(found)
    return _go_on_page(donation_reads.get_donation(public_id), token, form, status=status)


def _go_on_page(donation: Donation, token: str, form: GoOnForm, *, status: int = 200) -> Response:
    try:
        giving.check_open(donation.appeal, now=clock.utcnow())
        is_open = True
    except AppealNotOpenError:
        is_open = False
    again = link_token(AGAIN, donation)
    return show_page(
        "appeals/go_on.html",
        status=status,
        donation=donation,
        form=form,
        token=token,
        is_open=is_open,
        change_url=url_for("appeals.give", slug=donation.appeal.slug, again=again),
        **_page_of(donation.appeal),
    )


def _page_of(appeal: Appeal) -> dict[str, Any]:
    account = appeal.fund.payment_account
    return {**render.giving_page(appeal), "ways": account.ways if account else {}}
