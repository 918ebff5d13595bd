"""A move that the desk takes back: whatever followed from it goes back with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.aid.models.stock import StockMove
from app.aid.rules.words import MoveKind, Unit, WorkplaceState
from app.aid.service import drop_offs, hand_overs, moving
from app.db.session import db, transaction
from app.lib import clock
from tests.aid.test_run_results import SHUT, Driven, taken
from tests.aid.test_runs import BY, NOW
from tests.aid.test_workplace_pages import page_of
from tests.aid.test_workplaces import ORGANISER, at_point, hand_over
from tests.aid.workplaces import Round, again
from tests.appeals.donors import forms_of
from tests.appeals.test_desk_donations import sign_in_as
from tests.factories.accounts import post

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

pytestmark = pytest.mark.one_database


def test_a_hand_over_among_the_moves(client: FlaskClient, app: Flask) -> None:
    sign_in_as(client, Role.OWNER)
    with transaction():
        round_ = Round()
        found = round_.collection(round_.point)
        address = f"/desk/stock/moves/{hand_over(found).move.public_id}"
    typed = {"reason": "Never came", "nonce": "n" * 22}
    answer = post(client, f"{address}/take-back", on=address, **typed)
    assert answer.status_code == 303
    assert at_point(round_) == {}
    # It can be brought after all.
    assert (again(found).state, again(found).counted_boxes) == (WorkplaceState.RUNNING, None)
    with transaction():
        hand_over(again(found), key="two", boxes=4)
    assert again(found).counted_boxes == 4


def test_a_steward_takes_nothing_back_that_its_host_has(client: FlaskClient, app: Flask) -> None:
    with transaction():
        round_ = Round()
        found = round_.collection(round_.point)
        hand_over(found)
    page = page_of(found)
    form = next(each for each in forms_of(client.get(page)) if each.action.endswith("/running"))
    with transaction():
        hand_overs.confirm(again(found), now=clock.utcnow(), by=ORGANISER)
    assert client.post(form.action, data=form.values).status_code == 409
    assert again(found).state is WorkplaceState.HANDED_OVER
    assert at_point(round_) == {Unit.BAG: 3, Unit.BOX: 8}


def test_the_same_form_after_it_was_brought_once_more(app: Flask) -> None:
    with transaction():
        round_ = Round()
        found = round_.collection(round_.point)
        first = hand_over(found)
    for key in ("two", "two"):
        with transaction():
            drop_offs.take_back(
                first, reason="Slip", client_key="x", now=clock.utcnow(), by=ORGANISER
            )
        if again(found).state is WorkplaceState.RUNNING:
            with transaction():
                hand_over(again(found), key=key, boxes=4)
    assert at_point(round_) == {Unit.BOX: 4}
    assert (again(found).state, again(found).counted_boxes) == (WorkplaceState.HANDED_OVER, 4)


def test_what_a_van_took_is_entered_anew(app: Flask) -> None:
    driven = Driven()
    driven.enter({1: taken()})
    with transaction():
        row = db.session.scalars(select(StockMove).where(StockMove.kind == MoveKind.PICK_UP)).one()
        moving.reverse(row, client_key="desk:x", reason="Slip", now=NOW, by=BY)
    driven.enter({1: SHUT})
    assert (driven.in_van, driven.at_point(1)) == ((0, 0, 0), (8, 6, 2000))
    driven.enter({1: taken()})
    assert (driven.in_van, driven.at_point(1)) == ((8, 6, 2000), (0, 0, 0))


def test_a_stewards_old_page_takes_nothing_newer_back(client: FlaskClient, app: Flask) -> None:
    with transaction():
        round_ = Round()
        found = round_.collection(round_.point)
        hand_over(found)
    page = page_of(found)
    form = next(each for each in forms_of(client.get(page)) if each.action.endswith("/running"))
    assert client.post(form.action, data=form.values).status_code == 303
    assert at_point(round_) == {}
    with transaction():
        hand_over(again(found), key="two", boxes=4)
    assert client.post(form.action, data=form.values).status_code == 303
    assert at_point(round_) == {Unit.BOX: 4}
    assert again(found).state is WorkplaceState.HANDED_OVER


def test_an_old_form_of_the_host_takes_nothing_newer_back(app: Flask) -> None:
    with transaction():
        round_ = Round()
        found = round_.collection(round_.point)
        hand_over(found)

    def take_back(key: str) -> None:
        with transaction():
            hand_overs.take_back(
                again(found),
                reason="Not here",
                client_key=key,
                now=clock.utcnow(),
                by=ORGANISER,
                entered_by="host:x",
            )

    take_back("one")
    with transaction():
        hand_over(again(found), key="two", boxes=4)
    take_back("one")
    assert at_point(round_) == {Unit.BOX: 4}
    take_back("new")
    assert at_point(round_) == {}
