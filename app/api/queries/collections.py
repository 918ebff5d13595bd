"""Pages of what programs read: public things, and by key what belongs to a group."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select

from app.api.rules.asking import Asked, Kind
from app.appeals.models.appeals import Appeal, is_public
from app.appeals.models.donations import Donation
from app.campaigns.models.campaigns import Campaign
from app.campaigns.models.members import Member
from app.campaigns.rules.members import MemberState
from app.db.session import db
from app.events.models.events import Event
from app.events.models.mobilisations import Mobilisation
from app.events.models.rsvps import Rsvp
from app.events.rules.words import EventState, RsvpState
from app.mail.service.suppression import suppressed
from app.payments.models.collecting import Payment
from app.payments.rules.collecting import PaymentState
from app.supporters.models.people import Supporter
from app.supporters.queries.consents import reachable
from app.supporters.rules.consents import ConsentPurpose

Row = TypeVar("Row")
_OPERATORS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
#: Attendances in these states are told to a key.
_TOLD: Final = (RsvpState.GOING, RsvpState.WITHDRAWN, RsvpState.DECLINED)


@dataclass(frozen=True)
class PageOf(Generic[Row]):
    """A page of a collection, and how many there are."""

    rows: Sequence[Row]
    total: int


@dataclass(frozen=True)
class Collection:
    """How one collection is read and narrowed."""

    table: type[Any]
    wanted: Callable[[datetime, int | None], ColumnElement[bool]]
    columns: Mapping[str, Any]
    kinds: Mapping[str, Kind]


def _events(_now: datetime, _group_id: int | None) -> ColumnElement[bool]:
    return Event.state == EventState.PUBLISHED


def _appeals(now: datetime, _group_id: int | None) -> ColumnElement[bool]:
    return is_public(now)


def _days(_now: datetime, _group_id: int | None) -> ColumnElement[bool]:
    return Mobilisation.published_at.is_not(None)


def _campaigns(_now: datetime, _group_id: int | None) -> ColumnElement[bool]:
    return Campaign.published_at.is_not(None)


def _people(_now: datetime, group_id: int | None) -> ColumnElement[bool]:
    """Members, and whoever agreed to be written to; one row where rows are one person.

    Of several rows it is one that agreed: its address is that which the group may write to.
    """
    joined = exists().where(
        Member.supporter_id == Supporter.id,
        Member.group_id == group_id,
        Member.state == MemberState.MEMBER,
    )
    agreed = _agreed(group_id or 0)
    is_merged = Supporter.merged_into_id.is_not(None)
    place = func.row_number().over(
        partition_by=func.coalesce(Supporter.merged_into_id, Supporter.id),
        order_by=(case((agreed, 0), else_=1), is_merged, Supporter.id),
    )
    told = (
        select(Supporter.id.label("id"), place.label("place"))
        .where(Supporter.erased_at.is_(None), or_(agreed, joined))
        .subquery()
    )
    return Supporter.id.in_(select(told.c.id).where(told.c.place == 1))


def _agreed(group_id: int) -> ColumnElement[bool]:
    """Whether she lets the group write to her, for whatever purpose."""
    return or_(*(Supporter.id.in_(reachable(group_id, purpose)) for purpose in ConsentPurpose))


def _donations(_now: datetime, group_id: int | None) -> ColumnElement[bool]:
    """Gifts to the group's appeals for which money came."""
    ours = exists().where(Appeal.id == Donation.appeal_id, Appeal.group_id == group_id)
    paid = exists().where(
        Payment.order_key == Donation.public_id, Payment.state == PaymentState.SUCCEEDED
    )
    return and_(ours, paid)


def _attendances(_now: datetime, group_id: int | None) -> ColumnElement[bool]:
    ours = exists().where(Event.id == Rsvp.event_id, Event.group_id == group_id)
    return and_(ours, Rsvp.state.in_(_TOLD))


