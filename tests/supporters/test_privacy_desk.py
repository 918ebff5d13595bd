"""The desk's register, what is out of time, erasures, and what people ask by telephone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.rules.permissions import Role
from app.db.session import db, transaction
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from app.supporters.models.rights import DataLink, Erasure
from app.supporters.queries.people import find_supporter
from app.supporters.rules.words import AskedBy, DataLinkKind
from app.supporters.service import data_links, rights
from tests.factories.accounts import make_account, post, sign_in
from tests.factories.appeals import make_network
from tests.factories.groups import make_group
from tests.factories.supporters import make_supporter

EMAIL = "salma@example.org"


@pytest.fixture
def owner(app: Flask, client: FlaskClient) -> FlaskClient:
    """A browser in which the owner of the only group is signed in."""
    with transaction():
        make_account(Role.OWNER, group=make_network(), email="owner@example.org")
    sign_in(client, "owner@example.org")
    return client


@pytest.mark.one_database
def test_the_register_says_what_every_package_keeps(owner: FlaskClient) -> None:
    page = owner.get("/desk/privacy/").get_data(as_text=True)
    for _, kept in rights.statements():
        assert kept.until.split(";")[0].split("'")[0] in page
    table = owner.get("/desk/privacy/register.csv").get_data(as_text=True)
    assert "donation" in table
    assert "email" in table


@pytest.mark.one_database
def test_an_editor_sees_none_of_it(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_account(Role.EDITOR, group=make_network(), email="editor@example.org")
    sign_in(client, "editor@example.org")
    assert client.get("/desk/privacy/").status_code == 403
    assert client.get("/desk/complaints/").status_code == 403


def test_a_dry_run_counts_and_changes_nothing(app: Flask) -> None:
    old, now = clock.utcnow() - timedelta(days=9), clock.utcnow()
    with transaction():
        data_links.ask(DataLinkKind.SEE, EMAIL, locale="en", now=old)
    counted = {each.key: each.count(now) for each in rights.purges()}
    assert counted["supporters.links"] == 1
    assert db.session.scalar(select(func.count(DataLink.id))) == 1
    ran = {each.key: each.run(now) for each in rights.purges()}
    assert ran["supporters.links"] == 1
    assert {each.key: each.count(now) for each in rights.purges()}["supporters.links"] == 0


@pytest.mark.one_database
def test_the_page_of_what_is_out_of_time(owner: FlaskClient) -> None:
    page = owner.get("/desk/privacy/retention")
    assert page.status_code == 200
    assert page.get_data(as_text=True).count("<tr>") == len(rights.purges()) + 1


@pytest.mark.one_database
def test_who_rang_gets_the_link(owner: FlaskClient) -> None:
    typed = {"email": EMAIL, "locale": "ar", "source": "phone"}
    page = "/desk/privacy/asked"
    assert post(owner, f"{page}/link", on=page, **typed).status_code == 303
    sent = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()[-1]
    assert (sent.template, sent.to, sent.locale) == ("supporters/data_link", EMAIL, "ar")


@pytest.mark.one_database
def test_who_rang_is_erased(owner: FlaskClient) -> None:
    with transaction():
        make_supporter(EMAIL)
    page = "/desk/privacy/asked"
    typed = {"email": EMAIL, "locale": "en", "source": "phone"}
    slip = post(owner, f"{page}/erase", on=page, again="salma@example.com", **typed)
    assert slip.status_code == 422
    nobody = post(owner, f"{page}/erase", on=page, again="", locale="en", source="phone", email="")
    # The page asks for two addresses; the sentence leads to the one that is missing.
    assert 'href="#erase-email"' in nobody.get_data(as_text=True)
    answer = post(owner, f"{page}/erase", on=page, again=EMAIL, **typed)
    assert answer.status_code == 303
    db.session.expire_all()
    assert find_supporter(EMAIL) is None
    erasure = db.session.scalars(select(Erasure)).one()
    assert erasure.source is AskedBy.PHONE
    told = owner.get(answer.location).get_data(as_text=True)
    assert EMAIL not in told
    assert owner.get("/desk/privacy/erasures").status_code == 200


@pytest.mark.one_database
def test_a_file_for_the_post_needs_every_group(owner: FlaskClient) -> None:
    page = "/desk/privacy/asked"
    typed = {"email": EMAIL, "locale": "en", "source": "paper"}
    assert post(owner, f"{page}/file", on=page, **typed).mimetype == "application/zip"


@pytest.mark.one_database
def test_the_owner_of_one_group_of_two_erases_nobody(owner: FlaskClient) -> None:
    with transaction():
        make_group(slug="another")
        make_supporter(EMAIL)
    page = "/desk/privacy/asked"
    assert "/asked/erase" not in owner.get(page).get_data(as_text=True)
    typed = {"email": EMAIL, "again": EMAIL, "locale": "en", "source": "phone"}
    assert post(owner, f"{page}/erase", on=page, **typed).status_code == 403
    db.session.expire_all()
    assert find_supporter(EMAIL) is not None


def test_the_command_is_there() -> None:
    from app.cli.main import muster  # noqa: PLC0415 - it loads its parts by name

    answer = CliRunner().invoke(muster, ["purge", "--help"])
    assert answer.exit_code == 0
    assert "--dry-run" in answer.output
