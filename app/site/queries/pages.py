"""Reads of the standing pages' edited words."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.db.session import db
from app.lib.errors import NotFoundError
from app.site.models.pages import PageRevision, PageText
from app.site.rules.words import PageKey


def find_text(key: PageKey) -> PageText | None:
    """What organisers wrote on a page; nothing where our words stand."""
    return db.session.get(PageText, key)


def lock_text(key: PageKey) -> PageText | None:
    """The same, held against other writers until the transaction ends."""
    return db.session.scalar(
        select(PageText)
        .where(PageText.key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def list_texts() -> Sequence[PageText]:
    """Every page that organisers wrote themselves."""
    return db.session.scalars(select(PageText)).all()


def last_version(key: PageKey) -> int:
    """How often a page was saved; 0 where our words always stood there."""
    highest = select(func.max(PageRevision.version)).where(PageRevision.key == key)
    return db.session.scalar(highest) or 0


def list_revisions(key: PageKey) -> Sequence[PageRevision]:
    """Every version of a page, the newest first."""
    return db.session.scalars(
        select(PageRevision)
        .where(PageRevision.key == key)
        .options(selectinload(PageRevision.saved_by))
        .order_by(PageRevision.version.desc())
    ).all()


def get_revision(key: PageKey, version: int) -> PageRevision:
    """One version of a page; raises NotFoundError."""
    found = db.session.get(PageRevision, (key, version))
    if found is None:
        raise NotFoundError
    return found
