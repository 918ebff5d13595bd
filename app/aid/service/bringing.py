"""Somebody wants to bring something to a point whose address is hidden, and may learn where it is.

Every change holds the point first, then the wish, so that no two wait for each other. A refused
step writes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.aid.errors.bringing import (
    BringDayError,
    BringMovedError,
    NotAskedHereError,
    PointBusyError,
    TooManyWishesError,
)
from app.aid.mails import bringing as mails
from app.aid.models.points import BringRequest, CollectionPoint, Disclosure
from app.aid.queries import bringing as reads
from app.aid.queries import points as point_reads
from app.aid.rules import bringing as rules
from app.aid.rules.bringing import BringWish
from app.aid.rules.places import REACHED_STATES, is_hidden
from app.aid.rules.words import OPEN_BRINGS, BringState, Discloser
from app.aid.service import changing
from app.audit.facts import Actor, ActorKind
from app.db.session import db
from app.db.topics import touch
from app.events.rules.words import EntrySource
from app.lib import ids
from app.lib.clock import day_in
from app.mail.service import outbox as mail


def ask(
    point: CollectionPoint,
    wish: BringWish,
    *,
    nonce: str,
    network: str | None,
    locale: str,
    source: EntrySource,
    now: datetime,
    by: Actor,
) -> BringRequest | None:
    """Keep a wish to bring something; the host hears of it once the mailbox is proven.

    One form, sent twice, is one wish. Where an address has too many open wishes nothing is kept,
    and nothing says so. What an organiser enters needs no mailbox. Raises NotAskedHereError,
    BringDayError, PointBusyError or TooManyWishesError.
    """
    point = point_reads.lock_point(point.id)
    earlier = reads.find_by_nonce(nonce)
    if earlier is not None:
        return earlier
    is_web = source is EntrySource.WEB
    check(point, wish, now=now)
    if is_web:
        _check_limits(point, network, now=now)
        if wish.email and reads.count_open_of(wish.email) >= rules.OPEN_REQUESTS:
            return None
    request = BringRequest(
        point=point,
        public_id=ids.public_id(),
        nonce=nonce,
        name=wish.name,
        email=wish.email,
        what=wish.what,
        brings_on=wish.on,
        brings_at=wish.at,
        locale=locale,
        source=source,
        state=BringState.UNCONFIRMED if is_web else BringState.ASKED,
        network=network,
        created_at=now,
        confirmed_at=None if is_web else now,
    )
    db.session.add(request)
    db.session.flush()
    changing.note(point, "bring.asked", now=now, by=by, detail={"source": source.value})
    if is_web:
        mails.confirm(request, now=now)
    else:
        mails.asked(request, now=now)
    return request


def check(point: CollectionPoint, wish: BringWish, *, now: datetime) -> None:
    """Raise what `ask` raises about the point and the day; writes nothing."""
    if not takes_requests(point):
        raise NotAskedHereError
    _check_day(point, wish, now=now)


def takes_requests(point: CollectionPoint) -> bool:
    """Whether people can ask this point now."""
    return rules.takes_requests(point.visibility, point.state, point.fill, point.drop.state)


def confirm(request: BringRequest, *, now: datetime) -> BringRequest:
    """The mailbox is proven: the host is asked, or her own rule lets the person know at once.

    Twice changes nothing. Raises NotAskedHereError where the point takes nobody any more,
    TooManyWishesError where the address has as many open wishes as it may.
    """
    request = reads.lock_request(request.id)
    if request.state is not BringState.UNCONFIRMED:
        return request
    point = request.point
    if not takes_requests(point):
        raise NotAskedHereError
    if request.email and reads.lock_proven_of(request.email) >= rules.OPEN_REQUESTS:
        raise TooManyWishesError
    request.confirmed_at = now
    if point.gives_address_freely:
        _let_see(request, Discloser.OWN_RULE, "own_rule", now=now)
    else:
        request.state = BringState.ASKED
    mails.asked(request, now=now)
    _finish(request, "bring.confirmed", now=now, by=Actor.visitor())
    return request


def accept(
    request: BringRequest, *, by: Actor, discloser: Discloser, now: datetime
) -> BringRequest:
    """Let this person see where the point is, and tell her. Twice changes nothing.

    Raises BringMovedError or, where the point takes nobody any more, NotAskedHereError.
    """
    request = reads.lock_request(request.id)
    if request.state is BringState.ACCEPTED:
        return request
    if request.confirmed_at is None or not rules.may_move(request.state, BringState.ACCEPTED):
        raise BringMovedError
    if request.point.state not in REACHED_STATES:
        raise NotAskedHereError
    _let_see(request, discloser, _who(by), now=now)
    mails.accepted(request, now=now)
    _finish(request, "bring.accepted", now=now, by=by, detail={"by": discloser.value})
    return request


def decline(request: BringRequest, *, by: Actor, now: datetime) -> BringRequest:
    """Say no, or take a yes back: her page shows no address any more. Raises BringMovedError."""
    request = reads.lock_request(request.id)
    if request.state is BringState.DECLINED:
        return request
    if not rules.may_move(request.state, BringState.DECLINED):
        raise BringMovedError
    was_accepted = request.state is BringState.ACCEPTED
    request.state = BringState.DECLINED
    request.decided_at, request.decided_by = now, _who(by)
    mails.declined(request, was_accepted=was_accepted, now=now)
    _finish(request, "bring.declined", now=now, by=by)
    return request


def withdraw(request: BringRequest, *, now: datetime, by: Actor) -> BringRequest:
    """Somebody does not come after all; a host who knew of her hears it. Raises BringMovedError."""
    request = reads.lock_request(request.id)
    if request.state is BringState.WITHDRAWN:
        return request
    if not rules.may_move(request.state, BringState.WITHDRAWN):
        raise BringMovedError
    was_known = request.state is not BringState.UNCONFIRMED
    request.state = BringState.WITHDRAWN
    if was_known:
        mails.host_told(request, now=now, is_off=True)
    _finish(request, "bring.withdrawn", now=now, by=by)
    return request


def change(request: BringRequest, wish: BringWish, *, now: datetime, by: Actor) -> BringRequest:
    """Somebody brings something else, or comes at another time; a host who knew of her hears it.

    Raises BringMovedError or BringDayError.
    """
    request = reads.lock_request(request.id)
    if request.state not in OPEN_BRINGS:
        raise BringMovedError
    new, old = (wish.what, wish.on, wish.at), (request.what, request.brings_on, request.brings_at)
    if new == old:
        return request
    _check_day(request.point, wish, now=now)
    request.what, request.brings_on, request.brings_at = new
    if request.state is not BringState.UNCONFIRMED:
        mails.host_told(request, now=now, is_off=False)
    _finish(request, "bring.changed", now=now, by=by)
    return request


def mark_brought(request: BringRequest, *, now: datetime, by: Actor) -> BringRequest:
    """It was brought: says the host, an organiser or who brought it. Raises BringMovedError."""
    request = reads.lock_request(request.id)
    if request.state is BringState.BROUGHT:
        return request
    if not rules.may_move(request.state, BringState.BROUGHT):
        raise BringMovedError
    request.state = BringState.BROUGHT
    _finish(request, "bring.brought", now=now, by=by)
    return request


def ask_again(point: CollectionPoint, *, now: datetime, by: Actor) -> None:
    """The place is another one: whoever was accepted for the old one waits for a new yes."""
    for request in reads.list_of_point(point.id, (BringState.ACCEPTED,)):
        request.state = BringState.ASKED
        request.decided_at = request.decided_by = None
        mails.place_changed(request, now=now)
        _finish(request, "bring.asked_again", now=now, by=by)
    # Should it turn out that somebody was not there after all, the old yes is none to the new door.
    for request in reads.list_of_point(point.id, (BringState.BROUGHT,)):
        request.decided_at = request.decided_by = None


def end_all(point: CollectionPoint, *, now: datetime, by: Actor) -> None:
    """The point is closed: whoever still wanted to come is told, and sees nothing any more."""
    for request in reads.list_of_point(point.id, OPEN_BRINGS):
        if request.state is not BringState.UNCONFIRMED:
            mails.closed(request, now=now)
        request.state, request.lapsed_at = BringState.LAPSED, now
        _finish(request, "bring.lapsed", now=now, by=by)


def lapse(*, now: datetime, limit: int) -> int:
    """Forget unproven wishes, and let those lapse whose day is over; returns how many."""
    unproven = reads.list_unproven(now - rules.UNCONFIRMED_LIFE, limit=limit)
    for request in unproven:
        mail.forget([request.public_id], now=now)
        db.session.delete(request)
    past = reads.list_past(now.date() - timedelta(days=rules.DAYS_AFTER), limit=limit)
    for request in past:
        request.state, request.lapsed_at = BringState.LAPSED, now
        touch(f"point:{request.point_id}")
    return max(len(unproven), len(past))


def _let_see(request: BringRequest, discloser: Discloser, who: str, *, now: datetime) -> None:
    request.state = BringState.ACCEPTED
    request.decided_at, request.decided_by = now, who
    if not is_hidden(request.point.visibility):
        return
    found = reads.find_disclosure(request.id)
    if found is None:
        found = Disclosure(point_id=request.point_id, request=request, by=discloser, given_at=now)
        db.session.add(found)
    found.by, found.given_at = discloser, now


def _check_limits(point: CollectionPoint, network: str | None, *, now: datetime) -> None:
    since = now - rules.COUNTED_FOR
    if reads.count_since(point.id, since) >= rules.POINT_A_DAY:
        raise PointBusyError
    if network and reads.count_of_network(point.id, network, since) >= rules.NETWORK_A_DAY:
        raise TooManyWishesError


def _check_day(point: CollectionPoint, wish: BringWish, *, now: datetime) -> None:
    today = day_in(point.zone, now)
    first = max(today, point.from_on or point.drop.opens_on)
    last = min(today + rules.AHEAD, point.until_on or point.drop.closes_on)
    if not first <= wish.on <= last:
        raise BringDayError


def _who(by: Actor) -> str:
    return f"account:{by.account_id}" if by.kind is ActorKind.ACCOUNT else "host"


def _finish(
    request: BringRequest,
    action: str,
    *,
    now: datetime,
    by: Actor,
    detail: dict[str, str] | None = None,
) -> None:
    db.session.flush()
    about = {"request": request.public_id} | (detail or {})
    changing.note(request.point, action, now=now, by=by, detail=about)
