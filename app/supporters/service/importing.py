"""Files of people: kept to be looked over, brought in line by line, put away."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import insert, update

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids
from app.lib.text import clean_line
from app.settings import settings
from app.supporters.errors.imports import (
    NoEmailColumnError,
    NoImportSourceError,
    StaleImportError,
)
from app.supporters.models.imports import ImportRow, PeopleImport
from app.supporters.models.people import Consent, Supporter
from app.supporters.queries import consents as consent_reads
from app.supporters.queries import imports as reads
from app.supporters.queries import people as people_reads
from app.supporters.rules.consents import ConsentPurpose, ConsentSource
from app.supporters.rules.people_files import Misread, Part, PeopleTable, Reading, read_line
from app.supporters.rules.words import ImportProfile, ImportState, RowOutcome
from app.supporters.service import people, tags
from app.supporters.service.planning import Verdict, judge

#: A file that nobody brings in is put away by then.
KEEP_CHECKED: Final = timedelta(days=7)
#: The words she agreed to were another system's.
OTHER_WORDING: Final = 0
_BATCH: Final = 500
Line = tuple[int, Reading | Misread]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Which column is what, and what the yes of the people in a file covers."""

    columns: Mapping[str, str]
    purposes: tuple[ConsentPurpose, ...] = ()
    #: Where they said yes, and to what, as the organiser wrote it.
    source: str = ""


# --- looked over ----------------------------------------------------------------------------------


def plan(
    lines: Sequence[tuple[int, Mapping[str, str]]],
    terms: Terms,
    *,
    profile: ImportProfile,
    group_id: int,
) -> dict[int, Verdict]:
    """What would become of the lines of a file; reads only, before any transaction."""
    found, seen = dict[int, Verdict](), set[str]()
    read: list[Line] = [
        (number, read_line(cells, terms.columns, profile)) for number, cells in lines
    ]
    people_read = [each for _, each in read if isinstance(each, Reading)]
    unwilling = {each.email for each in people_read if not each.is_subscribed}
    for start in range(0, len(read), _BATCH):
        part = read[start : start + _BATCH]
        found |= judge(
            part,
            group_id=group_id,
            purposes=terms.purposes,
            earlier=seen,
            unwilling=unwilling,
        )
        seen |= {each.email for _, each in part if isinstance(each, Reading)}
    return found


def keep(
    table: PeopleTable,
    verdicts: Mapping[int, Verdict],
    terms: Terms,
    *,
    profile: ImportProfile,
    file_name: str,
    group_id: int,
    now: datetime,
    by: Actor,
) -> PeopleImport:
    """Keep a file, closed, until somebody decides about it; nobody is known by it yet."""
    kept = PeopleImport(
        public_id=ids.public_id(),
        group_id=group_id,
        profile=profile,
        file_name=clean_line(file_name)[:200],
        source=terms.source,
        columns=dict(terms.columns),
        purposes=[each.value for each in terms.purposes],
        row_count=len(table.lines),
        created_by_id=by.account_id,
        created_at=now,
    )
    db.session.add(kept)
    db.session.flush()
    rows = [
        {
            "import_id": kept.id,
            "line": number,
            "content": json.dumps(cells, ensure_ascii=False),
            "outcome": verdicts[number].outcome,
            "problem": verdicts[number].problem,
        }
        for number, cells in table.lines
    ]
    db.session.execute(insert(ImportRow), rows)
    _tell("people.import_checked", kept, now=now, by=by)
    return kept


def change_terms(
    import_id: int, verdicts: Mapping[int, Verdict], terms: Terms, *, now: datetime, by: Actor
) -> None:
    """Read a kept file otherwise.

    Raises StaleImportError, NoEmailColumnError or NoImportSourceError.
    """
    kept = _lock_checked(import_id)
    if Part.EMAIL.value not in terms.columns:
        raise NoEmailColumnError
    if terms.purposes and not terms.source:
        raise NoImportSourceError
    kept.columns, kept.source = dict(terms.columns), terms.source
    kept.purposes = [each.value for each in terms.purposes]
    db.session.execute(
        update(ImportRow),
        [
            {
                "import_id": kept.id,
                "line": number,
                "outcome": each.outcome,
                "problem": each.problem,
            }
            for number, each in verdicts.items()
        ],
    )
    _tell("people.import_checked", kept, now=now, by=by)


def terms_of(kept: PeopleImport) -> Terms:
    """How a file is read."""
    return Terms(
        columns=kept.columns,
        purposes=tuple(ConsentPurpose(each) for each in kept.purposes),
        source=kept.source,
    )


def mark_of(kept: PeopleImport) -> str:
    """Changes whenever the file is read otherwise: what was looked at is what is brought in."""
    return ids.fingerprint(sorted(kept.columns.items()), kept.purposes, kept.source)


def cells_of(row: ImportRow) -> dict[str, str]:
    """What a line says, by the names of its columns."""
    cells: dict[str, str] = json.loads(row.content or "{}")
    return cells


# --- brought in -----------------------------------------------------------------------------------


def begin(import_id: int, *, seen: str, now: datetime, by: Actor) -> None:
    """Decide that the people of a file come in; a job works through its lines.

    Raises StaleImportError, NoEmailColumnError or NoImportSourceError.
    """
    kept = _lock_checked(import_id)
    if mark_of(kept) != seen:
        raise StaleImportError
    if Part.EMAIL.value not in kept.columns:
        raise NoEmailColumnError
    if kept.purposes and not kept.source:
        raise NoImportSourceError
    kept.state, kept.applied_at = ImportState.APPLIED, now
    _tell("people.import_applied", kept, now=now, by=by)


