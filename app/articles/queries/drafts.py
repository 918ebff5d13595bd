"""Reads of what editors typed and did not save yet."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from app.articles.models.articles import ArticleDraft
from app.db.session import db


def is_of(user_id: int, article_id: int | None) -> ColumnElement[bool]:
    """The condition for what somebody typed into an article, or into a new one."""
    is_it = (
        ArticleDraft.article_id.is_(None)
        if article_id is None
        else ArticleDraft.article_id == article_id
    )
    return is_it & (ArticleDraft.user_id == user_id)


def find_draft(user_id: int, article_id: int | None) -> ArticleDraft | None:
    """Return what somebody typed into an article, or into a new one, and did not save."""
    return db.session.scalar(
        select(ArticleDraft)
        .where(is_of(user_id, article_id))
        .order_by(ArticleDraft.saved_at.desc(), ArticleDraft.id.desc())
        .limit(1)
    )
