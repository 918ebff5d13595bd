"""Joining on the site: asked, proven by mail, changed and left on a member's own page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.campaigns import jobs
from app.campaigns.flows import members as flows
from app.campaigns.models.members import Member
from app.campaigns.rules import members as rules
from app.campaigns.rules.members import MemberState
from app.db.session import db, transaction
from app.groups.rules import GroupKind
from app.mail.models.outbox import OutboxMail
from app.mail.render import build_message
from app.supporters.models.people import Consent, SkillOffer, Supporter
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.offers import Offer
from app.supporters.rules.words import Skill
from tests.appeals.donors import forms_of
from tests.appeals.test_giving import words
from tests.appeals.test_mails import text_of
from tests.factories.appeals import make_network
from tests.factories.events import make_campaign
from tests.factories.groups import make_group
from tests.factories.members import make_member

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

JOIN = "/groups/lea-valley/join"


@pytest.fixture
def group(app: Flask) -> str:
    with transaction():
        make_network()
    return JOIN


def send(
    client: FlaskClient, page: str, typed: Mapping[str, Any], on: str | None = None
) -> TestResponse:
    """Send the form of a page as a browser does, with what somebody typed."""
    form = next(
        each
        for each in forms_of(client.get(page))
        if each.method == "post" and (on is None or each.action.endswith(on))
    )
    return client.post(form.action, data={**form.values, **typed}, buffered=True)


def mails(template: str) -> list[OutboxMail]:
    db.session.expire_all()
    found = select(OutboxMail).where(OutboxMail.template == f"campaigns/{template}")
    return list(db.session.scalars(found.order_by(OutboxMail.id)))


def link_of(mail: OutboxMail, path: str) -> str:
    """The private address in the plain text of a mail."""
    found = re.search(rf"http://[^/\s]+((?:/ar)?/{path}/\S+)", text_of(build_message(mail)))
    assert found, text_of(build_message(mail))
    return found[1]


def ask(client: FlaskClient, prefix: str = "", **typed: Any) -> TestResponse:
    return send(client, prefix + JOIN, {"email": "salma@example.org", **typed})


def the_member() -> Member:
    db.session.expire_all()
    return db.session.scalars(select(Member)).one()


OFFER: dict[str, Any] = {
    "name": "Salma",
    "postcode": "e174pp",
    "skills": ["driving", "first_aid"],
    "languages": ["ar"],
    "times": ["weekends"],
    "area": "Walthamstow",
    "note": "I have a van",
    "updates": "y",
}


@pytest.mark.parametrize(("prefix", "locale"), [("", "en"), ("/ar", "ar")])
def test_nobody_is_known_before_her_mailbox_is_proven(
    client: FlaskClient, group: str, prefix: str, locale: str
) -> None:
    sent = ask(client, prefix, **OFFER)
    assert sent.status_code == 303, words(sent)
    assert client.get(sent.headers["Location"]).status_code == 200
    assert db.session.scalars(select(Supporter)).all() == []
    assert the_member().state is MemberState.ASKED
    (mail,) = mails("join_confirm")
    assert (mail.to, mail.locale) == ("salma@example.org", locale)
    link = link_of(mail, "join/confirm")
    page = client.get(link)
    for told in ("salma@example.org", "Salma", "E17 4PP", "Walthamstow", "I have a van"):
        assert told in words(page)
    assert the_member().state is MemberState.ASKED
    begun = send(client, link, {})
    assert begun.status_code == 303
    own = client.get(begun.headers["Location"])
    assert own.status_code == 200
    assert f'lang="{locale}"' in own.text
    member = the_member()
    assert member.state is MemberState.MEMBER
    assert (member.email, member.name, member.asked) == (None, None, None)
    assert member.supporter is not None
    assert (member.supporter.name, member.supporter.postcode) == ("Salma", "E17 4PP")
    (consent,) = db.session.scalars(select(Consent))
    assert (consent.purpose.value, consent.source.value, consent.locale) == (
        "updates",
        "join_form",
        locale,
    )
    (offer,) = db.session.scalars(select(SkillOffer))
    assert {(each.kind, each.value) for each in offer.lines} == {
        ("skill", "driving"),
        ("skill", "first_aid"),
        ("language", "ar"),
        ("time", "weekends"),
    }
    (welcome,) = mails("welcome")
    assert welcome.locale == locale
    assert "\n\n\n" not in text_of(build_message(welcome))
    # The same link again leads to her page, and nothing happens twice.
    assert client.get(link).status_code == 302
    assert len(mails("welcome")) == 1


def test_whoever_sends_nothing_but_an_address_agrees_to_nothing(
    client: FlaskClient, group: str
) -> None:
    ask(client)
    send(client, link_of(mails("join_confirm")[0], "join/confirm"), {})
    assert the_member().state is MemberState.MEMBER
    assert db.session.scalars(select(Consent)).all() == []
    assert db.session.scalars(select(SkillOffer)).all() == []


def test_an_answer_never_tells_whether_an_address_is_known(client: FlaskClient, group: str) -> None:
    with transaction():
        make_member("salma@example.org")
    known, unknown = ask(client), ask(client, email="other@example.org")
    assert known.headers["Location"] == unknown.headers["Location"]
    assert len(mails("join_confirm")) == 2


def test_whoever_joins_again_stays_one_member(client: FlaskClient, group: str) -> None:
    with transaction():
        make_member("salma@example.org", name="Salma Haddad")
    ask(client, name="Somebody else", updates="y", skills=["cooking"])
    send(client, link_of(mails("join_confirm")[0], "join/confirm"), {})
    member = the_member()
    assert member.supporter is not None
    assert member.supporter.name == "Salma Haddad"
    assert len(db.session.scalars(select(Consent)).all()) == 1
    assert len(mails("welcome")) == 1


def test_what_is_confirmed_is_what_the_page_showed(client: FlaskClient, group: str) -> None:
    ask(client, name="Salma")
    link = link_of(mails("join_confirm")[0], "join/confirm")
    (form,) = [each for each in forms_of(client.get(link)) if each.method == "post"]
    ask(client, name="Mallory", updates="y", appeals="y")
    answer = client.post(form.action, data=form.values)
    assert answer.status_code == 409
    assert "Mallory" in words(answer)
    assert the_member().state is MemberState.ASKED
    (again,) = [each for each in forms_of(answer) if each.method == "post"]
    assert client.post(again.action, data=again.values).status_code == 303


def test_one_form_is_one_asking(client: FlaskClient, group: str) -> None:
    (form,) = [each for each in forms_of(client.get(JOIN)) if each.method == "post"]
    typed = {**form.values, "email": "salma@example.org"}
    assert {client.post(form.action, data=typed).status_code for _ in range(2)} == {303}
    assert len(mails("join_confirm")) == 1
    the_member()


def test_what_cannot_be_sent_comes_back_as_it_was_typed(client: FlaskClient, group: str) -> None:
    for wrong, sentence in (
        ({"email": "salma"}, "Enter an e-mail address"),
        ({"email": ""}, "Enter an e-mail address"),
        ({"area": "x" * 81}, "Please use at most 80 characters."),
        ({"fax_number": "1"}, "Your browser filled in a field"),
    ):
        page = ask(client, "", **{**OFFER, **wrong})
        assert page.status_code == 422
        assert sentence in words(page)
        assert "I have a van" in page.text
        assert re.search(r'value="first_aid" checked', page.text)
    assert db.session.scalars(select(Member)).all() == []


def test_a_likely_slip_is_asked_about_once(client: FlaskClient, group: str) -> None:
    page = ask(client, email="salma@gmial.com")
    assert page.status_code == 200
    assert "Did you mean" in words(page)
    assert db.session.scalars(select(Member)).all() == []


def test_words_that_nobody_offers_are_left_out(client: FlaskClient, group: str) -> None:
    ask(client, skills=["driving", "espionage"], languages=["tlh"], campaigns=["9999"])
    send(client, link_of(mails("join_confirm")[0], "join/confirm"), {})
    (offer,) = db.session.scalars(select(SkillOffer))
    assert [each.value for each in offer.lines] == ["driving"]
    assert the_member().campaigns == []


def test_a_group_is_joined_for_a_campaign(client: FlaskClient, group: str) -> None:
    with transaction():
        network = make_network()
        campaign = make_campaign(group_id=network.id, slug="warm-homes")
        address = f"/campaigns/{campaign.slug}/join?from=a-review"
    page = client.get(address)
    assert page.status_code == 200
    assert "?from=" not in page.text.partition("<body")[0]
    sent = send(client, address, {"email": "salma@example.org"})
    assert sent.status_code == 303
    send(client, link_of(mails("join_confirm")[0], "join/confirm"), {})
    member = the_member()
    assert [each.campaign.slug for each in member.campaigns] == ["warm-homes"]
    assert member.came_from == "a-review"
    assert "/campaigns/warm-homes/join" in client.get("/campaigns/warm-homes").text
    assert JOIN in client.get("/groups/lea-valley").text


def test_a_partner_takes_its_members_on_its_own_site(client: FlaskClient, app: Flask) -> None:
    with transaction():
        make_group(slug="partner", kind=GroupKind.PARTNER)
    assert client.get("/groups/partner/join").status_code == 404
    assert "/groups/partner/join" not in client.get("/groups/partner").text


@pytest.mark.one_database
def test_one_network_does_not_fill_a_list(
    client: FlaskClient, group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "A_DAY_FROM_A_NETWORK", 2)
    for number in range(2):
        assert ask(client, email=f"s{number}@example.org").status_code == 303
    assert ask(client, email="s2@example.org").status_code == 429
    assert len(mails("join_confirm")) == 2


# --- her own page ---------------------------------------------------------------------------------


@pytest.fixture
def own(app: Flask, group: str) -> str:
    """The address of a member's own page, from the mail."""
    with transaction():
        make_member(
            offer=Offer(skills=frozenset({Skill.DRIVING}), note="I have a van"),
            purposes=[ConsentPurpose.UPDATES],
        )
    return link_of(mails("welcome")[0], "member")


