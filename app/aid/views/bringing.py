"""Asking to bring something to a hidden point, and the page of somebody who does.

The link is the key: no account, no cookie. A GET writes nothing, whoever follows the link; where a
point is stands on one page alone, and only while its host lets that person come.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.aid.errors.bringing import BringDayError, BringLinkEndedError
from app.aid.flows import bringing as flows
from app.aid.forms.bringing import BringDoForm, BringForm, BringMessageForm, ChangeBringForm
from app.aid.models.points import BringRequest, CollectionPoint
from app.aid.queries import bringing as reads
from app.aid.queries import points as point_reads
from app.aid.render import bringing as render
from app.aid.rules.bringing import BRING_LINK
from app.aid.rules.places import is_hidden
from app.aid.rules.points import INVITE_LINK
from app.aid.rules.words import OPEN_BRINGS
from app.lib import clock, links
from app.lib.errors import UserError
from app.lib.links import BadLinkError
from app.settings import settings
from app.web.locale import current_locale
from app.web.pages import render as show_page

bp = Blueprint("bringing", __name__)

#: What somebody does by pressing one button, as it stands in the address.
STEPS = "any(confirm, withdraw, brought)"


# --- asking ---------------------------------------------------------------------------------------


@bp.get("/aid/points/<slug>/bring")
def ask(slug: str) -> ResponseReturnValue:
    """Ask who wants to bring what, and when."""
    point = point_reads.get_public(slug)
    if not is_hidden(point.visibility):
        return redirect(url_for("points.show", slug=slug), 302)
    return _form_page(point, BringForm(formdata=None), url_for("bringing.send", slug=slug))


@bp.post("/aid/points/<slug>/bring")
def send(slug: str) -> ResponseReturnValue:
    """Keep a wish, and send the mail that confirms it."""
    point, form = point_reads.get_public(slug), BringForm()
    address = url_for("bringing.send", slug=slug)
    return _keep(point, form, address, url_for("bringing.sent", slug=slug))


@bp.get("/aid/points/<slug>/bring/sent")
def sent(slug: str) -> Response:
    """Say that a link is under way by mail; the same for everybody."""
    return show_page("aid/bringing/sent.html", drop=point_reads.get_public(slug).drop)


@bp.get("/aid/invited/<token>")
def invited(token: str) -> Response:
    """Ask whoever has an invitation to a private point; nothing says where it is."""
    point = _open_invitation(token)
    return _form_page(point, BringForm(formdata=None), url_for("bringing.come", token=token))


@bp.post("/aid/invited/<token>")
def come(token: str) -> ResponseReturnValue:
    """Keep the wish of somebody who was invited."""
    point, form = _open_invitation(token), BringForm()
    address = url_for("bringing.come", token=token)
    return _keep(point, form, address, url_for("bringing.invited_sent", token=token))


@bp.get("/aid/invited/<token>/sent")
def invited_sent(token: str) -> Response:
    """Say that a link is under way by mail."""
    return show_page("aid/bringing/sent.html", drop=_open_invitation(token).drop)


def _keep(point: CollectionPoint, form: BringForm, address: str, done: str) -> ResponseReturnValue:
    if not form.validate():
        return _form_page(point, form, address, status=422)
    try:
        flows.ask(
            point,
            form.wish,
            nonce=form.nonce,
            locale=current_locale(),
            address=request.remote_addr,
            now=clock.utcnow(),
        )
    except UserError as error:
        form.add_problem(error, form.on_day if isinstance(error, BringDayError) else None)
        form.be_new_after(error)
        return _form_page(point_reads.get_point(point.id), form, address, status=error.status)
    return redirect(done, 303)


def _form_page(
    point: CollectionPoint, form: BringForm, address: str, *, status: int = 200
) -> Response:
    values = render.point_values(point, now=clock.utcnow())
    if not values["is_open"]:
        status = 409 if status == 200 else status
        return show_page("aid/bringing/closed.html", status=status, **values)
    return show_page("aid/bringing/ask.html", status=status, form=form, address=address, **values)


def _open_invitation(token: str) -> CollectionPoint:
    link = links.read(settings().secrets, INVITE_LINK, token)
    host = point_reads.find_host(link.subject)
    if host is None:
        raise BadLinkError
    if host.invite_version != link.version or host.point.purged_at is not None:
        raise BringLinkEndedError
    if not is_hidden(host.point.visibility):
        raise BringLinkEndedError
    return host.point


# --- her own page ---------------------------------------------------------------------------------


@bp.get("/bring/<token>")
def show(token: str) -> Response:
    """Show somebody how her wish stands, and where to come once she may."""
    return _own_page(_open(token))


@bp.post(f"/bring/<token>/<{STEPS}:step>")
def act(token: str, step: str) -> ResponseReturnValue:
    """Do what a button says, and show how it stands then."""
    wish, form = _open(token), BringDoForm()
    if not form.validate():
        return _own_page(wish, form=form, status=422)
    try:
        flows.step(wish.public_id, step, now=clock.utcnow())
    except UserError as error:
        form.add_problem(error)
        return _own_page(_open(token), form=form, status=error.status)
    return redirect(url_for("bringing.show", token=token, done=step), 303)


@bp.get("/bring/<token>/change")
def ask_change(token: str) -> ResponseReturnValue:
    """Show a wish to be changed."""
    wish = _open(token)
    if wish.state not in OPEN_BRINGS:
        return redirect(url_for("bringing.show", token=token), 302)
    return _change_page(wish, ChangeBringForm(wish, formdata=None))


@bp.post("/bring/<token>/change")
def change(token: str) -> ResponseReturnValue:
    """Bring something else, or come at another time."""
    wish = _open(token)
    form = ChangeBringForm(wish)
    if not form.validate():
        return _change_page(wish, form, status=422)
    try:
        flows.change(wish.public_id, form.wish, now=clock.utcnow())
    except UserError as error:
        form.add_problem(error, form.on_day if isinstance(error, BringDayError) else None)
        return _change_page(_open(token), form, status=error.status)
    return redirect(url_for("bringing.show", token=token, done="change"), 303)


@bp.post("/bring/<token>/messages")
def write(token: str) -> ResponseReturnValue:
    """Have a message passed on to the host."""
    wish, form = _open(token), BringMessageForm()
    if not form.validate():
        return _own_page(wish, message=form, status=422)
    try:
        text = (form.text.data or "").strip()
        flows.write(wish.public_id, text, nonce=form.nonce, now=clock.utcnow())
    except UserError as error:
        form.add_problem(error)
        form.be_new_after(error)
        return _own_page(_open(token), message=form, status=error.status)
    return redirect(url_for("bringing.show", token=token, done="message"), 303)


def _own_page(
    wish: BringRequest,
    *,
    form: BringDoForm | None = None,
    message: BringMessageForm | None = None,
    status: int = 200,
) -> Response:
    done = request.args.get("done", "") if status == 200 else ""
    act_form = form or BringDoForm(formdata=None)
    message_form = message or BringMessageForm(formdata=None)
    return show_page(
        "aid/bringing/show.html",
        status=status,
        form=act_form,
        message_form=message_form,
        problems=[*act_form.problems(), *message_form.problems()],
        token=_token(wish),
        **render.own_page(wish, now=clock.utcnow(), done=done),
    )


def _change_page(wish: BringRequest, form: ChangeBringForm, *, status: int = 200) -> Response:
    values: dict[str, Any] = render.point_values(wish.point, now=clock.utcnow())
    return show_page(
        "aid/bringing/change.html", status=status, form=form, token=_token(wish), **values
    )


# --- links ----------------------------------------------------------------------------------------


def _open(token: str) -> BringRequest:
    """The wish of a link; raises BadLinkError (404) or BringLinkEndedError (410)."""
    link = links.read(settings().secrets, BRING_LINK, token)
    found = reads.find_request(link.subject)
    if found is None or found.link_version != link.version or found.point.purged_at is not None:
        raise BringLinkEndedError
    return found


def _token(wish: BringRequest) -> str:
    return links.sign(settings().secret_key, BRING_LINK, wish.public_id, version=wish.link_version)


@bp.errorhandler(BadLinkError)
@bp.errorhandler(BringLinkEndedError)
def on_dead_link(error: UserError) -> Response:
    """Lead whoever has a link that does not work to the page that sends new ones."""
    is_gone = isinstance(error, BringLinkEndedError)
    return show_page("aid/bringing/ended.html", status=error.status, is_gone=is_gone)
