"""What mailings know of a supporter: which were for her, and what became of them."""

from __future__ import annotations

from itertools import islice

from app.accounts.guard import groups_with
from app.accounts.rules.permissions import Permission
from app.mailings.queries import recipients as reads
from app.mailings.render.desk import ROW_NAMES, SKIP_NAMES
from app.web.panels import Block

_SHOWN = 20


def person_blocks(email: str, group_ids: set[int]) -> list[Block]:
    """Say on a supporter's page which mailings went to her, so that she can be answered."""
    mine = group_ids & {*groups_with(Permission.PEOPLE_SEE)}
    found = list(islice(reads.list_of_person(email, mine), _SHOWN)) if mine else []
    values = {"rows": found, "row_names": ROW_NAMES, "skip_names": SKIP_NAMES}
    return [Block("mailings", "mailings/desk/_person.html", values, 40)] if found else []
