"""Reads of what waits to be fetched, and of vans' days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.aid.models.drops import Drop
from app.aid.models.pickups import PickupRequest, PickupRun, PickupStop
from app.aid.models.points import CollectionPoint
from app.aid.models.stock import Box, StockBalance, StockLocation, StockMove
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.rules.pickups import LIVE_RUNS
from app.aid.rules.words import BoxState, DropState, PickupState, RunState, StopOutcome, Unit
from app.db.session import db
from app.lib.errors import NotFoundError

#: Nothing is fetched for a round that is so far.
_OVER = (DropState.REPORTED, DropState.ARCHIVED, DropState.CANCELLED)
_UNDER_WAY = (RunState.SENT, RunState.RUNNING)

# --- requests -------------------------------------------------------------------------------------


def list_open(group_ids: Collection[int]) -> Sequence[PickupRequest]:
    """Everything that some groups are asked to fetch and that no run fetches, the oldest first."""
    return db.session.scalars(
        _requests()
        .join(PickupRequest.drop)
        .options(contains_eager(PickupRequest.drop))
        .where(
            Drop.group_id.in_(group_ids),
            Drop.state.not_in(_OVER),
            PickupRequest.state == PickupState.OPEN,
        )
        .order_by(PickupRequest.asked_at, PickupRequest.id)
    ).all()


def list_open_of(drop_id: int) -> Sequence[PickupRequest]:
    """The same of one round."""
    return db.session.scalars(
        _requests()
        .where(PickupRequest.drop_id == drop_id, PickupRequest.state == PickupState.OPEN)
        .order_by(PickupRequest.asked_at, PickupRequest.id)
    ).all()


def _requests() -> Select[PickupRequest]:
    return select(PickupRequest).options(
        joinedload(PickupRequest.point).selectinload(CollectionPoint.hours),
        joinedload(PickupRequest.workplace),
    )


def get_request(public_id: str, group_ids: Collection[int]) -> PickupRequest:
    """A request to one of these groups; raises NotFoundError."""
    found = db.session.scalar(
        _requests()
        .join(PickupRequest.drop)
        .where(PickupRequest.public_id == public_id, Drop.group_id.in_(group_ids))
    )
    if found is None:
        raise NotFoundError
    return found


def find_waiting(
    *, point_id: int | None = None, workplace_id: int | None = None
) -> PickupRequest | None:
    """What a place asks to have fetched, planned or not; there is at most one."""
    return db.session.scalar(
        select(PickupRequest)
        .where(
            PickupRequest.point_id == point_id
            if point_id is not None
            else PickupRequest.workplace_id == workplace_id,
            PickupRequest.state.in_((PickupState.OPEN, PickupState.PLANNED)),
        )
        .order_by(PickupRequest.id)
        .limit(1)
    )


def hold_place(place: CollectionPoint | WorkplaceCollection) -> None:
    """Let nobody else ask for a place until the transaction ends."""
    table = type(place)
    db.session.execute(select(table.id).where(table.id == place.id).with_for_update())


def list_of_point(point_id: int, limit: int = 10) -> Sequence[PickupRequest]:
    """What a point asked to have fetched, the last first."""
    return db.session.scalars(
        select(PickupRequest)
        .where(PickupRequest.point_id == point_id)
        .order_by(PickupRequest.asked_at.desc(), PickupRequest.id.desc())
        .limit(limit)
    ).all()


def lock_requests(request_ids: Iterable[int]) -> Sequence[PickupRequest]:
    """Some requests as they stand, held until the transaction ends, in one order for all."""
    return db.session.scalars(
        select(PickupRequest)
        .where(PickupRequest.id.in_([*request_ids]))
        .order_by(PickupRequest.id)
        .with_for_update(of=PickupRequest)
        .execution_options(populate_existing=True)
    ).all()


def taken_of(request_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """(bags, boxes) that vans took before, where they could not take everything."""
    rows = db.session.execute(
        select(PickupStop.request_id, func.sum(PickupStop.bags), func.sum(PickupStop.boxes))
        .where(PickupStop.request_id.in_(request_ids), PickupStop.outcome == StopOutcome.PARTIAL)
        .group_by(PickupStop.request_id)
    )
    return {request_id: (int(bags), int(boxes)) for request_id, bags, boxes in rows}


def runs_of(request_ids: Collection[int]) -> dict[int, PickupRun]:
    """Which run has each of these in its order, where one that is not over does."""
    rows = db.session.execute(
        select(PickupStop.request_id, PickupRun)
        .join(PickupStop.run)
        .where(
            PickupStop.request_id.in_(request_ids),
            PickupStop.position.is_not(None),
            PickupStop.outcome == StopOutcome.PENDING,
            PickupRun.state.in_(LIVE_RUNS),
        )
    )
    return {request_id: run for request_id, run in rows}  # noqa: C416 - rows are no pairs to mypy


# --- runs -----------------------------------------------------------------------------------------


def list_runs(group_ids: Collection[int], *, is_over: bool, limit: int) -> Sequence[PickupRun]:
    """Vans' days that are to come or under way, the next first; or those that are over."""
    state = PickupRun.state
    wanted = state.not_in(LIVE_RUNS) if is_over else state.in_(LIVE_RUNS)
    starts = PickupRun.starts_local
    order = starts.desc() if is_over else starts.asc()
    return db.session.scalars(
        select(PickupRun)
        .join(PickupRun.drop)
        .options(contains_eager(PickupRun.drop), selectinload(PickupRun.stops))
        .where(Drop.group_id.in_(group_ids), wanted)
        .order_by(order, PickupRun.id)
        .limit(limit)
    ).all()


