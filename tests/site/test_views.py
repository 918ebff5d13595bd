"""The home page, the standing texts and what machines ask for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import html5lib
import pytest
from sqlalchemy.exc import OperationalError

from app.db import schema
from app.db.session import transaction
from app.groups.queries import list_groups
from app.lib import clock
from app.web.panels import Block
from tests.factories.groups import make_group

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from app.groups.models import Group

pytestmark = pytest.mark.one_database


@pytest.fixture
def group(app: Flask) -> Group:
    """A charity that the pages name."""
    with transaction():
        return make_group()


TEXTS = ("/about", "/accessibility", "/privacy", "/refunds", "/contact")


@pytest.mark.parametrize("path", ["/", *TEXTS])
@pytest.mark.parametrize("prefix", ["", "/ar"])
def test_a_page_is_whole_and_needs_no_cookie(
    group: Group, client: FlaskClient, prefix: str, path: str
) -> None:
    answer = client.get(prefix + path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    # A form for everybody holds a token that is new each time.
    kept = "private, no-store" if path == "/contact" else "public, no-cache"
    assert answer.headers["Cache-Control"] == kept
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert answer.text.count("<h1") == 1
    assert "<script" not in answer.text


def test_a_text_page_in_arabic_runs_from_right_to_left(client: FlaskClient) -> None:
    assert '<html lang="ar" dir="rtl">' in client.get("/ar/privacy").text


def test_a_page_with_an_offer_of_the_other_language_is_kept_apart(client: FlaskClient) -> None:
    english = client.get("/about", headers={"Accept-Language": "en"})
    arabic = client.get("/about", headers={"Accept-Language": "ar, en;q=0.5"})
    assert 'href="/ar/about" hreflang="ar">' in arabic.text
    assert arabic.text != english.text
    assert arabic.headers["ETag"] != english.headers["ETag"]
    assert english.headers["Vary"] == "Accept-Encoding, Accept-Language"


def test_home_names_every_group_and_leads_to_its_page(group: Group, client: FlaskClient) -> None:
    assert f'href="/groups/{group.slug}"' in client.get("/").text
    assert f'href="/ar/groups/{group.slug}"' in client.get("/ar/").text


def test_home_says_so_when_nothing_is_on(client: FlaskClient) -> None:
    assert "Nothing is on at the moment" in client.get("/").text


@pytest.mark.usefixtures("group")
def test_home_shows_the_blocks_of_other_packages(app: Flask, client: FlaskClient) -> None:
    offered = app.extensions["muster_panels"].home
    offered.append(lambda: [Block("about", "site/_groups.html", {"groups": list_groups()})])
    try:
        page = client.get("/").text
    finally:
        offered.pop()
    assert '<ul class="dated">' in page
    assert "Nothing is on at the moment" not in page


def test_robots_are_kept_from_the_desk(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert "Disallow: /desk/" in answer.text
    assert "Disallow: /thanks/" in answer.text


def test_the_security_contact_expires_later_but_within_a_year(client: FlaskClient) -> None:
    lines = client.get("/.well-known/security.txt").text.splitlines()
    facts = dict(line.split(": ", 1) for line in lines)
    assert facts["Contact"] == "mailto:hello@example.org"
    assert facts["Canonical"] == "http://localhost/.well-known/security.txt"
    soon, late = clock.utcnow() + timedelta(days=30), clock.utcnow() + timedelta(days=365)
    assert f"{soon:%Y-%m-%dT}" < facts["Expires"] < f"{late:%Y-%m-%dT}"


def test_password_managers_find_the_page_that_changes_it(client: FlaskClient) -> None:
    answer = client.get("/.well-known/change-password")
    assert (answer.status_code, answer.location) == (302, "/desk/reset")


def test_a_process_is_healthy_without_its_database(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> bool:
        raise OperationalError("SELECT 1", {}, OSError("away"))

    monkeypatch.setattr("app.site.views.pages.is_current", away)
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_it_is_ready_once_the_schema_is_ours(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "wanted_heads", lambda: frozenset({"not-run-yet"}))
    assert client.get("/readyz").status_code == 503
    monkeypatch.setattr(schema, "wanted_heads", frozenset[str])
    assert client.get("/readyz").status_code == 200
