"""What runs by itself: what is not needed any more is forgotten."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Protocol

from app.audit.facts import Actor
from app.db.session import retry_deadlocks, transaction
from app.events.flows import hosting as hosting_flows
from app.events.flows import rsvps as rsvp_flows
from app.events.queries import mobilisations as mobilisation_reads
from app.events.queries import rsvps as rsvp_reads
from app.events.queries import shifts as shift_reads
from app.events.service import (
    counting,
    listing,
    messaging,
    offering,
    rederiving,
    reminding,
    reporting,
    retention,
    series,
    shift_reminding,
    shifts,
    telling,
    waiting,
)
from app.lib import clock
from app.lib.errors import NotFoundError
from app.mail.service import outbox as mail
from app.queue.facts import Schedule

FORGET_NETWORKS = "events.forget_networks"
RELEASE_PLACES = "events.release_places"
REMIND_HELPERS = "events.remind_helpers"
LAPSE_SEATS = "events.lapse_seats"
REMIND_GUESTS = "events.remind_guests"
PURGE_GUESTS = "events.purge_guests"
REDERIVE = "events.rederive"
EXTEND_SERIES = "events.extend_series"
LAPSE_OFFERS = "events.lapse_offers"
RECOUNT_PLACES = "events.recount_places"
#: Events in one transaction; others can write in between.
BATCH = 50


class _Batch(Protocol):
    """Puts the mails of one message to some of its readers; returns where to go on."""

    def __call__(
        self, told: Mapping[str, Any], *, after: int, limit: int, now: datetime
    ) -> int | None: ...


def forget_networks(_payload: Mapping[str, Any]) -> None:
    """Delete what stands for visitors' networks."""
    with transaction():
        retention.forget_networks(now=clock.utcnow())


def release_places(_payload: Mapping[str, Any]) -> None:
    """Show the places whose moment has come on pages, lists and feeds, and tell who comes."""
    released = BATCH
    while released == BATCH:
        with transaction():
            now = clock.utcnow()
            events = listing.release_places(now=now, limit=BATCH)
            for event in events:
                telling.tell_release(event, now=now)
            released = len(events)


def remind_helpers(_payload: Mapping[str, Any]) -> None:
    """Remind people of the shifts they take tomorrow."""
    after_id: int | None = 0
    while after_id is not None:
        with transaction():
            after_id = shift_reminding.remind(now=clock.utcnow(), after_id=after_id, limit=BATCH)


def lapse_seats(_payload: Mapping[str, Any]) -> None:
    """Let unconfirmed seats and offers lapse whose time is over; the next in line hears of it."""
    due = rsvp_reads.due_to_lapse(now=clock.utcnow(), limit=BATCH)
    for rsvp_id, event_id in due:
        _apart(waiting.lapse, rsvp_id, event_id)
    before = waiting.unproven_since(clock.utcnow())
    for rsvp_id, event_id in rsvp_reads.unproven_in_line(before=before, limit=BATCH):
        _apart(waiting.lapse_unproven, rsvp_id, event_id)


def _apart(work: Callable[..., None], rsvp_id: int, event_id: int) -> None:
    """Each in a transaction of its own: seats of one event hold up nobody at another."""

    def once() -> None:
        with transaction(), suppress(NotFoundError):
            work(rsvp_id, event_id, now=clock.utcnow())

    retry_deadlocks(once)


def remind_guests(_payload: Mapping[str, Any]) -> None:
    """Remind those who come tomorrow."""
    done = BATCH
    while done == BATCH:
        with transaction():
            done = reminding.remind(now=clock.utcnow(), limit=BATCH)


def purge_guests(_payload: Mapping[str, Any]) -> None:
    """Delete who came to events that are over; then hosts and hidden places of long ago."""
    is_more = True
    while is_more:
        with transaction():
            is_more = retention.purge_one(now=clock.utcnow())
    with transaction():
        retention.forget_hosts(now=clock.utcnow(), limit=BATCH)
    with transaction():
        retention.forget_spots(now=clock.utcnow(), limit=BATCH)


def _in_batches(send: _Batch, payload: Mapping[str, Any]) -> None:
    """Put the mails of one message in several transactions; what was put is never put twice."""
    after: int | None = 0
    while after is not None:
        with transaction():
            after = send(payload, after=after, limit=BATCH, now=clock.utcnow())


