"""What becomes of an article: shown to everybody, now or at an hour, and taken off again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.articles.errors.articles import PublishInPastError, StaleArticleError
from app.articles.models.articles import Article
from app.articles.queries import articles as reads
from app.articles.service.changing import finish
from app.audit.facts import Actor
from app.db.session import db


def publish(article_id: int, *, now: datetime, by: Actor) -> None:
    """Show an article to everybody; one that was taken off comes back. Twice changes nothing."""
    article = reads.lock_article(article_id)
    if article.published_at is not None and article.withdrawn_at is None:
        return
    # The day on which it was first published stays.
    article.published_at = article.published_at or now
    article.withdrawn_at = article.publish_at = None
    finish(article, "article.published", now=now, by=by)


def schedule(article_id: int, at: datetime, *, now: datetime, by: Actor) -> None:
    """Let a draft be published by itself at an hour.

    Raises PublishInPastError, or StaleArticleError where somebody else published it meanwhile.
    """
    if at <= now:
        raise PublishInPastError
    article = reads.lock_article(article_id)
    if article.published_at is not None:
        raise StaleArticleError
    if article.publish_at != at:
        article.publish_at = at
        finish(article, "article.scheduled", now=now, by=by)


def unschedule(article_id: int, *, now: datetime, by: Actor) -> None:
    """Let a draft wait for a person again. Twice changes nothing."""
    article = reads.lock_article(article_id)
    if article.publish_at is not None:
        article.publish_at = None
        finish(article, "article.unscheduled", now=now, by=by)


def withdraw(article_id: int, *, now: datetime, by: Actor) -> None:
    """Take an article off the site; its address says so. Twice changes nothing.

    Preview links that were passed on before end, too: nobody shall read it who is not asked to.
    """
    article = reads.lock_article(article_id)
    if article.published_at is not None and article.withdrawn_at is None:
        article.withdrawn_at = now
        article.link_version += 1
        finish(article, "article.withdrawn", now=now, by=by)


def renew_preview(article_id: int, *, now: datetime, by: Actor) -> None:
    """End every preview link that was passed on so far."""
    article = reads.lock_article(article_id)
    article.link_version += 1
    finish(article, "article.preview_renewed", now=now, by=by)


def list_due(now: datetime) -> Sequence[int]:
    """The articles whose hour has come."""
    return db.session.scalars(
        select(Article.id)
        .where(Article.publish_at <= now, Article.published_at.is_(None))
        .order_by(Article.publish_at, Article.id)
    ).all()


def publish_due(article_id: int, *, now: datetime) -> None:
    """Publish an article whose hour has come, unless an editor changed her mind meanwhile."""
    article = reads.lock_article(article_id)
    if article.publish_at is not None and article.publish_at <= now:
        publish(article_id, now=now, by=Actor.system())
