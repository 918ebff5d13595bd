"""The mails to whoever offers a collection point, and the asking whether all is still right.

The address was typed by somebody, perhaps not by whoever reads the mail: so the first mail says
nothing that was typed, and none says where the point is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.aid.mails.hosting import page_link
from app.aid.models.points import PointHost
from app.mail.service import outbox as mail


def confirm(host: PointHost, *, now: datetime) -> None:
    """Send the link that proves the mailbox."""
    _put("aid/point_confirm", f"{host.public_id}:{host.link_version}", host, now=now)


def entered(host: PointHost, *, now: datetime) -> None:
    """Tell somebody who rang that her point was entered, with her link."""
    _put("aid/point_entered", f"{host.public_id}:{host.link_version}", host, now=now)


def rejected(host: PointHost, *, now: datetime) -> None:
    """Tell a host that her point is not shown, and why."""
    key = f"{host.public_id}:{now.isoformat()}"
    values = {"reason": host.rejected_reason or ""}
    _put("aid/point_rejected", key, host, values, now=now)


def questioned(host: PointHost, question: str, *, key: str, now: datetime) -> None:
    """Pass on an organiser's question; the answer goes to the group's address."""
    _put("aid/point_question", f"{host.public_id}:{key}", host, {"question": question}, now=now)


def ask_if_right(host: PointHost, *, now: datetime) -> None:
    """Ask a host whether everything about her point is still right."""
    _put("aid/point_right", f"{host.public_id}:{now.date().isoformat()}", host, now=now)


def _put(
    template: str,
    key: str,
    host: PointHost,
    values: Mapping[str, Any] | None = None,
    *,
    now: datetime,
) -> None:
    if host.email is None or host.purged_at is not None:
        return
    drop = host.point.drop
    mail.put(
        template,
        key=key,
        to=host.email,
        locale=host.locale,
        now=now,
        about=host.public_id,
        reply_to=drop.group.contact_email,
        values={
            "drop_title": drop.title,
            "group_name": drop.group.name,
            "contact_email": drop.group.contact_email,
            "links": {"host": page_link(host)},
            **(values or {}),
        },
    )
