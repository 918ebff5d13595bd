"""Reads of who is asked to host again, and what they answered."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.aid.errors.again import AgainLinkEndedError
from app.aid.models.drops import Drop, HostInvite
from app.aid.models.points import CollectionPoint, PointHost
from app.aid.rules.again import NOT_ASKED
from app.aid.rules.points import TAKES_POINTS
from app.aid.rules.words import AgainState
from app.db.session import db


def find_invite(public_id: str) -> HostInvite | None:
    """Return an invite by the name in its link, or None."""
    return db.session.scalar(select(HostInvite).where(HostInvite.public_id == public_id))


def lock_invite(invite_id: int) -> HostInvite:
    """Return an invite held against other writers; raises AgainLinkEndedError."""
    found = db.session.scalar(
        select(HostInvite)
        .where(HostInvite.id == invite_id)
        .with_for_update(of=HostInvite)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise AgainLinkEndedError
    return found


def find_point(invite: HostInvite) -> CollectionPoint | None:
    """Return the point of the earlier round."""
    return db.session.get(CollectionPoint, invite.from_point_id)


def find_of_point(point_id: int) -> HostInvite | None:
    """Return the invite that a point of this round came from, or None."""
    return db.session.scalar(select(HostInvite).where(HostInvite.point_id == point_id))


def list_of_drop(drop_id: int) -> Sequence[tuple[HostInvite, CollectionPoint]]:
    """Return who was asked for a round, with the point of the earlier one; unanswered last."""
    rows = db.session.execute(
        select(HostInvite, CollectionPoint)
        .join(CollectionPoint, CollectionPoint.id == HostInvite.from_point_id)
        .where(HostInvite.drop_id == drop_id)
        .order_by(HostInvite.answered_at.is_(None), HostInvite.answered_at, HostInvite.id)
    )
    return [(row[0], row[1]) for row in rows]


def list_to_ask(drop: Drop) -> Sequence[PointHost]:
    """Return the hosts of the earlier round who ticked that they may be asked, and were not yet."""
    if drop.cloned_from_id is None:
        return []
    asked = select(HostInvite.from_point_id).where(HostInvite.drop_id == drop.id)
    return db.session.scalars(
        select(PointHost)
        .join(CollectionPoint, CollectionPoint.id == PointHost.point_id)
        .where(
            CollectionPoint.drop_id == drop.cloned_from_id,
            CollectionPoint.state.not_in(NOT_ASKED),
            PointHost.may_be_asked_again,
            PointHost.email.is_not(None),
            PointHost.confirmed_at.is_not(None),
            PointHost.point_id.not_in(asked),
        )
        .order_by(PointHost.point_id)
    ).all()


def list_open_of(email: str) -> Sequence[HostInvite]:
    """Return the invites to an address that wait for an answer."""
    return db.session.scalars(
        select(HostInvite)
        .join(HostInvite.drop)
        .where(
            HostInvite.email == email,
            HostInvite.state == AgainState.ASKED,
            Drop.state.in_(TAKES_POINTS),
        )
        .order_by(HostInvite.id)
    ).all()
