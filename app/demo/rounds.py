"""The demo's round of collecting itself: what it says, and what it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.queries import items as item_reads
from app.aid.rules.drops import DropContent
from app.aid.rules.needs import NeedContent
from app.aid.rules.words import DropState, Priority
from app.aid.service import drop_states, drops, needs
from app.appeals.queries import appeals as appeal_reads
from app.db.session import transaction
from app.demo.people import both, maybe, read_texts
from app.demo.pictures import draw
from app.demo.scenery import BY
from app.files import service as files
from app.groups import queries as groups
from app.lib.clock import at_hour, day_in

Texts = dict[str, Any]
ZONE = "Europe/London"
#: The round was written and announced so long ago.
WRITTEN, ANNOUNCED = timedelta(days=30), timedelta(days=24)


@dataclass
class Round:
    """What is being made, and what happens to it when; all of it is played in the order of time."""

    now: datetime
    texts: Texts
    drop: Drop
    points: dict[str, CollectionPoint] = field(default_factory=dict)
    steps: list[tuple[datetime, Callable[[datetime], None]]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day where it is collected."""
        return day_in(ZONE, self.now)

    def at(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        """A moment of a day, never one that is still to come."""
        day = at_hour(ZONE, self.today - timedelta(days=days_ago), hour)
        return min(day + timedelta(minutes=minute), self.now - timedelta(minutes=3))

    def then(self, at: datetime, act: Callable[[datetime], None]) -> None:
        """Let something happen at a moment."""
        self.steps.append((at, act))

    def play(self) -> None:
        """Let everything happen, in the order of time; what happens may lead to more."""
        while self.steps:
            at, act = first = min(self.steps, key=lambda step: step[0])
            self.steps.remove(first)
            with transaction():
                act(at)


def begin_round(now: datetime) -> Round:
    """The round with its list of needs, announced; call outside a transaction."""
    texts = read_texts("aid")
    at = now - WRITTEN
    with transaction():
        drop = drops.create(_content(texts["drop"], now), slug=texts["drop"]["slug"], now=at, by=BY)
    made = Round(now, texts, drop)
    for one in texts["needs"]:
        made.then(_checked_at(one, now), _need(made, one))
    made.play()
    with transaction():
        move_drop(drop, DropState.ANNOUNCED, DropState.DRAFT, now - ANNOUNCED)
    return made


def _content(one: Texts, now: datetime) -> DropContent:
    today = day_in(ZONE, now)
    appeal = appeal_reads.find_appeal(one["appeal"])
    picture = files.keep_image(draw(one["picture"]), now=now - WRITTEN)
    first, last = one["pickup_in_days"]
    return DropContent(
        group_id=groups.get_group(one["group"]).id,
        campaign_id=None,
        appeal_id=appeal.id if appeal else None,
        title=both(one["title"]),
        summary=both(one["summary"]),
        body=both(one["body"]),
        destination=both(one["destination"]),
        how_to_pack=both(one["how_to_pack"]),
        zone=ZONE,
        opens_on=today - timedelta(days=one["opened_days_ago"]),
        closes_on=today + timedelta(days=one["closes_in_days"]),
        pickup_from=today + timedelta(days=first),
        pickup_until=today + timedelta(days=last),
        depart_on=today + timedelta(days=one["departs_in_days"]),
        target_boxes=one["target_boxes"],
        phone=one["phone"],
        retention_days=30,
        picture_id=picture.id,
        picture_alt=both(one["picture_alt"]),
    )


def _checked_at(one: Texts, now: datetime) -> datetime:
    return now - timedelta(days=one.get("checked_days_ago", 2))


def _need(made: Round, one: Texts) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        content = NeedContent(
            item_id=item_id(made.drop, one["item"]),
            priority=Priority(one["priority"]),
            target_qty=one.get("target"),
            why=maybe(one, "why"),
        )
        needs.add(made.drop.id, content, now=at, by=BY)

    return act


def item_id(drop: Drop, code: str) -> int:
    """The row of a kind of thing, by its name."""
    item = item_reads.find_by_code(drop.group_id, code)
    if item is None:
        raise LookupError(code)
    return item.id


def move_drop(drop: Drop, to: DropState, seen: DropState, at: datetime) -> None:
    """Let the round go on."""
    drop_states.move(drop.id, to, note=None, seen=seen, now=at, by=BY)
