"""Writing to those who come; afterwards how many came, how it was, and thanks."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import current_actor, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.appeals.queries import appeals as appeal_reads
from app.db.session import transaction
from app.events.desk.attendees import bp
from app.events.desk.shifts import get_event
from app.events.forms.attendees import AUDIENCE_NAMES, MessageForm, OutcomeForm, ThankForm
from app.events.models.events import Event
from app.events.queries import attendees as desk_reads
from app.events.queries import events as event_reads
from app.events.queries import rsvps as reads
from app.events.render import rsvps as render
from app.events.service import afterwards, messaging
from app.events.service.messaging import AUDIENCES, Thing
from app.lib import clock
from app.lib.errors import NotFoundError, StaleError
from app.web.pages import render as show_page

__all__ = ["bp"]


@bp.get("/events/<public_id>/message")
@requires(Permission.EVENTS_SEE_PEOPLE)
def ask_message(public_id: str) -> ResponseReturnValue:
    """Show the form of a message to those who come."""
    event = get_event(public_id, Permission.EVENTS_SEE_PEOPLE)
    return _message_page(event, MessageForm(formdata=None))


@bp.post("/events/<public_id>/message")
@requires(Permission.EVENTS_SEE_PEOPLE)
def send_message(public_id: str) -> ResponseReturnValue:
    """Show the message as it will be read; the second time, send it."""
    event = get_event(public_id, Permission.EVENTS_SEE_PEOPLE)
    form = MessageForm()
    if not form.validate():
        return _message_page(event, form, status=422)
    if form.confirmed.data != "y":
        return _message_page(event, form, is_preview=True)
    with transaction():
        held = get_event(public_id, Permission.EVENTS_SEE_PEOPLE)
        messaging.send(
            held,
            form.audience.data,
            form.subject.data or "",
            form.text.data or "",
            nonce=form.nonce.data or "",
            now=clock.utcnow(),
            by=current_actor(),
        )
    flash(_("The message is on its way."), "good")
    return redirect(url_for("attendees_desk.people", public_id=public_id), 303)


def _message_page(
    event: Event, form: MessageForm, *, is_preview: bool = False, status: int = 200
) -> ResponseReturnValue:
    readers = {key: reads.count_readers(event.id, states) for key, states in AUDIENCES.items()}
    return show_page(
        "events/desk/attendees/message.html",
        status=status,
        event=event,
        form=form,
        is_preview=is_preview,
        readers=readers,
        audience_name=AUDIENCE_NAMES.get(form.audience.data or "", ""),
    )


# --- afterwards -----------------------------------------------------------------------------------


@bp.get("/events/<public_id>/afterwards")
@requires(Permission.EVENTS_EDIT)
def after(public_id: str) -> ResponseReturnValue:
    """Show the forms for how it was, and for thanks."""
    event = get_event(public_id, Permission.EVENTS_EDIT)
    return _after_page(event, OutcomeForm(event, formdata=None))


@bp.post("/events/<public_id>/afterwards")
@requires(Permission.EVENTS_EDIT)
def report(public_id: str) -> ResponseReturnValue:
    """Write down how many came and how it was; 409 where somebody else did meanwhile."""
    event = get_event(public_id, Permission.EVENTS_EDIT)
    form = OutcomeForm(event)
    if not form.validate():
        return _after_page(event, form, status=422)
    try:
        with transaction():
            afterwards.report(
                event_reads.lock_event(event.id),
                form.headcount.data,
                form.words,
                version=form.seen_version,
                now=clock.utcnow(),
                by=current_actor(),
            )
    except StaleError as error:
        form.add_problem(error)
        return _after_page(get_event(public_id), form, status=error.status)
    flash(_("Saved."), "good")
    return redirect(url_for("attendees_desk.after", public_id=public_id), 303)


@bp.post("/events/<public_id>/thanks")
@requires(Permission.EVENTS_SEE_PEOPLE)
def thank(public_id: str) -> ResponseReturnValue:
    """Thank everybody who came, once."""
    event = get_event(public_id, Permission.EVENTS_SEE_PEOPLE)
    form = ThankForm(_choices(event))
    if not form.validate():
        return _after_page(event, OutcomeForm(event, formdata=None), form, status=422)
    wanted = next(each for each in _things(event) if each.key == form.next_thing.data)
    with transaction():
        held = event_reads.lock_event(event.id)
        messaging.thank(held, form.text.data or "", wanted, now=clock.utcnow(), by=current_actor())
    flash(_("The thanks are on their way."), "good")
    return redirect(url_for("attendees_desk.after", public_id=public_id), 303)


def _things(event: Event) -> list[Thing]:
    """What people can do next: come to another event of the group, give, read about the group."""
    now, group = clock.utcnow(), event.group
    events = desk_reads.list_recent_events([group.id], ended_after=now, limit=20)
    appeals = appeal_reads.list_public_of_group(group.id, now)
    return [
        *(Thing("events.show", each.slug, each.title) for each in events if each.id != event.id),
        *(Thing("appeals.show", each.slug, each.title) for each in appeals[:20]),
        Thing("groups.group", group.slug, group.name),
    ]


def _choices(event: Event) -> list[tuple[str, str]]:
    return [(each.key, render.thing_name(each.title)) for each in _things(event)]


def _after_page(
    event: Event, form: OutcomeForm, thanks: ThankForm | None = None, *, status: int = 200
) -> ResponseReturnValue:
    if event.ends_at > clock.utcnow():
        raise NotFoundError
    return show_page(
        "events/desk/attendees/after.html",
        status=status,
        event=event,
        form=form,
        may_thank=event.group_id in groups_with(Permission.EVENTS_SEE_PEOPLE),
        thanks=thanks or ThankForm(_choices(event), formdata=None),
        purged_on=reads.purge_day(event),
        readers=reads.count_readers(event.id, AUDIENCES["going"]),
        **render.desk_sums(event),
    )
