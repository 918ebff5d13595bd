"""Reads of authors and series."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select

from app.articles.errors.articles import AuthorNotFoundError, SeriesNotFoundError
from app.articles.models.articles import Article, ArticleAuthor, ArticleSeries, Author
from app.db.session import db


def find_by_slug(slug: str) -> Author | None:
    """Return the author at this address, or None."""
    return db.session.scalar(select(Author).where(Author.slug == slug))


def find_public(slug: str) -> Author | None:
    """Return the author at this address once readers find something that she wrote, or None."""
    author = find_by_slug(slug)
    return author if author is not None and has_published(author.id) else None


def get_public(slug: str) -> Author:
    """Return the author at this address; raises AuthorNotFoundError before she is published."""
    author = find_public(slug)
    if author is None:
        raise AuthorNotFoundError
    return author


def get_author(author_id: int, group_ids: Collection[int]) -> Author:
    """Return an author of one of these groups; raises AuthorNotFoundError."""
    author = db.session.get(Author, author_id)
    if author is None or author.group_id not in group_ids:
        raise AuthorNotFoundError
    return author


def lock_author(author_id: int) -> Author:
    """Return an author held against other writers until the transaction ends."""
    author = db.session.scalar(
        select(Author)
        .where(Author.id == author_id)
        .with_for_update(of=Author)
        .execution_options(populate_existing=True)
    )
    if author is None:
        raise AuthorNotFoundError
    return author


def list_authors(group_ids: Collection[int]) -> Sequence[Author]:
    """Return the authors of these groups in the order of their addresses."""
    return db.session.scalars(
        select(Author).where(Author.group_id.in_(group_ids)).order_by(Author.slug)
    ).all()


def list_choosable(group_ids: Collection[int], article_id: int | None = None) -> Sequence[Author]:
    """Return who may be named under an article: those who still write, and who is named there."""
    named = select(ArticleAuthor.author_id).where(ArticleAuthor.article_id == (article_id or 0))
    return db.session.scalars(
        select(Author)
        .where(
            or_(
                Author.id.in_(named),
                Author.group_id.in_(group_ids) & Author.retired_at.is_(None),
            )
        )
        .order_by(Author.slug)
    ).all()


def has_published(author_id: int) -> bool:
    """Whether readers find something that this author wrote."""
    found = db.session.scalar(
        select(ArticleAuthor.article_id)
        .join(Article, Article.id == ArticleAuthor.article_id)
        .where(
            ArticleAuthor.author_id == author_id,
            Article.published_at.is_not(None),
            Article.withdrawn_at.is_(None),
        )
        .limit(1)
    )
    return found is not None


def find_series(slug: str) -> ArticleSeries | None:
    """Return the series at this address, or None."""
    return db.session.scalar(select(ArticleSeries).where(ArticleSeries.slug == slug))


def find_public_series(slug: str) -> ArticleSeries | None:
    """Return the series at this address once readers find something of it, or None."""
    return db.session.scalar(
        select(ArticleSeries).where(
            ArticleSeries.slug == slug,
            ArticleSeries.id.in_(
                select(Article.series_id).where(
                    Article.published_at.is_not(None), Article.withdrawn_at.is_(None)
                )
            ),
        )
    )


def get_series(series_id: int, group_ids: Collection[int]) -> ArticleSeries:
    """Return a series of one of these groups; raises SeriesNotFoundError."""
    series = db.session.get(ArticleSeries, series_id)
    if series is None or series.group_id not in group_ids:
        raise SeriesNotFoundError
    return series


def lock_series(series_id: int) -> ArticleSeries:
    """Return a series held against other writers until the transaction ends."""
    series = db.session.scalar(
        select(ArticleSeries)
        .where(ArticleSeries.id == series_id)
        .with_for_update(of=ArticleSeries)
        .execution_options(populate_existing=True)
    )
    if series is None:
        raise SeriesNotFoundError
    return series


def list_series(group_ids: Collection[int]) -> Sequence[ArticleSeries]:
    """Return the series of these groups, the newest first."""
    return db.session.scalars(
        select(ArticleSeries)
        .where(ArticleSeries.group_id.in_(group_ids))
        .order_by(ArticleSeries.id.desc())
    ).all()
