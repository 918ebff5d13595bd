"""The kinds of things that a group collects: its list begins with the usual ones."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite

from app.aid.models.drops import AidItem
from app.aid.rules.catalogue import CATALOGUE
from app.db.session import db
from app.groups.models import Group


def ensure_items(group: Group) -> None:
    """Give a group the usual kinds of things, those that it has not yet."""
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    rows = [{"group_id": group.id, "version": 1, **vars(kind)} for kind in CATALOGUE]
    db.session.execute(dialect.insert(AidItem).values(rows).on_conflict_do_nothing())
