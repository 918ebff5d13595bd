"""What the worker does for members."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from app.campaigns.flows import members as flows
from app.campaigns.service import holding, member_retention
from app.db.session import transaction
from app.lib import clock
from app.queue.facts import Schedule

FORGET_NETWORKS = "campaigns.forget_networks"
FORGET_MEMBERS = "campaigns.forget_members"
ASK_AGAIN = "campaigns.ask_again"
#: Members in one transaction; others can write in between.
BATCH = 50


def forget_networks(_payload: Mapping[str, Any]) -> None:
    """Delete what stands for visitors' networks."""
    with transaction():
        member_retention.forget_networks(now=clock.utcnow())


def forget_members(_payload: Mapping[str, Any]) -> None:
    """Forget who never confirmed, who left long ago, and offers that nobody answered for."""
    for purge in holding.PURGES:
        purge.run(clock.utcnow())


def ask_again(_payload: Mapping[str, Any]) -> None:
    """Ask members whether what they offered long ago still holds."""
    done = BATCH
    while done == BATCH:
        with transaction():
            done = member_retention.ask_again(now=clock.utcnow(), limit=BATCH)


def send_member_links(payload: Mapping[str, Any]) -> None:
    """Send somebody the links to her pages as a member, where there are any."""
    flows.send_links(payload["found"], locale=payload["locale"], now=clock.utcnow())


HANDLERS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    FORGET_NETWORKS: forget_networks,
    FORGET_MEMBERS: forget_members,
    ASK_AGAIN: ask_again,
    flows.LINKS_JOB: send_member_links,
}
SCHEDULES: tuple[Schedule, ...] = (
    Schedule(FORGET_NETWORKS, timedelta(hours=1)),
    Schedule(FORGET_MEMBERS, timedelta(hours=6)),
    Schedule(ASK_AGAIN, timedelta(days=1)),
)
