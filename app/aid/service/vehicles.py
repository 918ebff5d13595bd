"""The vans of a group."""

from __future__ import annotations

from datetime import datetime

from app.aid.errors.pickups import VehicleNameTakenError
from app.aid.models.pickups import Vehicle
from app.aid.queries import vehicles as reads
from app.aid.rules.pickups import VehicleContent
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids
from app.lib.errors import StaleError


def add(group_id: int, content: VehicleContent, *, now: datetime, by: Actor) -> Vehicle:
    """Write a van down; raises VehicleNameTakenError."""
    if reads.is_name_taken(group_id, content.name):
        raise VehicleNameTakenError
    vehicle = Vehicle(public_id=ids.public_id(), group_id=group_id)
    _fill(vehicle, content)
    db.session.add(vehicle)
    db.session.flush()
    _record(by, "vehicle.added", vehicle, now=now)
    return vehicle


def edit(
    vehicle: Vehicle, content: VehicleContent, *, version: int, now: datetime, by: Actor
) -> None:
    """Correct what is said of a van; raises StaleError or VehicleNameTakenError.

    Runs keep what they were planned with until somebody edits them.
    """
    vehicle = reads.lock_vehicle(vehicle.id)
    if vehicle.version != version:
        raise StaleError
    if reads.is_name_taken(vehicle.group_id, content.name, vehicle.id):
        raise VehicleNameTakenError
    _fill(vehicle, content)
    vehicle.version += 1
    db.session.flush()
    _record(by, "vehicle.edited", vehicle, now=now)


def retire(vehicle: Vehicle, *, is_retired: bool, now: datetime, by: Actor) -> None:
    """Offer a van for new runs no more, or again."""
    vehicle = reads.lock_vehicle(vehicle.id)
    if (vehicle.retired_at is not None) == is_retired:
        return
    vehicle.retired_at = now if is_retired else None
    vehicle.version += 1
    db.session.flush()
    _record(by, "vehicle.retired" if is_retired else "vehicle.back", vehicle, now=now)


def _fill(vehicle: Vehicle, content: VehicleContent) -> None:
    vehicle.name, vehicle.note = content.name, content.note
    vehicle.registration = content.registration
    vehicle.capacity_boxes, vehicle.payload_kg = content.capacity_boxes, content.payload_kg


def _record(by: Actor, action: str, vehicle: Vehicle, *, now: datetime) -> None:
    audit.record(
        by,
        action,
        f"vehicle:{vehicle.id}",
        now=now,
        group_id=vehicle.group_id,
        detail={"name": vehicle.name},
    )
