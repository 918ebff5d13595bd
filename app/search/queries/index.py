"""Finding: every question is answered by walking one inverted list in the order of time.

The list of the rarest thing asked for is walked; each of its entries is looked up in the others.
Where any of several things will do (cells around a place, words with one beginning), each of their
lists is walked as far as a page needs, and the beginnings are merged. So the work grows with what
is shown, and with the rarest list at worst; never with the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from app.db.session import db
from app.lib import geo
from app.search.models.index import SearchEntry, SearchFacet, SearchWord
from app.search.rules.index import LONG, LONGEST_RUN, SHORT, SHORTEST_BEGINNING, keyed, near_facets

#: So far the lists are counted, to tell which is the rarest.
_COUNTED: Final = 300
#: So many words with one beginning are looked for.
_BEGINNINGS: Final = 40
#: So many values of one name are listed.
_VALUES: Final = 400
#: The index measures on a flat map; what is really too far is left out afterwards.
_SLACK: Final = 1.05
#: Nearer to a pole the flat map is of no use.
_POLAR: Final = 80.0


@dataclass(frozen=True)
class Circle:
    """Around a position, in kilometres."""

    position: tuple[float, float]
    km: float

    def holds(self, hit: Hit) -> bool:
        """Whether something lies inside."""
        return hit.position is not None and geo.distance_km(self.position, hit.position) <= self.km


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is looked for. Everything given must be so."""

    kind: str
    #: Of each of these groups of facets, one.
    facets: tuple[tuple[str, ...], ...] = ()
    words: tuple[str, ...] = ()
    #: The beginning of one more word.
    beginning: str = ""
    starts_from: datetime | None = None
    starts_before: datetime | None = None
    #: Also what began earlier and has not ended by `starts_from`.
    is_running_too: bool = False
    #: Only what is over by then.
    ended_by: datetime | None = None
    circle: Circle | None = None


@dataclass(frozen=True)
class Hit:
    """One thing that was found."""

    entry_id: int
    thing_id: int
    starts_at: datetime
    lat: float | None
    lon: float | None

    @property
    def position(self) -> tuple[float, float] | None:
        """Degrees north and east, where it may be shown to be."""
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)


@dataclass(frozen=True)
class Mark:
    """Where a page begins: behind this entry, or before it where the list is read upwards."""

    at: datetime
    entry_id: int


def list_hits(
    question: Question, *, mark: Mark | None = None, is_falling: bool = False, limit: int
) -> list[Hit]:
    """What answers a question in the order of time, or the latest first.

    Behind the mark in that order. A few may lie a little outside the circle; `Circle.holds` tells.
    """
    groups = _groups(question)
    if groups is None:
        return []
    parts = [
        part
        for span in _spans(question)
        for part in _parts(question, span, groups, mark=mark, is_falling=is_falling, limit=limit)
    ]
    rows = db.session.execute(_merged(parts, is_falling=is_falling, limit=limit))
    return [Hit(*row) for row in rows]


def list_values(kind: str, names: Iterable[str]) -> dict[str, list[str]]:
    """The values that facets of these names have: {"country": ["GB", "PL"]}."""
    found: dict[str, list[str]] = {}
    for name in names:
        beginning = f"{kind}|{name}:"
        values = db.session.scalars(_stepping(SearchFacet.facet, beginning, limit=_VALUES))
        found[name] = [value.removeprefix(beginning) for value in values]
    return found


# --- what is asked for --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Group:
    """Values of which an entry must have one, and the column they stand in."""

    table: Any
    values: tuple[str, ...]

    def listed(self) -> tuple[Any, Any]:
        """The columns of the table under a name of its own, and the one of values."""
        row = self.table.__table__.alias().c
        return row, row.facet if self.table is SearchFacet else row.word


@dataclass(frozen=True)
class _Span:
    """A stretch of time in which entries begin."""

    since: datetime | None
    before: datetime | None
    is_long_alone: bool = False


def _groups(question: Question) -> list[_Group] | None:
    """Everything that must be so; None where a beginning begins no word."""
    kind = question.kind
    found = [_Group(SearchFacet, tuple(keyed(kind, values))) for values in question.facets]
    if question.circle is not None:
        cells = near_facets(question.circle.position, question.circle.km)
        found.append(_Group(SearchFacet, tuple(keyed(kind, cells))))
    found += [_Group(SearchWord, (word,)) for word in keyed(kind, question.words)]
    if question.beginning:
        beginnings = _words_beginning(kind, question.beginning)
        if not beginnings:
            return None
        found.append(_Group(SearchWord, beginnings))
    return found


def _words_beginning(kind: str, beginning: str) -> tuple[str, ...]:
    (key,) = keyed(kind, [beginning])
    if len(beginning) < SHORTEST_BEGINNING:
        return (key,)
    return tuple(db.session.scalars(_stepping(SearchWord.word, key, limit=_BEGINNINGS)))


def _stepping(column: Any, beginning: str, *, limit: int) -> Select[Any]:  # noqa: ANN401
    """The different values with a beginning, stepping from each to the next in the index."""
    end = beginning + "\U0010ffff"
    first = select(func.min(column).label("value")).where(column >= beginning, column < end)
    steps = first.cte(recursive=True)
    following = (
        select(func.min(column)).where(column > steps.c.value, column < end).scalar_subquery()
    )
    steps = steps.union_all(select(following).where(steps.c.value.is_not(None)))
    return select(steps.c.value).where(steps.c.value.is_not(None)).limit(limit)


