"""The desk's events: what is on, begun in a short form, led to the public and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.audit import queries as audit
from app.audit.render import action_name
from app.db.session import transaction
from app.events.desk import attendees as attendees_desk
from app.events.desk import offers as offers_desk
from app.events.desk import shifts as shifts_desk
from app.events.forms.events import NewEventForm
from app.events.models.events import Event
from app.events.queries import events as reads
from app.events.render import desk as render
from app.events.render import events as page_render
from app.events.render.names import MOVE_NAMES, STEP_NAMES
from app.events.render.words import KIND_NAMES
from app.events.rules import march as march_rules
from app.events.rules.statuses import Step, moves_from, steps_from
from app.events.rules.words import EventKind, EventState, Mode
from app.events.service import editing, series
from app.groups import queries as groups
from app.lib import clock
from app.lib.clock import day_in, start_of_day
from app.lib.errors import UserError
from app.places.service import make_place
from app.web.filters import number
from app.web.forms import ActionForm
from app.web.pages import render as show_page
from app.web.paging import read_key
from app.web.panels import Card, Figure, TodayContext, Waiting, WaitingKind, WaitingSource

bp: Blueprint = desk_blueprint("events_desk", __name__, url_prefix="/desk/events")

#: What other sides of events show on the desk's page of one: the values of its own part each.
BLOCKS: tuple[Callable[[Event], Mapping[str, Any]], ...] = (
    attendees_desk.event_block,
    offers_desk.event_block,
    shifts_desk.event_block,
)
VIEWS: Final = ("coming", "drafts", "past", "all")
#: A change of these is told to those who come.
TOLD: Final = ("when", "where")
#: What is done here; hiding and showing belong to the looking after reports.
STEPS: Final = (Step.PUBLISH, Step.WITHDRAW)


def get_event(public_id: str, permission: Permission = Permission.EVENTS_SEE) -> Event:
    """The event of an address, if the account may do this with it."""
    event = reads.get_for_desk(public_id, groups_with(Permission.EVENTS_SEE))
    check(permission, event.group_id)
    return event


def back_to(public_id: str, anchor: str | None = None) -> ResponseReturnValue:
    """Lead back to the desk's page of an event."""
    return redirect(url_for("events_desk.show", public_id=public_id, _anchor=anchor), 303)


@bp.get("/")
@requires(Permission.EVENTS_SEE)
def index() -> ResponseReturnValue:
    """List the events of her groups: what comes, what is not on the site yet, what was."""
    now, wanted = clock.utcnow(), _wanted()
    page = reads.list_for_desk(wanted, now, read_key(request.args.get("after")))
    return show_page(
        "events/desk/index.html",
        events=page.rows,
        next_key=page.next_key,
        view=wanted.view,
        kind=wanted.kind or "",
        counts=reads.count_views(wanted.group_ids, now),
        coming=reads.count_coming([event.id for event in page.rows]),
        when=page_render.when_shown,
        tags=render.tags,
        kind_names=KIND_NAMES,
        has_several_groups=len(set(wanted.group_ids)) > 1,
        may_edit=bool(groups_with(Permission.EVENTS_EDIT)),
    )


def _wanted() -> reads.DeskFilter:
    view, kind = request.args.get("view", ""), request.args.get("kind", "")
    return reads.DeskFilter(
        group_ids=groups_with(Permission.EVENTS_SEE),
        view=view if view in VIEWS else "coming",
        kind=EventKind(kind) if kind in set(EventKind) else None,
    )


@bp.get("/new")
@requires(Permission.EVENTS_EDIT)
def new() -> ResponseReturnValue:
    """Show the short form that begins an event."""
    return _new_page(_new_form())


@bp.post("/new")
@requires(Permission.EVENTS_EDIT)
def create() -> ResponseReturnValue:
    """Begin an event as a draft."""
    form = _new_form()
    if not form.validate():
        return _new_page(form, status=422)
    try:
        public_id = _create(form)
    except UserError as error:
        form.add_problem(error)
        return _new_page(form, status=422)
    flash(_("The event is kept as a draft."), "good")
    return back_to(public_id)


def _new_form() -> NewEventForm:
    mine = [groups.get_group_by_id(each) for each in groups_with(Permission.EVENTS_EDIT)]
    return NewEventForm(mine)


