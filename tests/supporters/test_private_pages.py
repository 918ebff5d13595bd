"""The pages behind mailed links are read as strictly as every other page, in both languages."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.audit.facts import Actor
from app.db.session import transaction
from app.lib import clock, links
from app.settings import settings
from app.supporters.rules.rights import ERASURE_LINK, PREFERENCES_LINK
from app.supporters.rules.words import AskedBy, DataLinkKind
from app.supporters.service import erasing
from tests.factories.people import make_everything
from tests.house import pages
from tests.supporters.test_your_data import link_of

pytestmark = pytest.mark.one_database


@pytest.fixture
def addresses(app: Flask) -> list[str]:
    """Every page behind a link, of somebody with something everywhere."""
    with transaction():
        supporter = make_everything()
        now, by = clock.utcnow(), Actor.visitor()
        gone = erasing.erase("gone@example.org", source=AskedBy.PAGE, now=now, by=by)
    see = link_of(DataLinkKind.SEE)
    secret = settings().secret_key
    return [
        f"/your-data/{see}",
        f"/your-data/{see}/correct",
        f"/your-data/{see}/erase",
        f"/your-data/erase/{link_of(DataLinkKind.ERASE)}",
        f"/your-data/move/{link_of(DataLinkKind.MOVE, new_email='new@example.org')}",
        f"/your-data/erased/{links.sign(secret, ERASURE_LINK, gone.public_id)}",
        f"/mail-again/{link_of(DataLinkKind.LIFT)}",
        f"/preferences/{links.sign(secret, PREFERENCES_LINK, supporter.public_id)}",
    ]


def test_every_page_is_in_order(client: FlaskClient, addresses: list[str]) -> None:
    for path in (prefix + each for each in addresses for prefix in ("", "/ar")):
        answer = client.get(path)
        assert answer.status_code == 200, path
        page = pages.parse(path, answer)
        faults = (
            pages.duplicate_ids(page),
            pages.dangling_references(page),
            pages.unlabelled_fields(page),
            pages.inline_faults(page),
        )
        assert faults == ([], [], [], []), path
        assert 'name="robots" content="noindex"' in answer.get_data(as_text=True), path
        assert answer.headers["Cache-Control"] == "private, no-store", path
