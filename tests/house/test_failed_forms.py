"""A form that failed says so first of all: in the title, which a screen reader reads first."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.rules.permissions import Role
from app.db.session import transaction
from tests.appeals.donors import forms_of
from tests.factories.accounts import make_account, sign_in
from tests.factories.appeals import make_appeal, make_network

pytestmark = pytest.mark.one_database

PUBLIC = (
    "/appeals/get-started/give",
    "/ar/appeals/get-started/give",
    "/ar/contact",
    "/contact",
    "/desk/sign-in",
    "/desk/reset",
)
DESK = (
    "/desk/account",
    "/desk/account/password",
    "/desk/aid/new",
    "/desk/appeals/1",
    "/desk/appeals/1/updates/new",
    "/desk/appeals/new",
    "/desk/events/new",
    "/desk/groups/new",
    "/desk/messages-in/new",
    "/desk/imports/",
    "/desk/mailings/new",
    "/desk/people/invite",
    "/desk/safety/new",
    "/desk/site/pages/about",
    "/desk/supporters/new",
)


@pytest.fixture(autouse=True)
def world(app: Flask) -> None:
    """An appeal that is open, and whoever owns its group."""
    with transaction():
        make_appeal()
        make_account(Role.OWNER, group=make_network(), email="owner@example.org")


def fail(client: FlaskClient, path: str) -> TestResponse:
    """Send a page's own form with everything emptied but what proves where it came from."""
    page = client.get(path)
    assert page.status_code == 200, page.location
    form = next(
        each for each in forms_of(page) if each.method == "post" and "sign-out" not in each.action
    )
    kept = {"csrf_token", "frequency", "version"}
    emptied = {name: value if name in kept else "" for name, value in form.values.items()}
    return client.post(form.action, data=emptied)


def check(page: TestResponse) -> None:
    text = page.get_data(as_text=True)
    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    assert page.status_code == 422
    assert title is not None
    assert heading is not None
    word = "خطأ:" if "/ar/" in page.request.path else "Error:"
    assert title[1].startswith(f"{word} ")
    assert title[1].count(word) == 1
    assert word not in heading[1]


@pytest.mark.parametrize("path", PUBLIC)
def test_the_title_says_that_a_visitor_s_form_failed(client: FlaskClient, path: str) -> None:
    check(fail(client, path))


@pytest.mark.parametrize("path", DESK)
def test_the_title_says_that_a_form_of_the_desk_failed(client: FlaskClient, path: str) -> None:
    sign_in(client, "owner@example.org")
    check(fail(client, path))
