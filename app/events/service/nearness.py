"""Events that may be the same: about the same time, within a walk of each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.events.models.events import Event
from app.events.queries import hosting as reads
from app.events.rules.hosting import SAME_PLACE_KM, SAME_TIME
from app.events.rules.words import EventState
from app.events.service.listing import shows_spot
from app.lib import geo
from app.lib.folding import fold
from app.places.models import Place


@dataclass(frozen=True)
class Near:
    """Another event, and how far it is; nothing where only the town is known to be the same."""

    event: Event
    km: float | None


def near_to(event: Event, now: datetime) -> Sequence[Near]:
    """Events that begin at most three hours apart and two kilometres away, the nearest first.

    Of other groups only what is public, and no nearer than anybody may know.
    """
    begins = event.starts_at
    others = [
        other
        for other in reads.list_near(event, earliest=begins - SAME_TIME, latest=begins + SAME_TIME)
        if other.group_id == event.group_id or other.state is EventState.PUBLISHED
    ]
    found = [near for other in others if (near := _measured(event, other, now)) is not None]
    return sorted(found, key=lambda near: (near.km is None, near.km or 0.0, near.event.id))


def _measured(event: Event, other: Event, now: datetime) -> Near | None:
    here, there = event.place, other.place
    if here is None or there is None:
        return None
    is_ours = other.group_id == event.group_id or shows_spot(other, now)
    mine, yours = _spot_of(here), _spot_of(there) if is_ours else None
    if mine is not None and yours is not None:
        km = geo.distance_km(mine, yours)
        return Near(other, km) if km <= SAME_PLACE_KM else None
    is_same_town = (here.country, fold(here.locality)) == (there.country, fold(there.locality))
    return Near(other, None) if is_same_town and _may_be_same(here, there) else None


def _spot_of(place: Place) -> tuple[float, float] | None:
    spot = place.spot
    return (spot.lat, spot.lon) if spot.lat is not None and spot.lon is not None else None


def _may_be_same(here: Place, there: Place) -> bool:
    """Whether nothing that is known of two places in one town tells them apart."""
    return not (here.district and there.district and here.district != there.district)
