"""Every route is listed, keeps to what the list says of it, and answers wrong requests rightly."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import BaseConverter, Rule

from tests.house.routes import CACHED, CSRF, WHO, Route, listed, served

pytestmark = pytest.mark.one_database

ROUTES = listed()
POSTS = [route for route in ROUTES if route.method == "POST"]
FORM = "application/x-www-form-urlencoded"
DESK = [route for route in ROUTES if route.is_desk]


def sample(app: Flask, rule: Rule) -> str:
    """An address of the right shape that names nothing."""
    values = {name: fitting(rule._converters[name]) for name in rule.arguments}
    return str(app.url_map.bind("localhost").build(rule.endpoint, values))


def fitting(converter: BaseConverter) -> object:
    """A value that a part of an address takes."""
    known = sorted(getattr(converter, "items", ()))
    tried = [*known, "nowhere", str(10**9), "0" * 64]
    return converter.to_python(next(each for each in tried if re.fullmatch(converter.regex, each)))


def rule_of(app: Flask, route: Route) -> Rule:
    """The rule behind a listed route."""
    return next(
        rule
        for address, method, rule in served(app)
        if (address, method) == (route.address, route.method)
    )


def test_every_route_is_listed_and_nothing_is_listed_that_is_gone(app: Flask) -> None:
    assert {(address, method) for address, method, _ in served(app)} == {
        (route.address, route.method) for route in ROUTES
    }


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_the_list_uses_its_own_words(route: Route) -> None:
    assert route.who.split(":")[0] in WHO
    assert route.cached in CACHED
    assert route.csrf in CSRF
    assert (route.method == "GET") == (route.csrf == "none")
    assert route.is_desk == (
        route.address.startswith("/desk") and route.who not in {"public", "link"}
    )


@pytest.mark.parametrize("route", DESK, ids=str)
def test_a_visitor_is_turned_away_from_the_desk(
    app: Flask, client: FlaskClient, route: Route
) -> None:
    answer = client.open(sample(app, rule_of(app, route)), method=route.method)
    if route.method == "GET":
        assert answer.status_code == 303
        assert answer.location.startswith("/desk/sign-in")
    else:
        assert answer.status_code == 403
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("route", DESK, ids=str)
def test_a_desk_page_asks_for_the_permission_that_the_list_names(app: Flask, route: Route) -> None:
    view = app.view_functions[rule_of(app, route).endpoint]
    permission = getattr(view, "permission", None)
    assert route.who == f"desk:{permission or 'any'}"


@pytest.mark.parametrize("route", POSTS, ids=str)
def test_a_post_from_another_site_is_refused(app: Flask, client: FlaskClient, route: Route) -> None:
    if route.csrf == "signature":
        return
    address = sample(app, rule_of(app, route))
    foreign = [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}]
    for headers in foreign:
        assert client.post(address, headers=headers).status_code == 403


@pytest.mark.parametrize("route", POSTS, ids=str)
def test_a_post_that_names_nothing_is_refused(
    app: Flask, client: FlaskClient, route: Route
) -> None:
    answer = client.post(
        sample(app, rule_of(app, route)), data=b"junk=%00%ff&email=%fe", content_type=FORM
    )
    assert answer.status_code in {400, 403, 404, 410}


@pytest.mark.parametrize("address", sorted({route.address for route in ROUTES}))
def test_a_wrong_method_is_named_as_such(app: Flask, client: FlaskClient, address: str) -> None:
    rule = next(rule for known, _, rule in served(app) if known == address)
    path = sample(app, rule)
    # Another address may have the same shape and take more.
    known = set(app.url_map.bind("localhost").allowed_methods(path))
    for method in sorted({"GET", "POST", "PUT", "PATCH", "DELETE"} - known):
        answer = client.open(path, method=method)
        assert answer.status_code == 405, method
        assert set(answer.headers["Allow"].split(", ")) == known


def test_a_get_is_never_kept_from_a_head(app: Flask) -> None:
    for _, method, rule in served(app):
        if method == "GET":
            assert "HEAD" in (rule.methods or set())
