"""Reads for a host's own page: her point, who comes, who knows where it is, what was brought."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from app.aid.errors.hosting import NoSuchBringerError, NoSuchDropOffError
from app.aid.models.drops import Drop
from app.aid.models.points import (
    BringRequest,
    CollectionPoint,
    PointHelper,
    PointHost,
    PointMessage,
)
from app.aid.models.stock import DropOff, StockLocation
from app.aid.rules.words import BringState, DropState, MessageSide, PointState
from app.db.session import db

#: A host wrote to the organisers, and nobody has read it.
_UNREAD = (
    PointMessage.read_at.is_(None),
    PointMessage.request_id.is_(None),
    PointMessage.side == MessageSide.HOST,
)
#: So many rows stand on a page of hers; a point gets at most twenty requests a day.
MOST = 200


def find_host_of(point_id: int) -> PointHost | None:
    """Return who hosts a point, or None."""
    return db.session.get(PointHost, point_id)


# --- who comes ------------------------------------------------------------------------------------


def get_bringer(point_id: int, public_id: str) -> BringRequest:
    """Return a wish to bring something to this very point; raises NoSuchBringerError."""
    wanted = select(BringRequest).where(
        BringRequest.public_id == public_id, BringRequest.point_id == point_id
    )
    found = db.session.scalar(wanted)
    if found is None or found.state is BringState.UNCONFIRMED:
        raise NoSuchBringerError
    return found


# --- what was brought -----------------------------------------------------------------------------


def list_drop_offs(
    point_id: int, *, since: datetime | None = None, limit: int = MOST
) -> Sequence[DropOff]:
    """Return what was brought to a point, taken back or not, the newest first."""
    wanted = select(DropOff).where(DropOff.point_id == point_id)
    if since is not None:
        wanted = wanted.where(DropOff.received_at >= since)
    newest = (DropOff.received_at.desc(), DropOff.id.desc())
    return db.session.scalars(wanted.order_by(*newest).limit(limit)).all()


def find_location(point_id: int) -> StockLocation | None:
    """Return where goods of a point lie; nothing: nothing was ever brought there."""
    return db.session.scalar(select(StockLocation).where(StockLocation.point_id == point_id))


def get_drop_off(point_id: int, public_id: str) -> DropOff:
    """Return something that was brought to this very point; raises NoSuchDropOffError."""
    wanted = select(DropOff).where(DropOff.public_id == public_id, DropOff.point_id == point_id)
    found = db.session.scalar(wanted)
    if found is None:
        raise NoSuchDropOffError
    return found


# --- helpers --------------------------------------------------------------------------------------


def find_helper(public_id: str) -> PointHelper | None:
    """Return a helper by the name in her link, or None."""
    return db.session.scalar(select(PointHelper).where(PointHelper.public_id == public_id))


def list_helpers(point_id: int) -> Sequence[PointHelper]:
    """Return the helpers whose links count."""
    wanted = select(PointHelper).where(
        PointHelper.point_id == point_id, PointHelper.revoked_at.is_(None)
    )
    return db.session.scalars(wanted.order_by(PointHelper.id)).all()


# --- messages -------------------------------------------------------------------------------------


def find_message(nonce: str) -> PointMessage | None:
    """Return the message that a form sent already, or None."""
    return db.session.scalar(select(PointMessage).where(PointMessage.nonce == nonce))


def list_messages(point_id: int, request_id: int | None) -> Sequence[PointMessage]:
    """Return what a host and somebody else wrote to each other, the oldest first.

    Nobody named: the organisers.
    """
    newest = (PointMessage.sent_at.desc(), PointMessage.id.desc())
    wanted = select(PointMessage).where(*_talk(point_id, request_id)).order_by(*newest)
    return db.session.scalars(wanted.limit(MOST)).all()[::-1]


def count_messages(
    point_id: int, request_id: int | None, side: MessageSide, *, since: datetime
) -> int:
    """Count what one side of a talk wrote lately."""
    wanted = select(func.count()).where(
        *_talk(point_id, request_id), PointMessage.side == side, PointMessage.sent_at > since
    )
    return db.session.scalar(wanted) or 0


def list_unread(point_id: int) -> Sequence[PointMessage]:
    """Return what the host of a point wrote to the organisers and nobody read."""
    wanted = select(PointMessage).where(PointMessage.point_id == point_id, *_UNREAD)
    return db.session.scalars(wanted).all()


def list_points_unread(group_ids: Collection[int]) -> Sequence[tuple[CollectionPoint, datetime]]:
    """Return the points of groups whose hosts wrote and wait, with since when, the first first."""
    since = func.min(PointMessage.sent_at)
    wanted = (
        select(PointMessage.point_id, since)
        .join(CollectionPoint, CollectionPoint.id == PointMessage.point_id)
        .join(Drop, Drop.id == CollectionPoint.drop_id)
        .where(Drop.group_id.in_(group_ids), *_UNREAD)
        .group_by(PointMessage.point_id)
        .order_by(since)
    )
    return [
        (db.session.get_one(CollectionPoint, row[0]), row[1])
        for row in db.session.execute(wanted).all()
    ]


def waiting_messages() -> Iterable[tuple[str, datetime, int]]:
    """(public id, since when, group) of every message of a host that nobody read."""
    wanted = (
        select(PointMessage.public_id, PointMessage.sent_at, Drop.group_id)
        .join(CollectionPoint, CollectionPoint.id == PointMessage.point_id)
        .join(Drop, Drop.id == CollectionPoint.drop_id)
        .where(*_UNREAD)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(wanted)]


def _talk(point_id: int, request_id: int | None) -> tuple[ColumnElement[bool], ...]:
    """The messages between a host and one person, or the organisers."""
    other = PointMessage.request_id
    is_theirs = other.is_(None) if request_id is None else other == request_id
    return (PointMessage.point_id == point_id, is_theirs)


def last_senders(point_id: int) -> dict[int | None, MessageSide]:
    """Who wrote last in each talk of a point: to whom an answer may be due."""
    wanted = (
        select(PointMessage.request_id, PointMessage.side)
        .where(PointMessage.point_id == point_id)
        .order_by(PointMessage.sent_at, PointMessage.id)
    )
    return {row[0]: row[1] for row in db.session.execute(wanted)}


# --- the end of a round ---------------------------------------------------------------------------


def list_closing(
    *, today: date, until: date, states: Collection[PointState], after_id: int, limit: int
) -> Sequence[PointHost]:
    """Return the hosts of points of rounds that end within days, in the order of their ids."""
    wanted = (
        select(PointHost)
        .join(CollectionPoint, CollectionPoint.id == PointHost.point_id)
        .join(Drop, Drop.id == CollectionPoint.drop_id)
        .where(
            Drop.closes_on >= today,
            Drop.closes_on <= until,
            Drop.state.in_((DropState.OPEN, DropState.CLOSING)),
            CollectionPoint.state.in_(states),
            PointHost.point_id > after_id,
        )
    )
    return db.session.scalars(wanted.order_by(PointHost.point_id).limit(limit)).all()
