"""Reads of those who come, for the desk: bursts, sums of several events, mails that came back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.db.session import db
from app.events.models.events import Event
from app.events.models.rsvps import Rsvp
from app.events.rules.rsvps import LIVE
from app.events.rules.words import EntrySource, EventState, Paper, RsvpMode, RsvpState
from app.mail.models.outbox import OutboxMail


def list_batch(event_id: int, batch: str) -> Sequence[Rsvp]:
    """Return the RSVPs that were released in one step."""
    return db.session.scalars(
        select(Rsvp)
        .where(Rsvp.event_id == event_id, Rsvp.released_batch == batch)
        .order_by(Rsvp.id)
    ).all()


@dataclass(frozen=True)
class Burst:
    """RSVPs from one network, or of one hour, that prove nothing."""

    network: str | None
    first_at: datetime
    last_at: datetime
    rsvps: int
    people: int
    proven: int


def list_networks(event_id: int, *, at_least: int) -> list[Burst]:
    """Networks of the last day with so many live RSVPs or more, the largest first."""
    count = func.count()
    rows = db.session.execute(
        select(
            Rsvp.network,
            func.min(Rsvp.created_at),
            func.max(Rsvp.created_at),
            count,
            func.sum(Rsvp.party_size),
            func.count(Rsvp.confirmed_at),
        )
        .where(Rsvp.event_id == event_id, Rsvp.network.is_not(None), Rsvp.state.in_(LIVE))
        .group_by(Rsvp.network)
        .having(count >= at_least)
        .order_by(count.desc())
    )
    return [Burst(*row[:3], rsvps=row[3], people=int(row[4]), proven=row[5]) for row in rows]


def list_burst(
    event_id: int,
    *,
    network: str | None,
    since: datetime | None,
    until: datetime | None,
    only_unproven: bool,
) -> Sequence[Rsvp]:
    """Return the live RSVPs from a network or a span of time; never those entered by us."""
    wanted = select(Rsvp).where(
        Rsvp.event_id == event_id, Rsvp.state.in_(LIVE), Rsvp.source == EntrySource.WEB
    )
    if network is not None:
        wanted = wanted.where(Rsvp.network == network)
    if since is not None:
        wanted = wanted.where(Rsvp.created_at >= since)
    if until is not None:
        wanted = wanted.where(Rsvp.created_at <= until)
    if only_unproven:
        wanted = wanted.where(Rsvp.confirmed_at.is_(None))
    return db.session.scalars(wanted.order_by(Rsvp.id)).all()


def bounced_about(public_ids: Collection[str]) -> set[str]:
    """Those of some RSVPs of whose mails one came back."""
    found = db.session.scalars(
        select(OutboxMail.about)
        .where(OutboxMail.about.in_(public_ids), OutboxMail.bounced_at.is_not(None))
        .distinct()
    )
    return {each for each in found if each is not None}


def list_recent_events(
    group_ids: Collection[int], *, ended_after: datetime, limit: int
) -> Sequence[Event]:
    """Return coming events, and those just over, that keep a list of who comes."""
    return db.session.scalars(
        select(Event)
        .where(
            Event.group_id.in_(group_ids),
            Event.state == EventState.PUBLISHED,
            Event.rsvp_mode.in_({RsvpMode.OPEN, RsvpMode.APPROVAL}),
            Event.ends_at > ended_after,
        )
        .order_by(Event.starts_at, Event.id)
        .limit(limit)
    ).all()


def sums_of(event_ids: Collection[int]) -> dict[int, dict[RsvpState, int]]:
    """People of each of some events by state."""
    rows = db.session.execute(
        select(Rsvp.event_id, Rsvp.state, func.sum(Rsvp.party_size))
        .where(Rsvp.event_id.in_(event_ids))
        .group_by(Rsvp.event_id, Rsvp.state)
    )
    found: dict[int, dict[RsvpState, int]] = {}
    for event_id, state, people in rows:
        found.setdefault(event_id, {})[state] = int(people)
    return found


def sums_by_paper(event_id: int) -> dict[Paper, int]:
    """How many people come whom a poster, or a flyer, led to an event."""
    found = db.session.execute(
        select(Rsvp.came_from, func.sum(Rsvp.party_size))
        .where(
            Rsvp.event_id == event_id,
            Rsvp.state == RsvpState.GOING,
            Rsvp.came_from.is_not(None),
        )
        .group_by(Rsvp.came_from)
    )
    return {paper: int(people) for paper, people in found if paper is not None}


def last_batch(event_id: int) -> str | None:
    """The name of the release that can be undone: the last one."""
    return db.session.scalar(
        select(Rsvp.released_batch)
        .where(Rsvp.event_id == event_id, Rsvp.state == RsvpState.RELEASED)
        .order_by(Rsvp.changed_at.desc())
        .limit(1)
    )