def test_a_member_changes_what_she_could_do(client: FlaskClient, own: str) -> None:
    page = client.get(own)
    assert "I have a van" in page.text
    assert re.search(r'value="driving" checked', page.text)
    saved = send(client, own, {"skills": ["cooking"], "note": "", "area": "E17"})
    assert saved.status_code == 303
    (offer,) = db.session.scalars(select(SkillOffer))
    assert ([each.value for each in offer.lines], offer.note, offer.area) == (
        ["cooking"],
        None,
        "E17",
    )
    stale = send(client, own, {"version": "1", "skills": ["legal"]})
    assert stale.status_code == 409
    assert re.search(r'value="legal" checked', stale.text)
    send(client, own, {"skills": [], "area": ""})
    assert db.session.scalars(select(SkillOffer)).all() == []


def test_a_member_leaves_and_what_she_offered_goes(client: FlaskClient, own: str) -> None:
    assert "deleted" in words(client.get(f"{own}/leave"))
    assert the_member().state is MemberState.MEMBER
    assert send(client, f"{own}/leave", {}).status_code == 303
    assert "You have left" in words(client.get(own))
    assert the_member().state is MemberState.LEFT
    assert db.session.scalars(select(SkillOffer)).all() == []
    assert all(each.withdrawn_at for each in db.session.scalars(select(Consent)))
    assert client.get(f"{own}/leave").status_code == 302
    # She can come back.
    ask(client)
    send(client, link_of(mails("join_confirm")[0], "join/confirm"), {})
    assert the_member().state is MemberState.MEMBER
    assert len(mails("welcome")) == 2


def test_a_link_that_is_no_link_opens_nothing(client: FlaskClient, own: str) -> None:
    assert client.get(own[:-1] + "x").status_code == 404
    assert client.get("/join/confirm/abc").status_code == 404
    with transaction():
        db.session.delete(the_member())
    gone = client.get(own)
    assert gone.status_code == 410
    assert "/links" in gone.text


def test_whoever_asks_gets_her_links_as_a_member(client: FlaskClient, own: str) -> None:
    send(client, "/links", {"email": "salma@example.org"}, on="/links")
    jobs.send_member_links({"found": flows.find_links("salma@example.org"), "locale": "ar"})
    (mail,) = mails("member_links")
    assert mail.locale == "ar"
    assert client.get(link_of(mail, "member")).status_code == 200
    jobs.send_member_links({"found": flows.find_links("nobody@example.org"), "locale": "en"})
    assert len(mails("member_links")) == 1
