"""Everything that is found by its words, and how each package writes its part anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from app.aid.service import indexing as aid
from app.appeals.service import indexing as appeals
from app.articles.service import indexing as articles
from app.campaigns.service import indexing as campaigns
from app.events.service import indexing as days
from app.events.service import listing as events
from app.groups import service as groups


def rebuilders(now: datetime) -> Mapping[str, Callable[[], None]]:
    """What writes each part of the index, by a name for whoever waits for it."""
    return {
        "groups": groups.index_all,
        "campaigns": campaigns.index_all,
        "appeals": appeals.index_all,
        "events": lambda: events.relist_all(now=now),
        "days of action": days.index_all_days,
        "rounds and points": aid.index_all,
        "articles": articles.index_all,
    }
