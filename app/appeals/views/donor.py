"""A donor's own page: her gift, its payments and receipts, and what she can ask for.

The link is the key: no account, no cookie. A GET writes nothing, whoever follows the link.
"""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.appeals.errors import AppealNotOpenError, LinkEndedError
from app.appeals.flows import donor as donor_flows
from app.appeals.flows import giving as giving_flows
from app.appeals.forms.donor import AmountForm, CorrectAddressForm, DoneForm
from app.appeals.mails.donor import GIVING
from app.appeals.models.donations import Donation
from app.appeals.models.regular import RegularDonation
from app.appeals.queries import donor as donor_reads
from app.appeals.queries import regular as regular_reads
from app.appeals.render import appeals as appeal_render
from app.appeals.render import donor as render
from app.appeals.render.donor import Standing
from app.appeals.rules.donor import DonorAction
from app.appeals.rules.words import PayingBy, RegularState
from app.appeals.service import donor as donor_service
from app.appeals.service import giving
from app.appeals.views import thanks
from app.audit.facts import Actor
from app.lib import clock, links
from app.lib.errors import NotFoundError, UserError
from app.lib.links import BadLinkError, SignedLink
from app.payments.errors import PlanEndedError
from app.payments.flows import guarded, plans
from app.payments.rules.guard import TryKind, Visitor
from app.payments.rules.plans import PlanChangeState
from app.settings import settings
from app.web.locale import absolute_url
from app.web.pages import render as show_page

bp = Blueprint("donor", __name__)

#: What a donor asks for by pressing one button, as it stands in the address.
ASKED = "any(settle, skip, resume, card, stop)"


@bp.get("/giving/<token>")
def show(token: str) -> Response:
    """Show a gift, its payments and receipts, and what can be asked for."""
    return _page(_open(token))


@bp.get("/giving/<token>/receipts/<int:number>")
def receipt(token: str, number: int) -> Response:
    """Show a receipt as it goes on paper."""
    gift = _open(token)
    is_single = isinstance(gift, Donation)
    donations = [gift] if is_single else regular_reads.list_collections(gift.id)
    found = donor_reads.list_receipts([each.id for each in donations])
    row = next((each for each in found if each.number == number), None)
    if row is None:
        raise NotFoundError
    return show_page("appeals/donor/receipt.html", token=_token(gift), **render.receipt_page(row))


@bp.post("/giving/<token>/pay")
def pay(token: str) -> ResponseReturnValue:
    """Lead a donor to the payment page of a gift that is not paid yet."""
    gift, form, status = _open(token), DoneForm(), 422
    donation = _unpaid(gift)
    if donation is None:
        return redirect(_path(gift), 303)
    if form.validate():
        try:
            found = giving_flows.go_on(
                donation.public_id,
                addresses_of=thanks.addresses,
                visitor=Visitor.at(request.remote_addr),
                is_proven=True,
                now=clock.utcnow(),
            )
            return thanks.onward(found)
        except UserError as error:
            form.add_problem(error)
            status = error.status
    return _page(_open(token), form=form, status=status)


def _page(
    gift: Donation | RegularDonation, *, form: DoneForm | None = None, status: int = 200
) -> Response:
    common: dict[str, Any] = {
        "form": form or DoneForm(),
        "token": _token(gift),
        "may_pay": _may_pay(gift),
    }
    if isinstance(gift, Donation):
        return show_page(
            "appeals/donor/single.html", status=status, **common, **render.single_page(gift)
        )
    standing = render.standing_of(gift)
    return show_page(
        "appeals/donor/regular.html",
        status=status,
        done=render.was_done(request.args.get("done", ""), standing),
        **common,
        **render.regular_page(standing),
    )


def _unpaid(gift: Donation | RegularDonation) -> Donation | None:
    """The donation that waits to be paid by card, if the gift has not begun yet."""
    donation: Donation | None
    if isinstance(gift, Donation):
        donation = gift
    else:
        is_beginning = gift.state is RegularState.BEGINNING
        donation = regular_reads.find_first_collection(gift.id) if is_beginning else None
    if donation is None or not donation.is_untouched or donation.paying_by is not PayingBy.CARD:
        return None
    return donation


def _may_pay(gift: Donation | RegularDonation) -> bool:
    if _unpaid(gift) is None:
        return False
    try:
        giving.check_open(gift.appeal, now=clock.utcnow())
    except AppealNotOpenError:
        return False
    return True


# --- what a donor asks for ------------------------------------------------------------------------


@bp.get(f"/giving/<token>/<{ASKED}:action>")
def ask(token: str, action: str) -> ResponseReturnValue:
    """Say what will happen, before anything does."""
    standing = _standing(token)
    if DonorAction(action) not in standing.actions:
        return redirect(_path(standing.regular), 302)
    return _question(standing, DonorAction(action), DoneForm())


@bp.post(f"/giving/<token>/<{ASKED}:action>")
def act(token: str, action: str) -> ResponseReturnValue:
    """Do it, and say on the gift's page what was done."""
    standing, form, wanted = _standing(token), DoneForm(), DonorAction(action)
    is_valid = form.validate()
    if wanted not in standing.actions:
        return redirect(_path(standing.regular, done=action), 303)
    if not is_valid:
        return _question(standing, wanted, form, status=422)
    try:
        return redirect(_carried_out(standing.regular, wanted), 303)
    except PlanEndedError:
        return redirect(_path(standing.regular), 303)
    except UserError as error:
        form.add_problem(error)
        return _question(_standing(token), wanted, form, status=error.status)


