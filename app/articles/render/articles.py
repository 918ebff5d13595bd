"""What the public pages of articles show, made from rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.actions.queries.actions import actions_of
from app.actions.render.actions import actions_shown
from app.articles.models.articles import Article
from app.articles.queries import articles as reads
from app.articles.render.jsonld import article_json
from app.articles.rules.words import ArticleKind, ArticleStage
from app.events.models.events import Event
from app.events.rules.words import EventState
from app.web.locale import absolute_url

#: The longest word by which joining remembers where somebody came from.
WORD_LIMIT: Final = 30
KIND_NAMES: Final = {
    ArticleKind.ARTICLE: _l("Article"),
    ArticleKind.REVIEW: _l("Review"),
    ArticleKind.MAILING: _l("Newsletter"),
}
STAGE_NAMES: Final = {
    ArticleStage.DRAFT: _l("Draft"),
    ArticleStage.SCHEDULED: _l("To be published"),
    ArticleStage.PUBLISHED: _l("On the site"),
    ArticleStage.WITHDRAWN: _l("Taken off the site"),
}


def article_page(article: Article, *, now: datetime) -> dict[str, Any]:
    """Everything that the page of an article shows."""
    chosen = actions_of(
        article.actions,
        article.campaign_id if article.takes_campaign_actions else None,
        now,
    )
    return {
        "article": article,
        "kind_name": KIND_NAMES[article.kind],
        "screening": _public_event(article.screening),
        "series": _series(article),
        "actions": actions_shown(chosen, now=now, came_from=article.slug[:WORD_LIMIT].strip("-")),
        "json_ld": article_json(article),
        "share_url": absolute_url("articles.show", slug=article.slug),
    }


def _public_event(event: Event | None) -> Event | None:
    return event if event is not None and event.state is EventState.PUBLISHED else None


def _series(article: Article) -> list[Article]:
    """The others of its series; nothing where it stands alone."""
    if article.series_id is None:
        return []
    found = reads.list_of_series(article.series_id)
    return list(found) if any(each.id != article.id for each in found) else []
