"""Members where several things happen at once, and what is written where nobody can read it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from app.audit.facts import Actor
from app.campaigns.errors.members import JoinLinkEndedError
from app.campaigns.flows import members as flows
from app.campaigns.models.members import Member
from app.campaigns.rules.members import MemberState, Wish, read_source_word
from app.campaigns.service import members
from app.campaigns.service.members import Sender
from app.db.session import db, transaction
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from app.supporters.models.people import Supporter
from app.supporters.rules.offers import Offer, read_offer
from app.supporters.rules.words import FreeTime, Skill
from tests.factories.appeals import make_network
from tests.factories.members import make_member

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

AT_ONCE = 3
WISH = Wish(email="salma@example.org", name="Salma", offer=Offer(note="I have a van"))


def at_once(app: Flask, work: Callable[[int], object]) -> None:
    """Do the same several times at the same moment."""
    start = Barrier(AT_ONCE)

    def one(number: int) -> None:
        with app.app_context():
            start.wait(timeout=60)
            work(number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(one, number) for number in range(AT_ONCE)]:
            done.result()


def test_forms_and_buttons_pressed_at_once_make_one_member(disk_app: Flask) -> None:
    with disk_app.app_context(), transaction():
        group_id = make_network().id
    now = clock.utcnow()

    def ask(number: int) -> None:
        nonce = "same" if number else "other"
        flows.ask(group_id, WISH, nonce=nonce, locale="en", address=None, came_from=None, now=now)

    at_once(disk_app, ask)
    with disk_app.app_context():
        asked = [
            (each.public_id, each.version)
            for each in db.session.scalars(select(Member).order_by(Member.id))
        ]
    for public_id, version in asked:

        def confirm(_number: int, name: str = public_id, seen: int = version) -> None:
            # A second form of hers is gone once it was joined to the first.
            with suppress(JoinLinkEndedError):
                flows.confirm(name, seen=seen, now=now)

        at_once(disk_app, confirm)
    with disk_app.app_context():
        (member,) = db.session.scalars(select(Member))
        assert member.state is MemberState.MEMBER
        assert db.session.scalar(select(func.count(Supporter.id))) == 1
        welcomes = select(OutboxMail).where(OutboxMail.template == "campaigns/welcome")
        assert len(db.session.scalars(welcomes).all()) == 1


def test_who_rang_is_a_member_at_once(app: Flask) -> None:
    with transaction():
        member = make_member()
    assert member.state is MemberState.MEMBER
    assert member.supporter is not None
    assert member.supporter.name == "Salma Haddad"
    with transaction():
        make_member(name="Somebody else")
    assert db.session.scalar(select(func.count(Member.id))) == 1
    assert member.supporter.name == "Salma Haddad"


def test_leaving_twice_is_leaving_once(app: Flask) -> None:
    with transaction():
        member = make_member()
    left = []
    for _ in range(2):
        with transaction():
            members.leave(member.id, now=clock.utcnow(), by=Actor.visitor())
        left.append(member.left_at)
    assert left[0] == left[1]


def test_what_was_told_is_closed_until_the_mailbox_is_proven(app: Flask) -> None:
    with transaction():
        sender = Sender(nonce="n", locale="en")
        members.ask(make_network(), WISH, sender, now=clock.utcnow())
    kept = db.session.scalar(text("SELECT asked FROM member"))
    assert kept
    assert "van" not in kept


def test_an_offer_survives_being_kept() -> None:
    offer = Offer(
        skills=frozenset({Skill.DRIVING}),
        languages=frozenset({"ar", "bfi"}),
        times=frozenset({FreeTime.WEEKENDS}),
        area="E17",
        note="I have a van",
    )
    assert read_offer(offer.to_json()) == offer
    assert not Offer()
    assert read_offer({}) == Offer()


def test_a_word_in_a_link_is_short_and_plain() -> None:
    for word in ("a-review", "mailing7"):
        assert read_source_word(word) == word
    assert read_source_word(None) is None
    for word in ("", "A Review", "x" * 31, "-x", "a@b"):
        assert read_source_word(word) is None