def _question(
    standing: Standing, action: DonorAction, form: DoneForm, *, status: int = 200
) -> Response:
    return show_page(
        "appeals/donor/ask.html",
        status=status,
        form=form,
        token=_token(standing.regular),
        **render.question_page(action, standing, now=clock.utcnow()),
    )


def _carried_out(regular: RegularDonation, action: DonorAction) -> str:
    """Do what was asked for; returns the address of the page that comes next."""
    plan_key, now = regular.public_id, clock.utcnow()
    visitor = Visitor.at(request.remote_addr)
    if action is DonorAction.CARD:
        back = absolute_url("donor.show", token=_token(regular), done=action.value)
        with guarded.plan_page(plan_key, TryKind.PORTAL, visitor, now=now):
            return plans.portal_url(plan_key, return_url=back, now=now)
    if action is DonorAction.SETTLE:
        with guarded.plan_page(plan_key, TryKind.INVOICE, visitor, now=now):
            found = plans.settle_url(plan_key, now=now)
        return found or _path(regular, done="nothing-open")
    state = donor_flows.carry_out(plan_key, action, now=now)
    return _path(regular, done="refused" if state is PlanChangeState.REFUSED else action.value)


@bp.get("/giving/<token>/amount")
def ask_amount(token: str) -> ResponseReturnValue:
    """Ask for another sum."""
    standing = _standing(token)
    if DonorAction.AMOUNT not in standing.actions:
        return redirect(_path(standing.regular), 302)
    return _amount_page(standing, AmountForm(standing.regular, formdata=None))


@bp.post("/giving/<token>/amount")
def change_amount(token: str) -> ResponseReturnValue:
    """Show what the new sum comes to; when that was confirmed, change it."""
    standing = _standing(token)
    form = AmountForm(standing.regular)
    is_valid = form.validate()
    if DonorAction.AMOUNT not in standing.actions:
        return redirect(_path(standing.regular), 303)
    if not is_valid:
        return _amount_page(standing, form, status=422)
    if not form.confirmed.data:
        return _amount_page(standing, form, is_checked=True)
    try:
        state = donor_flows.change_amount(
            standing.regular.public_id,
            amount=form.sum,
            covered_fee=form.covered_fee,
            now=clock.utcnow(),
        )
    except UserError as error:
        form.add_problem(error)
        return _amount_page(_standing(token), form, status=error.status)
    done = "refused" if state is PlanChangeState.REFUSED else DonorAction.AMOUNT.value
    return redirect(_path(standing.regular, done=done), 303)


def _amount_page(
    standing: Standing, form: AmountForm, *, is_checked: bool = False, status: int = 200
) -> Response:
    return show_page(
        "appeals/donor/amount.html",
        status=status,
        form=form,
        is_checked=is_checked,
        token=_token(standing.regular),
        **render.question_page(DonorAction.AMOUNT, standing, now=clock.utcnow()),
        **appeal_render.giving_page(standing.regular.appeal),
    )


# --- a mistyped address -------------------------------------------------------------------------


@bp.post("/thanks/<token>/address")
def correct(token: str) -> ResponseReturnValue:
    """Put the address right from the page after the payment, and go on under the new link."""
    link, now = links.read(settings().secrets, thanks.THANKS, token), clock.utcnow()
    try:
        public_id, form = thanks.read_link(thanks.THANKS, token).public_id, CorrectAddressForm()
    except LinkEndedError:
        if not _is_second_click(link, now):
            raise
        return redirect(thanks.thanks_path(link.subject), 303)
    if not form.validate():
        return _correction_page(form, token, status=422 if form.problems() else 200)
    try:
        donor_flows.correct(public_id, form.email.data or "", by=Actor.visitor(), now=now)
    except UserError as error:
        if not _is_second_click(link, now):
            form.add_problem(error, form.email)
            return _correction_page(form, token, status=error.status)
    return redirect(thanks.thanks_path(public_id), 303)


def _is_second_click(link: SignedLink, now: datetime) -> bool:
    """Whether what is sent was done a moment ago, by the first of two clicks on one button."""
    form = CorrectAddressForm()
    return form.validate() and donor_service.was_corrected(link, form.email.data or "", now=now)


def _correction_page(form: CorrectAddressForm, token: str, *, status: int) -> Response:
    return show_page("appeals/donor/correct.html", status=status, form=form, token=token)


# --- links --------------------------------------------------------------------------------------


def _open(token: str) -> Donation | RegularDonation:
    """The gift of a link; raises BadLinkError (404) or LinkEndedError (410)."""
    link = links.read(settings().secrets, GIVING, token)
    return donor_service.open_gift(link.subject, link.version, now=clock.utcnow())


def _standing(token: str) -> Standing:
    gift = _open(token)
    if isinstance(gift, Donation):
        raise NotFoundError
    return render.standing_of(gift)


def _token(gift: Donation | RegularDonation) -> str:
    return links.sign(settings().secret_key, GIVING, gift.public_id, version=gift.link_version)


def _path(gift: Donation | RegularDonation, *, done: str | None = None) -> str:
    return url_for("donor.show", token=_token(gift), done=done)


@bp.errorhandler(BadLinkError)
@bp.errorhandler(LinkEndedError)
def on_dead_link(error: UserError) -> Response:
    """Lead whoever has a link that does not work to the page that sends new ones."""
    is_gone = isinstance(error, LinkEndedError)
    return show_page("appeals/donor/ended.html", status=error.status, is_gone=is_gone)
