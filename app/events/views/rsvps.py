"""Saying that one comes, and a guest's own page.

The link is the key: no account, no cookie. A GET writes nothing, whoever follows the link; what a
mail asks for is done by a button.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.db.session import retry_deadlocks, transaction
from app.events.errors.rsvps import RsvpError, RsvpLinkEndedError
from app.events.flows import rsvps as flows
from app.events.forms.rsvps import ChangeForm, DoForm, RsvpForm
from app.events.mails.rsvps import PROOF, RSVP, UNSUBSCRIBE
from app.events.models.events import Event
from app.events.models.rsvps import Rsvp
from app.events.queries import events as event_reads
from app.events.render import rsvps as render
from app.events.rules.rsvps import Closed
from app.events.rules.words import RsvpState
from app.events.service import rsvps, seating
from app.events.views.events import came_from
from app.lib import clock, links
from app.lib.errors import UserError
from app.lib.links import BadLinkError
from app.settings import settings
from app.web.csrf import machine_route
from app.web.locale import absolute_url, current_locale
from app.web.pages import render as show_page
from app.web.qr import qr_svg

bp = Blueprint("rsvps", __name__)

#: What a guest does by pressing one button, as it stands in the address.
STEPS = "any(withdraw, back, take, decline, quiet, loud)"
#: How a page answers that says why nobody can come any more, or yet.
_STATUS = {Closed.PAST: 410, Closed.CANCELLED: 410, Closed.NONE: 404, Closed.HIDDEN: 404}


@bp.get("/events/<slug>/rsvp")
def ask(slug: str) -> ResponseReturnValue:
    """Ask with how many somebody comes."""
    event = event_reads.get_published(slug)
    reason = seating.why_closed(event, now=clock.utcnow())
    if reason is not None:
        return _closed_page(event, reason)
    return _form_page(event, RsvpForm(event, formdata=None, data={"came_from": came_from()}))


@bp.post("/events/<slug>/rsvp")
def join(slug: str) -> ResponseReturnValue:
    """Keep a place, or what it takes to get one; her own page follows."""
    event, now = event_reads.get_published(slug), clock.utcnow()
    reason = seating.why_closed(event, now=now)
    form = RsvpForm(event)
    is_valid = form.validate()
    if reason is not None:
        return _closed_page(event, reason)
    if not is_valid:
        return _form_page(event, form, status=422 if form.problems() else 200)
    try:
        rsvp = flows.join(
            slug,
            form.wish,
            nonce=form.nonce,
            locale=current_locale(),
            address=request.remote_addr,
            came_from=form.paper,
            now=now,
        )
    except UserError as error:
        _add(form, error)
        return _form_page(event_reads.get_published(slug), form, status=error.status)
    # Whoever sends a form again gets the link of the first time, even if it has ended by now: it
    # may be another's address that she typed.
    token = links.sign(settings().secret_key, RSVP, rsvp.public_id)
    return redirect(url_for("rsvps.show", token=token, done="new"), 303)


def _add(form: Any, error: UserError) -> None:  # noqa: ANN401 - either of the two forms
    part = error.part if isinstance(error, RsvpError) else None
    form.add_problem(error, form[part] if part else None)


def _form_page(event: Event, form: RsvpForm, *, status: int = 200) -> Response:
    return show_page(
        "events/rsvps/form.html",
        status=status,
        form=form,
        **render.form_page(event, clock.utcnow()),
    )


def _closed_page(event: Event, reason: Closed) -> ResponseReturnValue:
    if reason is Closed.EXTERNAL:
        return redirect(url_for("events.show", slug=event.slug), 303)
    title, words = render.CLOSED_WORDS[reason]
    return show_page(
        "events/rsvps/closed.html",
        status=_STATUS.get(reason, 409),
        event=event,
        closed_title=title,
        words=words,
    )


# --- a guest's own page ---------------------------------------------------------------------------


@bp.get("/rsvp/<token>")
def show(token: str) -> Response:
    """Show somebody how she stands, and what she can do about it."""
    return _own_page(_open(token))


@bp.post(f"/rsvp/<token>/<{STEPS}:step>")
def act(token: str, step: str) -> ResponseReturnValue:
    """Do what a button says, and show how it stands then."""
    rsvp, form = _open(token), DoForm()
    if not form.validate():
        return _own_page(rsvp, form=form, status=422)
    try:
        flows.step(rsvp.public_id, step, now=clock.utcnow())
    except UserError as error:
        form.add_problem(error)
        return _own_page(_open(token), form=form, status=error.status)
    return redirect(_path(_open(token), done=step), 303)


@bp.get("/rsvp/<token>/change")
def ask_change(token: str) -> ResponseReturnValue:
    """Ask what shall be different."""
    rsvp = _open(token)
    return _change_page(rsvp, ChangeForm(rsvp, formdata=None))


@bp.post("/rsvp/<token>/change")
def change(token: str) -> ResponseReturnValue:
    """Come with more or fewer, another way, under another name or address."""
    rsvp = _open(token)
    form = ChangeForm(rsvp)
    if not form.validate():
        return _change_page(rsvp, form, status=422)
    try:
        flows.change(rsvp.public_id, form.wish, address=request.remote_addr, now=clock.utcnow())
    except UserError as error:
        _add(form, error)
        return _change_page(_open(token), form, status=error.status)
    return redirect(_path(rsvps.open_any(rsvp.public_id), done="change"), 303)


def _change_page(rsvp: Rsvp, form: ChangeForm, *, status: int = 200) -> Response:
    values = render.own_page(rsvp, clock.utcnow())
    return show_page(
        "events/rsvps/change.html", status=status, form=form, token=_token(rsvp), **values
    )


def _own_page(rsvp: Rsvp, *, form: DoForm | None = None, status: int = 200) -> Response:
    page = render.own_page(rsvp, clock.utcnow())
    door = absolute_url("attendees_desk.door", public_id=rsvp.event.public_id, code=rsvp.code)
    shows_code = rsvp.state is RsvpState.GOING and page["is_on"]
    return show_page(
        "events/rsvps/show.html",
        status=status,
        form=form or DoForm(formdata=None),
        token=_token(rsvp),
        done_words=render.DONE_WORDS.get(request.args.get("done", ""), ""),
        qr=qr_svg(door, rsvp.code.upper()) if shows_code else None,
        **page,
    )


# --- her mailbox ----------------------------------------------------------------------------------


@bp.get("/rsvp/<token>/confirm")
def ask_proof(token: str) -> Response:
    """Show the button with which a mailbox is proven; a mail scanner that looks proves nothing."""
    rsvp, email = _open_proof(token)
    return _proof_page(rsvp, email, DoForm(formdata=None), token)


@bp.post("/rsvp/<token>/confirm")
def prove(token: str) -> ResponseReturnValue:
    """Keep the place for good; her page follows."""
    rsvp, email = _open_proof(token)
    form = DoForm()
    if not form.validate():
        return _proof_page(rsvp, email, form, token, status=422)
    try:
        proven = flows.prove(_subject(token), now=clock.utcnow())
    except UserError as error:
        if isinstance(error, RsvpLinkEndedError):
            raise
        form.add_problem(error)
        return _proof_page(*_open_proof(token), form, token, status=error.status)
    return redirect(_path(proven, done="confirm"), 303)


def _proof_page(rsvp: Rsvp, email: str, form: DoForm, token: str, *, status: int = 200) -> Response:
    return show_page(
        "events/rsvps/confirm.html",
        status=status,
        form=form,
        token=token,
        is_new_address=email == rsvp.new_email,
        is_done=rsvp.confirmed_at is not None and email == rsvp.email,
        page=_path(rsvp),
        **render.own_page(rsvp, clock.utcnow()),
    )


def _subject(token: str) -> str:
    return links.read(settings().secrets, PROOF, token).subject


def _open_proof(token: str) -> tuple[Rsvp, str]:
    return rsvps.open_proof(_subject(token))


@bp.get("/unsubscribe/<token>")
def ask_unsubscribe(token: str) -> Response:
    """Show the button that ends reminders and messages of one event."""
    rsvp = _of_unsubscribe(token)
    return show_page(
        "events/rsvps/unsubscribe.html", token=token, rsvp=rsvp, event=rsvp.event, is_done=False
    )


@bp.post("/unsubscribe/<token>")
@machine_route
def unsubscribe(token: str) -> Response:
    """End them; mail programs post here by themselves (RFC 8058), without page, form or cookie."""
    rsvp = _of_unsubscribe(token)

    def end() -> None:
        with transaction():
            rsvps.unsubscribe_mailbox(rsvp.public_id)

    retry_deadlocks(end)
    return show_page(
        "events/rsvps/unsubscribe.html", token=token, rsvp=rsvp, event=rsvp.event, is_done=True
    )


def _of_unsubscribe(token: str) -> Rsvp:
    link = links.read(settings().secrets, UNSUBSCRIBE, token)
    return rsvps.open_any(link.subject)


# --- links ----------------------------------------------------------------------------------------


def _open(token: str) -> Rsvp:
    """The RSVP of a link; raises BadLinkError (404) or RsvpLinkEndedError (410)."""
    link = links.read(settings().secrets, RSVP, token)
    return rsvps.open_page(link.subject, link.version)


def _token(rsvp: Rsvp) -> str:
    return links.sign(settings().secret_key, RSVP, rsvp.public_id, version=rsvp.link_version)


def _path(rsvp: Rsvp, *, done: str | None = None) -> str:
    return url_for("rsvps.show", token=_token(rsvp), done=done)


@bp.errorhandler(BadLinkError)
@bp.errorhandler(RsvpLinkEndedError)
def on_dead_link(error: UserError) -> Response:
    """Lead whoever has a link that does not work to the page that sends new ones."""
    is_gone = isinstance(error, RsvpLinkEndedError)
    return show_page("events/rsvps/ended.html", status=error.status, is_gone=is_gone)
