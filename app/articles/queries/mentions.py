"""Which articles name something: its event was seen, or their readers are sent there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select

from app.actions.rules.words import ActionKind
from app.articles.models.articles import Article, ArticleAction
from app.db.session import db

#: So many stand beside a thing; the latest.
SHOWN: Final = 3


def list_of_event(event_id: int) -> Sequence[Article]:
    """Return the public articles that tell of an event or send their readers there."""
    return _list((ActionKind.GO,), event_id, screening_id=event_id)


def list_of_drop(drop_id: int) -> Sequence[Article]:
    """Return the public articles that send their readers to a round of collecting."""
    kinds = (ActionKind.BRING, ActionKind.HOST_POINT, ActionKind.COLLECT_AT_WORK)
    return _list(kinds, drop_id)


def _list(
    kinds: Collection[ActionKind], thing_id: int, *, screening_id: int | None = None
) -> Sequence[Article]:
    sent = select(ArticleAction.article_id).where(
        ArticleAction.kind.in_(kinds), ArticleAction.thing_id == thing_id
    )
    named: ColumnElement[bool] = Article.id.in_(sent)
    if screening_id is not None:
        named = or_(named, Article.screening_id == screening_id)
    is_public = and_(Article.published_at.is_not(None), Article.withdrawn_at.is_(None))
    return (
        db.session.scalars(
            select(Article)
            .where(is_public, named)
            .order_by(Article.published_at.desc(), Article.id.desc())
            .limit(SHOWN)
        )
        .unique()
        .all()
    )
