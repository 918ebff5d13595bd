"""What is kept of points and people, and until when; hosts are asked whether all is still right."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import func, select

from app.aid import jobs
from app.aid.models.points import (
    BringRequest,
    CollectionPoint,
    Disclosure,
    PointHelper,
    PointHost,
    PointMessage,
    PointReport,
)
from app.aid.queries import points as reads
from app.aid.rules.points import is_unconfirmed
from app.aid.rules.words import (
    DropState,
    MessageSide,
    PointKind,
    PointReportKind,
    PointState,
    Visibility,
)
from app.aid.service import points
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock, ids
from app.places.models import Place
from app.places.rules import Spot
from tests.aid.points import a_drop, bring_page, mails
from tests.aid.test_bringing import ASK, accept, make_home
from tests.factories.aid import make_point, make_point_host
from tests.factories.events import make_place

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from app.aid.models.drops import Drop


@pytest.fixture
def drop(app: Flask) -> Drop:
    drop = a_drop()
    with transaction():
        row = db.session.merge(drop)
        make_home(drop=row)
        shop = make_point(row, place=make_place(Spot(name="Shop", street="1 Hoe Street")))
        make_point_host(shop, email="shop@example.org", may_be_asked_again=True, about="A shop.")
    return drop


def of(kind: PointKind) -> CollectionPoint:
    db.session.expire_all()
    return db.session.scalars(select(CollectionPoint).where(CollectionPoint.kind == kind)).one()


def end(drop: Drop) -> None:
    with transaction():
        row = db.session.merge(drop)
        row.state, row.ended_at = DropState.DELIVERED, clock.utcnow()


def count(column: object) -> int:
    return db.session.scalar(select(func.count(column))) or 0  # type: ignore[arg-type]


def leave_traces(home: CollectionPoint) -> None:
    """A message, a helper and a report beside the wish that is there."""
    now = clock.utcnow()
    request = db.session.scalars(select(BringRequest)).one()
    common = {"point_id": home.id, "public_id": ids.public_id()}
    with transaction():
        db.session.add(PointHelper(**common, label="Sis", created_at=now))
        db.session.add(
            PointMessage(
                **common,
                nonce="m",
                request_id=request.id,
                side=MessageSide.HOST,
                text="Come at noon.",
                sent_at=now,
            )
        )
        db.session.add(
            PointReport(**common, nonce="r", kind=PointReportKind.OTHER, text="?", sent_at=now)
        )


def test_people_and_homes_go_after_the_round(client: FlaskClient, drop: Drop) -> None:
    page = bring_page(client, ASK)
    accept(db.session.scalars(select(BringRequest)).one())
    leave_traces(of(PointKind.HOME))
    end(drop)
    with time_machine.travel(clock.utcnow() + timedelta(days=29), tick=False):
        jobs.purge_points({})
    assert of(PointKind.HOME).place is not None
    assert count(BringRequest.id) == 1

    with time_machine.travel(clock.utcnow() + timedelta(days=31), tick=False):
        jobs.purge_points({})
        jobs.purge_points({})
    home, shop = of(PointKind.HOME), of(PointKind.SHOP)
    assert (home.place, home.name, home.access_note) == (None, "E17", "")
    assert home.state is PointState.CLOSED
    assert home.host is not None
    assert (home.host.name, home.host.email, home.host.phone) == (None, None, None)
    assert shop.place is not None
    assert shop.host is not None
    assert (shop.host.email, shop.host.about) == ("shop@example.org", None)
    assert count(Place.id) == 1
    for table in (BringRequest.id, Disclosure.id, PointMessage.id, PointHelper.id, PointReport.id):
        assert count(table) == 0
    assert client.get(page).status_code == 410
    assert client.get("/aid/points/e17-home").status_code == 404
    assert all("jo@" not in each.to for each in mails("aid/bring_accepted"))

    with time_machine.travel(clock.utcnow() + timedelta(days=800), tick=False):
        jobs.purge_points({})
    assert count(PointHost.email) == 0


def test_hosts_are_asked_every_other_week(drop: Drop) -> None:
    start = clock.utcnow()
    with transaction():
        db.session.merge(drop).closes_on = start.date() + timedelta(days=60)
    jobs.ask_hosts({})
    assert not mails("aid/point_right")
    with time_machine.travel(start + timedelta(days=15), tick=False):
        jobs.ask_hosts({})
        jobs.ask_hosts({})
        assert len(mails("aid/point_right")) == 2
        with transaction():
            home = reads.lock_point(of(PointKind.HOME).id)
            points.confirm_right(home, now=clock.utcnow(), by=Actor.visitor())
    late = start + timedelta(days=26)
    silent = reads.list_unanswered([drop.group_id], before=late - timedelta(days=10))
    assert [each.kind for each in silent] == [PointKind.SHOP]
    shop = of(PointKind.SHOP)
    assert is_unconfirmed(shop.asked_again_at, shop.confirmed_right_at, late)
    with time_machine.travel(start + timedelta(days=30), tick=False):
        jobs.ask_hosts({})
    assert len(mails("aid/point_right")) == 4


@pytest.mark.one_database
def test_a_place_that_the_next_round_uses_stays(drop: Drop) -> None:
    with transaction():
        home = of(PointKind.HOME)
        again = db.session.merge(drop)
        make_point(
            again,
            slug="again",
            kind=PointKind.CAMPUS,
            place=home.place,
            visibility=Visibility.PRIVATE,
        )
    place_id = of(PointKind.HOME).place_id
    assert reads.is_place_used(place_id or 0, but_of=of(PointKind.HOME).id)
