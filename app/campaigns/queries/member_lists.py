"""Reads of members in lists: narrowed by what they joined for, what they offer and where."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import selectinload

from app.campaigns.models.members import Member, MemberCampaign
from app.campaigns.rules.members import MemberState
from app.db.session import db
from app.supporters.models.people import OfferLine, SkillOffer, Supporter, SupporterTag
from app.supporters.rules.words import FreeTime, OfferKind, Skill
from app.web.paging import Key, Page

ROWS: Final = 50
#: Rows of a file that are in memory at once.
_CHUNK: Final = 500


@dataclass(frozen=True, kw_only=True)
class MemberFilter:
    """What narrows a list; what is not given narrows nothing."""

    group_ids: Collection[int]
    campaign_id: int | None = None
    state: MemberState = MemberState.MEMBER
    #: In her name or her address of mail.
    words: str = ""
    tag: str = ""
    skill: Skill | None = None
    language: str = ""
    time: FreeTime | None = None
    #: In where she could do it, or her postcode.
    area: str = ""


def list_members(wanted: MemberFilter, after: Key | None) -> Page[Member]:
    """Return a page of members, who came last first."""
    query = _narrowed(wanted).order_by(Member.id.desc())
    if after is not None:
        query = query.where(Member.id < after.row_id)
    rows = db.session.scalars(query.limit(ROWS + 1)).unique().all()
    shown = rows[:ROWS]
    more = Key(shown[-1].created_at, shown[-1].id).encode() if len(rows) > ROWS else None
    return Page(shown, more)


def each_member(wanted: MemberFilter) -> Iterator[Member]:
    """Every member that a list shows, for a file; some at a time."""
    last = None
    while True:
        query = _narrowed(wanted).order_by(Member.id.desc())
        if last is not None:
            query = query.where(Member.id < last)
        rows = db.session.scalars(query.limit(_CHUNK)).unique().all()
        yield from rows
        if len(rows) < _CHUNK:
            return
        last = rows[-1].id


def count(wanted: MemberFilter) -> int:
    """Count who fits."""
    fits = _narrowed(wanted).options().with_only_columns(Member.id).order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(fits)) or 0


def offers_of(members: Collection[Member]) -> Mapping[int, SkillOffer]:
    """What members offer, by the id of the member's row."""
    pairs = {(each.supporter_id, each.group_id): each.id for each in members}
    if not pairs:
        return {}
    found = db.session.scalars(
        select(SkillOffer)
        .where(
            SkillOffer.supporter_id.in_([key[0] for key in pairs]),
            SkillOffer.group_id.in_({key[1] for key in pairs}),
        )
        .options(selectinload(SkillOffer.lines))
    )
    by_pair = {(each.supporter_id, each.group_id): each for each in found}
    return {row: by_pair[pair] for pair, row in pairs.items() if pair in by_pair}


def tags_of(group_ids: Collection[int]) -> Sequence[str]:
    """The tags that stand at members of these groups."""
    return db.session.scalars(
        select(SupporterTag.tag)
        .distinct()
        .where(SupporterTag.group_id.in_(group_ids))
        .order_by(SupporterTag.tag)
        .limit(200)
    ).all()


def count_asked(group_ids: Collection[int]) -> int:
    """Count who asked to join and has not confirmed it."""
    found = select(func.count(Member.id)).where(
        Member.group_id.in_(group_ids), Member.state == MemberState.ASKED
    )
    return db.session.scalar(found) or 0


def known_supporters(group_ids: Collection[int] | None) -> Select[Any]:
    """Select the ids of the supporters who joined one of these groups, or any."""
    found = select(Member.supporter_id).where(Member.supporter_id.is_not(None))
    return found if group_ids is None else found.where(Member.group_id.in_(group_ids))


def _narrowed(wanted: MemberFilter) -> Select[Member]:
    query = (
        select(Member)
        .join(Supporter, Supporter.id == Member.supporter_id)
        .where(Member.group_id.in_(wanted.group_ids), Member.state == wanted.state)
        .options(selectinload(Member.campaigns).joinedload(MemberCampaign.campaign))
    )
    return query.where(*_conditions(wanted))


def _conditions(wanted: MemberFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.campaign_id is not None:
        yield exists().where(
            MemberCampaign.member_id == Member.id,
            MemberCampaign.campaign_id == wanted.campaign_id,
        )
    if wanted.words:
        yield or_(
            Supporter.name.icontains(wanted.words, autoescape=True),
            Supporter.email.icontains(wanted.words, autoescape=True),
        )
    if wanted.tag:
        yield exists().where(
            SupporterTag.supporter_id == Member.supporter_id,
            SupporterTag.group_id == Member.group_id,
            SupporterTag.tag == wanted.tag,
        )
    if wanted.area:
        near = SkillOffer.area.icontains(wanted.area, autoescape=True)
        lives = Supporter.postcode.istartswith(wanted.area, autoescape=True)
        yield or_(lives, exists().where(_hers(), near))
    for kind, value in (
        (OfferKind.SKILL, wanted.skill),
        (OfferKind.LANGUAGE, wanted.language),
        (OfferKind.TIME, wanted.time),
    ):
        if value:
            yield exists().where(
                _hers(),
                OfferLine.offer_id == SkillOffer.id,
                OfferLine.kind == kind.value,
                OfferLine.value == str(value),
            )


def _hers() -> ColumnElement[bool]:
    return and_(
        SkillOffer.supporter_id == Member.supporter_id, SkillOffer.group_id == Member.group_id
    )
