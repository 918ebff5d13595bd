"""Ending mails of one kind by the link in one of them: a GET shows, a POST does."""

from __future__ import annotations

from flask import Blueprint, Response

from app.db.session import retry_deadlocks, transaction
from app.lib import clock, links
from app.lib.errors import UserError
from app.lib.links import BadLinkError
from app.mailings.errors.mailings import EndedLinkError
from app.mailings.mails.news import UNSUBSCRIBE
from app.mailings.models.mailings import MailingRecipient
from app.mailings.service import leaving
from app.settings import settings
from app.supporters.render.words import PURPOSE_NAMES
from app.web.csrf import machine_route
from app.web.pages import render as show_page

bp = Blueprint("mailings", __name__)


@bp.get("/unsubscribe/mail/<token>")
def ask_unsubscribe(token: str) -> Response:
    """Show the button; whoever looks at links in mails ends nothing."""
    return _page(leaving.open_link(_subject(token)), token)


@bp.post("/unsubscribe/mail/<token>")
@machine_route
def unsubscribe(token: str) -> Response:
    """End them; mail programs post here by themselves (RFC 8058), without page, form or cookie."""
    subject = _subject(token)

    def end() -> None:
        with transaction():
            leaving.unsubscribe(subject, now=clock.utcnow())

    retry_deadlocks(end)
    return _page(leaving.open_link(subject), token, done="ended")


@bp.post("/unsubscribe/mail/<token>/choose")
@machine_route
def send_choices(token: str) -> Response:
    """Mail the link to all that she gets: whoever was sent this mail on may end it, no more."""
    subject = _subject(token)

    def send() -> None:
        with transaction():
            leaving.send_choices(subject, now=clock.utcnow())

    retry_deadlocks(send)
    return _page(leaving.open_link(subject), token, done="mailed")


def _subject(token: str) -> str:
    return links.read(settings().secrets, UNSUBSCRIBE, token).subject


def _page(row: MailingRecipient, token: str, *, done: str = "") -> Response:
    """Says which mails end, and nothing about the person: the mail may have been sent on."""
    return show_page(
        "mailings/unsubscribe.html",
        token=token,
        group=row.mailing.group,
        purpose_name=PURPOSE_NAMES[row.mailing.purpose],
        done=done,
    )


@bp.errorhandler(BadLinkError)
@bp.errorhandler(EndedLinkError)
def on_dead_link(error: UserError) -> Response:
    """Say so, and where else mails can be ended."""
    is_gone = isinstance(error, EndedLinkError)
    return show_page("mailings/ended.html", status=error.status, is_gone=is_gone)
