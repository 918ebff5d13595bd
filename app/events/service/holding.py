"""What is kept of somebody who comes to events, helps at them or hosts one, and how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from app.audit.facts import Actor
from app.db.batches import in_batches
from app.db.session import db, transaction
from app.events.mails import hosting as host_mails
from app.events.mails import rsvps as rsvp_mails
from app.events.mails import shifts as shift_mails
from app.events.models.events import Event
from app.events.models.hosting import EventHost
from app.events.models.rsvps import Rsvp
from app.events.models.shifts import Shift, ShiftSignup
from app.events.queries import reminding as reminding_reads
from app.events.render.names import WAY_NAMES
from app.events.render.rsvps import PAPER_NAMES
from app.events.render.rsvps import STATE_NAMES as RSVP_STATE_NAMES
from app.events.render.shifts import STATE_NAMES as SHIFT_STATE_NAMES
from app.events.render.shifts import role_name
from app.events.rules.rsvps import kept_days
from app.events.rules.words import EventState, Status
from app.events.service import retention, rsvps, signups
from app.events.service.listing import relist
from app.lib.personal import Erased, Holding, Line, Purge, Stayed
from app.lib.text import N_
from app.mail.service import outbox as mail
from app.places.rules import Spot
from app.web.filters import plain

#: In place of a name that a row must have.
_NOBODY: Final = "—"
_BATCH: Final = 50


def _rsvps(email: str) -> Sequence[Rsvp]:
    found = select(Rsvp).where(or_(Rsvp.email == email, Rsvp.new_email == email))
    return db.session.scalars(found.order_by(Rsvp.id)).all()


def _signups(email: str) -> Sequence[ShiftSignup]:
    found = select(ShiftSignup).where(ShiftSignup.email == email)
    return db.session.scalars(found.order_by(ShiftSignup.id)).all()


def _hosts(email: str) -> Sequence[EventHost]:
    found = select(EventHost).where(EventHost.email == email)
    return db.session.scalars(found.order_by(EventHost.event_id)).all()


def _find(email: str) -> Sequence[Line]:
    # Whoever asked for mails at a new address has not proven it: it is not hers yet.
    coming = [_rsvp_line(each) for each in _rsvps(email) if each.email == email]
    helping = [_signup_line(each) for each in _signups(email)]
    return [*coming, *helping, *(_host_line(each) for each in _hosts(email))]


def _rsvp_line(rsvp: Rsvp) -> Line:
    return Line(
        title=_("You come to %(event)s", event=plain(rsvp.event.title)),
        facts={
            "state": rsvp.state.value,
            "way": rsvp.way.value,
            "party_size": rsvp.party_size,
            "email": rsvp.email,
            "new_email": rsvp.new_email,
            "name": rsvp.name,
            "needs": rsvp.needs,
            "locale": rsvp.locale,
            "came": rsvp.checked_in_at.isoformat() if rsvp.checked_in_at else None,
            "came_from": rsvp.came_from.value if rsvp.came_from else None,
        },
        since=rsvp.created_at,
        until=_goes_at(rsvp.event),
        link=rsvp_mails.page_link(rsvp),
        said={
            "state": str(RSVP_STATE_NAMES[rsvp.state]),
            "way": str(WAY_NAMES[rsvp.way]),
            "came_from": str(PAPER_NAMES[rsvp.came_from]) if rsvp.came_from else "",
        },
    )


def _signup_line(signup: ShiftSignup) -> Line:
    return Line(
        title=_("You help at %(event)s", event=plain(signup.shift.event.title)),
        facts={
            "state": signup.state.value,
            "role": signup.shift.role.value,
            "name": signup.name,
            "email": signup.email,
            "phone": signup.phone,
            "skills": signup.skills,
            "locale": signup.locale,
        },
        since=signup.created_at,
        until=_goes_at(signup.shift.event),
        link=shift_mails.shift_link(signup),
        said={
            "state": str(SHIFT_STATE_NAMES[signup.state]),
            "role": role_name(signup.shift.role),
        },
    )


def _host_line(host: EventHost) -> Line:
    return Line(
        title=_("You host %(event)s", event=plain(host.event.title)),
        facts={
            "name": host.name,
            "email": host.email,
            "phone": host.phone,
            "about": host.about,
            "checked_note": host.checked_note,
            "rejected_reason": host.rejected_reason,
            "locale": host.locale,
        },
        since=host.offered_at,
        until=host.event.ends_at + retention.HOST_KEPT,
        link=host_mails.host_link(host),
    )


def _goes_at(event: Event) -> datetime:
    return event.ends_at + timedelta(days=kept_days(event.retention_days, event.status))


# --- erasing --------------------------------------------------------------------------------------


def _erase(email: str, now: datetime) -> Erased:
    coming, helping, hosting = _rsvps(email), _signups(email), _hosts(email)
    for rsvp in coming:
        _forget_rsvp(rsvp, email, now=now)
    for signup in helping:
        _forget_signup(signup, now=now)
    left = sum(_forget_host(host, now=now) for host in hosting)
    stayed = Stayed(
        what=N_("The event that you host"),
        why=N_("It is public, and others come. The group looks after it now."),
        count=left,
    )
    return Erased(gone=len(coming) + len(helping) + len(hosting), stayed=(stayed,))


def _forget_rsvp(rsvp: Rsvp, email: str, *, now: datetime) -> None:
    """Give her seats to the next, and leave a row that counts and names nobody."""
    mail.forget([rsvp.public_id], now=now)
    if rsvp.email != email:
        rsvp.new_email = None
        return
    if rsvp.event.ends_at > now or rsvp.lapses_at is not None:
        rsvps.withdraw(rsvp, now=now)
    rsvp.wants_reminders = rsvp.wants_updates = False
    rsvp.email = rsvp.new_email = rsvp.name = rsvp.needs = rsvp.network = None
    rsvp.link_version += 1
    db.session.flush()


def _forget_signup(signup: ShiftSignup, *, now: datetime) -> None:
    names = [signup.public_id, shift_mails.decided_about(signup.public_id)]
    mail.forget(names, now=now)
    if signup.shift.event.ends_at > now:
        signups.withdraw(signup, now=now, by=Actor.visitor())
    signup.name = _NOBODY
    signup.email = signup.phone = signup.skills = signup.network = None
    signup.link_version += 1


def _forget_host(host: EventHost, *, now: datetime) -> bool:
    """Forget who hosts an event; whether it goes on without her."""
    event = host.event
    goes_on = event.state is EventState.PUBLISHED and event.ends_at > now
    goes_on = goes_on and event.status is not Status.CANCELLED
    if event.state in {EventState.PENDING, EventState.UNCONFIRMED}:
        event.state = EventState.REJECTED
        event.version += 1
    retention.forget_host(host, now=now)
    if goes_on:
        # Somebody of the group looks at it: nobody answers for it any more.
        host.edited_at = now
    elif event.place is not None and not event.is_place_out:
        event.place.precise = Spot().to_json()
    relist(event, now=now)
    return goes_on


# --- what goes by itself --------------------------------------------------------------------------


def _count_guests(now: datetime) -> int:
    events = list(reminding_reads.due_to_purge(now=now))
    coming = select(func.count(Rsvp.id)).where(Rsvp.event_id.in_(events))
    helping = (
        select(func.count(ShiftSignup.id))
        .join(Shift, Shift.id == ShiftSignup.shift_id)
        .where(Shift.event_id.in_(events))
    )
    return (db.session.scalar(coming) or 0) + (db.session.scalar(helping) or 0)


def _purge_guests(now: datetime) -> int:
    total, is_more = _count_guests(now), True
    while is_more:
        with transaction():
            is_more = retention.purge_one(now=now)
    return total


def _count_hosts(now: datetime) -> int:
    found = (
        select(func.count(EventHost.event_id))
        .join(Event, Event.id == EventHost.event_id)
        .where(Event.ends_at < now - retention.HOST_KEPT, EventHost.purged_at.is_(None))
    )
    return db.session.scalar(found) or 0


def _purge_hosts(now: datetime) -> int:
    return in_batches(retention.forget_hosts, now=now, limit=_BATCH)


HOLDING = Holding(key="events", title=N_("Your events"), find=_find, erase=_erase)
PURGES = (
    Purge(
        key="events.guests",
        what=N_("Who came to events that are over, and helped at them"),
        count=_count_guests,
        run=_purge_guests,
    ),
    Purge(
        key="events.hosts",
        what=N_("Who hosted events of more than ninety days ago"),
        count=_count_hosts,
        run=_purge_hosts,
    ),
)
