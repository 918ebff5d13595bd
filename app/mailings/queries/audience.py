"""Who a mailing goes to: each condition is one piece of SQL over the people we know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, false, func, or_, select

from app.appeals.models.appeals import Appeal
from app.appeals.models.donations import Donation
from app.campaigns.models.members import Member, MemberCampaign
from app.campaigns.rules.members import MemberState
from app.db.session import db
from app.events.models.events import Event
from app.events.models.rsvps import Rsvp
from app.events.rules.words import EventState, RsvpState
from app.mailings.rules.audience import Audience, Giving
from app.supporters.models.people import OfferLine, SkillOffer, Supporter, SupporterTag
from app.supporters.queries import consents
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.words import OfferKind

#: Guests are forgotten some days after an event; older ones have none left.
MOST_EVENTS = 100
Condition = Callable[[Any, int], ColumnElement[bool]]


@dataclass(frozen=True)
class Reader:
    """Somebody who is to get a mailing."""

    supporter_id: int
    locale: str


def _is_member(group_id: int, campaign_id: int | None = None) -> ColumnElement[bool]:
    wanted = select(Member.id).where(
        Member.supporter_id == Supporter.id,
        Member.group_id == group_id,
        Member.state == MemberState.MEMBER,
    )
    if campaign_id is not None:
        joined = select(MemberCampaign.member_id).where(MemberCampaign.campaign_id == campaign_id)
        wanted = wanted.where(Member.id.in_(joined))
    return wanted.exists()


def _has_tag(tags: Sequence[str], group_id: int) -> ColumnElement[bool]:
    return exists().where(
        SupporterTag.supporter_id == Supporter.id,
        SupporterTag.group_id == group_id,
        SupporterTag.tag.in_(tags),
    )


def _can(skill: str, group_id: int) -> ColumnElement[bool]:
    offers = select(OfferLine.offer_id).where(
        OfferLine.kind == OfferKind.SKILL.value, OfferLine.value == skill
    )
    return exists().where(
        SkillOffer.supporter_id == Supporter.id,
        SkillOffer.group_id == group_id,
        SkillOffer.id.in_(offers),
    )


def _comes(event_id: int, group_id: int) -> ColumnElement[bool]:
    # An address that was typed and never proven shows nothing about the person behind it.
    own = select(Event.id).where(Event.id == event_id, Event.group_id == group_id)
    return exists().where(
        Rsvp.email == Supporter.email,
        Rsvp.event_id.in_(own),
        Rsvp.state == RsvpState.GOING,
        Rsvp.confirmed_at.is_not(None),
    )


def _gave(group_id: int, appeal_id: int | None = None) -> ColumnElement[bool]:
    own = select(Appeal.id).where(Appeal.group_id == group_id)
    if appeal_id is not None:
        own = own.where(Appeal.id == appeal_id)
    return exists().where(
        Donation.supporter_id == Supporter.id,
        Donation.appeal_id.in_(own),
        Donation.received_minor > 0,
    )


def _giving(giving: Giving, group_id: int) -> ColumnElement[bool]:
    return _gave(group_id) if giving is Giving.ANYTHING else ~_gave(group_id)


def _lives_in(areas: Sequence[str], _group_id: int) -> ColumnElement[bool]:
    """E17 is not E1: after an outward part comes a space or nothing, after letters a digit."""
    found: list[ColumnElement[bool]] = []
    for area in areas:
        if area.isalpha():
            found.extend(Supporter.postcode.startswith(f"{area}{digit}") for digit in range(10))
        else:
            found.extend((Supporter.postcode == area, Supporter.postcode.startswith(f"{area} ")))
    return or_(false(), *found)


#: What each condition means; a field of `Audience` without a line here would be asked for nothing.
CONDITIONS: Mapping[str, Condition] = {
    "members": lambda _, group_id: _is_member(group_id),
    "campaign_id": lambda campaign_id, group_id: _is_member(group_id, campaign_id),
    "tags": _has_tag,
    "without_tags": lambda tags, group_id: ~_has_tag(tags, group_id),
    "skill": _can,
    "event_id": _comes,
    "giving": _giving,
    "gave_to_id": lambda appeal_id, group_id: _gave(group_id, appeal_id),
    "areas": _lives_in,
    "locale": lambda locale, _: Supporter.locale == locale,
}


def _fits(audience: Audience, group_id: int, purpose: ConsentPurpose) -> list[ColumnElement[bool]]:
    chosen = [
        condition(getattr(audience, name), group_id)
        for name, condition in CONDITIONS.items()
        if getattr(audience, name) not in (None, False, ())
    ]
    return [Supporter.id.in_(consents.reachable(group_id, purpose)), *chosen]


def count_readers(audience: Audience, group_id: int, purpose: ConsentPurpose) -> int:
    """How many people the conditions fit now; suppressed addresses are counted among them."""
    wanted = select(func.count()).select_from(Supporter)
    return db.session.scalar(wanted.where(*_fits(audience, group_id, purpose))) or 0


def list_readers(audience: Audience, group_id: int, purpose: ConsentPurpose) -> list[Reader]:
    """Everybody whom the conditions fit now, each person once."""
    wanted = select(Supporter.id, Supporter.locale).where(*_fits(audience, group_id, purpose))
    rows = db.session.execute(wanted.order_by(Supporter.id))
    return [Reader(supporter_id, locale) for supporter_id, locale in rows]


def list_events(group_ids: Collection[int]) -> Sequence[Event]:
    """The events of these groups whose guests may be written to: published, the latest first."""
    return db.session.scalars(
        select(Event)
        .where(Event.group_id.in_(group_ids), Event.state == EventState.PUBLISHED)
        .order_by(Event.starts_at.desc(), Event.id.desc())
        .limit(MOST_EVENTS)
    ).all()
