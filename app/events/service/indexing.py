"""Events and days of action as anybody finds them by words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select

from app.db.session import db
from app.events.models.events import Event
from app.events.models.mobilisations import Mobilisation
from app.events.rules.words import EventState
from app.search.rules.documents import Document
from app.search.service import documents

EVENT, DAY = "event", "mobilisation"
#: A day of action is over everywhere on earth so long after its date began in Greenwich.
DAY_LASTS = timedelta(hours=36)


def index_event(event: Event, texts: Iterable[str]) -> None:
    """Let a published event be found by these texts, its place as far as it is shown among them."""
    if event.state is not EventState.PUBLISHED:
        documents.remove(EVENT, event.id)
        return
    documents.put(
        Document(
            kind=EVENT,
            thing_id=event.id,
            endpoint="events.show",
            args={"slug": event.slug},
            title=event.title,
            summary=event.summary,
            texts=texts,
            at=event.starts_at,
            over_at=event.ends_at,
        )
    )


def index_day(day: Mobilisation) -> None:
    """Let a published day of action be found; take any other out."""
    if day.published_at is None:
        documents.remove(DAY, day.id)
        return
    at = _begins(day)
    documents.put(
        Document(
            kind=DAY,
            thing_id=day.id,
            endpoint="mobilisations.show",
            args={"slug": day.slug},
            title=day.title,
            summary=day.summary,
            texts=(day.body, day.demands, day.hashtag),
            at=at,
            over_at=day.cancelled_at or at + (day.until_date - day.on_date) + DAY_LASTS,
        )
    )


def index_all_days() -> None:
    """Write all of them anew."""
    for day in db.session.scalars(select(Mobilisation).order_by(Mobilisation.id)):
        index_day(day)


def _begins(day: Mobilisation) -> datetime:
    return datetime.combine(day.on_date, time(), tzinfo=UTC)
