"""Reads of members, one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.campaigns.errors.members import MemberNotFoundError
from app.campaigns.models.members import Member, WelcomeText
from app.campaigns.rules.members import MemberState
from app.db.session import db
from app.supporters.models.people import Consent, SkillOffer, Supporter


def find_member(public_id: str) -> Member | None:
    """Return a member by the name in her link, or None."""
    return db.session.scalar(select(Member).where(Member.public_id == public_id))


def get_member(public_id: str, group_ids: Collection[int]) -> Member:
    """Return a member of one of these groups, or who left it; raises MemberNotFoundError."""
    member = find_member(public_id)
    is_hers = member is not None and member.group_id in group_ids
    if member is None or not is_hers or member.state is MemberState.ASKED:
        raise MemberNotFoundError
    return member


def lock_member(member_id: int) -> Member:
    """Return a member held against other writers; raises MemberNotFoundError."""
    member = db.session.scalar(
        select(Member)
        .where(Member.id == member_id)
        .with_for_update(of=Member)
        .execution_options(populate_existing=True)
    )
    if member is None:
        raise MemberNotFoundError
    return member


def find_by_nonce(nonce: str) -> Member | None:
    """Return the row that a form made already, or None."""
    return db.session.scalar(select(Member).where(Member.nonce == nonce))


def find_asked(group_id: int, email: str) -> Member | None:
    """Return the unanswered question to an address, held against other writers, or None."""
    return db.session.scalar(
        select(Member)
        .where(Member.email == email, Member.group_id == group_id)
        .order_by(Member.id.desc())
        .limit(1)
        .with_for_update(of=Member)
    )


def find_of(group_id: int, supporter_id: int) -> Member | None:
    """Return the row of a supporter in a group, held against other writers, or None."""
    return db.session.scalar(
        select(Member)
        .where(Member.group_id == group_id, Member.supporter_id == supporter_id)
        .with_for_update(of=Member)
    )


def count_of_network(group_id: int, network: str) -> int:
    """Count the addresses that one network left at a group within a day."""
    found = select(func.count(Member.id)).where(
        Member.group_id == group_id, Member.network == network
    )
    return db.session.scalar(found) or 0


def list_of_address(email: str) -> Sequence[Member]:
    """Return where somebody with this address is a member."""
    return db.session.scalars(
        select(Member)
        .join(Supporter, Supporter.id == Member.supporter_id)
        .where(Supporter.email == email, Member.state == MemberState.MEMBER)
        .order_by(Member.id)
    ).all()


def list_all_of_address(email: str) -> Sequence[Member]:
    """Return every row about an address: asked, members and those who left."""
    known = select(Supporter.id).where(Supporter.email == email)
    return db.session.scalars(
        select(Member)
        .where((Member.email == email) | Member.supporter_id.in_(known))
        .order_by(Member.id)
    ).all()


def lock_all_of_address(email: str) -> Sequence[Member]:
    """Return the same, held against other writers.

    Who is about to prove her mailbox is waited for first: afterwards the row is a supporter's.
    """
    asked = select(Member.id).where(Member.email == email).order_by(Member.id)
    db.session.execute(asked.with_for_update(of=Member)).all()
    known = select(Supporter.id).where(Supporter.email == email)
    return db.session.scalars(
        select(Member)
        .where((Member.email == email) | Member.supporter_id.in_(known))
        .order_by(Member.id)
        .with_for_update(of=Member)
        .execution_options(populate_existing=True)
    ).all()


def live_consents(supporter_id: int, group_id: int) -> Sequence[Consent]:
    """Return what a supporter lets a group do now."""
    return db.session.scalars(
        select(Consent)
        .where(
            Consent.supporter_id == supporter_id,
            Consent.group_id == group_id,
            Consent.withdrawn_at.is_(None),
        )
        .order_by(Consent.id)
    ).all()


def find_offer(supporter_id: int, group_id: int) -> SkillOffer | None:
    """Return what a supporter offers a group, or None."""
    return db.session.scalar(
        select(SkillOffer).where(
            SkillOffer.supporter_id == supporter_id, SkillOffer.group_id == group_id
        )
    )


def find_welcome(group_id: int) -> WelcomeText | None:
    """Return what a group writes to whoever joined it, or None."""
    return db.session.get(WelcomeText, group_id)


# --- what the worker asks -------------------------------------------------------------------------


def list_unproven(before: datetime, *, limit: int) -> Sequence[Member]:
    """Return those whose mailbox nobody proved in time, held against other writers."""
    return db.session.scalars(
        select(Member)
        .where(Member.state == MemberState.ASKED, Member.created_at < before)
        .order_by(Member.id)
        .limit(limit)
        .with_for_update(of=Member)
    ).all()


def list_left(before: datetime, *, limit: int) -> Sequence[Member]:
    """Return those who left long ago, held against other writers."""
    return db.session.scalars(
        select(Member)
        .where(Member.state == MemberState.LEFT, Member.left_at < before)
        .order_by(Member.id)
        .limit(limit)
        .with_for_update(of=Member)
    ).all()


def count_unproven(before: datetime) -> int:
    """Count those whose mailbox nobody proved in time."""
    found = select(func.count(Member.id)).where(
        Member.state == MemberState.ASKED, Member.created_at < before
    )
    return db.session.scalar(found) or 0


def count_left(before: datetime) -> int:
    """Count those who left long ago."""
    found = select(func.count(Member.id)).where(
        Member.state == MemberState.LEFT, Member.left_at < before
    )
    return db.session.scalar(found) or 0


def list_offers_to_ask(before: datetime, *, limit: int) -> Sequence[tuple[SkillOffer, Member]]:
    """Return offers that nobody touched for long, with whose they are, held against others."""
    rows = db.session.execute(
        select(SkillOffer, Member)
        .join(
            Member,
            (Member.supporter_id == SkillOffer.supporter_id)
            & (Member.group_id == SkillOffer.group_id),
        )
        .where(
            SkillOffer.changed_at < before,
            SkillOffer.asked_again_at.is_(None),
            Member.state == MemberState.MEMBER,
        )
        .order_by(SkillOffer.id)
        .limit(limit)
        .with_for_update(of=SkillOffer)
    )
    return [(offer, member) for offer, member in rows]


def list_offers_unanswered(before: datetime, *, limit: int) -> Sequence[SkillOffer]:
    """Return offers whose owner did not answer, held against other writers."""
    return db.session.scalars(
        select(SkillOffer)
        .where(SkillOffer.asked_again_at < before)
        .order_by(SkillOffer.id)
        .limit(limit)
        .with_for_update(of=SkillOffer)
    ).all()


def count_offers_unanswered(before: datetime) -> int:
    """Count offers whose owner did not answer."""
    found = select(func.count(SkillOffer.id)).where(SkillOffer.asked_again_at < before)
    return db.session.scalar(found) or 0
