"""Reads of consents: to whom a group may write, and what somebody said yes and no to.

A consent belongs to the address that it was given with. Where rows were merged, the person is
written to once, and a later no of hers counts whichever address she said it from; so a merge can
only ever narrow who is written to.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from app.db.session import db
from app.supporters.models.imports import PeopleImport
from app.supporters.models.people import Consent, Supporter
from app.supporters.rules.consents import ConsentPurpose


def reachable(
    group_id: int, purpose: ConsentPurpose, *, supporter_id: int | None = None
) -> Select[int]:
    """Select the ids of the supporters whom a group may write to about this, each person once.

    Suppression is another matter and asked apart. `supporter_id` looks at that person alone.
    """
    asked = Consent.group_id == group_id, Consent.purpose == purpose
    mine = () if supporter_id is None else (_of_person(supporter_id),)
    person = _person()
    last_no = (
        select(person.label("person"), func.max(Consent.withdrawn_at).label("at"))
        .join(Supporter, Supporter.id == Consent.supporter_id)
        .where(*asked, *mine, is_her_no())
        .group_by(person)
        .subquery()
    )
    # Of several addresses that said yes, that of the row which stands for the person.
    place = func.row_number().over(
        partition_by=person, order_by=(Supporter.merged_into_id.is_not(None), Supporter.id)
    )
    said_yes = (
        select(Supporter.id.label("id"), place.label("place"))
        .join(Consent, Consent.supporter_id == Supporter.id)
        .outerjoin(last_no, last_no.c.person == person)
        .where(
            *asked,
            *mine,
            Supporter.email.is_not(None),
            Consent.withdrawn_at.is_(None),
            or_(last_no.c.at.is_(None), last_no.c.at <= Consent.given_at),
        )
        .subquery()
    )
    return select(said_yes.c.id).where(said_yes.c.place == 1)


def may_write(supporter_id: int, group_id: int, purpose: ConsentPurpose) -> bool:
    """Whether a group may write to this address about this; suppression is asked apart."""
    found = db.session.scalars(reachable(group_id, purpose, supporter_id=supporter_id))
    return supporter_id in found.all()


def list_reachable(group_id: int, purpose: ConsentPurpose) -> Sequence[int]:
    """Return the ids of everybody whom a group may write to about this."""
    return db.session.scalars(reachable(group_id, purpose)).all()


def said_no(supporter_ids: Collection[int], group_id: int) -> set[tuple[int, ConsentPurpose]]:
    """Who of these, or the same person at another address, ever took a consent back: to what."""
    found = db.session.execute(
        select(Supporter.id, _person()).where(Supporter.id.in_(supporter_ids))
    )
    person_of = {row[0]: row[1] for row in found}
    persons = set(person_of.values())
    rows = db.session.execute(
        select(_person(), Consent.purpose)
        .join(Supporter, Supporter.id == Consent.supporter_id)
        .where(
            or_(Supporter.id.in_(persons), Supporter.merged_into_id.in_(persons)),
            Consent.group_id == group_id,
            is_her_no(),
        )
        .distinct()
    )
    refusals = {(person, purpose) for person, purpose in rows}
    return {
        (supporter_id, purpose)
        for supporter_id, person in person_of.items()
        for purpose in ConsentPurpose
        if (person, purpose) in refusals
    }


def overruled(supporter_id: int) -> set[int]:
    """The ids of somebody's consents that stand, but count no more: she said no after them.

    She said it at another address of hers, or before one of them was written down.
    """
    given = aliased(Consent)
    later_no = exists().where(
        Consent.supporter_id.in_(select(Supporter.id).where(_of_person(supporter_id))),
        Consent.group_id == given.group_id,
        Consent.purpose == given.purpose,
        Consent.withdrawn_at > given.given_at,
        is_her_no(),
    )
    found = select(given.id).where(
        given.supporter_id == supporter_id, given.withdrawn_at.is_(None), later_no
    )
    return set(db.session.scalars(found))


def live_of(supporter_ids: Collection[int], group_id: int) -> set[tuple[int, ConsentPurpose]]:
    """What of a group each of these agreed to and has not taken back."""
    rows = db.session.execute(
        select(Consent.supporter_id, Consent.purpose).where(
            Consent.supporter_id.in_(supporter_ids),
            Consent.group_id == group_id,
            Consent.withdrawn_at.is_(None),
        )
    )
    return {(supporter_id, purpose) for supporter_id, purpose in rows}


def list_consents(supporter_ids: Collection[int], group_ids: Collection[int]) -> Sequence[Consent]:
    """Return all consents of some rows to some groups, also those taken back, the latest first."""
    return db.session.scalars(
        select(Consent)
        .where(Consent.supporter_id.in_(supporter_ids), Consent.group_id.in_(group_ids))
        .options(selectinload(Consent.supporter))
        .order_by(Consent.given_at.desc(), Consent.id.desc())
    ).all()


def is_her_no() -> ColumnElement[bool]:
    """A condition on `Consent`: she took it back, and it did not end with an import undone."""
    is_undone = exists().where(
        PeopleImport.id == Consent.import_id, PeopleImport.undone_at == Consent.withdrawn_at
    )
    return and_(Consent.withdrawn_at.is_not(None), ~is_undone)


def _person() -> ColumnElement[int]:
    return func.coalesce(Supporter.merged_into_id, Supporter.id)


def _of_person(supporter_id: int) -> ColumnElement[bool]:
    """The rows of the person of whom a row is one."""
    self = aliased(Supporter)
    root = (
        select(func.coalesce(self.merged_into_id, self.id))
        .where(self.id == supporter_id)
        .scalar_subquery()
    )
    return or_(Supporter.id == root, Supporter.merged_into_id == root)
