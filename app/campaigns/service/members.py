"""Somebody joins a group: she asks, proves her mailbox, changes what she told, and leaves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.facts import Actor
from app.campaigns.errors.members import (
    AskedAnewError,
    CannotJoinError,
    JoinLinkEndedError,
    MemberLinkEndedError,
    StaleMemberError,
    TooManyJoinsError,
)
from app.campaigns.mails import members as mails
from app.campaigns.models.members import Member, MemberCampaign
from app.campaigns.queries import campaigns as campaign_reads
from app.campaigns.queries import members as reads
from app.campaigns.rules import members as rules
from app.campaigns.rules.members import MemberState, Wish
from app.campaigns.service import offers
from app.db.session import db
from app.groups.models import Group
from app.lib import ids
from app.mail.service import health
from app.mail.service import outbox as mail
from app.supporters.models.people import Supporter
from app.supporters.rules.consents import ConsentSource
from app.supporters.rules.offers import Offer
from app.supporters.service import people


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who sends a form, as far as is kept: for a day, for once, or to write to her."""

    nonce: str
    locale: str
    #: A keyed hash of the network.
    network: str | None = None
    #: The word in the link that led her here.
    came_from: str | None = None
    source: ConsentSource = ConsentSource.JOIN_FORM


def ask(group: Group, wish: Wish, sender: Sender, *, now: datetime) -> None:
    """Keep what somebody told until the mailbox is proven, and send the mail that asks.

    An address that is a member already, or was asked before, gets the same mail: whose addresses
    we know is nobody's business. Raises CannotJoinError or TooManyJoinsError.
    """
    if not rules.may_join(group.kind):
        raise CannotJoinError
    if reads.find_by_nonce(sender.nonce) is not None:
        return
    if sender.network and (
        reads.count_of_network(group.id, sender.network) >= rules.A_DAY_FROM_A_NETWORK
    ):
        raise TooManyJoinsError
    asked = reads.find_asked(group.id, wish.email)
    if asked is None:
        asked = Member(public_id=ids.public_id(), group_id=group.id, version=0, created_at=now)
    try:
        with db.session.begin_nested():
            _tell(asked, wish, sender)
            db.session.add(asked)
    except IntegrityError:
        # The same form is sent twice at once: the unique nonce lets one of them through.
        return
    mails.confirm(asked, now=now)


def _tell(asked: Member, wish: Wish, sender: Sender) -> None:
    """Write down what somebody told, in place of what she told before."""
    asked.email, asked.name, asked.asked = wish.email, wish.name, rules.close(wish)
    asked.nonce, asked.network, asked.locale = sender.nonce, sender.network, sender.locale
    asked.came_from, asked.source = sender.came_from, sender.source
    # The page that confirms says what it confirms; an older one of it confirms nothing.
    asked.version += 1


def open_asked(public_id: str, version: int) -> Member:
    """The row behind a link that proves a mailbox; raises JoinLinkEndedError."""
    found = reads.find_member(public_id)
    if found is None or found.link_version != version:
        raise JoinLinkEndedError
    return found


def told(member: Member) -> Wish:
    """What somebody told who has not proven her mailbox yet."""
    return rules.reopen(member.asked, email=member.email or "", name=member.name)


def confirm(member_id: int, *, seen: int, now: datetime) -> Member:
    """The mailbox is proven: she is known and a member. Twice changes nothing.

    Raises AskedAnewError where the page said something else than what stands now.
    """
    asked = reads.lock_member(member_id)
    if asked.state is not MemberState.ASKED:
        return asked
    if asked.version != seen:
        raise AskedAnewError
    wish = told(asked)
    health.note_proven(wish.email, now=now)
    supporter = people.meet_alone(wish.email, locale=asked.locale, now=now)
    member = reads.find_of(asked.group_id, supporter.id)
    begins = member is None or member.state is not MemberState.MEMBER
    if member is None:
        member = asked
        member.supporter, member.email, member.name, member.asked = supporter, None, None, None
    else:
        member.locale = asked.locale
        _take_over(asked, member)
        mail.forget([asked.public_id], now=now)
        db.session.delete(asked)
    _begin(member, wish, ConsentSource.JOIN_FORM, begins=begins, now=now, by=Actor.visitor())
    return member


def _take_over(asked: Member, member: Member) -> None:
    """Somebody who was there before joins again: one row, with what led her here this time."""
    if member.state is MemberState.LEFT:
        member.source, member.came_from = asked.source, asked.came_from


