"""Rows of other packages as something to do, or nothing where nobody can do it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from app.actions.rules.choosing import END_IS_NEAR, EVENT_IS_NEAR
from app.actions.rules.words import ActionKind
from app.aid.models.drops import Drop
from app.aid.rules.drops import TAKES_THINGS
from app.aid.rules.points import takes_points
from app.aid.rules.workplaces import SIGN_UP_STATES
from app.appeals.models.appeals import Appeal
from app.appeals.rules.words import AppealStage
from app.campaigns.models.campaigns import Campaign
from app.campaigns.rules.members import may_join
from app.events.models.events import Event
from app.events.models.mobilisations import Mobilisation
from app.events.rules import mobilisations as day_rules
from app.events.rules.words import EventState, Status
from app.groups.models import Group
from app.lib.clock import day_in
from app.lib.text import Translated

Thing: TypeAlias = Appeal | Event | Mobilisation | Drop | Group | Campaign


@dataclass(frozen=True)
class Action:
    """Something that somebody can do now, and the row that it is done with."""

    kind: ActionKind
    thing: Thing
    is_urgent: bool = False

    @property
    def key(self) -> tuple[ActionKind, int]:
        """Names it among all others."""
        return (self.kind, self.thing.id)

    @property
    def thing_id(self) -> int:
        """The row's key in its own table."""
        return self.thing.id

    @property
    def group_id(self) -> int:
        """Whose it is."""
        return self.thing.id if isinstance(self.thing, Group) else self.thing.group_id

    @property
    def is_joining(self) -> bool:
        """Whether somebody joins, which pages of groups and campaigns ask for by themselves."""
        return self.kind in {ActionKind.JOIN_GROUP, ActionKind.JOIN_CAMPAIGN}

    @property
    def title(self) -> Translated:
        """What the thing is called."""
        return self.thing.name if isinstance(self.thing, Group) else self.thing.title


def give(appeal: Appeal | None, now: datetime) -> Action | None:
    """Give to an appeal, while it is open."""
    if appeal is None or appeal.stage(now) is not AppealStage.OPEN:
        return None
    is_urgent = appeal.closes_at is not None and appeal.closes_at - now < END_IS_NEAR
    return Action(ActionKind.GIVE, appeal, is_urgent)


def go(event: Event | None, now: datetime) -> Action | None:
    """Go to an event that takes place and has room."""
    if event is None or event.state is not EventState.PUBLISHED or event.ends_at <= now:
        return None
    if event.status in {Status.CANCELLED, Status.POSTPONED} or _is_full(event):
        return None
    return Action(ActionKind.GO, event, event.starts_at - now < EVENT_IS_NEAR)


def _is_full(event: Event) -> bool:
    ways = event.seats
    return bool(ways) and all(way.ceiling is not None and way.taken >= way.ceiling for way in ways)


def take_part(day: Mobilisation | None, now: datetime) -> Action | None:
    """Take part in a day of action, until it is over everywhere."""
    if day is None or day.published_at is None or day.cancelled_at is not None:
        return None
    if day_rules.is_over(day.until_date, now):
        return None
    is_urgent = day.on_date - now.date() < END_IS_NEAR
    return Action(ActionKind.TAKE_PART, day, is_urgent)


def host(day: Mobilisation | None, now: datetime) -> Action | None:
    """Offer a local event of a day of action."""
    takes = day is not None and day_rules.takes_offers(
        policy=day.host_policy,
        published_at=day.published_at,
        cancelled_at=day.cancelled_at,
        until_date=day.until_date,
        now=now,
    )
    return Action(ActionKind.HOST, day) if day is not None and takes else None


def bring(drop: Drop | None, now: datetime) -> Action | None:
    """Bring things to a round that takes them in."""
    if drop is None or drop.announced_at is None or drop.state not in TAKES_THINGS:
        return None
    return Action(ActionKind.BRING, drop, _ends_soon(drop.closes_on, drop.zone, now))


def host_point(drop: Drop | None, _now: datetime) -> Action | None:
    """Host a collection point of a round."""
    if drop is None or drop.announced_at is None or not takes_points(drop.state):
        return None
    return Action(ActionKind.HOST_POINT, drop)


def collect_at_work(drop: Drop | None, _now: datetime) -> Action | None:
    """Collect at work for a round."""
    if drop is None or drop.announced_at is None or drop.state not in SIGN_UP_STATES:
        return None
    return Action(ActionKind.COLLECT_AT_WORK, drop)


def join_group(group: Group | None, _now: datetime) -> Action | None:
    """Join a group; a partner has members of its own."""
    if group is None or not may_join(group.kind):
        return None
    return Action(ActionKind.JOIN_GROUP, group)


def join_campaign(campaign: Campaign | None, _now: datetime) -> Action | None:
    """Join a group for one of its campaigns, while that goes on."""
    if campaign is None or campaign.published_at is None or campaign.closed_at is not None:
        return None
    if not may_join(campaign.group.kind):
        return None
    return Action(ActionKind.JOIN_CAMPAIGN, campaign)


def _ends_soon(last: date, zone: str, now: datetime) -> bool:
    return last - day_in(zone, now) < timedelta(days=END_IS_NEAR.days)
