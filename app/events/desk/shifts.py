"""The desk's shifts: which people are needed, who takes what, the rota on paper."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.events.forms.shifts import ShiftForm
from app.events.models.events import Event
from app.events.models.shifts import Shift
from app.events.queries import events as event_reads
from app.events.queries import shifts as reads
from app.events.render import shifts as render
from app.events.rules import shifts as rules
from app.events.rules.words import SignupState
from app.events.service import shifts
from app.lib import clock
from app.lib.errors import StaleError, UserError
from app.settings import settings
from app.web.forms import ActionForm
from app.web.locale import absolute_url
from app.web.pages import render as show_page
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp: Blueprint = desk_blueprint("shifts_desk", __name__, url_prefix="/desk")


@bp.get("/shifts/")
@requires(Permission.EVENTS_SEE)
def index() -> ResponseReturnValue:
    """List the coming events that have shifts, with what is short and who is to be decided on."""
    now = clock.utcnow()
    events = reads.list_coming_with_shifts(groups_with(Permission.EVENTS_SEE), now=now)
    found = {event.id: reads.list_shifts(event.id) for event in events}
    return show_page(
        "events/desk/shifts/index.html",
        events=events,
        needed={key: sum(each.needed for each in rows) for key, rows in found.items()},
        missing={
            key: sum(rules.still_needed(each.needed, each.taken) for each in rows)
            for key, rows in found.items()
        },
        asked=reads.count_asked([event.id for event in events]),
        days={event.id: render.wall_day(event.starts_local) for event in events},
    )


@bp.get("/events/<public_id>/shifts")
@requires(Permission.EVENTS_SEE)
def plan(public_id: str) -> ResponseReturnValue:
    """Show the shifts of an event with whoever has them, and the form for more."""
    event = get_event(public_id)
    return _plan_page(event, ShiftForm(event, formdata=None))


@bp.post("/events/<public_id>/shifts")
@requires(Permission.EVENTS_EDIT)
def make(public_id: str) -> ResponseReturnValue:
    """Make a shift, or several one after the other."""
    event = get_event(public_id, Permission.EVENTS_EDIT)
    form = ShiftForm(event)
    if not form.validate():
        return _plan_page(event, form, status=422)
    try:
        with transaction():
            made = shifts.make_shifts(
                get_event(public_id),
                form.content(),
                form.count.data or 1,
                now=clock.utcnow(),
                by=current_actor(),
            )
            count = len(made)
    except UserError as error:
        form.add_problem(error, form.starts_local)
        return _plan_page(get_event(public_id), form, status=422)
    flash(_("Added."), "good")
    return redirect(url_for("shifts_desk.plan", public_id=public_id, added=count), 303)


@bp.get("/events/<public_id>/shifts/<key>")
@requires(Permission.EVENTS_EDIT)
def edit(public_id: str, key: str) -> ResponseReturnValue:
    """Show the form of one shift."""
    event, shift = get_shift(public_id, key, Permission.EVENTS_EDIT)
    return _edit_page(event, shift, ShiftForm(event, shift, formdata=None))


@bp.post("/events/<public_id>/shifts/<key>")
@requires(Permission.EVENTS_EDIT)
def save(public_id: str, key: str) -> ResponseReturnValue:
    """Change a shift; 409 where somebody else changed it meanwhile."""
    event, shift = get_shift(public_id, key, Permission.EVENTS_EDIT)
    form = ShiftForm(event, shift)
    if not form.validate():
        return _edit_page(event, shift, form, status=422)
    try:
        with transaction():
            _event_row, held = get_shift(public_id, key)
            shifts.edit_shift(
                held,
                form.content(),
                version=form.seen_version,
                now=clock.utcnow(),
                by=current_actor(),
            )
    except UserError as error:
        form.add_problem(error, None if isinstance(error, StaleError) else form.starts_local)
        event, shift = get_shift(public_id, key)
        return _edit_page(event, shift, form, status=error.status)
    flash(_("Saved."), "good")
    return back_to_plan(public_id)


@bp.post("/events/<public_id>/shifts/<key>/remove")
@requires(Permission.EVENTS_EDIT)
def remove(public_id: str, key: str) -> ResponseReturnValue:
    """Take a shift away, and tell whoever had it."""
    event, shift = get_shift(public_id, key, Permission.EVENTS_EDIT)
    form = ShiftForm(event, shift)
    if not ActionForm().validate():
        return _edit_page(event, shift, form, status=422)
    try:
        with transaction():
            _event_row, held = get_shift(public_id, key)
            version = form.seen_version
            shifts.remove_shift(held, version=version, now=clock.utcnow(), by=current_actor())
    except StaleError as error:
        form.add_problem(error)
        return _edit_page(*get_shift(public_id, key), form, status=error.status)
    flash(_("The shift is taken away; whoever had it hears of it."), "good")
    return back_to_plan(public_id)


def back_to_plan(public_id: str) -> ResponseReturnValue:
    """Lead back to the shifts of an event."""
    return redirect(url_for("shifts_desk.plan", public_id=public_id), 303)


def _plan_page(event: Event, form: ShiftForm, *, status: int = 200) -> ResponseReturnValue:
    found, now = reads.list_shifts(event.id), clock.utcnow()
    days: dict[str, list[Shift]] = {}
    for shift in found:
        days.setdefault(render.wall_day(shift.starts_local), []).append(shift)
    return show_page(
        "events/desk/shifts/plan.html",
        status=status,
        event=event,
        form=form,
        act=ActionForm(),
        days=days,
        invites={each.public_id: _invite_url(event, each) for each in found if each.is_trusted},
        clashes=render.clashes(found),
        role_name=render.role_name,
        hours=render.hours,
        state_names=render.STATE_NAMES,
        source_names=render.SOURCE_NAMES,
        has_begun=event.starts_at - rules.EARLY < now,
        is_over=event.ends_at < now,
        may_edit=event.group_id in groups_with(Permission.EVENTS_EDIT),
        may_see_people=event.group_id in groups_with(Permission.EVENTS_SEE_PEOPLE),
    )


def _edit_page(
    event: Event, shift: Shift, form: ShiftForm, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "events/desk/shifts/edit.html",
        status=status,
        event=event,
        shift=shift,
        form=form,
        act=ActionForm(),
        live=sum(each.state in rules.LIVE for each in shift.signups),
        title=f"{render.role_name(shift.role)}{_(', ')}{render.hours(shift)}",
    )


def _invite_url(event: Event, shift: Shift) -> str:
    locale = settings().default_locale
    token = render.invite_token(shift)
    return absolute_url("shifts.ask", locale=locale, slug=event.slug, invited=token)


# --- rows -----------------------------------------------------------------------------------------


def get_event(public_id: str, permission: Permission = Permission.EVENTS_SEE) -> Event:
    """The event of an address, if the account may do this with it."""
    event = event_reads.get_for_desk(public_id, groups_with(Permission.EVENTS_SEE))
    check(permission, event.group_id)
    return event


def get_shift(
    public_id: str, key: str | None, permission: Permission = Permission.EVENTS_SEE
) -> tuple[Event, Shift]:
    """The same with one of its shifts."""
    event = get_event(public_id, permission)
    return event, reads.get_shift(key or "", event.id)


def event_block(event: Event) -> Mapping[str, Any]:
    """What an event's page on the desk says about its shifts."""
    found = reads.list_shifts(event.id)
    asked = [each for shift in found for each in shift.signups if each.state is SignupState.ASKED]
    return {
        "shift_count": len(found),
        "shift_missing": sum(rules.still_needed(each.needed, each.taken) for each in found),
        "shift_asked": len(asked),
    }


