"""The public pages of giving: the form, and the check before the payment page."""

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.appeals.errors import AppealNotOpenError, ProofAskedError
from app.appeals.flows import giving as giving_flows
from app.appeals.flows.giving import Pledge
from app.appeals.forms.giving import CHANGE, GiveForm, values_of
from app.appeals.models.appeals import Appeal
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import sources as source_reads
from app.appeals.render import appeals as render
from app.appeals.render import giving as giving_render
from app.appeals.render import other_ways
from app.appeals.rules.words import Frequency
from app.appeals.service import giving
from app.appeals.views.appeals import bp
from app.appeals.views.thanks import (
    AGAIN,
    addresses,
    current_visitor,
    onward,
    read_link,
    thanks_path,
)
from app.audit.facts import Actor
from app.lib import clock
from app.lib.emails import suggest
from app.lib.errors import UnavailableError, UserError
from app.lib.money import AmountError, parse_money
from app.supporters.rules.consents import ConsentPurpose, current_wording
from app.web.locale import current_locale
from app.web.pages import render as show_page


@bp.get("/appeals/<slug>/give")
def give(slug: str) -> ResponseReturnValue:
    """Ask how much, and where the receipt goes."""
    appeal = appeal_reads.get_public_appeal(slug, clock.utcnow())
    try:
        giving.check_open(appeal, now=clock.utcnow(), by_card=False)
    except AppealNotOpenError:
        return redirect(url_for("appeals.show", slug=slug), 302)
    again = request.args.get("again", "")
    if not again:
        offered = {
            "amount": _offered(appeal),
            "frequency": _chosen_frequency(),
            "came_from": request.args.get("from"),
        }
        return form_page(appeal, give_form(appeal, offered))
    donation = read_link(AGAIN, again)
    if donation.appeal_id != appeal.id or not donation.is_untouched:
        return redirect(thanks_path(donation.public_id), 303)
    typed = values_of(giving.gift_of(donation)) | {"again": again}
    return form_page(appeal, give_form(appeal, typed))


def give_form(appeal: Appeal, values: Mapping[str, Any] | None = None) -> GiveForm:
    """The form, which remembers what brought the donor only where it is a code in use."""
    form = GiveForm(appeal, data=values)
    source = source_reads.find_source(appeal.id, form.came_from.data or "")
    form.came_from.data = source.code if source else ""
    return form


def _offered(appeal: Appeal) -> str | None:
    """The sum in the address, where it is one that the appeal suggests."""
    typed = request.args.get("amount", "")
    try:
        return typed if parse_money(typed, appeal.currency) in appeal.suggested else None
    except AmountError:
        return None


def _chosen_frequency() -> str:
    """How often, where the donor followed a link that says so; once unless she did."""
    chosen = request.args.get("frequency", "")
    return chosen if chosen in set(Frequency) else Frequency.ONCE.value


@bp.get("/appeals/<slug>/give/check")
def check_again(slug: str) -> ResponseReturnValue:
    """Lead whoever opens the address of the check page to the form."""
    return redirect(url_for("appeals.give", slug=slug), 302)


@bp.post("/appeals/<slug>/give/check")
def check(slug: str) -> ResponseReturnValue:
    """Repeat what was asked for, before anything is kept or charged."""
    appeal = appeal_reads.get_public_appeal(slug, clock.utcnow())
    form = give_form(appeal)
    form.is_last_step = False
    is_valid = _is_acceptable(appeal, form)
    if CHANGE in request.form:
        return form_page(appeal, form)
    return _check_page(appeal, form) if is_valid else form_page(appeal, form, status=422)


@bp.post("/appeals/<slug>/give")
def pay(slug: str) -> ResponseReturnValue:
    """Keep the gift and send the donor to the payment page."""
    appeal = appeal_reads.get_public_appeal(slug, clock.utcnow())
    form = give_form(appeal)
    is_valid = _is_acceptable(appeal, form)
    if CHANGE in request.form:
        return form_page(appeal, form)
    if not is_valid:
        return form_page(appeal, form, status=422)
    return _go_and_pay(slug, form, _pledge(appeal, form))


def _go_and_pay(slug: str, form: GiveForm, pledge: Pledge) -> ResponseReturnValue:
    """Send a donor on; where that fails, show what she typed beside the reason."""
    now, by = clock.utcnow(), Actor.visitor()
    try:
        found = giving_flows.give(
            pledge, addresses_of=addresses, visitor=current_visitor(), now=now, by=by
        )
        return onward(found)
    except ProofAskedError:
        return redirect(url_for("appeals.proof_asked", slug=slug), 303)
    except UnavailableError as error:
        form.add_problem(error)
        return _check_page(appeal_reads.get_public_appeal(slug, now), form, status=error.status)
    except UserError as error:
        form.add_problem(error)
        return form_page(appeal_reads.get_public_appeal(slug, now), form, status=422)


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
        again=read_link(AGAIN, form.again.data).public_id if form.again.data else None,
    )


def _foot(appeal: Appeal, form: GiveForm) -> Mapping[str, Any]:
    """The other ways to pay, with the reference that the gift of this form will have."""
    again = read_link(AGAIN, form.again.data) if form.again.data else None
    return other_ways.foot(appeal, nonce=form.page_nonce, again=again)


def form_page(appeal: Appeal, form: GiveForm, *, status: int = 200) -> Response:
    """Show the form, with what was typed and what is wrong about it."""
    _version, wording = current_wording(ConsentPurpose.UPDATES)
    name = appeal.group.name.pick(current_locale()).text
    form.wants_updates.label.text = _(wording, group=name)
    return show_page(
        "appeals/give.html",
        status=status,
        form=form,
        **_foot(appeal, form),
        **render.giving_page(appeal),
    )


def _check_page(appeal: Appeal, form: GiveForm, *, status: int = 200) -> Response:
    gift = form.gift(current_locale())
    sent = {"again": form.again.data or None, **values_of(gift)}
    return show_page(
        "appeals/check.html",
        status=status,
        form=form,
        slip=suggest(gift.email),
        slip_action=url_for("appeals.check", slug=appeal.slug),
        sent={name: "y" if value is True else value for name, value in sent.items() if value},
        **giving_render.check_page(gift, now=clock.utcnow()),
        **_foot(appeal, form),
        **render.giving_page(appeal),
    )
