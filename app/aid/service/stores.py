"""Stores: rooms of a group where goods wait, for every round."""

from __future__ import annotations

from datetime import datetime

from app.aid.errors.stock import StoreNameError, StoreNotEmptyError
from app.aid.models.stock import StockLocation
from app.aid.queries import stores as reads
from app.aid.rules.stock import StoreContent
from app.aid.rules.words import LocationKind
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.groups.models import Group
from app.lib import ids


def add(group: Group, content: StoreContent, *, now: datetime, by: Actor) -> StockLocation:
    """Add a store; raises StoreNameError where another has its name."""
    _check_name(group.id, content.name)
    store = StockLocation(public_id=ids.public_id(), group_id=group.id, kind=LocationKind.STORE)
    _fill(store, content)
    db.session.add(store)
    db.session.flush()
    _note(store, "store.added", now=now, by=by)
    return store


def edit(store: StockLocation, content: StoreContent, *, now: datetime, by: Actor) -> None:
    """Change the name or address of a store; raises StoreNameError."""
    _check_name(store.group_id, content.name, but=store.id)
    _fill(store, content)
    _note(store, "store.edited", now=now, by=by)


def close(store: StockLocation, *, now: datetime, by: Actor) -> None:
    """Take nothing in there any more; raises StoreNotEmptyError while something is in it."""
    store = reads.lock_store(store.id)
    if store.closed_at is not None:
        return
    if reads.holds_something(store.id):
        raise StoreNotEmptyError
    store.closed_at = now
    _note(store, "store.closed", now=now, by=by)


def open_again(store: StockLocation, *, now: datetime, by: Actor) -> None:
    """Use a closed store again."""
    if store.closed_at is not None:
        store.closed_at = None
        _note(store, "store.opened", now=now, by=by)


def _check_name(group_id: int, name: str, *, but: int = 0) -> None:
    if any(
        each.name == name and each.id != but
        for each in reads.list_stores({group_id}, with_closed=True)
    ):
        raise StoreNameError


def _fill(store: StockLocation, content: StoreContent) -> None:
    store.name, store.address = content.name, content.address
    store.lat, store.lon = content.lat, content.lon


def _note(store: StockLocation, action: str, *, now: datetime, by: Actor) -> None:
    db.session.flush()
    audit.record(
        by,
        action,
        f"stock_location:{store.id}",
        now=now,
        group_id=store.group_id,
        detail={"name": store.name},
    )
