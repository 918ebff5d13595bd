"""People say that something is wrong with a public event; two of them hide it until one looks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from app.audit import queries as audit_reads
from app.audit.facts import Actor
from app.db.session import db
from app.events.errors.hosting import DecidedError
from app.events.models.events import Event
from app.events.models.hosting import EventReport
from app.events.queries import events as event_reads
from app.events.queries import reports as reads
from app.events.rules import reports as rules
from app.events.rules.words import EventState, ReportKind
from app.events.service import changing, telling


def report(
    event_id: int,
    kind: ReportKind,
    text: str,
    *,
    nonce: str,
    network: str,
    now: datetime,
) -> None:
    """Keep what somebody says is wrong, and hide the event if others say so too.

    One form, sent twice, is one report; `network` stands for the sender's and cannot be read back.
    """
    event = event_reads.lock_event(event_id)
    if reads.find_by_nonce(nonce) is not None:
        return
    db.session.add(
        EventReport(
            event_id=event.id, nonce=nonce, kind=kind, text=text, network=network, sent_at=now
        )
    )
    db.session.flush()
    if event.state is EventState.PUBLISHED and _hides(event, network, now=now):
        before = telling.snapshot(event)
        event.state = EventState.HIDDEN
        changing.finish(event, reads.HIDDEN_ACTION, before, now=now, by=Actor.system())


def answer(event_id: int, *, was_right: bool, seen: int, now: datetime, by: Actor) -> Event:
    """Close the open reports of an event: it stays out of sight, or is shown again.

    `seen` is how many reports the organiser saw; raises DecidedError where there are others now.
    """
    event = event_reads.lock_event(event_id)
    found = reads.lock_open_of(event_id)
    if not found or len(found) != seen:
        raise DecidedError
    for each in found:
        each.handled_at, each.handled_by_id, each.was_right = now, by.account_id, was_right
        each.network = None
    before = telling.snapshot(event)
    if was_right and event.state is EventState.PUBLISHED:
        event.state = EventState.HIDDEN
    elif not was_right and event.state is EventState.HIDDEN and _was_hidden_by_reports(event.id):
        event.state = EventState.PUBLISHED
    action = "event.reports_right" if was_right else "event.reports_wrong"
    changing.finish(event, action, before, now=now, by=by)
    return event


def _was_hidden_by_reports(event_id: int) -> bool:
    """Whether it was reports that hid an event last, and no organiser."""
    hidings = {reads.HIDDEN_ACTION, "event.hidden", "event.reports_right"}
    entries = audit_reads.list_for(f"event:{event_id}")
    last = next((each.action for each in entries if each.action in hidings), None)
    return last == reads.HIDDEN_ACTION


def forget(*, now: datetime, limit: int) -> int:
    """Delete what was looked into long ago; returns how many."""
    old = reads.list_old(now - rules.KEPT, limit=limit)
    if old:
        db.session.execute(delete(EventReport).where(EventReport.id.in_(old)))
    return len(old)


def _hides(event: Event, network: str, *, now: datetime) -> bool:
    since = now - rules.COUNTED_FOR
    return rules.hides(
        networks=reads.count_networks(event.id, since),
        is_immune=reads.was_found_right(event.id, now - rules.IMMUNE_FOR),
        of_network=reads.count_events_of(network, since),
        hidden_lately=reads.count_hidden(since),
    )
