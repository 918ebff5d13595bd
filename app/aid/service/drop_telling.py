"""Hosts and stewards hear how their round goes on; the worker puts their mails, some at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from app.aid.mails import drops as mails
from app.aid.queries import drop_people as reads
from app.aid.queries import drops as drop_reads
from app.aid.rules.words import DropState
from app.aid.rules.workplaces import BROUGHT


def tell_hosts(
    drop_id: int, state: DropState, *, after: int, limit: int, now: datetime
) -> int | None:
    """Tell some of the hosts of a round; returns after whom to go on, or None at the end."""
    drop = drop_reads.get_by_id(drop_id)
    hosts = reads.list_hosts(drop_id, after=after, limit=limit)
    for host in hosts:
        mails.tell_host(host, drop, state, now=now)
    return hosts[-1].point_id if len(hosts) == limit else None


def tell_stewards(
    drop_id: int, state: DropState, *, after: int, limit: int, now: datetime
) -> int | None:
    """Tell some of the stewards of a round; returns after whom to go on, or None at the end."""
    drop = drop_reads.get_by_id(drop_id)
    stewards = reads.list_stewards(drop_id, after=after, limit=limit)
    for steward in stewards:
        # Whoever brought something is thanked with her own numbers (`workplace_times.thank`).
        if state is not DropState.REPORTED or steward.state not in BROUGHT:
            mails.tell_steward(steward, drop, state, now=now)
    return stewards[-1].id if len(stewards) == limit else None


#: Everybody who is told, one side after the other.
SIDES: Final = (tell_hosts, tell_stewards)
