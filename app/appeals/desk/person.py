"""What appeals know of a supporter: her gifts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.accounts.guard import groups_with
from app.accounts.rules.permissions import Permission
from app.appeals.forms.listing import STATE_NAMES
from app.appeals.queries import people as reads
from app.supporters.queries.doors import Door
from app.web.panels import Block

#: One of the ways in which a group comes to know people.
DOOR = Door(key="gifts", name=_l("A gift"), known=reads.known_supporters)
_SHOWN = 20


def person_blocks(email: str, group_ids: set[int]) -> list[Block]:
    """Say on a supporter's page what she gave, to those who may see who gave."""
    mine = group_ids & {*groups_with(Permission.DONATIONS_SEE_PEOPLE)}
    found = reads.list_of_address(email, mine, limit=_SHOWN) if mine else []
    values = {"donations": found, "state_names": STATE_NAMES, "email": email}
    return [Block("gifts", "appeals/desk/_person.html", values, 10)] if found else []
