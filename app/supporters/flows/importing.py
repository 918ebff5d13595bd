"""Files of people, in several transactions: looked over, brought in, taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from app.audit.facts import Actor
from app.db.session import retry_deadlocks, transaction
from app.lib import clock
from app.queue import service as queue
from app.supporters.queries import imports as reads
from app.supporters.rules.people_files import PeopleTable, guess_columns
from app.supporters.rules.words import ImportProfile
from app.supporters.service import importing, undoing
from app.supporters.service.importing import Terms

IMPORT_JOB: Final = "supporters.import"
UNDO_JOB: Final = "supporters.undo_import"
#: Lines in one transaction: a tenth of a second, so that nobody waits for it.
BATCH: Final = 25


def look_over(
    table: PeopleTable,
    *,
    profile: ImportProfile,
    file_name: str,
    group_id: int,
    now: datetime,
    by: Actor,
) -> str:
    """Keep a file with what would become of its lines; return its public id."""
    terms = Terms(columns=guess_columns(table.head))
    verdicts = importing.plan(table.lines, terms, profile=profile, group_id=group_id)
    with transaction():
        return importing.keep(
            table,
            verdicts,
            terms,
            profile=profile,
            file_name=file_name,
            group_id=group_id,
            now=now,
            by=by,
        ).public_id


def read_anew(
    public_id: str, terms: Terms, group_ids: Collection[int], *, now: datetime, by: Actor
) -> None:
    """Read a kept file otherwise; raises what `importing.change_terms` raises."""
    kept = reads.get_import(public_id, group_ids)
    lines = [(row.line, importing.cells_of(row)) for row in reads.list_lines(kept.id)]
    verdicts = importing.plan(lines, terms, profile=kept.profile, group_id=kept.group_id)
    import_id = kept.id
    with transaction():
        importing.change_terms(import_id, verdicts, terms, now=now, by=by)


def bring_in(import_id: int, *, seen: str, now: datetime, by: Actor) -> None:
    """Decide that the people of a file come in, and let the worker do it."""
    with transaction():
        importing.begin(import_id, seen=seen, now=now, by=by)
        queue.put(IMPORT_JOB, {"import_id": import_id}, now=now, key=f"{IMPORT_JOB}:{import_id}")


def take_back(import_id: int, *, now: datetime, by: Actor) -> None:
    """Decide that a file is taken back, and let the worker do it."""
    with transaction():
        undoing.begin(import_id, now=now, by=by)
        queue.put(UNDO_JOB, {"import_id": import_id}, now=now, key=f"{UNDO_JOB}:{import_id}")


def work_in(import_id: int, *, batch: int = BATCH) -> None:
    """Bring in all lines of a file; begun again, it goes on where it stopped."""

    def once() -> int:
        with transaction():
            return importing.work_in(import_id, now=clock.utcnow(), limit=batch)

    while retry_deadlocks(once) == batch:
        pass


def work_back(import_id: int, *, batch: int = BATCH) -> None:
    """Take back all lines of a file; begun again, it goes on where it stopped."""

    def once() -> int:
        with transaction():
            return undoing.work_back(import_id, limit=batch)

    while retry_deadlocks(once) == batch:
        pass
