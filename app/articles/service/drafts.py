"""What an editor typed and did not save yet: kept for her alone, until she saves or drops it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from app.articles.models.articles import ArticleDraft
from app.articles.queries.drafts import find_draft, is_of
from app.db.session import db

#: After so long nobody comes back to what she typed.
KEPT_FOR: Final = timedelta(days=90)


def keep(
    user_id: int,
    group_id: int,
    article_id: int | None,
    content: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> None:
    """Keep what somebody has typed so far in place of what was kept before."""
    values = {
        "group_id": group_id,
        "seen_version": seen_version,
        "content": dict(content),
        "saved_at": now,
    }
    draft = find_draft(user_id, article_id) or _begin(user_id, article_id, values)
    for name, value in values.items():
        setattr(draft, name, value)
    db.session.flush()


def _begin(user_id: int, article_id: int | None, values: Mapping[str, Any]) -> ArticleDraft:
    """A new draft, or the one that the page's script began at the same moment."""
    draft = ArticleDraft(article_id=article_id, user_id=user_id, **values)
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except IntegrityError:
        known = find_draft(user_id, article_id)
        if known is None:
            raise
        return known
    return draft


def drop(user_id: int, article_id: int | None) -> None:
    """Forget what somebody typed into an article: she saved it, or does not want it."""
    db.session.execute(delete(ArticleDraft).where(is_of(user_id, article_id)))


def count_old(now: datetime) -> int:
    """How many drafts are out of time."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(ArticleDraft)
            .where(ArticleDraft.saved_at < now - KEPT_FOR)
        )
        or 0
    )


def forget_old(now: datetime) -> int:
    """Forget drafts that are out of time; returns how many."""
    gone = db.session.scalars(
        delete(ArticleDraft)
        .where(ArticleDraft.saved_at < now - KEPT_FOR)
        .returning(ArticleDraft.id)
    ).all()
    return len(gone)
