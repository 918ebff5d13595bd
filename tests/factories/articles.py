"""Authors and articles for tests; call inside a transaction.

Rows are written as they are, without the services, so that any state can be made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.articles.models.articles import (
    Article,
    ArticleAction,
    ArticleAuthor,
    ArticleLink,
    ArticleSeries,
    ArticleTag,
    Author,
)
from app.articles.rules.content import ActionLine
from app.articles.rules.words import ArticleKind
from app.db.session import db
from app.lib import clock, ids
from app.lib.text import Translated
from tests.factories.appeals import make_network


def make_author(**changes: Any) -> Author:
    """A nurse who writes for the network."""
    values: dict[str, Any] = {
        "slug": f"author-{ids.public_id()[:8]}",
        "group_id": changes.get("group_id") or make_network().id,
        "name": Translated.of(en="Hala Haddad", ar="هالة حداد"),
        "affiliation": Translated.of(en="Nurse in Leeds", ar="ممرضة في ليدز"),
        "created_at": clock.utcnow(),
    }
    author = Author(**values | changes)
    db.session.add(author)
    db.session.flush()
    return author


def make_series(**changes: Any) -> ArticleSeries:
    """A series of the network."""
    values: dict[str, Any] = {
        "slug": f"series-{ids.public_id()[:8]}",
        "group_id": changes.get("group_id") or make_network().id,
        "title": Translated.of(en="Letters from Homs", ar="رسائل من حمص"),
        "created_at": clock.utcnow(),
    }
    series = ArticleSeries(**values | changes)
    db.session.add(series)
    db.session.flush()
    return series


def make_article(
    *,
    published: bool = True,
    authors: Sequence[Author] = (),
    tags: Sequence[str] = (),
    links: Sequence[tuple[str, str]] = (),
    actions: Sequence[ActionLine] = (),
    **changes: Any,
) -> Article:
    """A short article in both languages, published now unless told otherwise."""
    now = clock.utcnow()
    values: dict[str, Any] = {
        "public_id": ids.public_id(),
        "slug": f"article-{ids.public_id()[:8]}",
        "group_id": changes.get("group_id") or make_network().id,
        "kind": ArticleKind.ARTICLE,
        "title": Translated.of(en="What we saw in Calais", ar="ما رأيناه في كاليه"),
        "teaser": Translated.of(en="Two days at the border.", ar="يومان على الحدود."),
        "body": Translated.of(en="## Morning\n\nIt rained.", ar="## الصباح\n\nهطل المطر."),
        "published_at": now if published else None,
        "created_at": now,
        "updated_at": now,
    }
    article = Article(**values | changes)
    article.authors = [
        ArticleAuthor(author_id=each.id, position=place) for place, each in enumerate(authors)
    ]
    article.tags = [ArticleTag(tag=each) for each in tags]
    article.links = [
        ArticleLink(position=place, title=Translated.of(en=title), url=url)
        for place, (title, url) in enumerate(links)
    ]
    article.actions = [
        ArticleAction(position=place, kind=each.kind, thing_id=each.thing_id)
        for place, each in enumerate(actions)
    ]
    db.session.add(article)
    db.session.flush()
    return article


def make_review(**changes: Any) -> Article:
    """A published review of a film."""
    values: dict[str, Any] = {
        "kind": ArticleKind.REVIEW,
        "title": Translated.of(en="Return to Homs: a review", ar="العودة إلى حمص: مراجعة"),
        "film_title": Translated.of(en="Return to Homs", ar="العودة إلى حمص"),
        "film_director": Translated.of(en="Talal Derki", ar="طلال ديركي"),
        "film_year": 2013,
        "screened_at": Translated.of(en="Kings Hall, Walthamstow", ar="قاعة الملوك، والثامستو"),
        "screened_by": Translated.of(en="Lea Valley Film Club", ar="نادي أفلام وادي لي"),
        "answered_by": Translated.of(en="Hala Haddad", ar="هالة حداد"),
    }
    return make_article(**values | changes)
