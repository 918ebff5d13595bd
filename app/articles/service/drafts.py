"""What an editor typed and did not save yet: kept for her alone, until she saves or drops it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select

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
    draft = find_draft(user_id, article_id)
    if draft is None:
        draft = ArticleDraft(article_id=article_id, user_id=user_id)
        db.session.add(draft)
    draft.group_id = group_id
    draft.seen_version = seen_version
    draft.content = dict(content)
    draft.saved_at = now
    db.session.flush()


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
