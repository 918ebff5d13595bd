"""What is not needed is not kept: networks, unproven askings, members who left, old offers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from app.campaigns.mails import members as mails
from app.campaigns.models.members import Member
from app.campaigns.queries import members as reads
from app.campaigns.rules import members as rules
from app.db.session import db
from app.mail.service import outbox as mail
from app.supporters.rules import offers as offer_rules
from app.supporters.service import people


def forget_networks(*, now: datetime) -> None:
    """Delete what stands for visitors' networks once it is a day old."""
    old = now - rules.NETWORK_KEPT
    db.session.execute(
        update(Member)
        .where(Member.created_at < old, Member.network.is_not(None))
        .values(network=None)
    )


def forget_unproven(*, now: datetime, limit: int) -> int:
    """Forget addresses whose mailbox nobody proved; returns how many."""
    found = reads.list_unproven(now - rules.UNPROVEN_LIFE, limit=limit)
    mail.forget([each.public_id for each in found], now=now)
    for member in found:
        db.session.delete(member)
    return len(found)


def forget_left(*, now: datetime, limit: int) -> int:
    """Forget who left long ago, and who she was where nothing else of her is known."""
    found = reads.list_left(now - rules.LEFT_KEPT, limit=limit)
    mail.forget([each.public_id for each in found], now=now)
    supporters = [each.supporter for each in found]
    for member in found:
        db.session.delete(member)
    db.session.flush()
    for supporter in supporters:
        if supporter is not None:
            people.forget_unless_she_agreed(supporter, now=now)
    return len(found)


def ask_again(*, now: datetime, limit: int) -> int:
    """Ask members whether what they offered long ago still holds; returns how many."""
    found = reads.list_offers_to_ask(now - offer_rules.HOLDS, limit=limit)
    for offer, member in found:
        offer.asked_again_at = now
        mails.offer_again(member, now=now)
    return len(found)


def forget_offers(*, now: datetime, limit: int) -> int:
    """Forget offers about which nobody answered; returns how many."""
    found = reads.list_offers_unanswered(now - offer_rules.ANSWER_TIME, limit=limit)
    for offer in found:
        db.session.delete(offer)
    return len(found)
