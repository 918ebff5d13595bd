"""Writing the index, in the transaction of whoever changes the thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from app.db.session import db
from app.search.models.index import SearchEntry, SearchFacet, SearchWord
from app.search.rules.index import cell_facets, keyed, run_facets


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
    """Put a thing into the index, in place of what stood there of it.

    Its row keeps its number, so that pages of a list that somebody reads stay in order.
    """
    row = _find(entry.kind, entry.thing_id)
    if row is None:
        row = SearchEntry(kind=entry.kind, thing_id=entry.thing_id)
        db.session.add(row)
    else:
        _forget(row.id)
    row.starts_at, row.ends_at = entry.starts_at, entry.ends_at
    row.lat, row.lon = entry.position or (None, None)
    db.session.flush()
    at = {"starts_at": entry.starts_at, "entry_id": row.id}
    facets = [{"facet": each, **at} for each in sorted(set(_facets(entry)))]
    words = [{"word": each, **at} for each in sorted(set(keyed(entry.kind, entry.words)))]
    if facets:
        db.session.execute(insert(SearchFacet), facets)
    if words:
        db.session.execute(insert(SearchWord), words)


def remove(kind: str, thing_id: int) -> None:
    """Take a thing out of the index, if it is there."""
    row = _find(kind, thing_id)
    if row is None:
        return
    _forget(row.id)
    db.session.delete(row)
    db.session.flush()


def _facets(entry: Entry) -> list[str]:
    where = cell_facets(entry.position) if entry.position else []
    lasts = run_facets(entry.starts_at, entry.ends_at)
    return keyed(entry.kind, [*entry.facets, *where, *lasts])


def _find(kind: str, thing_id: int) -> SearchEntry | None:
    return db.session.scalar(
        select(SearchEntry).where(SearchEntry.kind == kind, SearchEntry.thing_id == thing_id)
    )


def _forget(entry_id: int) -> None:
    for table in (SearchFacet, SearchWord):
        db.session.execute(delete(table).where(table.entry_id == entry_id))
