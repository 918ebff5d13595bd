"""Events and days of action that a language lacks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.db.session import db
from app.events.models.events import Event
from app.events.models.mobilisations import Mobilisation
from app.events.rules.words import EventState
from app.lib import clock
from app.lib.text import lacks
from app.web.panels import Untranslated

_MOST = 500


def untranslated(group_ids: set[int], locale: str) -> list[Untranslated]:
    """Coming events and published days of action that a language lacks."""
    return [*_days(group_ids, locale), *_events(group_ids, locale)]


def _days(group_ids: set[int], locale: str) -> list[Untranslated]:
    rows = db.session.scalars(
        select(Mobilisation)
        .where(Mobilisation.group_id.in_(group_ids), Mobilisation.published_at.is_not(None))
        .options(selectinload(Mobilisation.toolkit))
        .order_by(Mobilisation.id.desc())
    )
    return [
        Untranslated(
            row.title, _l("Day of action"), "mobilisations_desk.edit", {"public_id": row.public_id}
        )
        for row in rows
        if _day_lacks(row, locale)
    ]


def _day_lacks(row: Mobilisation, locale: str) -> bool:
    texts = (row.title, row.summary, row.body, row.demands, row.picture_alt)
    local = (row.local_title, row.local_body, row.local_safety)
    return lacks(locale, *texts, *local, *(each.title for each in row.toolkit))


def _events(group_ids: set[int], locale: str) -> list[Untranslated]:
    rows = db.session.scalars(
        select(Event)
        .where(
            Event.group_id.in_(group_ids),
            Event.state == EventState.PUBLISHED,
            Event.ends_at > clock.utcnow(),
        )
        .options(selectinload(Event.programme))
        .order_by(Event.starts_at, Event.id)
        .limit(_MOST)
    )
    return [found for row in rows for found in _of_event(row, locale)]


def _of_event(row: Event, locale: str) -> list[Untranslated]:
    """The part of an event that lacks a text first; one line for each event."""
    parts = (
        ("basics", (row.title, row.summary, row.body, row.aimed_at, row.aimed_why)),
        ("picture", (row.picture_alt,)),
        ("safety", (row.safety, row.what_to_bring)),
        ("where", (row.meeting_point, row.dispersal_point)),
        ("march", (row.route,)),
        ("programme", tuple(each.title for each in row.programme)),
    )
    lacking = [part for part, texts in parts if lacks(locale, *texts)]
    return [
        Untranslated(
            row.title, _l("Event"), "events_desk.edit", {"public_id": row.public_id, "part": part}
        )
        for part in lacking[:1]
    ]
