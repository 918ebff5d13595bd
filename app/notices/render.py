"""What waits, as one person sees it, and how the ways to hear of it are called."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.lib.text import isolate
from app.notices import queries
from app.notices.models import Notice
from app.notices.queries import roles_for
from app.notices.rules import Pace, can_act
from app.web.filters import ago, day, number
from app.web.panels import Figure, Waiting, WaitingKind, WaitingSource

PACE_NAMES = {
    Pace.AT_ONCE: _l("At once"),
    Pace.DAILY: _l("Once a day"),
    Pace.WEEKLY: _l("Every Monday"),
    Pace.NEVER: _l("Not at all"),
}

#: The ids of the groups in which somebody may do one thing.
May = Callable[[str], Collection[int]]


@dataclass(frozen=True)
class Holder:
    """Somebody who is on some of the things of a kind."""

    account_id: int
    name: str
    count: int
    since: datetime


@dataclass(frozen=True)
class Row:
    """Everything of one kind that waits and that she may see."""

    kind: WaitingKind
    count: int
    oldest: datetime
    due_at: datetime | None
    holders: Sequence[Holder]
    #: How many of them nobody is on.
    free: int
    #: How many of them she is on.
    mine: int
    may_act: bool


def visible_kinds(sources: Sequence[WaitingSource], may: May) -> list[WaitingKind]:
    """The kinds that concern her."""
    return [source.kind for source in sources if may(source.kind.permission)]


def rows(sources: Sequence[WaitingSource], may: May, *, person: User, now: datetime) -> list[Row]:
    """What waits that she may see, one row for each kind of which there is something."""
    in_hand = {(each.kind, each.key): each for each in queries.list_in_hand()}
    found = []
    for source in sources:
        groups = may(source.kind.permission)
        things = [
            each
            for each in (source.find(now) if groups else ())
            if each.group_id is None or each.group_id in groups
        ]
        if things:
            held = [
                in_hand[key] for each in things if (key := (source.kind.key, each.key)) in in_hand
            ]
            found.append(_row(source.kind, things, held, person))
    return found


def _row(kind: WaitingKind, things: Sequence[Waiting], held: Sequence[Notice], person: User) -> Row:
    return Row(
        kind=kind,
        count=len(things),
        oldest=min(each.since for each in things),
        due_at=min((each.due_at for each in things if each.due_at), default=None),
        holders=_holders(held),
        free=len(things) - len(held),
        mine=sum(each.taken_by_id == person.id for each in held),
        may_act=can_act(roles_for(person, kind.permission, None)),
    )


def _holders(held: Sequence[Notice]) -> list[Holder]:
    found: dict[int, Holder] = {}
    for each in held:
        if each.taken_by is None or each.taken_at is None:
            continue
        known = found.get(each.taken_by.id)
        found[each.taken_by.id] = Holder(
            account_id=each.taken_by.id,
            name=each.taken_by.name,
            count=(known.count if known else 0) + 1,
            since=min(known.since, each.taken_at) if known else each.taken_at,
        )
    return list(found.values())


def figure(row: Row) -> Figure:
    """The same on Today: how many, since when, and who is on it."""
    hints = [gettext("the oldest %(ago)s", ago=ago(row.oldest))]
    if row.due_at is not None:
        hints = [gettext("due by %(day)s", day=day(row.due_at))]
    hints += [gettext("%(name)s is on it", name=isolate(holder.name)) for holder in row.holders]
    return Figure(
        label=str(row.kind.name),
        value=number(row.count),
        href=row.kind.href,
        hint=gettext(", ").join(hints),
        waits=True,
        is_urgent=row.kind.is_urgent,
    )
