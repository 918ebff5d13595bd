"""What hosts write to the organisers, and the answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.forms.relayed import AnswerForm
from app.aid.models.points import CollectionPoint
from app.aid.queries import hosting as reads
from app.aid.queries import points as point_reads
from app.aid.render import host_talks as render
from app.aid.render.places import desk_name
from app.aid.service import relaying
from app.db.session import transaction
from app.lib import clock
from app.lib.errors import UserError
from app.web.forms import ActionForm
from app.web.pages import render as show_page
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp = desk_blueprint("relayed_desk", __name__, url_prefix="/desk/points")


@bp.get("/messages")
@requires(Permission.AID_SEE_PEOPLE)
def index() -> ResponseReturnValue:
    """List the points whose hosts wrote and wait for an answer."""
    found = reads.list_points_unread(groups_with(Permission.AID_SEE_PEOPLE))
    rows = [(point, desk_name(point), since) for point, since in found]
    return show_page("aid/desk/points/messages.html", rows=rows)


@bp.get("/<public_id>/messages")
@requires(Permission.AID_SEE_PEOPLE)
def show(public_id: str) -> ResponseReturnValue:
    """Show what a host and the organisers wrote to each other."""
    return _page(_point(public_id), AnswerForm(formdata=None))


@bp.post("/<public_id>/messages")
@requires(Permission.AID_SEE_PEOPLE)
def send(public_id: str) -> ResponseReturnValue:
    """Write to a host; what she wrote before counts as read."""
    point, form = _point(public_id), AnswerForm()
    if not form.validate():
        return _page(point, form, status=422)
    try:
        with transaction():
            relaying.from_organiser(
                point_reads.lock_point(point.id),
                (form.text.data or "").strip(),
                nonce=form.nonce.data or "",
                now=clock.utcnow(),
                by=current_actor(),
            )
    except UserError as error:
        form.add_problem(error)
        form.be_new_after(error)
        return _page(_point(public_id), form, status=error.status)
    flash(_("Your message is on its way."), "good")
    return redirect(url_for("relayed_desk.show", public_id=public_id), 303)


@bp.post("/<public_id>/messages/read")
@requires(Permission.AID_SEE_PEOPLE)
def read(public_id: str) -> ResponseReturnValue:
    """Say that what a host wrote needs no answer."""
    point, form = _point(public_id), ActionForm()
    if form.validate():
        with transaction():
            relaying.mark_read(point_reads.lock_point(point.id), now=clock.utcnow())
    return redirect(url_for("relayed_desk.show", public_id=public_id), 303)


def _page(point: CollectionPoint, form: AnswerForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page(
        "aid/desk/points/talk.html",
        status=status,
        point=point,
        name=desk_name(point),
        form=form,
        act=ActionForm(),
        **render.block_for(point, clock.utcnow()),
    )


def _point(public_id: str) -> CollectionPoint:
    point = point_reads.get_for_desk(public_id, groups_with(Permission.AID_SEE_PEOPLE))
    check(Permission.AID_SEE_PEOPLE, point.drop.group_id)
    return point


def _waiting(_now: datetime) -> Iterator[Waiting]:
    for public_id, since, group_id in reads.waiting_messages():
        yield Waiting(key=public_id, since=since, group_id=group_id)


WAITING = WaitingSource(
    WaitingKind(
        key="host_messages",
        name=_l("Messages of hosts that nobody answered"),
        advice=_l("Read them and answer; the host reads it on her page."),
        endpoint="relayed_desk.index",
        permission=Permission.AID_SEE_PEOPLE,
        order=46,
    ),
    find=_waiting,
)
