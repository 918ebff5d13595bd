"""What runs by itself: articles are published at their hour, old drafts are forgotten."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.articles.service import drafts, publishing
from app.db.session import transaction
from app.lib import clock
from app.queue.facts import Handler, Schedule

PUBLISH = "articles.publish_due"
FORGET = "articles.forget_drafts"


def publish_due(_payload: Mapping[str, Any]) -> None:
    """Publish every article whose hour has come, each for itself."""
    now = clock.utcnow()
    for article_id in publishing.list_due(now):
        with transaction():
            publishing.publish_due(article_id, now=now)


def forget_drafts(_payload: Mapping[str, Any]) -> None:
    """Forget what editors typed long ago and never saved."""
    with transaction():
        drafts.forget_old(clock.utcnow())


HANDLERS: Mapping[str, Handler] = {PUBLISH: publish_due, FORGET: forget_drafts}
SCHEDULES: tuple[Schedule, ...] = (
    Schedule(PUBLISH, timedelta(minutes=1)),
    Schedule(FORGET, timedelta(days=1)),
)
