"""What is not needed is not kept: homes, hidden places, hosts and bringers go after the round."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, update

from app.aid.models.points import (
    BringRequest,
    CollectionPoint,
    Disclosure,
    PointHelper,
    PointHost,
    PointMessage,
    PointReport,
)
from app.aid.models.stock import DropOff
from app.aid.queries import point_retention as reads
from app.aid.queries import points as point_reads
from app.aid.rules import points as rules
from app.aid.rules.places import is_hidden
from app.aid.rules.words import PointKind, PointState
from app.aid.service import changing, points
from app.audit.facts import Actor
from app.db.session import db
from app.mail.service import outbox as mail
from app.places.models import Place
from app.places.rules import Spot

#: Names in one question to the database.
_CHUNK: Final = 500


def purge(*, now: datetime, limit: int) -> int:
    """Forget the people of points whose round is over for long enough, and every hidden place.

    A shop that everybody could see stays where it was, for whoever tells of the round; a host who
    may be asked again stays with her name and address of mail. Returns how many points were done.
    """
    due = reads.list_due(now, limit=limit)
    for point_id in due:
        _purge_point(point_reads.lock_point(point_id), now=now)
    return len(due)


def purge_hosts(*, now: datetime, limit: int) -> int:
    """Forget hosts who were kept to be asked again, once that is too long ago."""
    due = reads.list_kept_hosts(before=now - rules.KEPT_FOR_NEXT, limit=limit)
    for host in due:
        forget_host(host, now=now)
    return len(due)


def _purge_point(point: CollectionPoint, *, now: datetime) -> None:
    by = Actor.system()
    if rules.may_move(point.state, PointState.CLOSED):
        points.set_state(point, PointState.CLOSED, "point.closed", now=now, by=by)
    _forget_people(point.id, now=now)
    host = point.host
    if host is not None:
        if host.may_be_asked_again and host.email is not None:
            _keep_name(host, now=now)
        else:
            forget_host(host, now=now)
    point.van_note = point.licence_number = None
    point.goes_door_to_door = False
    point.purged_at = now
    if point.kind is PointKind.HOME or is_hidden(point.visibility):
        _forget_place(point)
    changing.finish(point, "point.purged", now=now, by=by)


def _forget_place(point: CollectionPoint) -> None:
    place = point.place
    if place is not None:
        point.name = (place.district or place.locality)[: rules.NAME_LENGTH]
    point.access_note = ""
    point.slug = point.public_id
    point.place = None
    db.session.flush()
    if place is not None and not point_reads.is_place_used(place.id):
        db.session.execute(delete(Place).where(Place.id == place.id))


def _keep_name(host: PointHost, *, now: datetime) -> None:
    """Keep what is needed to ask her again; her links end with the point."""
    mail.forget([host.public_id], now=now)
    host.phone = host.about = host.checked_note = None
    host.rejected_reason = host.posted_code = host.new_email = host.network = None


def forget_host(host: PointHost, *, now: datetime) -> None:
    """Forget who runs a point, and what was written to her; her links end."""
    mail.forget([host.public_id], now=now)
    host.name = host.email = host.new_email = host.phone = host.about = None
    host.checked_note = host.rejected_reason = host.posted_code = host.network = None
    host.may_be_asked_again = False
    host.purged_at = now
    host.link_version += 1


def forget_spot(point: CollectionPoint, *, now: datetime) -> None:
    """Forget where a closed point was that not everybody was to know; its district stays."""
    point.van_note = point.licence_number = None
    point.goes_door_to_door = False
    place = point.place
    if place is not None and (point.kind is PointKind.HOME or is_hidden(point.visibility)):
        point.name = (place.district or place.locality)[: rules.NAME_LENGTH]
        point.access_note = ""
        point.slug = point.public_id
        place.precise = Spot().to_json()
    changing.finish(point, "point.purged", now=now, by=Actor.system())


def _forget_people(point_id: int, *, now: datetime) -> None:
    wishes = select(BringRequest.id).where(BringRequest.point_id == point_id)
    names = db.session.scalars(
        select(BringRequest.public_id).where(BringRequest.point_id == point_id)
    ).all()
    for start in range(0, len(names), _CHUNK):
        mail.forget(names[start : start + _CHUNK], now=now)
    db.session.execute(
        update(DropOff).where(DropOff.request_id.in_(wishes)).values(request_id=None)
    )
    for table in (PointMessage, Disclosure, BringRequest, PointHelper, PointReport):
        db.session.execute(delete(table).where(table.point_id == point_id))
