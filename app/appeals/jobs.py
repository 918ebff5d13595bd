"""What runs by itself: donors are forgotten in time, and reminded of what they give."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from app.appeals.flows import donor as donor_flows
from app.appeals.service import promises, reminding, retention
from app.db.session import transaction
from app.lib import clock
from app.queue.facts import Schedule

FORGET = "appeals.forget_abandoned"
REMIND = "appeals.remind_regular"
CARDS_BACK = "appeals.tell_cards_are_back"
#: Donations in one transaction; others can write in between.
BATCH = 200


def forget_abandoned(_payload: Mapping[str, Any]) -> None:
    """Forget who began the donations that were never paid, and who gave the oldest."""
    for forget in (retention.forget_abandoned, retention.forget_old):
        forgotten = BATCH
        while forgotten == BATCH:
            with transaction():
                forgotten = forget(now=clock.utcnow(), limit=BATCH)


def remind_regular(_payload: Mapping[str, Any]) -> None:
    """Remind donors of what they give every year or every month."""
    for remind in (reminding.remind_yearly, reminding.remind_monthly):
        after_id: int | None = 0
        while after_id is not None:
            with transaction():
                after_id = remind(now=clock.utcnow(), after_id=after_id, limit=BATCH)


def send_links(payload: Mapping[str, Any]) -> None:
    """Send somebody the links to her gifts, where there are any."""
    donor_flows.send_links(payload["supporter_id"], locale=payload["locale"], now=clock.utcnow())


def tell_cards_are_back(_payload: Mapping[str, Any]) -> None:
    """Send their link to those who wait for cards, where cards are taken again."""
    told = BATCH
    while told == BATCH:
        with transaction():
            told = promises.tell_cards_are_back(now=clock.utcnow(), limit=BATCH)


HANDLERS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    FORGET: forget_abandoned,
    REMIND: remind_regular,
    CARDS_BACK: tell_cards_are_back,
    donor_flows.LINKS_JOB: send_links,
}
SCHEDULES: tuple[Schedule, ...] = (
    Schedule(FORGET, timedelta(days=1)),
    Schedule(REMIND, timedelta(days=1)),
    Schedule(CARDS_BACK, timedelta(minutes=1)),
)
