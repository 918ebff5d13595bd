"""Asking to bring something: where a hidden point is, nobody learns without a yes to her."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from sqlalchemy import func, select

from app.aid.errors.bringing import BringMovedError, TooManyWishesError
from app.aid.models.points import BringRequest, CollectionPoint, Disclosure
from app.aid.queries import bringing as reads
from app.aid.rules.points import INVITE_LINK
from app.aid.rules.stock import DropOffContent
from app.aid.rules.words import (
    BringState,
    Discloser,
    Fill,
    PointKind,
    PointState,
    Visibility,
)
from app.aid.service import bringing, placing, points, receiving
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from app.mail.render import build_message
from app.places.rules import PlaceDetails, Spot
from tests.aid.points import a_drop, ask, bring_page, link_in, mails, press, signed, the_request
from tests.appeals.donors import forms_of
from tests.appeals.test_giving import words
from tests.appeals.test_mails import text_of
from tests.factories.aid import make_item, make_point, make_point_host
from tests.factories.events import make_place

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

SPOT = Spot(name="Zanzibargate", street="77 Quincunx Row", postcode="E17 9QX")
ASK = "/aid/points/e17-home/bring"
SECRETS = ("Zanzibargate", "Quincunx", " 9QX", "heliotrope")


def make_home(**changes: Any) -> CollectionPoint:
    """A home of which everybody sees the area, with a host; call inside a transaction."""
    values: dict[str, Any] = {
        "slug": "e17-home",
        "kind": PointKind.HOME,
        "name": "E17",
        "visibility": Visibility.AREA_ONLY,
        "access_note": "The blue door with the heliotrope.",
        "place": make_place(SPOT),
    }
    point = make_point(changes.pop("drop"), **values | changes)
    make_point_host(point)
    return point


@pytest.fixture
def point(app: Flask) -> CollectionPoint:
    drop = a_drop()
    with transaction():
        return make_home(drop=db.session.merge(drop))


def accept(request: BringRequest, by: Actor | None = None) -> None:
    with transaction():
        bringing.accept(
            request,
            by=by or Actor.visitor(),
            discloser=Discloser.HOST,
            now=clock.utcnow(),
        )


def tells(page: str) -> bool:
    return any(secret.lower() in page.lower() for secret in SECRETS)


def all_mail() -> str:
    """Everything that was mailed, as its readers see it."""
    db.session.expire_all()
    found = db.session.scalars(select(OutboxMail)).all()
    return "\n".join(str(build_message(each)) + text_of(build_message(each)) for each in found)


def disclosures() -> list[tuple[str | None, Discloser]]:
    rows = db.session.scalars(select(Disclosure).order_by(Disclosure.id)).all()
    return [(row.request.name, row.by) for row in rows]


def test_after_a_yes_her_page_shows_where(client: FlaskClient, point: CollectionPoint) -> None:
    sent = ask(client, ASK)
    assert (sent.status_code, sent.location) == (303, f"{ASK}/sent")
    assert not mails("aid/host_asked"), "nobody is asked before the mailbox is proven"
    page = link_in(mails("aid/bring_confirm")[0], "bring")
    assert not tells(client.get(page).get_data(as_text=True))
    assert press(client, page, "/confirm").status_code == 303
    assert len(mails("aid/host_asked")) == 1
    shown = words(client.get(page))
    assert "The host is asked" in shown
    assert not tells(shown)
    assert disclosures() == []

    accept(the_request())
    accept(the_request())
    assert disclosures() == [("Jo", Discloser.HOST)]
    shown = words(client.get(page))
    assert "77 Quincunx Row" in shown
    assert "heliotrope" in shown
    assert len(mails("aid/bring_accepted")) == 1
    assert not tells(all_mail())

    assert press(client, page, "/brought").status_code == 303
    assert not tells(words(client.get(page)))


def test_fifty_throw_away_mailboxes_learn_no_address(
    client: FlaskClient, point: CollectionPoint
) -> None:
    """Each from a network of its own, every one confirmed: none is told, save who was accepted."""
    pages, statuses = {}, []
    for number in range(50):
        email = f"t{number}@throwaway{number}.example"
        with time_machine.travel(clock.utcnow(), tick=False):
            sent = ask(client, ASK, email=email, name=f"T{number}", network=f"198.51.{number}.7")
        statuses.append(sent.status_code)
        assert not tells(sent.get_data(as_text=True))
        found = [each for each in mails("aid/bring_confirm") if each.to == email]
        if found:
            pages[email] = link_in(found[0], "bring")
            press(client, pages[email], "/confirm")
    assert statuses == [303] * 20 + [429] * 30, "a point hears of twenty a day"
    assert len(pages) == 20
    for page in pages.values():
        assert not tells(client.get(page).get_data(as_text=True))
    accept(the_request("t7@throwaway7.example"))
    told = [email for email, page in pages.items() if tells(words(client.get(page)))]
    assert told == ["t7@throwaway7.example"]
    assert disclosures() == [("T7", Discloser.HOST)]
    assert not tells(all_mail())


@pytest.mark.one_database
def test_one_network_asks_a_point_few_times(client: FlaskClient, point: CollectionPoint) -> None:
    statuses = [ask(client, ASK, email=f"t{n}@example.org").status_code for n in range(10)]
    assert statuses == [303] * 8 + [429] * 2


def test_an_address_has_three_open_over_all_points(
    client: FlaskClient, point: CollectionPoint
) -> None:
    with transaction():
        drop = db.session.merge(point).drop
        for number in range(4):
            make_home(drop=drop, slug=f"home-{number}", place=make_place(SPOT))
    for number in range(4):
        answer = ask(client, f"/aid/points/home-{number}/bring", network=f"198.51.100.{number}")
        assert answer.status_code == 303, "whose addresses we know is nobody's business"
    assert db.session.scalar(select(func.count(BringRequest.id))) == 3
    # Whoever got round that with forms sent at the same moment is stopped when she confirms.
    with transaction():
        first = db.session.scalars(select(BringRequest).order_by(BringRequest.id)).first()
        assert first is not None
        twin = {each.key: getattr(first, each.key) for each in BringRequest.__table__.columns}
        del twin["id"]
        db.session.add(BringRequest(**twin | {"public_id": "x" * 20, "nonce": "other"}))
    for request in db.session.scalars(select(BringRequest).order_by(BringRequest.id)).all()[:3]:
        with transaction():
            bringing.confirm(request, now=clock.utcnow())
    fourth = reads.find_request("x" * 20)
    assert fourth is not None
    with pytest.raises(TooManyWishesError), transaction():
        bringing.confirm(fourth, now=clock.utcnow())


def test_the_hosts_own_rule_lets_everybody_see_who_confirms(
    client: FlaskClient, point: CollectionPoint
) -> None:
    with transaction():
        db.session.merge(point).gives_address_freely = True
    assert "Then your page shows where to come." in words(client.get(ASK))
    page = bring_page(client, ASK)
    assert "77 Quincunx Row" in words(client.get(page))
    assert disclosures() == [("Jo", Discloser.OWN_RULE)]
    assert not tells(all_mail())


def test_what_is_taken_back_is_seen_no_more(client: FlaskClient, point: CollectionPoint) -> None:
    page = bring_page(client, ASK)
    accept(the_request())
    with transaction():
        bringing.decline(the_request(), by=Actor.visitor(), now=clock.utcnow())
    shown = words(client.get(page))
    assert not tells(shown)
    assert "Please do not go there." in shown
    assert "had to take the yes back" in text_of(build_message(mails("aid/bring_declined")[0]))
    assert disclosures() == [("Jo", Discloser.HOST)], "that she was told stays written down"
    with pytest.raises(BringMovedError), transaction():
        bringing.mark_brought(the_request(), now=clock.utcnow(), by=Actor.visitor())


def test_another_place_needs_another_yes(client: FlaskClient, point: CollectionPoint) -> None:
    page = bring_page(client, ASK)
    accept(the_request())
    details = PlaceDetails(
        country="GB", locality="London", street="1 Ziggurat Lane", postcode="E17 4PP"
    )
    with transaction():
        assert placing.move(point, details, now=clock.utcnow(), by=Actor.visitor())
    shown = words(client.get(page))
    assert "The host is asked" in shown
    assert "Ziggurat" not in shown
    assert len(mails("aid/bring_off")) == 1
    accept(the_request())
    assert "1 Ziggurat Lane" in words(client.get(page))


@pytest.mark.parametrize("state", [PointState.DISPUTED, PointState.CLOSED])
def test_a_point_that_takes_nobody_shows_nothing(
    client: FlaskClient, point: CollectionPoint, state: PointState
) -> None:
    page = bring_page(client, ASK)
    accept(the_request())
    with transaction():
        points.set_state(point, state, "point.x", now=clock.utcnow(), by=Actor.visitor())
    assert not tells(words(client.get(page)))
    assert client.get(ASK).status_code == (409 if state is PointState.CLOSED else 404)
    is_over = the_request().state is BringState.LAPSED
    assert is_over is (state is PointState.CLOSED)


def test_the_address_is_hers_until_two_days_after(
    client: FlaskClient, point: CollectionPoint
) -> None:
    page = bring_page(client, ASK)
    accept(the_request())
    with time_machine.travel(clock.utcnow() + timedelta(days=4), tick=False):
        assert not tells(words(client.get(page))), "whether or not a job has run"
    for days, left in ((3, True), (4, False)):
        with transaction():
            bringing.lapse(now=clock.utcnow() + timedelta(days=days), limit=10)
        assert tells(words(client.get(page))) is left
    assert the_request().state is BringState.LAPSED


def test_what_nobody_proves_is_forgotten(client: FlaskClient, point: CollectionPoint) -> None:
    ask(client, ASK)
    with transaction():
        assert bringing.lapse(now=clock.utcnow() + timedelta(days=3), limit=10) == 1
    assert db.session.scalar(select(func.count(BringRequest.id))) == 0


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"fill": Fill.FULL}, 409),
        ({"state": PointState.FULL}, 409),
        ({"state": PointState.PAUSED}, 409),
        ({"state": PointState.APPROVED}, 404),
        ({"visibility": Visibility.PRIVATE}, 404),
        ({"visibility": Visibility.PUBLIC, "kind": PointKind.SHOP}, 302),
    ],
)
def test_where_one_cannot_ask(
    client: FlaskClient, point: CollectionPoint, changes: dict[str, Any], status: int
) -> None:
    form = forms_of(client.get(ASK))[-1]
    with transaction():
        row = db.session.merge(point)
        for name, value in changes.items():
            setattr(row, name, value)
    assert client.get(ASK).status_code == status
    assert client.post(ASK, data=form.values).status_code in {404, 409, 422}
    assert db.session.scalar(select(func.count(BringRequest.id))) == 0


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"what": ""}, "Say what you bring."),
        ({"what": "x" * 600}, "at most 500 characters"),
        ({"on_day": ""}, "Choose a day"),
        ({"on_day": "2001-01-01"}, "Choose a day on which the point takes things in."),
        ({"on_day": "2199-01-01"}, "Choose a day on which the point takes things in."),
        ({"at_time": "sometime"}, "Enter a time, like 18:30."),
        ({"name": ""}, "Tell us how to call you."),
        ({"email": "jo@"}, "e-mail"),
        ({"fax_number": "1"}, "is to stay empty"),
    ],
)
def test_bad_input_is_said_and_kept(
    client: FlaskClient, point: CollectionPoint, typed: dict[str, str], said: str
) -> None:
    answer = ask(client, ASK, **typed)
    assert answer.status_code == 422
    assert said in words(answer)
    values = forms_of(answer)[-1].values
    assert values["name"] == typed.get("name", "Jo")
    assert db.session.scalar(select(func.count(BringRequest.id))) == 0


def test_she_changes_her_mind(client: FlaskClient, point: CollectionPoint) -> None:
    page = bring_page(client, ASK)
    later = (clock.utcnow() + timedelta(days=3)).date()
    changed = press(client, f"{page}/change", "/change", on_day=later.isoformat(), at_time="10:30")
    assert changed.status_code == 303
    assert the_request().brings_on == later
    assert press(client, f"{page}/change", "/change", on_day="2001-01-01").status_code == 422
    assert press(client, page, "/withdraw").status_code == 303
    assert the_request().state is BringState.WITHDRAWN
    assert len(mails("aid/host_bring_changed")) == 2
    assert client.get(f"{page}/change").status_code == 302


@pytest.mark.one_database
def test_a_private_point_is_asked_by_invitation_alone(
    client: FlaskClient, point: CollectionPoint
) -> None:
    with transaction():
        row = db.session.merge(point)
        row.visibility, row.slug, row.name = Visibility.PRIVATE, row.public_id, "K7M2XP"
    host = db.session.merge(point).host
    assert host is not None
    assert client.get(f"/aid/points/{row.slug}").status_code == 404
    invitation = f"/aid/invited/{signed(INVITE_LINK, host.public_id)}"
    shown = client.get(invitation).get_data(as_text=True)
    assert not tells(shown)
    assert "E17" not in shown
    page = bring_page(client, invitation)
    accept(the_request())
    assert "77 Quincunx Row" in words(client.get(page))
    with transaction():
        db.session.merge(host).invite_version += 1
    assert client.get(invitation).status_code == 410
    assert client.get("/aid/invited/nonsense").status_code == 404
    assert client.get(f"/bring/{signed('bring', 'nobody')}").status_code == 410


@pytest.mark.one_database
def test_a_host_and_somebody_write_to_each_other(
    client: FlaskClient, point: CollectionPoint
) -> None:
    page = bring_page(client, ASK)
    assert press(client, page, "/messages", text="Is noon better?").status_code == 303
    assert "Is noon better?" in words(client.get(page))
    refused = press(client, page, "/messages", text="Ring me: 020 7946 0999")
    assert refused.status_code == 422
    assert "020 7946 0999" in refused.get_data(as_text=True)


def test_what_was_not_brought_after_all_waits_where_the_place_is_another(
    client: FlaskClient, point: CollectionPoint
) -> None:
    page = bring_page(client, ASK)
    accept(the_request())
    with transaction():
        make_item(point.drop.group, "mixed")
        wish = the_request()
        content = DropOffContent(bags=2, request_id=wish.id)
        entry = receiving.log(
            wish.point, content, client_key="one", now=clock.utcnow(), by=Actor.visitor()
        )
    details = PlaceDetails(
        country="GB", locality="London", street="1 Ziggurat Lane", postcode="E17 4PP"
    )
    with transaction():
        assert placing.move(point, details, now=clock.utcnow(), by=Actor.visitor())
        receiving.correct(
            the_request().point,
            entry,
            None,
            reason="Slip",
            client_key="two",
            now=clock.utcnow(),
            by=Actor.visitor(),
        )
    assert the_request().state is BringState.ASKED
    assert "Ziggurat" not in words(client.get(page))
