"""Articles, authors and series that a language lacks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.articles.models.articles import Article, ArticleSeries, Author
from app.articles.rules.content import TEXTS
from app.articles.rules.words import ArticleKind
from app.db.session import db
from app.lib.text import lacks
from app.web.panels import Untranslated


def untranslated(group_ids: set[int], locale: str) -> list[Untranslated]:
    """What readers of a language would read in another one."""
    return [
        *_articles(group_ids, locale),
        *_authors(group_ids, locale),
        *_series(group_ids, locale),
    ]


def _articles(group_ids: set[int], locale: str) -> list[Untranslated]:
    """Published ones; the copy of a mailing stays as it was sent."""
    rows = db.session.scalars(
        select(Article)
        .where(
            Article.group_id.in_(group_ids),
            Article.published_at.is_not(None),
            Article.withdrawn_at.is_(None),
            Article.kind != ArticleKind.MAILING,
        )
        .order_by(Article.published_at.desc())
    )
    return [
        Untranslated(row.title, _l("Article"), "articles_desk.edit", {"article_id": row.id})
        for row in rows
        if lacks(locale, *(getattr(row, name) for name in TEXTS))
    ]


def _authors(group_ids: set[int], locale: str) -> list[Untranslated]:
    rows = db.session.scalars(
        select(Author).where(Author.group_id.in_(group_ids)).order_by(Author.id)
    )
    return [
        Untranslated(row.name, _l("Author"), "authors_desk.edit", {"author_id": row.id})
        for row in rows
        if lacks(locale, row.affiliation, row.about, row.picture_alt)
    ]


def _series(group_ids: set[int], locale: str) -> list[Untranslated]:
    rows = db.session.scalars(
        select(ArticleSeries)
        .where(ArticleSeries.group_id.in_(group_ids))
        .order_by(ArticleSeries.id)
    )
    return [
        Untranslated(row.title, _l("Series"), "article_series_desk.edit", {"series_id": row.id})
        for row in rows
        if lacks(locale, row.title, row.about)
    ]
