"""Supporters for tests."""

from __future__ import annotations

from datetime import datetime

from app.lib import clock
from app.supporters.models.people import Supporter
from app.supporters.service import people as service


def make_supporter(
    email: str = "salma@example.org", *, locale: str = "en", now: datetime | None = None
) -> Supporter:
    """Save a supporter; call it inside a transaction."""
    return service.meet(email, locale=locale, now=now or clock.utcnow())
