"""The desk's numbers to ring in trouble: of each group, or of one event instead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.events.desk.events import get_event
from app.events.forms.moving import ContactForm
from app.events.models.events import Event, SafetyContact
from app.events.queries import events as reads
from app.events.render.names import CONTACT_NAMES
from app.events.rules.contacts import is_stale, stale_from, stale_since
from app.events.service import safety
from app.groups import queries as groups
from app.groups.models import Group
from app.lib import clock
from app.lib.clock import day_in, start_of_day
from app.lib.errors import UserError
from app.settings import settings
from app.web.forms import ActionForm
from app.web.pages import render as show_page
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp: Blueprint = desk_blueprint("safety_desk", __name__, url_prefix="/desk/safety")


@bp.get("/")
@requires(Permission.EVENTS_EDIT)
def index() -> ResponseReturnValue:
    """List the numbers of her groups, or of one event."""
    event, today = _event(), _today()
    if event is not None:
        found = {event.group: reads.list_contacts(event.group_id, event.id)}
    else:
        found = {each: reads.list_contacts(each.id) for each in _groups()}
    return show_page(
        "events/desk/safety/index.html",
        event=event,
        contacts=found,
        act=ActionForm(),
        kind_names=CONTACT_NAMES,
        is_stale=lambda contact: is_stale(contact.checked_on, today),
    )


@bp.get("/new")
@requires(Permission.EVENTS_EDIT)
def new() -> ResponseReturnValue:
    """Ask for a number."""
    form = ContactForm(_groups())
    form.checked_on.data = _today()
    return _editor(form)


@bp.post("/new")
@requires(Permission.EVENTS_EDIT)
def create() -> ResponseReturnValue:
    """Add a number, for all that a group does or for one event."""
    form, event = ContactForm(_groups()), _event()
    if not form.validate():
        return _editor(form, status=422)
    group_id = event.group_id if event else form.groups[form.group.data].id
    try:
        with transaction():
            safety.add_contact(group_id, form.content(), event=event, **_by())
    except UserError as error:
        form.refuse(error)
        return _editor(form, status=422)
    flash(_("Saved."), "good")
    return _back(event)


@bp.get("/<int:contact_id>")
@requires(Permission.EVENTS_EDIT)
def edit(contact_id: int) -> ResponseReturnValue:
    """Show a number to be corrected."""
    contact = _contact(contact_id)
    return _editor(ContactForm(_groups(), contact), contact)


@bp.post("/<int:contact_id>")
@requires(Permission.EVENTS_EDIT)
def save(contact_id: int) -> ResponseReturnValue:
    """Correct a number."""
    contact = _contact(contact_id)
    form = ContactForm(_groups(), contact)
    if not form.validate():
        return _editor(form, contact, status=422)
    try:
        with transaction():
            safety.edit_contact(_contact(contact_id), form.content(), **_by())
    except UserError as error:
        form.refuse(error)
        return _editor(form, _contact(contact_id), status=422)
    flash(_("Saved."), "good")
    return _back(_event_of(_contact(contact_id)))


@bp.post("/<int:contact_id>/<any(checked, remove):step>")
@requires(Permission.EVENTS_EDIT)
def act(contact_id: int, step: str) -> ResponseReturnValue:
    """Note that somebody rang it today and it was right, or take it away."""
    event = _event_of(_contact(contact_id))
    if ActionForm().validate():
        with transaction():
            contact, now, by = _contact(contact_id), clock.utcnow(), current_actor()
            if step == "checked":
                safety.mark_checked(contact, today=_today(), now=now, by=by)
            else:
                safety.remove_contact(contact, now=now, by=by)
    return _back(event)


def _event() -> Event | None:
    """The one event whose own numbers are meant, where the address names one."""
    public_id = request.values.get("event")
    return get_event(public_id, Permission.EVENTS_EDIT) if public_id else None


def _event_of(contact: SafetyContact) -> Event | None:
    return reads.get_by_id(contact.event_id) if contact.event_id else None


def _contact(contact_id: int) -> SafetyContact:
    contact = reads.get_contact(contact_id, groups_with(Permission.EVENTS_SEE))
    check(Permission.EVENTS_EDIT, contact.group_id)
    return contact


def _groups() -> list[Group]:
    return [groups.get_group_by_id(each) for each in groups_with(Permission.EVENTS_EDIT)]


def _today() -> date:
    return day_in(settings().timezone, clock.utcnow())


def _by() -> dict[str, Any]:
    return {"today": _today(), "now": clock.utcnow(), "by": current_actor()}


def _back(event: Event | None) -> ResponseReturnValue:
    public_id = event.public_id if event else None
    return redirect(url_for("safety_desk.index", event=public_id), 303)


def _editor(
    form: ContactForm, contact: SafetyContact | None = None, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "events/desk/safety/edit.html",
        status=status,
        form=form,
        act=ActionForm(),
        contact=contact,
        event=_event_of(contact) if contact else _event(),
    )


# --- what waits -----------------------------------------------------------------------------------


def _stale(now: datetime) -> Iterator[Waiting]:
    day = stale_since(day_in(settings().timezone, now))
    for contact_id, group_id, checked_on in reads.list_stale_contacts(day, now):
        since = start_of_day(settings().timezone, stale_from(checked_on))
        yield Waiting(str(contact_id), since=since, group_id=group_id)


WAITING = WaitingSource(
    WaitingKind(
        key="safety_numbers",
        name=_l("Numbers to ring that nobody checked for three months"),
        advice=_l("Ring each, and write down that it is right."),
        endpoint="safety_desk.index",
        permission=Permission.EVENTS_EDIT,
        order=66,
    ),
    find=_stale,
)
