"""The mails to hosts of collection points, and the one that tells a bringer of a message.

No address of a point stands in a mail, nor what people wrote to each other: that is read on their
own pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.aid.models.points import BringRequest, PointHost, PointMessage
from app.aid.rules.bringing import BRING_LINK
from app.aid.rules.hosting import MAILBOX_LINK
from app.aid.rules.points import HOST_LINK
from app.aid.rules.words import MessageSide, Visibility
from app.lib import ids
from app.mail.service import outbox as mail


def page_link(host: PointHost, **values: str) -> dict[str, Any]:
    """The link to a host's own page, as a mail keeps it."""
    return {
        "endpoint": "point_host.show",
        "purpose": HOST_LINK,
        "subject": host.public_id,
        "version": host.link_version,
        **({"values": values} if values else {}),
    }


def approved(host: PointHost, *, now: datetime) -> None:
    """Tell a host that her point was checked, with the link to her page."""
    values = {
        "is_live": host.point.live_at is not None,
        "is_place_private": host.point.visibility is Visibility.PRIVATE,
    }
    _put("aid/host_approved", f"{host.public_id}:{now.isoformat()}", host, values, now=now)


def asked_to_bring(request: BringRequest, *, now: datetime) -> None:
    """Tell the host of a point that somebody wants to bring something; who, her page says."""
    host = request.point.host
    if host is not None:
        values = {"brings_on": request.brings_on}
        _put("aid/host_asked", request.public_id, host, values, now=now)


def pickup_planned(host: PointHost, day: date, window: str, *, key: str, now: datetime) -> None:
    """Tell a host when the van comes: the day, and from when to when."""
    values = {"day_on": day, "window": window}
    _put("aid/host_pickup", f"{host.public_id}:{key}", host, values, now=now)


def message_for_host(host: PointHost, message: PointMessage, *, now: datetime) -> None:
    """Tell a host that somebody wrote to her."""
    values = {"is_organiser": message.side is MessageSide.ORGANISER}
    _put("aid/host_message", message.public_id, host, values, now=now)


def message_for_bringer(request: BringRequest, message: PointMessage, *, now: datetime) -> None:
    """Tell somebody who brings things that the host wrote to her."""
    if request.email is None:
        return
    link = {
        "endpoint": "bringing.show",
        "purpose": BRING_LINK,
        "subject": request.public_id,
        "version": request.link_version,
    }
    group = request.point.drop.group
    mail.put(
        "aid/bring_message",
        key=message.public_id,
        to=request.email,
        locale=request.locale,
        now=now,
        about=request.public_id,
        reply_to=group.contact_email,
        values={
            "drop_title": request.point.drop.title,
            "point_name": request.point.name,
            "contact_email": group.contact_email,
            "links": {"bring": link},
        },
    )


def closing_soon(host: PointHost, *, now: datetime) -> None:
    """Tell a host that the round ends, and what she can do with what is left."""
    values = {"last_on": host.point.until_on or host.point.drop.closes_on}
    _put("aid/host_closing", host.public_id, host, values, now=now)


def goods_came(host: PointHost, *, key: str, now: datetime) -> None:
    """Tell a host that another point says it brought her what was left there."""
    _put("aid/host_goods", f"{host.public_id}:{key}", host, {}, now=now)


def new_link(host: PointHost, *, now: datetime) -> None:
    """Send the link that replaces all earlier ones."""
    key = f"link:{host.public_id}:{host.link_version}"
    host_links([host], to=host.email or "", locale=host.locale, key=key, now=now)


def host_links(
    hosts: Sequence[PointHost], *, to: str, locale: str, key: str, now: datetime
) -> None:
    """Send somebody the links to all the points she hosts."""
    if not to or not hosts:
        return
    mail.put(
        "aid/host_links",
        key=key,
        to=to,
        locale=locale,
        now=now,
        about=hosts[0].public_id,
        reply_to=hosts[0].point.drop.group.contact_email,
        values={
            "points": [
                {
                    "link": f"host_{place}",
                    "name": host.point.name,
                    "drop_title": host.point.drop.title,
                }
                for place, host in enumerate(hosts)
            ],
            "links": {f"host_{place}": page_link(host) for place, host in enumerate(hosts)},
        },
    )


def mailbox_subject(host: PointHost) -> str:
    """What the link is signed for that proves a host's new mailbox, and no other."""
    return f"{host.public_id}_{ids.fingerprint(host.new_email)}"


def prove_mailbox(host: PointHost, *, now: datetime) -> None:
    """Ask whoever reads the new mailbox of a host to confirm it; the mail says nothing else."""
    if host.new_email is None:
        return
    link = {
        "endpoint": "point_host.ask_mailbox",
        "purpose": MAILBOX_LINK,
        "subject": mailbox_subject(host),
        "version": host.link_version,
    }
    key = f"{mailbox_subject(host)}:{now.isoformat()}"
    _put("aid/host_mailbox", key, host, {}, now=now, to=host.new_email, links={"proof": link})


def mailbox_moved(host: PointHost, old: str, *, now: datetime) -> None:
    """Tell the old mailbox that mails about the point go elsewhere now."""
    key = f"{host.public_id}:{now.isoformat()}"
    _put("aid/host_mailbox_moved", key, host, {}, now=now, to=old, links={})


def _put(
    template: str,
    key: str,
    host: PointHost,
    values: Mapping[str, Any],
    *,
    now: datetime,
    to: str | None = None,
    links: Mapping[str, Any] | None = None,
) -> None:
    to = to or host.email
    if to is None or host.purged_at is not None:
        return
    drop = host.point.drop
    mail.put(
        template,
        key=key,
        to=to,
        locale=host.locale,
        now=now,
        about=host.public_id,
        reply_to=drop.group.contact_email,
        values={
            "drop_title": drop.title,
            "point_name": host.point.name,
            "contact_email": drop.group.contact_email,
            "links": {"host": page_link(host)} if links is None else dict(links),
            **values,
        },
    )
