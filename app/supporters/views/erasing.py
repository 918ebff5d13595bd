"""Erasing oneself: asked for on the page of her data, proven by one more mail, told at the end."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.lib import clock, links
from app.lib.errors import NotFoundError, TooManyError, UserError
from app.lib.links import BadLinkError, SignedLink
from app.settings import settings
from app.supporters.errors.rights import DataLinkEndedError
from app.supporters.flows import rights as flows
from app.supporters.forms.rights import DataDoForm
from app.supporters.models.rights import DataLink
from app.supporters.queries import rights as reads
from app.supporters.render import rights as render
from app.supporters.rules.rights import DATA_LINK, ERASE_LINK, ERASURE_LINK
from app.supporters.rules.words import DataLinkKind
from app.supporters.service import data_links, rights
from app.web.locale import current_locale
from app.web.pages import render as show_page

bp = Blueprint("erasing", __name__)


@bp.get("/your-data/<token>/erase")
def ask(token: str) -> Response:
    """Say what erasing does before it is asked for."""
    return _ask_page(_open(token), token, DataDoForm(formdata=None))


@bp.post("/your-data/<token>/erase")
def send(token: str) -> ResponseReturnValue:
    """Mail the link behind which the button is: who opened a page left open cannot erase her."""
    link, form = _open(token), DataDoForm()
    if not form.validate():
        return _ask_page(link, token, form, status=422)
    try:
        flows.ask(
            DataLinkKind.ERASE,
            link.email,
            address=request.remote_addr,
            locale=current_locale(),
            now=clock.utcnow(),
        )
    except TooManyError as error:
        form.add_problem(error)
        return _ask_page(link, token, form, status=error.status)
    return redirect(url_for("your_data.sent"), 303)


def _ask_page(link: DataLink, token: str, form: DataDoForm, *, status: int = 200) -> Response:
    return show_page(
        "supporters/your_data/erase.html",
        status=status,
        token=token,
        email=link.email,
        form=form,
        parts=_parts(link),
    )


@bp.get("/your-data/erase/<token>")
def ask_once_more(token: str) -> Response:
    """Show the last button."""
    link = _open_last(_signed(token, ERASE_LINK))
    return _last_page(link, token, DataDoForm(formdata=None))


@bp.post("/your-data/erase/<token>")
def erase(token: str) -> ResponseReturnValue:
    """Erase her, and lead to the page that says what stayed and why."""
    signed, form = _signed(token, ERASE_LINK), DataDoForm()
    link = _open_last(signed)
    if not form.validate():
        return _last_page(link, token, form, status=422)
    erasure = flows.erase(signed, now=clock.utcnow())
    done = links.sign(settings().secret_key, ERASURE_LINK, erasure.public_id)
    return redirect(url_for("erasing.erased", token=done), 303)


def _last_page(link: DataLink, token: str, form: DataDoForm, *, status: int = 200) -> Response:
    return show_page(
        "supporters/your_data/erase_now.html",
        status=status,
        token=token,
        email=link.email,
        form=form,
        parts=_parts(link),
    )


@bp.get("/your-data/erased/<token>")
def erased(token: str) -> Response:
    """Say what went and what stayed; the page names nobody and can be kept."""
    erasure = reads.find_erasure(_signed(token, ERASURE_LINK).subject)
    if erasure is None:
        raise NotFoundError
    return show_page("supporters/your_data/erased.html", erasure=erasure)


def _parts(link: DataLink) -> list[render.Part]:
    return render.parts(rights.find_everything(link.email), [])


def _open(token: str) -> DataLink:
    signed = _signed(token, DATA_LINK)
    return data_links.open_link(signed, DataLinkKind.SEE, now=clock.utcnow())


def _open_last(signed: SignedLink) -> DataLink:
    return data_links.open_link(signed, DataLinkKind.ERASE, now=clock.utcnow())


def _signed(token: str, purpose: str) -> SignedLink:
    return links.read(settings().secrets, purpose, token)


@bp.errorhandler(BadLinkError)
@bp.errorhandler(DataLinkEndedError)
def on_dead_link(error: UserError) -> Response:
    """Say that the link opens nothing, and how to get another."""
    return show_page("supporters/your_data/ended.html", status=error.status, error=error)