COLLECTIONS: Final[Mapping[str, Collection]] = {
    "events": Collection(
        Event,
        _events,
        {"start_date": Event.starts_at, "modified_date": Event.changed_at},
        {"start_date": Kind.MOMENT, "modified_date": Kind.MOMENT},
    ),
    "fundraising_pages": Collection(
        Appeal,
        _appeals,
        {"created_date": Appeal.created_at, "modified_date": Appeal.updated_at},
        {"created_date": Kind.MOMENT, "modified_date": Kind.MOMENT},
    ),
    "event_campaigns": Collection(
        Mobilisation,
        _days,
        {"created_date": Mobilisation.created_at, "modified_date": Mobilisation.updated_at},
        {"created_date": Kind.MOMENT, "modified_date": Kind.MOMENT},
    ),
    "campaigns": Collection(
        Campaign,
        _campaigns,
        {"created_date": Campaign.created_at, "modified_date": Campaign.updated_at},
        {"created_date": Kind.MOMENT, "modified_date": Kind.MOMENT},
    ),
    "people": Collection(
        Supporter, _people, {"created_date": Supporter.created_at}, {"created_date": Kind.MOMENT}
    ),
    "donations": Collection(
        Donation, _donations, {"action_date": Donation.created_at}, {"action_date": Kind.MOMENT}
    ),
    "attendances": Collection(
        Rsvp, _attendances, {"created_date": Rsvp.created_at}, {"created_date": Kind.MOMENT}
    ),
}


def list_page(name: str, asked: Asked, *, now: datetime, group_id: int | None) -> PageOf[Any]:
    """A page of a collection in the order in which its rows came, as far as it is narrowed."""
    collection = COLLECTIONS[name]
    wanted = _narrowed(select(collection.table), collection, asked, now, group_id)
    total = db.session.scalar(
        _narrowed(select(func.count(collection.table.id)), collection, asked, now, group_id)
    )
    rows = db.session.scalars(
        wanted.order_by(collection.table.id)
        .limit(asked.per_page)
        .offset((asked.page - 1) * asked.per_page)
    )
    return PageOf(rows.unique().all(), total or 0)


def find_one(name: str, key: str, *, now: datetime, group_id: int | None) -> Any:  # noqa: ANN401
    """One thing of a collection by its public id or slug, or nothing."""
    collection = COLLECTIONS[name]
    table = collection.table
    column = table.public_id if hasattr(table, "public_id") else table.slug
    wanted = select(table).where(column == key, collection.wanted(now, group_id))
    return db.session.scalars(wanted).unique().first()


def _narrowed(
    wanted: Select[Any],
    collection: Collection,
    asked: Asked,
    now: datetime,
    group_id: int | None,
) -> Select[Any]:
    wanted = wanted.where(collection.wanted(now, group_id))
    for term in asked.terms:
        condition = _OPERATORS[term.operator](collection.columns[term.field], term.value)
        wanted = wanted.where(condition)
    return wanted


def reached(rows: Sequence[Supporter], group_id: int) -> set[int]:
    """Whom of these people the group may write to: she agreed, and her address is not closed."""
    said_yes = set(
        db.session.scalars(
            select(Supporter.id).where(
                Supporter.id.in_([row.id for row in rows]), _agreed(group_id)
            )
        )
    )
    closed = suppressed([row.email for row in rows if row.email])
    return {row.id for row in rows if row.id in said_yes and row.email not in closed}


def payments_of(order_keys: Sequence[str]) -> dict[str, list[Payment]]:
    """The payments whose money came, by the donation that they belong to."""
    found: dict[str, list[Payment]] = {}
    rows = db.session.scalars(
        select(Payment)
        .where(Payment.order_key.in_(order_keys), Payment.state == PaymentState.SUCCEEDED)
        .order_by(Payment.id)
    )
    for payment in rows:
        found.setdefault(payment.order_key, []).append(payment)
    return found
