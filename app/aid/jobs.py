"""What runs by itself: what is not needed any more is forgotten."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from app.aid.flows import needs as needs_flows
from app.aid.rules.words import DropState
from app.aid.service import crews, drop_states, drop_telling, leaving, retention, subscribing
from app.db.session import transaction
from app.lib import clock
from app.queue.facts import Schedule

FORGET_CREWS = "aid.forget_crews"
FORGET_NETWORKS = "aid.forget_networks"
TELL_NEEDS = "aid.tell_needs"
TELL_CLOSING = "aid.tell_closing"
#: Mails in one transaction; others can write in between.
BATCH = 50


def forget_networks(_payload: Mapping[str, Any]) -> None:
    """Delete what stands for visitors' networks."""
    with transaction():
        retention.forget_networks(now=clock.utcnow())


def forget_crews(_payload: Mapping[str, Any]) -> None:
    """Delete who drove in rounds that are over."""
    with transaction():
        crews.forget(now=clock.utcnow())


def tell_closing(_payload: Mapping[str, Any]) -> None:
    """Tell hosts that their round ends within days, and what to do with what is left."""
    after_id: int | None = 0
    while after_id is not None:
        with transaction():
            after_id = leaving.tell_closing(now=clock.utcnow(), after_id=after_id, limit=BATCH)


# --- rounds ---------------------------------------------------------------------------------------


def tell_drop(payload: Mapping[str, Any]) -> None:
    """Tell hosts and stewards how their round goes on; whoever hears of its list hears the end."""
    drop_id, state = payload["drop_id"], DropState(payload["state"])
    for tell in drop_telling.SIDES:
        after: int | None = 0
        while after is not None:
            with transaction():
                after = tell(drop_id, state, after=after, limit=BATCH, now=clock.utcnow())
    told = BATCH
    while told == BATCH:
        with transaction():
            told = subscribing.end_all(drop_id, now=clock.utcnow(), limit=BATCH)


def tell_needs(_payload: Mapping[str, Any]) -> None:
    """Send lists of needs that changed, and forget addresses that nobody confirmed."""
    for work in (subscribing.tell_changes, subscribing.forget_unproven):
        done = BATCH
        while done == BATCH:
            with transaction():
                done = work(now=clock.utcnow(), limit=BATCH)


def send_needs_links(payload: Mapping[str, Any]) -> None:
    """Send somebody the links to the lists that she hears of."""
    needs_flows.send_links(payload["found"], locale=payload["locale"], now=clock.utcnow())


HANDLERS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    FORGET_CREWS: forget_crews,
    FORGET_NETWORKS: forget_networks,
    TELL_CLOSING: tell_closing,
    TELL_NEEDS: tell_needs,
    drop_states.TELL_JOB: tell_drop,
    needs_flows.LINKS_JOB: send_needs_links,
}
SCHEDULES = (
    Schedule(FORGET_CREWS, timedelta(days=1)),
    Schedule(FORGET_NETWORKS, timedelta(hours=1)),
    Schedule(TELL_CLOSING, timedelta(hours=6)),
    Schedule(TELL_NEEDS, timedelta(minutes=30)),
)
