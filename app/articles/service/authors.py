"""Editors say who writes, and which articles belong together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.articles.errors.articles import (
    ArticleSlugTakenError,
    BadArticleSlugError,
    NoArticlePictureTextError,
    StaleArticleError,
)
from app.articles.models.articles import ArticleSeries, Author
from app.articles.queries import authors as reads
from app.articles.rules.authors import AuthorContent, SeriesContent
from app.articles.service import indexing
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.db.topics import touch
from app.groups.models import Group
from app.groups.rules import is_slug


def create_author(
    group: Group, content: AuthorContent, *, slug: str, now: datetime, by: Actor
) -> Author:
    """Add somebody who writes.

    Raises BadArticleSlugError, ArticleSlugTakenError or NoArticlePictureTextError.
    """
    if not is_slug(slug):
        raise BadArticleSlugError
    if reads.find_by_slug(slug) is not None:
        raise ArticleSlugTakenError
    author = Author(slug=slug, group_id=group.id, created_at=now, version=1)
    _write(author, content)
    _add(author)
    _tell(author, "author.created", now=now, by=by)
    return author


def edit_author(
    author_id: int, content: AuthorContent, *, seen_version: int, now: datetime, by: Actor
) -> None:
    """Save what is said of an author; raises StaleArticleError, NoArticlePictureTextError."""
    author = reads.lock_author(author_id)
    if author.version != seen_version:
        raise StaleArticleError
    _write(author, content)
    author.version += 1
    _tell(author, "author.edited", now=now, by=by)
    indexing.index_of_author(author.id)


def retire_author(author_id: int, *, now: datetime, by: Actor) -> None:
    """Offer her no longer for new articles; her page stays. Twice changes nothing."""
    author = reads.lock_author(author_id)
    if author.retired_at is None:
        author.retired_at = now
        author.version += 1
        _tell(author, "author.retired", now=now, by=by)


def bring_back_author(author_id: int, *, now: datetime, by: Actor) -> None:
    """Offer her again for new articles. Twice changes nothing."""
    author = reads.lock_author(author_id)
    if author.retired_at is not None:
        author.retired_at = None
        author.version += 1
        _tell(author, "author.brought_back", now=now, by=by)


def create_series(
    group: Group, content: SeriesContent, *, slug: str, now: datetime, by: Actor
) -> ArticleSeries:
    """Begin a series; raises BadArticleSlugError or ArticleSlugTakenError."""
    if not is_slug(slug):
        raise BadArticleSlugError
    if reads.find_series(slug) is not None:
        raise ArticleSlugTakenError
    series = ArticleSeries(
        slug=slug,
        group_id=group.id,
        title=content.title,
        about=content.about,
        created_at=now,
        version=1,
    )
    _add(series)
    _tell_series(series, "series.created", now=now, by=by)
    return series


def edit_series(
    series_id: int, content: SeriesContent, *, seen_version: int, now: datetime, by: Actor
) -> None:
    """Save what is said of a series; raises StaleArticleError."""
    series = reads.lock_series(series_id)
    if series.version != seen_version:
        raise StaleArticleError
    series.title, series.about = content.title, content.about
    series.version += 1
    _tell_series(series, "series.edited", now=now, by=by)
    indexing.index_of_series(series.id)


def _add(row: Author | ArticleSeries) -> None:
    """Write a new row; its address was free, but another may have been quicker."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise ArticleSlugTakenError from None


def _write(author: Author, content: AuthorContent) -> None:
    if content.picture_id is not None and not content.picture_alt:
        raise NoArticlePictureTextError
    for name, value in vars(content).items():
        setattr(author, name, value)


def _tell(author: Author, action: str, *, now: datetime, by: Actor) -> None:
    db.session.flush()
    audit.record(
        by,
        action,
        f"author:{author.id}",
        now=now,
        group_id=author.group_id,
        detail={"slug": author.slug},
    )
    touch("articles", "home")


def _tell_series(series: ArticleSeries, action: str, *, now: datetime, by: Actor) -> None:
    db.session.flush()
    audit.record(
        by,
        action,
        f"series:{series.id}",
        now=now,
        group_id=series.group_id,
        detail={"slug": series.slug},
    )
    touch("articles")
