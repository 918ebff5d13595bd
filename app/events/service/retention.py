"""What is not needed is not kept: networks for a day, people for some days after the event."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update

from app.db.session import db
from app.db.topics import touch
from app.events.mails import shifts as shift_mails
from app.events.models.events import Event, EventSeats
from app.events.models.hosting import EventHost, EventReport
from app.events.models.rsvps import Rsvp
from app.events.models.shifts import Shift, ShiftSignup
from app.events.queries import reminding as reads
from app.events.queries import rsvps as rsvp_reads
from app.events.rules.words import RsvpState
from app.mail.service import outbox as mail
from app.places.rules import Spot

#: Longer than any burst, shorter than any use against people.
NETWORK_KEPT: Final = timedelta(days=1)


def forget_networks(*, now: datetime) -> None:
    """Delete what stands for visitors' networks once it is a day old."""
    old = now - NETWORK_KEPT
    for table, written_at in (
        (Rsvp, Rsvp.created_at),
        (EventReport, EventReport.sent_at),
        (ShiftSignup, ShiftSignup.created_at),
    ):
        db.session.execute(
            update(table).where(written_at < old, table.network.is_not(None)).values(network=None)
        )


#: Hosts, and where exactly it was that was never public, are kept so long after the end.
HOST_KEPT: Final = timedelta(days=90)
#: Names in one question to the database.
_CHUNK: Final = 500


def purge_one(*, now: datetime) -> bool:
    """Delete everybody who came to one event that is over for long enough; False: none is due.

    The sums stay with the event; the rows, and what was mailed to them, go.
    """
    event_id = next(reads.due_to_purge(now=now), None)
    if event_id is None:
        return False
    event = db.session.get(
        Event, event_id, with_for_update={"of": Event, "key_share": True}, populate_existing=True
    )
    if event is None or event.purged_at is not None:
        return True
    _keep_sums(event)
    _forget_people(event.id, now=now)
    event.purged_at = now
    touch(f"event:{event.id}")
    return True


def _keep_sums(event: Event) -> None:
    going = [each for each in rsvp_reads.sums(event.id) if each.state is RsvpState.GOING]
    event.rsvp_count = sum(each.rsvps for each in going)
    event.people_count = sum(each.people for each in going)
    event.checked_in_count = rsvp_reads.checked_in(event.id)


def _forget_people(event_id: int, *, now: datetime) -> None:
    shifts = select(Shift.id).where(Shift.event_id == event_id)
    coming = select(Rsvp.public_id).where(Rsvp.event_id == event_id)
    helping = select(ShiftSignup.public_id).where(ShiftSignup.shift_id.in_(shifts))
    helpers = db.session.scalars(helping).all()
    names = [*db.session.scalars(coming), *helpers, *map(shift_mails.decided_about, helpers)]
    for start in range(0, len(names), _CHUNK):
        mail.forget(names[start : start + _CHUNK], now=now)
    db.session.execute(delete(ShiftSignup).where(ShiftSignup.shift_id.in_(shifts)))
    db.session.execute(update(Shift).where(Shift.event_id == event_id).values(taken=0))
    db.session.execute(delete(Rsvp).where(Rsvp.event_id == event_id))
    db.session.execute(
        update(EventSeats)
        .where(EventSeats.event_id == event_id)
        .values(taken=0, held=0, ceiling=EventSeats.capacity)
    )


def forget_hosts(*, now: datetime, limit: int) -> int:
    """Forget who hosted events that are long over, and which homes they were in."""
    old = now - HOST_KEPT
    hosts = db.session.scalars(
        select(EventHost)
        .join(Event, Event.id == EventHost.event_id)
        .where(Event.ends_at < old, EventHost.purged_at.is_(None))
        .order_by(EventHost.event_id)
        .limit(limit)
    ).all()
    for host in hosts:
        forget_host(host, now=now)
    return len(hosts)


def forget_host(host: EventHost, *, now: datetime) -> None:
    """Forget who hosts an event, and what was written to her; her links end."""
    mail.forget([host.public_id], now=now)
    host.name = host.email = host.phone = host.about = host.checked_note = None
    host.rejected_reason = None
    host.proposed = host.proposed_at = None
    host.purged_at = now
    host.link_version += 1


def forget_spots(*, now: datetime, limit: int) -> int:
    """Forget where exactly it was that only some people were to know."""
    nowhere = Spot().to_json()
    old = now - HOST_KEPT
    events = reads.list_with_hidden_place(before=old, after=old - timedelta(days=30))
    done = 0
    for event in events:
        if event.place is None or event.place.precise == nowhere:
            continue
        event.place.precise = nowhere
        event.meeting_point = event.dispersal_point = None
        done += 1
        if done == limit:
            break
    return done