def _spans(question: Question) -> list[_Span]:
    """When entries may begin. What runs now began lately, or is one of the few that last long."""
    since, before = question.starts_from, question.starts_before
    if not question.is_running_too or since is None:
        return [_Span(since, before)]
    return [
        _Span(since - LONGEST_RUN, since - SHORT, is_long_alone=True),
        _Span(since - SHORT, before),
    ]


# --- the walk -----------------------------------------------------------------------------------


def _parts(
    question: Question,
    span: _Span,
    groups: Sequence[_Group],
    *,
    mark: Mark | None,
    is_falling: bool,
    limit: int,
) -> Iterator[Any]:
    """The beginnings of every list that is walked in a span."""
    others = list(groups)
    if span.is_long_alone:
        walked: _Group | None = _Group(SearchFacet, tuple(keyed(question.kind, [LONG])))
    else:
        walked = _rarest(groups, span)
        others = [group for group in groups if group is not walked]
    for value in walked.values if walked else (None,):
        yield _part(
            question, span, walked, value, others, mark=mark, is_falling=is_falling, limit=limit
        )


def _part(
    question: Question,
    span: _Span,
    walked: _Group | None,
    value: str | None,
    others: Sequence[_Group],
    *,
    mark: Mark | None,
    is_falling: bool,
    limit: int,
) -> Any:  # noqa: ANN401 - a statement
    # The bare table: a page may need dozens of these, and rows of classes cost far more to ask for.
    table: Any = SearchEntry.__table__
    entry = table.alias().c
    starts_at: Any = entry.starts_at
    entry_id: Any = entry.id
    wanted: Any = select(entry.id, entry.thing_id, entry.starts_at, entry.lat, entry.lon)
    if walked is None:
        wanted = wanted.where(entry.kind == question.kind)
    else:
        row, own = walked.listed()
        starts_at, entry_id = row.starts_at, row.entry_id
        wanted = wanted.where(row.entry_id == entry.id, own == value)
    conditions = [
        *_within(span, starts_at),
        *_behind(mark, starts_at, entry_id, is_falling=is_falling),
        *_of_entry(question, entry),
        *(_has(group, starts_at, entry_id) for group in others),
    ]
    order = (starts_at.desc(), entry_id.desc()) if is_falling else (starts_at, entry_id)
    return wanted.where(*conditions).order_by(*order).limit(limit)


def _within(span: _Span, starts_at: Any) -> Iterator[ColumnElement[bool]]:  # noqa: ANN401
    if span.since is not None:
        yield starts_at >= span.since
    if span.before is not None:
        yield starts_at < span.before


def _behind(
    mark: Mark | None,
    starts_at: Any,  # noqa: ANN401
    entry_id: Any,  # noqa: ANN401
    *,
    is_falling: bool,
) -> Iterator[ColumnElement[bool]]:
    if mark is None:
        return
    # The first condition is for the index, the second tells those that begin at one moment apart.
    if is_falling:
        yield starts_at <= mark.at
        yield or_(starts_at < mark.at, entry_id < mark.entry_id)
    else:
        yield starts_at >= mark.at
        yield or_(starts_at > mark.at, entry_id > mark.entry_id)


def _of_entry(question: Question, entry: Any) -> Iterator[ColumnElement[bool]]:  # noqa: ANN401
    if question.is_running_too and question.starts_from is not None:
        yield entry.ends_at > question.starts_from
    if question.ended_by is not None:
        yield entry.ends_at <= question.ended_by
    if question.circle is not None and abs(question.circle.position[0]) < _POLAR:
        yield _in_circle(question.circle, entry)


def _in_circle(circle: Circle, entry: Any) -> ColumnElement[bool]:  # noqa: ANN401
    """Whether it is near enough on a flat map; a little more than is asked for."""
    lat, lon = circle.position
    degrees = circle.km * _SLACK / geo.KM_PER_DEGREE
    apart = func.abs(entry.lon - lon)
    # Over the 180th meridian the way is the other one.
    east = case((apart > 180, 360 - apart), else_=apart) * cos(radians(lat))
    north = entry.lat - lat
    return and_(
        entry.lat.between(lat - degrees, lat + degrees),
        east * east + north * north <= degrees * degrees,
    )


def _has(group: _Group, starts_at: Any, entry_id: Any) -> ColumnElement[bool]:  # noqa: ANN401
    """Whether an entry has one of these; found by the whole key of the list."""
    other, own = group.listed()
    return exists(
        select(literal(1)).where(
            own.in_(group.values), other.starts_at == starts_at, other.entry_id == entry_id
        )
    )


def _rarest(groups: Sequence[_Group], span: _Span) -> _Group | None:
    """The group with the fewest entries in a span, counted no farther than is worth it."""
    if len(groups) < 2:
        return groups[0] if groups else None
    sizes = db.session.execute(select(*(_size(group, span) for group in groups))).one()
    return min(zip(sizes, groups, strict=True), key=lambda each: each[0])[1]


def _size(group: _Group, span: _Span) -> Any:  # noqa: ANN401 - a scalar subquery
    row, own = group.listed()
    some = (
        select(literal(1).label("one"))
        .where(own.in_(group.values), *_within(span, row.starts_at))
        .limit(_COUNTED)
    )
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def _merged(parts: Sequence[Any], *, is_falling: bool, limit: int) -> Any:  # noqa: ANN401
    """The beginnings in one order; an entry that stands in several lists comes once."""
    if len(parts) == 1:
        return parts[0]
    heads = [part.subquery() for part in parts]
    merged = union_all(*(select(head) for head in heads)).subquery()
    starts_at, entry_id = merged.c.starts_at, merged.c.id
    order = (starts_at.desc(), entry_id.desc()) if is_falling else (starts_at, entry_id)
    return select(merged).distinct().order_by(*order).limit(limit)
