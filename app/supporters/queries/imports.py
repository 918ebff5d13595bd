"""Reads of files of people, and of what is known of the people on their lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.db.session import db
from app.mail.queries import addresses
from app.mail.rules.addresses import STOPS, Purpose
from app.supporters.errors.imports import ImportNotFoundError
from app.supporters.models.imports import ImportRow, PeopleImport
from app.supporters.models.people import Supporter
from app.supporters.models.rights import Erasure
from app.supporters.rules.words import ImportState, RowOutcome

#: So many values fit one statement on every database.
AT_ONCE = 400


def get_import(public_id: str, group_ids: Collection[int]) -> PeopleImport:
    """Return an import of one of these groups; raises ImportNotFoundError."""
    found = db.session.scalar(select(PeopleImport).where(PeopleImport.public_id == public_id))
    if found is None or found.group_id not in group_ids:
        raise ImportNotFoundError
    return found


def lock_import(import_id: int) -> PeopleImport:
    """Return an import held against other writers; raises ImportNotFoundError."""
    found = db.session.scalar(
        select(PeopleImport)
        .where(PeopleImport.id == import_id)
        .with_for_update(of=PeopleImport)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise ImportNotFoundError
    return found


def list_imports(group_ids: Collection[int], *, limit: int = 100) -> Sequence[PeopleImport]:
    """Return the imports of some groups, the latest first."""
    return db.session.scalars(
        select(PeopleImport)
        .where(PeopleImport.group_id.in_(group_ids))
        .order_by(PeopleImport.id.desc())
        .limit(limit)
    ).all()


def list_stale(before: datetime, *, limit: int) -> Sequence[int]:
    """Return imports that nobody brought in or put away, begun before an instant."""
    return db.session.scalars(
        select(PeopleImport.id)
        .where(PeopleImport.state == ImportState.CHECKED, PeopleImport.created_at < before)
        .order_by(PeopleImport.id)
        .limit(limit)
    ).all()


def count_stale(before: datetime) -> int:
    """How many imports nobody brought in or put away."""
    wanted = select(func.count()).where(
        PeopleImport.state == ImportState.CHECKED, PeopleImport.created_at < before
    )
    return db.session.scalar(wanted) or 0


# --- lines ----------------------------------------------------------------------------------------


def count_outcomes(import_id: int) -> dict[RowOutcome, int]:
    """How many lines of an import have each outcome."""
    rows = db.session.execute(
        select(ImportRow.outcome, func.count())
        .where(ImportRow.import_id == import_id)
        .group_by(ImportRow.outcome)
    )
    return {row[0]: row[1] for row in rows}


def count_waiting(import_id: int) -> int:
    """How many lines are not worked in yet."""
    wanted = select(func.count()).where(
        ImportRow.import_id == import_id, ImportRow.content.is_not(None)
    )
    return db.session.scalar(wanted) or 0


def count_standing(import_id: int) -> int:
    """How many lines of an import still say whom they brought."""
    wanted = select(func.count()).where(
        ImportRow.import_id == import_id, ImportRow.supporter_id.is_not(None)
    )
    return db.session.scalar(wanted) or 0


def list_lines(import_id: int) -> Sequence[ImportRow]:
    """Return every line of an import that still says something, in the order of the file."""
    return db.session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.content.is_not(None))
        .order_by(ImportRow.line)
    ).all()


def list_waiting(import_id: int, *, limit: int) -> Sequence[ImportRow]:
    """Return the next lines to be worked in."""
    return db.session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.content.is_not(None))
        .order_by(ImportRow.line)
        .limit(limit)
    ).all()


def list_standing(import_id: int, *, limit: int) -> Sequence[ImportRow]:
    """Return the next lines to be taken back, the last first."""
    return db.session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.supporter_id.is_not(None))
        .order_by(ImportRow.line.desc())
        .limit(limit)
    ).all()


def list_refused(import_id: int, *, limit: int = 100) -> Sequence[ImportRow]:
    """Return the first lines that cannot be taken, with why."""
    return db.session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.problem.is_not(None))
        .order_by(ImportRow.line)
        .limit(limit)
    ).all()


def find_other_line(supporter_id: int, group_id: int, *, besides: int) -> ImportRow | None:
    """Return a line of another file, brought in by the same group, that names somebody, too."""
    return db.session.scalar(
        select(ImportRow)
        .join(PeopleImport, PeopleImport.id == ImportRow.import_id)
        .where(
            ImportRow.supporter_id == supporter_id,
            PeopleImport.group_id == group_id,
            PeopleImport.state == ImportState.APPLIED,
            PeopleImport.id != besides,
        )
        .order_by(ImportRow.import_id, ImportRow.line)
        .limit(1)
    )


def sources_of(import_ids: Collection[int]) -> dict[int, str]:
    """Where the people of some files said yes, as the organisers wrote it."""
    rows = db.session.execute(
        select(PeopleImport.id, PeopleImport.source).where(PeopleImport.id.in_(import_ids))
    )
    return {row.id: row.source for row in rows}


# --- people ---------------------------------------------------------------------------------------


def known_of(emails: Collection[str]) -> dict[str, Supporter]:
    """Return the people among some addresses."""
    found: dict[str, Supporter] = {}
    for part in _parts(emails):
        rows = db.session.scalars(select(Supporter).where(Supporter.email.in_(part)))
        found.update((row.email, row) for row in rows if row.email)
    return found


def suppressed_of(emails: Collection[str]) -> set[str]:
    """Those of some addresses to which no mailing may go."""
    return addresses.find_suppressed(emails, STOPS[Purpose.MAILING])


def erased_of(emails: Collection[str]) -> set[str]:
    """Those of some addresses whose owners were erased."""
    owners = {code: each for each in emails for code in addresses.hashes_of(each)}
    found = set[str]()
    for part in _parts(owners):
        wanted = select(Erasure.address_hash).where(Erasure.address_hash.in_(part))
        found.update(owners[code] for code in db.session.scalars(wanted))
    return found


def _parts(values: Collection[str]) -> list[list[str]]:
    listed = list(values)
    return [listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE)]
