"""The desk's appeals: written in two languages, published, closed, never overwritten unseen."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from PIL import Image
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.appeals.models.appeals import Appeal, AppealUpdate
from app.appeals.queries import appeals as appeal_reads
from app.appeals.rules.words import AppealStage
from app.audit import queries as audit
from app.db.session import db, transaction
from app.ledger import queries as ledger
from app.lib import clock
from tests.appeals.donors import forms_of
from tests.appeals.test_desk_donations import make_other_group_s_donation, sign_in_as
from tests.appeals.test_giving import words
from tests.factories.accounts import sign_in, token_on
from tests.factories.appeals import make_appeal, make_donation, make_fund, make_network

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.one_database


def picture() -> tuple[BytesIO, str]:
    """A small photograph to upload."""
    file = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(file, "JPEG")
    file.seek(0)
    return file, "hall.jpg"


def typed(**changes: Any) -> dict[str, Any]:
    """A whole appeal as it is typed."""
    return {
        "slug": "winter-aid",
        "fund": str(ledger.get_fund("lea-valley-fund").id),
        "title-en": "Winter aid",
        "title-ar": "مساعدات الشتاء",
        "summary-en": "Blankets for the winter.",
        "story-en": "## Why\n\nIt is cold.",
        "goal": "£5,000",
        "suggested": "10\n25\n\n٥٠",
        "opens_on": "2026-03-01",
        "closes_on": "2026-03-31",
        **changes,
    }


@pytest.fixture
def organiser(client: FlaskClient, app: Flask) -> FlaskClient:
    """An organiser of the network, signed in."""
    with transaction():
        make_fund(make_network())
    sign_in_as(client, Role.ORGANISER)
    return client


def post(
    client: FlaskClient, address: str, values: dict[str, Any], *, on: str = ""
) -> TestResponse:
    """Send a form with the token of the page it stands on."""
    page = client.get(on or address)
    return client.post(address, data={"csrf_token": token_on(page), **values})


def the_appeal() -> Appeal:
    db.session.expire_all()
    return db.session.scalars(select(Appeal)).one()


def test_an_appeal_is_written_as_a_draft(organiser: FlaskClient) -> None:
    answer = post(organiser, "/desk/appeals/new", typed())
    assert answer.status_code == 303
    made = the_appeal()
    assert (made.slug, made.goal_minor, made.suggested_minor) == (
        "winter-aid",
        500_000,
        [1000, 2500, 5000],
    )
    assert made.title.texts == {"en": "Winter aid", "ar": "مساعدات الشتاء"}
    assert made.opens_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert made.closes_at == datetime(2026, 3, 31, 23, tzinfo=UTC)  # midnight in British summer
    assert made.stage(datetime(2026, 3, 15, tzinfo=UTC)) is AppealStage.DRAFT
    assert organiser.get("/appeals/winter-aid").status_code == 404
    assert "Winter aid" in words(organiser.get("/desk/appeals/"))
    (entry,) = audit.list_for(f"appeal:{made.id}")
    assert (entry.action, entry.actor_label) == ("appeal.created", "Amal Haddad")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title-en", "", "Give the appeal a title."),
        ("summary-en", "", "what the money is for"),
        ("story-en", "", "Tell why people should give."),
        ("slug", "Winter Aid", "small Latin letters"),
        ("slug", "", "small Latin letters"),
        ("slug", "../x", "small Latin letters"),
        ("goal", "", "how much you hope"),
        ("goal", "much", "in figures"),
        ("goal", "0", "more than nothing"),
        ("suggested", "10\nx", "in figures"),
        ("suggested", "1", "smallest gift"),
        ("suggested", "\n".join(["10"] * 7), "at most 6 amounts"),
        ("opens_on", "", "on which day"),
        ("opens_on", "31/3/2026", "on which day"),
        ("closes_on", "2026-02-28", "after the opening date"),
        ("closes_on", "9999-12-31", "between 2000 and 2200"),
        ("opens_on", "0001-01-01", "between 2000 and 2200"),
        ("fund", "99999", "Please choose from what is offered"),
    ],
)
def test_what_is_missing_or_wrong_is_explained(
    organiser: FlaskClient, field: str, value: str, sentence: str
) -> None:
    changes = {field: value}
    if field == "title-en":
        changes["title-ar"] = ""
    page = post(organiser, "/desk/appeals/new", typed(**changes))
    assert page.status_code == 422
    assert sentence in words(page)
    kept = forms_of(page)[-1].values
    assert kept["story-en"] == ("" if field == "story-en" else "## Why\n\nIt is cold.")
    assert db.session.scalars(select(Appeal)).all() == []


def test_an_address_is_taken_once(organiser: FlaskClient) -> None:
    assert post(organiser, "/desk/appeals/new", typed()).status_code == 303
    page = post(organiser, "/desk/appeals/new", typed())
    assert page.status_code == 422
    assert "already has this address" in words(page)


def test_a_picture_needs_words_and_is_made_anew(organiser: FlaskClient) -> None:
    page = post(organiser, "/desk/appeals/new", typed(picture=picture()))
    assert page.status_code == 422
    assert "Describe the picture" in words(page)
    values = typed(picture=picture(), **{"picture_alt-en": "A hall"})
    assert post(organiser, "/desk/appeals/new", values).status_code == 303
    made = the_appeal()
    assert made.picture is not None
    shown = organiser.get(f"/files/{made.picture.sha256}.webp")
    assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    address = f"/desk/appeals/{made.id}"
    kept = typed(**{"picture_alt-en": "A hall"}, version=str(made.version))
    assert post(organiser, address, kept).status_code == 303
    assert the_appeal().picture is not None
    kept |= {"remove_picture": "y", "version": str(the_appeal().version)}
    assert post(organiser, address, kept).status_code == 303
    assert the_appeal().picture is None


@pytest.mark.parametrize(
    "junk", [b"", b"GIF89a", b"<svg onload=alert(1)>", b"\xff\xd8\xff" + b"0" * 99]
)
def test_what_is_no_picture_is_refused(organiser: FlaskClient, junk: bytes) -> None:
    values = typed(picture=(BytesIO(junk), "x.jpg"), **{"picture_alt-en": "A hall"})
    page = post(organiser, "/desk/appeals/new", values)
    assert page.status_code == 422
    assert forms_of(page)[-1].values["title-en"] == "Winter aid"
    assert db.session.scalars(select(Appeal)).all() == []


def test_an_edit_keeps_the_hour_of_a_day_that_was_not_changed(organiser: FlaskClient) -> None:
    with transaction():
        now = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
        made = make_appeal(now=now, closes_at=datetime(2026, 4, 10, 15, tzinfo=UTC))
        before, address = (made.opens_at, made.closes_at), f"/desk/appeals/{made.id}"
    values = typed(opens_on="2026-02-28", closes_on="2026-04-10", version=str(the_appeal().version))
    assert post(organiser, address, values).status_code == 303
    assert (the_appeal().opens_at, the_appeal().closes_at) == before
    assert the_appeal().slug == "get-started"
    values |= {"closes_on": "2026-04-11", "version": str(the_appeal().version)}
    assert post(organiser, address, values).status_code == 303
    assert the_appeal().closes_at == datetime(2026, 4, 11, 23, tzinfo=UTC)


def test_a_stale_page_overwrites_nothing_and_shows_both_texts(organiser: FlaskClient) -> None:
    with transaction():
        address = f"/desk/appeals/{make_appeal().id}"
    seen = str(the_appeal().version)
    mine, theirs = (
        typed(version=seen, **{"title-en": "Mine"}),
        typed(version=seen, **{"title-en": "Theirs"}),
    )
    assert post(organiser, address, theirs).status_code == 303
    page = post(organiser, address, mine)
    assert page.status_code == 409
    assert "Nothing was overwritten" in words(page)
    assert re.search(r"Title\s.*Theirs.*Mine", words(page))
    assert the_appeal().title.pick("en").text == "Theirs"
    form = next(each for each in forms_of(page) if each.action == address)
    assert form.values["title-en"] == "Mine"
    assert form.values["version"] == str(the_appeal().version)
    assert post(organiser, address, {**mine, "version": form.values["version"]}).status_code == 303
    assert the_appeal().title.pick("en").text == "Mine"


@pytest.mark.parametrize("version", ["", "x", "0", "-1", "٣", "9" * 40, "9" * 5000])
def test_a_version_that_is_none_counts_as_stale(organiser: FlaskClient, version: str) -> None:
    with transaction():
        address = f"/desk/appeals/{make_appeal().id}"
    assert post(organiser, address, typed(version=version)).status_code == 409


def test_publish_close_and_withdraw(organiser: FlaskClient) -> None:
    with transaction():
        address = f"/desk/appeals/{make_appeal(is_published=False).id}"
    assert "This is a preview" in words(organiser.get(f"{address}/preview"))
    assert post(organiser, f"{address}/publish", {}, on=address).status_code == 303
    assert organiser.get("/appeals/get-started").status_code == 200
    assert post(organiser, f"{address}/withdraw", {}, on=address).status_code == 303
    assert organiser.get("/appeals/get-started").status_code == 404
    post(organiser, f"{address}/publish", {}, on=address)
    assert post(organiser, f"{address}/close", {}, on=address).status_code == 303
    assert the_appeal().stage(clock.utcnow() + timedelta(seconds=1)) is AppealStage.CLOSED
    assert organiser.post(f"{address}/publish").status_code == 400
    assert organiser.post(f"{address}/explode").status_code == 404


def test_an_appeal_that_people_gave_to_stays(organiser: FlaskClient) -> None:
    with transaction():
        made = make_appeal()
        address = f"/desk/appeals/{made.id}"
        made.totals.received_minor = 1000
    answer = post(organiser, f"{address}/withdraw", {}, on=address)
    assert answer.status_code == 303
    assert "it stays on the site" in words(organiser.get(address))
    assert organiser.get("/appeals/get-started").status_code == 200


def test_the_fund_of_an_appeal_with_gifts_stays(organiser: FlaskClient) -> None:
    with transaction():
        made = make_appeal()
        make_donation(made)
        other = make_fund(make_network(), slug="another-fund").id
        address = f"/desk/appeals/{made.id}"
    page = post(organiser, address, typed(fund=str(other), version=str(the_appeal().version)))
    assert page.status_code == 422
    assert "its fund cannot change" in words(page)


def test_news_are_told_and_corrected_without_a_new_date(organiser: FlaskClient) -> None:
    with transaction():
        address = f"/desk/appeals/{make_appeal().id}"
    told = {"title-en": "The hall", "body-en": "It is **booked**."}
    assert post(organiser, f"{address}/updates/new", told).status_code == 303
    assert "The hall" in words(organiser.get("/appeals/get-started"))
    row = db.session.scalars(select(AppealUpdate)).one()
    posted, path = row.posted_at, f"{address}/updates/{row.id}"
    with time_machine.travel(clock.utcnow() + timedelta(hours=1), tick=True):
        assert (
            post(organiser, path, {**told, "title-en": "Two halls", "version": "1"}).status_code
            == 303
        )
        stale = post(organiser, path, {**told, "title-en": "No hall", "version": "1"})
    assert stale.status_code == 409
    assert "Two halls" in words(stale)
    db.session.expire_all()
    row = db.session.scalars(select(AppealUpdate)).one()
    assert (row.posted_at, row.title.pick("en").text) == (posted, "Two halls")


def test_news_that_are_sent_twice_are_told_once(organiser: FlaskClient) -> None:
    with transaction():
        address = f"/desk/appeals/{make_appeal().id}/updates/new"
    told = {"title-en": "The hall", "body-en": "It is **booked**."}
    for _ in range(2):
        assert post(organiser, address, told).status_code == 303
    assert len(db.session.scalars(select(AppealUpdate)).all()) == 1
    assert post(organiser, address, {**told, "body-en": "It is open."}).status_code == 303
    with transaction():
        for row in db.session.scalars(select(AppealUpdate)):
            row.posted_at -= timedelta(hours=2)
    assert post(organiser, address, told).status_code == 303
    assert len(db.session.scalars(select(AppealUpdate)).all()) == 3


def test_words_outlive_the_session_they_were_typed_in(organiser: FlaskClient) -> None:
    with transaction():
        address = f"/desk/appeals/{make_appeal().id}/updates/new"
    told = {"csrf_token": token_on(organiser.get(address)), "title-en": "A long piece"}
    organiser.delete_cookie("muster", path="/desk")
    gone = organiser.post(address, data=told | {"body-en": "Typed for an hour."})
    assert gone.status_code == 403
    assert "You are not signed in any more" in words(gone)
    sign_in(organiser, "desk@example.org")
    again = organiser.post(address, data=told | {"body-en": "Typed for an hour."})
    assert again.status_code == 422
    assert "Typed for an hour." in words(again)
    assert db.session.scalars(select(AppealUpdate)).all() == []
    values = next(each for each in forms_of(again) if each.action == address).values
    assert organiser.post(address, data=values).status_code == 303
    assert db.session.scalars(select(AppealUpdate)).one().title.pick("en").text == "A long piece"


@pytest.mark.parametrize("token", ["x", "ImEi.x.y", "."])
def test_a_forged_token_keeps_no_words(organiser: FlaskClient, token: str) -> None:
    with transaction():
        address = f"/desk/appeals/{make_appeal().id}/updates/new"
    forged = {"csrf_token": token, "title-en": "A piece", "body-en": "Words."}
    assert organiser.post(address, data=forged).status_code == 400


def test_news_without_words_are_refused(organiser: FlaskClient) -> None:
    with transaction():
        address = f"/desk/appeals/{make_appeal().id}"
    assert post(organiser, f"{address}/updates/new", {}).status_code == 422
    assert organiser.get(f"{address}/updates/999").status_code == 404
    assert db.session.scalars(select(AppealUpdate)).all() == []


@pytest.mark.parametrize(
    ("role", "edit", "publish"),
    [
        (Role.AUDITOR, 403, 403),
        (Role.MODERATOR, 403, 403),
        (Role.EDITOR, 303, 403),
        (Role.ORGANISER, 303, 303),
    ],
)
def test_each_role_may_do_its_part(
    client: FlaskClient, appeal: Appeal, role: Role, edit: int, publish: int
) -> None:
    address = f"/desk/appeals/{appeal.id}"
    sign_in_as(client, role)
    page = client.get(address)
    assert page.status_code == 200
    token, version = token_on(page), str(the_appeal().version)
    values = {"csrf_token": token, **typed(version=version)}
    assert client.post(address, data=values).status_code == edit
    assert client.post(f"{address}/close", data={"csrf_token": token}).status_code == publish
    assert client.get("/desk/appeals/new").status_code == (200 if edit == 303 else 403)
    assert client.get(f"{address}/preview").status_code == 200


def test_another_group_s_appeal_is_not_there(organiser: FlaskClient) -> None:
    make_other_group_s_donation()
    other = appeal_reads.find_appeal("others-appeal")
    assert other is not None
    address = f"/desk/appeals/{other.id}"
    for path in (address, f"{address}/preview", f"{address}/updates/new"):
        assert organiser.get(path).status_code == 404
    page = organiser.get("/desk/appeals/new")
    assert "Others" not in words(page)
    assert (
        organiser.post(f"{address}/close", data={"csrf_token": token_on(page)}).status_code == 404
    )
