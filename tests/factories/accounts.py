"""Organisers for tests."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.accounts.rules.permissions import Role
from app.accounts.service import accounts as service
from app.audit.facts import Actor
from app.groups.models import Group
from app.lib import clock, ids

#: Long, and made of words that have nothing to do with each other.
PASSWORD = "otter ladder violet thunder"


def make_account(
    *roles: Role,
    group: Group | None = None,
    email: str | None = None,
    name: str = "Amal Haddad",
    password: str | None = PASSWORD,
    locale: str = "en",
    is_demo: bool = False,
    now: datetime | None = None,
) -> User:
    """Save an account, with these roles in a group; call it inside a transaction."""
    at = now or clock.utcnow()
    account = service.add_account(
        email=email or f"{ids.public_id()}@example.org",
        name=name,
        password=password,
        locale=locale,
        is_demo=is_demo,
        now=at,
        by=Actor.system(),
    )
    for role in roles:
        assert group is not None
        service.grant_role(account, group.id, role, now=at, by=Actor.system())
    return account


def token_on(page: TestResponse) -> str:
    """The session's form token on a page of the desk."""
    found = re.search(r'name="csrf_token"[^>]*?value="([^"]+)"', page.get_data(as_text=True))
    assert found, page.status
    return found.group(1)


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD) -> TestResponse:
    """Sign a client in by the page; what it was answered."""
    page = client.get("/desk/sign-in")
    typed = {"csrf_token": token_on(page), "email": email, "password": password}
    return client.post("/desk/sign-in", data=typed)


def post(client: FlaskClient, address: str, *, on: str | None = None, **typed: Any) -> TestResponse:
    """Send a form of the desk, with the token of the page it stands on."""
    page = client.get(on or address)
    return client.post(address, data={"csrf_token": token_on(page), **typed})
