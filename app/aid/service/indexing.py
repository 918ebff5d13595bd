"""Rounds and collection points as anybody finds them by words."""

from __future__ import annotations

from datetime import UTC, datetime, time

from sqlalchemy import select

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.rules.places import is_listed
from app.db.session import db
from app.lib.text import Translated
from app.search.rules.documents import Document
from app.search.service import documents

DROP, POINT = "drop", "point"


def index_drop(drop: Drop) -> None:
    """Let an announced round be found by its words and by what it needs; take any other out."""
    if drop.announced_at is None:
        documents.remove(DROP, drop.id)
        return
    needs = [need.item.name for need in drop.needs]
    documents.put(
        Document(
            kind=DROP,
            thing_id=drop.id,
            endpoint="drops.show",
            args={"slug": drop.slug},
            title=drop.title,
            summary=drop.summary,
            texts=(drop.body, drop.destination, drop.report, *needs),
            at=drop.announced_at,
            over_at=drop.ended_at,
        )
    )


def index_point(point: CollectionPoint) -> None:
    """Let a listed point be found by its name and town, never by more of its place."""
    drop = point.drop
    if drop.announced_at is None or not is_listed(point.visibility, point.state):
        documents.remove(POINT, point.id)
        return
    where = point.place.locality if point.place else ""
    district = (point.place.district if point.place else None) or ""
    documents.put(
        Document(
            kind=POINT,
            thing_id=point.id,
            endpoint="points.show",
            args={"slug": point.slug},
            title=Translated.of(en=point.name),
            summary=Translated.of(en=" · ".join(each for each in (where, district) if each)),
            texts=(drop.title, point.access_note),
            at=point.live_at or point.created_at,
            over_at=_end_of(point),
        )
    )


def index_points_of(drop: Drop) -> None:
    """Write the points of a round anew, when the round itself comes to or leaves the public."""
    for point in db.session.scalars(
        select(CollectionPoint).where(CollectionPoint.drop_id == drop.id)
    ):
        index_point(point)


def index_all() -> None:
    """Write all rounds and points anew."""
    for drop in db.session.scalars(select(Drop).order_by(Drop.id)):
        index_drop(drop)
        index_points_of(drop)


def _end_of(point: CollectionPoint) -> datetime | None:
    last = point.until_on or point.drop.closes_on
    ends = datetime.combine(last, time(23, 59), tzinfo=UTC)
    return min(ends, point.drop.ended_at) if point.drop.ended_at else ends
