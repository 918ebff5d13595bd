"""What a workplace collected is taken to its point: it becomes a drop-off there.

What was counted at work before goes from the workplace to the point; the rest comes from outside.
Every change holds the point first, then the collection.
"""

from __future__ import annotations

from datetime import datetime

from app.aid.errors.stock import KeyUsedError
from app.aid.errors.workplaces import (
    AbsurdCountError,
    NothingCountedError,
    NotTakingError,
    WorkplaceChangedError,
)
from app.aid.mails import workplaces as mails
from app.aid.models.points import CollectionPoint
from app.aid.models.stock import DropOff
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import items as item_reads
from app.aid.queries import stock as stock_reads
from app.aid.queries import workplaces as reads
from app.aid.rules import bringing as bring_rules
from app.aid.rules import workplaces as rules
from app.aid.rules.quantities import in_boxes
from app.aid.rules.stock import TAKES_NOTHING, DropOffContent, Leg
from app.aid.rules.words import (
    BringState,
    LocationKind,
    MoveKind,
    PledgeState,
    Unit,
    WorkplaceState,
)
from app.aid.rules.workplaces import Count
from app.aid.service import bringing, drop_offs, locations, moving
from app.aid.service.workplaces import finish
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids


def count_at_work(
    workplace: WorkplaceCollection,
    count: Count,
    *,
    what: str,
    client_key: str,
    now: datetime,
    by: Actor,
    entered_by: str,
) -> DropOff:
    """Write down what came together at work so far; the same form again is the same entry.

    Raises WorkplaceChangedError, NothingCountedError, AbsurdCountError or what `log` raises.
    """
    workplace = reads.lock(workplace.public_id)
    if workplace.state not in rules.LIVE:
        raise WorkplaceChangedError
    check(count)
    content = DropOffContent(bags=count.bags, boxes=count.boxes, grams=count.grams, what=what)
    drop_off = drop_offs.log(
        workplace, content, client_key=client_key, now=now, by=by, entered_by=entered_by
    )
    if workplace.state is WorkplaceState.CONFIRMED:
        workplace.state = WorkplaceState.RUNNING
    finish(workplace, "workplace.counted", now=now, by=by)
    return drop_off


def check(count: Count) -> None:
    """Raise NothingCountedError or AbsurdCountError."""
    if count.is_absurd:
        raise AbsurdCountError
    if count.is_nothing:
        raise NothingCountedError


def hand_over(
    workplace: WorkplaceCollection,
    count: Count,
    *,
    client_key: str,
    now: datetime,
    by: Actor,
    entered_by: str,
    is_there: bool = False,
) -> DropOff:
    """Say that it was taken to the point, and how much it was; the same form again, once.

    `is_there`: its host or an organiser says so, which answers an open pledge with yes. Raises
    WorkplaceChangedError, NotTakingError, NothingCountedError, AbsurdCountError, KeyUsedError.
    """
    workplace, point = _held(workplace)
    key = f"{reads.hand_over_key(workplace)}{client_key}"
    known = _known(workplace, key, count)
    if known is not None:
        return known
    _check_state(workplace, is_there=is_there)
    check(count)
    if is_there and workplace.pledge is not PledgeState.ACCEPTED:
        workplace.pledge, workplace.pledge_answered_at = PledgeState.ACCEPTED, now
    # First, so that she is not told to look elsewhere where this fills the point.
    workplace.state, workplace.handed_over_at = WorkplaceState.HANDED_OVER, now
    drop_off = _written(workplace, point, count, key=key, now=now, by=by, entered_by=entered_by)
    workplace.received_at = now if is_there else None
    workplace.counted_boxes = in_boxes(count.bags, count.boxes)
    _end_visit(workplace, now=now, by=by)
    finish(workplace, "workplace.handed_over", now=now, by=by)
    mails.brought(workplace, key=drop_off.public_id, now=now)
    if not is_there:
        mails.host_told(workplace, "brought", now=now)
    return drop_off


def _check_state(workplace: WorkplaceCollection, *, is_there: bool) -> None:
    if workplace.state not in rules.LIVE:
        raise WorkplaceChangedError
    if workplace.pledge is PledgeState.ACCEPTED:
        return
    if not (is_there and workplace.pledge is PledgeState.ASKED):
        raise NotTakingError


def confirm(workplace: WorkplaceCollection, *, now: datetime, by: Actor) -> None:
    """The host says that all of it is there; twice is once. Raises WorkplaceChangedError."""
    workplace, _point = _held(workplace)
    if workplace.state not in rules.BROUGHT:
        raise WorkplaceChangedError
    if workplace.received_at is None:
        workplace.received_at = now
        finish(workplace, "workplace.hand_over_confirmed", now=now, by=by)