def work_in(import_id: int, *, now: datetime, limit: int) -> int:
    """Bring in the next lines; return how many there were. After an undo there are none."""
    kept = reads.lock_import(import_id)
    if kept.state is not ImportState.APPLIED:
        return 0
    rows = reads.list_waiting(import_id, limit=limit)
    terms = terms_of(kept)
    lines: list[tuple[ImportRow, Reading | Misread]] = [
        (row, read_line(cells_of(row), terms.columns, kept.profile)) for row in rows
    ]
    # A line that repeats another stays one, and a no that stood in any of them a no, whatever
    # stands in this batch.
    fresh = [(row.line, line) for row, line in lines if row.outcome is not RowOutcome.REPEATED]
    unwilling = {
        line.email
        for row, line in lines
        if row.outcome is RowOutcome.SUPPRESSED and isinstance(line, Reading)
    }
    verdicts = judge(fresh, group_id=kept.group_id, purposes=terms.purposes, unwilling=unwilling)
    for row, line in lines:
        verdict = verdicts.get(row.line)
        row.content = None
        if verdict is None or isinstance(line, Misread):
            continue
        row.outcome, row.problem = verdict.outcome, verdict.problem
        if verdict.outcome is not RowOutcome.REFUSED:
            _bring_in(row, line, verdict.purposes, kept, now=now)
    db.session.flush()
    if len(rows) < limit:
        kept.purged_at = now
    return len(rows)


def _bring_in(
    row: ImportRow,
    line: Reading,
    purposes: Collection[ConsentPurpose],
    kept: PeopleImport,
    *,
    now: datetime,
) -> None:
    """Write one person down, and everything that was new by it, so that it can be taken back."""
    known = people_reads.find_supporter(line.email)
    known_locale = line.locale if line.locale in settings().locales else None
    supporter = known or people.meet(
        line.email, locale=known_locale or settings().default_locale, now=now
    )
    added = [] if known else ["supporter"]
    if people.know(supporter.id, kept.group_id, now=now):
        added.append("known")
    added += _fill_gaps(supporter, line)
    for tag in line.tags:
        if tags.put(supporter.id, kept.group_id, tag, now=now):
            added.append(f"tag:{tag}")
    for purpose in _missing(supporter.id, kept.group_id, purposes):
        _consent(supporter, purpose, line, kept, now=now)
        added.append(f"consent:{purpose.value}")
    row.supporter_id, row.added = supporter.id, added


def _missing(
    supporter_id: int, group_id: int, purposes: Collection[ConsentPurpose]
) -> list[ConsentPurpose]:
    """What she has to be taken to agree to: nothing that stands, or that she ends at this moment.

    Asked in this order: who takes it back between the two still counts as having agreed.
    """
    live = consent_reads.live_of([supporter_id], group_id)
    missing = [each for each in purposes if (supporter_id, each) not in live]
    refused = consent_reads.said_no([supporter_id], group_id) if missing else set()
    return [each for each in missing if (supporter_id, each) not in refused]


def _fill_gaps(supporter: Supporter, line: Reading) -> list[str]:
    filled = []
    for name in people.GAPS:
        value: str | None = getattr(line, name)
        if value and getattr(supporter, name) is None:
            setattr(supporter, name, value)
            filled.append(f"{name}:{value_mark(value)}")
    if filled:
        supporter.version += 1
    return filled


def value_mark(value: str) -> str:
    """By what a value is known again that a file brought, without keeping it twice."""
    return ids.fingerprint(settings().secret_key, value)


def _consent(
    supporter: Supporter,
    purpose: ConsentPurpose,
    line: Reading,
    kept: PeopleImport,
    *,
    now: datetime,
) -> None:
    given_at = line.agreed_at if line.agreed_at and line.agreed_at < now else now
    db.session.add(
        Consent(
            supporter_id=supporter.id,
            group_id=kept.group_id,
            purpose=purpose,
            wording_version=OTHER_WORDING,
            locale=supporter.locale,
            source=ConsentSource.IMPORT,
            import_id=kept.id,
            given_at=given_at,
        )
    )
    db.session.flush()


# --- put away -------------------------------------------------------------------------------------


def drop(import_id: int, *, now: datetime, by: Actor) -> None:
    """Put a file away that is not brought in, and forget what it says. Raises StaleImportError."""
    kept = _lock_checked(import_id)
    kept.state = ImportState.DROPPED
    forget_lines(kept, now=now)
    _tell("people.import_dropped", kept, now=now, by=by)


def drop_stale(*, now: datetime, limit: int = 20) -> int:
    """Put away files that nobody brought in for days; return how many."""
    stale = reads.list_stale(now - KEEP_CHECKED, limit=limit)
    for import_id in stale:
        drop(import_id, now=now, by=Actor.system())
    return len(stale)


def forget_lines(kept: PeopleImport, *, now: datetime) -> None:
    """Forget what the lines of a file say."""
    db.session.execute(update(ImportRow).where(ImportRow.import_id == kept.id).values(content=None))
    kept.purged_at = now


def _lock_checked(import_id: int) -> PeopleImport:
    kept = reads.lock_import(import_id)
    if kept.state is not ImportState.CHECKED:
        raise StaleImportError
    return kept


def _tell(action: str, kept: PeopleImport, *, now: datetime, by: Actor) -> None:
    audit.record(
        by,
        action,
        f"people_import:{kept.id}",
        now=now,
        group_id=kept.group_id,
        detail={"lines": kept.row_count, "profile": kept.profile.value},
    )
