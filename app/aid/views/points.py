"""Finding a collection point: the list of a drop, the page of each point, points for maps."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, request, url_for

from app.aid.forms.finding import FindForm
from app.aid.models.drops import Drop
from app.aid.queries import drops as drop_reads
from app.aid.queries import finding as reads
from app.aid.queries import points as point_reads
from app.aid.queries.finding import NearPoint
from app.aid.render import drops as drop_render
from app.aid.render import finding as render
from app.aid.render import points as page_render
from app.aid.rules.drops import TAKES_THINGS
from app.aid.rules.hours import is_open
from app.aid.rules.points import SHOWS_POINTS
from app.events.render.feeds import GEOJSON_TYPE
from app.events.render.listing import town_label
from app.events.views.feeds import feed_answer
from app.lib import clock
from app.places.queries.finding import Ambiguous, Found, TownWanted, find_position, list_likely
from app.places.queries.gazetteer import Town
from app.settings import settings
from app.web.pages import render as show_page
from app.web.paging import LARGEST_ID

bp = Blueprint("points", __name__)

#: So many open ones are shown, and so many more each time somebody asks for more.
NEAR_HOLDS: Final = 10
NEAR_MOST: Final = 50
#: So many that are nearer, but full or shut then.
SHUT_HOLDS: Final = 5
#: Nobody carries a bag farther than this, and so many are named where nothing is nearer.
CARRIED_KM: Final = 40.0
FAR_HOLDS: Final = 3
LIST_HOLDS: Final = 20
FEED_HOLDS: Final = 1000


@dataclass(frozen=True)
class Asked:
    """What somebody asked for, and how far it was understood."""

    drop: Drop
    form: FindForm
    place: Found | Ambiguous | TownWanted | None
    item_id: int | None
    #: When she comes.
    at: datetime
    address: dict[str, Any]

    @property
    def here(self) -> tuple[float, float] | None:
        """Where she is, if that is known."""
        return self.place.position if isinstance(self.place, Found) else None

    def link(self, **more: Any) -> str:  # noqa: ANN401 - values of an address
        """The address of the same question, with something more."""
        return url_for("points.index", slug=self.drop.slug, **self.address | more)


@bp.get("/aid/<slug>/points")
def index(slug: str) -> Response:
    """List where people can bring things: the nearest that are open and take what they have."""
    asked = _read_question(drop_reads.get_public(slug))
    shows = asked.drop.state in SHOWS_POINTS
    values = (_near_values(asked) if asked.here else _list_values(asked)) if shows else _nothing()
    return show_page(
        "aid/points/index.html", public=True, **_question_values(asked), **values, shows=shows
    )


@bp.get("/aid/points/<slug>")
def show(slug: str) -> Response:
    """Say where a point is, as far as anybody may know, when it is open and what it takes."""
    point = point_reads.get_public(slug)
    values = page_render.point_page(point, now=clock.utcnow())
    return show_page("aid/points/show.html", public=True, **values)


@bp.get("/aid/points.geojson")
def geojson() -> Response:
    """The points of a drop, or of all that go on, for maps; of hidden ones their area."""
    slug = request.args.get("drop")
    drops = [drop_reads.get_public(slug)] if slug else drop_reads.list_running()
    points = [
        point
        for drop in drops
        if drop.state in SHOWS_POINTS
        for point in reads.list_points(drop.id, limit=FEED_HOLDS)
    ]
    found = page_render.geojson(points[:FEED_HOLDS], now=clock.utcnow())
    return feed_answer(json.dumps(found, ensure_ascii=False), GEOJSON_TYPE)


# --- the question -------------------------------------------------------------------------------


def _read_question(drop: Drop) -> Asked:
    now = clock.utcnow()
    form = FindForm(request.args, items=render.item_choices(drop), zone=drop.zone, now=now)
    town_id = _number(request.args.get("town"))
    place = None
    if form.near.data:
        place = find_position(
            form.near.data, town_id=town_id or None, home_zone=settings().timezone
        )
    town = place.town if isinstance(place, Found) else None
    address = form.address() | ({"town": str(town.id)} if town and town.id == town_id else {})
    item_id = render.item_ids(drop).get(form.item.data or "")
    return Asked(drop, form, place, item_id, form.at or now, address)


def _question_values(asked: Asked) -> dict[str, Any]:
    towns = _towns(asked)
    return {
        "drop": asked.drop,
        "form": asked.form,
        "address": asked.address,
        "place": asked.place if isinstance(asked.place, Found) else None,
        "town_id": asked.address.get("town"),
        "is_placed": not asked.form.near.data or asked.here is not None,
        "wants_town": isinstance(asked.place, TownWanted),
        "towns": [
            (town_label(town), asked.link(near=town.name, town=str(town.id))) for town in towns
        ],
        "when": page_render.moment_words(asked.at, asked.drop.zone) if asked.form.at else "",
        "takes_things": asked.drop.state in TAKES_THINGS,
        "sentence": drop_render.sentence(asked.drop),
    }


def _towns(asked: Asked) -> list[Town]:
    if isinstance(asked.place, Found):
        return list(asked.place.others)
    if isinstance(asked.place, Ambiguous):
        return list(asked.place.towns)
    return list_likely(asked.form.near.data or "") if asked.place is None else []


def _number(text: str | None) -> int:
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) < 19
    return min(int(text or 0), LARGEST_ID) if is_number else 0


# --- the answer ---------------------------------------------------------------------------------


def _near_values(asked: Asked) -> dict[str, Any]:
    """The nearest that are open then and take it; what is near and is not; else what is farther."""
    holds = max(NEAR_HOLDS, min(_number(request.args.get("show")), NEAR_MOST))
    found = reads.nearest(
        asked.drop.id, _here(asked), item_id=asked.item_id, at=asked.at, limit=holds + 1
    )
    near = [each for each in found if each.km <= CARRIED_KM]
    shown = near[:holds]
    others = _others(asked, shown)
    far = [] if shown else found[:FAR_HOLDS] or _anywhere(asked, others)
    rows, shut, further = (
        render.near_rows(each, asked.at, item_id=asked.item_id) for each in (shown, others, far)
    )
    has_more = len(near) > holds < NEAR_MOST
    return {
        "rows": rows,
        "shut": shut,
        "further": further,
        "map": render.draw([*rows, *shut] or further, asked.here),
        "more": asked.link(show=holds + NEAR_HOLDS) if has_more else None,
        "next": None,
    }


def _others(asked: Asked, shown: list[NearPoint]) -> list[NearPoint]:
    """The nearest that nobody can go to then; none behind a whole page of open ones."""
    known = {each.point.id for each in shown}
    around = reads.around(
        asked.drop.id, _here(asked), item_id=asked.item_id, limit=len(shown) + SHUT_HOLDS
    )
    reach = shown[-1].km if len(shown) >= NEAR_HOLDS else CARRIED_KM
    return [
        each
        for each in around
        if each.point.id not in known
        and each.km <= reach
        and (each.is_full or not is_open(each.hours, asked.at))
    ][:SHUT_HOLDS]


def _anywhere(asked: Asked, others: list[NearPoint]) -> list[NearPoint]:
    """Where nothing is near and nothing open then: the nearest all the same."""
    if others:
        return []
    return reads.around(asked.drop.id, _here(asked), item_id=asked.item_id, limit=FAR_HOLDS)


def _here(asked: Asked) -> tuple[float, float]:
    return asked.here or (0.0, 0.0)


def _list_values(asked: Asked) -> dict[str, Any]:
    """All points of the drop, page by page, as they stand then."""
    points = reads.list_points(
        asked.drop.id,
        item_id=asked.item_id,
        after=_number(request.args.get("after")),
        limit=LIST_HOLDS + 1,
    )
    shown = points[:LIST_HOLDS]
    rows = render.list_rows(shown, asked.at, item_id=asked.item_id)
    has_more = len(points) > LIST_HOLDS
    return {
        "rows": rows,
        "shut": [],
        "further": [],
        "map": render.draw(rows),
        "more": None,
        "next": asked.link(after=shown[-1].id) if has_more else None,
    }


def _nothing() -> dict[str, Any]:
    return {"rows": [], "shut": [], "further": [], "map": None, "more": None, "next": None}
