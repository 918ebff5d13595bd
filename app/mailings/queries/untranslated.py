"""Mailings that a language lacks, while they can still be written on."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.db.session import db
from app.lib.text import lacks
from app.mailings.models.mailings import Mailing
from app.mailings.rules.mailings import WRITABLE
from app.web.panels import Untranslated


def untranslated(group_ids: set[int], locale: str) -> list[Untranslated]:
    """Drafts that a language lacks."""
    rows = db.session.scalars(
        select(Mailing)
        .where(Mailing.group_id.in_(group_ids), Mailing.state.in_(WRITABLE))
        .order_by(Mailing.id.desc())
    ).unique()
    return [
        Untranslated(row.subject, _l("Mailing"), "mailings_desk.edit", {"public_id": row.public_id})
        for row in rows
        if lacks(locale, row.subject, row.body)
    ]
