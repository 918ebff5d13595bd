"""What files say of somebody while nobody has decided about them: found, and taken out.

A file is closed, so no index knows who is in it: every line that still says something is opened.
There are few such files, each for some days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from app.db.session import db
from app.lib.emails import EmailProblem, normalise_email
from app.supporters.models.imports import ImportRow, PeopleImport
from app.supporters.rules.words import RowOutcome
from app.supporters.service.importing import KEEP_CHECKED, cells_of
from app.supporters.service.planning import ERASED

_BATCH = 500


def lines_about(email: str) -> Iterator[tuple[ImportRow, PeopleImport]]:
    """Every line that names an address, in whichever column."""
    rows = db.session.execute(
        select(ImportRow, PeopleImport)
        .join(PeopleImport, PeopleImport.id == ImportRow.import_id)
        .where(ImportRow.content.is_not(None))
        .order_by(ImportRow.import_id, ImportRow.line)
        .execution_options(yield_per=_BATCH)
    )
    for row, kept in rows:
        if any(_is(email, cell) for cell in cells_of(row).values()):
            yield row, kept


def _is(email: str, cell: str) -> bool:
    if "@" not in cell:
        return False
    try:
        return email in cell.lower() or normalise_email(cell) == email
    except EmailProblem:
        return False


def kept_until(kept: PeopleImport) -> datetime:
    """When a file goes about which nobody decides."""
    return kept.created_at + KEEP_CHECKED


def forget(email: str) -> int:
    """Take out the lines that name an address; returns how many.

    The files are held: a job that brings one in has done with its lines, or sees them go.
    """
    db.session.scalars(
        select(PeopleImport.id)
        .where(PeopleImport.purged_at.is_(None))
        .order_by(PeopleImport.id)
        .with_for_update(of=PeopleImport)
    ).all()
    found = [row for row, _ in lines_about(email)]
    for row in found:
        row.content, row.outcome, row.problem = None, RowOutcome.REFUSED, ERASED
    db.session.flush()
    return len(found)
