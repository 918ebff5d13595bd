"""The address alone decides the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.web.locale import absolute_url, current_locale, in_locale, page_path, wished_locale

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


def test_a_prefix_switches_the_language_and_every_link(web: FlaskClient) -> None:
    assert web.get("/try/links/").get_json()["here"] == "/try/links/"
    assert web.get("/ar/try/links/").get_json()["here"] == "/ar/try/links/"


def test_the_accepted_language_changes_nothing(web: FlaskClient) -> None:
    answer = web.get("/try/links/", headers={"Accept-Language": "ar"})
    assert answer.get_json()["here"] == "/try/links/"


@pytest.mark.parametrize(
    ("asked", "wished"),
    [
        ("ar", "ar"),
        ("ar-SY,en;q=0.5", "ar"),
        ("en-GB,ar;q=0.5", "en"),
        ("fi,ar;q=0.8,en;q=0.9", "en"),
        ("ar;q=0,en;q=0.1", "en"),
        ("fi", None),
        ("", None),
    ],
)
def test_the_wish_of_a_browser_is_understood(app: Flask, asked: str, wished: str | None) -> None:
    with app.test_request_context(headers={"Accept-Language": asked}):
        assert wished_locale() == wished


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/en/try/links/?a=1", "/try/links/?a=1"),
        ("/ar/desk/", "/desk/"),
        ("/ar/static/x.css", "/static/x.css"),
        ("/en//evil.example/", "/evil.example/"),
        ("/ar/try/links", "/ar/try/links/"),
    ],
)
def test_misplaced_prefixes_redirect(web: FlaskClient, asked: str, led_to: str) -> None:
    answer = web.get(asked)
    assert answer.status_code in {301, 308}
    assert answer.headers["Location"].removeprefix("http://localhost") == led_to


def test_mail_links_are_built_from_the_settings(web_app: Flask) -> None:
    with web_app.app_context():
        assert absolute_url("try.links").startswith(web_app.config["BASE_URL"] + "/try")
        with in_locale("ar"):
            assert current_locale() == "ar"
            assert absolute_url("try.links").endswith("/ar/try/links/")
            assert absolute_url("try.links", locale="en").endswith("/try/links/")
        assert current_locale() == "en"


def test_an_unknown_language_falls_back(web_app: Flask) -> None:
    with web_app.app_context(), in_locale("xx"):
        assert current_locale() == "en"


def test_links_ignore_a_forged_host(web: FlaskClient) -> None:
    assert web.get("/try/links/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    ("path", "method", "other"),
    [
        ("/contact?about=press", "GET", "/ar/contact?about=press"),
        ("/contact", "POST", "/ar/contact"),
        ("/workplace/x.1.y/handed-over", "POST", "/ar/workplace/x.1.y"),
        ("/nowhere/at/all", "POST", "/ar/"),
    ],
)
def test_the_other_language_is_a_page_that_can_be_opened(
    app: Flask, path: str, method: str, other: str
) -> None:
    with app.test_request_context(path, method=method):
        assert page_path("ar") == other
