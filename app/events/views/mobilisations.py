"""The public pages of days of action, and the way to offer a local event."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.events.errors.mobilisations import MobilisationNotFoundError
from app.events.flows import hosting as flows
from app.events.forms.hosting import OfferForm
from app.events.models.mobilisations import Mobilisation
from app.events.queries import mobilisations as reads
from app.events.render import hosting as hosting_render
from app.events.render import mobilisations as render
from app.lib import clock
from app.lib.errors import UserError
from app.web.locale import absolute_url, current_locale
from app.web.pages import render as show_page
from app.web.panels import Block

bp = Blueprint("mobilisations", __name__)

#: A file is never a page: opened by itself it may do nothing at all.
_POLICY = "default-src 'none'; sandbox"
_FOR_EVER = "public, max-age=31536000, immutable"
#: Sent with a checked form to go back to it.
CHANGE = "change"


@bp.get("/mobilisations/")
def index() -> Response:
    """List the days of action that come, and those that were."""
    now = clock.utcnow()
    return show_page(
        "events/mobilisations/index.html",
        public=True,
        coming=reads.list_coming(now),
        past=reads.list_past(now),
        days_of=render.days_of,
    )


@bp.get("/mobilisations/<slug>")
def show(slug: str) -> Response:
    """Say what a day of action is for, and where it takes place."""
    mobilisation = reads.get_public(slug)
    return show_page(
        "events/mobilisations/show.html",
        public=True,
        share_url=absolute_url("mobilisations.show", slug=slug),
        file_size=render.file_size,
        **render.mobilisation_page(mobilisation, now=clock.utcnow()),
    )


@bp.get("/files/kit/<string(length=64):sha256>")
def kit_file(sha256: str) -> ResponseReturnValue:
    """A file of a toolkit, to be saved; its bytes never change under this address."""
    item = reads.find_kit_file(sha256)
    if item is None or item.data is None or item.file_name is None:
        raise MobilisationNotFoundError
    response = Response(item.data, mimetype=item.media_type)
    response.set_etag(sha256)
    response.headers.set("Content-Disposition", "attachment", filename=item.file_name)
    response.headers.update(
        {
            "Cache-Control": _FOR_EVER,
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
        }
    )
    return response.make_conditional(request)


# --- offering a local event ---------------------------------------------------------------------


@bp.get("/mobilisations/<slug>/host")
def host(slug: str) -> Response:
    """Ask for what a local event needs."""
    mobilisation = reads.get_public(slug)
    if not render.takes_offers(mobilisation, now=clock.utcnow()):
        return _closed_page(mobilisation)
    return _form_page(mobilisation, OfferForm(mobilisation, formdata=None))


@bp.post("/mobilisations/<slug>/host")
def offer(slug: str) -> ResponseReturnValue:
    """Show an offer to be looked over; when that was done, keep it and send the mail."""
    mobilisation = reads.get_public(slug)
    if not render.takes_offers(mobilisation, now=clock.utcnow()):
        return _closed_page(mobilisation, status=422)
    form = OfferForm(mobilisation)
    if not form.validate():
        return _form_page(mobilisation, form, status=422)
    if CHANGE in request.form:
        return _form_page(mobilisation, form)
    if not form.confirmed.data:
        return _check_page(mobilisation, form)
    try:
        _keep(mobilisation, form)
    except UserError as error:
        form.add_problem(error)
        return _form_page(reads.get_public(slug), form, status=error.status)
    return redirect(url_for("mobilisations.offered", slug=slug), 303)


@bp.get("/mobilisations/<slug>/host/sent")
def offered(slug: str) -> Response:
    """Say that a link is under way by mail; the same for everybody."""
    mobilisation = reads.get_public(slug)
    return show_page("events/hosting/offered.html", mobilisation=mobilisation)


def _keep(mobilisation: Mobilisation, form: OfferForm) -> None:
    flows.offer(
        mobilisation,
        form.local_event(),
        form.host(current_locale()),
        nonce=form.nonce,
        address=request.remote_addr,
        now=clock.utcnow(),
    )


def _closed_page(mobilisation: Mobilisation, *, status: int = 200) -> Response:
    return show_page("events/hosting/closed.html", status=status, mobilisation=mobilisation)


def _form_page(mobilisation: Mobilisation, form: OfferForm, *, status: int = 200) -> Response:
    form.confirmed.data = ""
    return show_page(
        "events/hosting/offer.html",
        status=status,
        is_packed=True,
        form=form,
        mobilisation=mobilisation,
        days=render.days_of(mobilisation),
        title_pattern=hosting_render.title_pattern(mobilisation),
    )


def _check_page(mobilisation: Mobilisation, form: OfferForm) -> Response:
    return show_page(
        "events/hosting/check.html",
        form=form,
        mobilisation=mobilisation,
        rows=hosting_render.offer_rows(mobilisation, form.local_event(), form.host("en")),
        sent=hosting_render.sent_values(form),
        others=render.in_town(
            mobilisation, form.place.country, form.place.locality, now=clock.utcnow()
        ),
    )


def home_blocks() -> list[Block]:
    """Show the next day of action on the home page."""
    return _blocks(reads.list_coming(clock.utcnow()), is_home=True)


def group_blocks(group_id: int) -> list[Block]:
    """Show the next day of action that a group calls for on its page."""
    coming = reads.list_coming(clock.utcnow())
    return _blocks([each for each in coming if each.group_id == group_id])


def campaign_blocks(campaign_id: int) -> list[Block]:
    """Show the next day of action of a campaign on its page."""
    return _blocks(reads.list_public_of_campaign(campaign_id, clock.utcnow()))


def _blocks(coming: Sequence[Mobilisation], *, is_home: bool = False) -> list[Block]:
    on = [each for each in coming if each.cancelled_at is None]
    if not on:
        return []
    values = {"is_home": is_home} | render.home_values(on[0], now=clock.utcnow())
    return [Block("mobilisation", "events/mobilisations/_next.html", values, 15)]
