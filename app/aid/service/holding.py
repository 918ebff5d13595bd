"""What is kept of somebody who hosts a point, brings things or collects at work; how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, func, or_, select

from app.aid.errors.bringing import BringMovedError
from app.aid.errors.workplaces import WorkplaceChangedError
from app.aid.mails import bringing as bring_mails
from app.aid.mails import hosting as host_mails
from app.aid.mails import needs as needs_mails
from app.aid.mails import workplaces as workplace_mails
from app.aid.models.drops import Drop, HostInvite, NeedsSubscription
from app.aid.models.points import BringRequest, CollectionPoint, PointHost, PointMessage
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import points as point_reads
from app.aid.render.again import ANSWER_NAMES as AGAIN_NAMES
from app.aid.render.bringing import STATE_NAMES as BRING_STATE_NAMES
from app.aid.render.words import POINT_STATE_NAMES, WORKPLACE_STATE_NAMES
from app.aid.rules import points as rules
from app.aid.rules.words import PointState
from app.aid.service import (
    bringing,
    leaving,
    point_retention,
    points,
    subscribing,
    workplace_ends,
    workplace_times,
)
from app.audit.facts import Actor
from app.db.batches import in_batches
from app.db.session import db
from app.lib.personal import Erased, Holding, Line, Purge, Stayed
from app.lib.text import N_
from app.mail.service import outbox as mail
from app.places.rules import Spot
from app.web.filters import plain

_BATCH = 50


def _hosts(email: str) -> Sequence[PointHost]:
    mine = or_(PointHost.email == email, PointHost.new_email == email)
    return db.session.scalars(select(PointHost).where(mine).order_by(PointHost.point_id)).all()


def _requests(email: str) -> Sequence[BringRequest]:
    found = select(BringRequest).where(BringRequest.email == email).order_by(BringRequest.id)
    return db.session.scalars(found).all()


def _workplaces(email: str) -> Sequence[WorkplaceCollection]:
    mine = or_(WorkplaceCollection.email == email, WorkplaceCollection.new_email == email)
    found = select(WorkplaceCollection).where(mine).order_by(WorkplaceCollection.id)
    return db.session.scalars(found).all()


def _subscriptions(email: str) -> Sequence[NeedsSubscription]:
    found = select(NeedsSubscription).where(NeedsSubscription.email == email)
    return db.session.scalars(found.order_by(NeedsSubscription.id)).all()


def _invites(email: str) -> Sequence[HostInvite]:
    found = select(HostInvite).where(HostInvite.email == email).order_by(HostInvite.id)
    return db.session.scalars(found).all()


# --- what she reads -------------------------------------------------------------------------------


def _find(email: str) -> Sequence[Line]:
    return [
        *(_host_line(each) for each in _hosts(email) if each.email == email),
        *(_request_line(each) for each in _requests(email)),
        *(_workplace_line(each) for each in _workplaces(email) if each.email == email),
        *(_subscription_line(each) for each in _subscriptions(email)),
        *(_invite_line(each) for each in _invites(email)),
    ]


def _host_line(host: PointHost) -> Line:
    point, place = host.point, host.point.place
    return Line(
        title=_("You host a collection point for %(drop)s", drop=plain(point.drop.title)),
        facts={
            "state": point.state.value,
            "point": point.name,
            "address": _address(place.spot) if place else None,
            "access_note": point.access_note,
            "van_note": point.van_note,
            "licence_number": point.licence_number,
            "name": host.name,
            "email": host.email,
            "phone": host.phone,
            "about": host.about,
            "locale": host.locale,
            "may_be_asked_again": host.may_be_asked_again,
            "checked_note": host.checked_note,
            "rejected_reason": host.rejected_reason,
        },
        since=host.applied_at,
        until=_goes_at(point.drop),
        link=host_mails.page_link(host),
        said={"state": str(POINT_STATE_NAMES[point.state])},
    )


def _address(spot: Spot) -> str:
    return ", ".join(part for part in (spot.name, spot.street, spot.postcode) if part)


def _request_line(request: BringRequest) -> Line:
    written = db.session.scalars(
        select(PointMessage.text)
        .where(PointMessage.request_id == request.id)
        .order_by(PointMessage.id)
    ).all()
    return Line(
        title=_("You bring something for %(drop)s", drop=plain(request.point.drop.title)),
        facts={
            "state": request.state.value,
            "name": request.name,
            "email": request.email,
            "what": request.what,
            "brings_on": request.brings_on.isoformat(),
            "locale": request.locale,
            "messages": list(written),
        },
        since=request.created_at,
        until=_goes_at(request.point.drop),
        link=bring_mails.page_link(request),
        said={"state": str(BRING_STATE_NAMES[request.state])},
    )


def _workplace_line(workplace: WorkplaceCollection) -> Line:
    return Line(
        title=_("You collect at work for %(drop)s", drop=plain(workplace.drop.title)),
        facts={
            "state": workplace.state.value,
            "organisation": workplace.organisation,
            "name": workplace.steward,
            "email": workplace.email,
            "phone": workplace.phone,
            "place": workplace.locality,
            "note": workplace.note,
            "locale": workplace.locale,
        },
        since=workplace.created_at,
        until=_goes_at(workplace.drop),
        link=workplace_mails.page_link(workplace),
        said={"state": str(WORKPLACE_STATE_NAMES[workplace.state])},
    )


def _subscription_line(subscription: NeedsSubscription) -> Line:
    return Line(
        title=_("You hear what %(drop)s needs", drop=plain(subscription.drop.title)),
        facts={"email": subscription.email, "locale": subscription.locale},
        since=subscription.created_at,
        link=needs_mails.page_link(subscription),
    )


def _invite_line(invite: HostInvite) -> Line:
    return Line(
        title=_("You were asked to host again for %(drop)s", drop=plain(invite.drop.title)),
        facts={"email": invite.email, "state": invite.state.value},
        since=invite.asked_at,
        said={"state": str(AGAIN_NAMES[invite.state])},
    )


def _goes_at(drop: Drop) -> datetime | None:
    if drop.ended_at is None:
        return None
    return drop.ended_at + timedelta(days=drop.retention_days)


# --- erasing --------------------------------------------------------------------------------------


def _erase(email: str, now: datetime) -> Erased:
    hosts, requests, workplaces = _hosts(email), _requests(email), _workplaces(email)
    subscriptions, invites = _subscriptions(email), _invites(email)
    left = sum(_forget_host(host, email, now=now) for host in hosts)
    for request in requests:
        _forget_request(request, now=now)
    for workplace in workplaces:
        _forget_workplace(workplace, email, now=now)
    for subscription in subscriptions:
        subscribing.end(subscription, now=now)
    for invite in invites:
        mail.forget([invite.public_id], now=now)
        invite.email, invite.link_version = None, invite.link_version + 1
    db.session.flush()
    stayed = Stayed(
        what=N_("Where the things lie that were brought to you"),
        why=N_("A van has to fetch them. After the round it goes by itself."),
        count=left,
    )
    rows = (hosts, requests, workplaces, subscriptions, invites)
    return Erased(gone=sum(map(len, rows)), stayed=(stayed,))


def _forget_host(host: PointHost, email: str, *, now: datetime) -> bool:
    """Close her point and forget her; whether its place must be known until a van came."""
    if host.email != email:
        host.new_email = None
        return False
    point = point_reads.lock_point(host.point_id)
    if rules.may_move(point.state, PointState.CLOSED):
        points.set_state(point, PointState.CLOSED, "point.closed", now=now, by=Actor.visitor())
    point_retention.forget_host(host, now=now)
    if leaving.lies(point):
        return True
    point_retention.forget_spot(point, now=now)
    return False


def _forget_request(request: BringRequest, *, now: datetime) -> None:
    with suppress(BringMovedError):
        bringing.withdraw(request, now=now, by=Actor.visitor())
    mail.forget([request.public_id], now=now)
    db.session.execute(delete(PointMessage).where(PointMessage.request_id == request.id))
    request.name = request.email = request.what = request.network = None
    request.link_version += 1


def _forget_workplace(workplace: WorkplaceCollection, email: str, *, now: datetime) -> None:
    if workplace.email != email:
        workplace.new_email = None
        return
    with suppress(WorkplaceChangedError):
        workplace_ends.withdraw(
            workplace, reason=_("erased"), now=now, by=Actor.visitor(), entered_by="steward"
        )
    workplace_times.forget(workplace, now=now)


HOLDING = Holding(key="aid", title=N_("What you do for aid"), find=_find, erase=_erase)


# --- what goes by itself --------------------------------------------------------------------------


def _over(now: datetime) -> list[int]:
    """Rounds that are over for as long as their own rule says."""
    ended = db.session.execute(
        select(Drop.id, Drop.ended_at, Drop.retention_days).where(Drop.ended_at.is_not(None))
    )
    return [
        drop_id
        for drop_id, at, days in ended
        if at is not None and at + timedelta(days=days) <= now
    ]


def _count_points(now: datetime) -> int:
    due = select(func.count(CollectionPoint.id)).where(
        CollectionPoint.drop_id.in_(_over(now)), CollectionPoint.purged_at.is_(None)
    )
    return db.session.scalar(due) or 0


def _purge_points(now: datetime) -> int:
    done = in_batches(point_retention.purge, now=now, limit=_BATCH)
    return done + in_batches(point_retention.purge_hosts, now=now, limit=_BATCH)


def _count_workplaces(now: datetime) -> int:
    due = select(func.count(WorkplaceCollection.id)).where(
        WorkplaceCollection.drop_id.in_(_over(now)), WorkplaceCollection.purged_at.is_(None)
    )
    return db.session.scalar(due) or 0


def _purge_workplaces(now: datetime) -> int:
    return in_batches(workplace_times.purge, now=now, limit=_BATCH)


PURGES = (
    Purge(
        key="aid.points",
        what=N_("Hosts, homes and bringers of rounds that are over"),
        count=_count_points,
        run=_purge_points,
    ),
    Purge(
        key="aid.workplaces",
        what=N_("Who collected at work in rounds that are over"),
        count=_count_workplaces,
        run=_purge_workplaces,
    ),
)
