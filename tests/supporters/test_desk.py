"""The desk's supporters: found, written down, corrected, asked, tagged, merged, saved as a file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.db.session import db, transaction
from app.lib import clock
from app.mail.rules.addresses import SuppressionReason
from app.mail.service.suppression import suppress
from app.supporters.models.people import Consent, Supporter, SupporterMerge
from app.supporters.rules.consents import ConsentPurpose, ConsentSource
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.factories.accounts import make_account, post, sign_in, token_on
from tests.factories.appeals import make_donation, make_network
from tests.factories.events import make_event, make_rsvp
from tests.factories.groups import make_group
from tests.factories.supporters import make_consent, make_person

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

pytestmark = pytest.mark.one_database


@pytest.fixture
def organiser(client: FlaskClient, app: Flask) -> FlaskClient:
    """An organiser of the network, signed in."""
    sign_in_as(client, Role.ORGANISER)
    return client


def at(person: Supporter, end: str = "") -> str:
    return f"/desk/supporters/{person.public_id}{end}"


def person(email: str = "salma@example.org", **values: Any) -> Supporter:
    with transaction():
        return make_person(email, group=make_network(), **values)


def test_only_who_may_see_people_sees_them(client: FlaskClient, app: Flask) -> None:
    salma = person()
    sign_in_as(client, Role.EDITOR)
    for page in ("/desk/supporters/", "/desk/supporters/new", at(salma), at(salma, "/edit")):
        assert client.get(page).status_code == 403, page
    assert "/desk/supporters/" not in client.get("/desk/").get_data(as_text=True)


def test_another_groups_people_are_not_there(organiser: FlaskClient) -> None:
    with transaction():
        hers = make_person("leyla@example.org", group=make_group(slug="others"))
    person()
    shown = words(organiser.get("/desk/supporters/"))
    assert "salma@example.org" in shown
    assert "leyla@example.org" not in shown
    assert organiser.get(at(hers)).status_code == 404


def test_the_list_is_searched_and_narrowed(organiser: FlaskClient) -> None:
    salma, samir = person(name="Salma Haddad"), person("samir@example.org")
    with transaction():
        make_consent(samir, group=make_network(), purpose=ConsentPurpose.EVENTS)
    post(
        organiser,
        at(salma, "/tags"),
        on=at(salma),
        group="lea-valley",
        tag="Van",
    )
    for query, found in {
        "q=haddad": {"salma"},
        "q=SAMIR": {"samir"},
        "tag=van": {"salma"},
        "purpose=events": {"samir"},
        "purpose=nonsense": {"salma", "samir"},
        "skill=driving": set(),
    }.items():
        text = words(organiser.get(f"/desk/supporters/?{query}"))
        assert {each for each in ("salma", "samir") if f"{each}@example.org" in text} == found, (
            query
        )


def test_the_list_pages(organiser: FlaskClient) -> None:
    with transaction():
        group = make_network()
        for place in range(52):
            make_person(f"p{place:02}@example.org", group=group)
    first = organiser.get("/desk/supporters/").get_data(as_text=True)
    assert "p51@example.org" in first
    assert "p01@example.org" not in first
    after = first.split("?after=")[1].split('"')[0]
    assert "p01@example.org" in organiser.get(f"/desk/supporters/?after={after}").text


def test_somebody_who_rang_is_written_down_once(organiser: FlaskClient) -> None:
    typed = {
        "email": "Umm.Samir@Example.org",
        "group": "lea-valley",
        "name": "Umm Samir",
        "phone": "+44 7700 900123",
        "postcode": "e17 4pp",
        "locale": "ar",
    }
    assert post(organiser, "/desk/supporters/new", **typed).status_code == 303
    row = db.session.scalars(select(Supporter)).one()
    assert (row.email, row.name, row.postcode, row.locale) == (
        "umm.samir@example.org",
        "Umm Samir",
        "E17 4PP",
        "ar",
    )
    again = post(organiser, "/desk/supporters/new", **typed)
    assert again.status_code == 422
    assert "known already" in words(again)
    assert "Umm Samir" in again.text


def test_a_correction_is_not_lost_to_another(organiser: FlaskClient) -> None:
    salma = person(name="Salma")
    stale = organiser.get(at(salma, "/edit")).text
    assert 'value="1"' in stale
    first = {"name": "Salma H.", "phone": "", "postcode": "", "locale": "en", "version": "1"}
    assert post(organiser, at(salma, "/edit"), **first).status_code == 303
    second = post(organiser, at(salma, "/edit"), **{**first, "name": "Salma Haddad"})
    assert second.status_code == 409
    assert "Salma H." in words(second)
    assert "Salma Haddad" in second.text
    db.session.expire_all()
    assert db.session.get_one(Supporter, salma.id).name == "Salma H."


def test_a_consent_needs_the_sentence_and_is_taken_back(organiser: FlaskClient) -> None:
    salma = person()
    typed = {"group": "lea-valley", "purpose": "updates", "source": "phone"}
    unread = post(organiser, at(salma, "/consents"), **typed)
    assert unread.status_code == 422
    assert "Read the sentence to her" in words(unread)
    assert post(organiser, at(salma, "/consents"), **typed, was_read="y").status_code == 303
    consent = db.session.scalars(select(Consent)).one()
    assert (consent.source, consent.withdrawn_at) == (ConsentSource.PHONE, None)
    assert "I can stop this at any time." in words(organiser.get(at(salma)))
    withdraw = at(salma, f"/consents/{consent.group_id}/updates/withdraw")
    assert post(organiser, withdraw, on=at(salma)).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Consent, consent.id).withdrawn_at is not None
    assert "What she took back" in words(organiser.get(at(salma)))


def test_tags_are_kept_in_lower_case_and_taken_off(organiser: FlaskClient) -> None:
    salma = person()
    typed = {"group": "lea-valley", "tag": "  Driver  A "}
    assert post(organiser, at(salma, "/tags"), on=at(salma), **typed).status_code == 303
    assert "driver a" in words(organiser.get(at(salma)))
    nothing = post(organiser, at(salma, "/tags"), on=at(salma), **{**typed, "tag": " "})
    assert nothing.status_code == 422
    group_id = make_network().id
    post(organiser, at(salma, f"/tags/{group_id}/take"), on=at(salma), tag="driver a")
    assert "driver a" not in words(organiser.get(at(salma)))


def test_who_gets_no_mail_is_said_so(organiser: FlaskClient) -> None:
    salma = person()
    with transaction():
        suppress("salma@example.org", SuppressionReason.ASKED, now=clock.utcnow())
    assert "No mail goes to this address." in words(organiser.get(at(salma)))


def test_two_rows_become_one_person_and_two_again(organiser: FlaskClient) -> None:
    one = person("a@example.org", name="Umm Samir", postcode="E17 4PP")
    two = person("b@example.org", name="umm samir", postcode="E17 4PP")
    assert "b@example.org" in words(organiser.get(at(one)))
    assert "a@example.org" in words(organiser.get("/desk/supporters/duplicates"))
    asked = organiser.get(at(one, f"/merge?other={two.public_id}"))
    assert "Nothing is moved or lost" in words(asked)
    merged = post(
        organiser,
        at(one, "/merge"),
        on=at(one, f"/merge?other={two.public_id}"),
        other=two.public_id,
    )
    assert merged.status_code == 303
    assert organiser.get(at(two)).location == at(one)
    text = words(organiser.get("/desk/supporters/"))
    assert ("a@example.org" in text, "b@example.org" in text) == (True, False)
    assert "a@example.org" in words(organiser.get("/desk/supporters/?q=b@example"))
    edge = db.session.scalars(select(SupporterMerge)).one()
    undone = post(organiser, at(one, f"/merges/{edge.id}/undo"), on=at(one))
    assert undone.status_code == 303
    assert organiser.get(at(two)).status_code == 200


def test_the_file_names_people_and_only_the_owner_makes_it(client: FlaskClient, app: Flask) -> None:
    salma = person(name='=HYPERLINK("x")')
    with transaction():
        make_consent(salma, group=make_network(), now=clock.utcnow() - timedelta(days=1))
        suppressed = make_person("b@example.org", group=make_network())
        make_consent(suppressed, group=make_network())
        suppress("b@example.org", SuppressionReason.BOUNCE, now=clock.utcnow())
    sign_in_as(client, Role.ORGANISER)
    assert post(client, "/desk/supporters/people.csv", on="/desk/supporters/new").status_code == 403
    with transaction():
        make_account(Role.OWNER, group=make_network(), email="owner@example.org")
    client.delete_cookie("muster", path="/desk")
    sign_in(client, "owner@example.org")
    token = token_on(client.get("/desk/supporters/"))
    saved = client.post(
        "/desk/supporters/people.csv", data={"csrf_token": token}, buffered=True
    ).text
    assert "'=HYPERLINK" in saved
    lines = {line.split(",")[0]: line for line in saved.splitlines()}
    assert ",yes,no,no," in lines["salma@example.org"]
    assert ",no,no,no," in lines["b@example.org"]


def test_her_page_shows_the_doors_she_came_by(organiser: FlaskClient) -> None:
    with transaction():
        gift = make_donation(email="donor@example.org")
        event = make_event(group_id=make_network().id)
        make_rsvp(event, email="donor@example.org", name="Umm Samir")
        assert gift.supporter is not None
        public_id = gift.supporter.public_id
    text = words(organiser.get(f"/desk/supporters/{public_id}"))
    assert gift.reference in text
    assert event.title.origin_text in text
    assert "donor@example.org" in words(organiser.get("/desk/supporters/?door=gifts"))
    assert "donor@example.org" not in words(organiser.get("/desk/supporters/?door=members"))
