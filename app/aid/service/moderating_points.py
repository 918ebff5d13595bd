"""Decisions about offered points; nothing is shown without one, and how it was checked is kept."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from app.aid.errors.points import (
    CodeNotProvenError,
    HomeCheckError,
    NoHostAddressError,
    NotCheckedPointError,
    PointChangedError,
    PointReasonError,
    WrongCodeError,
)
from app.aid.mails import hosting as host_mails
from app.aid.mails import points as mails
from app.aid.models.points import CollectionPoint, PointHost
from app.aid.queries import points as reads
from app.aid.rules import points as rules
from app.aid.rules.words import PointChecked, PointKind, PointState
from app.aid.service import changing, points
from app.audit.facts import Actor
from app.lib import ids
from app.mail.service import outbox as mail
from app.settings import settings

#: Signs of the code in our letter: nobody guesses one of a million million.
_CODE_LENGTH = 8


def review(public_id: str, *, seen: int, now: datetime, by: Actor) -> PointHost:
    """Say that somebody looks into an offered point; raises PointChangedError."""
    host = _seen(public_id, seen)
    points.set_state(host.point, PointState.UNDER_REVIEW, "point.under_review", now=now, by=by)
    return host


def approve(
    public_id: str, how: PointChecked | None, note: str, *, seen: int, now: datetime, by: Actor
) -> PointHost:
    """Approve a point and keep how it was checked; it is shown at once where its round goes on.

    Raises NotCheckedPointError, HomeCheckError, CodeNotProvenError, PointChangedError.
    """
    if how is None:
        raise NotCheckedPointError
    host = _seen(public_id, seen)
    point = host.point
    if point.kind is PointKind.HOME and not rules.proves_a_home(how):
        raise HomeCheckError
    if how is PointChecked.POSTED_CODE and host.how_checked is not PointChecked.POSTED_CODE:
        raise CodeNotProvenError
    if point.state not in rules.WAITING:
        raise PointChangedError
    host.how_checked, host.checked_note = how, note or None
    host.checked_at, host.checked_by_id = now, by.account_id
    host.posted_code = None
    detail = {"how": how.value}
    points.set_state(point, PointState.APPROVED, "point.approved", now=now, by=by, detail=detail)
    points.show_approved(point, now=now, by=by)
    host_mails.approved(host, now=now)
    return host


def reject(public_id: str, reason: str, *, seen: int, now: datetime, by: Actor) -> PointHost:
    """Let a point go and tell the host why; raises PointReasonError or PointChangedError."""
    if not reason:
        raise PointReasonError
    host = _seen(public_id, seen)
    points.set_state(host.point, PointState.REJECTED, "point.rejected", now=now, by=by)
    host.rejected_reason = reason
    mails.rejected(host, now=now)
    return host


def reconsider(public_id: str, *, seen: int, now: datetime, by: Actor) -> PointHost:
    """Put a rejected point back among those that wait; raises PointChangedError."""
    host = _seen(public_id, seen)
    points.set_state(host.point, PointState.UNDER_REVIEW, "point.reconsidered", now=now, by=by)
    host.rejected_reason = None
    return host


def ask(public_id: str, question: str, *, nonce: str, now: datetime, by: Actor) -> None:
    """Pass a question on to a host; the answer comes to the group's address.

    Raises PointReasonError for an empty one and NoHostAddressError.
    """
    if not question:
        raise PointReasonError
    host = reads.lock_host(public_id)
    if host.email is None:
        raise NoHostAddressError
    mails.questioned(host, question, key=nonce[:40], now=now)
    changing.note(host.point, "point.host_asked", now=now, by=by)


def look(public_id: str, *, seen: int, now: datetime, by: Actor) -> PointHost:
    """Say that somebody looked at what a host changed; raises PointChangedError."""
    host = _seen(public_id, seen)
    host.edited_at = None
    changing.finish(host.point, "point.looked_at", now=now, by=by)
    return host


# --- a code by post -----------------------------------------------------------------------------


def write_letter(public_id: str, *, seen: int, now: datetime, by: Actor) -> tuple[PointHost, str]:
    """Make the code of a letter to a point's address; an earlier one counts no more.

    Returns the host and the code, which is kept nowhere. Raises PointChangedError.
    """
    host = _seen(public_id, seen)
    if host.point.state not in rules.WAITING or host.point.place is None:
        raise PointChangedError
    code = ids.public_id()[:_CODE_LENGTH]
    host.posted_code, host.posted_at = _hash_of(host, code), now
    changing.finish(host.point, "point.letter_written", now=now, by=by)
    return host, f"{code[:4]} {code[4:]}".upper()


def tell_code(host: PointHost, typed: str, *, now: datetime, by: Actor) -> None:
    """Somebody tells the code that came by post: she is at home there. Raises WrongCodeError.

    Twice changes nothing.
    """
    host = reads.lock_host(host.public_id)
    if host.posted_code is None:
        if host.how_checked is PointChecked.POSTED_CODE:
            return
        raise WrongCodeError
    if not hmac.compare_digest(host.posted_code, _hash_of(host, rules.clean_code(typed))):
        raise WrongCodeError
    host.posted_code = None
    host.how_checked, host.checked_at, host.checked_by_id = PointChecked.POSTED_CODE, now, None
    changing.finish(host.point, "point.code_came_back", now=now, by=by)


def _hash_of(host: PointHost, code: str) -> str:
    message = f"posted-code\0{host.public_id}\0{code}".encode()
    return hmac.new(settings().secret_key.encode(), message, hashlib.sha256).hexdigest()


# --- how to reach the host ----------------------------------------------------------------------


def correct_email(public_id: str, email: str, *, now: datetime, by: Actor) -> PointHost:
    """Put a mistyped address right: earlier links end, and the new mailbox has to be proven."""
    host = reads.lock_host(public_id)
    if email == host.email:
        return host
    mail.withdraw([host.public_id], host.email or "", now=now)
    host.email, host.new_email = email, None
    host.link_version += 1
    if host.point.state is PointState.APPLIED:
        mails.confirm(host, now=now)
    else:
        mails.entered(host, now=now)
    changing.note(host.point, "point.host_address_corrected", now=now, by=by)
    return host


def renew_link(public_id: str, *, now: datetime, by: Actor) -> PointHost:
    """End all links to a host's page, and send her the new one. Raises NoHostAddressError."""
    host = reads.lock_host(public_id)
    if host.email is None:
        raise NoHostAddressError
    host.link_version += 1
    if host.point.state is PointState.APPLIED:
        mails.confirm(host, now=now)
    else:
        host_mails.new_link(host, now=now)
    changing.note(host.point, "point.host_link_renewed", now=now, by=by)
    return host


def end_invitations(point: CollectionPoint, *, now: datetime, by: Actor) -> None:
    """Let the invitations that were passed on lead nowhere any more."""
    if point.host is None:
        raise PointChangedError
    point = reads.lock_host(point.host.public_id).point
    if point.host is not None:
        point.host.invite_version += 1
    changing.finish(point, "point.invitations_ended", now=now, by=by)


def lock_seen(point_id: int, seen: int) -> CollectionPoint:
    """Return a point held against other writers, as an organiser saw it.

    Raises PointChangedError where somebody changed it since.
    """
    point = reads.lock_point(point_id)
    if point.version != seen:
        raise PointChangedError
    return point


def _seen(public_id: str, seen: int) -> PointHost:
    host = reads.lock_host(public_id)
    if host.point.version != seen:
        raise PointChangedError
    return host
