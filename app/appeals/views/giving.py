"""The public pages of giving, and of what became of a gift."""

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.appeals.errors import AppealNotOpenError
from app.appeals.flows import giving as giving_flows
from app.appeals.flows.giving import Addresses, Onward, Outcome, Pledge
from app.appeals.forms.giving import CHANGE, GiveForm, values_of
from app.appeals.models.appeals import Appeal
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import donations as donation_reads
from app.appeals.render import appeals as render
from app.appeals.service import giving
from app.appeals.views.appeals import bp
from app.audit.facts import Actor
from app.lib import clock, links
from app.lib.emails import mask_email
from app.lib.errors import UnavailableError, UserError
from app.lib.money import AmountError, parse_money
from app.settings import settings
from app.supporters.rules import ConsentPurpose, current_wording
from app.web.forms import PublicForm
from app.web.locale import absolute_url, current_locale
from app.web.pages import render as show_page

#: What the private links of this package are for.
THANKS = "thanks"
AGAIN = "give-again"


class ContinueForm(PublicForm):
    """The button that leads back to the payment page."""


@bp.get("/appeals/<slug>/give")
def give(slug: str) -> ResponseReturnValue:
    """Ask how much, and where the receipt goes."""
    appeal = appeal_reads.get_public_appeal(slug, clock.utcnow())
    try:
        giving.check_open(appeal, now=clock.utcnow())
    except AppealNotOpenError:
        return redirect(url_for("appeals.show", slug=slug), 302)
    again = request.args.get("again", "")
    if not again:
        return _form_page(appeal, GiveForm(appeal, data={"amount": _offered(appeal)}))
    donation = donation_reads.get_donation(_read(AGAIN, again))
    if donation.appeal_id != appeal.id or not donation.is_untouched:
        return redirect(_thanks_path(donation.public_id), 303)
    typed = values_of(giving.gift_of(donation)) | {"again": again}
    return _form_page(appeal, GiveForm(appeal, data=typed))


def _offered(appeal: Appeal) -> str | None:
    """The sum in the address, where it is one that the appeal suggests."""
    typed = request.args.get("amount", "")
    try:
        return typed if parse_money(typed, appeal.currency) in appeal.suggested else None
    except AmountError:
        return None


@bp.get("/appeals/<slug>/give/check")
def check_again(slug: str) -> ResponseReturnValue:
    """Lead whoever opens the address of the check page to the form."""
    return redirect(url_for("appeals.give", slug=slug), 302)


@bp.post("/appeals/<slug>/give/check")
def check(slug: str) -> ResponseReturnValue:
    """Repeat what was asked for, before anything is kept or charged."""
    appeal = appeal_reads.get_public_appeal(slug, clock.utcnow())
    form = GiveForm(appeal)
    is_valid = _is_acceptable(appeal, form)
    if CHANGE in request.form:
        return _form_page(appeal, form)
    return _check_page(appeal, form) if is_valid else _form_page(appeal, form, status=422)


@bp.post("/appeals/<slug>/give")
def pay(slug: str) -> ResponseReturnValue:
    """Keep the gift and send the donor to the payment page."""
    appeal = appeal_reads.get_public_appeal(slug, clock.utcnow())
    form = GiveForm(appeal)
    is_valid = _is_acceptable(appeal, form)
    if CHANGE in request.form:
        return _form_page(appeal, form)
    if not is_valid:
        return _form_page(appeal, form, status=422)
    return _go_and_pay(slug, form, _pledge(appeal, form))


def _go_and_pay(slug: str, form: GiveForm, pledge: Pledge) -> ResponseReturnValue:
    """Send a donor on; where that fails, show what she typed beside the reason."""
    now, by = clock.utcnow(), Actor.visitor()
    try:
        return _onward(giving_flows.give(pledge, addresses_of=_addresses, now=now, by=by))
    except UnavailableError as error:
        form.add_problem(error)
        return _check_page(appeal_reads.get_public_appeal(slug, now), form, status=error.status)
    except UserError as error:
        form.add_problem(error)
        return _form_page(appeal_reads.get_public_appeal(slug, now), form, status=422)


