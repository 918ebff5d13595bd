"""Files of aid hold no formula and no hidden door, and somebody can read who made them."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.aid.models.drops import Drop
from app.aid.rules.stock import DropOffContent
from app.aid.rules.words import PointKind, Visibility
from app.aid.service import drop_offs
from app.audit.facts import Actor
from app.audit.models import AuditEntry
from app.db.session import db, transaction
from app.lib import clock
from app.places.rules import Spot
from tests.appeals.test_desk_donations import sign_in_as
from tests.factories.accounts import token_on
from tests.factories.aid import make_drop, make_item, make_point, make_point_host, make_workplace
from tests.factories.events import make_place
from tests.factories.groups import make_group

pytestmark = pytest.mark.one_database

DOOR = "7 Canary Mews"
ALL = ("points", "hosts", "workplaces", "drop-offs", "moves", "boxes")


@pytest.fixture
def drop(app: Flask) -> Drop:
    """A round with a public shop, a hidden home, a workplace and what was brought."""
    with transaction():
        drop = make_drop()
        make_item(drop.group, "mixed")
        shop = make_point(drop, name="=HYPERLINK(1)", access_note="+Ring twice")
        make_point_host(shop, name="@Amal", phone="+44 20 7946 0111")
        spot = Spot(name="", street=DOOR, postcode="E17 4PP", lat=51.5, lon=0.0)
        home = make_point(
            drop,
            place=make_place(spot),
            kind=PointKind.HOME,
            name="E17",
            visibility=Visibility.PRIVATE,
            access_note=f"Ring at {DOOR}",
        )
        make_point_host(home, email="rana@example.org", name="Rana")
        make_workplace(drop, shop)
        content = DropOffContent(bags=3, grams=2500, what="-Blankets, new")
        drop_offs.log(
            shop,
            content,
            client_key="k",
            now=clock.utcnow(),
            by=Actor.system(),
            entered_by=f"host:{shop.id}",
        )
        return drop


def save(client: FlaskClient, drop: Drop, what: str, **more: str) -> Any:
    address = f"/desk/aid/exports/{what}.csv"
    typed = {"csrf_token": token_on(client.get("/desk/account")), "drop": drop.public_id}
    return client.post(address, data=typed | more, buffered=True)


def rows(answer: Any) -> list[dict[str, str]]:
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("what", ALL)
def test_no_file_runs_anything_or_tells_a_hidden_door(
    client: FlaskClient, drop: Drop, what: str
) -> None:
    sign_in_as(client, Role.ORGANISER)
    answer = save(client, drop, what)
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert DOOR not in answer.get_data(as_text=True)
    for row in rows(answer):
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_a_file_says_what_is_there(client: FlaskClient, drop: Drop) -> None:
    sign_in_as(client, Role.ORGANISER)
    assert [row["name"] for row in rows(save(client, drop, "points"))] == [
        "'=HYPERLINK(1)",
        "A home in E17",
    ]
    assert {row["email"] for row in rows(save(client, drop, "hosts"))} == {
        "amal@example.org",
        "rana@example.org",
    }
    (brought,) = rows(save(client, drop, "drop-offs"))
    assert (brought["bags"], brought["kg"], brought["entered_by"]) == ("3", "2.5", "host")
    assert {row["unit"] for row in rows(save(client, drop, "moves"))} == {"bag", "gram"}
    assert rows(save(client, drop, "workplaces"))[0]["organisation"] == "Union branch 12"
    assert rows(save(client, drop, "boxes")) == []


def test_a_hidden_door_is_told_to_whoever_asks_for_it_and_that_is_written_down(
    client: FlaskClient, drop: Drop
) -> None:
    sign_in_as(client, Role.ORGANISER)
    save(client, drop, "points")
    assert DOOR in save(client, drop, "points", with_addresses="y").get_data(as_text=True)
    # There is no such tick for other files.
    assert DOOR not in save(client, drop, "drop-offs", with_addresses="y").get_data(as_text=True)
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "aid.exported").order_by(AuditEntry.id)
    )
    assert [entry.detail for entry in entries] == [
        {"file": "points"},
        {"file": "points", "with_addresses": True},
        {"file": "drop-offs"},
    ]


def test_files_are_for_those_who_may_see_people_or_goods(client: FlaskClient, drop: Drop) -> None:
    sign_in_as(client, Role.AUDITOR, Role.EDITOR, Role.MODERATOR)
    for what in ALL:
        assert save(client, drop, what).status_code == 403


def test_another_group_s_rows_are_in_no_file(client: FlaskClient, drop: Drop) -> None:
    with transaction():
        theirs = make_drop(make_group(slug="others"), slug="their-round")
    sign_in_as(client, Role.OWNER)
    theirs = db.session.merge(theirs)
    for what in ALL:
        assert save(client, theirs, what).status_code == 422


def test_a_file_needs_the_button(client: FlaskClient, drop: Drop) -> None:
    sign_in_as(client, Role.OWNER)
    assert client.get("/desk/aid/exports/points.csv").status_code == 405
    assert client.post("/desk/aid/exports/points.csv").status_code == 400
    assert client.get("/desk/aid/exports/").status_code == 200
