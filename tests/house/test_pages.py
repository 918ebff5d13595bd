"""Every page that a visitor or an organiser can reach by links, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.settings import settings
from tests.factories.accounts import sign_in
from tests.house import pages
from tests.house.conftest import noted_writes
from tests.house.pages import Page
from tests.house.routes import Route, listed, served

pytestmark = pytest.mark.one_database

#: Where links begin.
PUBLIC = ("/", "/ar/")
DESK = ("/desk/",)
#: Reached by a link in a mail, by a form, or by a machine: their own tests look at them.
NOT_BY_LINKS = ("<token>", "/healthz", "/readyz", ".well-known", "/static/")
HEADERS = {
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
}
CACHE_CONTROL = {
    "no": {"private, no-store", "no-store"},
    "checked": {"public, no-cache"},
    "forever": {"public, max-age=31536000, immutable"},
}


@pytest.fixture
def public(scene: Flask, client: FlaskClient) -> list[Page]:
    """The pages that a visitor reaches."""
    return read(pages.crawl(scene, client, PUBLIC, is_wanted=is_public))


@pytest.fixture
def desk(scene: Flask, client: FlaskClient) -> list[Page]:
    """The pages that an organiser reaches."""
    sign_in(client, "owner@example.org")
    return read(pages.crawl(scene, client, DESK, is_wanted=lambda path: not is_public(path)))


def is_public(path: str) -> bool:
    """Whether a page is for everybody."""
    return not path.startswith("/desk")


def read(found: Iterator[tuple[str, TestResponse]]) -> list[Page]:
    """What is a page among the answers; an error among them fails."""
    read_pages = []
    for path, answer in found:
        assert answer.status_code in {200, 301, 302, 303}, path
        if answer.status_code == 200 and answer.mimetype == "text/html":
            read_pages.append(pages.parse(path, answer))
    return read_pages


def faults_of(page: Page) -> Iterator[str]:
    """Whatever is not in order on a page."""
    # One file to keep on a telephone: everything it needs is in it.
    if not page.path.endswith("/bust-card/save"):
        yield from pages.inline_faults(page)
    yield from (f"id {name} twice" for name in pages.duplicate_ids(page))
    yield from (f"nothing has the id {name}" for name in pages.dangling_references(page))
    yield from (f"field {name} has no label" for name in pages.unlabelled_fields(page))
    yield from (f"no {name}" for name in sorted(HEADERS - set(page.answer.headers.keys())))
    yield from frame_faults(page)
    yield from (
        f"<img {image.get('src')}> has no {name}"
        for image in page.all("img")
        for name in ("alt", "width", "height")
        if image.get(name) is None
    )


def frame_faults(page: Page) -> Iterator[str]:
    """What is not in order about the frame of a page: title, heading, language, main part."""
    for name in ("title", "h1", "main"):
        found = list(page.all(name))
        if len(found) != 1 or not page.text(found[0]):
            yield f"{len(found)} <{name}>"
    html = next(page.all("html"))
    # Paper of the desk is printed in either language.
    is_arabic = page.path.startswith("/ar/") or page.path.endswith("?in=ar")
    if (html.get("lang"), html.get("dir")) != (("ar", "rtl") if is_arabic else ("en", "ltr")):
        yield f"language {html.get('lang')}, direction {html.get('dir')}"
    if not next(page.all("title")).text.endswith(settings().site_name):  # type: ignore[union-attr]
        yield "the title does not end with the name of the site"


def test_public_pages_are_in_order(public: list[Page]) -> None:
    assert {page.path: list(faults_of(page)) for page in public} == {
        page.path: [] for page in public
    }
    assert len(public) > 20


def test_desk_pages_are_in_order(desk: list[Page]) -> None:
    assert {page.path: list(faults_of(page)) for page in desk} == {page.path: [] for page in desk}
    assert len(desk) > 8


def test_visitors_get_no_cookie(public: list[Page]) -> None:
    assert [page.path for page in public if "Set-Cookie" in page.answer.headers] == []


def test_every_page_can_be_reached_by_links(
    scene: Flask, public: list[Page], client: FlaskClient
) -> None:
    sign_in(client, "owner@example.org")
    at_desk = read(pages.crawl(scene, client, DESK, is_wanted=lambda path: not is_public(path)))
    reached = {pages.endpoint_of(scene, page.path) for page in [*public, *at_desk]}
    missing = {
        rule.rule
        for address, method, rule in served(scene)
        if method == "GET"
        and rule.endpoint not in reached
        and not any(part in address for part in NOT_BY_LINKS)
    }
    assert sorted(missing - MADE_OTHERWISE) == []


#: No page: data, a page that only a form leads to, or one that needs more than the scene holds.
MADE_OTHERWISE = {
    "/aid/<slug>/needs/sent",
    "/aid/<slug>/points/new/sent",
    "/aid/<slug>/workplaces/sent",
    "/aid/points.geojson",
    "/aid/points/<slug>/bring/sent",
    "/aid/points/<slug>/report/sent",
    "/appeals/<slug>.json",
    "/appeals/<slug>/embed",
    "/appeals/<slug>/give/check",
    "/appeals/<slug>/give/mail",
    "/appeals/<slug>/give/promise",
    "/contact/sent",
    "/desk/account/second-factor/codes",
    "/desk/account/second-factor/set-up",
    "/desk/aid/<public_id>/preview",
    "/desk/appeals/sources/<int:source_id>",
    "/desk/appeals/sources/<int:source_id>/poster/<locale>",
    "/desk/bounces/",
    "/desk/donations.csv",
    "/desk/donations/<public_id>",
    "/desk/donations/<public_id>/address",
    "/desk/donations/<public_id>/move",
    "/desk/donations/<public_id>/pay-link",
    "/desk/donations/<public_id>/payments/<int:payment_id>/take-back",
    "/desk/donations/<public_id>/receipts/<int:number>",
    "/desk/donations/<public_id>/received",
    "/desk/drop-offs/<public_id>/take-back",
    "/desk/pickups/<public_id>",
    "/desk/pickups/<public_id>/edit",
    "/desk/pickups/<public_id>/results",
    "/desk/pickups/<public_id>/sheet",
    "/desk/prove",
    "/desk/regular/<public_id>",
    "/desk/regular/<public_id>/<any(stop, pause, resume, amount):wish>",
    "/desk/reset",
    "/desk/reset/sent",
    "/desk/sign-in",
    "/desk/sign-in/code",
    "/desk/stock/<public_id>/places/<key>",
    "/desk/stock/<public_id>/places/<key>/<any(move, sort, count, give, lose, discard, find):deed>",
    "/desk/stock/boxes/<label>",
    (
        "/desk/stock/boxes/<label>/<any(pack, unpack, split, merge, seal, open, give, discard, "
        "lose, find, deliver, drop):deed>"
    ),
    "/desk/stock/moves/<public_id>",
    "/desk/stock/stores/<public_id>",
    "/desk/style",
    "/events/<slug>/bust-card/save",
    "/events/<slug>/shifts/done",
    "/files/<string(length=64):sha256>.webp",
    "/links/sent",
    "/robots.txt",
    "/events.atom",
    "/events.geojson",
    "/events.ics",
    "/events/<slug>.ics",
    "/events/<slug>/report/sent",
    "/files/kit/<string(length=64):sha256>",
    "/mobilisations/<slug>.ics",
    "/mobilisations/<slug>/host/sent",
    "/api/",
    "/api/openapi.json",
    "/api/osdi/v1/",
    "/api/osdi/v1/<name>",
    "/api/osdi/v1/<name>/<public_id>",
    "/articles.atom",
    "/articles.rss",
    "/authors/<slug>.atom",
    "/complaints/<reference>",
    "/desk/articles/<int:article_id>/history/<int:version>",
    "/desk/privacy/register.csv",
    "/groups/<slug>/join/sent",
    "/mail-again/done",
    "/your-data/moved",
    "/your-data/sent",
}


def test_pages_are_kept_as_long_as_the_list_says(scene: Flask, public: list[Page]) -> None:
    wanted: dict[str, Route] = {
        rule.endpoint: route
        for route in listed()
        if route.method == "GET"
        for address, method, rule in served(scene)
        if (address, method) == (route.address, "GET")
    }
    for page in public:
        endpoint = pages.endpoint_of(scene, page.path)
        assert endpoint is not None, page.path
        allowed = CACHE_CONTROL[wanted[endpoint].cached]
        assert page.answer.headers["Cache-Control"] in allowed, page.path


def test_reading_writes_nothing(scene: Flask, client: FlaskClient) -> None:
    with noted_writes() as written:
        for _ in pages.crawl(scene, client, PUBLIC, is_wanted=is_public):
            assert written == []


@pytest.mark.parametrize("path", ["/nowhere", "/ar/nowhere", "/desk/nowhere", "/appeals/nowhere"])
def test_a_missing_page_says_so_as_a_page(app: Flask, client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    page = pages.parse(path, answer)
    assert list(frame_faults(page)) == []
    assert set(answer.headers.keys()) >= HEADERS


def test_junk_gets_an_answer(app: Flask, client: FlaskClient) -> None:
    for path in ("/%00", "/%ff%fe", "/appeals/%2e%2e/%2e%2e", "/?a=%ff", "/files/../x.webp"):
        assert client.get(path).status_code in {200, 301, 308, 400, 404}, path
