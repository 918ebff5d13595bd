"""What brought a gift: codes made at the desk, kept with the gift, counted beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.appeals.errors import SourceCodeShapeError, SourceCodeTakenError
from app.appeals.models.donations import Donation
from app.appeals.models.sources import SourceCode
from app.appeals.queries import sources as source_reads
from app.appeals.rules.giving import Gift
from app.appeals.rules.sources import clean_code
from app.appeals.rules.words import SourceKind
from app.appeals.service import recounting, sources
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.lib.money import Money
from tests.appeals.donors import Donor, forms_of
from tests.appeals.money import Giver
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.factories.accounts import token_on

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from app.appeals.models.appeals import Appeal
    from app.rehearsal.core import Rehearsal


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("friday-stall", "friday-stall"),
        ("  Friday-Stall ", "friday-stall"),
        ("ab", "ab"),
        ("a", None),
        ("-ab", None),
        ("ab-", None),
        ("a b", None),
        ("é1", None),
        ("حملة", None),
        ("a" * 30, "a" * 30),
        ("a" * 31, None),
        ("<script>", None),
        ("", None),
    ],
)
def test_the_shape_of_a_code(typed: str, kept: str | None) -> None:
    assert clean_code(typed) == kept


def make(appeal: Appeal, code: str = "stall") -> SourceCode:
    with transaction():
        return sources.make_source(
            appeal,
            code=code,
            kind=SourceKind.POSTER,
            label="Friday stall",
            now=clock.utcnow(),
            by=Actor.system(),
        )


def test_a_code_is_made_once_for_each_appeal(appeal: Appeal) -> None:
    make(appeal)
    with pytest.raises(SourceCodeTakenError):
        make(appeal, " STALL")
    with pytest.raises(SourceCodeShapeError):
        make(appeal, "Friday stall")


def test_gifts_are_counted_for_the_code_that_brought_them(
    appeal: Appeal, stripe: Rehearsal
) -> None:
    source_id, giver = make(appeal).id, Giver(stripe, appeal.id)
    gift = Gift(amount=Money(1000, "GBP"), email="a@example.org", locale="en", came_from="stall")
    first = giver.give(gift)
    giver.give(gift)
    giver.give(Gift(amount=Money(700, "GBP"), email="b@example.org", locale="en"))
    assert _counted(source_id) == (2, 2000)
    giver.refund(first, 1000)
    assert _counted(source_id) == (1, 1000)
    assert list(recounting.check_sources()) == []
    with transaction():
        db.session.get_one(SourceCode, source_id).received_minor += 1
    assert [each.kind for each in recounting.check_sources()] == ["source_sums"]


def _counted(source_id: int) -> tuple[int, int]:
    db.session.expire_all()
    row = db.session.get_one(SourceCode, source_id)
    return row.gift_count, row.received_minor


def test_a_retired_code_counts_nothing_new(appeal: Appeal) -> None:
    source = make(appeal)
    assert source_reads.find_source(appeal.id, "stall") is not None
    with transaction():
        sources.retire_source(source, now=clock.utcnow(), by=Actor.system())
    assert source_reads.find_source(appeal.id, "stall") is None
    with transaction():
        sources.revive_source(source, now=clock.utcnow(), by=Actor.system())
    assert source_reads.find_source(appeal.id, "stall") is not None


@pytest.mark.one_database
def test_a_known_code_travels_from_the_appeal_to_the_gift(
    donor: Donor, appeal: Appeal, client: FlaskClient
) -> None:
    make(appeal)
    page = client.get("/appeals/get-started?from=stall").get_data(as_text=True)
    assert "/appeals/get-started/give?amount=10.00&amp;from=stall" in page
    form = donor.open_form("?from=stall")
    assert form.values["came_from"] == "stall"
    typed = {**form.values, "email": "salma@example.org", "amount": "10.00"}
    checked = donor.check(typed)
    assert forms_of(checked)[0].values["came_from"] == "stall"
    assert donor.pay(forms_of(checked)[0].values).status_code == 303
    source = source_reads.find_source(appeal.id, "stall")
    donation = db.session.scalars(select(Donation)).one()
    assert source is not None
    assert donation.source_code_id == source.id
    assert donation.supporter is not None


@pytest.mark.one_database
def test_an_unknown_code_changes_nothing_about_a_page(client: FlaskClient, appeal: Appeal) -> None:
    make(appeal)
    plain = client.get("/appeals/get-started")
    unknown = client.get("/appeals/get-started?from=nobody")
    known = client.get("/appeals/get-started?from=stall")
    assert plain.headers["ETag"] == unknown.headers["ETag"] != known.headers["ETag"]


@pytest.mark.one_database
@pytest.mark.usefixtures("appeal")
def test_the_desk_makes_a_code_and_shows_how_to_use_it(client: FlaskClient) -> None:
    sign_in_as(client, Role.ORGANISER)
    path = "/desk/appeals/1/sources"
    empty = client.get(path)
    assert "No codes yet" in words(empty)
    sent = {"csrf_token": token_on(empty), "label": "Leaflets", "code": "A B", "kind": "poster"}
    refused = client.post(path, data=sent)
    assert refused.status_code == 422
    assert "small Latin letters" in words(refused)
    assert 'value="Leaflets"' in refused.get_data(as_text=True)
    made = client.post(path, data={**sent, "code": "Leaflet-1"})
    assert made.status_code == 303
    page = client.get(made.location)
    text = page.get_data(as_text=True)
    assert "/appeals/get-started?from=leaflet-1" in text
    assert "/ar/appeals/get-started?from=leaflet-1" in text
    assert '<svg role="img"' in text
    poster = client.get(f"{made.location}/poster/ar").get_data(as_text=True)
    assert 'dir="rtl"' in poster
    retired = client.post(f"{made.location}/retire", data={"csrf_token": token_on(page)})
    assert retired.status_code == 303
    assert "Retired" in words(client.get(made.location))


@pytest.mark.one_database
@pytest.mark.usefixtures("appeal")
def test_an_editor_of_another_group_finds_no_code(client: FlaskClient, appeal: Appeal) -> None:
    source_id = make(appeal).id
    sign_in_as(client, Role.MODERATOR)
    assert client.get(f"/desk/appeals/sources/{source_id}").status_code == 200
    page = client.get("/desk/appeals/1/sources")
    assert "Make a code" not in words(page)
