"""People say that something is wrong with a point; two of them dispute it until somebody looks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from app.aid.errors.points import PointChangedError
from app.aid.models.points import CollectionPoint, PointReport
from app.aid.queries import point_reports as reads
from app.aid.queries import points as point_reads
from app.aid.rules import point_reports as rules
from app.aid.rules import points as point_rules
from app.aid.rules.words import PointReportKind, PointState
from app.aid.service import changing, points
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids


def report(
    point_id: int,
    kind: PointReportKind,
    text: str,
    *,
    nonce: str,
    network: str,
    now: datetime,
) -> None:
    """Keep what somebody says is wrong, and dispute the point if others say so too.

    One form, sent twice, is one report; `network` stands for the sender's and cannot be read back.
    """
    point = point_reads.lock_point(point_id)
    if reads.find_by_nonce(nonce) is not None:
        return
    db.session.add(
        PointReport(
            public_id=ids.public_id(),
            point_id=point.id,
            nonce=nonce,
            kind=kind,
            text=text,
            network=network,
            sent_at=now,
        )
    )
    db.session.flush()
    may = point_rules.may_move(point.state, PointState.DISPUTED)
    if may and _disputes(point, network, now=now):
        action, by = reads.DISPUTED_ACTION, Actor.system()
        points.set_state(point, PointState.DISPUTED, action, now=now, by=by)


def answer(
    point_id: int, *, was_right: bool, seen: int, now: datetime, by: Actor
) -> CollectionPoint:
    """Close the open reports of a point: it stays out of what people find, or is shown again.

    `seen` is how many reports the organiser saw; raises PointChangedError where there are others.
    """
    point = point_reads.lock_point(point_id)
    found = reads.lock_open_of(point_id)
    if not found or len(found) != seen:
        raise PointChangedError
    for each in found:
        each.handled_at, each.handled_by_id, each.was_right = now, by.account_id, was_right
        each.network = None
    action = "point.reports_right" if was_right else "point.reports_wrong"
    to = PointState.DISPUTED if was_right else PointState.LIVE
    is_moved = point.state is PointState.DISPUTED if not was_right else True
    if is_moved and point_rules.may_move(point.state, to):
        points.set_state(point, to, action, now=now, by=by)
    else:
        changing.finish(point, action, now=now, by=by)
    return point


def forget(*, now: datetime, limit: int) -> int:
    """Delete what was looked into long ago; returns how many."""
    old = reads.list_old(now - rules.KEPT, limit=limit)
    if old:
        db.session.execute(delete(PointReport).where(PointReport.id.in_(old)))
    return len(old)


def _disputes(point: CollectionPoint, network: str, *, now: datetime) -> bool:
    since = now - rules.COUNTED_FOR
    return rules.disputes(
        networks=reads.count_networks(point.id, since),
        is_immune=reads.was_found_right(point.id, now - rules.IMMUNE_FOR),
        of_network=reads.count_points_of(network, since),
        disputed_lately=reads.count_disputed(since),
    )
