"""Campaigns that a language lacks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.campaigns.models.campaigns import Campaign
from app.db.session import db
from app.lib.text import lacks
from app.web.panels import Untranslated


def untranslated(group_ids: set[int], locale: str) -> list[Untranslated]:
    """Published campaigns that a language lacks."""
    rows = db.session.scalars(
        select(Campaign)
        .where(Campaign.group_id.in_(group_ids), Campaign.published_at.is_not(None))
        .order_by(Campaign.id.desc())
    )
    return [
        Untranslated(row.title, _l("Campaign"), "campaigns_desk.edit", {"campaign_id": row.id})
        for row in rows
        if lacks(locale, row.title, row.summary, row.story, row.picture_alt)
    ]
