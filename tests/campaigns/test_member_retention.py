"""What is not needed of members is not kept; what is known of one is told and erased."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import time_machine
from sqlalchemy import func, select

from app.audit.facts import Actor
from app.campaigns import jobs
from app.campaigns.models.members import Member, MemberCampaign
from app.campaigns.rules import members as rules
from app.campaigns.rules.members import MemberState, Wish
from app.campaigns.service import holding, members
from app.campaigns.service.members import Sender
from app.db.session import db, transaction
from app.groups.queries import get_group
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from app.supporters.models.people import SkillOffer, Supporter
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.offers import ANSWER_TIME, HOLDS, Offer
from app.supporters.rules.words import Skill
from tests.campaigns.test_joining import link_of, mails, send
from tests.factories.appeals import make_network
from tests.factories.events import make_campaign
from tests.factories.groups import make_group
from tests.factories.members import make_member

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

BY = Actor.visitor()
EMAIL = "salma@example.org"
OFFER = Offer(skills=frozenset({Skill.DRIVING}), note="I have a van")


def ask(email: str = EMAIL) -> None:
    with transaction():
        make_network()
        wish = Wish(email=email, name="Salma", offer=OFFER)
        sender = Sender(nonce=f"n-{email}", locale="en", network="sealed")
        members.ask(get_group("lea-valley"), wish, sender, now=clock.utcnow())


def count(table: type[Member | Supporter | SkillOffer | MemberCampaign]) -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def later(span: timedelta) -> time_machine.travel:
    return time_machine.travel(clock.utcnow() + span, tick=False)


def test_who_does_not_confirm_is_forgotten_after_a_week(app: Flask) -> None:
    ask()
    unproven = holding.PURGES[0]
    with later(timedelta(days=6)):
        jobs.forget_members({})
        assert count(Member) == 1
        assert unproven.count(clock.utcnow()) == 0
    with later(timedelta(days=7, minutes=1)):
        assert unproven.count(clock.utcnow()) == 1
        jobs.forget_members({})
        assert count(Member) == 0
        assert unproven.count(clock.utcnow()) == 0
    (mail,) = db.session.scalars(select(OutboxMail))
    assert EMAIL not in mail.to
    assert mail.values == {}


def test_a_network_is_forgotten_after_a_day(app: Flask) -> None:
    ask()
    with later(timedelta(days=1, minutes=1)):
        jobs.forget_networks({})
    db.session.expire_all()
    assert db.session.scalars(select(Member)).one().network is None


def test_who_left_is_forgotten_after_a_year(app: Flask) -> None:
    with transaction():
        member = make_member()
    with transaction():
        members.leave(member.id, now=clock.utcnow(), by=BY)
    with later(rules.LEFT_KEPT - timedelta(days=1)):
        jobs.forget_members({})
        assert count(Member) == 1
    with later(rules.LEFT_KEPT + timedelta(days=1)):
        jobs.forget_members({})
    assert count(Member) == 0
    supporter = db.session.scalars(select(Supporter)).one()
    assert (supporter.email, supporter.name) == (None, None)


def test_who_left_one_group_is_still_known_to_the_other(app: Flask) -> None:
    with transaction():
        member = make_member(purposes=[ConsentPurpose.UPDATES])
        make_member(group=make_group(slug="others"))
    with transaction():
        members.leave(member.id, now=clock.utcnow(), by=BY)
    with later(rules.LEFT_KEPT + timedelta(days=1)):
        jobs.forget_members({})
    assert count(Member) == 1
    assert db.session.scalars(select(Supporter)).one().email == EMAIL


def test_an_old_offer_is_asked_about_and_goes_without_an_answer(
    app: Flask, client: FlaskClient
) -> None:
    with transaction():
        make_member(offer=OFFER)
        make_member("other@example.org", offer=OFFER)
    with later(HOLDS + timedelta(days=1)):
        for _ in range(2):
            jobs.ask_again({})
        first, _second = mails("offer_again")
        assert first.to == EMAIL
        own = link_of(first, "member")
        assert "Does this still hold?" in client.get(own).text
        assert send(client, own, {"skills": ["driving"]}).status_code == 303
        assert "Does this still hold?" not in client.get(own).text
    with later(HOLDS + ANSWER_TIME + timedelta(days=2)):
        jobs.forget_members({})
    assert count(SkillOffer) == 1
    assert count(Member) == 2


def test_somebody_is_told_everything_and_erased(app: Flask) -> None:
    with transaction():
        network = make_network()
        campaign = make_campaign(group_id=network.id)
        make_member(offer=OFFER, campaign_ids=[campaign.id])
        make_member("other@example.org")
    ask(EMAIL)
    asked, member = sorted(holding.find(EMAIL), key=lambda line: str(line.facts["state"]))
    assert asked.facts["state"] == MemberState.ASKED.value
    assert asked.facts["name"] == "Salma"
    assert asked.until is not None
    assert member.facts["campaigns"] == [campaign.title.texts["en"]]
    assert member.link is not None
    with transaction():
        erased = holding.erase(EMAIL, clock.utcnow())
    assert erased.gone == 2
    assert holding.find(EMAIL) == []
    assert (count(Member), count(MemberCampaign)) == (1, 0)
    kept = db.session.scalars(select(OutboxMail)).all()
    assert not [mail for mail in kept if mail.to == EMAIL]
