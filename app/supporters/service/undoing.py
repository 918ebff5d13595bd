"""A file of people was the wrong one: everything that it brought is taken back.

What she said or did herself since stays. Who is known by nothing else goes; who said no meanwhile
stays as the memory of that no, so that the same file brought in again does not change it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.supporters.errors.imports import StaleImportError
from app.supporters.models.imports import ImportRow, PeopleImport
from app.supporters.models.people import (
    Consent,
    SkillOffer,
    Supporter,
    SupporterGroup,
    SupporterMerge,
    SupporterTag,
)
from app.supporters.queries import consents as consent_reads
from app.supporters.queries import imports as reads
from app.supporters.rules.words import ImportState
from app.supporters.service import merging
from app.supporters.service.importing import forget_lines, value_mark
from app.supporters.service.people import GAPS


def begin(import_id: int, *, now: datetime, by: Actor) -> None:
    """Decide that a file is taken back; nobody is written to because of it from now on.

    A job goes through its lines. Raises StaleImportError.
    """
    kept = reads.lock_import(import_id)
    if kept.state is not ImportState.APPLIED:
        raise StaleImportError
    # The job that brings it in may have written a consent while this waited for it.
    latest = db.session.scalar(
        select(func.max(Consent.given_at)).where(Consent.import_id == kept.id)
    )
    now = max(now, latest or now)
    kept.state, kept.undone_at = ImportState.UNDONE, now
    forget_lines(kept, now=now)
    # At once and not line by line: a mailing may be on its way. Known as no no of hers by the time.
    db.session.execute(
        update(Consent)
        .where(Consent.import_id == kept.id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    audit.record(
        by,
        "people.import_undone",
        f"people_import:{kept.id}",
        now=now,
        group_id=kept.group_id,
        detail={"lines": kept.row_count},
    )


def work_back(import_id: int, *, limit: int) -> int:
    """Take back what the last lines brought; return how many there were."""
    kept = reads.lock_import(import_id)
    if kept.state is not ImportState.UNDONE:
        return 0
    rows = reads.list_standing(import_id, limit=limit)
    for row in rows:
        _take_back(row, kept)
    return len(rows)


def _take_back(row: ImportRow, kept: PeopleImport) -> None:
    supporter = db.session.get_one(Supporter, row.supporter_id)
    added = row.added or []
    row.supporter_id = row.added = None
    db.session.flush()
    if supporter.email is None:
        return
    for each in added:
        what, _, value = each.partition(":")
        if what == "tag":
            _take_tag(supporter.id, kept.group_id, value)
        elif what in GAPS and value_mark(getattr(supporter, what) or "") == value:
            setattr(supporter, what, None)
            supporter.version += 1
    if "known" in added:
        _unknow(supporter.id, kept)
    db.session.flush()
    _let_go(supporter, kept)


def _unknow(supporter_id: int, kept: PeopleImport) -> None:
    """The group does not know her by this file any more; by another one it may."""
    other = reads.find_other_line(supporter_id, kept.group_id, besides=kept.id)
    if other is not None:
        # From now on it is that file which made her known, and whose undo ends it.
        other.added = [*(other.added or []), "known"]
        return
    db.session.execute(
        delete(SupporterGroup).where(
            SupporterGroup.supporter_id == supporter_id,
            SupporterGroup.group_id == kept.group_id,
        )
    )


def _take_tag(supporter_id: int, group_id: int, tag: str) -> None:
    db.session.execute(
        delete(SupporterTag).where(
            SupporterTag.supporter_id == supporter_id,
            SupporterTag.group_id == group_id,
            SupporterTag.tag == tag,
        )
    )


def _let_go(supporter: Supporter, kept: PeopleImport) -> None:
    """Forget somebody of whom nothing is left but this file; whatever names her row keeps it."""
    # Consents that ended by this undo or another one, and by nothing that she did.
    ended = (Consent.withdrawn_at.is_not(None), ~consent_reads.is_her_no())
    mine = Consent.supporter_id == supporter.id
    others = select(Consent.id).where(mine, ~and_(*ended))
    own = [
        exists().where(each.supporter_id == supporter.id)
        for each in (SupporterGroup, SupporterTag, SkillOffer)
    ]
    if any(db.session.scalar(select(each)) for each in (*own, others.exists())):
        return
    supporter_id = supporter.id
    try:
        with db.session.begin_nested():
            merging.part_all(supporter, now=kept.undone_at or kept.created_at, by=Actor.system())
            db.session.execute(
                delete(SupporterMerge).where(
                    or_(
                        SupporterMerge.kept_id == supporter_id,
                        SupporterMerge.merged_id == supporter_id,
                    )
                )
            )
            db.session.execute(delete(Consent).where(mine, *ended))
            db.session.execute(delete(Supporter).where(Supporter.id == supporter_id))
    except IntegrityError:
        return
