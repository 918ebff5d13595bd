"""To whom the precise place of an event may be shown. Decided here and nowhere else."""

from __future__ import annotations

from datetime import datetime

from app.events.rules.words import PlaceShown


def is_spot_public(shown: PlaceShown, released_at: datetime | None, now: datetime) -> bool:
    """Whether anybody may see it at a moment."""
    if shown is PlaceShown.RELEASED:
        return released_at is not None and released_at <= now
    return shown is PlaceShown.PUBLIC


def is_spot_for_accepted(shown: PlaceShown, released_at: datetime | None, now: datetime) -> bool:
    """Whether somebody whose RSVP was accepted may see it at a moment."""
    return shown is PlaceShown.ACCEPTED or is_spot_public(shown, released_at, now)
