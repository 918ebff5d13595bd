"""Paper: posters and flyers, the bust card, the stewards' briefing, the door list."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import html5lib
import pytest

from app.accounts.rules.permissions import Role
from app.db.session import transaction
from app.events.models.events import Event
from app.events.rules import paper as rules
from app.events.rules.words import (
    EventState,
    Nation,
    PlaceShown,
    RoleKind,
    RsvpState,
    SafetyContactKind,
    Status,
)
from app.lib import clock
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.events.addresses import at_desk
from tests.factories.events import make_event, make_rsvp, make_shift, make_signup
from tests.factories.safety import make_contact

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

pytestmark = pytest.mark.one_database

SHEETS = ("poster", "flyer")


@pytest.mark.parametrize(
    ("nation", "country", "district", "fits"),
    [
        (Nation.ENGLAND_WALES, "GB", "EH1", True),
        (Nation.SCOTLAND, "GB", "E17", False),
        (None, "GB", "E17", True),
        (None, "GB", "G12", False),
        (None, "GB", "GL5", True),
        (None, "GB", "BT1", False),
        (None, "GB", "", True),
        (None, None, "", True),
        (None, "PL", "", False),
        (Nation.ELSEWHERE, "GB", "", False),
    ],
)
def test_where_the_words_for_england_and_wales_stand(
    nation: Nation | None, country: str | None, district: str, fits: bool
) -> None:
    assert rules.is_england_wales(nation, country, district) is fits


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Samir Haddad", "S. H."),
        ("Jean-Luc Picard", "J. L. P."),
        ("  aoife  ", "A."),
        ("سلمى يوسف", "س. ي."),
        ("محمد الخطيب", "م. خ."),
        ("Ana Maria de Souza", "A. M. D."),
        ("", "–"),
        ("123 !?", "–"),
        ("“Quoted”", "Q."),
    ],
)
def test_initials(name: str, shown: str) -> None:
    assert rules.initials(name) == shown


@pytest.fixture
def event(app: Flask) -> Event:
    """A vigil in a week, with a number to ring."""
    with transaction():
        make_contact(SafetyContactKind.SOLICITOR, name="Kellys", phone="01273 674 898")
        return make_event(slug="vigil", access={"step_free": ["yes", ""], "seating": ["yes", ""]})


# --- for everybody --------------------------------------------------------------------------------


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_poster_says_what_the_page_says(client: FlaskClient, event: Event, sheet: str) -> None:
    shown = words(client.get(f"/events/vigil/{sheet}"))
    for wanted in ("Vigil with lanterns", "12 Hoe Street", "Step-free", "localhost/events/vigil"):
        assert wanted in shown
    arabic = client.get(f"/ar/events/vigil/{sheet}").get_data(as_text=True)
    assert "وقفة بالفوانيس" in arabic
    assert "localhost/ar/events/vigil" in arabic


def test_each_sheet_leads_to_the_page_with_a_code_of_its_own(
    client: FlaskClient, event: Event
) -> None:
    pictures = {
        client.get(f"{prefix}/events/vigil/{sheet}").get_data(as_text=True).partition("<path")[2]
        for sheet in SHEETS
        for prefix in ("", "/ar")
    }
    assert len(pictures) == 4
    assert client.get("/events/vigil?from=poster").status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"status": Status.CANCELLED}, 200, "Cancelled"),
        ({"status": Status.POSTPONED}, 200, "Postponed"),
        ({"state": EventState.HIDDEN}, 410, ""),
        ({"state": EventState.DRAFT, "published_at": None}, 404, ""),
    ],
)
def test_a_poster_of_what_does_not_take_place(
    client: FlaskClient, event: Event, changes: dict[str, object], status: int, sentence: str
) -> None:
    with transaction():
        make_event(slug="other", **changes)  # type: ignore[arg-type]
    for page in (*SHEETS, "bust-card"):
        answer = client.get(f"/events/other/{page}")
        assert answer.status_code == status
        assert page == "bust-card" or sentence in words(answer)


def test_a_hidden_place_is_on_no_sheet_for_everybody(client: FlaskClient, event: Event) -> None:
    with transaction():
        make_event(slug="secret", place_shown=PlaceShown.ACCEPTED)
    for page in (*SHEETS, "bust-card", "bust-card/save"):
        assert "Hoe Street" not in client.get(f"/events/secret/{page}").get_data(as_text=True)


def test_the_card_has_the_group_s_numbers_and_its_rights(client: FlaskClient, event: Event) -> None:
    for prefix, language in (("", "en"), ("/ar", "ar")):
        answer = client.get(f"{prefix}/events/vigil/bust-card")
        page = answer.get_data(as_text=True)
        assert f'<html lang="{language}"' in page
        assert page.count("01273 674 898") == 8
        assert page.count('href="tel:01273674898"') == 1
    shown = words(client.get("/events/vigil/bust-card"))
    for wanted in ("No comment", "No duty solicitor", "England and Wales", "not legal advice"):
        assert wanted in shown
    with transaction():
        make_event(slug="elsewhere", nation=Nation.ELSEWHERE)
        own = make_event(slug="own")
        make_contact(event_id=own.id, name="Own line", phone="020 7946 0000")
    assert "No comment" not in words(client.get("/events/elsewhere/bust-card"))
    assert "01273" not in words(client.get("/events/own/bust-card"))
    assert "Own line" in words(client.get("/events/own/bust-card"))


def test_the_card_is_kept_as_one_file(client: FlaskClient, event: Event) -> None:
    answer = client.get("/ar/events/vigil/bust-card/save")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bust-card-vigil.html"'
    page = answer.get_data(as_text=True)
    html5lib.HTMLParser(strict=True).parse(page)
    assert "<style>" in page
    assert not any(part in page for part in ("<script", "<link", "src=", "http"))


def test_without_a_number_there_is_no_card(app: Flask, client: FlaskClient) -> None:
    with transaction():
        event = make_event(slug="vigil")
        make_contact(SafetyContactKind.WELFARE)
    for path in ("bust-card", "bust-card/save"):
        assert client.get(f"/events/vigil/{path}").status_code == 404
    assert "bust-card" not in client.get("/events/vigil").get_data(as_text=True)
    sign_in_as(client, Role.ORGANISER)
    assert "There is no bust card" in words(client.get(at_desk(event, "paper")))


# --- for organisers alone -------------------------------------------------------------------------


def test_the_briefing_tells_stewards_what_they_need(client: FlaskClient, event: Event) -> None:
    with transaction():
        secret = make_event(place_shown=PlaceShown.AREA)
        chief = make_shift(secret, role=RoleKind.CHIEF_STEWARD, is_trusted=True)
        make_signup(chief, name="Priya", phone="07700 900200")
    sign_in_as(client, Role.ORGANISER)
    shown = words(client.get(at_desk(secret, "briefing")))
    for wanted in ("Hoe Street", "Not public", "Priya 07700 900200", "01273 674 898", "Shred this"):
        assert wanted in shown
    arabic = client.get(at_desk(secret, "briefing?in=ar")).get_data(as_text=True)
    assert 'dir="rtl"' in arabic
    assert client.get(at_desk(secret, "briefing?in=..%2Fx")).status_code == 200


def test_the_door_list_has_initials_and_codes_and_no_names(
    client: FlaskClient, event: Event
) -> None:
    with transaction():
        for place in range(60):
            make_rsvp(event, name="Samir Haddad", party_size=2, code=f"ab{place:04}")
        make_rsvp(event, state=RsvpState.WITHDRAWN, code="gone00")
    sign_in_as(client, Role.ORGANISER)
    page = client.get(at_desk(event, "door-list"))
    shown = words(page)
    assert "Samir" not in shown
    assert "gone00" not in shown.lower()
    assert "120 people expected" in shown
    assert shown.count("S. H.") == 60
    assert page.get_data(as_text=True).count('class="door-sheet"') == 2


def test_what_to_know_before_printing(client: FlaskClient, event: Event) -> None:
    with transaction():
        old = clock.utcnow().date() - timedelta(days=100)
        odd = make_event(status=Status.POSTPONED, place_shown=PlaceShown.AREA)
        make_contact(event_id=odd.id, checked_on=old)
        draft = make_event(state=EventState.DRAFT, published_at=None)
    sign_in_as(client, Role.ORGANISER)
    plain = words(client.get(at_desk(event, "paper")))
    assert "not tried for 90 days" not in plain
    shown = words(client.get(at_desk(odd, "paper")))
    for wanted in ("not tried for 90 days", "the area alone", "does not take place"):
        assert wanted in shown
    assert "once the event is on the site" in words(client.get(at_desk(draft, "paper")))
