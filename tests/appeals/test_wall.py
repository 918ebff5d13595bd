"""Names that donors chose to show, messages that somebody read first, and the page in a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.accounts.rules.permissions import Role
from app.appeals.models.donations import Donation
from app.appeals.queries import wall as wall_reads
from app.appeals.rules.giving import Gift
from app.appeals.rules.words import MessageState
from app.appeals.service import messages
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.lib.money import Money
from tests.appeals.money import Giver
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.factories.accounts import token_on

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from app.appeals.models.appeals import Appeal
    from app.rehearsal.core import Rehearsal


@pytest.fixture
def giver(stripe: Rehearsal, appeal: Appeal) -> Giver:
    return Giver(stripe, appeal.id)


def gift(**said: object) -> Gift:
    given = {"amount": Money(1000, "GBP"), "email": "salma@example.org", "locale": "en", **said}
    return Gift(**given)  # type: ignore[arg-type]


def donation_of(public_id: str) -> Donation:
    return db.session.query(Donation).filter_by(public_id=public_id).one()


def shown(appeal_id: int) -> list[str | None]:
    return [each.public_name for each in wall_reads.list_recent_supporters(appeal_id)]


def test_only_gifts_that_arrived_and_names_that_were_chosen_are_shown(
    giver: Giver, appeal: Appeal
) -> None:
    giver.give(gift(name="Salma Haddad"))
    giver.begin(gift(public_name="Not paid"))
    giver.give(gift(public_name="Salma"))
    returned = giver.give(gift(public_name="Returned"))
    giver.refund(returned, 1000)
    giver.give(gift(public_name="Yusuf"))
    assert shown(appeal.id) == ["Yusuf", "Salma"]


def test_a_message_is_shown_after_somebody_read_it_and_only_if_the_donor_lets_us(
    giver: Giver, appeal: Appeal
) -> None:
    private = giver.give(gift(message="For you alone", public_name="Ines"))
    public = giver.give(gift(message="Go on!", shows_message=True))
    assert donation_of(private).message_state is None
    [waiting] = wall_reads.list_waiting_messages([appeal.group_id])
    assert waiting.public_id == public
    assert shown(appeal.id) == ["Ines"]
    with transaction():
        messages.show_message(donation_of(private), now=clock.utcnow(), by=Actor.system())
        messages.show_message(donation_of(public), now=clock.utcnow(), by=Actor.system())
    assert donation_of(private).message_state is None
    assert shown(appeal.id) == [None, "Ines"]
    with transaction():
        messages.hide_message(donation_of(public), now=clock.utcnow(), by=Actor.system())
    assert shown(appeal.id) == ["Ines"]
    assert donation_of(public).message_state is MessageState.HIDDEN


def test_what_was_taken_off_the_page_can_be_put_back(giver: Giver, appeal: Appeal) -> None:
    public_id = giver.give(gift(public_name="Something rude"))
    with transaction():
        messages.unlist(donation_of(public_id), now=clock.utcnow(), by=Actor.system())
    assert shown(appeal.id) == []
    with transaction():
        messages.list_again(donation_of(public_id), now=clock.utcnow(), by=Actor.system())
    assert shown(appeal.id) == ["Something rude"]


@pytest.mark.one_database
def test_a_moderator_reads_a_message_and_the_page_shows_it(
    giver: Giver, client: FlaskClient
) -> None:
    public_id = giver.give(
        gift(message="Stay strong <b>all</b>", shows_message=True, name="Widad Nasser")
    )
    assert "Stay strong" not in words(client.get("/appeals/get-started"))
    sign_in_as(client, Role.MODERATOR)
    page = client.get("/desk/messages/")
    assert "Stay strong" in words(page)
    assert "Nasser" not in words(page)
    token = {"csrf_token": token_on(page)}
    assert client.post(f"/desk/messages/{public_id}/show", data=token).status_code == 303
    shown_page = client.get("/appeals/get-started").get_data(as_text=True)
    assert "Stay strong &lt;b&gt;all&lt;/b&gt;" in shown_page
    assert "Nasser" not in shown_page
    assert client.post(f"/desk/messages/{public_id}/unlist", data=token).status_code == 303
    assert "Stay strong" not in words(client.get("/appeals/get-started"))


@pytest.mark.one_database
@pytest.mark.parametrize("role", [Role.EDITOR, Role.TREASURER, Role.AUDITOR])
def test_others_may_not_moderate(client: FlaskClient, appeal: Appeal, role: Role) -> None:
    assert appeal.id
    sign_in_as(client, role)
    assert client.get("/desk/messages/").status_code == 403


@pytest.mark.one_database
@pytest.mark.usefixtures("appeal")
def test_one_page_may_be_framed_and_holds_no_form(client: FlaskClient) -> None:
    embed = client.get("/appeals/get-started/embed")
    assert "frame-ancestors *" in embed.headers["Content-Security-Policy"]
    assert "form-action 'none'" in embed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in embed.headers
    assert "Set-Cookie" not in embed.headers
    text = embed.get_data(as_text=True)
    assert "<form" not in text
    assert "<script" not in text
    assert "/appeals/get-started/give?amount=10.00" in text
    assert 'dir="rtl"' in client.get("/ar/appeals/get-started/embed").get_data(as_text=True)
    for path in ("/", "/appeals/get-started", "/appeals/get-started/give", "/nothing-here"):
        other = client.get(path)
        assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]
        assert other.headers["X-Frame-Options"] == "DENY"


@pytest.mark.one_database
@pytest.mark.usefixtures("appeal")
def test_the_appeal_offers_the_code_to_frame_it(client: FlaskClient) -> None:
    text = client.get("/appeals/get-started").get_data(as_text=True)
    assert "&lt;iframe" in text
    assert "/appeals/get-started/embed" in text
