"""The mails about wishes to bring something. Where a point is stands in none of them.

The address was typed by somebody, perhaps not by whoever reads the mail: so the first mail says
nothing that was typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.aid.mails import hosting
from app.aid.models.points import BringRequest
from app.aid.rules.bringing import BRING_LINK
from app.mail.service import outbox as mail

LINKS_MAIL = "aid/bring_links"


def page_link(request: BringRequest) -> dict[str, Any]:
    """The link to her own page, as a mail keeps it."""
    return {
        "endpoint": "bringing.show",
        "purpose": BRING_LINK,
        "subject": request.public_id,
        "version": request.link_version,
    }


def confirm(request: BringRequest, *, now: datetime) -> None:
    """Send the link that proves the mailbox."""
    _put("aid/bring_confirm", request.public_id, request, now=now)


def asked(request: BringRequest, *, now: datetime) -> None:
    """Tell the host that somebody wants to bring something."""
    hosting.asked_to_bring(request, now=now)


def accepted(request: BringRequest, *, now: datetime) -> None:
    """Tell somebody that she may come; where, her page says."""
    _put("aid/bring_accepted", _key(request, now), request, now=now)


def declined(request: BringRequest, *, was_accepted: bool, now: datetime) -> None:
    """Tell somebody that she cannot come, or no longer."""
    values = {"was_accepted": was_accepted}
    _put("aid/bring_declined", _key(request, now), request, values, now=now)


def closed(request: BringRequest, *, now: datetime) -> None:
    """Tell somebody that the point is closed."""
    _put("aid/bring_off", _key(request, now), request, {"is_moved": False}, now=now)


def place_changed(request: BringRequest, *, now: datetime) -> None:
    """Tell somebody that what she was told is no longer right."""
    _put("aid/bring_off", _key(request, now), request, {"is_moved": True}, now=now)


def host_told(request: BringRequest, *, is_off: bool, now: datetime) -> None:
    """Tell the host that somebody does not come, or comes otherwise; her page says who."""
    host = request.point.host
    if host is None or host.email is None or host.purged_at is not None:
        return
    drop = request.point.drop
    mail.put(
        "aid/host_bring_changed",
        key=_key(request, now),
        to=host.email,
        locale=host.locale,
        now=now,
        about=host.public_id,
        reply_to=drop.group.contact_email,
        values={
            "is_off": is_off,
            "drop_title": drop.title,
            "point_name": request.point.name,
            "contact_email": drop.group.contact_email,
            "brings_on": request.brings_on,
            "links": {"host": hosting.page_link(host)},
        },
    )


def links(
    requests: Sequence[BringRequest], *, to: str, locale: str, key: str, now: datetime
) -> None:
    """Send somebody the links to everything she wants to bring."""
    if not requests:
        return
    mail.put(
        LINKS_MAIL,
        key=key,
        to=to,
        locale=locale,
        now=now,
        about=requests[0].public_id,
        reply_to=requests[0].point.drop.group.contact_email,
        values={
            "brings": [
                {
                    "link": f"bring_{place}",
                    "drop_title": each.point.drop.title,
                    "day_on": each.brings_on,
                }
                for place, each in enumerate(requests)
            ],
            "links": {f"bring_{place}": page_link(each) for place, each in enumerate(requests)},
        },
    )


def _key(request: BringRequest, now: datetime) -> str:
    return f"{request.public_id}:{now.isoformat()}"


def _put(
    template: str,
    key: str,
    request: BringRequest,
    values: Mapping[str, Any] | None = None,
    *,
    now: datetime,
) -> None:
    if request.email is None:
        return
    drop = request.point.drop
    mail.put(
        template,
        key=key,
        to=request.email,
        locale=request.locale,
        now=now,
        about=request.public_id,
        reply_to=drop.group.contact_email,
        values={
            "drop_title": drop.title,
            "group_name": drop.group.name,
            "contact_email": drop.group.contact_email,
            "links": {"bring": page_link(request)},
            **(values or {}),
        },
    )
