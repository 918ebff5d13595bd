"""Organisers make codes for links, posters and articles, and see what each brought."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.appeals.errors import SourceCodeShapeError, SourceCodeTakenError
from app.appeals.models.appeals import Appeal
from app.appeals.models.donations import Donation
from app.appeals.models.sources import SourceCode
from app.appeals.queries import sources as source_reads
from app.appeals.rules.shares import GiftShares
from app.appeals.rules.sources import clean_code
from app.appeals.rules.words import SourceKind
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.db.topics import touch


def make_source(
    appeal: Appeal, *, code: str, kind: SourceKind, label: str, now: datetime, by: Actor
) -> SourceCode:
    """Make a code for one link, poster or article; raises SourceCodeShapeError, …TakenError."""
    cleaned = clean_code(code)
    if cleaned is None:
        raise SourceCodeShapeError
    if source_reads.is_code_taken(appeal.id, cleaned):
        raise SourceCodeTakenError
    source = SourceCode(
        appeal=appeal,
        code=cleaned,
        kind=kind,
        label=label,
        created_at=now,
        received_minor=0,
        gift_count=0,
    )
    try:
        with db.session.begin_nested():
            db.session.add(source)
    except IntegrityError:
        raise SourceCodeTakenError from None
    _tell(source, "source.made", now=now, by=by)
    return source


def retire_source(source: SourceCode, *, now: datetime, by: Actor) -> None:
    """Count no new gifts for a code; its address keeps leading to the appeal."""
    if source.retired_at is None:
        source.retired_at = now
        _tell(source, "source.retired", now=now, by=by)


def revive_source(source: SourceCode, *, now: datetime, by: Actor) -> None:
    """Count gifts for a retired code again."""
    if source.retired_at is not None:
        source.retired_at = None
        _tell(source, "source.revived", now=now, by=by)


def _tell(source: SourceCode, action: str, *, now: datetime, by: Actor) -> None:
    audit.record(
        by,
        action,
        f"source:{source.id}",
        now=now,
        group_id=source.appeal.group_id,
        detail={"code": source.code, "kind": source.kind.value},
    )
    # A known code changes the links on the appeal's page.
    touch(f"appeal:{source.appeal_id}")


def count(donation: Donation, change: GiftShares) -> None:
    """Add what moved for a gift to the sums of the source that brought it."""
    if donation.source_code_id is None or not (change.received_minor or change.count):
        return
    db.session.execute(
        update(SourceCode)
        .where(SourceCode.id == donation.source_code_id)
        .values(
            received_minor=SourceCode.received_minor + change.received_minor,
            gift_count=SourceCode.gift_count + change.count,
        )
        .execution_options(synchronize_session=False)
    )
