"""A host's own page: her event, who comes, and what she can do. The link is the key.

No account, no cookie. A GET changes nothing, whoever follows the link.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.db.session import transaction
from app.events.errors.hosting import DecidedError, HostLinkEndedError
from app.events.forms.hosting import (
    HostActionForm,
    HostEditForm,
    HostMessageForm,
    HostNoteForm,
)
from app.events.models.hosting import EventHost
from app.events.queries import hosting as reads
from app.events.render import hosting as render
from app.events.rules.hosting import HOST_LINK
from app.events.rules.words import EventState, Status
from app.events.service import hosted, moderating, offering
from app.lib import clock, links
from app.lib.errors import UserError
from app.lib.links import BadLinkError
from app.settings import settings
from app.web.pages import render as show_page

bp = Blueprint("hosting", __name__)

#: What a host asks for by pressing one button, as it stands in the address.
ASKED = "any(confirm, cancel, reinstate)"


@bp.get("/actions/<token>")
def show(token: str) -> Response:
    """Show a hosted event as it stands, who comes, and what its host can do."""
    return _page(_open(token))


@bp.post(f"/actions/<token>/<{ASKED}:action>")
def act(token: str, action: str) -> ResponseReturnValue:
    """Prove the mailbox, call the event off, or take that back."""
    host, form = _open(token), HostActionForm()
    if not form.validate():
        return _page(host, form=form, status=422)
    try:
        _carry_out(host.public_id, action, form.seen_version)
    except UserError as error:
        form.add_problem(error)
        return _page(_open(token), form=form, status=error.status)
    return redirect(url_for("hosting.show", token=token, done=action), 303)


def _carry_out(public_id: str, action: str, seen: int) -> None:
    now = clock.utcnow()
    with transaction():
        if action == "confirm":
            offering.confirm(reads.lock_host(public_id), now=now)
        elif action == "cancel":
            hosted.cancel(public_id, seen=seen, now=now)
        else:
            hosted.reinstate(public_id, seen=seen, now=now)


@bp.get("/actions/<token>/cancel")
def ask_cancel(token: str) -> ResponseReturnValue:
    """Say what calling it off means, before anything happens."""
    host = _open(token)
    if not _may_change(host):
        return redirect(url_for("hosting.show", token=token), 302)
    return show_page("events/hosting/cancel.html", **_common(host, HostActionForm(formdata=None)))


@bp.get("/actions/<token>/edit")
def edit(token: str) -> ResponseReturnValue:
    """Show a hosted event to be changed."""
    host = _open(token)
    if not _may_change(host):
        return redirect(url_for("hosting.show", token=token), 302)
    return _editor(host, _edit_form(host, is_fresh=True))


@bp.post("/actions/<token>/edit")
def save(token: str) -> ResponseReturnValue:
    """Change a hosted event, or keep the wish for an organiser."""
    host = _open(token)
    form = _edit_form(host)
    if not form.validate():
        return _editor(host, form, status=422)
    try:
        with transaction():
            edited = hosted.edit(
                host.public_id, form.edit(), seen=form.seen_version, now=clock.utcnow()
            )
    except UserError as error:
        form.add_problem(error)
        found = _open(token)
        if isinstance(error, DecidedError):
            # What was typed stays, and may be sent over what stands now, knowingly.
            form.version.data = str(found.event.version)
        return _editor(found, form, status=error.status)
    done = "proposed" if edited.waits else "edited"
    return redirect(url_for("hosting.show", token=token, done=done), 303)


@bp.get("/actions/<token>/tell")
def tell(token: str) -> ResponseReturnValue:
    """Show the two ways to tell people something."""
    host = _open(token)
    if not _may_tell(host):
        return redirect(url_for("hosting.show", token=token), 302)
    return _tell_page(host)


@bp.post("/actions/<token>/notes")
def post_note(token: str) -> ResponseReturnValue:
    """Put a line on top of the page."""
    host, form = _open(token), HostNoteForm()
    if not form.validate():
        return _tell_page(host, note=form, status=422)
    try:
        with transaction():
            hosted.post_note(
                host.public_id,
                (form.note.data or "").strip(),
                is_important=bool(form.is_important.data),
                now=clock.utcnow(),
            )
    except UserError as error:
        form.add_problem(error)
        return _tell_page(_open(token), note=form, status=error.status)
    return redirect(url_for("hosting.show", token=token, done="noted"), 303)


@bp.post("/actions/<token>/messages")
def send_message(token: str) -> ResponseReturnValue:
    """Have a message passed on to those who come."""
    host, form = _open(token), HostMessageForm()
    if not form.validate():
        return _tell_page(host, message=form, status=422)
    try:
        with transaction():
            hosted.send_message(
                host.public_id,
                form.subject.data or "",
                (form.message.data or "").strip(),
                nonce=form.nonce,
                now=clock.utcnow(),
            )
    except UserError as error:
        form.add_problem(error)
        return _tell_page(_open(token), message=form, status=error.status)
    return redirect(url_for("hosting.show", token=token, done="sent"), 303)


def _tell_page(
    host: EventHost,
    *,
    note: HostNoteForm | None = None,
    message: HostMessageForm | None = None,
    status: int = 200,
) -> Response:
    note_form = note or HostNoteForm(formdata=None)
    message_form = message or HostMessageForm(formdata=None)
    return show_page(
        "events/hosting/tell.html",
        status=status,
        note_form=note_form,
        message_form=message_form,
        problems=[*note_form.problems(), *message_form.problems()],
        event=host.event,
        token=_token(host),
    )


def _may_tell(host: EventHost) -> bool:
    is_over = host.event.ends_at + timedelta(days=1) <= clock.utcnow()
    return host.event.state is EventState.PUBLISHED and not is_over


@bp.post("/actions/<token>/link")
def renew(token: str) -> ResponseReturnValue:
    """End this link and all earlier ones, and send a new one to the host's mailbox."""
    host, form = _open(token), HostActionForm()
    if not form.validate() or host.email is None:
        return _page(host, form=form, status=422)
    with transaction():
        hosted.renew_link(host.public_id, now=clock.utcnow(), by=hosted.HOST)
    return show_page("events/hosting/renewed.html")


