"""The pages on which people find a point, and what they must never say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint, PointHours
from app.aid.rules.words import (
    DropState,
    Fill,
    HoursKind,
    PointKind,
    PointState,
    Priority,
    Visibility,
)
from app.aid.service.listing import relist
from app.db.session import db, transaction
from app.events.rules.words import Answer
from app.lib import clock
from app.lib.text import Translated
from app.places.rules import Spot
from tests.aid.test_finding import put
from tests.factories.aid import make_drop, make_item, make_need, make_point
from tests.factories.events import make_place

pytestmark = pytest.mark.one_database

#: A bank holiday, half past six in the evening.
EVENING = "day=2026-12-25&time=18:30"
#: What nobody may read of a hidden place.
SECRET = Spot(
    name="Amal's flat", street="77 Canary Row", postcode="E17 9ZZ", lat=51.59123, lon=-0.01234
)


@pytest.fixture
def drop(app: Flask) -> Drop:
    with transaction():
        drop = make_drop(opens_on=date(2026, 1, 1), closes_on=date(2027, 12, 31))
        for code in ("blankets", "soap"):
            make_need(drop, make_item(drop.group, code))
        toys = make_item(drop.group, "toys")
        why = Translated.of(en="There are more than enough.")
        make_need(drop, toys, priority=Priority.NOT_WANTED, why=why)
        return drop


def item(drop: Drop, code: str) -> Any:
    return next(need.item for need in drop.needs if need.item.code == code)


def open_at(point: CollectionPoint, opens: int, closes: int, *, bank: bool = False) -> None:
    """Open every day, or on bank holidays alone."""
    days: list[dict[str, Any]] = [{"on_bank_holidays": True}]
    if not bank:
        days = [{"weekday": day} for day in range(7)]
    kind = HoursKind.OPEN
    kept = point.hours if bank else []
    point.hours = [
        *kept,
        *(PointHours(kind=kind, opens=time(opens), closes=time(closes), **day) for day in days),
    ]
    relist(point, now=clock.utcnow())


def names(html: str) -> list[str]:
    return re.findall(r'<h3 class="point-row__name"><a [^>]*><bdi>([^<]*)', html)


def fetch(client: FlaskClient) -> Callable[[str], str]:
    def get(path: str) -> str:
        answer = client.get(path)
        assert answer.status_code == 200, path
        return answer.get_data(as_text=True)

    return get


def test_a_bag_of_blankets_on_a_bank_holiday_evening(client: FlaskClient, drop: Drop) -> None:
    with transaction():
        usual = put(drop, 0.2, 0, name="Shop of the day")
        open_at(usual, 9, 17)
        soap = put(drop, 0.3, 0, name="Soap only", takes=[item(drop, "soap")])
        open_at(soap, 9, 20)
        right = put(drop, 2, 0, name="Evening hall", takes=[item(drop, "blankets")])
        open_at(right, 9, 17)
        open_at(right, 18, 20, bank=True)
    html = fetch(client)(f"/aid/winter-round/points?near=E17+4PP&item=blankets&{EVENING}")
    shown, shut = html.split("Closed or full then")
    # The spot's own name stands on the page of a public place.
    assert shown.count("Open until 20:00") == 1
    assert "Bank holiday hours" in shown
    assert f'href="/aid/points/{right.slug}"' in shown
    assert f'href="/aid/points/{usual.slug}"' in shut
    assert "Opens Saturday at 09:00" in shut
    assert soap.slug not in html
    assert "Open on Friday" in html


def test_what_is_too_far_to_carry_is_told_only_where_nothing_is_near(
    client: FlaskClient, drop: Drop
) -> None:
    with transaction():
        near, far = put(drop, 5, 0), put(drop, 150, 0)
    by_day = "day=2026-11-24&time=12:00"
    html = fetch(client)(f"/aid/winter-round/points?near=E17&{by_day}")
    assert near.slug in html
    assert far.slug not in html
    with transaction():
        db.session.get_one(CollectionPoint, near.id).shut_on = date(2026, 11, 24)
    shut, further = fetch(client)(f"/aid/winter-round/points?near=E17&{by_day}").split(
        "The nearest further away"
    )
    assert "takes it and is open then" in shut
    assert near.slug in shut
    assert far.slug in further


def test_a_full_one_says_which_is_next(client: FlaskClient, drop: Drop) -> None:
    with transaction():
        full = put(drop, 0, 0, state=PointState.FULL, fill=Fill.FULL)
        near = put(drop, 1, 0, takes=[item(drop, "soap")])
        right = put(drop, 3, 0)
        for point in (full, near, right):
            open_at(point, 0, 0)
    html = fetch(client)("/aid/winter-round/points?near=E17+4PP&item=blankets")
    instead = html[html.index("Go here instead") :]
    assert instead.index(right.slug) < 60
    page = fetch(client)(f"/aid/points/{full.slug}")
    assert "Please bring nothing here" in page
    assert f'href="/aid/points/{near.slug}"' in page


@pytest.mark.parametrize(
    ("near", "sentence"),
    [
        ("BT7+1NN", "please type the name of the town"),
        ("JE2+3AB", "please type the name of the town"),
        ("Xyzzyville", "We do not know that place"),
        ("Newport", "Which place do you mean?"),
        ("ZZ99+9ZZ", "We do not know that place"),
    ],
)
def test_a_place_that_is_not_clear_gets_a_clear_answer(
    client: FlaskClient, drop: Drop, near: str, sentence: str
) -> None:
    with transaction():
        point = put(drop, 0, 0)
    html = fetch(client)(f"/aid/winter-round/points?near={near}")
    assert sentence in html
    # Nobody is left with an empty page.
    assert point.slug in html
    if near == "Newport":
        town = re.search(r'href="(/aid/winter-round/points\?[^"]*town=\d+)"', html)
        assert town
        assert "Near Newport" in fetch(client)(town[1].replace("&amp;", "&"))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("time=noonish", "Enter a time"),
        ("day=tomorrow", "Enter a day"),
        ("day=9999-12-31", "Enter a day"),
        ("day=0001-01-01&time=00:00", "Enter a day"),
    ],
)
def test_a_time_that_cannot_be_read_is_said_and_kept(
    client: FlaskClient, drop: Drop, query: str, sentence: str
) -> None:
    html = fetch(client)(f"/aid/winter-round/points?{query}")
    assert sentence in html
    assert f'value="{query.split("=")[1].split("&", maxsplit=1)[0]}"' in html


@pytest.mark.parametrize(
    "query",
    ["item=no-such-thing", "after=zzz", "after=99999999999999999999", "show=-5", "town=x&near=E17"],
)
def test_an_address_that_somebody_broke_shows_the_list(
    client: FlaskClient, drop: Drop, query: str
) -> None:
    fetch(client)(f"/aid/winter-round/points?{query}")


def test_a_day_without_a_time_is_noon_and_today_is_now(client: FlaskClient, drop: Drop) -> None:
    with transaction():
        put(drop, 0, 0)
    later = fetch(client)("/aid/winter-round/points?near=E17&day=2027-11-24")
    assert "at 12:00" in later
    today = clock.day_in("Europe/London", clock.utcnow())
    assert "Open now" in fetch(client)(f"/aid/winter-round/points?near=E17&day={today}")


def test_the_missing_hour_is_the_next_one(client: FlaskClient, drop: Drop) -> None:
    html = fetch(client)("/aid/winter-round/points?near=E17&day=2027-03-28&time=01:30")
    assert 'value="01:30"' in html


def test_a_list_without_a_place_has_pages(client: FlaskClient, drop: Drop) -> None:
    with transaction():
        for _ in range(23):
            put(drop, 0, 0)
    first = fetch(client)("/aid/winter-round/points?item=soap")
    assert len(names(first)) == 20
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = fetch(client)(following[1].replace("&amp;", "&"))
    assert len(names(second)) == 3
    near = fetch(client)("/aid/winter-round/points?near=E17&day=2026-11-24&time=12:00")
    assert len(names(near)) == 10
    more = re.search(r'href="([^"]+)">Show more', near)
    assert more
    assert len(names(fetch(client)(more[1].replace("&amp;", "&")))) == 20


@pytest.mark.parametrize(
    ("state", "has_list"),
    [
        (DropState.ANNOUNCED, True),
        (DropState.PAUSED, True),
        (DropState.COLLECTING, False),
        (DropState.CANCELLED, False),
        (DropState.ARCHIVED, False),
    ],
)
def test_a_round_that_takes_nothing_says_so(
    client: FlaskClient, drop: Drop, state: DropState, *, has_list: bool
) -> None:
    with transaction():
        point = put(drop, 0, 0)
        kept = db.session.get_one(Drop, drop.id)
        kept.state = state
        kept.paused_from = DropState.OPEN if state is DropState.PAUSED else None
    html = fetch(client)("/aid/winter-round/points?near=E17")
    assert (point.slug in html) is has_list
    assert "notice--wait" in html
    page = fetch(client)(f"/aid/points/{point.slug}")
    assert "Takes nothing in" in page
    assert "Go here instead" not in page


def test_a_draft_has_no_pages(client: FlaskClient, drop: Drop) -> None:
    with transaction():
        point = put(drop, 0, 0)
        kept = db.session.get_one(Drop, drop.id)
        kept.state, kept.announced_at = DropState.DRAFT, None
    for path in ("/aid/winter-round/points", f"/aid/points/{point.slug}"):
        assert client.get(path).status_code == 404
    assert point.slug not in fetch(client)("/aid/points.geojson")


def test_the_page_of_a_point_says_what_people_need(client: FlaskClient, drop: Drop) -> None:
    with transaction():
        point = put(
            drop,
            0,
            0,
            takes=[item(drop, "soap")],
            access_note="Ring the bell.",
            fill=Fill.NEARLY,
            step_free=Answer.NO,
        )
        point.hours.append(PointHours(on_date=date(2027, 12, 24), kind=HoursKind.CLOSED))
        relist(point, now=clock.utcnow())
    html = fetch(client)(f"/aid/points/{point.slug}")
    for text in ("1 High Street", "Monday to Sunday", "09:00–18:30", "Friday 24 December"):
        assert text in html
    for text in ("Ring the bell.", "Nearly full", "There are more than enough.", "Medicines"):
        assert text in html
    takes, refuses = html.split("Please do not bring")
    assert "Soap" in takes[takes.index("What it takes") :]
    assert "Blankets" in refuses
    data = json.loads(re.findall(r'ld\+json">(.*?)</script>', html, re.DOTALL)[0])
    assert data["address"]["streetAddress"] == "1 High Street"
    assert len(data["openingHoursSpecification"]) == 8
    assert "noindex" not in html


def test_closed_today_leads_elsewhere(client: FlaskClient, drop: Drop) -> None:
    with transaction():
        point, other = put(drop, 0, 0), put(drop, 1, 0)
        for each in (point, other):
            open_at(each, 0, 0)
        point.shut_on = clock.day_in("Europe/London", clock.utcnow())
        relist(point, now=clock.utcnow())
    html = fetch(client)(f"/aid/points/{point.slug}")
    assert "Closed today." in html
    assert f'href="/aid/points/{other.slug}"' in html


@pytest.mark.parametrize("state", [PointState.PAUSED, PointState.CLOSED])
def test_a_point_that_rests_or_ended_leads_elsewhere(
    client: FlaskClient, drop: Drop, state: PointState
) -> None:
    with transaction():
        point, other = put(drop, 0, 0, state=state), put(drop, 1, 0)
    html = fetch(client)(f"/aid/points/{point.slug}")
    assert "Go here instead" in html
    assert other.slug in html
    assert point.slug not in fetch(client)("/aid/winter-round/points?near=E17")


def test_no_page_says_where_a_hidden_point_is(client: FlaskClient, drop: Drop) -> None:
    with transaction():
        place = make_place(SECRET)
        private = make_point(drop, place=place, visibility=Visibility.PRIVATE, name="Amal's flat")
        area = make_point(
            drop,
            place=make_place(SECRET),
            visibility=Visibility.AREA_ONLY,
            kind=PointKind.HOME,
            name="Amal's flat",
            access_note="Through 77 Canary Row",
        )
        full = put(drop, 2, 0, state=PointState.FULL)
    assert client.get(f"/aid/points/{private.slug}").status_code == 404
    pages = [
        fetch(client)(path)
        for path in (
            "/aid/winter-round",
            "/aid/winter-round/points",
            "/aid/winter-round/points?near=E17+9",
            f"/aid/winter-round/points?near=E17&{EVENING}",
            f"/aid/points/{area.slug}",
            f"/aid/points/{full.slug}",
            "/aid/points.geojson",
            "/aid/points.geojson?drop=winter-round",
            f"/ar/aid/points/{area.slug}",
        )
    ]
    for html in pages:
        assert private.slug not in html
        assert private.public_id not in html
        for word in ("Canary", "Amal", "9ZZ", "51.591", "0.0123"):
            assert word not in html
    assert "noindex" in pages[4]
    assert "ld+json" not in pages[4]
    feature = next(
        each
        for each in json.loads(pages[6])["features"]
        if each["properties"]["url"].endswith(area.slug)
    )
    assert feature["properties"]["precision"] == "area"
    assert feature["geometry"]["coordinates"] == [-0.0136, 51.5859]


def test_points_for_maps(client: FlaskClient, drop: Drop) -> None:
    with transaction():
        put(drop, 0, 0)
        put(drop, 1, 0, state=PointState.FULL)
    answer = client.get("/aid/points.geojson")
    assert answer.mimetype == "application/geo+json"
    found = answer.get_json(force=True)["features"]
    assert [each["properties"]["state"] for each in found] == ["open", "full"]
    assert client.get("/aid/points.geojson?drop=nothing-of-that").status_code == 404


def test_the_search_box_leads_to_the_list(client: FlaskClient, drop: Drop) -> None:
    html = fetch(client)("/aid/winter-round")
    assert 'action="/aid/winter-round/points"' in html
    assert '<option value="blankets">' in html
    assert '<option value="toys">' not in html


def test_a_first_visit_is_light(client: FlaskClient, drop: Drop) -> None:
    with transaction():
        for number in range(30):
            put(drop, number / 3, 0)
    answer = client.get(
        "/aid/winter-round/points?near=E17", headers={"Accept-Encoding": "identity"}
    )
    assert len(answer.data) < 40_000
