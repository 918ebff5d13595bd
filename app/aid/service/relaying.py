"""Messages between a host and whoever writes to her; nobody learns the other's address or number.

The mails say that there is a message and nothing of it: it is kept encrypted and read on pages.
"""

from __future__ import annotations

from datetime import datetime

from app.aid.errors.hosting import (
    AddressInMessageError,
    NobodyToWriteToError,
    TellsWhereError,
    TooManyPointMessagesError,
)
from app.aid.errors.stock import KeyUsedError
from app.aid.mails import hosting as mails
from app.aid.models.points import BringRequest, CollectionPoint, PointMessage
from app.aid.queries import hosting as reads
from app.aid.queries import points as point_reads
from app.aid.rules import hosting as rules
from app.aid.rules.places import is_hidden
from app.aid.rules.words import BringState, MessageSide
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.events.rules.hosting import finds_in
from app.lib import ids


def from_host(
    point: CollectionPoint, request: BringRequest | None, text: str, *, nonce: str, now: datetime
) -> PointMessage:
    """Pass on what a host writes to somebody who brings things, or to the organisers.

    Raises AddressInMessageError, TellsWhereError, NobodyToWriteToError, TooManyPointMessagesError
    or, for a form that was sent with other words before, KeyUsedError.
    """
    return _pass_on(point, request, MessageSide.HOST, text, nonce=nonce, now=now)


def from_bringer(request: BringRequest, text: str, *, nonce: str, now: datetime) -> PointMessage:
    """Pass on to a host what somebody writes who brings things.

    Raises AddressInMessageError, NobodyToWriteToError or TooManyPointMessagesError.
    """
    return _pass_on(request.point, request, MessageSide.BRINGER, text, nonce=nonce, now=now)


def from_organiser(
    point: CollectionPoint, text: str, *, nonce: str, now: datetime, by: Actor
) -> PointMessage:
    """Pass on to a host what an organiser writes; what she wrote before counts as read."""
    message = _pass_on(point, None, MessageSide.ORGANISER, text, nonce=nonce, now=now)
    mark_read(point, now=now)
    audit.record(
        by,
        "point.message_sent",
        f"collection_point:{point.id}",
        now=now,
        group_id=point.drop.group_id,
    )
    return message


def mark_read(point: CollectionPoint, *, now: datetime) -> None:
    """Note that an organiser read what the host of a point wrote to them."""
    for message in reads.list_unread(point.id):
        message.read_at = now


def _pass_on(
    point: CollectionPoint,
    request: BringRequest | None,
    side: MessageSide,
    text: str,
    *,
    nonce: str,
    now: datetime,
) -> PointMessage:
    # One after another, so that a double tap finds what the first tap sent.
    point = point_reads.lock_point(point.id)
    sent = reads.find_message(nonce)
    if sent is not None:
        if (sent.text, sent.request_id) != (text, request.id if request else None):
            raise KeyUsedError
        return sent
    _check(point, request, side, text, now=now)
    message = PointMessage(
        public_id=ids.public_id(),
        nonce=nonce,
        point=point,
        request=request,
        side=side,
        text=text,
        sent_at=now,
    )
    db.session.add(message)
    db.session.flush()
    _tell(point, request, message, now=now)
    return message


def _tell(
    point: CollectionPoint, request: BringRequest | None, message: PointMessage, *, now: datetime
) -> None:
    if message.side is MessageSide.HOST:
        if request is not None:
            mails.message_for_bringer(request, message, now=now)
    elif point.host is not None:
        mails.message_for_host(point.host, message, now=now)


def _check(
    point: CollectionPoint,
    request: BringRequest | None,
    side: MessageSide,
    text: str,
    *,
    now: datetime,
) -> None:
    if side is MessageSide.ORGANISER:
        return
    if request is not None:
        _check_talk(point, request, side, text)
    since = now - rules.MESSAGES_WITHIN
    sent = reads.count_messages(point.id, request.id if request else None, side, since=since)
    if sent >= rules.MESSAGES:
        raise TooManyPointMessagesError


def _check_talk(
    point: CollectionPoint, request: BringRequest, side: MessageSide, text: str
) -> None:
    """Between two strangers: both are still there, and nothing leads past us."""
    is_left = request.email is None or point.purged_at is not None
    if request.state not in rules.TALKING or is_left:
        raise NobodyToWriteToError
    if finds_in(text):
        raise AddressInMessageError
    is_told = request.state is not BringState.ASKED or not is_hidden(point.visibility)
    if is_told or side is not MessageSide.HOST or point.place is None:
        return
    if rules.tells_where(text, point.place.spot):
        raise TellsWhereError
