"""The articles that name an event or a round, on its page."""

from __future__ import annotations

from collections.abc import Sequence

from app.articles.models.articles import Article
from app.articles.queries import mentions as reads
from app.web.panels import Block


def event_blocks(event_id: int) -> list[Block]:
    """Show which articles tell of an event."""
    return _blocks(reads.list_of_event(event_id))


def drop_blocks(drop_id: int) -> list[Block]:
    """Show which articles tell of a round of collecting."""
    return _blocks(reads.list_of_drop(drop_id))


def _blocks(articles: Sequence[Article]) -> list[Block]:
    if not articles:
        return []
    return [Block("mentions", "articles/_mentions.html", {"articles": articles}, 30)]
