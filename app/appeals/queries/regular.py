"""Reads of regular donations and what they collected."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.appeals.errors import RegularNotFoundError
from app.appeals.models.appeals import Appeal
from app.appeals.models.donations import Donation
from app.appeals.models.regular import RegularDonation
from app.appeals.rules.regular import LATEST_NOTICE, YEAR, YEARLY_NOTICE
from app.appeals.rules.words import Frequency, RegularState
from app.db.session import db
from app.lib import ids
from app.lib.money import Money
from app.payments.models.plans import Plan, PlanChange
from app.payments.rules.plans import ENDED_PLANS, PlanChangeKind, PlanChangeState, months_later


def find_regular(public_id: str) -> RegularDonation | None:
    """Return the regular donation with this public id (its plan key), or None."""
    return db.session.scalar(select(RegularDonation).where(RegularDonation.public_id == public_id))


def get_regular(public_id: str, group_ids: Collection[int] | None = None) -> RegularDonation:
    """Return a regular donation (to one of these groups); raises RegularNotFoundError."""
    query = select(RegularDonation).where(RegularDonation.public_id == public_id)
    if group_ids is not None:
        query = query.join(RegularDonation.appeal).where(Appeal.group_id.in_(group_ids))
    regular = db.session.scalar(query)
    if regular is None:
        raise RegularNotFoundError
    return regular


def lock_regular(public_id: str) -> RegularDonation | None:
    """Return a regular donation held against other writers until the transaction ends, or None."""
    return db.session.scalar(
        select(RegularDonation)
        .where(RegularDonation.public_id == public_id)
        .with_for_update(of=RegularDonation)
        .execution_options(populate_existing=True)
    )


def has_regular(supporter_id: int) -> bool:
    """Whether a supporter gives regularly, did, or began to."""
    wanted = select(RegularDonation.id).where(RegularDonation.supporter_id == supporter_id)
    return db.session.scalar(wanted.limit(1)) is not None


# --- lists --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class RegularFilter:
    """Which regular donations a list shows; what is None does not narrow it."""

    group_ids: Collection[int]
    #: In e-mail, name or reference; names and addresses only in the groups of `people_of`.
    words: str = ""
    people_of: Collection[int] = ()
    appeal_id: int | None = None
    state: RegularState | None = None
    frequency: Frequency | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same in SQL, over RegularDonation."""
        found: list[ColumnElement[bool]] = [_is_of_groups(self.group_ids)]
        for column, wanted in (
            (RegularDonation.appeal_id, self.appeal_id),
            (RegularDonation.state, self.state),
            (RegularDonation.frequency, self.frequency),
        ):
            if wanted is not None:
                found.append(column == wanted)
        if self.words:
            found.append(self._word_condition())
        return found

    def _word_condition(self) -> ColumnElement[bool]:
        reference = ids.read_reference(self.words) or self.words.upper()
        people = or_(
            RegularDonation.email.icontains(self.words, autoescape=True),
            RegularDonation.name.icontains(self.words, autoescape=True),
        )
        return or_(
            RegularDonation.reference == reference, and_(_is_of_groups(self.people_of), people)
        )


def _is_of_groups(group_ids: Collection[int]) -> ColumnElement[bool]:
    appeal = aliased(Appeal)
    return exists().where(appeal.id == RegularDonation.appeal_id, appeal.group_id.in_(group_ids))


def list_regular(
    wanted: RegularFilter, *, after: tuple[datetime, int] | None = None, limit: int
) -> Sequence[RegularDonation]:
    """Return the regular donations of a filter, the latest first, after a (created_at, id)."""
    query = select(RegularDonation).where(*wanted.conditions())
    if after is not None:
        row = tuple_(RegularDonation.created_at, RegularDonation.id)
        query = query.where(row < tuple_(*after))
    in_order = query.order_by(RegularDonation.created_at.desc(), RegularDonation.id.desc())
    return db.session.scalars(in_order.limit(limit)).all()


@dataclass(frozen=True)
class RegularSums:
    """What the regular donations of a filter collect each time, without what covers the fee."""

    currency: str
    frequency: Frequency
    count: int
    amount: Money


def sum_regular(wanted: RegularFilter) -> list[RegularSums]:
    """Return how many regular donations of a filter there are and what each round of them gives."""
    rows = db.session.execute(
        select(
            RegularDonation.currency,
            RegularDonation.frequency,
            func.count(RegularDonation.id),
            func.sum(RegularDonation.amount_minor),
        )
        .where(*wanted.conditions())
        .group_by(RegularDonation.currency, RegularDonation.frequency)
        .order_by(RegularDonation.currency, RegularDonation.frequency)
    )
    return [
        RegularSums(currency, frequency, count, Money(int(minor), currency))
        for currency, frequency, count, minor in rows
    ]


# --- collections --------------------------------------------------------------------------------


def list_collections(regular_id: int) -> Sequence[Donation]:
    """Return the donations that a regular donation brought, the latest first."""
    return db.session.scalars(
        select(Donation)
        .where(Donation.regular_id == regular_id)
        .order_by(Donation.dated_at.desc(), Donation.id.desc())
    ).all()


def find_first_collection(regular_id: int) -> Donation | None:
    """Return the donation that was made with the decision, or None."""
    return db.session.scalar(
        select(Donation).where(Donation.regular_id == regular_id).order_by(Donation.id).limit(1)
    )


