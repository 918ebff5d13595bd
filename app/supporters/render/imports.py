"""How files of people are put on pages of the desk."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import gettext as _

from app.groups import queries as groups
from app.lib.text import TextIn
from app.supporters.models.imports import PeopleImport
from app.supporters.queries import imports as reads
from app.supporters.render.words import (
    OUTCOME_HINTS,
    OUTCOME_NAMES,
    PROFILE_NAMES,
    PURPOSE_NAMES,
    STATE_TAGS,
)
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.people_files import Part
from app.supporters.rules.words import ImportState, RowOutcome
from app.web.locale import current_locale

#: So many lines are looked at for the names of the columns, and shown as they are.
_SAMPLE = 50
_SHOWN = 5


def import_rows(found: Sequence[PeopleImport]) -> list[Mapping[str, object]]:
    """The lines of the list of files."""
    return [
        {
            "kept": each,
            "group": group_name(each),
            "profile": PROFILE_NAMES[each.profile],
            "state": STATE_TAGS[each.state],
        }
        for each in found
    ]


def group_name(kept: PeopleImport) -> TextIn:
    """Whose people the file brings."""
    return groups.get_group_by_id(kept.group_id).name.pick(current_locale())


def heads(kept: PeopleImport) -> list[str]:
    """The columns of a kept file that say anything, in their order."""
    found: dict[str, None] = {}
    for row in reads.list_waiting(kept.id, limit=_SAMPLE):
        found |= dict.fromkeys(json.loads(row.content or "{}"))
    return list(found | dict.fromkeys(kept.columns.values()))


@dataclass(frozen=True)
class ImportShown:
    """A file as its page shows it."""

    group: TextIn
    profile: LazyString
    state: tuple[LazyString, str]
    #: Name, how many, hint.
    outcomes: list[tuple[LazyString, int, LazyString]]
    #: How many people come in.
    coming: int
    #: Line and why, for lines that are left out.
    refused: list[tuple[int, str]]
    #: The first lines, as columns name them; nothing once they are forgotten.
    sample: list[Mapping[str, str]]
    purposes: list[LazyString]
    #: Lines that the worker has not come to.
    waiting: int
    has_email: bool


def import_shown(kept: PeopleImport) -> ImportShown:
    """What there is to say about a file."""
    counts = reads.count_outcomes(kept.id)
    coming = (RowOutcome.NEW, RowOutcome.KNOWN, RowOutcome.SUPPRESSED)
    return ImportShown(
        group=group_name(kept),
        profile=PROFILE_NAMES[kept.profile],
        state=STATE_TAGS[kept.state],
        outcomes=[
            (name, counts.get(each, 0), OUTCOME_HINTS[each]) for each, name in OUTCOME_NAMES.items()
        ],
        coming=sum(counts.get(each, 0) for each in coming),
        refused=[
            (row.line, _(row.problem) if row.problem else "") for row in reads.list_refused(kept.id)
        ],
        sample=[
            json.loads(row.content or "{}") for row in reads.list_waiting(kept.id, limit=_SHOWN)
        ]
        if kept.state is ImportState.CHECKED
        else [],
        purposes=[PURPOSE_NAMES[ConsentPurpose(each)] for each in kept.purposes],
        waiting=_waiting(kept),
        has_email=Part.EMAIL.value in kept.columns,
    )


def _waiting(kept: PeopleImport) -> int:
    if kept.state is ImportState.APPLIED:
        return reads.count_waiting(kept.id)
    return reads.count_standing(kept.id) if kept.state is ImportState.UNDONE else 0
