"""Reads of rows that may be the same person: alike in name and postcode, or by telephone.

An address is never compared: who writes from two mailboxes has two rows, and only an organiser who
knows her says that they are one person.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from app.db.session import db
from app.supporters.models.people import Supporter
from app.supporters.queries.doors import known_to
from app.supporters.rules.people import name_key, phone_key

#: So many telephone numbers are opened for one look, the latest first.
MOST_PHONES = 5000
#: So many pairs are shown at once.
MOST_PAIRS = 50


def alike(rows: Sequence[Supporter], group_ids: Collection[int]) -> list[Supporter]:
    """Return who may be the same person as one of these rows and is not yet."""
    names = {(name_key(row.name), row.postcode) for row in rows if row.name and row.postcode}
    phones = {phone_key(row.phone) for row in rows if row.phone} - {None}
    if not names and not phones:
        return []
    postcodes = {postcode for _, postcode in names}
    found = {
        other.id: other
        for other in _standing(group_ids, Supporter.postcode.in_(postcodes))
        if other.name and (name_key(other.name), other.postcode) in names
    }
    if phones:
        for other in _with_phones(group_ids):
            if phone_key(other.phone or "") in phones:
                found[other.id] = other
    mine = {row.id for row in rows}
    return [other for supporter_id, other in sorted(found.items()) if supporter_id not in mine]


def list_pairs(group_ids: Collection[int]) -> list[tuple[Supporter, Supporter]]:
    """Return pairs of people who may be one, those known longer first."""
    shared = (
        select(Supporter.postcode)
        .where(Supporter.postcode.is_not(None), Supporter.email.is_not(None))
        .group_by(Supporter.postcode)
        .having(func.count() > 1)
    )
    seen: dict[tuple[str, str | None], Supporter] = {}
    pairs: dict[tuple[int, int], tuple[Supporter, Supporter]] = {}
    keyed = [
        ((name_key(row.name), row.postcode), row)
        for row in _standing(group_ids, Supporter.postcode.in_(shared))
        if row.name
    ]
    keyed += [
        ((key, None), row)
        for row in _with_phones(group_ids)
        if (key := phone_key(row.phone or "")) is not None
    ]
    for sign, row in sorted(keyed, key=lambda each: each[1].id):
        first = seen.setdefault(sign, row)
        if first.id != row.id:
            pairs.setdefault((first.id, row.id), (first, row))
    return [pairs[each] for each in sorted(pairs)][:MOST_PAIRS]


def _standing(group_ids: Collection[int], *conditions: object) -> Sequence[Supporter]:
    return db.session.scalars(
        select(Supporter)
        .where(
            Supporter.email.is_not(None),
            Supporter.merged_into_id.is_(None),
            known_to(group_ids),
            *conditions,  # type: ignore[arg-type]
        )
        .order_by(Supporter.id.desc())
        .limit(MOST_PHONES)
    ).all()


def _with_phones(group_ids: Collection[int]) -> Sequence[Supporter]:
    return _standing(group_ids, Supporter.phone.is_not(None))
