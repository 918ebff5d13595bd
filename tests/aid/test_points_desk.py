"""The desk's points: what waits, how it is decided, who rang, and what people say is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.accounts.rules.permissions import Role
from app.aid.models.points import CollectionPoint
from app.aid.rules.words import BringState, Discloser, PointChecked, PointState, Visibility
from app.aid.service import points
from app.db.session import db, transaction
from app.lib import clock
from tests.aid.points import (
    CHOSEN,
    a_drop,
    mails,
    offer,
    press,
    the_host,
    the_point,
    the_request,
    tomorrow,
)
from tests.aid.test_bringing import disclosures, make_home
from tests.appeals.donors import forms_of
from tests.appeals.test_giving import words
from tests.factories.accounts import make_account, sign_in
from tests.support.apps import Visitor

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from app.aid.models.drops import Drop

ONE, OTHER = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def drop(app: Flask) -> Drop:
    drop = a_drop()
    with transaction():
        group = db.session.merge(drop).group
        make_account(Role.ORGANISER, group=group, email="amina@example.org")
        make_account(Role.MODERATOR, group=group, email="mo@example.org")
    return drop


@pytest.fixture
def desk(app: Flask, drop: Drop) -> FlaskClient:
    browser = Visitor(app, app.response_class)
    sign_in(browser, "amina@example.org")
    return browser


@pytest.fixture
def home(drop: Drop) -> CollectionPoint:
    with transaction():
        return make_home(drop=db.session.merge(drop))


def offered(client: FlaskClient, **typed: str) -> str:
    """An offered point whose mailbox is proven; its page on the desk."""
    offer(client, **typed)
    with transaction():
        points.confirm_mailbox(the_host(), now=clock.utcnow())
    return f"/desk/points/{the_point().public_id}"


def test_from_the_queue_to_the_site(client: FlaskClient, desk: FlaskClient) -> None:
    page = offered(client)
    assert "A home in E17" in words(desk.get("/desk/points/"))
    assert "Offered collection points that wait" in words(desk.get("/desk/waiting"))
    shown = words(desk.get(page))
    for said in ("77 Quincunx Row", "amal@example.org", "020 7946 0111", "The film club knows me."):
        assert said in shown
    assert press(desk, page, "/review").status_code == 303
    assert the_point().state is PointState.UNDER_REVIEW
    refused = press(desk, page, "/approve", how="call")
    assert refused.status_code == 422
    assert "For a home" in words(refused)
    assert press(desk, page, "/approve", how="visit", note="On Sunday.").status_code == 303
    host = the_host()
    assert (host.how_checked, host.checked_note) == (PointChecked.VISIT, "On Sunday.")
    assert the_point().state is PointState.LIVE
    for ending, state in (
        ("/pause", PointState.PAUSED),
        ("/show", PointState.LIVE),
        ("/close", PointState.CLOSED),
        ("/reopen", PointState.LIVE),
    ):
        assert press(desk, page, ending).status_code == 303
        assert the_point().state is state


@pytest.mark.one_database
def test_a_page_that_is_stale_decides_nothing(client: FlaskClient, desk: FlaskClient) -> None:
    page = offered(client)
    form = next(f for f in forms_of(desk.get(page)) if f.action.endswith("/reject"))
    assert press(desk, page, "/review").status_code == 303
    answer = desk.post(form.action, data=form.values | {"reason": "Unknown"})
    assert answer.status_code == 409
    assert "Unknown" in answer.get_data(as_text=True)
    assert the_point().state is PointState.UNDER_REVIEW


@pytest.mark.one_database
def test_a_moderator_sees_no_people(app: Flask, client: FlaskClient, desk: FlaskClient) -> None:
    page = offered(client)
    browser = Visitor(app, app.response_class)
    sign_in(browser, "mo@example.org")
    shown = words(browser.get(page))
    for hidden in ("Quincunx", "amal@example.org", "7946", "heliotrope", "garage"):
        assert hidden not in shown
    assert browser.get(f"{page}/edit").status_code == 403
    assert browser.get("/desk/bringers/").status_code == 403


@pytest.mark.one_database
def test_rejected_asked_and_reconsidered(client: FlaskClient, desk: FlaskClient) -> None:
    page = offered(client)
    assert press(desk, page, "/reject", reason="").status_code == 422
    assert press(desk, page, "/ask", question="Who are you?").status_code == 303
    assert press(desk, page, "/reject", reason="Nobody knows you.").status_code == 303
    assert mails("aid/point_rejected")
    assert mails("aid/point_question")
    assert press(desk, page, "/reconsider").status_code == 303
    assert the_point().state is PointState.UNDER_REVIEW


@pytest.mark.one_database
def test_a_letter_shows_the_code_once(client: FlaskClient, desk: FlaskClient) -> None:
    page = offered(client)
    letter = press(desk, page, "/letter")
    assert letter.status_code == 200
    assert "77 Quincunx Row" in words(letter)
    code = letter.get_data(as_text=True).partition('<strong dir="ltr">')[2].partition("<")[0]
    assert code not in words(desk.get(page))
    assert press(desk, page, "/code", code="1234").status_code == 422
    assert press(desk, page, "/code", code=code.lower()).status_code == 303
    assert press(desk, page, "/approve", how="posted_code").status_code == 303
    assert the_point().state is PointState.LIVE


@pytest.mark.one_database
def test_a_mistyped_address_is_put_right(client: FlaskClient, desk: FlaskClient) -> None:
    page = offered(client)
    version = the_host().link_version
    assert press(desk, page, "/email", email="right@example.org").status_code == 303
    host = the_host()
    assert (host.email, host.link_version) == ("right@example.org", version + 1)
    assert press(desk, page, "/link").status_code == 303
    assert the_host().link_version == version + 2


@pytest.mark.one_database
def test_everything_is_changed_and_a_stale_page_shows_both(
    client: FlaskClient, desk: FlaskClient
) -> None:
    page = offered(client)
    press(desk, page, "/approve", how="visit")
    stale = forms_of(desk.get(f"{page}/edit"))[-1]
    saved = press(desk, f"{page}/edit", "/edit", visibility="private", max_boxes="12", **CHOSEN)
    assert saved.status_code == 303
    point = the_point()
    assert (point.visibility, point.max_boxes) == (Visibility.PRIVATE, 12)
    assert point.slug == point.public_id
    answer = desk.post(stale.action, data=stale.values | CHOSEN | {"max_boxes": "77"})
    assert answer.status_code == 409
    assert "Saved by somebody else" in words(answer)
    assert the_point().max_boxes == 12
    wrong = press(desk, f"{page}/edit", "/edit", postcode="nonsense", **CHOSEN)
    assert (wrong.status_code, the_point().max_boxes) == (422, 12)


@pytest.mark.one_database
def test_the_same_point_twice_is_hinted(client: FlaskClient, desk: FlaskClient, drop: Drop) -> None:
    with transaction():
        make_home(drop=db.session.merge(drop))
    offer(client, postcode="E17 9QX", email="else@example.org", phone="+44 20 7946 0111")
    twins = db.session.query(CollectionPoint).order_by(CollectionPoint.id).all()
    with transaction():
        points.confirm_mailbox(twins[1].host, now=clock.utcnow())  # type: ignore[arg-type]
    shown = words(desk.get(f"/desk/points/{twins[1].public_id}"))
    assert "Perhaps the same point" in shown
    assert "the same telephone, the same place" in shown


@pytest.mark.one_database
def test_a_host_who_rang_is_entered(desk: FlaskClient, drop: Drop) -> None:
    form = forms_of(desk.get(f"/desk/points/new/{drop.public_id}"))[-1]
    typed = {
        "kind": "shop",
        "place_name": "Corner shop",
        "street": "1 Hoe Street",
        "postcode": "E17 4PP",
        "town": "London",
        "visibility": "public",
        "takes": "all",
        "hours-0-first": "0",
        "hours-0-opens0": "9",
        "hours-0-closes0": "17",
        "name": "Sam",
        "is_adult": "y",
        "source": "paper",
    }
    for _ in range(2):
        answer = desk.post(form.action, data=form.values | typed)
        assert answer.status_code == 303, words(answer)
    assert the_point().state is PointState.EMAIL_CONFIRMED
    assert the_host().email is None


def test_whoever_rings_is_told_and_the_host_sees_it(
    desk: FlaskClient, home: CollectionPoint
) -> None:
    address = f"/desk/bringers/new/{home.public_id}"
    assert "77 Quincunx Row" in words(desk.get(address))
    form = forms_of(desk.get(address))[-1]
    typed = {"name": "Zoe", "what": "A cot", "on_day": tomorrow(), "is_told": "y"}
    assert desk.post(form.action, data=form.values | typed).status_code == 303
    assert disclosures() == [("Zoe", Discloser.ORGANISER)]
    page = f"/desk/points/{home.public_id}"
    assert "Who was told where it is" in words(desk.get(page))
    for ending, state in (
        ("/decline", BringState.DECLINED),
        ("/accept", BringState.ACCEPTED),
        ("/brought", BringState.BROUGHT),
    ):
        assert press(desk, page, ending).status_code == 303
        assert the_request(None).state is state


def tell(client: FlaskClient, network: str, **typed: str) -> int:
    form = forms_of(client.get("/aid/points/e17-home/report"))[-1]
    values = form.values | {"kind": "was_shut", "text": "I stood there."} | typed
    answer = client.post(form.action, data=values, environ_base={"REMOTE_ADDR": network})
    return answer.status_code


def test_two_networks_dispute_a_point_until_somebody_looked(
    client: FlaskClient, desk: FlaskClient, home: CollectionPoint
) -> None:
    assert (tell(client, ONE), tell(client, ONE)) == (303, 303)
    assert the_point().state is PointState.LIVE, "one network is one voice"
    assert tell(client, OTHER) == 303
    assert the_point().state is PointState.DISPUTED
    assert client.get("/aid/points/e17-home/bring").status_code == 404
    assert "A home in E17" not in words(client.get("/aid/points/e17-home/report"))
    assert "I stood there." in words(desk.get("/desk/points/reports/"))
    assert "Collection points of which somebody says" in words(desk.get("/desk/waiting"))
    assert press(desk, "/desk/points/reports/", "/wrong").status_code == 303
    assert the_point().state is PointState.LIVE
    for network in ("192.0.2.1", "192.0.2.99", "198.18.5.5"):
        tell(client, network)
    assert the_point().state is PointState.LIVE, "found in order, it is immune for a while"
    assert press(desk, "/desk/points/reports/", "/right").status_code == 303
    assert the_point().state is PointState.DISPUTED


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "status"),
    [({"kind": ""}, 422), ({"text": "x" * 9000}, 422), ({"fax_number": "1"}, 422)],
)
def test_a_bad_report_is_refused(
    client: FlaskClient, home: CollectionPoint, typed: dict[str, str], status: int
) -> None:
    assert tell(client, ONE, **typed) == status
