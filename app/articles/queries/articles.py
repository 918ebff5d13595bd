"""Reads of articles: what the public sees, and what the desk works on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, extract, or_, select
from sqlalchemy.orm import selectinload

from app.articles.errors.articles import (
    ArticleGoneError,
    ArticleMovedError,
    ArticleNotFoundError,
    PreviewEndedError,
)
from app.articles.models.articles import (
    Article,
    ArticleAuthor,
    ArticleRevision,
    ArticleSlug,
    ArticleTag,
)
from app.articles.rules.content import days_around
from app.articles.rules.words import ArticleKind, ArticleStage
from app.db.session import db
from app.web.paging import Key, Page

PAGE_SIZE: Final = 20
DESK_PAGE_SIZE: Final = 40
#: A feed holds so many articles; a reader who was away longer finds the others on the site.
FEED_SIZE: Final = 30
_PUBLIC: Final = and_(Article.published_at.is_not(None), Article.withdrawn_at.is_(None))


@dataclass(frozen=True)
class ArticleFilter:
    """What a list of articles is narrowed to; nothing means everything."""

    kind: ArticleKind | None = None
    tag: str | None = None
    author_id: int | None = None
    series_id: int | None = None
    campaign_id: int | None = None
    group_id: int | None = None


# --- the public ---------------------------------------------------------------------------------


def find_by_slug(slug: str) -> Article | None:
    """Return the article that has this address now, published or not, or None."""
    return db.session.scalar(select(Article).where(Article.slug == slug))


def get_public(slug: str) -> Article:
    """Return the article that anybody may read at this address.

    Raises ArticleMovedError where it has another address now, ArticleGoneError (410) where it was
    taken off the site, ArticleNotFoundError otherwise.
    """
    article = find_by_slug(slug)
    if article is None:
        old = db.session.scalar(
            select(Article)
            .join(ArticleSlug, ArticleSlug.article_id == Article.id)
            .where(ArticleSlug.slug == slug)
        )
        if old is None or old.published_at is None:
            raise ArticleNotFoundError
        raise ArticleMovedError(old.slug)
    if article.published_at is None:
        raise ArticleNotFoundError
    if article.withdrawn_at is not None:
        raise ArticleGoneError
    return article


def get_previewed(public_id: str, link_version: int) -> Article:
    """Return the article that a preview link opens; raises PreviewEndedError."""
    article = db.session.scalar(select(Article).where(Article.public_id == public_id))
    if article is None or article.link_version != link_version:
        raise PreviewEndedError
    return article


def list_public(wanted: ArticleFilter, *, after: Key | None = None) -> Page[Article]:
    """Return a page of published articles, the newest first."""
    query = _narrowed(_public_list(), wanted)
    if after is not None:
        query = query.where(
            or_(
                Article.published_at < after.at,
                and_(Article.published_at == after.at, Article.id < after.row_id),
            )
        )
    rows = db.session.scalars(query.limit(PAGE_SIZE + 1)).all()
    last = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    if last is None or last.published_at is None:
        return Page(rows, None)
    return Page(rows[:PAGE_SIZE], Key(last.published_at, last.id).encode())


def list_latest(
    limit: int, *, campaign_id: int | None = None, group_id: int | None = None
) -> Sequence[Article]:
    """Return the newest published articles, of a campaign or a group where one is named."""
    wanted = ArticleFilter(campaign_id=campaign_id, group_id=group_id)
    return db.session.scalars(_narrowed(_public_list(), wanted).limit(limit)).all()


def list_for_feed(wanted: ArticleFilter) -> Sequence[Article]:
    """Return the newest published articles with everything that a feed says of them."""
    return db.session.scalars(_narrowed(_public_list(), wanted).limit(FEED_SIZE)).all()


def list_of_series(series_id: int) -> Sequence[Article]:
    """Return the published articles of a series in their order."""
    return db.session.scalars(
        select(Article)
        .where(_PUBLIC, Article.series_id == series_id)
        .order_by(
            Article.series_position.is_(None),
            Article.series_position,
            Article.published_at,
            Article.id,
        )
    ).all()


def list_anniversaries(today: date, *, limit: int = 3) -> Sequence[Article]:
    """Return articles about days that are remembered around today, the latest first."""
    days = [
        and_(
            extract("month", Article.anniversary_on) == month,
            extract("day", Article.anniversary_on) == day,
        )
        for month, day in days_around(today)
    ]
    return db.session.scalars(
        _public_list().where(Article.anniversary_on < today, or_(*days)).limit(limit)
    ).all()


def list_tags(limit: int = 40) -> list[str]:
    """Return the tags of published articles in alphabetical order."""
    return list(
        db.session.scalars(
            select(ArticleTag.tag)
            .join(Article, Article.id == ArticleTag.article_id)
            .where(_PUBLIC)
            .distinct()
            .order_by(ArticleTag.tag)
            .limit(limit)
        )
    )


def _public_list() -> Select[Article]:
    return (
        select(Article)
        .where(_PUBLIC)
        .options(selectinload(Article.authors))
        .order_by(Article.published_at.desc(), Article.id.desc())
    )


def _narrowed(query: Select[Article], wanted: ArticleFilter) -> Select[Article]:
    for column, value in (
        (Article.kind, wanted.kind),
        (Article.series_id, wanted.series_id),
        (Article.campaign_id, wanted.campaign_id),
        (Article.group_id, wanted.group_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.tag is not None:
        query = query.where(
            Article.id.in_(select(ArticleTag.article_id).where(ArticleTag.tag == wanted.tag))
        )
    if wanted.author_id is not None:
        query = query.where(
            Article.id.in_(
                select(ArticleAuthor.article_id).where(ArticleAuthor.author_id == wanted.author_id)
            )
        )
    return query


# --- the desk -----------------------------------------------------------------------------------


def get_article(article_id: int, group_ids: Collection[int]) -> Article:
    """Return an article of one of these groups; raises ArticleNotFoundError."""
    article = db.session.get(Article, article_id)
    if article is None or article.group_id not in group_ids:
        raise ArticleNotFoundError
    return article


def lock_article(article_id: int) -> Article:
    """Return an article held against other writers until the transaction ends."""
    article = db.session.scalar(
        select(Article)
        .where(Article.id == article_id)
        .with_for_update(of=Article)
        .execution_options(populate_existing=True)
    )
    if article is None:
        raise ArticleNotFoundError
    return article


def list_for_desk(
    group_ids: Collection[int], *, stage: ArticleStage | None = None, after: Key | None = None
) -> Page[Article]:
    """Return a page of the articles of these groups, the last changed first."""
    query = (
        select(Article)
        .where(Article.group_id.in_(group_ids), *_in_stage(stage))
        .options(selectinload(Article.authors))
        .order_by(Article.updated_at.desc(), Article.id.desc())
    )
    if after is not None:
        query = query.where(
            or_(
                Article.updated_at < after.at,
                and_(Article.updated_at == after.at, Article.id < after.row_id),
            )
        )
    rows = db.session.scalars(query.limit(DESK_PAGE_SIZE + 1)).all()
    last = rows[DESK_PAGE_SIZE - 1] if len(rows) > DESK_PAGE_SIZE else None
    return Page(rows[:DESK_PAGE_SIZE], Key(last.updated_at, last.id).encode() if last else None)


def _in_stage(stage: ArticleStage | None) -> list[ColumnElement[bool]]:
    never = Article.published_at.is_(None)
    conditions: dict[ArticleStage, list[ColumnElement[bool]]] = {
        ArticleStage.DRAFT: [never, Article.publish_at.is_(None)],
        ArticleStage.SCHEDULED: [never, Article.publish_at.is_not(None)],
        ArticleStage.PUBLISHED: [_PUBLIC],
        ArticleStage.WITHDRAWN: [Article.withdrawn_at.is_not(None)],
    }
    return [] if stage is None else conditions[stage]


def list_revisions(article_id: int, *, limit: int = 100) -> Sequence[ArticleRevision]:
    """Return how an article stood after each save, the latest first."""
    return db.session.scalars(
        select(ArticleRevision)
        .where(ArticleRevision.article_id == article_id)
        .options(selectinload(ArticleRevision.saved_by))
        .order_by(ArticleRevision.version.desc())
        .limit(limit)
    ).all()


def get_revision(article_id: int, version: int) -> ArticleRevision:
    """Return an article as it stood after one save; raises ArticleNotFoundError."""
    revision = db.session.get(ArticleRevision, (article_id, version))
    if revision is None:
        raise ArticleNotFoundError
    return revision
