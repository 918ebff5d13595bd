"""A host's helpers, her links, her mailbox, and what she and others write to each other."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.aid.forms.hosting import HelperForm, HostButton, MailboxForm, MessageForm
from app.aid.models.points import BringRequest, PointHost
from app.aid.queries import hosting as reads
from app.aid.render import host_talks as talk_render
from app.aid.render import hosting as render
from app.aid.render.host_people import helper_rows
from app.aid.rules.hosting import HELPERS, MAILBOX_LINK, TALKING
from app.aid.service import helpers, host_mailbox, moderating_points, relaying
from app.aid.service.hosting import HOST
from app.aid.views.hosting import (
    bp,
    done_words,
    frame_values,
    host_after,
    opened,
    token_of,
    write,
)
from app.db.session import retry_deadlocks, transaction
from app.lib import clock, links
from app.lib.errors import UserError
from app.settings import settings
from app.web.forms import PublicForm
from app.web.pages import render as show_page

__all__ = ["bp"]


# --- helpers --------------------------------------------------------------------------------------


@bp.get("/host/<token>/helpers")
def list_helpers(token: str) -> Response:
    """Show the helpers whose links count, with the links, and the form for one more."""
    return _helpers_page(opened(token), HelperForm(formdata=None))


@bp.post("/host/<token>/helpers")
def add_helper(token: str) -> ResponseReturnValue:
    """Make a link for somebody who helps."""
    host, form, now = opened(token), HelperForm(), clock.utcnow()
    if not form.validate():
        return _helpers_page(host, form, status=422)
    return _with_helpers(
        token,
        form,
        lambda held: helpers.add(
            held.point, form.label.data or "", nonce=form.nonce, now=now, by=HOST
        ),
        done="helper",
    )


@bp.post("/host/<token>/helpers/<key>/end")
def end_helper(token: str, key: str) -> ResponseReturnValue:
    """End the link of somebody who helps."""
    host, form, now = opened(token), HostButton(), clock.utcnow()
    if not form.validate():
        return _helpers_page(host, form, status=422)
    return _with_helpers(
        token,
        form,
        lambda held: helpers.end(held.point, key, now=now, by=HOST),
        done="helper_ended",
    )


def _with_helpers(token: str, form: PublicForm, work: object, *, done: str) -> ResponseReturnValue:
    try:
        write(token, work)  # type: ignore[arg-type]  # takes the host, what it returns is let go
    except UserError as error:
        host = host_after(error, token)
        form.add_problem(error)
        if isinstance(form, HelperForm):
            form.be_new_after(error)
        return _helpers_page(host, form, status=error.status)
    return redirect(url_for("point_host.list_helpers", token=token, done=done), 303)


def _helpers_page(host: PointHost, form: PublicForm, *, status: int = 200) -> Response:
    is_new = isinstance(form, HelperForm)
    found = helper_rows(host.point)
    return show_page(
        "aid/hosting/helpers.html",
        status=status,
        form=form if is_new else HelperForm(formdata=None),
        button_form=HostButton(formdata=None) if is_new else form,
        problems=form.problems(),
        helpers=found,
        may_add=len(found) < HELPERS,
        done_words=done_words() if request.method == "GET" else "",
        **frame_values(host),
    )


# --- her own link and mailbox ---------------------------------------------------------------------


@bp.get("/host/<token>/link")
def link(token: str) -> Response:
    """Show how to end the link, and the mailbox to which the mails go."""
    return _link_page(opened(token), MailboxForm(formdata=None))


@bp.post("/host/<token>/link")
def renew(token: str) -> ResponseReturnValue:
    """End this link and all earlier ones, and send a new one to the host's mailbox."""
    host, form, now = opened(token), HostButton(), clock.utcnow()
    if not form.validate():
        return _link_page(host, form, status=422)
    try:
        write(
            token,
            lambda held: _drop(moderating_points.renew_link(held.public_id, now=now, by=HOST)),
        )
    except UserError as error:
        host = host_after(error, token)
        form.add_problem(error)
        return _link_page(host, form, status=error.status)
    return show_page("aid/hosting/renewed.html")


