"""What events know of a supporter: where she comes."""

from __future__ import annotations

from app.accounts.guard import groups_with
from app.accounts.rules.permissions import Permission
from app.events.queries import people as reads
from app.events.render.rsvps import STATE_NAMES
from app.web.panels import Block

_SHOWN = 20


def person_blocks(email: str, group_ids: set[int]) -> list[Block]:
    """Say on a supporter's page where she comes, to those who may see who comes."""
    mine = group_ids & {*groups_with(Permission.EVENTS_SEE_PEOPLE)}
    found = reads.list_of_address(email, mine, limit=_SHOWN) if mine else []
    values = {"rsvps": found, "state_names": STATE_NAMES}
    return [Block("rsvps", "events/desk/_person.html", values, 30)] if found else []
