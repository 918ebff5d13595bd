"""The same round again: copied, and last time's hosts asked with one link."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.aid.flows import again as flows
from app.aid.jobs import send_again_links, tell_drop
from app.aid.models.drops import Drop, HostInvite
from app.aid.models.points import CollectionPoint, PointMessage
from app.aid.rules.words import AgainState, DropState, PointKind, PointState, Priority, Visibility
from app.aid.service import again as service
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from app.mail.render import build_message
from app.mail.rules.outbox import MailState
from tests.aid.rounds import at_desk, mails, needs_of, press
from tests.appeals.donors import forms_of
from tests.appeals.test_giving import words
from tests.appeals.test_mails import text_of
from tests.factories.accounts import make_account, sign_in
from tests.factories.aid import make_drop, make_item, make_need, make_point, make_point_host
from tests.factories.appeals import make_network
from tests.support.apps import Visitor

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

DAYS = {"slug": "spring-round", "opens_on": "2027-03-01", "closes_on": "2027-03-28"}


@pytest.fixture
def old(app: Flask) -> CollectionPoint:
    """A home of the last round whose host may be asked again."""
    with transaction():
        drop = make_drop(state=DropState.ARCHIVED)
        item = make_item(drop.group)
        make_need(drop, item, priority=Priority.URGENT, target_qty=40, fulfilled_at=clock.utcnow())
        point = make_point(
            drop, kind=PointKind.HOME, visibility=Visibility.AREA_ONLY, state=PointState.CLOSED
        )
        make_point_host(point, may_be_asked_again=True)
        shop = make_point(drop, state=PointState.CLOSED)
        make_point_host(shop, email="shop@example.org")
    return point


@pytest.fixture
def desk(app: Flask, old: CollectionPoint) -> FlaskClient:
    with transaction():
        make_account(Role.ORGANISER, group=make_network(), email="org@example.org")
    browser = Visitor(app, app.response_class)
    sign_in(browser, "org@example.org")
    return browser


def the_new() -> Drop:
    db.session.expire_all()
    return db.session.scalars(select(Drop).where(Drop.slug == "spring-round")).one()


def the_invite() -> HostInvite:
    db.session.expire_all()
    return db.session.scalars(select(HostInvite)).one()


def link_in(mail: OutboxMail) -> str:
    found = re.search(r"http://localhost(\S*/aid/again/[^\s<]+)", text_of(build_message(mail)))
    assert found
    return found[1]


def asked(old: CollectionPoint) -> str:
    """A new round follows the old one and its hosts are asked; the link in the mail."""
    with transaction():
        made = make_drop(slug="spring-round", cloned_from_id=old.drop_id, state=DropState.ANNOUNCED)
        service.ask_hosts(made.id, now=clock.utcnow(), by=Actor.system())
    return link_in(mails("aid/host_again")[-1])


def new_points() -> list[CollectionPoint]:
    db.session.expire_all()
    wanted = select(CollectionPoint).where(CollectionPoint.drop_id == the_new().id)
    return list(db.session.scalars(wanted))


def test_a_round_is_copied_and_its_hosts_are_asked(desk: FlaskClient, old: CollectionPoint) -> None:
    answer = press(desk, at_desk(old.drop, "/clone"), "/clone", **DAYS)
    assert answer.status_code == 303, words(answer)
    drop = the_new()
    assert (drop.state, drop.title, drop.cloned_from_id) == (
        DropState.DRAFT,
        old.drop.title,
        old.drop_id,
    )
    need = needs_of(drop)["blankets"]
    assert (need.priority, need.target_qty, need.fulfilled_at) == (Priority.URGENT, 40, None)
    page = at_desk(drop)
    assert "Ask them now" not in words(desk.get(page))
    press(desk, at_desk(drop, "/become/announced"), "/become/announced")
    assert "1 host may be asked" in words(desk.get(page))
    for _twice in range(2):
        press_once = [each for each in forms_of(desk.get(page)) if "ask-hosts" in each.action]
        for form in press_once:
            desk.post(form.action, data=form.values)
    assert [each.to for each in mails("aid/host_again")] == ["amal@example.org"]
    assert "No answer yet" in words(desk.get(page))


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"slug": "winter-round"}, "Another page has this address already."),
        ({"slug": ""}, "Please fill this in."),
        ({"closes_on": "2027-02-01"}, "The last day comes after the first"),
    ],
)
def test_a_copy_needs_days_and_an_address(
    desk: FlaskClient, old: CollectionPoint, typed: dict[str, str], said: str
) -> None:
    answer = press(desk, at_desk(old.drop, "/clone"), "/clone", **{**DAYS, **typed})
    assert answer.status_code == 422
    assert said in words(answer)
    assert len(db.session.scalars(select(Drop)).all()) == 1


def test_same_again_is_one_button(client: FlaskClient, old: CollectionPoint) -> None:
    page = asked(old)
    shown = words(client.get(page))
    assert "12 Hoe Street" in shown
    assert the_invite().state is AgainState.ASKED
    answer = press(client, page, "/same")
    assert answer.status_code == 303
    assert answer.location.startswith("/host/")
    (point,) = new_points()
    assert point.state is PointState.EMAIL_CONFIRMED
    assert (point.kind, point.visibility, point.max_boxes) == (
        PointKind.HOME,
        Visibility.AREA_ONLY,
        40,
    )
    assert point.place_id != old.place_id
    assert point.place is not None
    assert point.place.spot.street == "12 Hoe Street"
    assert len(point.hours) == 7
    assert point.host is not None
    assert (point.host.email, point.host.how_checked) == ("amal@example.org", None)
    invite = the_invite()
    assert (invite.state, invite.point_id, invite.email) == (AgainState.SAME, point.id, None)
    assert [each.state for each in mails("aid/point_confirm")] == [MailState.WITHDRAWN]
    again = client.get(page)
    assert again.status_code == 200
    assert "/host/" not in again.get_data(as_text=True)
    assert "Hoe Street" not in again.get_data(as_text=True)


@pytest.mark.one_database
def test_the_desk_reads_how_she_was_checked_last_time(
    client: FlaskClient, desk: FlaskClient, old: CollectionPoint
) -> None:
    press(client, asked(old), "/same")
    page = words(desk.get(f"/desk/points/{new_points()[0].public_id}"))
    assert "Known from an earlier round" in page
    assert "Checked then: One of us knows the host" in page


def test_two_presses_make_one_point(client: FlaskClient, old: CollectionPoint) -> None:
    page = asked(old)
    form = next(each for each in forms_of(client.get(page)) if each.action.endswith("/same"))
    answers = [client.post(form.action, data=form.values).status_code for _ in range(2)]
    assert answers == [303, 409]
    assert len(new_points()) == 1


@pytest.mark.one_database
def test_where_the_home_was_forgotten_she_enters_it_again(
    client: FlaskClient, old: CollectionPoint
) -> None:
    page = asked(old)
    with transaction():
        old.place_id, old.purged_at = None, clock.utcnow()
        db.session.expire(old, ["place"])
    asks = f"{page}/same"
    assert "Please enter it again" in words(client.get(asks))
    missing = press(client, asks, "/same")
    assert missing.status_code == 422
    assert new_points() == []
    typed = {"street": "9 Mill Lane", "postcode": "E17 3AY", "town": "London", "country": "GB"}
    assert press(client, asks, "/same", **typed).status_code == 303
    (point,) = new_points()
    assert point.place is not None
    assert point.place.spot.street == "9 Mill Lane"


@pytest.mark.one_database
def test_something_changed_reaches_the_organisers(
    client: FlaskClient, old: CollectionPoint
) -> None:
    page = asked(old)
    empty = press(client, f"{page}/changed", "/changed")
    assert empty.status_code == 422
    assert "Say what is different." in words(empty)
    answer = press(client, f"{page}/changed", "/changed", note="Only in the mornings.")
    assert answer.status_code == 303, words(answer)
    assert the_invite().state is AgainState.CHANGED
    message = db.session.scalars(select(PointMessage)).one()
    assert (message.text, message.point_id) == ("Only in the mornings.", new_points()[0].id)


@pytest.mark.one_database
@pytest.mark.parametrize(("typed", "may_be_asked"), [({}, True), ({"never_again": "y"}, False)])
def test_not_this_time(
    client: FlaskClient,
    old: CollectionPoint,
    typed: dict[str, Any],
    may_be_asked: bool,
) -> None:
    page = asked(old)
    assert press(client, page, "/not-this-time", **typed).status_code == 303
    assert "Not this time, then." in words(client.get(page))
    invite = the_invite()
    assert (invite.state, invite.email) == (AgainState.NOT_THIS_TIME, None)
    assert old.host is not None
    assert old.host.may_be_asked_again is may_be_asked
    assert new_points() == []


@pytest.mark.one_database
def test_the_question_is_sent_again_and_forgotten_at_the_end(
    client: FlaskClient, old: CollectionPoint
) -> None:
    page = asked(old)
    found = flows.find_links("amal@example.org")
    assert flows.find_links("shop@example.org") == 0
    send_again_links({"found": found, "locale": "ar"})
    assert [each.locale for each in mails("aid/host_again")] == ["en", "ar"]
    with transaction():
        the_new().state = DropState.COLLECTING
    tell_drop({"drop_id": the_new().id, "state": "collecting"})
    assert the_invite().email is None
    assert "Nobody signs up any more" in words(client.get(page))
    assert client.get("/aid/again/forged").status_code == 404
