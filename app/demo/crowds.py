"""Who comes to the events of the demo, and who helps there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import Any

from app.db.session import transaction
from app.demo.people import Person
from app.demo.scenery import BY
from app.events.models.events import Event
from app.events.queries import shifts as shift_reads
from app.events.rules.shifts import Helper, ShiftContent
from app.events.rules.words import EntrySource, Mode, RoleKind, RsvpState, Way
from app.events.service import attending, rsvps, seating, shifts, signups
from app.events.service.rsvps import Sender, Wish
from app.lib import ids

Texts = dict[str, Any]
#: People said that they come between these days, so that their mails are old news.
FIRST_CAME, LAST_CAME = timedelta(days=38), timedelta(days=2)
#: How many come together, time after time.
PARTIES = (1, 2, 1, 1, 3, 1, 2, 1)
#: One of so many leaves an address where nobody needs one.
LEAVES_ADDRESS = 4


def let_come(event: Event, one: Texts, crowd: Iterator[Person], now: datetime) -> None:
    """Fill the event with so many people as the texts say, some of them in line or asking."""
    parties = list(_parties(one.get("going", 0)))
    last = [1] * (one.get("waiting", 0) + one.get("asking", 0))
    asking_from = len(parties) + one.get("waiting", 0)
    sizes = [*parties, *last]
    times = _moments(len(sizes), now)
    for number, (size, at, person) in enumerate(zip(sizes, times, crowd, strict=False)):
        _join(event, person, size, at=at, is_accepted=number < asking_from, number=number)


def _parties(count: int) -> Iterator[int]:
    """Parties of few that are so many people together."""
    for size in cycle(PARTIES):
        if count <= 0:
            return
        yield min(size, count)
        count -= size


def _moments(count: int, now: datetime) -> Sequence[datetime]:
    """Moments in order, spread over the weeks."""
    step = (FIRST_CAME - LAST_CAME) / max(count, 1)
    return [now - FIRST_CAME + step * number for number in range(count)]


def _join(
    event: Event, person: Person, size: int, *, at: datetime, is_accepted: bool, number: int
) -> None:
    has_address = seating.has_capacity(event) or number % LEAVES_ADDRESS == 0
    online = event.mode is Mode.ONLINE or (event.mode is Mode.HYBRID and number % 3 == 0)
    wish = Wish(
        way=Way.ONLINE if online else Way.IN_PERSON,
        party_size=size,
        name=person.name if has_address or number % 2 else None,
        email=person.email if has_address else None,
    )
    sender = Sender(nonce=ids.token(), locale=person.locale)
    with transaction():
        rsvp = rsvps.join(event, wish, sender, now=at)
        if rsvp.email is not None and rsvp.confirmed_at is None:
            subject = f"{rsvp.public_id}_{ids.fingerprint(rsvp.email)}"
            rsvps.prove(subject, now=at + timedelta(minutes=7))
        if rsvp.state is RsvpState.ASKED and is_accepted:
            attending.accept(rsvp, now=at + timedelta(hours=5), by=BY)


def fill_shifts(event: Event, one: Texts, crowd: Iterator[Person], now: datetime) -> None:
    """The shifts of an event with the people who have them, and one who asks for the first."""
    at = now - timedelta(days=12)
    for role, needed, taken in one.get("shifts", []):
        content = ShiftContent(
            role=RoleKind(role),
            starts_local=event.starts_local - timedelta(minutes=45),
            ends_local=event.ends_local + timedelta(minutes=30),
            needed=needed,
        )
        with transaction():
            (made,) = shifts.make_shifts(event, content, 1, now=at, by=BY)
        for person in islice(crowd, taken):
            with transaction():
                signups.enter(made, _helper(person), EntrySource.PHONE, now=at, by=BY)
    for shift in shift_reads.list_shifts(event.id):
        if shift.role is RoleKind.LEGAL_OBSERVER:
            with transaction():
                signups.take(
                    event,
                    [shift.public_id],
                    _helper(next(crowd)),
                    nonce=ids.token(),
                    network=None,
                    now=now - timedelta(days=2),
                )


def _helper(person: Person) -> Helper:
    return Helper(
        name=person.name,
        email=person.email,
        phone="020 7946 0188",
        locale=person.locale,
        is_adult=True,
    )
