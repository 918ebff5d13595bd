"""Reads of source codes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.appeals.models.appeals import Appeal
from app.appeals.models.donations import Donation
from app.appeals.models.sources import SourceCode
from app.appeals.rules.sources import clean_code
from app.db.session import db
from app.lib.errors import NotFoundError


def find_source(appeal_id: int, code: str) -> SourceCode | None:
    """The source in use that a code in an address means, or nothing."""
    cleaned = clean_code(code)
    if cleaned is None:
        return None
    return db.session.scalar(
        select(SourceCode).where(
            SourceCode.appeal_id == appeal_id,
            SourceCode.code == cleaned,
            SourceCode.retired_at.is_(None),
        )
    )


def is_code_taken(appeal_id: int, code: str) -> bool:
    """Whether an appeal has a source of this code, a retired one included."""
    wanted = select(SourceCode.id).where(SourceCode.appeal_id == appeal_id, SourceCode.code == code)
    return db.session.scalar(wanted) is not None


def list_sources(appeal_id: int) -> Sequence[SourceCode]:
    """The sources of an appeal: those in use first, the newest first."""
    return db.session.scalars(
        select(SourceCode)
        .where(SourceCode.appeal_id == appeal_id)
        .options(joinedload(SourceCode.appeal))
        .order_by(SourceCode.retired_at.is_not(None), SourceCode.id.desc())
    ).all()


def get_source(source_id: int, group_ids: Collection[int]) -> SourceCode:
    """One source of an appeal of these groups; raises NotFoundError."""
    source = db.session.scalar(
        select(SourceCode)
        .join(Appeal, SourceCode.appeal_id == Appeal.id)
        .where(SourceCode.id == source_id, Appeal.group_id.in_(group_ids))
        .options(joinedload(SourceCode.appeal))
    )
    if source is None:
        raise NotFoundError
    return source


def list_all_sources() -> Sequence[SourceCode]:
    """Every source, for a recount."""
    return db.session.scalars(
        select(SourceCode).options(joinedload(SourceCode.appeal)).order_by(SourceCode.id)
    ).all()


def list_brought_gifts() -> Sequence[Donation]:
    """Every gift that a code brought and for which money moved, for a recount."""
    return db.session.scalars(
        select(Donation)
        .where(Donation.source_code_id.is_not(None), Donation.settled_at.is_not(None))
        .order_by(Donation.id)
    ).all()