def get_run(public_id: str, group_ids: Collection[int]) -> PickupRun:
    """A run of one of these groups with its stops; raises NotFoundError."""
    request = selectinload(PickupRun.stops).joinedload(PickupStop.request)
    found = db.session.scalar(
        select(PickupRun)
        .join(PickupRun.drop)
        .options(
            contains_eager(PickupRun.drop),
            request.joinedload(PickupRequest.point).selectinload(CollectionPoint.hours),
            request.joinedload(PickupRequest.workplace),
        )
        .where(PickupRun.public_id == public_id, Drop.group_id.in_(group_ids))
    )
    if found is None:
        raise NotFoundError
    return found


def lock_run(run_id: int) -> PickupRun:
    """A run as it stands, held until the transaction ends."""
    return db.session.scalars(
        select(PickupRun)
        .where(PickupRun.id == run_id)
        .options(selectinload(PickupRun.stops))
        .with_for_update(of=PickupRun)
        .execution_options(populate_existing=True)
    ).one()


def find_same(drop_id: int, vehicle_id: int, starts: datetime, ends: datetime) -> PickupRun | None:
    """The run of a van that somebody made for just these hours, where it is not over."""
    return db.session.scalar(
        select(PickupRun)
        .where(
            PickupRun.drop_id == drop_id,
            PickupRun.vehicle_id == vehicle_id,
            PickupRun.starts_local == starts,
            PickupRun.ends_local == ends,
            PickupRun.state.in_(LIVE_RUNS),
        )
        .order_by(PickupRun.id)
        .limit(1)
    )


def find_clash(run: PickupRun) -> PickupRun | None:
    """Another planned run of the same vehicle, of any round, at the same time."""
    return db.session.scalar(
        select(PickupRun)
        .where(
            PickupRun.vehicle_id == run.vehicle_id,
            PickupRun.id != run.id,
            PickupRun.state.in_((RunState.PLANNED, *_UNDER_WAY)),
            PickupRun.starts_local < run.ends_local,
            PickupRun.ends_local > run.starts_local,
        )
        .limit(1)
    )


def get_location(location_id: int) -> StockLocation:
    """The store where a run begins or ends."""
    return db.session.get_one(StockLocation, location_id)


# --- goods ----------------------------------------------------------------------------------------


def list_balances(location_id: int, drop_id: int) -> Sequence[StockBalance]:
    """What lies loose in a place for a round."""
    return db.session.scalars(
        select(StockBalance)
        .where(
            StockBalance.location_id == location_id,
            StockBalance.drop_id == drop_id,
            StockBalance.qty > 0,
        )
        .order_by(StockBalance.item_id, StockBalance.unit)
        .execution_options(populate_existing=True)
    ).all()


def grams_at(point_ids: Collection[int]) -> dict[int, int]:
    """What is known of the weight of all that lies at each of these points."""
    rows = db.session.execute(
        select(StockLocation.point_id, func.sum(StockBalance.qty))
        .join(StockBalance, StockBalance.location_id == StockLocation.id)
        .where(StockLocation.point_id.in_(point_ids), StockBalance.unit == Unit.GRAM)
        .group_by(StockLocation.point_id)
    )
    return {point_id: int(grams) for point_id, grams in rows if point_id is not None}


def list_box_ids(location_id: int, drop_id: int) -> Sequence[int]:
    """The labelled boxes of a round that stand in a place, ready to go."""
    return db.session.scalars(
        select(Box.id)
        .where(
            Box.location_id == location_id,
            Box.drop_id == drop_id,
            Box.state.in_((BoxState.SEALED, BoxState.LOADED)),
        )
        .order_by(Box.id)
    ).all()


def get_move(move_id: int) -> StockMove:
    """The move of goods that a stop made."""
    return db.session.get_one(StockMove, move_id)


# --- what waits, and what is forgotten ------------------------------------------------------------


def list_waiting() -> Sequence[Row[str, datetime, int]]:
    """Name, moment and group of everything that is asked for and not planned."""
    return db.session.execute(
        select(PickupRequest.public_id, PickupRequest.asked_at, Drop.group_id)
        .join(PickupRequest.drop)
        .where(PickupRequest.state == PickupState.OPEN, Drop.state.not_in(_OVER))
    ).all()


def list_live() -> Sequence[Row[str, datetime, str, int]]:
    """Name, end of the shift, zone and group of every run that is not over."""
    return db.session.execute(
        select(PickupRun.public_id, PickupRun.ends_local, Drop.zone, Drop.group_id)
        .join(PickupRun.drop)
        .where(PickupRun.state.in_(LIVE_RUNS))
    ).all()


def list_with_crew() -> Sequence[PickupRun]:
    """Runs of rounds that ended, whose drivers are still named."""
    return db.session.scalars(
        select(PickupRun)
        .join(PickupRun.drop)
        .options(contains_eager(PickupRun.drop))
        .where(Drop.ended_at.is_not(None), PickupRun.purged_at.is_(None))
    ).all()


def get_place(public_id: str, group_ids: Collection[int]) -> CollectionPoint | WorkplaceCollection:
    """A point or a collection at work of one of these groups; raises NotFoundError."""
    point = db.session.scalar(
        select(CollectionPoint)
        .join(CollectionPoint.drop)
        .where(CollectionPoint.public_id == public_id, Drop.group_id.in_(group_ids))
    )
    workplace = db.session.scalar(
        select(WorkplaceCollection)
        .join(WorkplaceCollection.drop)
        .where(WorkplaceCollection.public_id == public_id, Drop.group_id.in_(group_ids))
    )
    found = point or workplace
    if found is None:
        raise NotFoundError
    return found