def enter(group: Group, wish: Wish, sender: Sender, *, now: datetime, by: Actor) -> Member:
    """Write down somebody who rang or signed on paper; she is told by mail, and can leave.

    Raises CannotJoinError.
    """
    if not rules.may_join(group.kind):
        raise CannotJoinError
    known = reads.find_by_nonce(sender.nonce)
    if known is not None:
        return known
    supporter = people.meet_alone(wish.email, locale=sender.locale, now=now)
    member = reads.find_of(group.id, supporter.id)
    begins = member is None or member.state is MemberState.LEFT
    if member is None:
        member = Member(
            public_id=ids.public_id(),
            group=group,
            supporter=supporter,
            state=MemberState.MEMBER,
            confirmed_at=now,
            locale=sender.locale,
            source=sender.source,
            nonce=sender.nonce,
            created_at=now,
        )
        db.session.add(member)
        db.session.flush()
    _begin(member, wish, sender.source, begins=begins, now=now, by=by)
    return member


def _begin(
    member: Member,
    wish: Wish,
    source: ConsentSource,
    *,
    begins: bool,
    now: datetime,
    by: Actor,
) -> None:
    """She is a member from now on, or still; what she told is added to what stands."""
    supporter = member.supporter
    if supporter is None:
        raise ValueError("a member is somebody")
    if begins:
        member.state, member.confirmed_at, member.left_at = MemberState.MEMBER, now, None
    member.version += 1
    _fill_gaps(supporter, wish)
    add_campaigns(member, wish.campaign_ids, now=now)
    if wish.offer:
        offers.keep(supporter.id, member.group_id, wish.offer, now=now)
    for purpose in sorted(wish.purposes):
        people.give_consent(
            supporter,
            group_id=member.group_id,
            purpose=purpose,
            locale=member.locale,
            source=source,
            now=now,
            by=by,
        )
    db.session.flush()
    if begins:
        is_entered = source is not ConsentSource.JOIN_FORM
        _record(member, "member.entered" if is_entered else "member.joined", now=now, by=by)
        mails.welcome(member, reads.find_welcome(member.group_id), is_entered=is_entered, now=now)


def _fill_gaps(supporter: Supporter, wish: Wish) -> None:
    """Keep what was not known; what she told before is changed on her own pages alone."""
    supporter.name = supporter.name or wish.name
    supporter.postcode = supporter.postcode or wish.postcode


def add_campaigns(member: Member, campaign_ids: Collection[int], *, now: datetime) -> None:
    """Let a member join for more campaigns of her group that run."""
    running = {each.id for each in campaign_reads.list_public_of_group(member.group_id)}
    known = {each.campaign_id for each in member.campaigns}
    for campaign_id in sorted((set(campaign_ids) & running) - known):
        member.campaigns.append(MemberCampaign(campaign_id=campaign_id, joined_at=now))


# --- what she changes -----------------------------------------------------------------------------


def open_page(public_id: str, version: int) -> Member:
    """The member of a link; raises MemberLinkEndedError."""
    found = reads.find_member(public_id)
    is_known = found is not None and found.state is not MemberState.ASKED
    if found is None or not is_known or found.link_version != version:
        raise MemberLinkEndedError
    return found


def change(
    member_id: int,
    offer: Offer,
    campaign_ids: Collection[int],
    *,
    seen: int,
    now: datetime,
    by: Actor,
) -> None:
    """Change what she offers and what she joined for.

    Campaigns that do not run any more stay as they are: nobody was asked about them. Raises
    StaleMemberError, or MemberLinkEndedError for somebody who left.
    """
    member = reads.lock_member(member_id)
    if member.state is not MemberState.MEMBER or member.supporter_id is None:
        raise MemberLinkEndedError
    if member.version != seen:
        raise StaleMemberError
    running = {each.id for each in campaign_reads.list_public_of_group(member.group_id)}
    for joined in list(member.campaigns):
        if joined.campaign_id in running and joined.campaign_id not in campaign_ids:
            member.campaigns.remove(joined)
    add_campaigns(member, campaign_ids, now=now)
    offers.keep(member.supporter_id, member.group_id, offer, now=now)
    member.version += 1
    _record(member, "member.changed", now=now, by=by)


def leave(member_id: int, *, now: datetime, by: Actor) -> None:
    """She leaves, by herself or because she asked an organiser. Twice changes nothing.

    What she offered goes, the group writes to her no more, and the day of leaving is kept a while.
    """
    member = reads.lock_member(member_id)
    if member.state is not MemberState.MEMBER or member.supporter_id is None:
        return
    member.state, member.left_at = MemberState.LEFT, now
    member.version += 1
    member.campaigns.clear()
    offers.forget(member.supporter_id, member.group_id)
    for consent in reads.live_consents(member.supporter_id, member.group_id):
        people.withdraw_consent(consent, now=now, by=by)
    _record(member, "member.left", now=now, by=by)


def end_links(supporter_id: int) -> None:
    """Let links that went to somebody's old mailbox open her pages no more."""
    db.session.execute(
        update(Member)
        .where(Member.supporter_id == supporter_id)
        .values(link_version=Member.link_version + 1)
        .execution_options(synchronize_session="fetch")
    )


def _record(member: Member, action: str, *, now: datetime, by: Actor) -> None:
    audit.record(by, action, f"member:{member.id}", now=now, group_id=member.group_id)
