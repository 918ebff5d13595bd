"""The desk's list of those who come: decided about, entered, let in; a burst taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.guard import current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.db.session import retry_deadlocks, transaction
from app.events.desk.shifts import get_event
from app.events.errors.rsvps import RsvpError
from app.events.forms.attendees import (
    AttendeeFilterForm,
    DoorForm,
    EnterGuestForm,
    ReleaseForm,
    read_codes,
)
from app.events.models.events import Event
from app.events.models.rsvps import Rsvp
from app.events.queries import attendees as desk_reads
from app.events.queries import reminding as event_reads
from app.events.queries import rsvps as reads
from app.events.render import rsvps as render
from app.events.render.events import when_shown
from app.events.rules import rsvps as rules
from app.events.rules.words import EntrySource
from app.events.service import attending
from app.events.service.rsvps import Sender
from app.lib import clock
from app.lib.errors import UserError
from app.settings import settings
from app.web.forms import ActionForm
from app.web.locale import current_locale
from app.web.pages import render as show_page
from app.web.paging import Key, Page, read_key
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp: Blueprint = desk_blueprint("attendees_desk", __name__, url_prefix="/desk")

ROWS = 50
#: Events that are over stay in the list so long, and wait so long for a report.
JUST_OVER = timedelta(days=21)
#: So many live attendances from one network within a day are shown as a burst.
BURST = 4

#: What an organiser does about somebody by pressing one button, as it stands in the address.
STEPS: Mapping[str, Callable[..., None]] = {
    "accept": attending.accept,
    "decline": attending.decline,
    "withdraw": attending.withdraw,
    "back": attending.come_back,
}


@bp.get("/attendees/")
@requires(Permission.EVENTS_SEE_PEOPLE)
def index() -> ResponseReturnValue:
    """List the events with how many come, wait and asked."""
    now, groups = clock.utcnow(), groups_with(Permission.EVENTS_SEE_PEOPLE)
    events = desk_reads.list_recent_events(groups, ended_after=now - JUST_OVER, limit=200)
    return show_page(
        "events/desk/attendees/index.html",
        coming=[event for event in events if event.ends_at > now],
        over=[event for event in events if event.ends_at <= now],
        sums=desk_reads.sums_of([event.id for event in events]),
        days={event.id: str(when_shown(event)) for event in events},
    )


@bp.get("/events/<public_id>/attendees")
@requires(Permission.EVENTS_SEE_PEOPLE)
def people(public_id: str) -> ResponseReturnValue:
    """Show who comes, in the order in which they said so."""
    event = _event(public_id)
    form = AttendeeFilterForm(request.args)
    form.validate()
    page = _page(event, form, read_key(request.args.get("after")))
    return show_page(
        "events/desk/attendees/people.html",
        event=event,
        form=form,
        address=form.address(),
        page=page,
        act=ActionForm(),
        bounced=desk_reads.bounced_about([each.public_id for each in page.rows]),
        batch=desk_reads.last_batch(event.id),
        is_over=event.ends_at <= clock.utcnow(),
        **render.desk_sums(event),
    )


def _page(event: Event, form: AttendeeFilterForm, key: Key | None) -> Page[Rsvp]:
    after = key.row_id if key else 0
    rows = event_reads.list_attendees(
        event.id, form.states, q=form.words, after=after, limit=ROWS + 1
    )
    shown = rows[:ROWS]
    more = Key(shown[-1].created_at, shown[-1].id).encode() if len(rows) > ROWS else None
    return Page(shown, more)


@bp.post("/events/<public_id>/attendees/<who>/<any(" + ", ".join(STEPS) + "):step>")
@requires(Permission.EVENTS_SEE_PEOPLE)
def decide(public_id: str, who: str, step: str) -> ResponseReturnValue:
    """Accept or decline somebody, take it back for her, or undo that."""
    seen = {"seen": request.form.get("seen", "")} if step == "accept" else {}

    def act(rsvp: Rsvp) -> None:
        STEPS[step](rsvp, **seen, now=clock.utcnow(), by=current_actor())

    return _act(public_id, who, act)


@bp.post("/events/<public_id>/attendees/<who>/<any(in, out):step>")
@requires(Permission.EVENTS_SEE_PEOPLE)
def let_in(public_id: str, who: str, step: str) -> ResponseReturnValue:
    """Let a party in, or undo that."""

    def act(rsvp: Rsvp) -> None:
        if step == "out":
            attending.undo_check_in(rsvp)
        else:
            attending.check_in(rsvp.event, rsvp, rsvp.party_size, now=clock.utcnow())

    return _act(public_id, who, act)


def _act(public_id: str, who: str, act: Callable[[Rsvp], None]) -> ResponseReturnValue:
    reads.get_rsvp(_event(public_id).id, who)
    if ActionForm().validate():
        try:
            _apart(lambda: act(reads.get_rsvp(_event(public_id).id, who)))
        except UserError as error:
            flash(_(error.sentence, **error.params), "bad")
    if request.args.get("from") == "door":
        return redirect(url_for("attendees_desk.door", public_id=public_id), 303)
    target = url_for("attendees_desk.people", public_id=public_id, _anchor=f"p-{who}")
    return redirect(target, 303)


# --- entered, and let in --------------------------------------------------------------------------


@bp.get("/events/<public_id>/attendees/enter")
@requires(Permission.EVENTS_SEE_PEOPLE)
def ask_guest(public_id: str) -> ResponseReturnValue:
    """Show the form for somebody who rang, wrote on paper or stands there."""
    event = _event(public_id)
    source = request.args.get("source", EntrySource.PHONE.value)
    return _enter_page(event, EnterGuestForm(event, formdata=None, data={"source": source}))


@bp.post("/events/<public_id>/attendees/enter")
@requires(Permission.EVENTS_SEE_PEOPLE)
def enter(public_id: str) -> ResponseReturnValue:
    """Write somebody down."""
    event = _event(public_id)
    form = EnterGuestForm(event)
    if not form.validate():
        return _enter_page(event, form, status=422)
    try:
        _apart(lambda: _enter(_event(public_id), form))
    except UserError as error:
        part = error.part if isinstance(error, RsvpError) else None
        form.add_problem(error, form[part] if part else None)
        return _enter_page(_event(public_id), form, status=error.status)
    flash(_("Written down."), "good")
    return redirect(url_for("attendees_desk.people", public_id=public_id), 303)


def _enter(event: Event, form: EnterGuestForm) -> None:
    sender = Sender(
        nonce=f"desk:{form.nonce.data}"[:64],
        locale=current_locale(),
        source=EntrySource(form.source.data),
        may_wait=bool(form.may_wait.data),
    )
    attending.enter(event, form.wish, sender, now=clock.utcnow(), by=current_actor())


def _enter_page(event: Event, form: EnterGuestForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page("events/desk/attendees/enter.html", status=status, event=event, form=form)


@bp.get("/events/<public_id>/door")
@requires(Permission.EVENTS_SEE_PEOPLE)
def door(public_id: str) -> ResponseReturnValue:
    """Show the form for codes; the picture of a code leads here with it."""
    event = _event(public_id)
    code = rules.clean_code(request.args.get("code", ""))
    data = {"codes": code.upper()} if code else None
    return _door_page(event, DoorForm(formdata=None, data=data), code=code)


@bp.post("/events/<public_id>/door")
@requires(Permission.EVENTS_SEE_PEOPLE)
def check_in(public_id: str) -> ResponseReturnValue:
    """Let in everybody whose code was written down, and say which were not known."""
    event = _event(public_id)
    form = DoorForm()
    if not form.validate():
        return _door_page(event, form, status=422)
    codes = read_codes(form.codes.data or "")
    found = dict[str, str]()

    def work() -> None:
        found.update(attending.check_in_codes(_event(public_id), codes, now=clock.utcnow()))

    _apart(work)
    for words, tone in render.door_words(found):
        flash(words, tone)
    return redirect(url_for("attendees_desk.door", public_id=public_id), 303)


def _door_page(
    event: Event, form: DoorForm, *, code: str = "", status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "events/desk/attendees/door.html",
        status=status,
        event=event,
        form=form,
        act=ActionForm(),
        code=code,
        found=reads.find_by_code(event.id, code) if code else None,
        **render.desk_sums(event),
    )


# --- a burst --------------------------------------------------------------------------------------


@bp.get("/events/<public_id>/attendees/release")
@requires(Permission.EVENTS_SEE_PEOPLE)
def ask_release(public_id: str) -> ResponseReturnValue:
    """Show where many attendances came from at once, and the form to take them back."""
    event = _event(public_id)
    form = ReleaseForm(_bursts(event), formdata=None, data={"only_unproven": True})
    return _release_page(event, form)


@bp.post("/events/<public_id>/attendees/release")
@requires(Permission.EVENTS_SEE_PEOPLE)
def release(public_id: str) -> ResponseReturnValue:
    """Take the seats of a burst back in one step; the list offers to undo it."""
    event = _event(public_id)
    form = ReleaseForm(_bursts(event))
    if not form.validate():
        return _release_page(event, form, status=422)
    since, until = form.span()
    count = 0

    def work() -> None:
        nonlocal count
        held = _event(public_id)
        chosen = desk_reads.list_burst(
            held.id,
            network=form.network.data or None,
            since=since,
            until=until,
            only_unproven=bool(form.only_unproven.data),
        )
        count = len(chosen)
        if chosen:
            attending.release(held, list(chosen), now=clock.utcnow(), by=current_actor())

    _apart(work)
    words = _("%(count)s taken back. You can undo it below.", count=count)
    flash(words if count else _("There was nothing to take back."), "good" if count else "info")
    return redirect(url_for("attendees_desk.people", public_id=public_id), 303)


@bp.post("/events/<public_id>/attendees/put-back/<batch>")
@requires(Permission.EVENTS_SEE_PEOPLE)
def put_back(public_id: str, batch: str) -> ResponseReturnValue:
    """Undo a release."""
    _event(public_id)
    if ActionForm().validate():
        back = in_line = 0

        def work() -> None:
            nonlocal back, in_line
            event, by = _event(public_id), current_actor()
            back, in_line = attending.put_back(event, batch, now=clock.utcnow(), by=by)

        _apart(work)
        flash(_("%(count)s put back.", count=back + in_line), "good")
        if in_line:
            words = ngettext(
                "%(num)s is on the waiting list: others have the places.",
                "%(num)s are on the waiting list: others have the places.",
                in_line,
            )
            flash(words, "info")
    return redirect(url_for("attendees_desk.people", public_id=public_id), 303)


def _bursts(event: Event) -> list[desk_reads.Burst]:
    return desk_reads.list_networks(event.id, at_least=BURST)


def _release_page(event: Event, form: ReleaseForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page(
        "events/desk/attendees/release.html",
        status=status,
        event=event,
        form=form,
        zone=settings().timezone,
    )


# --- rows -----------------------------------------------------------------------------------------


def _event(public_id: str) -> Event:
    return get_event(public_id, Permission.EVENTS_SEE_PEOPLE)


def _apart(work: Callable[[], None]) -> None:
    """In a transaction of its own, once more after a deadlock."""

    def once() -> None:
        with transaction():
            work()

    retry_deadlocks(once)


def event_block(event: Event) -> Mapping[str, Any]:
    """What an event's page on the desk says about those who come."""
    sees_guests = event.group_id in groups_with(Permission.EVENTS_SEE_PEOPLE)
    return {"sees_guests": sees_guests, **render.desk_sums(event)}


