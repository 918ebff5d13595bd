"""The static copy of what is collected: rounds, what they need, and where to bring it.

It says what the public pages say to anybody, but for what is true for a minute only, and of homes
no more than the area: nobody can call a copy back, and a home is forgotten after its round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.queries import drops as drop_reads
from app.aid.queries import finding
from app.aid.render.drops import drop_row, leaves_in, needs_shown, sentence
from app.aid.render.places import public_place
from app.aid.render.points import point_page
from app.aid.render.words import POINT_KIND_NAMES, POINT_STATE_NAMES, POINT_STATE_TONES
from app.aid.rules.points import SHOWS_POINTS
from app.aid.rules.words import PointKind, PointState
from app.events.render.mirror import File, folder, frame, page
from app.settings import settings
from app.web.locale import absolute_url, in_locale

_AT_ONCE: Final = 200


def first_pages() -> Sequence[tuple[LazyString, str]]:
    """What the first page of the copy leads to; nothing while nothing is collected."""
    return [(_l("What is collected"), "aid/index.html")] if drop_reads.list_running() else []


def files(*, now: datetime) -> Iterator[File]:
    """Every file about aid, in each language of the site; none while nothing is collected."""
    drops = drop_reads.list_running()
    for locale in settings().locales if drops else ():
        with in_locale(locale):
            yield _index(locale, drops, now)
            for drop in drops:
                points = [*_points(drop)]
                yield _drop(locale, drop, points, now)
                for point in points:
                    if point.kind is not PointKind.HOME:
                        yield _point(locale, point, now)


def _points(drop: Drop) -> Iterator[CollectionPoint]:
    """The points of a round that anybody may see, in the order in which they were entered."""
    after = 0
    while drop.state in SHOWS_POINTS:
        found = finding.list_points(drop.id, after=after, limit=_AT_ONCE)
        yield from found
        if len(found) < _AT_ONCE:
            return
        after = found[-1].id


def _index(locale: str, drops: Sequence[Drop], now: datetime) -> File:
    rows = [{"row": drop_row(each), "href": f"{each.slug}.html"} for each in drops]
    text = page(
        "aid/mirror/index.html",
        rows=rows,
        original=absolute_url("drops.index", locale=locale),
        **frame(locale, "aid/index.html", depth=1, now=now),
    )
    return File(f"{folder(locale)}aid/index.html", text)


def _drop(locale: str, drop: Drop, points: Sequence[CollectionPoint], now: datetime) -> File:
    name = f"aid/{drop.slug}.html"
    text = page(
        "aid/mirror/drop.html",
        drop=drop,
        row=drop_row(drop),
        sentence=sentence(drop),
        leaves_in=leaves_in(drop),
        needs=needs_shown(drop, now=now),
        points=[_row(each) for each in points],
        original=absolute_url("drops.show", locale=locale, slug=drop.slug),
        **frame(locale, name, depth=1, now=now),
    )
    return File(f"{folder(locale)}{name}", text)


def _row(point: CollectionPoint) -> dict[str, Any]:
    place = public_place(point)
    is_home, is_plain = point.kind is PointKind.HOME, point.state is PointState.LIVE
    return {
        "name": str(POINT_KIND_NAMES[point.kind]) if is_home else place.name,
        "area": place.area,
        "state": "" if is_plain else str(POINT_STATE_NAMES[point.state]),
        "tone": POINT_STATE_TONES[point.state],
        "href": None if is_home else f"points/{point.slug}.html",
    }


def _point(locale: str, point: CollectionPoint, now: datetime) -> File:
    name = f"aid/points/{point.slug}.html"
    values = point_page(point, now=now) | {
        "row": _row(point),
        "up": f"../{point.drop.slug}.html",
        "original": absolute_url("points.show", locale=locale, slug=point.slug),
    }
    text = page("aid/mirror/point.html", **values, **frame(locale, name, depth=2, now=now))
    return File(f"{folder(locale)}{name}", text)
