"""Rounds of collecting, what they need, and kinds of things that a language lacks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.aid.models.drops import AidItem, Drop
from app.aid.rules.words import DropState
from app.db.session import db
from app.lib.text import lacks
from app.web.panels import Untranslated

#: Nobody reads these, or not any more.
_OUT_OF_SIGHT = (DropState.DRAFT, DropState.ARCHIVED, DropState.CANCELLED)


def untranslated(group_ids: set[int], locale: str) -> list[Untranslated]:
    """Public rounds with their needs, and things still collected, that a language lacks."""
    return [*_drops(group_ids, locale), *_items(group_ids, locale)]


def _drops(group_ids: set[int], locale: str) -> list[Untranslated]:
    rows = db.session.scalars(
        select(Drop)
        .where(Drop.group_id.in_(group_ids), Drop.state.not_in(_OUT_OF_SIGHT))
        .options(selectinload(Drop.needs))
        .order_by(Drop.id.desc())
    ).all()
    found = []
    for row in rows:
        args = {"public_id": row.public_id}
        texts = (row.title, row.summary, row.body, row.picture_alt, row.destination)
        if lacks(locale, *texts, row.how_to_pack, row.state_note, row.report):
            found.append(Untranslated(row.title, _l("Round"), "drops_desk.edit", args))
        if lacks(locale, *(need.why for need in row.needs)):
            what = _l("What a round needs")
            found.append(Untranslated(row.title, what, "drops_desk.edit_needs", args))
    return found


def _items(group_ids: set[int], locale: str) -> list[Untranslated]:
    rows = db.session.scalars(
        select(AidItem)
        .where(AidItem.group_id.in_(group_ids), AidItem.retired_at.is_(None))
        .order_by(AidItem.id)
    )
    return [
        Untranslated(
            row.name,
            _l("Kind of thing"),
            "items_desk.edit",
            {"group_id": row.group_id, "item_id": row.id},
        )
        for row in rows
        if lacks(locale, row.name)
    ]
