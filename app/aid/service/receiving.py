"""What a host or her helper writes down of what was brought, and how she corrects a mistake."""

from __future__ import annotations

from datetime import datetime

from app.aid.errors.hosting import NotNowError
from app.aid.models.points import CollectionPoint, PointHelper
from app.aid.models.stock import DropOff
from app.aid.queries import bringing as bring_reads
from app.aid.queries import points as point_reads
from app.aid.rules import hosting as rules
from app.aid.rules.stock import DropOffContent
from app.aid.rules.words import BringState
from app.aid.service import bringing, changing, drop_offs, hosting
from app.audit.facts import Actor


def log(
    point: CollectionPoint, content: DropOffContent, *, client_key: str, now: datetime, by: Actor
) -> DropOff:
    """Write down what was brought to a host; the same form again is the same entry.

    Raises NotNowError, NoSuchBringerError or what `drop_offs.log` raises.
    """
    who = hosting.entered_by(point)
    return _log(point, content, client_key=client_key, who=who, now=now, by=by)


def log_by_helper(
    helper: PointHelper, content: DropOffContent, *, client_key: str, now: datetime, by: Actor
) -> DropOff:
    """Write down what was brought to a helper. Raises what `log` raises."""
    point = point_reads.lock_point(helper.point_id)
    helper.last_used_at = now
    who = f"helper:{helper.public_id}"
    return _log(point, content, client_key=client_key, who=who, now=now, by=by)


def correct(
    point: CollectionPoint,
    wrong: DropOff,
    content: DropOffContent | None,
    *,
    reason: str,
    client_key: str,
    now: datetime,
    by: Actor,
) -> None:
    """Take an entry back and, where something came after all, write it down as it was.

    Raises AlreadyReversedError, NotEnoughError or what `log` raises.
    """
    who = hosting.entered_by(point)
    drop_offs.take_back(wrong, reason=reason, client_key=client_key, now=now, by=by, entered_by=who)
    if content is not None:
        anew = f"{client_key}:anew"
        drop_offs.log(point, content, client_key=anew, now=now, by=by, entered_by=who)
    elif wrong.request is not None and wrong.request.state is BringState.BROUGHT:
        # Nobody came, so she is still expected; where the place is another one, she is asked anew.
        is_known = wrong.request.decided_at is not None
        wrong.request.state = BringState.ACCEPTED if is_known else BringState.ASKED
        changing.note(point, "bring.not_brought", now=now, by=by)


def _log(
    point: CollectionPoint,
    content: DropOffContent,
    *,
    client_key: str,
    who: str,
    now: datetime,
    by: Actor,
) -> DropOff:
    if not rules.may_log(point.state, point.drop.state):
        raise NotNowError
    drop_off = drop_offs.log(point, content, client_key=client_key, now=now, by=by, entered_by=who)
    if content.request_id is not None:
        request = bring_reads.lock_request(content.request_id)
        if request.state is BringState.ACCEPTED:
            bringing.mark_brought(request, now=now, by=by)
    return drop_off
