"""The desk writes down what hosts tell it: whole sheets or nothing, each line once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.rules.permissions import Role
from app.aid.models.points import CollectionPoint
from app.aid.models.stock import DropOff, StockBalance, StockMove
from app.aid.rules.words import PointState, Unit
from app.db.session import db, transaction
from app.lib import clock
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.factories.accounts import post
from tests.factories.aid import make_drop, make_item, make_point
from tests.factories.groups import make_group

pytestmark = pytest.mark.one_database

NONCE = "n" * 32


@pytest.fixture
def point(app: Flask) -> CollectionPoint:
    """A public point of a round that is open."""
    with transaction():
        drop = make_drop()
        make_item(drop.group, "mixed")
        return make_point(drop)


@pytest.fixture
def organiser(client: FlaskClient, point: CollectionPoint) -> FlaskClient:
    """An organiser of the network, signed in."""
    sign_in_as(client, Role.ORGANISER)
    return client


def today() -> str:
    return clock.utcnow().date().isoformat()


def line(number: int, **values: str) -> dict[str, str]:
    """One line of a sheet as it is sent."""
    return {f"lines-{number}-{part}": text for part, text in values.items()}


def enter(client: FlaskClient, point: CollectionPoint, *lines: dict[str, str], **more: Any) -> Any:
    sent = {"nonce": NONCE, **more}
    for each in lines:
        sent |= each
    address = f"/desk/drop-offs/enter/{point.public_id}"
    return post(client, address, on="/desk/account", **sent)


def count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def bags_there() -> int:
    wanted = select(StockBalance.qty).where(
        StockBalance.unit == Unit.BAG, StockBalance.is_physical.is_(True)
    )
    return db.session.scalar(wanted) or 0


def test_a_sheet_is_written_down_line_by_line(
    organiser: FlaskClient, point: CollectionPoint
) -> None:
    answer = enter(
        organiser,
        point,
        line(0, day=today(), bags="3", what="Blankets"),
        line(2, day=today(), bags="٢", boxes="1", kg="7,5"),
        line(4, day=today()),
    )
    assert answer.status_code == 303
    assert count(DropOff) == 2
    assert bags_there() == 5
    page = words(organiser.get("/desk/drop-offs/"))
    assert "3 bags" in page
    assert "2 bags, 1 box, 7.5 kg" in page
    assert "Blankets" in page


def test_a_sheet_that_is_sent_twice_counts_once(
    organiser: FlaskClient, point: CollectionPoint
) -> None:
    lines = [line(0, day=today(), bags="3"), line(1, day=today(), bags="1")]
    enter(organiser, point, *lines)
    assert enter(organiser, point, *lines).status_code == 303
    assert (count(DropOff), bags_there()) == (2, 4)


def test_a_sheet_sent_before_does_not_swallow_other_numbers(
    organiser: FlaskClient, point: CollectionPoint
) -> None:
    enter(organiser, point, line(0, day=today(), bags="3"))
    answer = enter(organiser, point, line(0, day=today(), bags="8"))
    assert answer.status_code == 409
    assert "This form was sent before" in words(answer)
    assert (count(DropOff), bags_there()) == (1, 3)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"bags": "-1"}, "Enter a whole number"),
        ({"bags": "2.5"}, "Enter a whole number"),
        ({"boxes": "99999"}, "cannot be the right amount"),
        ({"boxes": "9" * 200}, "Enter a whole number"),
        ({"kg": "-3"}, "weight in kilograms"),
        ({"kg": "1e9"}, "weight in kilograms"),
        ({"kg": "9999999"}, "cannot be the right amount"),
        ({"what": "blankets"}, "Say how many bags, boxes or kilograms"),
        ({"bags": "1", "day": ""}, "Say on which day"),
        ({"bags": "1", "day": "yesterday"}, "Enter a day"),
        ({"bags": "1", "day": "2099-01-01"}, "lies in the future"),
        ({"bags": "1", "day": "1999-01-01"}, "before the beginning of the round"),
    ],
)
def test_one_wrong_line_keeps_all_from_being_written(
    organiser: FlaskClient, point: CollectionPoint, wrong: dict[str, str], sentence: str
) -> None:
    right = line(0, day=today(), bags="4", what="Coats for 3 children")
    answer = enter(organiser, point, right, line(1, **{"day": today(), **wrong}))
    page = words(answer)
    assert answer.status_code == 422
    assert sentence in page
    assert "Coats for 3 children" in answer.get_data(as_text=True)
    assert count(DropOff) == count(StockMove) == 0


def test_an_empty_sheet_is_no_sheet(organiser: FlaskClient, point: CollectionPoint) -> None:
    answer = enter(organiser, point, line(0, day=today()))
    assert answer.status_code == 422
    assert "Write at least one line" in words(answer)


def test_nothing_is_brought_to_a_point_that_nobody_approved(
    organiser: FlaskClient, point: CollectionPoint
) -> None:
    with transaction():
        db.session.merge(point).state = PointState.EMAIL_CONFIRMED
    address = f"/desk/drop-offs/enter/{point.public_id}"
    assert "Nothing can be brought there" in words(organiser.get(address))
    assert enter(organiser, point, line(0, day=today(), bags="1")).status_code == 409
    assert count(DropOff) == 0


def test_what_was_entered_by_mistake_is_taken_back_with_a_reason(
    organiser: FlaskClient, point: CollectionPoint
) -> None:
    enter(organiser, point, line(0, day=today(), bags="3"))
    address = f"/desk/drop-offs/{db.session.scalars(select(DropOff)).one().public_id}/take-back"
    assert "3 bags" in words(organiser.get(address))
    assert post(organiser, address, on="/desk/account", nonce=NONCE).status_code == 422
    assert bags_there() == 3
    assert (
        post(organiser, address, on="/desk/account", nonce=NONCE, reason="Typed twice").status_code
        == 303
    )
    assert bags_there() == 0
    # The same button, pressed twice, and another page of the same.
    assert (
        post(organiser, address, on="/desk/account", nonce=NONCE, reason="Typed twice").status_code
        == 303
    )
    assert (
        post(organiser, address, on="/desk/account", nonce="m" * 32, reason="Again").status_code
        == 409
    )
    assert "Taken back" in words(organiser.get("/desk/drop-offs/"))
    assert "taken back already" in words(organiser.get(address))


def test_the_list_is_narrowed_by_point_and_day(
    organiser: FlaskClient, point: CollectionPoint
) -> None:
    with transaction():
        other = make_point(db.session.merge(point).drop, name="Town library")
    enter(organiser, point, line(0, day=today(), bags="3"))
    enter(organiser, other, line(0, day=today(), bags="7"), nonce="o" * 32)
    assert "3 bags" not in words(organiser.get(f"/desk/drop-offs/?point={other.public_id}"))
    assert "7 bags" not in words(organiser.get("/desk/drop-offs/?q=corner"))
    assert "7 bags" not in words(organiser.get("/desk/drop-offs/?until=2020-01-01"))
    assert "7 bags" in words(organiser.get(f"/desk/drop-offs/?since={today()}"))
    assert organiser.get("/desk/drop-offs/?since=9999-12-31").status_code == 422


def test_the_points_to_choose_from_are_those_where_things_come(
    organiser: FlaskClient, point: CollectionPoint
) -> None:
    with transaction():
        make_point(db.session.merge(point).drop, name="Old shop", state=PointState.REJECTED)
    page = words(organiser.get("/desk/drop-offs/enter"))
    assert "Corner shop" in page
    assert "Old shop" not in page


def test_another_group_s_points_are_not_there(client: FlaskClient, point: CollectionPoint) -> None:
    with transaction():
        drop = make_drop(make_group(slug="others"), slug="their-round")
        make_item(drop.group, "mixed")
        theirs = make_point(drop, name="Their shop")
    sign_in_as(client, Role.OWNER)
    assert client.get(f"/desk/drop-offs/enter/{theirs.public_id}").status_code == 404
    assert enter(client, theirs, line(0, day=today(), bags="1")).status_code == 404
    assert "Their shop" not in words(client.get("/desk/drop-offs/enter"))


def test_whoever_only_reads_enters_nothing(client: FlaskClient, point: CollectionPoint) -> None:
    sign_in_as(client, Role.AUDITOR)
    assert client.get("/desk/drop-offs/").status_code == 200
    assert client.get(f"/desk/drop-offs/enter/{point.public_id}").status_code == 403
    assert enter(client, point, line(0, day=today(), bags="1")).status_code == 403