def _create(form: NewEventForm) -> str:
    with transaction():
        place = None if form.wanted_mode is Mode.ONLINE else make_place(form.place)
        event = editing.create_event(
            groups.get_group_by_id(form.chosen_group.id),
            basics=form.basics(),
            when=form.when,
            where=form.where(place.id if place else None),
            status=form.status,
            now=clock.utcnow(),
            by=current_actor(),
        )
        return event.public_id


def _new_page(form: NewEventForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page("events/desk/new.html", status=status, form=form)


@bp.get("/<public_id>")
@requires(Permission.EVENTS_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """Show how an event stands, and everything that can be done with it."""
    event, now = get_event(public_id), clock.utcnow()
    values: dict[str, Any] = {}
    for block in BLOCKS:
        values |= block(event)
    return show_page("events/desk/show.html", **values | _standing(event, now))


def _standing(event: Event, now: datetime) -> dict[str, Any]:
    is_over = event.ends_at <= now
    is_public = event.state is EventState.PUBLISHED
    return {
        "event": event,
        "act": ActionForm(),
        "tags": render.tags(event),
        "parts": render.parts(event, now=now),
        "when": page_render.when_shown(event),
        "previous": page_render.previous_shown(event),
        "is_over": is_over,
        "steps": [(each, STEP_NAMES[each]) for each in steps_from(event.state) if each in STEPS],
        "moves": [
            (each, MOVE_NAMES[each])
            for each in moves_from(event.status, event.mode, is_over=is_over)
            if is_public
        ],
        "notes": reads.list_notes(event.id),
        "march": render.march(event, now=now),
        "missing": render.missing(event),
        "occurrences": series.count_occurrences(event.series_id) if event.series_id else 0,
        "record": audit.list_for(f"event:{event.id}", limit=30),
        "action_name": action_name,
        "may_edit": event.group_id in groups_with(Permission.EVENTS_EDIT),
        # A change of these is told to those who come: whoever publishes may make it.
        "told_parts": TOLD if is_public else (),
        "may_publish": event.group_id in groups_with(Permission.EVENTS_PUBLISH),
        "may_moderate": event.group_id in groups_with(Permission.EVENTS_MODERATE),
    }


@bp.post("/<public_id>/<any(publish, withdraw):step>")
@requires(Permission.EVENTS_PUBLISH)
def take_step(public_id: str, step: str) -> ResponseReturnValue:
    """Publish an event, or take it back; of a series also all that follow."""
    event = get_event(public_id, Permission.EVENTS_PUBLISH)
    if ActionForm().validate():
        act = series.step_following if request.form.get("scope") == "following" else editing.step
        try:
            with transaction():
                act(event.id, Step(step), now=clock.utcnow(), by=current_actor())
        except UserError as error:
            flash(_(error.sentence, **error.params), "bad")
    return back_to(public_id)


# --- Today ----------------------------------------------------------------------------------------


def cards(context: TodayContext) -> list[Card]:
    """Show on Today what is on and what is not on the site yet."""
    mine = context.may(Permission.EVENTS_SEE)
    if not mine:
        return []
    counts = reads.count_views(mine, context.now)
    views = (("coming", _("Coming")), ("drafts", _("Drafts")))
    figures = [
        Figure(name, number(counts[view]), url_for("events_desk.index", view=view))
        for view, name in views
    ]
    return [Card("events", _("Events"), figures, order=15)]


def _marches(now: datetime) -> Iterator[Waiting]:
    for event in reads.list_marches_without_notice(now):
        found, today = render.notice_of(event, now=now), day_in(event.zone, now)
        if not march_rules.needs_reminder(found, today) or found.give_by is None:
            continue
        since = start_of_day(event.zone, found.give_by - march_rules.SOON)
        due_at = start_of_day(event.zone, found.give_by + timedelta(days=1))
        since = max(since, event.published_at or since)
        yield Waiting(event.public_id, since=since, group_id=event.group_id, due_at=due_at)


WAITING_MARCHES = WaitingSource(
    WaitingKind(
        key="march_notices",
        name=_l("Marches whose notice is due"),
        advice=_l("Give notice, and write down on which day it was given."),
        endpoint="events_desk.index",
        args={"kind": "march"},
        permission=Permission.EVENTS_SEE,
        order=60,
    ),
    find=_marches,
)
