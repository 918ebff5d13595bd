"""Decisions about offers and about what hosts change; nothing is shown without one."""

from __future__ import annotations

from datetime import datetime

from app.audit.facts import Actor
from app.events.errors.hosting import (
    DecidedError,
    NoAddressError,
    NoReasonError,
    NotCheckedError,
    OfferOverError,
)
from app.events.mails import hosting as mails
from app.events.models.events import Event
from app.events.models.hosting import EventHost
from app.events.models.mobilisations import Mobilisation
from app.events.queries import hosting as reads
from app.events.rules.hosting import Proposal
from app.events.rules.words import EventState, HowChecked
from app.events.service import changing, hosted, telling
from app.events.service.editing import free_slug
from app.lib.errors import NotFoundError


def approve(
    public_id: str,
    how: HowChecked | None,
    note: str,
    *,
    seen: int,
    now: datetime,
    by: Actor,
) -> EventHost:
    """Show an offered event to everybody, and keep how it was checked.

    Raises NotCheckedError, DecidedError where somebody else was quicker, OfferOverError.
    """
    if how is None:
        raise NotCheckedError
    host = _waiting(public_id, seen)
    event = host.event
    if event.ends_at <= now:
        raise OfferOverError
    before = telling.snapshot(event)
    event.slug = free_slug(event)
    event.state, event.published_at = EventState.PUBLISHED, now
    host.how_checked, host.checked_note = how, note or None
    host.checked_at, host.checked_by_id = now, by.account_id
    detail = {"how": how.value}
    changing.finish(event, "event.offer_approved", before, now=now, by=by, detail=detail)
    mails.approved(host, mobilisation_of(event), now=now)
    return host


def reject(public_id: str, reason: str, *, seen: int, now: datetime, by: Actor) -> EventHost:
    """Let an offered event go, and tell the host why; raises NoReasonError or DecidedError."""
    if not reason:
        raise NoReasonError
    host = _waiting(public_id, seen)
    before = telling.snapshot(host.event)
    host.event.state, host.rejected_reason = EventState.REJECTED, reason
    changing.finish(host.event, "event.offer_rejected", before, now=now, by=by)
    mails.rejected(host, mobilisation_of(host.event), now=now)
    return host


def reconsider(public_id: str, *, seen: int, now: datetime, by: Actor) -> EventHost:
    """Put a rejected offer back among those that wait; raises DecidedError."""
    host = reads.lock_host(public_id)
    event = host.event
    if event.version != seen or event.state is not EventState.REJECTED:
        raise DecidedError
    before = telling.snapshot(event)
    event.state, host.rejected_reason = EventState.PENDING, None
    changing.finish(event, "event.offer_reconsidered", before, now=now, by=by)
    return host


def ask(public_id: str, question: str, *, nonce: str, now: datetime, by: Actor) -> None:
    """Pass a question on to a host; the answer comes to the group's address.

    Raises NoReasonError for an empty one and NoAddressError.
    """
    if not question:
        raise NoReasonError
    host = reads.lock_host(public_id)
    if host.email is None:
        raise NoAddressError
    mails.asked(host, mobilisation_of(host.event), question, key=nonce[:40], now=now)
    changing.note(host.event, "event.host_asked", now=now, by=by)


def take_change(public_id: str, *, seen: int, now: datetime, by: Actor) -> EventHost:
    """Let a host's change of place or words stand; raises DecidedError."""
    host = _changed(public_id, seen)
    before = telling.snapshot(host.event)
    proposal = Proposal.from_json(host.proposed) if host.proposed else None
    if proposal is not None:
        hosted.apply(host, proposal)
    host.proposed = host.proposed_at = host.edited_at = None
    changing.finish(host.event, "event.host_change_taken", before, now=now, by=by)
    if proposal is not None:
        reason = ""
        mails.change_answered(
            host, mobilisation_of(host.event), is_taken=True, reason=reason, now=now
        )
    return host


def refuse_change(public_id: str, reason: str, *, seen: int, now: datetime, by: Actor) -> EventHost:
    """Leave an event as it is, and tell the host why; raises NoReasonError or DecidedError."""
    if not reason:
        raise NoReasonError
    host = _changed(public_id, seen)
    before = telling.snapshot(host.event)
    host.proposed = host.proposed_at = host.edited_at = None
    changing.finish(host.event, "event.host_change_refused", before, now=now, by=by)
    mails.change_answered(host, mobilisation_of(host.event), is_taken=False, reason=reason, now=now)
    return host


def mobilisation_of(event: Event) -> Mobilisation:
    """The day that an offered event belongs to; raises NotFoundError."""
    if event.mobilisation is None:
        raise NotFoundError
    return event.mobilisation


def _waiting(public_id: str, seen: int) -> EventHost:
    host = reads.lock_host(public_id)
    if host.event.version != seen or host.event.state is not EventState.PENDING:
        raise DecidedError
    return host


def _changed(public_id: str, seen: int) -> EventHost:
    host = reads.lock_host(public_id)
    if host.event.version != seen or (host.proposed_at is None and host.edited_at is None):
        raise DecidedError
    return host