# --- what waits -----------------------------------------------------------------------------------


def _asked(now: datetime) -> Iterator[Waiting]:
    for public_id, since, group_id, starts_at in event_reads.to_decide(now):
        yield Waiting(public_id, since=since, group_id=group_id, due_at=starts_at)


def _unreported(now: datetime) -> Iterator[Waiting]:
    for public_id, ended_at, group_id in event_reads.unreported(
        since=now - JUST_OVER, until=now - timedelta(hours=12)
    ):
        yield Waiting(public_id, since=ended_at, group_id=group_id)


WAITING_ASKED = WaitingSource(
    WaitingKind(
        key="rsvps_asked",
        name=_l("Events with people who asked to come"),
        advice=_l("Accept or decline each; she hears of it by mail."),
        endpoint="attendees_desk.index",
        permission=Permission.EVENTS_SEE_PEOPLE,
        order=60,
    ),
    find=_asked,
)
WAITING_REPORT = WaitingSource(
    WaitingKind(
        key="events_unreported",
        name=_l("Events that are over and have no report"),
        advice=_l("Write down how many came and how it was, and thank them."),
        endpoint="attendees_desk.index",
        permission=Permission.EVENTS_SEE_PEOPLE,
        order=66,
    ),
    find=_unreported,
)

__all__ = ["STEPS", "WAITING_ASKED", "WAITING_REPORT", "bp", "event_block"]