def number_of_collection(regular_id: int, donation_id: int) -> int:
    """Return which collection of a regular donation a gift is, counted from one."""
    wanted = select(func.count(Donation.id)).where(
        Donation.regular_id == regular_id, Donation.id <= donation_id
    )
    return db.session.scalar(wanted) or 0


@dataclass(frozen=True)
class CollectionSums:
    """What the collections of a regular donation come to, covered fees included."""

    count: int
    received: Money
    on_its_way: Money
    returned: Money


def sum_collections(
    regular: RegularDonation, *, since: datetime | None = None, until: datetime | None = None
) -> CollectionSums:
    """Return what a regular donation brought (between two instants)."""
    query = select(
        func.count(Donation.id).filter(Donation.received_minor > 0),
        func.coalesce(func.sum(Donation.received_minor), 0),
        func.coalesce(func.sum(Donation.on_its_way_minor), 0),
        func.coalesce(func.sum(Donation.returned_minor), 0),
    ).where(Donation.regular_id == regular.id)
    if since is not None:
        query = query.where(Donation.dated_at >= since)
    if until is not None:
        query = query.where(Donation.dated_at < until)
    count, *minors = db.session.execute(query).one()
    return CollectionSums(count, *(Money(int(minor), regular.currency) for minor in minors))


# --- what is due --------------------------------------------------------------------------------


def list_yearly_due(*, now: datetime, after_id: int, limit: int) -> Sequence[RegularDonation]:
    """Return the yearly donations whose donors are to be told of the next collection."""
    return _list_due(
        and_(
            RegularDonation.frequency == Frequency.YEARLY,
            RegularDonation.next_at <= now + YEARLY_NOTICE,
            RegularDonation.next_at >= now + YEARLY_NOTICE - LATEST_NOTICE,
        ),
        after_id,
        limit,
    )


def list_anniversaries(*, now: datetime, after_id: int, limit: int) -> Sequence[RegularDonation]:
    """Return the monthly donations that began on about this day in an earlier year."""
    first = db.session.scalar(select(func.min(RegularDonation.started_at)))
    if first is None:
        return []
    slack = timedelta(days=1)
    years = range(1, now.year - first.year + 1)
    began = or_(
        *(
            RegularDonation.started_at.between(day - LATEST_NOTICE - slack, day + slack)
            for day in (months_later(now, -count * YEAR) for count in years)
        ),
        RegularDonation.id < 0,
    )
    return _list_due(and_(RegularDonation.frequency == Frequency.MONTHLY, began), after_id, limit)


def _list_due(
    condition: ColumnElement[bool], after_id: int, limit: int
) -> Sequence[RegularDonation]:
    return db.session.scalars(
        select(RegularDonation)
        .where(
            RegularDonation.state == RegularState.ACTIVE,
            RegularDonation.email.is_not(None),
            RegularDonation.id > after_id,
            condition,
        )
        .order_by(RegularDonation.id)
        .limit(limit)
    ).all()


def is_stop_asked(plan_key: str) -> bool:
    """Whether somebody asked that a plan end, and Stripe did not refuse."""
    wanted = (
        select(PlanChange.id)
        .join(Plan, PlanChange.plan_id == Plan.id)
        .where(
            Plan.plan_key == plan_key,
            PlanChange.kind == PlanChangeKind.STOP,
            PlanChange.state != PlanChangeState.REFUSED,
        )
    )
    return db.session.scalar(wanted.limit(1)) is not None


def list_forgettable(regular_ids: Collection[int]) -> Sequence[RegularDonation]:
    """Return the stopped ones among some regular donations whose every gift lost its donor."""
    named = exists().where(
        Donation.regular_id == RegularDonation.id, Donation.forgotten_at.is_(None)
    )
    return db.session.scalars(
        select(RegularDonation)
        .where(
            RegularDonation.id.in_(regular_ids),
            RegularDonation.state == RegularState.STOPPED,
            ~named,
        )
        .order_by(RegularDonation.id)
    ).all()


# --- checks -------------------------------------------------------------------------------------


def list_ownerless_plans() -> Sequence[str]:
    """Return the plans that are no regular donation's."""
    known = select(RegularDonation.public_id)
    return db.session.scalars(
        select(Plan.plan_key).where(Plan.plan_key.not_in(known)).order_by(Plan.id)
    ).all()


def list_planless() -> Sequence[RegularDonation]:
    """Return the regular donations that began and have no plan."""
    return db.session.scalars(
        select(RegularDonation)
        .where(
            RegularDonation.started_at.is_not(None),
            RegularDonation.public_id.not_in(select(Plan.plan_key)),
        )
        .order_by(RegularDonation.id)
    ).all()


def list_differing() -> Sequence[tuple[RegularDonation, Plan]]:
    """Return the regular donations that say something else than their plans."""
    is_stopped = RegularDonation.state == RegularState.STOPPED
    is_ended = Plan.state.in_(ENDED_PLANS)
    asked = RegularDonation.amount_minor + RegularDonation.covered_fee_minor
    rows = db.session.execute(
        select(RegularDonation, Plan)
        .join(Plan, Plan.plan_key == RegularDonation.public_id)
        .where(
            or_(
                and_(is_stopped, ~is_ended),
                and_(~is_stopped, is_ended),
                asked != Plan.amount_minor,
                RegularDonation.fund_id != Plan.fund_id,
            )
        )
        .order_by(RegularDonation.id)
    )
    return [(regular, plan) for regular, plan in rows]
