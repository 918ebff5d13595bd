"""Offering a collection point: a form, and word that a link is under way by mail."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.aid.flows import points as flows
from app.aid.forms.points import OfferPointForm
from app.aid.models.drops import Drop
from app.aid.queries import drops as drop_reads
from app.aid.rules.points import takes_points
from app.lib import clock
from app.lib.errors import UserError
from app.web.locale import current_locale
from app.web.pages import render as show_page

bp = Blueprint("point_offers", __name__)


@bp.get("/aid/<slug>/points/new")
def new(slug: str) -> Response:
    """Ask for what a point needs."""
    drop = drop_reads.get_public(slug)
    if not takes_points(drop.state):
        return _closed_page(drop)
    return _form_page(drop, OfferPointForm(drop, formdata=None))


@bp.post("/aid/<slug>/points/new")
def offer(slug: str) -> ResponseReturnValue:
    """Keep an offered point unseen, and send the mail that confirms it."""
    drop = drop_reads.get_public(slug)
    if not takes_points(drop.state):
        return _closed_page(drop, status=422)
    form = OfferPointForm(drop)
    if not form.validate():
        return _form_page(drop, form, status=422)
    try:
        flows.offer(
            slug,
            form.content(),
            form.host(current_locale()),
            nonce=form.nonce,
            address=request.remote_addr,
            now=clock.utcnow(),
        )
    except UserError as error:
        form.refuse(error)
        form.be_new_after(error)
        return _form_page(drop_reads.get_public(slug), form, status=error.status)
    return redirect(url_for("point_offers.sent", slug=slug), 303)


@bp.get("/aid/<slug>/points/new/sent")
def sent(slug: str) -> Response:
    """Say that a link is under way by mail; the same for everybody."""
    return show_page("aid/offering/sent.html", drop=drop_reads.get_public(slug))


def _closed_page(drop: Drop, *, status: int = 200) -> Response:
    return show_page("aid/offering/closed.html", status=status, drop=drop)


def _form_page(drop: Drop, form: OfferPointForm, *, status: int = 200) -> Response:
    return show_page("aid/offering/form.html", status=status, is_packed=True, drop=drop, form=form)
