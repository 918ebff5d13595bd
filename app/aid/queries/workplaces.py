"""Reads of collections at work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.aid.errors.workplaces import WorkplaceNotFoundError
from app.aid.models.drops import Drop
from app.aid.models.pickups import PickupRequest, PickupStop
from app.aid.models.points import BringRequest, CollectionPoint
from app.aid.models.stock import DropOff, StockMove
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.rules.words import (
    DropState,
    MoveKind,
    PickupState,
    PledgeState,
    WorkplaceState,
)
from app.aid.rules.workplaces import COUNTED, LIVE, Span
from app.db.session import db

_W = WorkplaceCollection
#: With what the key of a hand-over begins.
_HAND_OVER: Final = "hand-over"
#: A steward still goes by what the point said to her.
_PLEDGED = (PledgeState.ASKED, PledgeState.ACCEPTED)


def find(public_id: str) -> WorkplaceCollection | None:
    """Return a collection by the name in its links, or None."""
    return db.session.scalar(select(_W).where(_W.public_id == public_id))


def find_by_nonce(nonce: str) -> WorkplaceCollection | None:
    """Return the collection that a form made already, or None."""
    return db.session.scalar(select(_W).where(_W.nonce == nonce))


def lock(public_id: str) -> WorkplaceCollection:
    """Return a collection held against other writers; raises WorkplaceNotFoundError."""
    found = db.session.scalar(
        select(_W)
        .where(_W.public_id == public_id)
        .with_for_update(of=_W)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise WorkplaceNotFoundError
    return found


def get_for_desk(public_id: str, group_ids: Collection[int]) -> WorkplaceCollection:
    """Return a collection of one of these groups; raises WorkplaceNotFoundError."""
    found = find(public_id)
    if found is None or found.drop.group_id not in group_ids:
        raise WorkplaceNotFoundError
    return found


def is_reference_taken(reference: str) -> bool:
    """Whether a collection has this bank reference."""
    found = select(_W.id).where(_W.bank_reference == reference)
    return db.session.scalar(found) is not None


def find_point(slug: str, drop_id: int) -> CollectionPoint | None:
    """Return a point of a round by its address, or None."""
    return db.session.scalar(
        select(CollectionPoint).where(
            CollectionPoint.slug == slug, CollectionPoint.drop_id == drop_id
        )
    )


def lock_point(point_id: int) -> CollectionPoint | None:
    """Return a point held against other writers, or None."""
    return db.session.scalar(
        select(CollectionPoint)
        .where(CollectionPoint.id == point_id)
        .with_for_update(of=CollectionPoint)
        .execution_options(populate_existing=True)
    )


def visit_of(workplace: WorkplaceCollection) -> BringRequest | None:
    """Return the request to bring through which a steward sees a hidden point, or None."""
    if workplace.point is None:
        return None
    nonce = visit_nonce(workplace, workplace.point)
    return db.session.scalar(select(BringRequest).where(BringRequest.nonce == nonce))


def visit_nonce(workplace: WorkplaceCollection, point: CollectionPoint) -> str:
    """What makes the request of a collection to a point one alone."""
    return f"work:{workplace.public_id}:{point.public_id}"


def span_of(workplace: WorkplaceCollection) -> Span:
    """The days of a collection."""
    return Span(from_on=workplace.from_on, until_on=workplace.until_on, bring_on=workplace.bring_on)


# --- of one address -------------------------------------------------------------------------------


def count_open_of(email: str, drop_id: int) -> int:
    """Count the collections of an address that go on in a round."""
    found = select(func.count(_W.id)).where(
        _W.email == email,
        _W.drop_id == drop_id,
        _W.state.in_((WorkplaceState.PLEDGED, *LIVE)),
    )
    return db.session.scalar(found) or 0


def find_id_of(email: str) -> int | None:
    """Return the key of one collection of an address, or None."""
    found = select(_W.id).where(_W.email == email, _W.purged_at.is_(None))
    return db.session.scalar(found.order_by(_W.id.desc()).limit(1))


def find_email(workplace_id: int) -> str | None:
    """Return the address of a steward, or None."""
    return db.session.scalar(select(_W.email).where(_W.id == workplace_id))


def list_of_address(email: str) -> Sequence[WorkplaceCollection]:
    """Return the collections of an address that still have a page, the newest first."""
    return db.session.scalars(
        select(_W).where(_W.email == email, _W.purged_at.is_(None)).order_by(_W.id.desc())
    ).all()


# --- of one point ---------------------------------------------------------------------------------


def list_of_point(point_id: int) -> Sequence[WorkplaceCollection]:
    """Return what is still to come to a point, or was brought and its host has not said so."""
    return db.session.scalars(
        select(_W)
        .where(
            _W.point_id == point_id,
            or_(
                _W.state.in_(LIVE),
                and_(_W.state == WorkplaceState.HANDED_OVER, _W.received_at.is_(None)),
            ),
            _W.pledge.in_(_PLEDGED),
        )
        .order_by(_W.pledge == PledgeState.ACCEPTED, _W.from_on, _W.id)
    ).all()


def lock_pledged(point_id: int) -> Sequence[WorkplaceCollection]:
    """Return the collections that are still to be taken to a point, held against other writers."""
    return db.session.scalars(
        select(_W)
        .where(_W.point_id == point_id, _W.state.in_(LIVE), _W.pledge.in_(_PLEDGED))
        .order_by(_W.id)
        .with_for_update(of=_W)
        .execution_options(populate_existing=True)
    ).all()


# --- of one round ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sums:
    """How many collections a round has, and how many boxes they promised and brought."""

    count: int = 0
    promised: int = 0
    counted: int = 0


def sums_of(drop_id: int) -> Sums:
    """Count the collections of a round that go on or were brought."""
    row = db.session.execute(
        select(func.count(_W.id), func.sum(_W.promised_boxes), func.sum(_W.counted_boxes)).where(
            _W.drop_id == drop_id, _W.state.in_(COUNTED)
        )
    ).one()
    return Sums(int(row[0] or 0), int(row[1] or 0), int(row[2] or 0))


def list_named(drop_id: int) -> list[str]:
    """Return the organisations of a round that may be named in public."""
    found = select(_W.organisation).where(
        _W.drop_id == drop_id,
        _W.state.in_(COUNTED),
        _W.is_public.is_(True),
        _W.organisation.is_not(None),
    )
    return [name for name in db.session.scalars(found) if name]


# --- for the desk ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class WorkplaceFilter:
    """What narrows the list of the desk."""

    drop_id: int | None = None
    states: frozenset[WorkplaceState] = frozenset()
    pledge: PledgeState | None = None
    words: str = ""


def list_for_desk(
    group_ids: Collection[int], wanted: WorkplaceFilter, *, after: int | None, limit: int
) -> Sequence[WorkplaceCollection]:
    """Return the collections of these groups that fit, the newest first."""
    found = (
        select(_W)
        .join(Drop, _W.drop_id == Drop.id)
        .options(joinedload(_W.point))
        .where(Drop.group_id.in_(group_ids), *_narrowed(wanted))
        .order_by(_W.id.desc())
        .limit(limit)
    )
    if after is not None:
        found = found.where(_W.id < after)
    return db.session.scalars(found).unique().all()


def _narrowed(wanted: WorkplaceFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.drop_id is not None:
        yield _W.drop_id == wanted.drop_id
    if wanted.states:
        yield _W.state.in_(wanted.states)
    if wanted.pledge is not None:
        yield _W.pledge == wanted.pledge
    if wanted.words:
        like = f"%{_escaped(wanted.words.lower())}%"
        yield or_(
            *(
                func.lower(column).like(like, escape="\\")
                for column in (_W.organisation, _W.steward, _W.email, _W.locality)
            ),
            _W.bank_reference == wanted.words.upper(),
        )


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def waiting_pledges() -> Sequence[tuple[str, datetime, int]]:
    """(public id, since, group) of the pledges that no host answered."""
    rows = db.session.execute(
        select(_W.public_id, _W.updated_at, Drop.group_id)
        .join(Drop, _W.drop_id == Drop.id)
        .where(_W.pledge == PledgeState.ASKED, _W.state.in_(LIVE))
    )
    return [(row[0], row[1], row[2]) for row in rows]


# --- hand-overs -----------------------------------------------------------------------------------


def find_hand_over(workplace: WorkplaceCollection) -> DropOff | None:
    """Return the hand-over of a collection that was not taken back, or None."""
    return db.session.scalar(_hand_overs(workplace).where(DropOff.void_id.is_(None)).limit(1))


def list_taken_back(workplace: WorkplaceCollection) -> Sequence[DropOff]:
    """The hand-overs of a collection that were taken back."""
    return db.session.scalars(_hand_overs(workplace).where(DropOff.void_id.is_not(None))).all()


def find_handed_over_as(drop_off: DropOff) -> WorkplaceCollection | None:
    """Return the collection whose hand-over a drop-off is, or None for any other drop-off."""
    parts = drop_off.move.client_key.split(":")
    is_one = drop_off.move.kind is MoveKind.HAND_OVER and parts[0] == _HAND_OVER
    return find(parts[1]) if is_one and len(parts) > 2 else None


def _hand_overs(workplace: WorkplaceCollection) -> Select[DropOff]:
    return (
        select(DropOff)
        .join(StockMove, StockMove.id == DropOff.move_id)
        .where(
            StockMove.kind == MoveKind.HAND_OVER,
            StockMove.client_key.startswith(hand_over_key(workplace), autoescape=True),
            DropOff.drop_id == workplace.drop_id,
        )
        .order_by(DropOff.id.desc())
    )


def hand_over_key(workplace: WorkplaceCollection) -> str:
    """With what the key of every hand-over of a collection begins."""
    return f"{_HAND_OVER}:{workplace.public_id}:"


def list_counted_at(workplace: WorkplaceCollection) -> Sequence[DropOff]:
    """Return what was counted at work, the latest first, without what was taken back."""
    return db.session.scalars(
        select(DropOff)
        .where(DropOff.workplace_id == workplace.id, DropOff.void_id.is_(None))
        .order_by(DropOff.id.desc())
    ).all()


# --- for the worker -------------------------------------------------------------------------------


def list_unconfirmed(before: datetime, *, limit: int) -> Sequence[WorkplaceCollection]:
    """Return the collections whose mailbox nobody proved in time, held against other writers."""
    return db.session.scalars(
        select(_W)
        .where(_W.state == WorkplaceState.PLEDGED, _W.created_at < before)
        .order_by(_W.id)
        .limit(limit)
        .with_for_update(of=_W)
    ).all()


def list_live(*, after_id: int, limit: int) -> Sequence[WorkplaceCollection]:
    """Return collections that go on, in the order of their keys."""
    return db.session.scalars(
        select(_W)
        .where(_W.state.in_(LIVE), _W.id > after_id)
        .order_by(_W.id)
        .limit(limit)
        .with_for_update(of=_W)
    ).all()


def list_to_thank(*, limit: int) -> Sequence[WorkplaceCollection]:
    """Return what was brought in rounds of which everybody may read what became of them."""
    return db.session.scalars(
        select(_W)
        .join(Drop, _W.drop_id == Drop.id)
        .where(_W.state == WorkplaceState.HANDED_OVER, Drop.state == DropState.REPORTED)
        .order_by(_W.id)
        .limit(limit)
        .with_for_update(of=_W)
    ).all()


def list_drops_with_people() -> Sequence[Drop]:
    """Return the rounds that ended and of whose stewards something is still known."""
    known = select(_W.drop_id).where(_W.purged_at.is_(None))
    return db.session.scalars(
        select(Drop).where(Drop.ended_at.is_not(None), Drop.id.in_(known)).order_by(Drop.id)
    ).all()


def list_to_purge(drop_ids: Collection[int], *, limit: int) -> Sequence[WorkplaceCollection]:
    """Return the collections of these rounds of which people are still known."""
    return db.session.scalars(
        select(_W)
        .where(_W.drop_id.in_(drop_ids), _W.purged_at.is_(None))
        .order_by(_W.id)
        .limit(limit)
        .with_for_update(of=_W)
    ).all()


@dataclass(frozen=True)
class Fetched:
    """What a van took along from a workplace."""

    key: str
    bags: int
    boxes: int
    at: datetime


def find_fetched(workplace_id: int) -> Fetched | None:
    """Return what a van fetched last at a workplace, or None."""
    row = db.session.execute(
        select(PickupRequest.public_id, PickupStop.bags, PickupStop.boxes, PickupRequest.done_at)
        .join(PickupStop, PickupStop.request_id == PickupRequest.id)
        .where(
            PickupRequest.workplace_id == workplace_id,
            PickupRequest.state == PickupState.DONE,
            PickupRequest.done_at.is_not(None),
            PickupStop.move_id.is_not(None),
        )
        .order_by(PickupStop.id.desc())
        .limit(1)
    ).first()
    if row is None or row[3] is None:
        return None
    return Fetched(row[0], row[1], row[2], row[3])
