"""What the desk's pages of articles show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.articles.models.articles import Article
from app.articles.render.articles import KIND_NAMES, STAGE_NAMES
from app.articles.render.feeds import names_of
from app.articles.rules.content import PREVIEW_LINK, stage
from app.articles.rules.words import ArticleStage
from app.lib import links
from app.settings import settings
from app.web.locale import absolute_url

#: How a page shows where an article stands.
TONES: Final = {
    ArticleStage.DRAFT: "wait",
    ArticleStage.SCHEDULED: "info",
    ArticleStage.PUBLISHED: "good",
    ArticleStage.WITHDRAWN: "neutral",
}


@dataclass(frozen=True)
class DeskRow:
    """An article in the desk's list."""

    article: Article
    kind: str
    stage: str
    tone: str
    names: str


def stage_of(article: Article) -> ArticleStage:
    """Where an article stands."""
    return stage(article.publish_at, article.published_at, article.withdrawn_at)


def desk_row(article: Article) -> DeskRow:
    """What the list says of an article."""
    at = stage_of(article)
    names = "; ".join(names_of(article)) if article.authors else ""
    return DeskRow(article, str(KIND_NAMES[article.kind]), str(STAGE_NAMES[at]), TONES[at], names)


def preview_url(article: Article) -> str:
    """The link that shows an article to whoever has it, before everybody sees it."""
    key = settings().secret_key
    token = links.sign(key, PREVIEW_LINK, article.public_id, version=article.link_version)
    return absolute_url("articles.preview", token=token)
