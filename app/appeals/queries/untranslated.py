"""Appeals and their news that a language lacks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.appeals.models.appeals import Appeal, AppealUpdate
from app.db.session import db
from app.ledger.models import Fund
from app.lib.text import lacks
from app.web.panels import Untranslated

#: What was told before this many others on an appeal is read by few.
_NEWEST = 100


def untranslated(group_ids: set[int], locale: str) -> list[Untranslated]:
    """Published appeals, their funds and their latest news that a language lacks."""
    return [*_appeals(group_ids, locale), *_funds(group_ids, locale), *_news(group_ids, locale)]


def _appeals(group_ids: set[int], locale: str) -> list[Untranslated]:
    rows = db.session.scalars(
        select(Appeal)
        .join(Appeal.fund)
        .where(Fund.group_id.in_(group_ids), Appeal.published_at.is_not(None))
        .order_by(Appeal.id.desc())
    )
    return [
        Untranslated(row.title, _l("Appeal"), "appeals_desk.edit", {"appeal_id": row.id})
        for row in rows
        if lacks(locale, row.title, row.summary, row.story, row.picture_alt)
    ]


def _funds(group_ids: set[int], locale: str) -> list[Untranslated]:
    rows = db.session.scalars(
        select(Fund).where(Fund.group_id.in_(group_ids)).order_by(Fund.id.desc())
    )
    return [
        Untranslated(
            row.name, _l("Fund"), "funds_desk.edit", {"group_id": row.group_id, "fund_id": row.id}
        )
        for row in rows
        if lacks(locale, row.name, row.purpose, row.secondary_purpose)
    ]


def _news(group_ids: set[int], locale: str) -> list[Untranslated]:
    rows = db.session.scalars(
        select(AppealUpdate)
        .join(AppealUpdate.appeal)
        .join(Appeal.fund)
        .options(contains_eager(AppealUpdate.appeal))
        .where(Fund.group_id.in_(group_ids), Appeal.published_at.is_not(None))
        .order_by(AppealUpdate.id.desc())
        .limit(_NEWEST)
    )
    return [
        Untranslated(
            row.title,
            _l("News"),
            "appeals_desk.edit_update",
            {"appeal_id": row.appeal_id, "update_id": row.id},
        )
        for row in rows
        if lacks(locale, row.title, row.body)
    ]