# --- what waits -----------------------------------------------------------------------------------


def _short(now: datetime) -> Iterator[Waiting]:
    for public_id, starts_at, published_at, group_id in reads.list_short(
        now=now, until=now + rules.SHORT_WITHIN
    ):
        since = max(starts_at - rules.SHORT_WITHIN, published_at or starts_at)
        yield Waiting(public_id, since=min(since, now), group_id=group_id, due_at=starts_at)


def _asked(now: datetime) -> Iterator[Waiting]:
    for public_id, since, group_id in reads.list_asked(now=now):
        yield Waiting(public_id, since=since, group_id=group_id)


WAITING_SHORT = WaitingSource(
    WaitingKind(
        key="shifts_short",
        name=_l("Shifts of the next seven days that need more people"),
        advice=_l("Ask people you know, or change the shift."),
        endpoint="shifts_desk.index",
        permission=Permission.EVENTS_SEE,
        order=62,
    ),
    find=_short,
)
WAITING_ASKED = WaitingSource(
    WaitingKind(
        key="shifts_asked",
        name=_l("People who offer to take a shift"),
        advice=_l("Speak with them, then accept or decline."),
        endpoint="shifts_desk.index",
        permission=Permission.EVENTS_SEE_PEOPLE,
        order=61,
    ),
    find=_asked,
)
