"""Writing the index, in the transaction of whoever changes the thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from app.db.session import db
from app.search.models import SearchEntry, SearchFacet, SearchWord
from app.search.rules import keyed


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is written about one thing: only what anybody may know."""

    kind: str
    thing_id: int
    starts_at: datetime
    ends_at: datetime
    facets: Iterable[str]
    words: Iterable[str]
    #: Degrees north and east.
    position: tuple[float, float] | None = None


def write(entry: Entry) -> None:
    """Put a thing into the index, in place of what stood there of it."""
    remove(entry.kind, entry.thing_id)
    lat, lon = entry.position or (None, None)
    row = SearchEntry(
        kind=entry.kind,
        thing_id=entry.thing_id,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        lat=lat,
        lon=lon,
    )
    db.session.add(row)
    db.session.flush()
    at = {"starts_at": entry.starts_at, "entry_id": row.id}
    facets = [{"facet": each, **at} for each in sorted(set(keyed(entry.kind, entry.facets)))]
    words = [{"word": each, **at} for each in sorted(set(keyed(entry.kind, entry.words)))]
    if facets:
        db.session.execute(insert(SearchFacet), facets)
    if words:
        db.session.execute(insert(SearchWord), words)


def remove(kind: str, thing_id: int) -> None:
    """Take a thing out of the index, if it is there."""
    id_ = db.session.scalar(
        select(SearchEntry.id).where(SearchEntry.kind == kind, SearchEntry.thing_id == thing_id)
    )
    if id_ is None:
        return
    for table in (SearchFacet, SearchWord):
        db.session.execute(delete(table).where(table.entry_id == id_))
    db.session.execute(delete(SearchEntry).where(SearchEntry.id == id_))
