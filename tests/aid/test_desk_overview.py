"""Aid at a glance, and the desk's list of points: what waits is there, what is hidden is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.rules.permissions import Role
from app.aid.models.drops import Drop
from app.aid.models.pickups import PickupRequest
from app.aid.models.points import PointReport
from app.aid.rules.stock import DropOffContent
from app.aid.rules.words import (
    DropState,
    Fill,
    PointKind,
    PointReportKind,
    PointState,
    Priority,
    Visibility,
)
from app.aid.service import drop_offs
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock, ids
from app.lib.text import Translated
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.factories.aid import (
    make_drop,
    make_item,
    make_need,
    make_point,
    make_point_host,
    make_workplace,
)
from tests.factories.events import make_place
from tests.factories.groups import make_group

pytestmark = pytest.mark.one_database


@pytest.fixture
def drop(app: Flask) -> Drop:
    """A round in which something of every sort waits."""
    now = clock.utcnow()
    with transaction():
        drop = make_drop()
        blankets = make_item(drop.group)
        make_item(drop.group, "mixed")
        make_need(drop, blankets, priority=Priority.URGENT, checked_at=now - timedelta(days=8))
        offered = make_point(drop, name="Offered café", state=PointState.EMAIL_CONFIRMED)
        make_point_host(offered, checked_at=None, how_checked=None, confirmed_at=now)
        silent = make_point(drop, name="Silent library", asked_again_at=now - timedelta(days=20))
        make_point(drop, name="Full mosque", state=PointState.FULL, fill=Fill.FULL)
        make_point(drop, name="Nearly hall", fill=Fill.NEARLY)
        leeds = make_place(locality="Leeds", district="LS1", area_lat=53.8, area_lon=-1.5)
        hidden: dict[str, Any] = {
            "kind": PointKind.HOME,
            "visibility": Visibility.PRIVATE,
            "name": "C0DE",
        }
        make_point(drop, public_id="hidden" + ids.public_id()[6:], place=leeds, **hidden)
        db.session.add(_report(silent))
        db.session.add(_request(silent, drop))
        make_workplace(drop, silent, until_on=now.date() + timedelta(days=2))
        drop_offs.log(
            silent,
            DropOffContent(bags=4, boxes=1, what="Coats"),
            client_key="k",
            now=now,
            by=Actor.system(),
            entered_by="helper:1",
        )
        return drop


def _report(point: object) -> PointReport:
    return PointReport(
        public_id=ids.public_id(),
        point=point,
        nonce=ids.token(),
        kind=PointReportKind.WAS_SHUT,
        sent_at=clock.utcnow(),
    )


def _request(point: object, drop: Drop) -> PickupRequest:
    return PickupRequest(
        public_id=ids.public_id(),
        drop_id=drop.id,
        point=point,
        bags=12,
        asked_by="host:1",
        asked_at=clock.utcnow() - timedelta(hours=30),
    )


def test_the_first_page_says_what_waits(client: FlaskClient, drop: Drop) -> None:
    sign_in_as(client, Role.ORGANISER)
    page = words(client.get("/desk/aid/overview"))
    for sentence in (
        "Offered café less than an hour",
        "Silent library 1 report",
        "Full mosque full",
        "Nearly hall nearly full",
        "Silent library 12 bags, 30 hours",
        "Union branch 12 until",
        "Winter round not all of it in both languages",
        "1 line of its list has not been looked at for long",
        "the host has not said whether all is still right",
        "4 bags, 1 box",
        "a helper of the host",
        "Boxes brought in 7 days 3",
        "Waits for a decision 1",
    ):
        assert sentence in page
    assert client.get(f"/desk/aid/{drop.public_id}/overview").status_code == 200


def test_every_link_of_the_page_leads_somewhere(client: FlaskClient, drop: Drop) -> None:
    sign_in_as(client, Role.OWNER)
    text = client.get("/desk/aid/overview").get_data(as_text=True)
    for href in {each.split('"')[0] for each in text.split('href="')[1:]}:
        if href.startswith("/desk/"):
            assert client.get(href.replace("&amp;", "&")).status_code == 200, href


def test_a_private_point_stands_on_the_map_for_those_alone_who_may_see_people(
    client: FlaskClient, drop: Drop
) -> None:
    sign_in_as(client, Role.ORGANISER)
    page = client.get("/desk/aid/overview").get_data(as_text=True)
    assert "LS1, Leeds: On the site: 1, 1 private" in page
    assert "map__hidden" in page


def test_a_private_point_is_told_by_its_code_to_others(client: FlaskClient, drop: Drop) -> None:
    sign_in_as(client, Role.AUDITOR)
    page = client.get("/desk/aid/overview").get_data(as_text=True)
    assert "Leeds" not in page
    listed = words(client.get("/desk/points/list"))
    assert "HIDDEN" in listed
    assert "LS1" not in listed
    for narrowed in ("area=LS1", "area=Leeds", "q=C0DE"):
        assert "HIDDEN" not in words(client.get(f"/desk/points/list?{narrowed}"))


def test_points_are_found_by_state_kind_fill_area_and_words(
    client: FlaskClient, drop: Drop
) -> None:
    sign_in_as(client, Role.ORGANISER)

    def found(narrowed: str) -> set[str]:
        page = words(client.get(f"/desk/points/list?{narrowed}"))
        names = ("Offered café", "Silent library", "Full mosque", "Nearly hall", "LS1")
        return {name for name in names if name in page}

    assert len(found("")) == 5
    assert found("state=waiting") == {"Offered café"}
    assert found("state=full") == {"Full mosque"}
    assert found("fill=filling") == {"Full mosque", "Nearly hall"}
    assert found("kind=home") == found("area=ls1") == found("visibility=private") == {"LS1"}
    assert found("q=amal") == {"Offered café"}
    assert found("q=100%25") == set()
    assert len(found(f"drop={drop.public_id}&sort=oldest")) == 5
    # What nobody knows narrows nothing, and breaks nothing.
    assert len(found("state=x&kind=y&fill=z&after=nonsense&drop=q")) == 5


def test_the_list_goes_on_page_by_page(client: FlaskClient, drop: Drop) -> None:
    with transaction():
        for number in range(60):
            make_point(db.session.merge(drop), name=f"Shop {number:02}", hours=False)
    sign_in_as(client, Role.ORGANISER)
    seen: list[str] = []
    address = "/desk/points/list?q=Shop"
    while address:
        text = client.get(address).get_data(as_text=True)
        seen += [each[:7] for each in text.split("<bdi>Shop")[1:]]
        rest = text.split('rel="next" href="')[1:]
        address = rest[0].split('"')[0].replace("&amp;", "&") if rest else ""
    assert len(seen) == len(set(seen)) == 60


def test_another_group_s_aid_is_not_there(client: FlaskClient, drop: Drop) -> None:
    with transaction():
        theirs = make_drop(
            make_group(slug="others"), slug="theirs", title=Translated.of(en="Their round")
        )
        make_point(theirs, name="Their shop")
    sign_in_as(client, Role.OWNER)
    for address in ("/desk/aid/overview", "/desk/points/list", "/desk/drop-offs/", "/desk/"):
        assert "Their" not in words(client.get(address))
    assert client.get(f"/desk/aid/{theirs.public_id}/overview").status_code == 404


def test_where_nothing_goes_on_the_page_says_so(client: FlaskClient, app: Flask) -> None:
    sign_in_as(client, Role.OWNER)
    assert "No round goes on" in words(client.get("/desk/aid/overview"))
    with transaction():
        make_drop(state=DropState.ARCHIVED)
    assert "No round goes on" in words(client.get("/desk/aid/overview"))


def test_today_leads_to_aid(client: FlaskClient, drop: Drop) -> None:
    sign_in_as(client, Role.ORGANISER)
    page = words(client.get("/desk/"))
    assert "Boxes brought in 7 days 3" in page
    assert "Points that take things 3 1 full" in page
