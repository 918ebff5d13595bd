"""What every change of an article ends with: its version, its history, the record, the pages."""

from __future__ import annotations

from datetime import datetime

from app.articles.models.articles import Article, ArticleRevision
from app.articles.rules.content import (
    LISTS,
    ActionLine,
    ArticleContent,
    AuthorLine,
    LinkLine,
    to_json,
)
from app.articles.service import indexing
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.db.topics import touch


def content_of(article: Article) -> ArticleContent:
    """What an article says now, as an editor decided it."""
    plain = {
        name: getattr(article, name)
        for name in ArticleContent.__dataclass_fields__
        if name not in LISTS
    }
    return ArticleContent(
        **plain,
        authors=tuple(AuthorLine(each.author_id, each.affiliation) for each in article.authors),
        links=tuple(LinkLine(each.title, each.url) for each in article.links),
        tags=tuple(sorted(each.tag for each in article.tags)),
        actions=tuple(ActionLine(each.kind, each.thing_id) for each in article.actions),
    )


def keep_revision(article: Article, *, now: datetime, by: Actor) -> None:
    """Keep the article as it stands, under its version."""
    db.session.add(
        ArticleRevision(
            article_id=article.id,
            version=article.version,
            content=to_json(content_of(article)),
            saved_by_id=by.account_id,
            saved_at=now,
        )
    )


def finish(article: Article, action: str, *, now: datetime, by: Actor) -> None:
    """Write down that an article was changed, and let pages that show it be made anew."""
    db.session.flush()
    article.version += 1
    article.updated_at = now
    db.session.flush()
    tell(article, action, now=now, by=by)


def tell(article: Article, action: str, *, now: datetime, by: Actor) -> None:
    """Write down who did what, and touch every page that shows the article."""
    audit.record(
        by,
        action,
        f"article:{article.id}",
        now=now,
        group_id=article.group_id,
        detail={"slug": article.slug},
    )
    touch(f"article:{article.id}", f"group:{article.group_id}", "articles", "home")
    if article.campaign_id is not None:
        touch(f"campaign:{article.campaign_id}")
    # Names and series were only just written by their numbers.
    db.session.expire(article, ["authors", "tags", "series"])
    indexing.index(article)