def _drop(_value: object) -> None:
    """A deed whose result nobody needs."""


@bp.post("/host/<token>/mailbox")
def change_mailbox(token: str) -> ResponseReturnValue:
    """Have a link sent to another mailbox; nothing changes before it is confirmed there."""
    host, form, now = opened(token), MailboxForm(), clock.utcnow()
    if not form.validate():
        return _link_page(host, form, status=422)
    try:
        write(
            token,
            lambda held: host_mailbox.ask_mailbox(held, form.email.data or "", now=now, by=HOST),
        )
    except UserError as error:
        host = host_after(error, token)
        form.add_problem(error, form.email)
        return _link_page(host, form, status=error.status)
    return redirect(url_for("point_host.link", token=token, done="mailbox"), 303)


def _link_page(host: PointHost, form: PublicForm, *, status: int = 200) -> Response:
    is_mailbox = isinstance(form, MailboxForm)
    return show_page(
        "aid/hosting/link.html",
        status=status,
        form=form if is_mailbox else MailboxForm(formdata=None),
        button_form=HostButton(formdata=None) if is_mailbox else form,
        problems=form.problems(),
        done_words=done_words() if request.method == "GET" else "",
        **frame_values(host),
    )


@bp.get("/host/mailbox/<token>")
def ask_mailbox(token: str) -> Response:
    """Show the button with which a new mailbox is confirmed; a scanner that looks confirms none."""
    found = links.read(settings().secrets, MAILBOX_LINK, token)
    host_mailbox.open_mailbox(found.subject, found.version)
    return show_page("aid/hosting/mailbox.html", token=token, form=HostButton(formdata=None))


@bp.post("/host/mailbox/<token>")
def take_mailbox(token: str) -> ResponseReturnValue:
    """Let mails go to the new mailbox; the host's page follows under its new link."""
    found, form = links.read(settings().secrets, MAILBOX_LINK, token), HostButton()
    if not form.validate():
        return show_page("aid/hosting/mailbox.html", status=422, token=token, form=form)
    now = clock.utcnow()

    def once() -> PointHost:
        with transaction():
            return host_mailbox.take_mailbox(found.subject, found.version, now=now, by=HOST)

    host = retry_deadlocks(once)
    return redirect(url_for("point_host.show", token=token_of(host), done="mailbox_done"), 303)


# --- messages -------------------------------------------------------------------------------------


@bp.get("/host/<token>/messages")
@bp.get("/host/<token>/messages/<key>")
def messages(token: str, key: str = "") -> Response:
    """Show what a host and somebody else wrote to each other; nobody named: the organisers."""
    host = opened(token)
    return _talk_page(host, _other(host, key), MessageForm(formdata=None))


@bp.post("/host/<token>/messages")
@bp.post("/host/<token>/messages/<key>")
def send(token: str, key: str = "") -> ResponseReturnValue:
    """Pass a message on."""
    host, form, now = opened(token), MessageForm(), clock.utcnow()
    if not form.validate():
        return _talk_page(host, _other(host, key), form, status=422)

    def work(held: PointHost) -> None:
        words = (form.text.data or "").strip()
        relaying.from_host(held.point, _other(held, key), words, nonce=form.nonce, now=now)

    try:
        write(token, work)
    except UserError as error:
        host = host_after(error, token)
        form.add_problem(error, form.text)
        form.be_new_after(error)
        return _talk_page(host, _other(host, key), form, status=error.status)
    at = url_for("point_host.messages", token=token, key=key or None, done="sent")
    return redirect(at, 303)


def _other(host: PointHost, key: str) -> BringRequest | None:
    return reads.get_bringer(host.point_id, key) if key else None


def _talk_page(
    host: PointHost, wish: BringRequest | None, form: MessageForm, *, status: int = 200
) -> Response:
    return show_page(
        "aid/hosting/messages.html",
        status=status,
        form=form,
        bringer=render.bringer(wish, {}) if wish else None,
        may_write=wish is None or (wish.state in TALKING and wish.email is not None),
        talk=talk_render.talk(host.point, wish),
        done_words=done_words() if request.method == "GET" else "",
        **frame_values(host),
    )
