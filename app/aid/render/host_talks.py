"""Messages that we pass on, as both sides and the desk read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.aid.models.points import BringRequest, CollectionPoint
from app.aid.queries import hosting as reads
from app.aid.rules.words import MessageSide

SIDE_NAMES: Final = {
    MessageSide.HOST: _l("The host"),
    MessageSide.BRINGER: _l("Somebody who brings something"),
    MessageSide.STEWARD: _l("The steward"),
    MessageSide.ORGANISER: _l("The organisers"),
}


@dataclass(frozen=True)
class MessageShown:
    """One message."""

    side: MessageSide
    #: Who wrote it: a first name where that is known to the other side.
    who: str
    text: str
    sent_at: datetime
    is_unread: bool


def talk(point: CollectionPoint, request: BringRequest | None) -> list[MessageShown]:
    """What a host and somebody else wrote to each other, the oldest first."""
    found = reads.list_messages(point.id, request.id if request else None)
    first_name = (request.name or "") if request else ""
    return [
        MessageShown(
            side=each.side,
            who=first_name
            if each.side is MessageSide.BRINGER and first_name
            else str(SIDE_NAMES[each.side]),
            text=each.text,
            sent_at=each.sent_at,
            is_unread=each.side is MessageSide.HOST and each.read_at is None,
        )
        for each in found
    ]


def block_for(point: CollectionPoint, _now: datetime) -> dict[str, Any]:
    """What a point's page on the desk shows of the talk with its host."""
    found = talk(point, None)
    return {"talk": found, "has_unread": any(each.is_unread for each in found)}
