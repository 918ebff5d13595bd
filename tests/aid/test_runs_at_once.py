"""Two people at the same moment: a host who sends twice, two organisers with one sheet or van."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.aid.errors.pickups import PlannedElsewhereError, StaleRunError
from app.aid.models.pickups import PickupRequest, PickupStop
from app.aid.models.points import CollectionPoint
from app.aid.models.stock import StockMove
from app.aid.queries import pickups as reads
from app.aid.rules.words import MoveKind
from app.aid.service import results, runs
from app.db.session import db, retry_deadlocks, transaction
from app.lib.errors import UserError
from tests.aid.test_run_results import COUNTED, Driven, taken
from tests.aid.test_runs import BY, NOW, Ground, ask, content, point_at

if TYPE_CHECKING:
    from flask import Flask


def at_once(app: Flask, *deeds: Callable[[], object]) -> list[type[UserError] | None]:
    """Let everybody act at one moment; what each was told."""
    start = Barrier(len(deeds))

    def act(deed: Callable[[], object]) -> type[UserError] | None:
        with app.app_context():
            start.wait(timeout=60)
            try:
                retry_deadlocks(lambda: _within(deed))
            except UserError as error:
                return type(error)
            return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [*pool.map(act, deeds)]


def _within(deed: Callable[[], object]) -> None:
    with transaction():
        deed()


def test_a_host_who_sends_twice_asks_once(disk_app: Flask) -> None:
    with disk_app.app_context():
        ground = Ground()
        with transaction():
            point_id = point_at(ground.drop, 1).id

    def send() -> None:
        ask(db.session.get_one(CollectionPoint, point_id), 7)

    assert at_once(disk_app, send, send, send) == [None] * 3
    with disk_app.app_context():
        asked = select(PickupRequest).where(PickupRequest.point_id == point_id)
        assert len(db.session.scalars(asked).all()) == 1


def test_what_two_vans_reach_for_goes_with_one(disk_app: Flask) -> None:
    with disk_app.app_context():
        ground = Ground()
        key, groups = ground.keys[0], [ground.drop.group_id]
        with transaction():
            drop = reads.get_run(ground.public_id, groups).drop
            day = content(ground.vehicle, ground.store)
            other = runs.make(drop, ground.vehicle, day, now=NOW, by=BY).public_id
        names = (ground.public_id, other)

    def reach(name: str) -> Callable[[], None]:
        def act() -> None:
            request = reads.get_request(key, groups)
            runs.add(reads.get_run(name, groups), request, version=1, now=NOW, by=BY)

        return act

    told = at_once(disk_app, *map(reach, names))
    assert sorted(map(str, told)) == sorted(map(str, [None, PlannedElsewhereError]))
    with disk_app.app_context():
        inside = select(PickupStop.run_id).join(PickupStop.request)
        inside = inside.where(PickupRequest.public_id == key, PickupStop.position.is_not(None))
        assert len(db.session.scalars(inside).all()) == 1


def test_results_that_two_people_enter_move_goods_once(disk_app: Flask) -> None:
    with disk_app.app_context():
        driven = Driven()
        name, groups = driven.public_id, [driven.drop.group_id]
        version, found = driven.run.version, {driven.stop(1).public_id: taken()}

    def enter() -> None:
        results.enter(
            reads.get_run(name, groups), found, counted=COUNTED, version=version, now=NOW, by=BY
        )

    told = at_once(disk_app, enter, enter)
    assert sorted(map(str, told)) == sorted(map(str, [None, StaleRunError]))
    with disk_app.app_context():
        fetched = select(StockMove).where(StockMove.kind == MoveKind.PICK_UP)
        assert len(db.session.scalars(fetched).unique().all()) == 1
