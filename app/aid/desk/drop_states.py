"""The desk lets a round go on, tells what became of it, and names its events."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import current_actor, requires
from app.accounts.rules.permissions import Permission
from app.aid.desk.drops import back_to, bp, get_drop, get_to_move, show_drop
from app.aid.errors.drops import StaleDropError
from app.aid.forms.drops import EventForm, MoveForm, ReportForm
from app.aid.models.drops import Drop
from app.aid.queries import drops as reads
from app.aid.render import drop_desk as render
from app.aid.rules.drops import moves_from
from app.aid.rules.words import DropState
from app.aid.service import drop_states
from app.aid.service import drops as service
from app.db.session import transaction
from app.lib import clock
from app.lib.errors import UserError
from app.web.differences import Difference, differences
from app.web.forms import ActionForm
from app.web.pages import render as show_page

__all__ = ["bp"]

STATES = "any(" + ", ".join(each.value for each in DropState if each is not DropState.DRAFT) + ")"


@bp.get(f"/<public_id>/become/<{STATES}:to>")
@requires(Permission.AID_MODERATE)
def ask_move(public_id: str, to: str) -> ResponseReturnValue:
    """Say what it means that a round goes on, and what is missing, before anything happens."""
    drop = get_to_move(public_id)
    is_open = DropState(to) in moves_from(drop.state, drop.paused_from)
    status = 200 if is_open else 409
    return _move_page(drop, DropState(to), MoveForm(drop, formdata=None), status=status)


@bp.post(f"/<public_id>/become/<{STATES}:to>")
@requires(Permission.AID_MODERATE)
def move(public_id: str, to: str) -> ResponseReturnValue:
    """Let a round go on; where it cannot, nothing is written and the page says why."""
    drop = get_to_move(public_id)
    form = MoveForm(drop)
    if not form.validate():
        return _move_page(drop, DropState(to), form, status=422)
    try:
        _move(drop.id, DropState(to), form)
    except UserError as error:
        form.add_problem(error)
        drop = get_drop(public_id)
        form.seen.data = drop.state.value
        return _move_page(drop, DropState(to), form, status=error.status)
    flash(_("Saved."), "good")
    return back_to(public_id)


def _move(drop_id: int, to: DropState, form: MoveForm) -> None:
    seen = form.seen_state
    if seen is None:
        raise StaleDropError
    with transaction():
        now, by = clock.utcnow(), current_actor()
        drop_states.move(drop_id, to, note=form.note.data, seen=seen, now=now, by=by)


def _move_page(
    drop: Drop, to: DropState, form: MoveForm, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "aid/desk/drops/become.html",
        status=status,
        drop=drop,
        form=form,
        to=to,
        **render.move_page(drop, to),
    )


# --- what became of it ----------------------------------------------------------------------------


@bp.get("/<public_id>/report")
@requires(Permission.AID_EDIT)
def report(public_id: str) -> ResponseReturnValue:
    """Show what is told of a round, to be written."""
    drop = get_drop(public_id, Permission.AID_EDIT)
    return _report_page(drop, ReportForm(drop, formdata=None))


@bp.post("/<public_id>/report")
@requires(Permission.AID_EDIT)
def save_report(public_id: str) -> ResponseReturnValue:
    """Keep what became of a round; it is public once the round is told about."""
    drop = get_drop(public_id, Permission.AID_EDIT)
    form = ReportForm(drop)
    if not form.validate():
        return _report_page(drop, form, status=422)
    try:
        with transaction():
            text, seen, by = form.report.data, form.seen_version, current_actor()
            service.report(drop.id, text, seen_version=seen, now=clock.utcnow(), by=by)
    except StaleDropError as error:
        form.add_problem(error)
        drop = get_drop(public_id)
        form.version.data = str(drop.version)
        found = differences(ReportForm(drop, formdata=None), form)
        return _report_page(drop, form, status=409, found=found)
    flash(_("Saved."), "good")
    return back_to(public_id)


def _report_page(
    drop: Drop, form: ReportForm, *, status: int = 200, found: Sequence[Difference] = ()
) -> ResponseReturnValue:
    return show_page(
        "aid/desk/drops/report.html", status=status, drop=drop, form=form, differences=found
    )


# --- its events -----------------------------------------------------------------------------------


@bp.post("/<public_id>/events")
@requires(Permission.AID_EDIT)
def add_event(public_id: str) -> ResponseReturnValue:
    """Let an event belong to a round."""
    drop = get_drop(public_id, Permission.AID_EDIT)
    form = EventForm(reads.list_linkable_events(drop, clock.utcnow()))
    if not form.validate() or form.event_id is None:
        return show_drop(drop, event_form=form, status=422)
    with transaction():
        service.add_event(drop.id, form.event_id, now=clock.utcnow(), by=current_actor())
    return back_to(public_id, "events")


@bp.post("/<public_id>/events/<int:event_id>/remove")
@requires(Permission.AID_EDIT)
def remove_event(public_id: str, event_id: int) -> ResponseReturnValue:
    """Let an event belong to a round no more."""
    drop = get_drop(public_id, Permission.AID_EDIT)
    if ActionForm().validate():
        with transaction():
            service.remove_event(drop.id, event_id, now=clock.utcnow(), by=current_actor())
    return back_to(public_id, "events")
