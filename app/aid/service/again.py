"""Hosts of an earlier round say in one step whether they do it again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from app.aid.errors.again import (
    AnsweredError,
    NotClonedError,
    PlaceForgottenError,
    TooManyPointsError,
)
from app.aid.errors.points import PointsClosedError
from app.aid.mails import again as mails
from app.aid.models.drops import HostInvite
from app.aid.models.points import CollectionPoint, PointHost
from app.aid.queries import again as reads
from app.aid.queries import drops as drop_reads
from app.aid.queries.hours import rows_of
from app.aid.rules import again as rules
from app.aid.rules.points import HostDetails, PointContent, takes_points
from app.aid.rules.words import AgainState
from app.aid.service import drop_changing, points, registering, relaying
from app.audit.facts import Actor
from app.db.session import db
from app.events.rules.words import EntrySource
from app.lib import ids
from app.mail.service import outbox as mail
from app.places.rules import PlaceDetails
from app.places.service import details_of


def ask_hosts(drop_id: int, *, now: datetime, by: Actor) -> int:
    """Ask every host of the earlier round who may be asked and was not yet; returns how many.

    Raises NotClonedError.
    """
    drop = drop_reads.lock_drop(drop_id)
    if drop.cloned_from_id is None or not takes_points(drop.state):
        raise NotClonedError
    hosts = reads.list_to_ask(drop)
    for host in hosts:
        invite = HostInvite(
            public_id=ids.public_id(),
            drop=drop,
            from_point_id=host.point_id,
            email=host.email,
            state=AgainState.ASKED,
            link_version=1,
            asked_at=now,
        )
        db.session.add(invite)
        db.session.flush()
        mails.ask(invite, locale=host.locale, key="asked", now=now)
    if hosts:
        detail = {"count": len(hosts)}
        drop_changing.note(drop, "drop.hosts_asked", now=now, by=by, detail=detail)
    return len(hosts)


def accept(
    invite_id: int,
    *,
    place: PlaceDetails | None,
    note: str,
    locale: str,
    now: datetime,
) -> PointHost:
    """She does it again: a point like the old one waits for an organiser, with her words if any.

    Raises AnsweredError, PointsClosedError, PlaceForgottenError where the address was deleted and
    none is given, TooManyPointsError, or what `registering.register` raises.
    """
    invite = _lock(invite_id)
    old = reads.find_point(invite)
    if old is None or old.host is None or not takes_points(invite.drop.state):
        raise PointsClosedError
    host = registering.register(
        invite.drop,
        _content(old, place),
        _details(old.host, invite, locale),
        nonce=f"again-{invite.public_id}",
        source=EntrySource.WEB,
        network=None,
        now=now,
        by=Actor.visitor(),
    )
    if host is None:
        raise TooManyPointsError
    # The link came to this very mailbox: nothing more is to be proven.
    mail.withdraw([host.public_id], host.email or "", now=now)
    points.confirm_mailbox(host, now=now)
    if note:
        relaying.from_host(host.point, None, note, nonce=ids.token(), now=now)
    invite.point_id = host.point_id
    _answer(invite, AgainState.CHANGED if note else AgainState.SAME, now=now)
    return host


def decline(invite_id: int, *, never_again: bool, now: datetime) -> None:
    """Not this time; where she wishes so she is asked never again, and forgotten sooner.

    Raises AnsweredError.
    """
    invite = _lock(invite_id)
    old = reads.find_point(invite)
    if never_again and old is not None and old.host is not None:
        old.host.may_be_asked_again = False
    _answer(invite, AgainState.NOT_THIS_TIME, now=now)


def forget(drop_id: int) -> None:
    """Forget the addresses of those who never answered; the round is over for them."""
    db.session.execute(
        update(HostInvite)
        .where(HostInvite.drop_id == drop_id, HostInvite.email.is_not(None))
        .values(email=None)
    )


def _lock(invite_id: int) -> HostInvite:
    invite = reads.lock_invite(invite_id)
    if invite.state is not AgainState.ASKED:
        raise AnsweredError
    return invite


def _answer(invite: HostInvite, state: AgainState, *, now: datetime) -> None:
    invite.state, invite.answered_at, invite.email = state, now, None
    mail.forget([invite.public_id], now=now)


def _content(old: CollectionPoint, given: PlaceDetails | None) -> PointContent:
    kept = details_of(old.place) if old.place is not None else None
    place = given or kept
    if place is None:
        raise PlaceForgottenError
    return PointContent(
        kind=old.kind,
        name=place.name,
        place=place,
        zone=old.zone,
        visibility=old.visibility,
        is_home_public=old.is_home_public,
        gives_address_freely=old.gives_address_freely,
        max_boxes=old.max_boxes,
        takes_all=old.takes_all,
        item_ids=frozenset(each.item_id for each in old.takes),
        access_note=old.access_note,
        step_free=old.step_free,
        van_note=old.van_note or "",
        goes_door_to_door=old.goes_door_to_door,
        licence_number=old.licence_number or "",
        hours=rules.hours_again(rows_of(old)),
    )


def _details(old: PointHost, invite: HostInvite, locale: str) -> HostDetails:
    return HostDetails(
        name=old.name or "",
        email=invite.email,
        phone=old.phone,
        about=old.about,
        locale=locale,
        is_adult=True,
        may_be_asked_again=old.may_be_asked_again,
    )
