"""The mail that tells hosts and stewards how their round goes on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.aid.mails.hosting import page_link as host_link
from app.aid.mails.workplaces import page_link as steward_link
from app.aid.models.drops import Drop
from app.aid.models.points import PointHost
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.rules.words import DropState
from app.mail.service import outbox as mail


def tell_host(host: PointHost, drop: Drop, state: DropState, *, now: datetime) -> None:
    """Tell a host that her round is fetched, called off or told about."""
    _put(host, drop, state, host_link(host), is_host=True, now=now)


def tell_steward(
    workplace: WorkplaceCollection, drop: Drop, state: DropState, *, now: datetime
) -> None:
    """Tell a steward the same."""
    _put(workplace, drop, state, steward_link(workplace), is_host=False, now=now)


def _put(
    person: PointHost | WorkplaceCollection,
    drop: Drop,
    state: DropState,
    page: dict[str, Any],
    *,
    is_host: bool,
    now: datetime,
) -> None:
    if person.email is None:
        return
    mail.put(
        "aid/drop_state",
        key=f"{person.public_id}:{state.value}",
        to=person.email,
        locale=person.locale,
        now=now,
        about=person.public_id,
        reply_to=drop.group.contact_email,
        values={
            "drop_title": drop.title,
            "drop_state": state.value,
            "state_note": drop.state_note,
            "is_host": is_host,
            "group_name": drop.group.name,
            "contact_email": drop.group.contact_email,
            "links": {
                "page": page,
                "drop": {"endpoint": "drops.show", "values": {"slug": drop.slug}},
            },
        },
    )
