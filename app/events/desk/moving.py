"""The desk says what becomes of an event: confirmed, postponed, moved, cancelled, taken back."""

from __future__ import annotations

from typing import Any, Final

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import current_actor, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.events.desk.events import back_to, bp, get_event
from app.events.errors.editing import StaleEventError
from app.events.forms.moving import MoveForm, MoveOnlineForm, RescheduleForm
from app.events.models.events import Event
from app.events.queries import events as reads
from app.events.queries import rsvps as rsvp_reads
from app.events.queries import shifts as shift_reads
from app.events.render.events import when_shown
from app.events.render.names import MOVE_NAMES
from app.events.rules.rsvps import HEARS_OF_CHANGES
from app.events.rules.statuses import Move
from app.events.service import series, statuses
from app.lib import clock
from app.lib.errors import UserError
from app.web.pages import render as show_page

MOVE: Final = "any(" + ", ".join(f"'{each.value}'" for each in Move) + ")"
FORMS: Final = {Move.RESCHEDULE: RescheduleForm, Move.MOVE_ONLINE: MoveOnlineForm}
_SIMPLE: Final = {
    Move.CONFIRM: statuses.confirm,
    Move.POSTPONE: statuses.postpone,
    Move.CANCEL: statuses.cancel,
    Move.REINSTATE: statuses.reinstate,
}
AnyForm = MoveForm | RescheduleForm


@bp.get(f"/<public_id>/become/<{MOVE}:move>")
@requires(Permission.EVENTS_PUBLISH)
def ask_move(public_id: str, move: str) -> ResponseReturnValue:
    """Ask for what is needed, and say how many people are told before anything is done."""
    event = get_event(public_id, Permission.EVENTS_PUBLISH)
    return _page(_form(event, Move(move)), event, Move(move))


@bp.post(f"/<public_id>/become/<{MOVE}:move>")
@requires(Permission.EVENTS_PUBLISH)
def make_move(public_id: str, move: str) -> ResponseReturnValue:
    """Do it; everybody who left an address gets one mail."""
    event, wanted = get_event(public_id, Permission.EVENTS_PUBLISH), Move(move)
    form = _form(event, wanted)
    if not form.validate():
        return _page(form, event, wanted, status=422)
    try:
        with transaction():
            _move(form, event.id, wanted)
    except UserError as error:
        form.refuse(error)
        status = 409 if isinstance(error, StaleEventError) else 422
        return _page(form, get_event(public_id), wanted, status=status)
    flash(_("Done. Whoever left an address hears of it."), "good")
    return back_to(public_id)


def _count_helpers(event: Event) -> int:
    """How many people who help there left an address."""
    return len({each.email for each in shift_reads.list_live(event.id) if each.email})


def _form(event: Event, move: Move) -> AnyForm:
    made: AnyForm = FORMS.get(move, MoveForm)(event)
    return made


def _move(form: AnyForm, event_id: int, move: Move) -> None:
    values: dict[str, Any] = {
        "note": form.note.data,
        "now": clock.utcnow(),
        "by": current_actor(),
    }
    if isinstance(form, RescheduleForm):
        if reads.lock_event(event_id).version != form.seen_version:
            # The clock she moves it from is not the one that stands.
            form.version.data = str(reads.get_by_id(event_id).version)
            raise StaleEventError
        statuses.reschedule(event_id, form.when, **values)
    elif isinstance(form, MoveOnlineForm):
        url, shown = form.online_url.data, form.shown
        statuses.move_online(event_id, url, online_shown=shown, **values)
    elif move is Move.CANCEL and request.form.get("scope") == "following":
        series.cancel_following(event_id, **values)
    else:
        _SIMPLE[move](event_id, **values)


def _page(form: AnyForm, event: Event, move: Move, *, status: int = 200) -> ResponseReturnValue:
    return show_page(
        "events/desk/move.html",
        status=status,
        form=form,
        event=event,
        move=move.value,
        move_name=MOVE_NAMES[move],
        when=when_shown(event),
        told=rsvp_reads.count_readers(event.id, HEARS_OF_CHANGES) + _count_helpers(event),
        has_scope=move is Move.CANCEL and event.series_id is not None,
        scope=request.form.get("scope", "this"),
    )
