"""Somebody offers a local event: kept unseen, confirmed by mail, then in front of an organiser."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.events.errors.hosting import (
    DayOutsideError,
    NotAdultHostError,
    OfferOverError,
    OffersClosedError,
)
from app.events.mails import hosting as mails
from app.events.models.events import Event, EventSeats, EventSlug
from app.events.models.hosting import EventHost
from app.events.models.mobilisations import Mobilisation
from app.events.queries import hosting as reads
from app.events.queries import mobilisations as mobilisation_reads
from app.events.rules import hosting as rules
from app.events.rules import mobilisations as mobilisation_rules
from app.events.rules.hosting import HostDetails, LocalEvent
from app.events.rules.words import EntrySource, EventState, Mode, Way
from app.events.service.listing import relist
from app.lib import ids
from app.lib.text import Translated
from app.mail.service import outbox as mail
from app.places.models import Place
from app.places.service import make_place


def offer(
    mobilisation: Mobilisation,
    local: LocalEvent,
    host: HostDetails,
    *,
    nonce: str,
    source: EntrySource,
    now: datetime,
    by: Actor,
) -> EventHost | None:
    """Keep an offered event; nobody sees it before the mailbox was proven and somebody checked it.

    One form, sent twice, is one offer. Where an address has too many open offers nothing is kept,
    and nothing says so: whose addresses we know is nobody's business. What an organiser enters
    waits for a decision at once. Raises OffersClosedError, NotAdultHostError, DayOutsideError,
    OfferOverError or what `make_place` raises.
    """
    # One after another, so that a double click finds what the first click wrote.
    mobilisation = mobilisation_reads.lock_mobilisation(mobilisation.id)
    earlier = reads.find_by_nonce(nonce)
    if earlier is not None:
        return earlier
    check(mobilisation, local, host, now=now)
    is_web = source is EntrySource.WEB
    if is_web and host.email and reads.count_open_of(host.email) >= rules.OPEN_OFFERS:
        return None
    event = _event(mobilisation, local, host, now=now)
    event.state = EventState.UNCONFIRMED if is_web else EventState.PENDING
    made = EventHost(
        event=event,
        public_id=ids.public_id(),
        nonce=nonce,
        name=host.name or None,
        email=host.email,
        phone=host.phone,
        about=host.about,
        locale=host.locale,
        source=source,
        is_adult=host.is_adult,
        offered_at=now,
        confirmed_at=None if is_web else now,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        by,
        "event.offered",
        f"event:{event.id}",
        now=now,
        group_id=event.group_id,
        detail={"mobilisation": mobilisation.slug, "source": source.value},
    )
    if is_web:
        mails.confirm(made, mobilisation, now=now)
    elif made.email:
        mails.entered(made, mobilisation, now=now)
    return made


def check(
    mobilisation: Mobilisation, local: LocalEvent, host: HostDetails, *, now: datetime
) -> None:
    """Raise what `offer` raises about the offer itself; writes nothing."""
    if not mobilisation_rules.takes_offers(
        policy=mobilisation.host_policy,
        published_at=mobilisation.published_at,
        cancelled_at=mobilisation.cancelled_at,
        until_date=mobilisation.until_date,
        now=now,
    ):
        raise OffersClosedError
    if not host.is_adult:
        raise NotAdultHostError
    if not mobilisation.on_date <= local.when.starts_local.date() <= mobilisation.until_date:
        raise DayOutsideError
    if local.when.ends_at <= now:
        raise OfferOverError


def confirm(host: EventHost, *, now: datetime) -> None:
    """The mailbox is proven: the offer waits for an organiser. Twice changes nothing."""
    if host.event.state is not EventState.UNCONFIRMED:
        return
    host.confirmed_at = now
    host.event.state = EventState.PENDING
    host.event.updated_at = now
    audit.record(
        Actor.visitor(),
        "event.offer_confirmed",
        f"event:{host.event_id}",
        now=now,
        group_id=host.event.group_id,
    )
    relist(host.event, now=now)


def lapse(*, now: datetime, limit: int) -> int:
    """Delete whole the offers whose mailbox nobody proved; returns how many."""
    lapsed = reads.list_lapsed(now - rules.OFFER_LIFE, limit=limit)
    for host in lapsed:
        mail.forget([host.public_id], now=now)
        _delete(host)
    return len(lapsed)


def _delete(host: EventHost) -> None:
    event_id, place_id = host.event_id, host.event.place_id
    db.session.expunge(host.event)
    db.session.expunge(host)
    for table, column in (
        (EventHost, EventHost.event_id),
        (EventSeats, EventSeats.event_id),
        (EventSlug, EventSlug.event_id),
        (Event, Event.id),
    ):
        db.session.execute(delete(table).where(column == event_id))
    if place_id is not None:
        db.session.execute(delete(Place).where(Place.id == place_id))


def _event(
    mobilisation: Mobilisation, local: LocalEvent, host: HostDetails, *, now: datetime
) -> Event:
    public_id, when, place = ids.public_id(), local.when, make_place(local.place)
    event = Event(
        public_id=public_id,
        # No address that means anything before somebody checked it.
        slug=public_id,
        group_id=mobilisation.group_id,
        campaign_id=mobilisation.campaign_id,
        mobilisation=mobilisation,
        kind=local.kind,
        title=title_of(mobilisation, local.title, place.locality, host.locale),
        summary=words_of(mobilisation, local.words, host.locale),
        body=mobilisation.local_body or Translated({}, host.locale),
        safety=mobilisation.local_safety,
        languages=[host.locale],
        called_by=local.called_by,
        starts_local=when.starts_local,
        ends_local=when.ends_local,
        zone=when.zone,
        starts_fold=when.starts_fold,
        ends_fold=when.ends_fold,
        starts_at=when.starts_at,
        ends_at=when.ends_at,
        is_end_open=when.is_end_open,
        mode=Mode.IN_PERSON,
        place=place,
        place_shown=local.place_shown,
        access={},
        created_at=now,
        updated_at=now,
        changed_at=now,
        seats=[EventSeats(way=Way.IN_PERSON, taken=0, held=0)],
    )
    db.session.add(event)
    return event


def title_of(mobilisation: Mobilisation, typed: str, town: str, locale: str) -> Translated:
    """What a host calls her event, or what all are called, with the name of her town."""
    if typed:
        return Translated({locale: typed}, locale)
    return mobilisation_rules.local_title(mobilisation.local_title or mobilisation.title, town)


def words_of(mobilisation: Mobilisation, typed: str, locale: str) -> Translated:
    """What a host says of her event, or what is said of the day."""
    return Translated({locale: typed}, locale) if typed else mobilisation.summary
