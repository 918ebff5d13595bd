"""Rounds of collecting: written at the desk, shown to everybody, going on from state to state."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.accounts.rules.permissions import Role
from app.aid.jobs import tell_drop
from app.aid.models.drops import AidItem, Drop, DropEvent
from app.aid.models.stock import StockTotal
from app.aid.rules.catalogue import CATALOGUE
from app.aid.rules.drops import moves_from
from app.aid.rules.words import DropState, LocationKind, PointState, Priority, Unit
from app.aid.service import drop_states
from app.aid.service.items import ensure_items
from app.audit.facts import Actor
from app.audit.models import AuditEntry
from app.db.session import db, transaction
from app.lib import clock
from app.lib.errors import UserError
from app.lib.text import Translated
from app.queue.models import Job
from tests.aid.rounds import TYPED, at_desk, mails, press, the_drop
from tests.appeals.donors import forms_of
from tests.appeals.test_giving import words
from tests.factories.accounts import make_account, sign_in
from tests.factories.aid import (
    make_drop,
    make_item,
    make_need,
    make_point,
    make_point_host,
    make_workplace,
)
from tests.factories.appeals import make_appeal, make_network
from tests.factories.events import make_campaign, make_event
from tests.factories.groups import make_group
from tests.support.apps import Visitor

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

BY = Actor.system()
NOTE = Translated.of(en="The border is shut.", ar="الحدود مغلقة.")


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    with transaction():
        make_account(Role.ORGANISER, group=make_network(), email="amal@example.org")
    browser = Visitor(app, app.response_class)
    sign_in(browser, "amal@example.org")
    return browser


def move(drop: Drop, to: DropState, note: Translated | None = None) -> None:
    with transaction():
        now = clock.utcnow()
        drop_states.move(drop.id, to, note=note, seen=drop.state, now=now, by=BY)
    db.session.expire_all()


def move_at_desk(desk: FlaskClient, drop: Drop, to: str, **typed: str) -> int:
    return press(desk, at_desk(drop, f"/become/{to}"), f"/become/{to}", **typed).status_code


# --- writing --------------------------------------------------------------------------------------


def test_a_round_is_written_announced_and_read(client: FlaskClient, desk: FlaskClient) -> None:
    answer = press(desk, "/desk/aid/new", "/new", **TYPED)
    assert answer.status_code == 303, words(answer)
    drop = the_drop()
    assert (drop.state, drop.slug, drop.target_boxes) == (DropState.DRAFT, "spring-round", 600)
    assert db.session.scalar(select(func.count(AidItem.id))) == len(CATALOGUE)
    assert client.get("/aid/spring-round").status_code == 404
    assert "Spring round" not in words(client.get("/aid/"))
    assert "Tents for families." in words(desk.get(at_desk(drop, "/preview")))

    assert move_at_desk(desk, drop, "announced") == 303
    page = words(client.get("/aid/spring-round"))
    assert "Spring round" in page
    assert "It opens on 1 December 2026." in page
    assert "January 2027" in page
    assert "5 January" not in page
    for path in ("/aid/", "/", f"/groups/{drop.group.slug}"):
        assert "Spring round" in words(client.get(path)), path
    assert "جولة الربيع" in client.get("/ar/aid/spring-round").get_data(as_text=True)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"slug": "points"}, "Another page has this address already."),
        ({"slug": "Not An Address"}, "small letters, digits and hyphens"),
        ({"title-en": "", "title-ar": ""}, "Give the round a title."),
        ({"closes_on": "2026-11-30"}, "The last day comes after the first"),
        ({"pickup_from": "2026-12-22", "pickup_until": "2026-12-21"}, "The last day comes after"),
        ({"zone": "Mars/Base"}, "time zone"),
        ({"target_boxes": "-5"}, "Enter something from 1"),
        ({"target_boxes": "many"}, "Enter a whole number"),
        ({"retention_days": "900"}, "Enter something from 1 to 180"),
    ],
)
def test_bad_input_is_said_and_kept(desk: FlaskClient, typed: dict[str, str], said: str) -> None:
    answer = press(desk, "/desk/aid/new", "/new", **{**TYPED, **typed})
    assert answer.status_code == 422
    assert said in words(answer)
    kept = next(each for each in forms_of(answer) if each.action.endswith("/new")).values
    assert kept["title-ar"] == ({**TYPED, **typed})["title-ar"]
    assert db.session.scalars(select(Drop)).all() == []


def test_a_stale_page_shows_both_texts(desk: FlaskClient) -> None:
    press(desk, "/desk/aid/new", "/new", **TYPED)
    page = at_desk(the_drop(), "/edit")
    form = next(each for each in forms_of(desk.get(page)) if each.action == page)
    assert desk.post(page, data=form.values | {"phone": "1"}).status_code == 303
    late = desk.post(page, data=form.values | {"phone": "2"})
    assert late.status_code == 409
    assert "What differs" in words(late)
    assert the_drop().phone == "1"


@pytest.mark.one_database
def test_a_round_belongs_to_its_own_group_alone(app: Flask, desk: FlaskClient) -> None:
    with transaction():
        drop = make_drop(state=DropState.DRAFT, announced_at=None)
        far = make_group(slug="far-away")
        make_account(Role.ORGANISER, group=far, email="far@example.org")
    other = Visitor(app, app.response_class)
    sign_in(other, "far@example.org")
    assert other.get(at_desk(drop)).status_code == 404
    assert desk.get(at_desk(drop)).status_code == 200


@pytest.mark.one_database
def test_an_editor_writes_but_does_not_move(app: Flask) -> None:
    with transaction():
        drop = make_drop()
        make_account(Role.EDITOR, group=make_network(), email="ed@example.org")
    browser = Visitor(app, app.response_class)
    sign_in(browser, "ed@example.org")
    assert browser.get(at_desk(drop, "/edit")).status_code == 200
    assert browser.get(at_desk(drop, "/become/paused")).status_code == 403
    assert "Let it rest" not in words(browser.get(at_desk(drop)))


@pytest.mark.one_database
def test_a_moderator_neither_writes_nor_moves(app: Flask) -> None:
    with transaction():
        drop = make_drop()
        make_account(Role.MODERATOR, group=make_network(), email="mo@example.org")
    browser = Visitor(app, app.response_class)
    sign_in(browser, "mo@example.org")
    assert browser.get(at_desk(drop)).status_code == 200
    assert browser.get(at_desk(drop, "/become/paused")).status_code == 403
    assert browser.post(at_desk(drop, "/ask-hosts")).status_code == 403


@pytest.mark.one_database
def test_what_was_put_away_changes_no_more(desk: FlaskClient) -> None:
    with transaction():
        drop = make_drop()
    page = at_desk(drop, "/edit")
    form = next(each for each in forms_of(desk.get(page)) if each.action == page)
    with transaction():
        drop.state = DropState.ARCHIVED
    answer = desk.post(page, data=form.values | {"phone": "1"})
    assert answer.status_code in {409, 422}
    assert the_drop().phone is None
    assert "Texts and dates" in words(desk.get(at_desk(drop)))
    assert f'action="{at_desk(drop, "/edit")}' not in desk.get(at_desk(drop)).get_data(as_text=True)


# --- going on -------------------------------------------------------------------------------------


def test_a_round_opens_with_a_live_point_and_something_wanted(app: Flask) -> None:
    with transaction():
        drop = make_drop(state=DropState.ANNOUNCED)
        item = make_item(drop.group)
    for step in ("nothing", "point", "need"):
        with transaction():
            if step == "point":
                make_point(drop)
            if step == "need":
                make_need(drop, item, priority=Priority.URGENT)
        before = db.session.scalar(select(func.count(AuditEntry.id)))
        if step == "need":
            move(drop, DropState.OPEN)
            assert the_drop().state is DropState.OPEN
            continue
        with pytest.raises(UserError):
            move(drop, DropState.OPEN)
        assert (the_drop().state, the_drop().version) == (DropState.ANNOUNCED, 1)
        assert db.session.scalar(select(func.count(AuditEntry.id))) == before


@pytest.mark.one_database
@pytest.mark.parametrize("state", list(DropState))
def test_a_refused_move_writes_nothing(app: Flask, state: DropState) -> None:
    paused_from = DropState.OPEN if state is DropState.PAUSED else None
    with transaction():
        drop = make_drop(state=state, paused_from=paused_from)
    before = db.session.scalar(select(func.count(AuditEntry.id)))
    for to in DropState:
        if to in moves_from(state, paused_from):
            continue
        with pytest.raises(UserError) as refused:
            move(drop, to, NOTE)
        assert refused.value.status == 409
    assert (the_drop().state, the_drop().version) == (state, 1)
    assert db.session.scalar(select(func.count(AuditEntry.id))) == before


def test_announcing_shows_approved_points(app: Flask) -> None:
    with transaction():
        drop = make_drop(state=DropState.DRAFT, announced_at=None)
        point = make_point(drop, state=PointState.APPROVED, live_at=None)
        waiting = make_point(drop, state=PointState.UNDER_REVIEW, live_at=None)
    move(drop, DropState.ANNOUNCED)
    assert point.state is PointState.LIVE
    assert waiting.state is PointState.UNDER_REVIEW


def test_a_pause_leads_back_to_where_it_came_from(app: Flask) -> None:
    with transaction():
        drop = make_drop(state=DropState.ANNOUNCED)
    move(drop, DropState.PAUSED, NOTE)
    assert drop.paused_from is DropState.ANNOUNCED
    with pytest.raises(UserError):
        move(drop, DropState.OPEN)
    move(drop, DropState.ANNOUNCED)
    again = the_drop()
    assert again.paused_from is None
    assert again.state_note is None


def test_hosts_and_stewards_hear_that_a_round_is_called_off(app: Flask) -> None:
    with transaction():
        drop = make_drop()
        point = make_point(drop)
        make_point_host(point, locale="ar")
        make_workplace(drop)
    with pytest.raises(UserError):
        move(drop, DropState.CANCELLED)
    move(drop, DropState.CANCELLED, NOTE)
    assert drop.ended_at is not None
    assert point.state is PointState.CLOSED
    job = db.session.scalars(select(Job).where(Job.kind == drop_states.TELL_JOB)).one()
    for _twice in range(2):
        tell_drop(job.payload)
    told = mails("aid/drop_state")
    assert [(each.to, each.locale) for each in told] == [
        ("amal@example.org", "ar"),
        ("sam@example.org", "en"),
    ]


def test_reporting_freezes_the_public_numbers(client: FlaskClient, desk: FlaskClient) -> None:
    with transaction():
        drop = make_drop(state=DropState.DELIVERED)
        item = make_item(drop.group, "mixed")
        total = StockTotal(
            drop_id=drop.id, kind=LocationKind.DESTINATION, item_id=item.id, unit=Unit.BAG, qty=40
        )
        db.session.add(total)
    answer = press(desk, at_desk(drop, "/become/reported"), "/become/reported")
    assert answer.status_code == 422
    assert "Write what became of it first." in words(answer)
    press(desk, at_desk(drop, "/report"), "/report", **{"report-en": "All of it arrived."})
    assert "All of it arrived." not in words(client.get("/aid/winter-round"))
    assert move_at_desk(desk, drop, "reported") == 303
    with transaction():
        db.session.get(StockTotal, (drop.id, total.kind, item.id, Unit.BAG)).qty = 7  # type: ignore[union-attr]
    page = words(client.get("/aid/winter-round"))
    assert "All of it arrived." in page
    assert "40" in page


def test_a_page_of_yesterday_moves_nothing(desk: FlaskClient) -> None:
    with transaction():
        drop = make_drop()
    page = at_desk(drop, "/become/closing")
    form = next(each for each in forms_of(desk.get(page)) if each.action == page)
    move(drop, DropState.PAUSED)
    late = desk.post(page, data=form.values)
    assert late.status_code == 409
    assert the_drop().state is DropState.PAUSED


@pytest.mark.one_database
def test_a_closed_way_is_said_before_anything_is_asked(desk: FlaskClient) -> None:
    with transaction():
        drop = make_drop()
    for to in ("open", "archived"):
        answer = desk.get(at_desk(drop, f"/become/{to}"))
        assert answer.status_code == 409
        assert not [each for each in forms_of(answer) if each.action.endswith(f"/become/{to}")]


# --- what belongs to it ---------------------------------------------------------------------------


@pytest.mark.one_database
def test_events_money_and_campaign_stand_beside_it(client: FlaskClient, desk: FlaskClient) -> None:
    with transaction():
        campaign = make_campaign()
        appeal = make_appeal()
        drop = make_drop(campaign_id=campaign.id, appeal_id=appeal.id)
        event = make_event(title=Translated.of(en="Packing day"))
    assert "Packing day" in words(desk.get(at_desk(drop)))
    press(desk, at_desk(drop), "/events", event=str(event.id))
    assert db.session.scalars(select(DropEvent)).one().event_id == event.id
    page = words(client.get("/aid/winter-round"))
    assert "Packing day" in page
    assert "Money takes it there" in page
    assert "Winter round" in words(client.get(f"/events/{event.slug}"))
    assert "Winter round" in words(client.get(f"/campaigns/{campaign.slug}"))
    press(desk, at_desk(drop), f"/events/{event.id}/remove")
    assert "Winter round" not in words(client.get(f"/events/{event.slug}"))


@pytest.mark.one_database
def test_the_list_of_rounds_tells_them_apart(client: FlaskClient) -> None:
    assert "Nothing is collected just now." in words(client.get("/aid/"))
    today = clock.utcnow().date()
    with transaction():
        make_drop()
        make_drop(
            slug="old-round",
            title=Translated.of(en="Old round"),
            state=DropState.ARCHIVED,
            opens_on=today - timedelta(days=90),
            closes_on=today - timedelta(days=60),
        )
        make_drop(
            slug="next-round", title=Translated.of(en="Next round"), state=DropState.ANNOUNCED
        )
        make_drop(slug="draft", title=Translated.of(en="Secret"), announced_at=None)
    page = words(client.get("/aid/"))
    order = [page.index(each) for each in ("Winter round", "Next round", "Old round")]
    assert order == sorted(order)
    assert "Secret" not in page


@pytest.mark.one_database
def test_needs_stand_by_urgency_with_what_is_not_wanted(client: FlaskClient) -> None:
    now = clock.utcnow()
    with transaction():
        drop = make_drop()
        ensure_items(drop.group)
        items = {each.code: each for each in db.session.scalars(select(AidItem))}
        make_need(drop, items["medicines"], priority=Priority.NOT_WANTED)
        make_need(
            drop,
            items["blankets"],
            priority=Priority.URGENT,
            target_qty=800,
            why=Translated.of(en="Nights are cold."),
            checked_at=now - timedelta(days=8),
        )
        make_need(drop, items["tents"], fulfilled_at=now, checked_at=now - timedelta(days=90))
    page = words(client.get("/aid/winter-round"))
    needs = page[page.index("What is needed") :]
    found = [needs.index(each) for each in ("Blankets", "Tents", "Medicines")]
    assert found == sorted(found)
    assert "800" in needs
    assert "Nights are cold." in needs
    assert "Enough of it has come" in needs
    assert needs.count("Last looked at on") == 1
