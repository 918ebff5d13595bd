"""The ways in which groups come to know people; packages above say which they have."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Select, exists, or_, select

from app.db.session import db
from app.supporters.models.people import (
    Consent,
    SkillOffer,
    Supporter,
    SupporterGroup,
    SupporterTag,
)

if TYPE_CHECKING:
    from flask_babel import LazyString


@dataclass(frozen=True)
class Door:
    """One way in which people come to a group, such as a gift."""

    #: Stands in addresses.
    key: str
    name: LazyString
    #: Selects the ids of the supporters who came to one of these groups, or to any, by it.
    known: Callable[[Collection[int] | None], Select[int]]


_doors: list[Door] = []


def set_doors(*doors: Door) -> None:
    """Say which ways there are beside consents, tags, offers and the desk."""
    _doors[:] = doors


def list_doors() -> list[Door]:
    """Return the ways there are, in the order of the page."""
    return list(_doors)


def came_by(door: Door, group_ids: Collection[int]) -> ColumnElement[bool]:
    """A condition on `Supporter`: she came to one of these groups this way."""
    return Supporter.id.in_(door.known(group_ids))


def known_to(group_ids: Collection[int]) -> ColumnElement[bool]:
    """A condition on `Supporter`: one of these groups knows her."""
    own = [
        exists().where(each.supporter_id == Supporter.id, each.group_id.in_(group_ids))
        for each in (SupporterGroup, Consent, SupporterTag, SkillOffer)
    ]
    return or_(*own, *(came_by(door, group_ids) for door in _doors))


def groups_know(supporter_id: int) -> bool:
    """Whether anything of her own is left for which a group knows her; her tags are none."""
    own = [
        exists().where(each.supporter_id == supporter_id) for each in (SupporterGroup, SkillOffer)
    ]
    agreed = exists().where(Consent.supporter_id == supporter_id, Consent.withdrawn_at.is_(None))
    doors = [
        select(Supporter.id)
        .where(Supporter.id == supporter_id, Supporter.id.in_(door.known(None)))
        .exists()
        for door in _doors
    ]
    return bool(db.session.scalar(select(or_(agreed, *own, *doors))))
