"""The list of needs: kept line by line, told to whoever wants to hear, looked at again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.aid.errors.needs import MedicineError, NeedsFullError, NeedTwiceError, UnwantedItemError
from app.aid.flows import needs as flows
from app.aid.jobs import send_needs_links, tell_drop, tell_needs
from app.aid.models.drops import AidItem, Drop, NeedsSubscription
from app.aid.queries import needs as reads
from app.aid.rules import needs as rules
from app.aid.rules.needs import NeedContent
from app.aid.rules.words import DropState, Priority
from app.aid.service import needs as service
from app.aid.service.items import ensure_items
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from app.mail.render import build_message
from app.mail.rules.outbox import MailState
from tests.aid.rounds import at_desk, mails, needs_of, press, the_drop
from tests.appeals.donors import forms_of
from tests.appeals.test_giving import words
from tests.appeals.test_mails import text_of
from tests.factories.accounts import make_account, sign_in
from tests.factories.aid import make_drop, make_need
from tests.factories.appeals import make_network
from tests.support.apps import Visitor

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

BY = Actor.system()


@pytest.fixture
def drop(app: Flask) -> Drop:
    with transaction():
        made = make_drop()
        ensure_items(made.group)
    return made


@pytest.fixture
def desk(app: Flask, drop: Drop) -> FlaskClient:
    with transaction():
        make_account(Role.EDITOR, group=make_network(), email="ed@example.org")
    browser = Visitor(app, app.response_class)
    sign_in(browser, "ed@example.org")
    return browser


def items() -> dict[str, AidItem]:
    return {each.code: each for each in db.session.scalars(select(AidItem))}


def content(code: str, priority: Priority = Priority.NEEDED) -> NeedContent:
    return NeedContent(item_id=items()[code].id, priority=priority, target_qty=None, why=None)


def put(drop: Drop, code: str, priority: Priority = Priority.NEEDED) -> None:
    with transaction():
        service.add(drop.id, content(code, priority), now=clock.utcnow(), by=BY)


# --- keeping it -----------------------------------------------------------------------------------


def test_medicines_stand_on_a_list_only_as_not_wanted(drop: Drop) -> None:
    for priority in rules.WANTED:
        with pytest.raises(MedicineError):
            put(drop, "medicines", priority)
    assert needs_of(drop) == {}
    put(drop, "medicines", Priority.NOT_WANTED)
    with pytest.raises(NeedTwiceError):
        put(drop, "medicines", Priority.NOT_WANTED)
    with pytest.raises(UnwantedItemError):
        put(drop, "mixed")
    assert set(needs_of(drop)) == {"medicines"}


@pytest.mark.one_database
def test_a_list_has_an_end(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_NEEDS", 1)
    put(drop, "soap")
    with pytest.raises(NeedsFullError):
        put(drop, "tents")


def test_a_list_is_kept_at_the_desk(desk: FlaskClient, drop: Drop) -> None:
    page = at_desk(drop, "/needs")
    known = items()
    for code, priority in (("soap", "needed"), ("tents", "needed"), ("blankets", "urgent")):
        typed = {"item": str(known[code].id), "priority": priority, "target_qty": "800"}
        assert press(desk, page, "/needs", **typed).status_code == 303
    ids = {code: need.id for code, need in needs_of(drop).items()}
    press(desk, page, f"/{ids['tents']}/up")
    shown = words(desk.get(page))
    order = [shown.index(each) for each in ("Blankets", "Tents", "Soap")]
    assert order == sorted(order)
    press(desk, page, f"/{ids['soap']}/enough")
    assert needs_of(drop)["soap"].fulfilled_at is not None
    press(desk, page, f"/{ids['soap']}/more")
    press(desk, page, f"/{ids['tents']}/remove")
    kept = needs_of(drop)
    assert set(kept) == {"soap", "blankets"}
    assert kept["soap"].fulfilled_at is None
    assert the_drop().needs_changed_at is not None


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"target_qty": "0"}, "Enter something from 1"),
        ({"target_qty": "-3"}, "Enter something from 1"),
        ({"target_qty": "lots"}, "Enter a whole number"),
        ({"priority": "not_wanted", "target_qty": "5"}, "What is not wanted has no number."),
        ({"item": "999999"}, "Please choose from what is offered."),
        ({"why-en": "x" * 400}, "Please use at most 300 characters."),
    ],
)
def test_bad_lines_are_refused(
    desk: FlaskClient, drop: Drop, typed: dict[str, str], said: str
) -> None:
    values = {"item": str(items()["soap"].id), "priority": "needed", **typed}
    answer = press(desk, at_desk(drop, "/needs"), "/needs", **values)
    assert answer.status_code == 422
    assert said in words(answer)
    assert needs_of(drop) == {}


@pytest.mark.one_database
def test_two_editors_do_not_overwrite_each_other(desk: FlaskClient, drop: Drop) -> None:
    put(drop, "soap")
    page = at_desk(drop, f"/needs/{needs_of(drop)['soap'].id}")
    form = next(each for each in forms_of(desk.get(page)) if each.action == page)
    first = desk.post(page, data=form.values | {"priority": "urgent"})
    assert first.status_code == 303
    late = desk.post(page, data=form.values | {"priority": "welcome"})
    assert late.status_code == 409
    assert "What differs" in words(late)
    assert needs_of(drop)["soap"].priority is Priority.URGENT


def test_what_is_old_waits_for_an_editor(desk: FlaskClient, drop: Drop) -> None:
    now = clock.utcnow()
    known = items()
    with transaction():
        week = now - timedelta(days=7, minutes=1)
        make_need(drop, known["soap"], priority=Priority.URGENT, checked_at=week)
        make_need(drop, known["tents"], checked_at=week)
        make_need(drop, known["pillows"], checked_at=week, fulfilled_at=now)
    waiting = list(reads.waiting(now))
    assert [(each.key, each.group_id) for each in waiting] == [(drop.public_id, drop.group_id)]
    page = words(desk.get("/desk/aid/stale"))
    assert "Soap" in page
    assert "Tents" not in page
    press(desk, "/desk/aid/stale", "/needs/right")
    assert list(reads.waiting(clock.utcnow())) == []
    assert the_drop().needs_changed_at is None


@pytest.mark.one_database
def test_things_are_named_retired_and_used_again(desk: FlaskClient, drop: Drop) -> None:
    page = f"/desk/aid/items/{drop.group_id}"
    typed = {"name-en": "Hot-water bottles", "name-ar": "قرب ماء ساخن", "category": "bedding"}
    chosen = {"unit": "each", "hazard": "none", "category": "bedding"}
    typed |= chosen
    assert press(desk, page, page, **typed).status_code == 303
    assert press(desk, page, page, **typed).status_code == 422
    item = items()["hot_water_bottles"]
    assert press(desk, page, f"/{item.id}/retire").status_code == 303
    assert item.retired_at is not None
    assert "Hot-water bottles" not in words(desk.get(at_desk(drop, "/needs")))
    press(desk, page, f"/{item.id}/revive")
    edit = f"{page}/{item.id}"
    answer = press(desk, edit, edit, hs_code="12ab")
    assert answer.status_code == 422
    assert "Enter six to ten figures." in words(answer)
    medicines = items()["medicines"]
    kept = press(desk, f"{page}/{medicines.id}", f"/{medicines.id}", **chosen)
    assert kept.status_code == 303
    assert items()["medicines"].category.value == "medicine"


@pytest.mark.one_database
def test_what_is_wanted_does_not_become_a_medicine(desk: FlaskClient, drop: Drop) -> None:
    put(drop, "soap")
    page = f"/desk/aid/items/{drop.group_id}/{items()['soap'].id}"
    answer = press(desk, page, page, category="medicine", unit="each", hazard="none")
    assert answer.status_code == 422
    assert "We cannot take medicines." in words(answer)


# --- hearing of it --------------------------------------------------------------------------------


def leave(client: FlaskClient, email: str = "lina@example.org", prefix: str = "") -> None:
    page = f"{prefix}/aid/winter-round/needs"
    answer = press(client, page, "/needs", email=email)
    assert answer.status_code == 303, words(answer)
    assert client.get(answer.location).status_code == 200


def link_in(mail: OutboxMail) -> str:
    found = re.search(r"http://localhost(\S*/aid/needs/[^\s<]+)", text_of(build_message(mail)))
    assert found
    return found[1]


def confirmed(client: FlaskClient) -> str:
    """Leave an address and confirm it; the page behind the link."""
    leave(client)
    page = link_in(mails("aid/needs_confirm")[-1])
    assert press(client, page, "/confirm").status_code == 303
    return page


def subscriptions() -> list[NeedsSubscription]:
    db.session.expire_all()
    return list(db.session.scalars(select(NeedsSubscription)))


def test_somebody_hears_of_changes_once_a_day_and_ends_it(client: FlaskClient, drop: Drop) -> None:
    start = clock.utcnow()
    page = confirmed(client)
    assert client.get(page).status_code == 200
    hours = (1, 3, 26, 27, 28, 50, 53)
    told = []
    for hour in hours:
        with time_machine.travel(start + timedelta(hours=hour), tick=False):
            if hour in (1, 27, 50):
                put(drop, {1: "soap", 27: "tents", 50: "towels"}[hour], Priority.URGENT)
            tell_needs({})
            told.append(len(mails("aid/needs_changed")))
    assert told == [0, 0, 1, 1, 1, 1, 2]
    message = build_message(mails("aid/needs_changed")[-1])
    assert "Tents" in text_of(message)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    one_click = message["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    assert client.get(one_click).status_code == 200
    assert len(subscriptions()) == 1
    assert client.post(one_click, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert subscriptions() == []
    assert client.get(page).status_code == 410
    assert client.post(one_click).status_code == 410


def test_an_address_is_kept_once_and_nobody_learns_of_it(client: FlaskClient, drop: Drop) -> None:
    confirmed(client)
    with time_machine.travel(clock.utcnow() + timedelta(hours=2), tick=False):
        leave(client)
    assert len(subscriptions()) == 1
    assert len(mails("aid/needs_confirm")) == 2


@pytest.mark.one_database
def test_the_form_sent_twice_keeps_one_and_asks_about_another(
    client: FlaskClient, drop: Drop
) -> None:
    page = "/aid/winter-round/needs"
    form = next(each for each in forms_of(client.get(page)) if each.action == page)
    for _twice in range(2):
        sent = client.post(page, data=form.values | {"email": "one@example.org"})
        assert sent.status_code == 303
    other = client.post(page, data=form.values | {"email": "two@example.org"})
    assert other.status_code == 409
    assert len(subscriptions()) == 1
    again = next(each for each in forms_of(other) if each.action == page)
    assert client.post(page, data=again.values).status_code == 303
    assert {each.email for each in subscriptions()} == {"one@example.org", "two@example.org"}


def test_the_end_of_a_round_ends_the_mails(client: FlaskClient, drop: Drop) -> None:
    confirmed(client)
    leave(client, "other@example.org")
    with transaction():
        the_drop().state = DropState.COLLECTING
    tell_drop({"drop_id": drop.id, "state": "collecting"})
    assert subscriptions() == []
    assert [each.to for each in mails("aid/needs_over")] == ["lina@example.org"]
    assert [each.state for each in mails("aid/needs_confirm")][-1] is MailState.WITHDRAWN
    assert client.get("/aid/winter-round/needs").status_code == 302


@pytest.mark.one_database
def test_unproven_addresses_are_forgotten(client: FlaskClient, drop: Drop) -> None:
    leave(client)
    with time_machine.travel(clock.utcnow() + rules.UNPROVEN_LIFE, tick=False):
        tell_needs({})
    assert subscriptions() == []


@pytest.mark.one_database
def test_links_are_sent_again(client: FlaskClient, drop: Drop) -> None:
    confirmed(client)
    found = flows.find_links("lina@example.org")
    assert flows.find_links("nobody@example.org") == 0
    send_needs_links({"found": found, "locale": "ar"})
    assert link_in(mails("aid/needs_links")[-1]).startswith("/ar/aid/needs/")


@pytest.mark.one_database
def test_one_network_leaves_few_addresses(
    client: FlaskClient, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "A_DAY_FROM_A_NETWORK", 1)
    leave(client)
    answer = press(client, "/aid/winter-round/needs", "/needs", email="two@example.org")
    assert answer.status_code == 429
    assert len(subscriptions()) == 1


@pytest.mark.one_database
def test_a_look_at_a_link_writes_nothing(client: FlaskClient, drop: Drop) -> None:
    leave(client, prefix="/ar")
    page = link_in(mails("aid/needs_confirm")[-1])
    assert page.startswith("/ar/")
    client.get(page)
    client.get(f"{page}/end")
    assert subscriptions()[0].confirmed_at is None
    assert client.get("/aid/needs/forged").status_code == 404
