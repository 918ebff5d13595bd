"""The desk's members: searched by what they offer, entered, changed, taken out, saved as a file."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from app.accounts.rules.permissions import Role
from app.audit.models import AuditEntry
from app.campaigns.models.members import Member, WelcomeText
from app.campaigns.rules.members import MemberState
from app.db.session import db, transaction
from app.supporters.models.people import Consent, SkillOffer, SupporterTag
from app.supporters.rules.offers import Offer
from app.supporters.rules.words import FreeTime, Skill
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.campaigns.test_joining import link_of, mails, send
from tests.factories.appeals import make_network
from tests.factories.events import make_campaign
from tests.factories.groups import make_group
from tests.factories.members import make_member

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

LIST, ENTER = "/desk/members/", "/desk/members/enter"


@pytest.fixture
def organiser(client: FlaskClient, app: Flask) -> FlaskClient:
    """An organiser of the network, signed in."""
    with transaction():
        make_network()
    sign_in_as(client, Role.ORGANISER)
    return client


def the_member() -> Member:
    db.session.expire_all()
    return db.session.scalars(select(Member)).one()


def make_three() -> None:
    """A driver in Walthamstow, a cook in Leeds for a campaign, and a stranger to this group."""
    with transaction():
        network = make_network()
        driver = make_member(
            "driver@example.org",
            name="Dina Driver",
            postcode="E17 4PP",
            offer=Offer(
                skills=frozenset({Skill.DRIVING}),
                languages=frozenset({"ar"}),
                times=frozenset({FreeTime.WEEKENDS}),
            ),
        )
        campaign = make_campaign(group_id=network.id)
        make_member(
            "cook@example.org",
            name="Cem Cook",
            postcode=None,
            offer=Offer(skills=frozenset({Skill.COOKING}), area="Leeds 100%"),
            campaign_ids=[campaign.id],
        )
        other = make_group(slug="others")
        make_member("far@example.org", name="Farida Far", group=other)
        assert driver.supporter_id is not None
        tag = SupporterTag(
            supporter_id=driver.supporter_id,
            group_id=network.id,
            tag="van",
            created_at=driver.created_at,
        )
        db.session.add(tag)


DRIVER, COOK = {"Dina Driver"}, {"Cem Cook"}


FOUND: dict[str, set[str]] = {
    "": DRIVER | COOK,
    "?skill=driving": DRIVER,
    "?skill=driving&language=ar&time=weekends": DRIVER,
    "?skill=driving&language=en": set(),
    "?language=tlh&skill=espionage&time=never": DRIVER | COOK,
    "?area=e17": DRIVER,
    "?area=leeds": COOK,
    "?area=100%25": COOK,
    "?area=%25": COOK,
    "?q=dina": DRIVER,
    "?q=cook@": COOK,
    "?tag=van": DRIVER,
    "?tag=bus": set(),
    "?state=left": set(),
    "?after=broken": DRIVER | COOK,
    "?group=9999&campaign=x": DRIVER | COOK,
}


def test_members_are_found_by_what_they_offer(organiser: FlaskClient) -> None:
    make_three()
    for query, found in FOUND.items():
        page = words(organiser.get(LIST + query))
        names = {name for name in ("Dina Driver", "Cem Cook", "Farida Far") if name in page}
        assert names == found, query


def test_members_are_found_by_their_campaign(organiser: FlaskClient) -> None:
    make_three()
    members = db.session.scalars(select(Member).order_by(Member.id)).all()
    campaign = members[1].campaigns[0].campaign_id
    page = words(organiser.get(f"{LIST}?campaign={campaign}"))
    assert "Cem Cook" in page
    assert "Dina Driver" not in page


@pytest.mark.one_database
def test_a_list_asks_as_much_for_many_as_for_few(organiser: FlaskClient) -> None:
    from tests.house.conftest import noted_writes  # noqa: PLC0415 - only here

    make_three()
    with transaction():
        for number in range(60):
            make_member(f"m{number}@example.org", name=f"Mona {number:02}")
    with noted_writes() as written:
        first = organiser.get(LIST)
    assert written == []
    assert "62 members" in words(first)
    assert "Dina Driver" not in words(first)
    after = first.text.partition("after=")[2].partition('"')[0]
    assert "Dina Driver" in words(organiser.get(f"{LIST}?after={after}"))


def test_who_rang_is_written_down_and_told_by_mail(organiser: FlaskClient) -> None:
    group = make_network().id
    typed = {
        "group": str(group),
        "source": "paper",
        "email": "Salma@Example.org",
        "name": "Salma",
        "locale": "ar",
        "skills": ["driving"],
        "updates": "y",
    }
    saved = send(organiser, ENTER, typed, on="/enter")
    assert saved.status_code == 303
    member = the_member()
    assert saved.headers["Location"].endswith(f"/desk/members/{member.public_id}")
    assert member.supporter is not None
    assert (member.supporter.email, member.state) == ("salma@example.org", MemberState.MEMBER)
    (consent,) = db.session.scalars(select(Consent))
    assert (consent.source.value, consent.locale) == ("paper", "ar")
    (mail,) = mails("welcome")
    assert mail.locale == "ar"
    own = link_of(mail, "member")
    assert organiser.get(own).status_code == 200
    page = words(organiser.get(f"/desk/members/{member.public_id}"))
    assert "News about what we do" in page


def test_the_next_line_of_a_list_follows(organiser: FlaskClient) -> None:
    group = make_network().id
    typed = {"group": str(group), "source": "paper", "email": "a@example.org", "locale": "en"}
    saved = send(organiser, ENTER, {**typed, "then": "next"}, on="/enter")
    page = organiser.get(saved.headers["Location"])
    assert 'value="paper" selected' in page.text


def test_a_form_sent_twice_writes_once(organiser: FlaskClient) -> None:
    group = str(make_network().id)
    typed = {"group": group, "email": "a@example.org", "locale": "en", "nonce": "n" * 40}
    for _ in range(2):
        typed |= {"source": "phone"}
        assert send(organiser, ENTER, typed, on="/enter").status_code == 303
    assert db.session.scalar(select(func.count(Member.id))) == 1
    assert len(mails("welcome")) == 1


def test_what_cannot_be_written_down_comes_back(organiser: FlaskClient) -> None:
    typed = {"group": str(make_network().id), "source": "phone", "locale": "en"}
    page = send(organiser, ENTER, {**typed, "email": "salma", "name": "Salma"}, on="/enter")
    assert page.status_code == 422
    assert 'value="Salma"' in page.text
    assert db.session.scalars(select(Member)).all() == []
    with transaction():
        other = make_group(slug="others").id
    wrong = {**typed, "group": str(other), "email": "salma@example.org"}
    assert send(organiser, ENTER, wrong, on="/enter").status_code == 422


def test_an_offer_is_changed_for_who_rang_and_never_unseen(organiser: FlaskClient) -> None:
    with transaction():
        public_id = make_member(offer=Offer(skills=frozenset({Skill.DRIVING}))).public_id
    page = f"/desk/members/{public_id}"
    saved = send(organiser, page, {"skills": ["cooking"], "area": "E17"}, on=public_id)
    assert saved.status_code == 303
    (offer,) = db.session.scalars(select(SkillOffer))
    assert [each.value for each in offer.lines] == ["cooking"]
    stale = send(organiser, page, {"version": "1", "area": "N17"}, on=public_id)
    assert stale.status_code == 409
    assert "What differs" in words(stale)
    assert 'value="N17"' in stale.text


def test_a_member_who_asks_for_it_is_taken_out(organiser: FlaskClient) -> None:
    with transaction():
        public_id = make_member().public_id
    page = f"/desk/members/{public_id}"
    assert send(organiser, page, {}, on="/leave").status_code == 303
    assert the_member().state is MemberState.LEFT
    assert "Salma Haddad" not in words(organiser.get(LIST))
    assert "Salma Haddad" in words(organiser.get(f"{LIST}?state=left"))


def test_members_of_others_are_not_there(organiser: FlaskClient) -> None:
    with transaction():
        other = make_group(slug="others")
        public_id, group_id = make_member("far@example.org", group=other).public_id, other.id
    assert organiser.get(f"/desk/members/{public_id}").status_code == 404
    assert organiser.get(f"/desk/members/welcome/{group_id}").status_code == 404


def test_a_list_is_saved_as_a_file_by_who_may(client: FlaskClient, app: Flask) -> None:
    make_three()
    with transaction():
        make_member("f@example.org", name="=2+2", offer=Offer(note="+44"))
    sign_in_as(client, Role.OWNER)
    for query, names in (("?area=leeds", {"Cem Cook"}), ("", DRIVER | COOK | {"'=2+2"})):
        answer = send(client, LIST + query, {}, on=f"export.csv{query}")
        assert answer.mimetype == "text/csv"
        lines = StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))
        assert {row["name"] for row in csv.DictReader(lines)} == names
    actions = db.session.scalars(select(AuditEntry.action))
    assert "members.exported" in set(actions)


def test_an_organiser_may_not_carry_the_list_away(organiser: FlaskClient) -> None:
    make_three()
    assert "export.csv" not in organiser.get(LIST).text


@pytest.mark.one_database
def test_a_group_welcomes_in_its_own_words(organiser: FlaskClient) -> None:
    group_id = make_network().id
    page = f"/desk/members/welcome/{group_id}"
    typed: dict[str, Any] = {"text-en": "We meet on Tuesdays.", "text-ar": "نلتقي أيام الثلاثاء."}
    assert send(organiser, page, typed, on=page).status_code == 303
    with transaction():
        make_member(locale="ar")
    (mail,) = mails("welcome")
    from app.mail.render import build_message  # noqa: PLC0415 - only here
    from tests.appeals.test_mails import text_of  # noqa: PLC0415 - only here

    assert "نلتقي أيام الثلاثاء." in text_of(build_message(mail))
    stale = send(organiser, page, {**typed, "version": "0", "text-en": "On Fridays."}, on=page)
    assert stale.status_code == 409
    assert "On Fridays." in stale.text
    assert "We meet on Tuesdays." in words(stale)
    long = send(organiser, page, {"text-en": "x" * 4001}, on=page)
    assert long.status_code == 422
    assert send(organiser, page, {"text-en": "", "text-ar": ""}, on=page).status_code == 303
    assert db.session.scalars(select(WelcomeText)).all() == []