def _page(host: EventHost, *, form: HostActionForm | None = None, status: int = 200) -> Response:
    return show_page(
        "events/hosting/show.html",
        status=status,
        done=request.args.get("done", "") if status == 200 else "",
        may_change=_may_change(host),
        may_reinstate=_may_reinstate(host),
        may_tell=_may_tell(host),
        coming=render.coming(host.event),
        proposals=render.proposal_rows(host),
        **_common(host, form or HostActionForm(formdata=None)),
    )


def _editor(host: EventHost, form: HostEditForm, *, status: int = 200) -> Response:
    return show_page(
        "events/hosting/edit.html",
        status=status,
        title_pattern=render.title_pattern(moderating.mobilisation_of(host.event)),
        **_common(host, form),
    )


def _common(host: EventHost, form: Any) -> dict[str, Any]:  # noqa: ANN401 - one of the forms
    event = host.event
    if form.version.data in {None, ""}:
        form.version.data = str(event.version)
    return {
        "form": form,
        "host": host,
        "event": event,
        "mobilisation": event.mobilisation,
        "token": _token(host),
        "when": render.event_when(event),
        "where": render.event_place(event),
        "is_public": event.state is EventState.PUBLISHED,
    }


def _edit_form(host: EventHost, *, is_fresh: bool = False) -> HostEditForm:
    mobilisation = moderating.mobilisation_of(host.event)
    given = {"formdata": None} if is_fresh else {}
    return HostEditForm(host, mobilisation, **given)


def _may_change(host: EventHost) -> bool:
    event = host.event
    is_over = event.ends_at <= clock.utcnow()
    is_on = event.status is not Status.CANCELLED and not is_over
    return is_on and event.state in hosted.OPEN_STATES - {EventState.UNCONFIRMED}


def _may_reinstate(host: EventHost) -> bool:
    event = host.event
    if event.ends_at <= clock.utcnow():
        return False
    was_taken_back = event.state is EventState.REJECTED and host.rejected_reason is None
    is_off = event.state is EventState.PUBLISHED and event.status is Status.CANCELLED
    return was_taken_back or is_off


# --- links --------------------------------------------------------------------------------------


def _open(token: str) -> EventHost:
    """The host of a link; raises BadLinkError (404) or HostLinkEndedError (410)."""
    link = links.read(settings().secrets, HOST_LINK, token)
    return hosted.open_page(link.subject, link.version, now=clock.utcnow())


def _token(host: EventHost) -> str:
    return links.sign(settings().secret_key, HOST_LINK, host.public_id, version=host.link_version)


@bp.errorhandler(BadLinkError)
@bp.errorhandler(HostLinkEndedError)
def on_dead_link(error: UserError) -> Response:
    """Lead whoever has a link that does not work to the page that sends new ones."""
    is_gone = isinstance(error, HostLinkEndedError)
    return show_page("events/hosting/ended.html", status=error.status, is_gone=is_gone)
