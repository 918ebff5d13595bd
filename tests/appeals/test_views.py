"""The public pages of appeals, in every stage, for people and for machines."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from app.appeals.models.appeals import Appeal, AppealTotals
from app.appeals.rules.appeals import UpdateContent
from app.appeals.service import editing
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.groups import service as groups
from app.groups.rules import GroupKind
from app.ledger.rules import FundKind
from app.lib import clock
from app.lib.text import Translated
from tests.appeals.test_giving import words
from tests.factories.appeals import BY, make_appeal, make_fund
from tests.factories.groups import make_group

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

pytestmark = pytest.mark.one_database


@pytest.fixture
def partner_appeal(app: Flask) -> Appeal:
    """An appeal of a partner, who takes the gifts itself."""
    with transaction():
        group = make_group(
            slug="long-road", kind=GroupKind.PARTNER, legal_name="Long Road e.V.", legal_number=None
        )
        fund = make_fund(
            group,
            slug="road",
            kind=FundKind.PARTNER,
            partner_url="https://long-road.example/give",
        )
        return make_appeal(fund=fund, slug="long-road")


def set_totals(appeal: Appeal, **sums: int) -> None:
    with transaction():
        db.session.execute(
            update(AppealTotals).where(AppealTotals.appeal_id == appeal.id).values(**sums)
        )


def test_an_open_appeal_tells_its_story(client: FlaskClient, appeal: Appeal) -> None:
    set_totals(
        appeal, received_minor=950_050, on_its_way_minor=3000, returned_minor=2000, gift_count=41
    )
    page = client.get("/appeals/get-started")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    for told in (
        "£9,500.50",
        "goal of £12,000",
        "79% of the goal",
        "41 gifts",
        "£30 on its way",
        "£20 returned to donors",
        "Lea Valley Solidarity Network",
        "not a charity",
        "It goes to next year.",
        "Halls, printing, travel.",
    ):
        assert told in words(page)  # fmt: skip
    assert "<strong>begin</strong>" in text
    assert 'property="og:title" content="Help us get started"' in text
    assert 'property="og:type" content="article"' in text
    assert "https://schema.org/DonateAction" in text
    for service in (
        "mailto:",
        "wa.me",
        "t.me",
        "share.joinmastodon.org",
        "bsky.app",
        "facebook.com",
    ):
        assert service in text
    assert "<script" not in text


def test_a_story_without_a_translation_says_so(client: FlaskClient, app: Flask) -> None:
    with transaction():
        make_appeal(story=Translated.of(en="Only here"), title=Translated.of(en="Only <English>"))
    text = client.get("/ar/appeals/get-started").get_data(as_text=True)
    assert '<div lang="en" dir="ltr">' in text
    assert '<span lang="en" dir="ltr">Only &lt;English&gt;</span>' in text
    assert "<English>" not in text


def test_markdown_of_organisers_can_do_nothing(client: FlaskClient, app: Flask) -> None:
    nasty = "<script>x</script> [a](javascript:alert(1)) ![i](https://evil.example/t.gif)"
    with transaction():
        made = make_appeal(story=Translated.of(en=nasty))
        editing.post_update(
            made,
            UpdateContent(title=Translated.of(en="<b>x</b>"), body=Translated.of(en=nasty)),
            now=clock.utcnow(),
            by=BY,
        )
    text = client.get("/appeals/get-started").get_data(as_text=True)
    for danger in ("<script", 'href="javascript', '<img src="https', "<b>x</b>"):
        assert danger not in text


def test_updates_are_dated_and_the_latest_stands_first(client: FlaskClient, appeal: Appeal) -> None:
    for day, title in ((1, "First"), (2, "Second")):
        with transaction():
            editing.post_update(
                db.session.get_one(Appeal, appeal.id),
                UpdateContent(title=Translated.of(en=title), body=Translated.of(en="Text")),
                now=clock.utcnow() + timedelta(minutes=day),
                by=BY,
            )
    page = words(client.get("/appeals/get-started"))
    assert page.index("Second") < page.index("First")


def test_a_draft_is_for_the_desk_alone(client: FlaskClient, app: Flask) -> None:
    with transaction():
        make_appeal(is_published=False)
    for path in ("/appeals/get-started", "/appeals/get-started.json", "/appeals/get-started/give"):
        assert client.get(path).status_code == 404
    assert "get started" not in words(client.get("/appeals/"))


def test_an_appeal_that_has_not_opened_says_when(client: FlaskClient, app: Flask) -> None:
    with transaction():
        make_appeal(opens_at=clock.utcnow() + timedelta(days=3))
    page = client.get("/appeals/get-started")
    assert "This appeal opens on" in words(page)
    assert "/give" not in page.get_data(as_text=True)
    assert client.get("/appeals/get-started/give").location == "/appeals/get-started"
    assert client.get("/appeals/get-started.json").json["state"] == "upcoming"  # type: ignore[index]


def test_a_closed_appeal_keeps_its_figures_and_takes_nothing(
    client: FlaskClient, appeal: Appeal
) -> None:
    set_totals(appeal, received_minor=1_300_000)
    with transaction():
        editing.close_appeal(appeal.id, now=clock.utcnow(), by=Actor.system())
    page = client.get("/appeals/get-started")
    assert "This appeal closed on" in words(page)
    assert "108% of the goal" in words(page)
    assert "/give" not in page.get_data(as_text=True)
    assert "Closed" in words(client.get("/appeals/"))


def test_a_partner_takes_its_gifts_on_its_own_page(
    client: FlaskClient, partner_appeal: Appeal
) -> None:
    page = client.get("/appeals/long-road")
    text = page.get_data(as_text=True)
    assert 'href="https://long-road.example/give"' in text
    assert "Long Road e.V. takes the gifts" in words(page)
    assert "received of a goal" not in words(page)
    assert client.get("/appeals/long-road/give").status_code == 302
    figures = client.get("/appeals/long-road.json").json
    assert figures is not None
    assert (figures["received"], figures["gift_count"]) == (None, None)


def test_while_cards_rest_the_appeal_leads_to_the_other_ways(
    client: FlaskClient, appeal: Appeal
) -> None:
    with transaction():
        account = db.session.get_one(Appeal, appeal.id).fund.payment_account
        assert account is not None
        groups.switch_cards(account, on=False, now=clock.utcnow(), by=BY)
    page = client.get("/appeals/get-started")
    assert "cannot take cards" in words(page)
    assert 'href="/appeals/get-started/give"' in page.get_data(as_text=True)


def test_days_left_are_said_in_words(client: FlaskClient, app: Flask) -> None:
    with transaction():
        make_appeal(closes_at=clock.utcnow() + timedelta(days=1))
    assert "1 day left" in words(client.get("/appeals/get-started"))


def test_the_figures_for_machines_are_exact_and_name_nobody(
    client: FlaskClient, appeal: Appeal
) -> None:
    set_totals(appeal, received_minor=123_456, on_its_way_minor=500, returned_minor=1, gift_count=9)
    answer = client.get("/appeals/get-started.json")
    assert answer.mimetype == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    opens_at = db.session.get_one(Appeal, appeal.id).opens_at
    assert answer.json == {
        "title": "Help us get started",
        "url": "http://localhost/appeals/get-started",
        "currency": "GBP",
        "goal": {"minor": 1_200_000, "decimal": "12000.00"},
        "received": {"minor": 123_456, "decimal": "1234.56"},
        "on_its_way": {"minor": 500, "decimal": "5.00"},
        "returned": {"minor": 1, "decimal": "0.01"},
        "gift_count": 9,
        "state": "open",
        "is_open": True,
        "opens_at": opens_at.isoformat(),
        "closes_at": None,
    }
    again = client.get(
        "/appeals/get-started.json", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    assert client.get("/ar/appeals/get-started.json").json["title"] == "ساعدونا على البدء"  # type: ignore[index]


def test_yen_have_no_decimals(client: FlaskClient, app: Flask) -> None:
    with transaction():
        made = make_appeal()
        db.session.execute(
            update(AppealTotals).where(AppealTotals.appeal_id == made.id).values(currency="JPY")
        )
        db.session.execute(update(Appeal).where(Appeal.id == made.id).values(currency="JPY"))
    figures = client.get("/appeals/get-started.json").json
    assert figures is not None
    assert figures["goal"] == {"minor": 1_200_000, "decimal": "1200000"}


def test_the_list_and_the_home_page_show_what_is_open(client: FlaskClient, appeal: Appeal) -> None:
    for path in ("/appeals/", "/", "/groups/lea-valley"):
        page = client.get(path)
        assert page.status_code == 200
        assert 'href="/appeals/get-started"' in page.get_data(as_text=True)


def test_the_page_asks_for_nothing_of_anybody_else(client: FlaskClient, appeal: Appeal) -> None:
    text = client.get("/appeals/get-started").get_data(as_text=True)
    loaded = re.findall(r"<(?:img|link|script|iframe|source)[^>]+(?:src|href)=\"([^\"]+)\"", text)
    assert all(each.startswith(("/", "http://localhost/")) for each in loaded)