def correct(
    workplace: WorkplaceCollection,
    count: Count,
    *,
    reason: str,
    client_key: str,
    now: datetime,
    by: Actor,
    entered_by: str,
) -> None:
    """What was told is taken back, and what was really there is written down; sent twice, once.

    Raises what `take_back` and `hand_over` raise.
    """
    check(count)
    if _known(workplace, f"{reads.hand_over_key(workplace)}{client_key}", count) is not None:
        return
    take_back(
        workplace, reason=reason, client_key=client_key, now=now, by=by, entered_by=entered_by
    )
    hand_over(
        workplace,
        count,
        client_key=client_key,
        now=now,
        by=by,
        entered_by=entered_by,
        is_there=True,
    )


def take_back(
    workplace: WorkplaceCollection,
    *,
    reason: str,
    client_key: str,
    now: datetime,
    by: Actor,
    entered_by: str,
    is_stewards: bool = False,
) -> None:
    """It was not taken there after all: the collection goes on. Sent twice, once.

    A steward (`is_stewards`) cannot say so of what its host has already. Raises
    WorkplaceChangedError, ReasonNeededError, or NotEnoughError where it has gone on since.
    """
    workplace, _point = _held(workplace)
    if any(drop_offs.took_back(each, client_key) for each in reads.list_taken_back(workplace)):
        # Another hand-over may have come since: an old page means the one that it showed.
        return
    found = reads.find_hand_over(workplace)
    if found is not None and is_stewards and workplace.received_at is not None:
        raise WorkplaceChangedError
    if found is None:
        if workplace.state in rules.LIVE:
            return
        raise WorkplaceChangedError
    drop_offs.take_back(
        found, reason=reason, client_key=client_key, now=now, by=by, entered_by=entered_by
    )
    db.session.refresh(workplace)


def _held(workplace: WorkplaceCollection) -> tuple[WorkplaceCollection, CollectionPoint]:
    seen = workplace.point_id
    point = reads.lock_point(seen) if seen is not None else None
    workplace = reads.lock(workplace.public_id)
    if point is None or workplace.point_id != seen:
        raise WorkplaceChangedError
    return workplace, point


def _known(workplace: WorkplaceCollection, key: str, count: Count) -> DropOff | None:
    """What the same form wrote before, or None. Raises KeyUsedError where it said otherwise.

    So too where that was taken back since: somebody went back in her browser, and means it anew.
    """
    move = moving.find(workplace.drop, key)
    if move is None:
        return None
    found = drop_offs.find_of_move(move.id)
    if found is None or found.void_id is not None:
        raise KeyUsedError
    if (found.bags, found.boxes, found.grams) != (count.bags, count.boxes, count.grams):
        raise KeyUsedError
    return found


def _written(
    workplace: WorkplaceCollection,
    point: CollectionPoint,
    count: Count,
    *,
    key: str,
    now: datetime,
    by: Actor,
    entered_by: str,
) -> DropOff:
    """The move and the drop-off at the point; what was counted at work and not brought stays."""
    drop = workplace.drop
    if drop.state in TAKES_NOTHING:
        raise WorkplaceChangedError
    legs = _legs(workplace, point, count)
    move = moving.move(
        drop,
        legs,
        kind=MoveKind.HAND_OVER,
        client_key=key,
        happened_at=now,
        now=now,
        by=by,
        recorded_by=entered_by,
    )
    visit = reads.visit_of(workplace)
    drop_off = DropOff(
        public_id=ids.public_id(),
        drop_id=drop.id,
        point_id=point.id,
        move_id=move.id,
        request_id=visit.id if visit is not None else None,
        received_at=now,
        logged_at=now,
        bags=count.bags,
        boxes=count.boxes,
        grams=count.grams,
        # No name: the list of a point outlives what we know of stewards.
        what=workplace.bank_reference,
        entered_by=entered_by,
    )
    db.session.add(drop_off)
    db.session.flush()
    return drop_off


def _legs(workplace: WorkplaceCollection, point: CollectionPoint, count: Count) -> list[Leg]:
    """From the workplace what was counted there, from outside what is more."""
    drop = workplace.drop
    mixed = item_reads.get_mixed(drop.group_id)
    world = locations.account(drop, LocationKind.WORLD_IN)
    work, there = locations.of_workplace(workplace), locations.of_point(point)
    legs = []
    for unit, qty in ((Unit.BAG, count.bags), (Unit.BOX, count.boxes), (Unit.GRAM, count.grams)):
        known = min(qty, stock_reads.find_balance(work.id, drop.id, mixed.id, unit))
        legs += [
            Leg(from_=source.id, to=there.id, item_id=mixed.id, unit=unit, qty=part)
            for source, part in ((work, known), (world, qty - known))
            if part > 0
        ]
    return legs


def _end_visit(workplace: WorkplaceCollection, *, now: datetime, by: Actor) -> None:
    visit = reads.visit_of(workplace)
    if visit is not None and bring_rules.may_move(visit.state, BringState.BROUGHT):
        bringing.mark_brought(visit, now=now, by=by)
