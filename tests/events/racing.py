"""What each process does that races for last seats; apart, so that little is read for it."""

from __future__ import annotations

from threading import Barrier

from app.events.errors.rsvps import FullError
from app.events.flows import rsvps as flows
from app.events.rules.words import Way
from app.events.service.rsvps import Wish
from app.factory import create_app
from app.lib import clock
from app.settings import Settings


def race(given: Settings, slugs: list[str], number: int, start: Barrier) -> None:
    """Reach for each last seat at the moment when the others do."""
    app = create_app(given)
    wish = Wish(way=Way.IN_PERSON, party_size=1)
    for slug in slugs:
        with app.app_context():
            start.wait(timeout=300)
            try:
                flows.join(
                    slug,
                    wish,
                    nonce=f"{slug}-{number}",
                    locale="en",
                    address=f"203.0.113.{number}",
                    now=clock.utcnow(),
                )
            except FullError:
                continue
