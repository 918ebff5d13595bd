"""Finding a point: the nearest that take a thing and are open, and nothing that is hidden."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.aid.models.drops import AidItem, Drop
from app.aid.models.points import CollectionPoint, PointCell, PointHours
from app.aid.queries import finding
from app.aid.queries.finding import around, list_points, nearest
from app.aid.queries.hours import hours_of
from app.aid.queries.places import public_position
from app.aid.rules.hours import is_open
from app.aid.rules.hours_code import decode, encode
from app.aid.rules.nearness import keys_of, rings
from app.aid.rules.words import HoursKind, PointState, Visibility
from app.aid.service.listing import relist
from app.db.session import db, transaction
from app.lib import clock, geo
from app.places.rules import Spot
from tests.aid.test_hours import ROWS
from tests.factories.aid import make_drop, make_item, make_point
from tests.factories.events import make_place

HERE = (51.5859, -0.0203)
#: A Monday evening.
EVENING = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
ROUND: dict[str, Any] = {"opens_on": date(2026, 11, 1), "closes_on": date(2026, 12, 31)}


def put(drop: Drop, north: float, east: float, **changes: Any) -> CollectionPoint:
    """A point so many kilometres north and east of here."""
    lat, lon = HERE[0] + north / geo.KM_PER_DEGREE, HERE[1] + east / geo.KM_PER_DEGREE / 0.62
    spot = Spot(name="Shop", street="1 High Street", lat=lat, lon=lon)
    return make_point(drop, place=make_place(spot), **changes)


def opening(point: CollectionPoint, opens: int, closes: int) -> None:
    point.hours = [
        PointHours(
            position=0,
            weekday=0,
            kind=HoursKind.OPEN,
            opens=time(opens),
            closes=time(closes),
        )
    ]
    relist(point, now=clock.utcnow())


@pytest.fixture
def drop(app: Flask) -> Drop:
    with transaction():
        return make_drop(**ROUND)


def ids(found: Any) -> list[int]:
    return [each.point.id for each in found]


def test_the_nearest_that_takes_it_and_is_open(drop: Drop) -> None:
    with transaction():
        blankets, soap = make_item(drop.group, "blankets"), make_item(drop.group, "soap")
        shut = put(drop, 0.1, 0)
        opening(shut, 9, 18)
        other = put(drop, 0.2, 0, takes=[soap])
        full = put(drop, 0.3, 0, state=PointState.FULL)
        right = put(drop, 0.4, 0, takes=[blankets])
        everything = put(drop, 5, 0)
        for point in (other, full, right, everything):
            opening(point, 9, 19)
    found = nearest(drop.id, HERE, item_id=blankets.id, at=EVENING)
    assert ids(found) == [right.id, everything.id]
    assert found[0].km == pytest.approx(0.4, abs=0.01)
    assert ids(nearest(drop.id, HERE, at=EVENING)) == [other.id, right.id, everything.id]
    assert ids(nearest(drop.id, HERE, item_id=soap.id)) == [shut.id, other.id, everything.id]
    assert ids(nearest(drop.id, HERE, limit=1, exclude=[shut.id])) == [other.id]
    assert ids(around(drop.id, HERE, limit=3)) == [shut.id, other.id, full.id]
    assert around(drop.id, HERE, limit=3)[2].is_full
    assert ids(nearest(drop.id, HERE, at=EVENING + timedelta(days=1))) == []


def test_what_is_hidden_is_nowhere_in_the_index(drop: Drop) -> None:
    with transaction():
        private = put(drop, 0, 0, visibility=Visibility.PRIVATE)
        area = put(drop, 30, 0, visibility=Visibility.AREA_ONLY)
        for state in PointState:
            if state not in {PointState.LIVE, PointState.FULL}:
                put(drop, 1, 0, state=state)
    found = around(drop.id, HERE, limit=20)
    assert ids(found) == [area.id]
    # The middle of E17, not the door thirty kilometres away.
    assert found[0].km < 1
    assert found[0].position == (51.5859, -0.0136)
    assert private.id not in set(db.session.scalars(select(PointCell.point_id)))


def test_a_point_leaves_the_index_when_it_may_not_be_found_any_more(drop: Drop) -> None:
    with transaction():
        point = put(drop, 0, 0)
    assert ids(nearest(drop.id, HERE)) == [point.id]
    for changes in ({"state": PointState.PAUSED}, {"visibility": Visibility.PRIVATE}):
        with transaction():
            point = db.session.get_one(CollectionPoint, point.id)
            point.state, point.visibility = PointState.LIVE, Visibility.PUBLIC
            for name, value in changes.items():
                setattr(point, name, value)
            relist(point, now=clock.utcnow())
        assert ids(around(drop.id, HERE, limit=5)) == []
        assert list_points(drop.id, limit=5) == []
    with transaction():
        point = db.session.get_one(CollectionPoint, point.id)
        point.visibility = Visibility.PUBLIC
        relist(point, now=clock.utcnow())
    assert ids(around(drop.id, HERE, limit=5)) == [point.id]


def test_closed_today_is_heard_at_once(drop: Drop) -> None:
    with transaction():
        point = put(drop, 0, 0)
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert ids(nearest(drop.id, HERE, at=at)) == [point.id]
    with transaction():
        db.session.get_one(CollectionPoint, point.id).shut_on = date(2026, 11, 23)
    assert ids(nearest(drop.id, HERE, at=at)) == []
    assert ids(nearest(drop.id, HERE, at=at + timedelta(days=1))) == [point.id]


def test_points_of_another_drop_are_not_found(drop: Drop) -> None:
    with transaction():
        other = make_drop(drop.group, slug="another", **ROUND)
        put(other, 0, 0)
    assert nearest(drop.id, HERE) == []
    assert nearest(drop.id, (33.9, 35.5), limit=3) == []


def test_a_list_without_a_place_goes_on_page_by_page(drop: Drop) -> None:
    with transaction():
        soap = make_item(drop.group, "soap")
        made = [put(drop, n, 0, takes=[soap] if n % 2 else []).id for n in range(7)]
        blankets = make_item(drop.group, "blankets")
    first = [each.id for each in list_points(drop.id, limit=4)]
    assert first == made[:4]
    assert [each.id for each in list_points(drop.id, after=first[-1], limit=4)] == made[4:]
    assert [each.id for each in list_points(drop.id, item_id=blankets.id, limit=9)] == made[::2]


def by_hand(
    points: list[CollectionPoint], here: tuple[float, float], item: AidItem | None, at: datetime
) -> list[int]:
    """What is nearest, from looking at every point."""
    found = []
    for point in points:
        there = public_position(point)
        takes = point.takes_all or item is None or item.id in {t.item_id for t in point.takes}
        if (
            there is not None
            and point.state is PointState.LIVE
            and takes
            and is_open(hours_of(point), at)
        ):
            found.append((geo.distance_km(here, there), point.id))
    return [point_id for _, point_id in sorted(found)]


def test_what_is_found_is_what_looking_at_all_of_them_finds(drop: Drop) -> None:
    chance = Random(7)  # noqa: S311 - a seed makes it the same each time
    with transaction():
        soap = make_item(drop.group, "soap")
        points = []
        for _ in range(150):
            spread = chance.choice((0.5, 3, 20, 200, 900))
            point = put(
                drop,
                chance.uniform(-spread, spread),
                chance.uniform(-spread, spread),
                takes=[soap] if chance.random() < 0.3 else [],
                state=chance.choice((PointState.LIVE, PointState.LIVE, PointState.FULL)),
                visibility=chance.choice(tuple(Visibility)),
            )
            opening(point, chance.randint(6, 19), chance.randint(10, 22))
            points.append(point)
    for _ in range(8):
        here = (HERE[0] + chance.uniform(-1, 1), HERE[1] + chance.uniform(-1, 1))
        at = EVENING - timedelta(hours=chance.randint(0, 10))
        for item in (None, soap):
            found = nearest(drop.id, here, item_id=item.id if item else None, at=at, limit=12)
            expected = by_hand(points, here, item, at)
            kms = [each.km for each in found]
            assert kms == sorted(kms)
            # Several areas have one middle: which of them comes first does not matter.
            assert len(found) == len(expected[:12])
            assert set(ids(found)) <= set(expected)
            assert max(kms, default=0.0) <= max(
                (kilometres(points, each, here) for each in expected[:12]), default=0.0
            )


def kilometres(points: list[CollectionPoint], point_id: int, here: tuple[float, float]) -> float:
    there = public_position(next(each for each in points if each.id == point_id))
    assert there is not None
    return geo.distance_km(here, there) + 1e-9


def test_a_crowd_in_one_place_ends_at_a_limit(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "READ_MOST", 12)
    monkeypatch.setattr(finding, "LOOKED_MOST", 10)
    with transaction():
        for _ in range(20):
            put(drop, 0, 0)
    assert len(nearest(drop.id, HERE, limit=20)) == 12
    night = datetime(2026, 11, 23, 3, tzinfo=UTC)
    assert nearest(drop.id, HERE, at=night, limit=20) == []


positions = st.tuples(st.floats(-74, 74), st.floats(-180, 179.99))


@given(positions, st.tuples(st.floats(-1, 1), st.floats(-1, 1)), st.floats(0.001, 12))
def test_whatever_is_within_a_ring_stands_under_its_keys(
    here: tuple[float, float], shift: tuple[float, float], size: float
) -> None:
    there = (here[0] + shift[0] * size, (here[1] + shift[1] * size + 180) % 360 - 180)
    km = geo.distance_km(here, there)
    asked: set[str] = set()
    own = set(keys_of(3, there, None))
    for reach, keys in rings(3, here, None):
        asked.update(keys)
        if km <= reach:
            assert own & asked
            return


@given(ROWS)
def test_hours_survive_as_text(rows: Any) -> None:
    assert list(decode(encode(rows))) == rows
