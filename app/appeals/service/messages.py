"""Organisers read messages before anybody sees them, and take off the page what may not stay."""

from datetime import datetime

from app.appeals.models.donations import Donation
from app.appeals.rules.words import MessageState
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.topics import touch


def show_message(donation: Donation, *, now: datetime, by: Actor) -> None:
    """Let everybody read a donor's message; one that she kept to the organisers stays there."""
    _decide(donation, MessageState.SHOWN, "donation.message_shown", now=now, by=by)


def hide_message(donation: Donation, *, now: datetime, by: Actor) -> None:
    """Keep a donor's message to the organisers; it can be shown later all the same."""
    _decide(donation, MessageState.HIDDEN, "donation.message_hidden", now=now, by=by)


def _decide(
    donation: Donation, state: MessageState, action: str, *, now: datetime, by: Actor
) -> None:
    if donation.message_state in {None, state}:
        return
    donation.message_state = state
    _tell(donation, action, now=now, by=by)


def unlist(donation: Donation, *, now: datetime, by: Actor) -> None:
    """Take a donor's name and message off the appeal's page; what she chose is kept."""
    if donation.unlisted_at is None:
        donation.unlisted_at = now
        _tell(donation, "donation.unlisted", now=now, by=by)


def list_again(donation: Donation, *, now: datetime, by: Actor) -> None:
    """Put a donor's name and message back on the appeal's page."""
    if donation.unlisted_at is not None:
        donation.unlisted_at = None
        _tell(donation, "donation.listed_again", now=now, by=by)


def _tell(donation: Donation, action: str, *, now: datetime, by: Actor) -> None:
    audit.record(
        by, action, f"donation:{donation.id}", now=now, group_id=donation.appeal.group_id, detail={}
    )
    touch(f"appeal:{donation.appeal_id}")
