"""Editors write articles; every save is kept, and nothing is overwritten unseen."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.articles.errors.articles import (
    ArticleSlugTakenError,
    BadArticleSlugError,
    NoArticlePictureTextError,
    StaleArticleError,
    UnknownPartError,
)
from app.articles.models.articles import (
    Article,
    ArticleAction,
    ArticleAuthor,
    ArticleLink,
    ArticleSeries,
    ArticleSlug,
    ArticleTag,
    Author,
)
from app.articles.queries import articles as reads
from app.articles.rules.content import FILM_PARTS, LISTS, ArticleContent, from_json
from app.articles.rules.words import ArticleKind
from app.articles.service.changing import finish, keep_revision, tell
from app.audit.facts import Actor
from app.campaigns.models.campaigns import Campaign
from app.db.base import Base
from app.db.session import db
from app.db.topics import touch
from app.events.models.events import Event
from app.groups.models import Group
from app.groups.rules import is_slug
from app.lib import ids

#: Where each part of an article that names another row is kept.
_NAMED: Final[dict[str, type[Base]]] = {
    "campaign_id": Campaign,
    "series_id": ArticleSeries,
    "screening_id": Event,
}


def create(
    group: Group, content: ArticleContent, *, slug: str, now: datetime, by: Actor
) -> Article:
    """Begin an article as a draft.

    Raises BadArticleSlugError, ArticleSlugTakenError, NoArticlePictureTextError, UnknownPartError.
    """
    _check_slug(slug)
    article = Article(
        public_id=ids.public_id(),
        group=group,
        created_at=now,
        updated_at=now,
        version=1,
        link_version=1,
    )
    _write(article, content)
    _take_address(article, slug)
    keep_revision(article, now=now, by=by)
    tell(article, "article.created", now=now, by=by)
    return article


def edit(
    article_id: int,
    content: ArticleContent,
    *,
    seen_version: int,
    now: datetime,
    by: Actor,
    is_revised: bool = False,
) -> None:
    """Save an edited article; `is_revised` says that readers should hear of the change.

    Raises StaleArticleError, NoArticlePictureTextError or UnknownPartError.
    """
    article = _lock_seen(article_id, seen_version)
    _leave_pages(article)
    _write(article, content)
    if is_revised and article.published_at is not None:
        article.revised_at = now
    finish(article, "article.edited", now=now, by=by)
    keep_revision(article, now=now, by=by)


def restore(article_id: int, version: int, *, seen_version: int, now: datetime, by: Actor) -> None:
    """Put an article back to how it stood after an earlier save; what stood now is kept, too.

    Raises StaleArticleError, ArticleNotFoundError, UnknownPartError.
    """
    article = _lock_seen(article_id, seen_version)
    revision = reads.get_revision(article_id, version)
    _leave_pages(article)
    _write(article, from_json(revision.content))
    finish(article, "article.restored", now=now, by=by)
    keep_revision(article, now=now, by=by)


def change_slug(article_id: int, slug: str, *, now: datetime, by: Actor) -> None:
    """Give an article another address; where it was published, the old one leads to the new one.

    Raises BadArticleSlugError or ArticleSlugTakenError. The same address changes nothing.
    """
    article = reads.lock_article(article_id)
    if slug == article.slug:
        return
    _check_slug(slug, article_id=article.id)
    own = db.session.get(ArticleSlug, slug)
    if own is not None:
        # Back to an address of its own.
        db.session.delete(own)
    if article.published_at is not None:
        db.session.add(ArticleSlug(slug=article.slug, article_id=article.id))
    _take_address(article, slug)
    finish(article, "article.address_changed", now=now, by=by)


def _lock_seen(article_id: int, seen_version: int) -> Article:
    article = reads.lock_article(article_id)
    if article.version != seen_version:
        raise StaleArticleError
    return article


def _check_slug(slug: str, *, article_id: int | None = None) -> None:
    # `preview` is the beginning of another address.
    if not is_slug(slug) or slug == "preview":
        raise BadArticleSlugError
    earlier = db.session.get(ArticleSlug, slug)
    if reads.find_by_slug(slug) is not None or (earlier and earlier.article_id != article_id):
        raise ArticleSlugTakenError


def _take_address(article: Article, slug: str) -> None:
    """Give it an address that was free; raises ArticleSlugTakenError where another was quicker."""
    try:
        with db.session.begin_nested():
            article.slug = slug
            db.session.add(article)
    except IntegrityError:
        if reads.find_by_slug(slug) is None:
            raise
        raise ArticleSlugTakenError from None


def _leave_pages(article: Article) -> None:
    """Touch the pages that show the article now and may not do so afterwards."""
    if article.campaign_id is not None:
        touch(f"campaign:{article.campaign_id}")


def _write(article: Article, content: ArticleContent) -> None:
    if content.picture_id is not None and not content.picture_alt:
        raise NoArticlePictureTextError
    _check_parts(content)
    for name, value in vars(content).items():
        if name not in LISTS:
            setattr(article, name, value)
    if content.kind is not ArticleKind.REVIEW:
        for name in FILM_PARTS:
            setattr(article, name, None)
    _write_lists(article, content)


def _check_parts(content: ArticleContent) -> None:
    for name, model in _NAMED.items():
        row_id = getattr(content, name)
        if row_id is not None and db.session.get(model, row_id) is None:
            raise UnknownPartError
    wanted = {each.author_id for each in content.authors}
    known = db.session.scalars(select(Author.id).where(Author.id.in_(wanted))).all()
    if len(known) != len(wanted):
        raise UnknownPartError


def _write_lists(article: Article, content: ArticleContent) -> None:
    """Put names, links, tags and actions in place of those that stood; each once."""
    lists: dict[str, list[Any]] = {
        "authors": [
            ArticleAuthor(author_id=each.author_id, position=place, affiliation=each.affiliation)
            for place, each in enumerate({one.author_id: one for one in content.authors}.values())
        ],
        "links": [
            ArticleLink(position=place, title=each.title, url=each.url)
            for place, each in enumerate(content.links)
        ],
        "tags": [ArticleTag(tag=each) for each in dict.fromkeys(content.tags)],
        "actions": [
            ArticleAction(position=place, kind=each.kind, thing_id=each.thing_id)
            for place, each in enumerate(dict.fromkeys(content.actions))
        ],
    }
    for name, rows in lists.items():
        if getattr(article, name):
            setattr(article, name, [])
            # The old rows go before new ones with the same keys come.
            db.session.flush()
        setattr(article, name, rows)