def tell_change(payload: Mapping[str, Any]) -> None:
    """Tell those who come that time, place or status changed."""
    _in_batches(telling.send_change, payload)


def tell_note(payload: Mapping[str, Any]) -> None:
    """Mail an important note of the day."""
    _in_batches(telling.send_note, payload)


def send_message(payload: Mapping[str, Any]) -> None:
    """Send a message of the organisers to those who come."""
    _in_batches(messaging.send_some, payload)


def rederive(_payload: Mapping[str, Any]) -> None:
    """Derive the instants of coming events anew: the zone data may be another than yesterday."""
    after_id: int | None = 0
    while after_id is not None:
        with transaction():
            after_id = rederiving.rederive(now=clock.utcnow(), after_id=after_id, limit=BATCH)


def extend_series(_payload: Mapping[str, Any]) -> None:
    """Make the next occurrences of what comes again."""
    for series_id in series.extend_all(now=clock.utcnow()):
        with transaction():
            series.extend(series_id, now=clock.utcnow(), by=Actor.system())


def lapse_offers(_payload: Mapping[str, Any]) -> None:
    """Delete the offers whose mailbox nobody proved, and reports of long ago."""
    for forget in (offering.lapse, reporting.forget):
        done = BATCH
        while done == BATCH:
            with transaction():
                done = forget(now=clock.utcnow(), limit=BATCH)


def send_rsvp_links(payload: Mapping[str, Any]) -> None:
    """Send somebody the links to her pages of events that she comes to."""
    email = rsvp_reads.find_email(payload["found"])
    rsvp_flows.send_links(email, locale=payload["locale"], now=clock.utcnow())


def send_shift_links(payload: Mapping[str, Any]) -> None:
    """Send somebody the links to her pages of events that she helps at."""
    email = shift_reads.find_email(payload["found"])
    rsvp_flows.send_links(email, locale=payload["locale"], now=clock.utcnow())


def recount_places(_payload: Mapping[str, Any]) -> None:
    """Count anew the places of days of action whose kept numbers are wrong, if there are any."""
    for mobilisation_id in mobilisation_reads.list_miscounted():
        with transaction():
            counting.recount(mobilisation_id)


def send_host_links(payload: Mapping[str, Any]) -> None:
    """Send somebody the links to the events she hosts, where there are any."""
    hosting_flows.send_links(payload["found"], locale=payload["locale"], now=clock.utcnow())


def forget_mails(payload: Mapping[str, Any]) -> None:
    """Forget what was mailed to helpers whose shift was taken away."""
    with transaction():
        mail.forget(payload["about"], now=clock.utcnow())


HANDLERS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    FORGET_NETWORKS: forget_networks,
    RELEASE_PLACES: release_places,
    REDERIVE: rederive,
    EXTEND_SERIES: extend_series,
    LAPSE_OFFERS: lapse_offers,
    RECOUNT_PLACES: recount_places,
    hosting_flows.LINKS_JOB: send_host_links,
    rsvp_flows.LINKS_JOB: send_rsvp_links,
    rsvp_flows.SHIFT_LINKS_JOB: send_shift_links,
    REMIND_HELPERS: remind_helpers,
    LAPSE_SEATS: lapse_seats,
    REMIND_GUESTS: remind_guests,
    PURGE_GUESTS: purge_guests,
    telling.TELL_CHANGE: tell_change,
    telling.TELL_NOTE: tell_note,
    messaging.SEND_MESSAGE: send_message,
    shifts.FORGET_MAILS: forget_mails,
}
SCHEDULES: tuple[Schedule, ...] = (
    Schedule(FORGET_NETWORKS, timedelta(hours=1)),
    Schedule(RELEASE_PLACES, timedelta(minutes=1)),
    Schedule(REDERIVE, timedelta(days=1)),
    Schedule(EXTEND_SERIES, timedelta(hours=6)),
    Schedule(LAPSE_OFFERS, timedelta(hours=6)),
    Schedule(RECOUNT_PLACES, timedelta(days=1)),
    Schedule(REMIND_HELPERS, timedelta(minutes=30)),
    Schedule(LAPSE_SEATS, timedelta(minutes=1)),
    Schedule(REMIND_GUESTS, timedelta(minutes=15)),
    Schedule(PURGE_GUESTS, timedelta(hours=1)),
)
