"""A host's own page: how her point stands, who comes, what was brought, how full it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.aid.models.points import Disclosure, PointHost
from app.aid.models.stock import StockMove
from app.aid.rules.words import (
    BringState,
    DropState,
    Fill,
    PledgeState,
    PointState,
    Visibility,
)
from app.aid.service import moderating_points
from app.audit.facts import Actor
from app.audit.models import AuditEntry
from app.db.session import db, transaction
from app.lib import clock
from tests.aid.hosting import (
    again,
    entries,
    holds,
    log,
    lying,
    make_hosted,
    page_of,
    press,
)
from tests.aid.points import mails
from tests.appeals.donors import forms_of
from tests.appeals.test_giving import words
from tests.factories.aid import make_request, make_workplace
from tests.house.conftest import noted_writes

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

PAGES = (
    *("", "/address", "/drop-offs", "/edit", "/helpers", "/link", "/messages", "/pack", "/pickup"),
    *("/close", "/left"),
)


@pytest.fixture
def host(app: Flask) -> PointHost:
    return make_hosted()


@pytest.fixture
def page(host: PointHost) -> str:
    return page_of(host)


# --- the link -------------------------------------------------------------------------------------


@pytest.mark.one_database
@pytest.mark.parametrize("prefix", ["", "/ar"])
def test_every_page_opens_and_writes_nothing(
    client: FlaskClient, host: PointHost, prefix: str
) -> None:
    log(client, page_of(host), bags="3")
    with transaction():
        make_request(again(host))
    with noted_writes() as written:
        for ending in PAGES:
            answer = client.get(page_of(host, prefix) + ending)
            assert answer.status_code == 200, ending
            assert answer.headers["Cache-Control"] == "private, no-store"
    assert written == []


@pytest.mark.one_database
def test_a_dead_link_says_so_and_writes_nothing(client: FlaskClient, host: PointHost) -> None:
    page = page_of(host)
    forms = forms_of(client.get(page))
    with transaction():
        db.session.merge(host).link_version += 1
    assert client.get(page).status_code == 410
    assert "This link has ended" in words(client.get(page))
    assert client.get(page + "x").status_code == 404
    with noted_writes() as written:
        for form in forms:
            assert client.post(form.action, data=form.values).status_code == 410, form.action
    assert written == []


@pytest.mark.one_database
def test_a_purged_host_has_no_page(client: FlaskClient, host: PointHost, page: str) -> None:
    with transaction():
        held = db.session.merge(host)
        held.purged_at, held.phone, held.name, held.email = clock.utcnow(), None, None, None
    assert client.get(page).status_code == 410


@pytest.mark.one_database
def test_a_host_touches_nothing_of_another_point(client: FlaskClient, host: PointHost) -> None:
    mine = page_of(host)
    other = make_hosted(drop=host.point.drop, host={"email": "zaid@example.org"})
    log(client, page_of(other), bags="2")
    with transaction():
        wish = make_request(again(other))
        pledged = make_workplace(again(other).drop, again(other))
    (theirs,) = entries(other)
    button = next(f for f in forms_of(client.get(mine)) if f.action.endswith("/pause")).values
    with noted_writes() as written:
        for path in (
            f"/bringers/{wish.public_id}/accept",
            f"/bringers/{wish.public_id}/brought",
            f"/drop-offs/{theirs.public_id}/back",
            f"/pledges/{pledged.public_id}/decline",
        ):
            assert client.post(mine + path, data=button).status_code == 404, path
        assert client.get(f"{mine}/drop-offs/{theirs.public_id}").status_code == 404
        assert client.get(f"{mine}/messages/{wish.public_id}").status_code == 404
    assert written == []


# --- before and after -----------------------------------------------------------------------------


def test_the_first_visit_confirms_the_mailbox_by_a_button(client: FlaskClient, app: Flask) -> None:
    host = make_hosted(state=PointState.APPLIED, host={"confirmed_at": None})
    page = page_of(host)
    assert "this mailbox is yours" in words(client.get(page))
    assert again(host).state is PointState.APPLIED
    assert press(client, page, "/confirm").status_code == 303
    assert again(host).state is PointState.EMAIL_CONFIRMED
    shown = words(client.get(page))
    assert "An organiser looks at it within two days" in shown
    assert "Something was brought" not in shown


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("state", "said"),
    [
        (PointState.APPROVED, "as soon as the round opens"),
        (PointState.REJECTED, "We do not know the place."),
        (PointState.DISPUTED, "An organiser looks into it"),
        (PointState.CLOSED, "Thank you for all you did"),
    ],
)
def test_each_state_says_what_happens_next(
    client: FlaskClient, app: Flask, state: PointState, said: str
) -> None:
    host = make_hosted(state=state, host={"rejected_reason": "We do not know the place."})
    assert said in words(client.get(page_of(host)))


# --- who comes ------------------------------------------------------------------------------------


def test_one_tap_lets_somebody_come_and_is_written_down(client: FlaskClient, app: Flask) -> None:
    host = make_hosted(visibility=Visibility.AREA_ONLY, name="E17")
    with transaction():
        wish = make_request(again(host))
    page = page_of(host)
    shown = words(client.get(page))
    assert "Jo" in shown
    assert "Two bags of blankets" in shown
    assert "jo@example.org" not in shown
    assert press(client, page, f"{wish.public_id}/accept").status_code == 303
    db.session.expire_all()
    assert wish.state.value == "accepted"
    assert db.session.scalar(select(func.count(Disclosure.id))) == 1
    known = words(client.get(f"{page}/address"))
    assert "Jo" in known
    assert "You accepted" in known
    assert press(client, page, f"{wish.public_id}/decline").status_code == 303
    assert "no longer sees it" in words(client.get(f"{page}/address"))


@pytest.mark.one_database
def test_somebody_who_took_it_back_cannot_be_accepted(client: FlaskClient, app: Flask) -> None:
    host = make_hosted(visibility=Visibility.AREA_ONLY, name="E17")
    with transaction():
        wish = make_request(again(host))
    page = page_of(host)
    form = next(each for each in forms_of(client.get(page)) if each.action.endswith("/accept"))
    with transaction():
        db.session.merge(wish).state = BringState.WITHDRAWN
    with noted_writes() as written:
        late = client.post(form.action, data=form.values)
    assert late.status_code == 409
    assert written == []
    assert db.session.scalar(select(func.count(Disclosure.id))) == 0


def test_a_workplace_is_expected_or_not(client: FlaskClient, host: PointHost, page: str) -> None:
    with transaction():
        workplace = make_workplace(again(host).drop, again(host), pledge=PledgeState.ASKED)
    assert "Union branch 12" in words(client.get(page))
    assert "sam@example.org" not in words(client.get(page))
    assert press(client, page, f"{workplace.public_id}/accept").status_code == 303
    db.session.expire_all()
    assert workplace.pledge.value == "accepted"
    assert press(client, page, f"{workplace.public_id}/decline").status_code == 303
    db.session.expire_all()
    assert workplace.pledge.value == "declined"


@pytest.mark.one_database
def test_a_workplace_stands_once_among_those_who_come(client: FlaskClient, app: Flask) -> None:
    host = make_hosted(visibility=Visibility.AREA_ONLY, name="E17")
    page = page_of(host)
    with transaction():
        workplace = make_workplace(again(host).drop, again(host), pledge=PledgeState.ASKED)
    assert press(client, page, f"{workplace.public_id}/accept").status_code == 303
    assert words(client.get(page)).count("Union branch 12") == 1
    assert "Union branch 12" in words(client.get(f"{page}/address"))


# --- what was brought -----------------------------------------------------------------------------


def test_a_drop_off_is_written_down_once(client: FlaskClient, host: PointHost, page: str) -> None:
    form = next(f for f in forms_of(client.get(page)) if f.action.endswith("/drop-offs"))
    typed = form.values | {"bags": "2", "boxes": "1", "kg": "12.5", "what": "Blankets and scarves"}
    for _tap in range(3):
        assert client.post(form.action, data=typed).status_code == 303
    (entry,) = entries(host)
    assert (entry.bags, entry.boxes, entry.grams) == (2, 1, 12_500)
    assert entry.entered_by == f"host:{host.point.public_id}"
    assert holds(host) == (2, 1)
    shown = words(client.get(page))
    assert "Blankets and scarves" in shown
    assert "2 bags" in shown


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Say how many bags, boxes or kilograms"),
        ({"bags": "-3"}, "Enter a whole number"),
        ({"bags": "3000"}, "cannot be the right amount"),
        ({"boxes": "a few"}, "Enter a whole number"),
        ({"kg": "heavy"}, "Enter the weight in kilograms"),
        ({"bags": "1" * 30}, "cannot be the right amount"),
    ],
)
def test_absurd_amounts_are_said_and_kept(
    client: FlaskClient, host: PointHost, page: str, typed: dict[str, str], said: str
) -> None:
    answer = log(client, page, what="A note", **typed)
    assert answer.status_code == 422
    assert said in words(answer)
    kept = next(f for f in forms_of(answer) if f.action.endswith("/drop-offs")).values
    assert typed.items() <= kept.items()
    assert kept["what"] == "A note"
    assert entries(host) == []


@pytest.mark.one_database
def test_an_old_form_with_other_numbers_is_not_lost(
    client: FlaskClient, host: PointHost, page: str
) -> None:
    form = next(f for f in forms_of(client.get(page)) if f.action.endswith("/drop-offs"))
    assert client.post(form.action, data=form.values | {"bags": "7"}).status_code == 303
    late = client.post(form.action, data=form.values | {"bags": "9"})
    assert late.status_code == 409
    assert "send it once more" in words(late)
    again_form = next(f for f in forms_of(late) if f.action.endswith("/drop-offs"))
    assert again_form.values["bags"] == "9"
    assert client.post(again_form.action, data=again_form.values).status_code == 303
    assert holds(host) == (16, 0)


def test_one_ticked_thing_is_counted_as_such(client: FlaskClient, host: PointHost) -> None:
    page = page_of(host)
    blankets = host.point.drop.needs[0].item_id
    assert "Coats" not in words(client.get(page))
    assert log(client, page, bags="2", items=str(blankets)).status_code == 303
    assert lying(host) == {("blankets", "bag"): 2}


def test_what_an_accepted_person_brought_is_one_tap(client: FlaskClient, host: PointHost) -> None:
    with transaction():
        wish = make_request(again(host), state=BringState.ACCEPTED, decided_at=clock.utcnow())
    page = page_of(host)
    assert press(client, page, f"{wish.public_id}/brought").status_code == 303
    (entry,) = entries(host)
    assert (entry.bags, entry.what, entry.request_id) == (1, "Two bags of blankets", wish.id)
    assert wish.state.value == "brought"
    assert "It was brought" not in words(client.get(page))
    assert (
        press(client, f"{page}/drop-offs/{entry.public_id}", "/anew", bags="4").status_code == 303
    )
    right = entries(host)[0]
    assert (right.bags, right.request_id) == (4, wish.id)
    assert press(client, f"{page}/drop-offs/{right.public_id}", "/anew").status_code == 303
    last = next(each for each in entries(host) if each.void_id is None)
    form = forms_of(client.get(f"{page}/drop-offs/{last.public_id}"))[-1]
    back = form.action.replace("/anew", "/back")
    assert client.post(back, data=form.values).status_code == 303
    db.session.expire_all()
    assert wish.state.value == "accepted"


def test_a_mistake_is_put_right_by_reversal(
    client: FlaskClient, host: PointHost, page: str
) -> None:
    log(client, page, bags="20", what="Blankets")
    (wrong,) = entries(host)
    form = forms_of(client.get(f"{page}/drop-offs/{wrong.public_id}"))[-1]
    assert (form.values["bags"], form.values["what"]) == ("20", "Blankets")
    for _tap in range(2):
        answer = client.post(form.action, data=form.values | {"bags": "2"})
        assert answer.status_code == 303
    assert holds(host) == (2, 0)
    right, old = entries(host)
    assert (right.bags, right.void_id, old.void_id is not None) == (2, None, True)
    assert db.session.scalar(select(func.count(StockMove.id))) == 3
    back = form.action.replace("/anew", "/back")
    late = client.post(back, data=forms_of(client.get(page))[0].values)
    assert late.status_code in {400, 409, 422}
    assert holds(host) == (2, 0)


def test_what_never_came_is_taken_back(client: FlaskClient, host: PointHost, page: str) -> None:
    log(client, page, boxes="5")
    (wrong,) = entries(host)
    form = forms_of(client.get(f"{page}/drop-offs/{wrong.public_id}"))[-1]
    back = form.action.replace("/anew", "/back")
    assert client.post(back, data=form.values | {"bags": "nonsense"}).status_code == 303
    assert holds(host) == (0, 0)
    assert "Taken back" in words(client.get(f"{page}/drop-offs"))


@pytest.mark.one_database
def test_nothing_is_written_down_before_and_after(client: FlaskClient, host: PointHost) -> None:
    page = page_of(host)
    form = next(f for f in forms_of(client.get(page)) if f.action.endswith("/drop-offs"))
    with transaction():
        again(host).drop.state = DropState.DELIVERED
    with noted_writes() as written:
        late = client.post(form.action, data=form.values | {"bags": "1"})
    assert late.status_code == 409
    assert written == []


# --- how full it is -------------------------------------------------------------------------------


def test_full_sends_people_elsewhere_and_room_brings_them_back(
    client: FlaskClient, host: PointHost, page: str
) -> None:
    assert press(client, page, "/fill/nearly").status_code == 303
    assert (again(host).fill, again(host).state) == (Fill.NEARLY, PointState.LIVE)
    assert press(client, page, "/fill/full").status_code == 303
    assert again(host).state is PointState.FULL
    assert "Your point is full" in words(client.get(page))
    assert press(client, page, "/fill/half").status_code == 303
    assert (again(host).fill, again(host).state) == (Fill.HALF, PointState.LIVE)


def test_as_many_boxes_as_fit_are_full(client: FlaskClient, app: Flask) -> None:
    host = make_hosted(max_boxes=4)
    page = page_of(host)
    log(client, page, bags="4", boxes="1")
    assert again(host).state is PointState.LIVE
    log(client, page, boxes="1")
    assert (again(host).state, again(host).fill) == (PointState.FULL, Fill.FULL)


def test_closed_today_pause_and_back(client: FlaskClient, host: PointHost, page: str) -> None:
    assert press(client, page, "/shut").status_code == 303
    assert again(host).shut_on is not None
    assert press(client, page, "/unshut").status_code == 303
    assert again(host).shut_on is None
    press(client, page, "/fill/full")
    assert press(client, page, "/pause").status_code == 303
    assert again(host).state is PointState.PAUSED
    assert press(client, page, "/resume").status_code == 303
    assert again(host).state is PointState.FULL


@pytest.mark.one_database
def test_a_step_that_does_not_fit_writes_nothing(client: FlaskClient, host: PointHost) -> None:
    page = page_of(host)
    form = next(f for f in forms_of(client.get(page)) if f.action.endswith("/pause"))
    with transaction():
        again(host).state = PointState.DISPUTED
    with noted_writes() as written:
        late = client.post(form.action, data=form.values)
        resumed = client.post(form.action.replace("/pause", "/resume"), data=form.values)
    assert (late.status_code, resumed.status_code) == (409, 409)
    assert written == []


def test_all_of_it_is_still_right(client: FlaskClient, app: Flask) -> None:
    host = make_hosted(asked_again_at=clock.utcnow() - timedelta(days=1))
    page = page_of(host)
    assert "Is all of it still right" in words(client.get(page))
    assert press(client, page, "/right").status_code == 303
    assert again(host).confirmed_right_at is not None
    assert "Is all of it still right" not in words(client.get(page))


@pytest.mark.one_database
def test_the_record_names_nobody(client: FlaskClient, host: PointHost, page: str) -> None:
    log(client, page, bags="1")
    press(client, page, "/fill/full")
    db.session.expire_all()
    kept = str([(e.action, e.subject, e.detail) for e in db.session.scalars(select(AuditEntry))])
    for secret in ("Amal", "amal@", "7946", "Quincunx"):
        assert secret not in kept


def test_a_posted_code_is_told(client: FlaskClient, app: Flask) -> None:
    host = make_hosted(
        state=PointState.UNDER_REVIEW, host={"checked_at": None, "how_checked": None}
    )
    with transaction():
        _host, code = moderating_points.write_letter(
            host.public_id, seen=again(host).version, now=clock.utcnow(), by=Actor.system()
        )
    page = page_of(host)
    wrong = press(client, page, "/code", code="AAAA BBBB")
    assert wrong.status_code == 422
    assert "not the code in our letter" in words(wrong)
    assert press(client, page, "/code", code=code.lower()).status_code == 303
    db.session.expire_all()
    assert db.session.merge(host).how_checked == "posted_code"
    assert mails("aid/host_links") == []
