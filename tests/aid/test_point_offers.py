"""Offering a point: kept unseen, proven by mail, decided by somebody who checked it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.aid.errors.points import (
    CodeNotProvenError,
    HomeCheckError,
    NotCheckedPointError,
    PointChangedError,
    PointMoveError,
    WrongCodeError,
)
from app.aid.models.points import CollectionPoint, PointHost, PointHours
from app.aid.queries import points as reads
from app.aid.rules.words import DropState, PointChecked, PointState, Visibility
from app.aid.service import moderating_points as moderating
from app.aid.service import placing, points, registering
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.places.models import Place
from app.places.service import details_of
from tests.aid.points import (
    CHOSEN,
    FORM,
    POSTCODE,
    STREET,
    a_drop,
    fill,
    mails,
    offer,
    the_host,
    the_point,
)
from tests.appeals.donors import forms_of
from tests.appeals.test_giving import words
from tests.factories.accounts import make_account

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from app.aid.models.drops import Drop


@pytest.fixture
def drop(app: Flask) -> Drop:
    return a_drop()


def approve(how: PointChecked | None = PointChecked.VISIT) -> PointHost:
    host, now = the_host(), clock.utcnow()
    with transaction():
        by = Actor.account(make_account().id)
        return moderating.approve(
            host.public_id, how, "I was there.", seen=host.point.version, now=now, by=by
        )


def confirm() -> None:
    host = the_host()
    with transaction():
        points.confirm_mailbox(reads.lock_host(host.public_id), now=clock.utcnow())


def test_from_the_form_to_the_site(client: FlaskClient, drop: Drop) -> None:
    sent = offer(client)
    assert (sent.status_code, sent.location) == (303, "/aid/winter-round/points/new/sent")
    point, host = the_point(), the_host()
    assert (point.state, host.email) == (PointState.APPLIED, "amal@example.org")
    assert not host.may_be_asked_again
    (mail,) = mails("aid/point_confirm")
    assert STREET not in str(mail.values)
    confirm()
    confirm()
    assert the_point().state is PointState.EMAIL_CONFIRMED
    approve()
    point = the_point()
    assert (point.state, point.name) == (PointState.LIVE, "E17")
    assert point.slug.startswith("e17-")
    assert point.host is not None
    assert point.host.how_checked is PointChecked.VISIT
    assert len(mails("aid/host_approved")) == 1


def test_one_form_sent_twice_is_one_point(client: FlaskClient, drop: Drop) -> None:
    values = fill(client)
    for _ in range(2):
        assert client.post("/aid/winter-round/points/new", data=values).status_code == 303
    assert db.session.scalar(select(func.count(CollectionPoint.id))) == 1


@pytest.mark.one_database
def test_a_form_that_says_something_else_now_is_not_lost(client: FlaskClient, drop: Drop) -> None:
    values = fill(client)
    assert client.post(FORM, data=values).status_code == 303
    again = client.post(FORM, data=values | {"street": "1 Hoe Street"})
    assert again.status_code == 409
    assert "This form was sent before" in words(again)
    fresh = forms_of(again)[-1].values | CHOSEN
    assert client.post(FORM, data=fresh).status_code == 303
    assert db.session.scalar(select(func.count(CollectionPoint.id))) == 2


@pytest.mark.one_database
def test_three_of_an_address_wait_and_no_more(client: FlaskClient, drop: Drop) -> None:
    for _ in range(5):
        assert offer(client).status_code == 303
    assert db.session.scalar(select(func.count(CollectionPoint.id))) == 3


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"postcode": "nonsense"}, "That is no British postcode"),
        ({"postcode": ""}, "Enter the postcode"),
        ({"postcode": "E99 9ZZ"}, "We do not know this postcode"),
        ({"postcode": "BT1 1AA", "town": "Belfst"}, "Did you mean one of these?"),
        ({"street": ""}, "Enter the street and the number."),
        ({"visibility": ""}, "Say who may see the precise place."),
        ({"visibility": "public"}, "A home is shown to everybody only if you tick"),
        ({"kind": "shop", "visibility": "public", "place_name": ""}, "Say what people call"),
        ({"max_boxes": "-3"}, "Enter how many boxes fit"),
        ({"max_boxes": "99999999999999999999"}, "Enter how many boxes fit"),
        ({"takes": "some"}, "Choose at least one thing"),
        ({"takes": "some", "items": "999999"}, "Choose among the things"),
        ({"goes_door_to_door": "y"}, "needs a licence"),
        ({"from_on": "2001-01-01"}, "Choose days within the round"),
        ({"from_on": "2026-12-10", "until_on": "2026-12-01"}, "Choose days within the round"),
        ({"is_adult": ""}, "18 or older"),
        ({"email": "nonsense"}, "e-mail"),
        ({"hours-0-opens0": "", "hours-0-closes0": ""}, "from when to when"),
        ({"fax_number": "1"}, "is to stay empty"),
    ],
)
def test_bad_input_is_said_and_kept(
    client: FlaskClient, drop: Drop, typed: dict[str, str], said: str
) -> None:
    answer = offer(client, **typed)
    assert answer.status_code == 422
    assert said in words(answer)
    kept = typed.get("street", STREET)
    assert f'value="{kept}"' in answer.get_data(as_text=True)
    assert db.session.scalar(select(func.count(Place.id))) == 0


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ({"postcode": "BT1 1AA", "town": "Belfast"}, "GB"),
        ({"postcode": "JE2 3AB", "town": "Saint Helier"}, "JE"),
        ({"postcode": "00-001", "town": "Warsaw", "country": "PL"}, "PL"),
    ],
)
def test_where_there_are_no_positions_the_town_does(
    client: FlaskClient, drop: Drop, typed: dict[str, str], country: str
) -> None:
    assert offer(client, **typed).status_code == 303
    place = the_point().place
    assert place is not None
    assert place.country == country
    assert place.area_lat is not None


def test_a_home_is_not_checked_by_a_call(client: FlaskClient, drop: Drop) -> None:
    offer(client)
    with pytest.raises(PointChangedError):
        approve()  # not even the mailbox is proven
    confirm()
    for how, error in (
        (None, NotCheckedPointError),
        (PointChecked.CALL, HomeCheckError),
        (PointChecked.POSTED_CODE, CodeNotProvenError),
    ):
        with pytest.raises(error):
            approve(how)
    assert the_point().state is PointState.EMAIL_CONFIRMED


def test_a_code_comes_by_post(client: FlaskClient, drop: Drop) -> None:
    offer(client)
    confirm()
    host, now = the_host(), clock.utcnow()
    with transaction():
        seen = host.point.version
        _, code = moderating.write_letter(host.public_id, seen=seen, now=now, by=Actor.visitor())
    assert code.replace(" ", "").lower() not in (the_host().posted_code or "")
    for typed in ("0000 0000", ""):
        with pytest.raises(WrongCodeError), transaction():
            moderating.tell_code(the_host(), typed, now=now, by=Actor.visitor())
    for _ in range(2):
        with transaction():
            moderating.tell_code(the_host(), f" {code.lower()}.", now=now, by=Actor.visitor())
    assert the_host().posted_code is None
    approve(PointChecked.POSTED_CODE)
    assert the_point().state is PointState.LIVE


def test_a_refused_step_writes_nothing(client: FlaskClient, drop: Drop) -> None:
    offer(client)
    version, now = the_point().version, clock.utcnow()
    for to in (PointState.LIVE, PointState.FULL, PointState.APPROVED, PointState.DISPUTED):
        with pytest.raises(PointMoveError), transaction():
            points.set_state(the_point(), to, "point.x", now=now, by=Actor.visitor())
    assert (the_point().state, the_point().version) == (PointState.APPLIED, version)


def test_a_round_that_is_not_announced_lets_points_wait(client: FlaskClient, drop: Drop) -> None:
    offer(client)
    confirm()
    with transaction():
        db.session.merge(drop).state = DropState.COLLECTING
    approve()
    assert the_point().state is PointState.APPROVED
    with transaction():
        again = db.session.merge(drop)
        assert points.let_live(again, now=clock.utcnow(), by=Actor.system()) == 0
        again.state = DropState.OPEN
        assert points.let_live(again, now=clock.utcnow(), by=Actor.system()) == 1
    assert the_point().state is PointState.LIVE
    with transaction():
        assert points.close_all(db.session.merge(drop), now=clock.utcnow(), by=Actor.system()) == 1
    assert the_point().closed_at is not None


def test_the_unproven_are_forgotten_whole(client: FlaskClient, drop: Drop) -> None:
    offer(client)
    soon, late = clock.utcnow() + timedelta(days=6), clock.utcnow() + timedelta(days=8)
    for now, left in ((soon, 1), (late, 0)):
        with transaction():
            registering.lapse(now=now, limit=10)
        for table in (CollectionPoint.id, PointHost.point_id, Place.id):
            assert db.session.scalar(select(func.count(table))) == left
    assert db.session.scalar(select(func.count(PointHours.id))) == 0
    assert "amal" not in mails("aid/point_confirm")[0].to


@pytest.mark.one_database
def test_what_is_hidden_leaves_name_and_address_of_the_page(
    client: FlaskClient, drop: Drop
) -> None:
    offer(client, kind="shop", visibility="public")
    confirm()
    approve()
    point, now, by = the_point(), clock.utcnow(), Actor.visitor()
    assert point.slug.startswith("zanzibargate-")
    with transaction():
        placing.show_to(
            point,
            Visibility.AREA_ONLY,
            is_home_public=False,
            gives_address_freely=False,
            now=now,
            by=by,
        )
    assert (the_point().name, the_point().slug[:4]) == ("E17", "e17-")
    with transaction():
        placing.show_to(
            the_point(),
            Visibility.PRIVATE,
            is_home_public=False,
            gives_address_freely=True,
            now=now,
            by=by,
        )
    point = the_point()
    assert point.slug == point.public_id
    assert point.name == point.public_id[:6].upper()
    assert point.place is not None
    assert details_of(point.place).postcode == POSTCODE
