"""What hosts and stewards ask to have fetched."""

from __future__ import annotations

from datetime import datetime

from app.aid.errors.pickups import PickupOverError, VanOnItsWayError
from app.aid.models.pickups import PickupRequest, PickupRun
from app.aid.models.points import CollectionPoint
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import pickups as reads
from app.aid.rules import pickups as rules
from app.aid.rules.pickups import OPEN_RUNS
from app.aid.rules.words import PickupState
from app.aid.service import runs
from app.audit import service as audit
from app.audit.facts import Actor, ActorKind
from app.db.session import db
from app.lib import ids


def ask(
    place: CollectionPoint | WorkplaceCollection,
    *,
    boxes: int,
    bags: int,
    note: str = "",
    now: datetime,
    by: Actor,
) -> PickupRequest:
    """Ask that things be fetched; asked again, it tells new amounts and keeps its place in line.

    Raises NothingToFetchError, AbsurdAmountError, or VanOnItsWayError where a driver has it.
    """
    rules.check_request(bags, boxes)
    reads.hold_place(place)
    found = find_waiting(place)
    if found is None:
        found = PickupRequest(
            public_id=ids.public_id(),
            drop_id=place.drop_id,
            point_id=place.id if isinstance(place, CollectionPoint) else None,
            workplace_id=place.id if isinstance(place, WorkplaceCollection) else None,
            asked_by=_who(place, by),
            asked_at=now,
        )
        db.session.add(found)
    run = _open_run_of(found)
    found.bags, found.boxes, found.note = bags, boxes, note
    db.session.flush()
    if run is not None:
        runs.lay_out_anew(run, now=now)
    _record(by, "pickup.asked", found, now=now)
    return found


def withdraw(request: PickupRequest, *, now: datetime, by: Actor) -> None:
    """Take a wish back. Raises PickupOverError, or VanOnItsWayError where a driver has it."""
    run = _open_run_of(request)
    (request,) = reads.lock_requests([request.id])
    if request.state in {PickupState.DONE, PickupState.WITHDRAWN}:
        raise PickupOverError
    request.state, request.done_at = PickupState.WITHDRAWN, now
    db.session.flush()
    if run is not None:
        runs.lay_out_anew(run, now=now)
    _record(by, "pickup.withdrawn", request, now=now)


def find_waiting(place: CollectionPoint | WorkplaceCollection) -> PickupRequest | None:
    """What a place asks to have fetched and nobody fetched yet."""
    if isinstance(place, CollectionPoint):
        return reads.find_waiting(point_id=place.id)
    return reads.find_waiting(workplace_id=place.id)


def _open_run_of(request: PickupRequest) -> PickupRun | None:
    """The run that has a request in its order, locked; raises where its driver has the sheet."""
    run = reads.runs_of([request.id]).get(request.id) if request.id else None
    if run is None:
        return None
    if run.state not in OPEN_RUNS:
        raise VanOnItsWayError
    return reads.lock_run(run.id)


def _who(place: CollectionPoint | WorkplaceCollection, by: Actor) -> str:
    if by.kind is ActorKind.ACCOUNT:
        return f"account:{by.account_id}"
    kind = "host" if isinstance(place, CollectionPoint) else "steward"
    return f"{kind}:{place.public_id}"


def _record(by: Actor, action: str, request: PickupRequest, *, now: datetime) -> None:
    audit.record(
        by,
        action,
        f"pickup_request:{request.id}",
        now=now,
        group_id=request.drop.group_id,
        detail={"bags": request.bags, "boxes": request.boxes},
    )
