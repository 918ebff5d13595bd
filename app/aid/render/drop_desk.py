"""A round as the desk shows it: its facts, where it can go, its list line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.aid.errors.drops import LACK_SENTENCES
from app.aid.models.drops import Drop, DropNeed
from app.aid.queries import drop_people, subscriptions
from app.aid.queries import drops as reads
from app.aid.render.drops import days_of
from app.aid.render.stock import amount
from app.aid.render.words import PRIORITY_NAMES, PRIORITY_TONES
from app.aid.rules import drops as rules
from app.aid.rules import needs as need_rules
from app.aid.rules.drops import Lack
from app.aid.rules.words import DropState, Priority
from app.lib.text import Translated
from app.web.filters import day, number, plain

#: The words of the button that leads to a state.
MOVE_NAMES: Final = {
    DropState.ANNOUNCED: _l("Announce it"),
    DropState.OPEN: _l("Open it"),
    DropState.PAUSED: _l("Let it rest"),
    DropState.CLOSING: _l("Tell the last days"),
    DropState.COLLECTING: _l("Fetch everything"),
    DropState.DEPARTED: _l("It has left"),
    DropState.DELIVERED: _l("It has arrived"),
    DropState.REPORTED: _l("Tell what became of it"),
    DropState.ARCHIVED: _l("Put it away"),
    DropState.CANCELLED: _l("Call the round off"),
}
#: What happens then.
_MEANINGS: Final = {
    DropState.ANNOUNCED: _l(
        "It is public. Hosts and workplaces sign up; approved points are shown."
    ),
    DropState.OPEN: _l("People bring things from now on."),
    DropState.PAUSED: _l(
        "Everybody is asked to bring nothing for a while; goods stay where they are."
    ),
    DropState.CLOSING: _l(
        "Everybody is asked to bring things in the last days. Nobody signs up more."
    ),
    DropState.COLLECTING: _l(
        "Nobody brings more; vans fetch everything. Hosts and stewards hear of it."
    ),
    DropState.DEPARTED: _l("All points close. It cannot be called off any more."),
    DropState.DELIVERED: _l("Everything was handed over. Addresses of hosts go some weeks after."),
    DropState.REPORTED: _l(
        "What became of it is public, and the numbers stay as they are. Hosts and stewards hear it."
    ),
    DropState.ARCHIVED: _l("Nothing changes in it any more; its page stays."),
    DropState.CANCELLED: _l("All points close. Hosts, stewards and subscribers hear of it."),
}


@dataclass(frozen=True)
class NeedRow:
    """One line of the list, as it is kept."""

    need: DropNeed
    name: Translated
    priority: str
    tone: str
    target: str
    looked_at_on: str
    is_stale: bool
    is_enough: bool
    is_wanted: bool
    #: Others of the same urgency stand above it.
    can_rise: bool


def facts(drop: Drop) -> list[tuple[str, str]]:
    """(what, value) of the dates and links of a round, empty ones left out."""
    found = (
        (_("People bring things"), days_of(drop.opens_on, drop.closes_on)),
        (_("Vans fetch things"), days_of(drop.pickup_from, drop.pickup_until)),
        (_("Leaves on"), day(drop.depart_on) if drop.depart_on else ""),
        (_("How many boxes do you hope for?"), number(drop.target_boxes or 0)),
        (_("Number to ring"), drop.phone or ""),
        (_("Time zone"), drop.zone),
        (_("Campaign"), plain(drop.campaign.title) if drop.campaign else ""),
        (_("Appeal"), plain(drop.appeal.title) if drop.appeal else ""),
        (_("Days until addresses are deleted after the end"), number(drop.retention_days)),
    )
    return [(str(name), text) for name, text in found if text and text != "0"]


def moves(drop: Drop) -> list[tuple[DropState, str, str]]:
    """(state, words of the button, its kind) of where a round can go."""
    return [
        (each, str(MOVE_NAMES[each]), _kind(each))
        for each in rules.moves_from(drop.state, drop.paused_from)
    ]


def _kind(to: DropState) -> str:
    if to is DropState.CANCELLED:
        return "danger"
    return "quiet" if to is DropState.PAUSED else "primary"


def move_page(drop: Drop, to: DropState) -> dict[str, Any]:
    """What a move means, and what is missing before it."""
    missing = rules.lacks(reads.standing(drop, has_note=True), to)
    is_told = to in rules.TOLD and drop.announced_at is not None
    return {
        "heading": str(MOVE_NAMES[to]),
        "meaning": str(_MEANINGS[to]),
        "is_open": to in rules.moves_from(drop.state, drop.paused_from),
        "lacks": [str(_(LACK_SENTENCES[each])) for each in missing],
        "needs_report": Lack.REPORT in missing,
        "needs_note": to is DropState.CANCELLED,
        "told": drop_people.count_told(drop.id) if is_told else 0,
        "subscribers": subscriptions.count_confirmed(drop.id) if is_told else 0,
    }


def need_rows(needs: Sequence[DropNeed], *, now: datetime) -> list[NeedRow]:
    """The lines of a list in the order in which people read it."""
    rows, above = [], None
    for need in needs:
        rows.append(_need_row(need, now, can_rise=above is need.priority))
        above = need.priority
    return rows


def _need_row(need: DropNeed, now: datetime, *, can_rise: bool) -> NeedRow:
    return NeedRow(
        need=need,
        name=need.item.name,
        priority=str(PRIORITY_NAMES[need.priority]),
        tone=PRIORITY_TONES[need.priority],
        target=amount(need.target_qty, need.item.unit) if need.target_qty else "",
        looked_at_on=day(need.checked_at),
        is_stale=need_rules.is_stale(need.priority, need.checked_at, need.fulfilled_at, now),
        is_enough=need.fulfilled_at is not None,
        is_wanted=need.priority is not Priority.NOT_WANTED,
        can_rise=can_rise,
    )


def by_drop(needs: Sequence[DropNeed], *, now: datetime) -> list[tuple[Drop, list[NeedRow]]]:
    """Lines of several lists, list by list."""
    found: dict[int, tuple[Drop, list[NeedRow]]] = {}
    for need in needs:
        row = _need_row(need, now, can_rise=False)
        found.setdefault(need.drop_id, (need.drop, []))[1].append(row)
    return list(found.values())
