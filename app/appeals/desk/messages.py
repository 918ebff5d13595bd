"""The desk's list of donors' messages: read before they are shown."""

from collections.abc import Iterator
from datetime import datetime

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.appeals.queries import wall as wall_reads
from app.appeals.service import messages
from app.db.session import transaction
from app.lib import clock
from app.web.forms import ActionForm
from app.web.pages import render as show_page
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp = desk_blueprint("messages_desk", __name__, url_prefix="/desk/messages")

CHANGES = {
    "show": messages.show_message,
    "hide": messages.hide_message,
    "unlist": messages.unlist,
    "list": messages.list_again,
}


@bp.get("/")
@requires(Permission.MESSAGES_MODERATE)
def index() -> ResponseReturnValue:
    """Show the messages that wait to be read, and what stands on the pages of the appeals."""
    groups = groups_with(Permission.MESSAGES_MODERATE)
    return show_page(
        "appeals/desk/messages.html",
        waiting=wall_reads.list_waiting_messages(groups),
        listed=wall_reads.list_listed(groups),
        form=ActionForm(),
    )


@bp.post("/<public_id>/<any(show, hide, unlist, list):change>")
@requires(Permission.MESSAGES_MODERATE)
def decide(public_id: str, change: str) -> ResponseReturnValue:
    """Show or hide a message, or take what a donor let us show off the page."""
    if ActionForm().validate():
        with transaction():
            groups = groups_with(Permission.MESSAGES_MODERATE)
            donation = wall_reads.lock_shown(public_id, groups)
            CHANGES[change](donation, now=clock.utcnow(), by=current_actor())
        flash(_("Done. The page of the appeal follows."), "good")
    return redirect(url_for("messages_desk.index"), 303)


def _find(_now: datetime) -> Iterator[Waiting]:
    for public_id, since, group_id in wall_reads.waiting_messages():
        yield Waiting(public_id, since=since, group_id=group_id)


WAITING = WaitingSource(
    WaitingKind(
        key="messages",
        name=_l("Messages of donors to read"),
        advice=_l("Show what may stand on the page of the appeal, hide the rest."),
        endpoint="messages_desk.index",
        permission=Permission.MESSAGES_MODERATE,
        order=55,
    ),
    find=_find,
)
