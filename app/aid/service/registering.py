"""Somebody offers a collection point: kept unseen, confirmed by mail, then before an organiser."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from app.aid.errors.points import NotAdultPointHostError, PointsClosedError
from app.aid.mails import points as mails
from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint, PointHost, PointHours, PointItem
from app.aid.queries import drops as drop_reads
from app.aid.queries import points as reads
from app.aid.rules import points as rules
from app.aid.rules.points import HostDetails, PointContent
from app.aid.rules.words import PointState
from app.aid.service import changing, point_content
from app.audit.facts import Actor
from app.db.session import db
from app.events.rules.words import EntrySource, Nation
from app.lib import ids
from app.mail.service import outbox as mail
from app.places.models import Place
from app.places.service import make_place


def register(
    drop: Drop,
    content: PointContent,
    host: HostDetails,
    *,
    nonce: str,
    source: EntrySource,
    network: str | None,
    now: datetime,
    by: Actor,
) -> PointHost | None:
    """Keep an offered point; nobody sees it before the mailbox was proven and somebody checked it.

    One form, sent twice, is one point. Where an address has too many open points nothing is kept,
    and nothing says so. What an organiser enters waits for a decision at once. Raises
    PointsClosedError, NotAdultPointHostError, what `point_content.check` or `make_place` raises.
    """
    # One after another, so that a double click finds what the first click wrote.
    drop = drop_reads.lock_drop(drop.id)
    earlier = reads.find_by_nonce(nonce)
    if earlier is not None:
        return earlier
    check(drop, content, host)
    is_web = source is EntrySource.WEB
    if is_web and host.email and reads.count_open_of(host.email) >= rules.OPEN_APPLICATIONS:
        return None
    point = _point(drop, content, now=now)
    point.state = PointState.APPLIED if is_web else PointState.EMAIL_CONFIRMED
    made = PointHost(
        point=point,
        public_id=ids.public_id(),
        nonce=nonce,
        name=host.name or None,
        email=host.email,
        phone=host.phone,
        about=host.about,
        locale=host.locale,
        source=source,
        is_adult=host.is_adult,
        may_be_asked_again=host.may_be_asked_again,
        network=network,
        applied_at=now,
        confirmed_at=None if is_web else now,
    )
    db.session.add(made)
    db.session.flush()
    detail = {"source": source.value, "drop": drop.slug}
    changing.finish(point, "point.offered", now=now, by=by, detail=detail)
    if is_web:
        mails.confirm(made, now=now)
    else:
        mails.entered(made, now=now)
    return made


def check(drop: Drop, content: PointContent, host: HostDetails) -> None:
    """Raise what `register` raises about the offer itself; writes nothing."""
    if not rules.takes_points(drop.state):
        raise PointsClosedError
    if not host.is_adult:
        raise NotAdultPointHostError
    point_content.check(drop, content)


def lapse(*, now: datetime, limit: int) -> int:
    """Delete whole the points whose mailbox nobody proved; returns how many."""
    lapsed = reads.list_lapsed(now - rules.APPLICATION_LIFE, limit=limit)
    for host in lapsed:
        mail.forget([host.public_id], now=now)
        _delete(host)
    return len(lapsed)


def _delete(host: PointHost) -> None:
    point_id, place_id = host.point_id, host.point.place_id
    db.session.expunge(host.point)
    db.session.expunge(host)
    for table, column in (
        (PointHost, PointHost.point_id),
        (PointHours, PointHours.point_id),
        (PointItem, PointItem.point_id),
        (CollectionPoint, CollectionPoint.id),
    ):
        db.session.execute(delete(table).where(column == point_id))
    if place_id is not None and not reads.is_place_used(place_id):
        db.session.execute(delete(Place).where(Place.id == place_id))


def _point(drop: Drop, content: PointContent, *, now: datetime) -> CollectionPoint:
    place, public_id = make_place(content.place), ids.public_id()
    point = CollectionPoint(
        public_id=public_id,
        slug=public_id,
        drop=drop,
        place=place,
        kind=content.kind,
        name="",
        visibility=content.visibility,
        is_home_public=content.is_home_public,
        zone=content.zone,
        nation=Nation.ELSEWHERE,
        created_at=now,
        updated_at=now,
    )
    # In one INSERT with everything that its checks are about.
    with db.session.no_autoflush:
        point.goes_door_to_door = content.goes_door_to_door
        point.licence_number = content.licence_number or None
        point.from_on, point.until_on = content.from_on, content.until_on
        point_content.put_name(point, place)
    db.session.add(point)
    db.session.flush()
    point_content.write(point, content)
    return point