def _is_acceptable(appeal: Appeal, form: GiveForm) -> bool:
    """Whether the form is whole and the appeal takes the gift now."""
    if not form.validate():
        return False
    try:
        giving.check_gift(appeal, form.gift(current_locale()), now=clock.utcnow())
    except UserError as error:
        form.add_problem(error)
        return False
    return True


def _pledge(appeal: Appeal, form: GiveForm) -> Pledge:
    return Pledge(
        appeal_id=appeal.id,
        gift=form.gift(current_locale()),
        nonce=form.nonce,
        again=_read(AGAIN, form.again.data) if form.again.data else None,
    )


def _form_page(appeal: Appeal, form: GiveForm, *, status: int = 200) -> Response:
    _version, wording = current_wording(ConsentPurpose.UPDATES)
    name = appeal.group.name.pick(current_locale()).text
    form.wants_updates.label.text = _(wording, group=name)
    return show_page(
        "appeals/give.html",
        status=status,
        form=form,
        **render.giving_page(appeal),
    )


def _check_page(appeal: Appeal, form: GiveForm, *, status: int = 200) -> Response:
    gift = form.gift(current_locale())
    sent = {"again": form.again.data or None, **values_of(gift)}
    return show_page(
        "appeals/check.html",
        status=status,
        form=form,
        gift=gift,
        sent={name: "y" if value is True else value for name, value in sent.items() if value},
        **render.giving_page(appeal),
    )


# --- after the payment page ---------------------------------------------------------------------


@bp.get("/thanks/<token>")
def thanks(token: str) -> Response:
    """Say what became of a gift; asks Stripe once, and writes only what Stripe says."""
    public_id = _read(THANKS, token)
    donation_reads.get_donation(public_id)
    outcome = giving_flows.find_out(public_id, now=clock.utcnow())
    return _thanks_page(public_id, outcome)


@bp.post("/thanks/<token>")
def resume(token: str) -> ResponseReturnValue:
    """Lead a donor back to the payment page of the same gift."""
    public_id, form = _read(THANKS, token), ContinueForm()
    donation_reads.get_donation(public_id)
    status = 422
    if form.validate():
        try:
            return _onward(
                giving_flows.go_on(public_id, addresses_of=_addresses, now=clock.utcnow())
            )
        except UserError as error:
            form.add_problem(error)
            status = error.status
    outcome = giving_flows.find_out(public_id, now=clock.utcnow())
    return _thanks_page(public_id, outcome, form=form, status=status)


def _thanks_page(
    public_id: str, outcome: Outcome, *, form: ContinueForm | None = None, status: int = 200
) -> Response:
    donation = donation_reads.get_donation(public_id)
    again = links.sign(settings().secret_key, AGAIN, public_id)
    slug = donation.appeal.slug
    return show_page(
        "appeals/thanks.html",
        status=status,
        form=form or ContinueForm(),
        masked_email=mask_email(donation.email) if donation.email else None,
        token=links.sign(settings().secret_key, THANKS, public_id),
        share_url=absolute_url("appeals.show", slug=slug),
        again_url=url_for("appeals.give", slug=slug, again=again),
        **render.thanks_page(donation, outcome.status, is_fresh=outcome.is_fresh),
    )


def _onward(onward: Onward) -> ResponseReturnValue:
    return redirect(onward.checkout_url or _thanks_path(onward.public_id), 303)


def _addresses(public_id: str) -> Addresses:
    """Where the payment page leads back to: one page, which finds out what happened."""
    token = links.sign(settings().secret_key, THANKS, public_id)
    address = absolute_url("appeals.thanks", token=token)
    return Addresses(success_url=address, cancel_url=address)


def _thanks_path(public_id: str) -> str:
    return url_for("appeals.thanks", token=links.sign(settings().secret_key, THANKS, public_id))


def _read(purpose: str, token: str) -> str:
    """The subject of a private link; raises BadLinkError, which is a 404."""
    return links.read(settings().secrets, purpose, token).subject
