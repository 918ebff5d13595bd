"""What runs by itself: what is not needed any more is forgotten."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from app.aid.flows import again as again_flows
from app.aid.flows import bringing as bringing_flows
from app.aid.flows import hosting as hosting_flows
from app.aid.flows import needs as needs_flows
from app.aid.flows import workplaces as workplace_flows
from app.aid.queries import bringing as bringing_reads
from app.aid.rules.words import DropState
from app.aid.service import (
    again,
    asking_hosts,
    bringing,
    crews,
    drop_states,
    drop_telling,
    leaving,
    point_reports,
    point_retention,
    registering,
    retention,
    subscribing,
    workplace_times,
)
from app.db.session import transaction
from app.lib import clock
from app.queue.facts import Schedule

ASK_HOSTS = "aid.ask_hosts"
LAPSE_POINTS = "aid.lapse_points"
PURGE_POINTS = "aid.purge_points"
FORGET_CREWS = "aid.forget_crews"
FORGET_NETWORKS = "aid.forget_networks"
TELL_NEEDS = "aid.tell_needs"
FOLLOW_WORKPLACES = "aid.follow_workplaces"
FORGET_WORKPLACES = "aid.forget_workplaces"
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


# --- points ---------------------------------------------------------------------------------------


def lapse_points(_payload: Mapping[str, Any]) -> None:
    """Forget points and wishes that nobody confirmed, and let those lapse whose day is over."""
    _in_batches(registering.lapse)
    _in_batches(bringing.lapse)
    _in_batches(point_reports.forget)


def ask_hosts(_payload: Mapping[str, Any]) -> None:
    """Ask hosts whether everything is still right."""
    _in_batches(asking_hosts.ask)


def purge_points(_payload: Mapping[str, Any]) -> None:
    """Forget homes, hidden places, hosts and bringers of rounds that are over."""
    _in_batches(point_retention.purge)
    _in_batches(point_retention.purge_hosts)


def send_bring_links(payload: Mapping[str, Any]) -> None:
    """Send somebody the links to what she wants to bring."""
    email = bringing_reads.find_email(payload["found"])
    bringing_flows.send_links(email, locale=payload["locale"], now=clock.utcnow())


# --- rounds ---------------------------------------------------------------------------------------


def tell_drop(payload: Mapping[str, Any]) -> None:
    """Tell hosts and stewards how their round goes on; whoever hears of its list hears the end."""
    drop_id, state = payload["drop_id"], DropState(payload["state"])
    for tell in drop_telling.SIDES:
        after: int | None = 0
        while after is not None:
            with transaction():
                after = tell(drop_id, state, after=after, limit=BATCH, now=clock.utcnow())
    with transaction():
        again.forget(drop_id)
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


def send_again_links(payload: Mapping[str, Any]) -> None:
    """Ask somebody once more who was asked whether she hosts again."""
    again_flows.send_links(payload["found"], locale=payload["locale"], now=clock.utcnow())


def send_needs_links(payload: Mapping[str, Any]) -> None:
    """Send somebody the links to the lists that she hears of."""
    needs_flows.send_links(payload["found"], locale=payload["locale"], now=clock.utcnow())


def follow_workplaces(_payload: Mapping[str, Any]) -> None:
    """Begin collections at work, remind their stewards, thank them once it is told."""
    after_id: int | None = 0
    while after_id is not None:
        with transaction():
            now = clock.utcnow()
            after_id = workplace_times.follow_days(now=now, after_id=after_id, limit=BATCH)
    _in_batches(workplace_times.thank)


def forget_workplaces(_payload: Mapping[str, Any]) -> None:
    """Forget collections that nobody confirmed, and stewards of rounds of long ago."""
    _in_batches(workplace_times.forget_unconfirmed)
    _in_batches(workplace_times.purge)


def _in_batches(work: Callable[..., int]) -> None:
    done = BATCH
    while done == BATCH:
        with transaction():
            done = work(now=clock.utcnow(), limit=BATCH)


def send_workplace_links(payload: Mapping[str, Any]) -> None:
    """Send somebody the links to the collections she looks after."""
    workplace_flows.send_links(payload["found"], locale=payload["locale"], now=clock.utcnow())


def send_host_links(payload: Mapping[str, Any]) -> None:
    """Send somebody the links to the points she hosts."""
    hosting_flows.send_links(payload["found"], locale=payload["locale"], now=clock.utcnow())


HANDLERS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    ASK_HOSTS: ask_hosts,
    LAPSE_POINTS: lapse_points,
    PURGE_POINTS: purge_points,
    bringing_flows.LINKS_JOB: send_bring_links,
    FORGET_CREWS: forget_crews,
    FORGET_NETWORKS: forget_networks,
    TELL_CLOSING: tell_closing,
    TELL_NEEDS: tell_needs,
    drop_states.TELL_JOB: tell_drop,
    needs_flows.LINKS_JOB: send_needs_links,
    again_flows.LINKS_JOB: send_again_links,
    hosting_flows.LINKS_JOB: send_host_links,
    FOLLOW_WORKPLACES: follow_workplaces,
    FORGET_WORKPLACES: forget_workplaces,
    workplace_flows.LINKS_JOB: send_workplace_links,
}
SCHEDULES = (
    Schedule(ASK_HOSTS, timedelta(hours=6)),
    Schedule(LAPSE_POINTS, timedelta(hours=6)),
    Schedule(PURGE_POINTS, timedelta(hours=1)),
    Schedule(FORGET_CREWS, timedelta(days=1)),
    Schedule(FORGET_NETWORKS, timedelta(hours=1)),
    Schedule(TELL_CLOSING, timedelta(hours=6)),
    Schedule(TELL_NEEDS, timedelta(minutes=30)),
    Schedule(FOLLOW_WORKPLACES, timedelta(hours=1)),
    Schedule(FORGET_WORKPLACES, timedelta(hours=6)),
)
