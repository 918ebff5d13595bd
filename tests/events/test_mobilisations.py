"""Days of action: written at the desk, read by everybody, with a toolkit."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.db.session import db, transaction
from app.events.jobs import recount_places
from app.events.models.mobilisations import Mobilisation
from app.events.queries import mobilisations as reads
from app.events.rules import mobilisations as rules
from app.events.rules.words import EventState, Mode, PlaceShown, Status
from app.events.service.listing import relist
from app.lib import clock
from app.lib.text import Translated
from app.places.rules import Spot
from tests.appeals.donors import forms_of
from tests.appeals.test_giving import words
from tests.events.hosts import make_day, press
from tests.factories.accounts import make_account, sign_in
from tests.factories.appeals import make_network
from tests.factories.events import make_campaign, make_event, make_place
from tests.support.apps import Visitor

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

PDF = b"%PDF-1.7 a poster"
DAY = {
    "slug": "global-day",
    "title-en": "A day for the truth",
    "title-ar": "يوم من أجل الحقيقة",
    "summary-en": "Everywhere on one day.",
    "body-en": "Come to the **broadcasters**. <script>alert(1)</script>",
    "demands-en": "Tell the truth\n- Correct what was wrong",
    "on_date": (clock.utcnow() + timedelta(days=30)).date().isoformat(),
    "until_date": "",
    "hashtag": "#truth day",
    "host_policy": "approval",
    "local_title-en": "Truth in {place}",
    "local_kind": "static_protest",
    "local_start": "13:00",
}


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    with transaction():
        make_account(Role.ORGANISER, group=make_network(), email="amal@example.org")
    browser = Visitor(app, app.response_class)
    sign_in(browser, "amal@example.org")
    return browser


def the_day() -> Mobilisation:
    db.session.expire_all()
    return db.session.scalars(select(Mobilisation)).one()


def write(desk: FlaskClient, **typed: str) -> str:
    """Begin a day at the desk; the address of its page there."""
    answer = press(desk, "/desk/mobilisations/new", "/new", **{**DAY, **typed})
    assert answer.status_code == 303, words(answer)
    return str(answer.location)


def add_locals(day: Mobilisation) -> None:
    """Two towns in two countries, one cancelled, one only proposed, one online."""
    with transaction():
        krakow = make_place(
            Spot(name="Cloth Hall", street="Rynek 1", postcode="", lat=50.06, lon=19.94),
            country="PL",
            locality="Kraków",
            district=None,
        )
        day_of: dict[str, Any] = {"mobilisation_id": day.id}
        make_event(**day_of, place_id=krakow.id, title=Translated.of(en="Truth in Kraków"))
        make_event(**day_of, slug="london", title=Translated.of(en="Truth in London"))
        make_event(**day_of, status=Status.CANCELLED, title=Translated.of(en="Off in London"))
        make_event(**day_of, state=EventState.PENDING, title=Translated.of(en="Not yet"))
        make_event(**day_of, mode=Mode.ONLINE, title=Translated.of(en="A call for all"))


def test_a_day_is_written_published_and_read(client: FlaskClient, desk: FlaskClient) -> None:
    page = write(desk)
    day = the_day()
    assert (day.until_date, day.hashtag) == (day.on_date, "truthday")
    assert client.get("/mobilisations/global-day").status_code == 404
    assert "A day for the truth" in words(desk.get(f"{page}/preview"))
    press(desk, page, "/publish")
    add_locals(the_day())

    shown = client.get("/mobilisations/global-day")
    text = words(shown)
    assert "2 places, 2 countries" in text
    countries = [text.index(each) for each in ("Poland", "United Kingdom", "A call for all")]
    assert countries == sorted(countries)
    assert "Off in London Cancelled" in text
    assert "Not yet" not in text
    assert "Correct what was wrong" in text
    assert "<script>alert" not in shown.get_data(as_text=True)
    assert "Add yours" in text
    arabic = client.get("/ar/mobilisations/global-day").get_data(as_text=True)
    assert "يوم من أجل الحقيقة" in arabic
    assert 'dir="rtl"' in arabic
    assert "A day for the truth" in words(client.get("/mobilisations/"))
    assert "A day for the truth" in words(client.get("/"))
    assert reads.list_miscounted() == []


def test_counts_follow_what_happens(app: Flask) -> None:
    day = make_day()
    with transaction():
        event = make_event(mobilisation_id=day.id)
    db.session.refresh(day)
    assert (day.place_count, day.country_count) == (1, 1)
    with transaction():
        event.status = Status.CANCELLED
        relist(event, now=clock.utcnow())
    db.session.refresh(day)
    assert (day.place_count, day.country_count) == (0, 0)
    assert reads.list_miscounted() == []
    with transaction():
        day.place_count = 7
    assert reads.list_miscounted() == [day.id]
    recount_places({})
    assert reads.list_miscounted() == []


@pytest.mark.one_database
def test_a_day_stands_on_the_pages_of_its_group_and_campaign(client: FlaskClient) -> None:
    with transaction():
        campaign = make_campaign()
    day = make_day(campaign_id=campaign.id)
    with transaction():
        make_event(campaign_id=campaign.id, mobilisation_id=day.id)
    for path in ("/", f"/groups/{day.group.slug}", f"/campaigns/{campaign.slug}"):
        text = words(client.get(path))
        assert "A day for the truth" in text, path
        assert "Vigil with lanterns" in text, path


@pytest.mark.one_database
def test_a_hidden_place_is_on_no_page_of_the_day(client: FlaskClient) -> None:
    day = make_day()
    with transaction():
        make_event(mobilisation_id=day.id, place_shown=PlaceShown.ACCEPTED)
    for path in ("/mobilisations/global-day", "/ar/mobilisations/global-day"):
        said = client.get(path).get_data(as_text=True)
        assert "Hoe Street" not in said
        assert "Kings Hall" not in said
        assert "E17" in said


@pytest.mark.one_database
def test_many_countries_are_folded(client: FlaskClient) -> None:
    day = make_day()
    with transaction():
        place = make_place()
        for number in range(41):
            title = Translated.of(en=f"Local {number}")
            make_event(mobilisation_id=day.id, place_id=place.id, title=title)
    text = words(client.get("/mobilisations/global-day"))
    assert "United Kingdom (41)" in text
    assert "Local 40" in text


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"slug": "Not An Address"}, "small letters, digits and hyphens"),
        ({"title-en": "", "title-ar": ""}, "Give the day a title."),
        ({"summary-en": ""}, "Say in a sentence or two what the day is for."),
        ({"body-en": ""}, "Write the call."),
        ({"on_date": ""}, "Say on which day it is."),
        ({"until_date": "2026-01-01"}, "The last day comes after the first"),
        ({"local_start": "noon"}, "Enter when it starts, like 13:00."),
    ],
)
def test_bad_input_is_said_and_kept(desk: FlaskClient, typed: dict[str, str], said: str) -> None:
    answer = press(desk, "/desk/mobilisations/new", "/new", **{**DAY, **typed})
    assert answer.status_code == 422
    assert said in words(answer)
    kept = next(each for each in forms_of(answer) if each.action.endswith("/new")).values
    assert kept["title-ar"] == ({**DAY, **typed})["title-ar"]
    assert db.session.scalars(select(Mobilisation)).all() == []


@pytest.mark.one_database
def test_an_address_is_taken_once(desk: FlaskClient) -> None:
    write(desk)
    answer = press(desk, "/desk/mobilisations/new", "/new", **DAY)
    assert answer.status_code == 422
    assert "Another page has this address already." in words(answer)


def test_a_stale_page_shows_both_texts(desk: FlaskClient) -> None:
    page = write(desk)
    form = next(each for each in forms_of(desk.get(page)) if each.action == page)
    first = desk.post(page, data=form.values | DAY | {"hashtag": "one"})
    assert first.status_code == 303
    late = desk.post(page, data=form.values | DAY | {"hashtag": "two"})
    assert late.status_code == 409
    assert "What differs" in words(late)
    assert the_day().hashtag == "one"


@pytest.mark.one_database
def test_the_day_cannot_move_away_from_its_events(desk: FlaskClient) -> None:
    page = write(desk)
    day = the_day()
    with transaction():
        make_event(mobilisation_id=day.id, starts_in=timedelta(days=30))
    moved = press(desk, page, page, **{**DAY, "on_date": date(2026, 12, 24).isoformat()})
    assert moved.status_code == 422
    assert "would no longer belong to it" in words(moved)


def test_a_cancelled_day_stays_and_takes_no_offers(client: FlaskClient, desk: FlaskClient) -> None:
    page = write(desk)
    press(desk, page, "/publish")
    press(desk, page, "/cancel")
    text = words(client.get("/mobilisations/global-day"))
    assert "This day of action is cancelled." in text
    assert "Add yours" not in text
    assert "A day for the truth" not in words(client.get("/"))
    press(desk, page, "/reinstate")
    assert "Add yours" in words(client.get("/mobilisations/global-day"))


# --- the toolkit ----------------------------------------------------------------------------------


def add(desk: FlaskClient, page: str, **given: object) -> int:
    """Put something into the toolkit; how that was answered."""
    form = next(each for each in forms_of(desk.get(page)) if each.action.endswith("/toolkit"))
    values = {name: value for name, value in form.values.items() if name != "kit-file"}
    typed = {f"kit-{name}": value for name, value in ({"title-en": "A poster"} | given).items()}
    return desk.post(form.action, data=values | typed).status_code


def test_a_toolkit_holds_links_and_files(client: FlaskClient, desk: FlaskClient) -> None:
    page = write(desk)
    assert add(desk, page, file=(BytesIO(PDF), "../Poster A3.pdf")) == 303
    assert add(desk, page, url="example.org/speech", **{"title-en": "A speech"}) == 303
    file, link = reads.list_toolkit(the_day().id)
    address = f"/files/kit/{file.file_sha256}"
    assert client.get(address).status_code == 404, "not before the day is public"
    press(desk, page, "/publish")
    sent = client.get(address)
    assert sent.get_data() == PDF
    assert "attachment" in sent.headers["Content-Disposition"]
    assert "Poster A3.pdf" in sent.headers["Content-Disposition"]
    assert "sandbox" in sent.headers["Content-Security-Policy"]
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    shown = client.get("/mobilisations/global-day").get_data(as_text=True)
    assert "https://example.org/speech" in shown
    assert address in shown

    press(desk, page, f"/{link.id}/up")
    assert [each.id for each in reads.list_toolkit(the_day().id)] == [link.id, file.id]
    press(desk, page, f"/{file.id}/remove")
    assert client.get(address).status_code == 404


@pytest.mark.one_database
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"url": "javascript:alert(1)"},
        {"url": "https://example.org", "file": (BytesIO(PDF), "a.pdf")},
        {"file": (BytesIO(b"<html><script>"), "poster.pdf")},
        {"file": (BytesIO(PDF + b"0" * 1000), "poster.pdf")},
        {"title-en": "", "url": "https://example.org"},
    ],
)
def test_a_bad_thing_for_the_toolkit_is_refused(
    desk: FlaskClient, given: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "LARGEST_FILE", 1000)
    page = write(desk)
    assert add(desk, page, **given) == 422
    assert reads.list_toolkit(the_day().id) == []


@pytest.mark.one_database
def test_an_editor_writes_and_somebody_else_publishes(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_account(Role.EDITOR, group=make_network(), email="ed@example.org")
        make_account(Role.MODERATOR, group=make_network(), email="mod@example.org")
    editor, moderator = (Visitor(app, app.response_class) for _ in range(2))
    sign_in(editor, "ed@example.org")
    sign_in(moderator, "mod@example.org")
    page = write(editor)
    assert "/publish" not in editor.get(page).get_data(as_text=True)
    assert editor.post(f"{page}/publish").status_code == 403
    assert editor.get("/desk/offers/").status_code == 403
    assert moderator.get("/desk/offers/").status_code == 200
    assert moderator.post(page).status_code == 403
