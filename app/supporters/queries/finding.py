"""Reads of people for the desk: lists that narrow and page, one person with all her rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, or_, select

from app.db.session import db
from app.supporters.errors.people import SupporterNotFoundError
from app.supporters.models.people import (
    Consent,
    OfferLine,
    SkillOffer,
    Supporter,
    SupporterMerge,
    SupporterTag,
)
from app.supporters.queries.doors import Door, came_by, known_to
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.words import OfferKind, Skill
from app.web.paging import Key, Page

ROWS = 50


@dataclass(frozen=True, kw_only=True)
class PeopleFilter:
    """What narrows a list of people; what says nothing narrows nothing."""

    #: The groups whose people are looked at.
    group_ids: Collection[int]
    words: str = ""
    tag: str = ""
    purpose: ConsentPurpose | None = None
    skill: Skill | None = None
    door: Door | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter as conditions on `Supporter`."""
        found: list[ColumnElement[bool]] = [
            Supporter.email.is_not(None),
            known_to(self.group_ids),
        ]
        if self.words:
            found.append(_word_condition(self.words))
        if self.tag:
            found.append(self._tagged())
        if self.purpose is not None:
            found.append(self._agreed(self.purpose))
        if self.skill is not None:
            found.append(self._offers(self.skill))
        if self.door is not None:
            found.append(came_by(self.door, self.group_ids))
        return found

    def _tagged(self) -> ColumnElement[bool]:
        return exists().where(
            SupporterTag.supporter_id == Supporter.id,
            SupporterTag.group_id.in_(self.group_ids),
            SupporterTag.tag == self.tag,
        )

    def _agreed(self, purpose: ConsentPurpose) -> ColumnElement[bool]:
        return exists().where(
            Consent.supporter_id == Supporter.id,
            Consent.group_id.in_(self.group_ids),
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )

    def _offers(self, skill: Skill) -> ColumnElement[bool]:
        return exists().where(
            SkillOffer.supporter_id == Supporter.id,
            SkillOffer.group_id.in_(self.group_ids),
            OfferLine.offer_id == SkillOffer.id,
            OfferLine.kind == OfferKind.SKILL.value,
            OfferLine.value == skill.value,
        )


def list_people(wanted: PeopleFilter, key: Key | None, *, limit: int = ROWS) -> Page[Supporter]:
    """Return a page of people, the latest first; of rows that are one person, the one that stands.

    Whoever fits with any of her addresses is shown, by a row that these groups know themselves.
    """
    person = func.coalesce(Supporter.merged_into_id, Supporter.id)
    fits = select(person).where(*wanted.conditions()).correlate(None)
    known = select(Supporter.id).where(known_to(wanted.group_ids)).correlate(None)
    stands = select(Supporter).where(
        person.in_(fits),
        Supporter.id.in_(known),
        Supporter.email.is_not(None),
        or_(Supporter.merged_into_id.is_(None), Supporter.merged_into_id.not_in(known)),
    )
    if key is not None:
        stands = stands.where(Supporter.id < key.row_id)
    rows = db.session.scalars(stands.order_by(Supporter.id.desc()).limit(limit + 1)).all()
    shown = rows[:limit]
    more = Key(shown[-1].created_at, shown[-1].id).encode() if len(rows) > limit else None
    return Page(shown, more)


def count_people(wanted: PeopleFilter) -> int:
    """How many people fit."""
    person = func.coalesce(Supporter.merged_into_id, Supporter.id)
    counted = select(func.count(person.distinct())).where(*wanted.conditions())
    return db.session.scalar(counted) or 0


def _word_condition(words: str) -> ColumnElement[bool]:
    return or_(
        Supporter.email.icontains(words, autoescape=True),
        Supporter.name.icontains(words, autoescape=True),
        Supporter.postcode.istartswith(words, autoescape=True),
    )


def get_person(public_id: str, group_ids: Collection[int]) -> Supporter:
    """Return somebody whom one of these groups knows; raises SupporterNotFoundError."""
    found = db.session.scalar(select(Supporter).where(Supporter.public_id == public_id))
    if found is None or found.email is None or not _is_known(found, group_ids):
        raise SupporterNotFoundError
    return found


def _is_known(supporter: Supporter, group_ids: Collection[int]) -> bool:
    known = select(Supporter.id).where(Supporter.id == supporter.id, known_to(group_ids))
    return db.session.scalar(known) is not None


def group_that_knows(supporters: Collection[Supporter], group_ids: Collection[int]) -> int:
    """Return the first of these groups that knows all of some; raises SupporterNotFoundError."""
    for group_id in sorted(group_ids):
        if all(_is_known(each, [group_id]) for each in supporters):
            return group_id
    raise SupporterNotFoundError


def rows_of(supporter: Supporter, group_ids: Collection[int] | None = None) -> Sequence[Supporter]:
    """Return every row of the same person (that one of these groups knows), the first stands."""
    root = supporter.merged_into_id or supporter.id
    known = () if group_ids is None else (known_to(group_ids),)
    return db.session.scalars(
        select(Supporter)
        .where(
            or_(Supporter.id == root, Supporter.merged_into_id == root),
            Supporter.email.is_not(None),
            *known,
        )
        .order_by(Supporter.merged_into_id.is_not(None), Supporter.id)
    ).all()


def lock_supporter(supporter_id: int) -> Supporter:
    """Return somebody held against other writers; raises SupporterNotFoundError."""
    found = db.session.scalar(
        select(Supporter)
        .where(Supporter.id == supporter_id, Supporter.email.is_not(None))
        .with_for_update(of=Supporter)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise SupporterNotFoundError
    return found


def list_tags(supporter_ids: Collection[int], group_ids: Collection[int]) -> Sequence[SupporterTag]:
    """Return the tags of some rows, by group and word."""
    return db.session.scalars(
        select(SupporterTag)
        .where(SupporterTag.supporter_id.in_(supporter_ids), SupporterTag.group_id.in_(group_ids))
        .order_by(SupporterTag.group_id, SupporterTag.tag)
    ).all()


def count_tags(group_ids: Collection[int]) -> list[tuple[str, int]]:
    """Return the tags of some groups and how many rows carry each, the words in their order."""
    rows = db.session.execute(
        select(SupporterTag.tag, func.count())
        .where(SupporterTag.group_id.in_(group_ids))
        .group_by(SupporterTag.tag)
        .order_by(SupporterTag.tag)
    )
    return [(tag, count) for tag, count in rows]


def list_offers(supporter_ids: Collection[int], group_ids: Collection[int]) -> Sequence[SkillOffer]:
    """Return what some rows offered to do for some groups."""
    return db.session.scalars(
        select(SkillOffer)
        .where(SkillOffer.supporter_id.in_(supporter_ids), SkillOffer.group_id.in_(group_ids))
        .order_by(SkillOffer.id)
    ).all()


def list_merges(supporter_ids: Collection[int]) -> Sequence[SupporterMerge]:
    """Return the merges of some rows that stand, the latest first."""
    return db.session.scalars(
        select(SupporterMerge)
        .where(
            SupporterMerge.undone_at.is_(None),
            or_(
                SupporterMerge.kept_id.in_(supporter_ids),
                SupporterMerge.merged_id.in_(supporter_ids),
            ),
        )
        .order_by(SupporterMerge.id.desc())
    ).all()
