"""Marks a database as holding demo data, so that nobody starts it beside a live key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.db.session import db
from app.demo.models import DemoData

if TYPE_CHECKING:
    from datetime import datetime

#: Counts up whenever the demo's data changes so that an older demo must be filled anew.
EDITION = 3
_ROW = 1


def holds_demo_data() -> bool:
    """Whether this database was ever filled, wholly or half, with invented data."""
    return db.session.get(DemoData, _ROW) is not None


def is_complete() -> bool:
    """Whether it holds the whole of this edition's demo data."""
    mark = db.session.get(DemoData, _ROW)
    return mark is not None and mark.finished_at is not None and mark.edition == EDITION


def begin(*, now: datetime) -> None:
    """Note, before anything else is written, that invented data begins here."""
    db.session.add(DemoData(id=_ROW, edition=EDITION, started_at=now))


def finish(*, now: datetime) -> None:
    """Note that the whole of the demo's data is there; raises LookupError without a beginning."""
    mark = db.session.get(DemoData, _ROW)
    if mark is None:
        raise LookupError("the filling was never begun")
    mark.finished_at = now
