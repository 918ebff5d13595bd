"""A round of collecting as its page shows it: what is needed now, until when, what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from babel.dates import format_date
from flask_babel import gettext as _

from app.aid.models.drops import Drop, DropNeed
from app.aid.queries import drops as reads
from app.aid.queries import needs as need_reads
from app.aid.queries.progress import progress_of
from app.aid.render import finding, progress, workplace_block
from app.aid.render.stock import amount
from app.aid.render.words import DROP_STATE_NAMES, DROP_STATE_TONES, PRIORITY_NAMES, PRIORITY_TONES
from app.aid.rules import needs as need_rules
from app.aid.rules.drops import NEEDS_ARE_OVER, RUNNING, TAKES_THINGS
from app.aid.rules.points import takes_points
from app.aid.rules.words import DropState, ItemCategory, Priority
from app.appeals.render.appeals import takes_cards
from app.appeals.rules.words import AppealStage
from app.events.queries.listing import Listed
from app.events.render.listing import event_rows
from app.events.rules.contacts import dialled
from app.ledger.rules import FundKind
from app.lib.text import Translated
from app.web.filters import day
from app.web.locale import absolute_url, current_locale

#: What other sides of aid show on the page of a round: each gives the values of its own part.
BLOCKS: tuple[Callable[[Drop, datetime], Mapping[str, Any]], ...] = (
    progress.block_for,
    finding.block,
    workplace_block.block_for,
)
#: In these states nobody is asked for money beside the things any more.
_OVER: Final = frozenset({DropState.CANCELLED, DropState.ARCHIVED})
#: So many of the things that are needed most are named on other pages.
_NAMED: Final = 4


@dataclass(frozen=True)
class NeedShown:
    """One line of the list of needs."""

    name: Translated
    target: str
    why: Translated | None
    is_enough: bool
    #: The day somebody looked at it last, where that is long ago.
    looked_at_on: str


@dataclass(frozen=True)
class NeedsShown:
    """All lines of one urgency."""

    priority: Priority
    name: str
    tone: str
    rows: Sequence[NeedShown]


@dataclass(frozen=True)
class DropRow:
    """One round in a list."""

    drop: Drop
    state: str
    tone: str
    days: str


def drop_page(drop: Drop, *, now: datetime) -> dict[str, Any]:
    """Everything that the page of a round shows, the parts of the other sides of aid too."""
    values: dict[str, Any] = {
        "drop": drop,
        "row": drop_row(drop),
        "sentence": sentence(drop),
        "leaves_in": leaves_in(drop),
        "needs": needs_shown(drop, now=now),
        "refuses_medicines": any(
            need.item.category is ItemCategory.MEDICINE for need in need_reads.list_needs(drop.id)
        ),
        "takes_things": drop.state in TAKES_THINGS,
        "takes_points": takes_points(drop.state),
        "is_running": drop.state in RUNNING,
        "tells_of_needs": drop.state not in NEEDS_ARE_OVER,
        "events": events_shown(drop, now=now),
        "appeal": appeal_shown(drop, now=now),
        "dialled": dialled(drop.phone or ""),
        "share_url": absolute_url("drops.show", slug=drop.slug),
    }
    for block in BLOCKS:
        values |= block(drop, now)
    return values


def drop_row(drop: Drop) -> DropRow:
    """A round in a line: its state and its days."""
    return DropRow(
        drop,
        str(DROP_STATE_NAMES[drop.state]),
        DROP_STATE_TONES[drop.state],
        days_of(drop.opens_on, drop.closes_on),
    )


def days_of(first: date | None, last: date | None) -> str:
    """The days from the first to the last, in words."""
    if first is None or last is None:
        return ""
    if first == last:
        return day(first)
    return str(_("%(first)s to %(last)s", first=day(first), last=day(last)))


def sentence(drop: Drop) -> str:
    """What a round asks of people now."""
    words: dict[DropState, str] = {
        DropState.ANNOUNCED: _("It opens on %(day)s. Until then we look for collection points."),
        DropState.OPEN: _("Bring things until %(last)s."),
        DropState.PAUSED: _("It rests for a while. Please bring nothing just now."),
        DropState.CLOSING: _("These are the last days. Bring things until %(last)s."),
        DropState.COLLECTING: _("Vans fetch everything now. Please bring nothing more."),
        DropState.DEPARTED: _("Everything is on its way. Please bring nothing more."),
        DropState.DELIVERED: _("It has arrived. We tell soon what became of it."),
        DropState.CANCELLED: _("This round is called off. Please bring nothing."),
    }
    text = words.get(drop.state, "")
    return text % {"day": day(drop.opens_on), "last": day(drop.closes_on)} if text else ""


def leaves_in(drop: Drop) -> str:
    """The month in which a round leaves; the day is nobody's business."""
    is_coming = drop.state in RUNNING
    if drop.depart_on is None or not is_coming:
        return ""
    return format_date(drop.depart_on, "LLLL yyyy", locale=current_locale())


def needs_shown(drop: Drop, *, now: datetime) -> list[NeedsShown]:
    """The list of needs, the urgent first; whatever a group retired still stands where it is."""
    found: dict[Priority, list[NeedShown]] = {}
    known = {(each.item_id, each.unit): each.known for each in progress_of(drop).items}
    for need in need_reads.list_by_urgency(drop.id):
        come = known.get((need.item_id, need.item.unit), 0)
        found.setdefault(need.priority, []).append(_need_shown(need, drop, now, come=come))
    return [
        NeedsShown(each, str(PRIORITY_NAMES[each]), PRIORITY_TONES[each], found[each])
        for each in Priority
        if each in found
    ]


def _need_shown(need: DropNeed, drop: Drop, now: datetime, *, come: int) -> NeedShown:
    is_old = drop.state in RUNNING and need_rules.is_stale(
        need.priority, need.checked_at, need.fulfilled_at, now
    )
    return NeedShown(
        name=need.item.name,
        target=_target(need, come),
        why=need.why,
        is_enough=need.fulfilled_at is not None,
        looked_at_on=day(need.checked_at) if is_old else "",
    )


def _target(need: DropNeed, come: int) -> str:
    """How many are wanted, and how many of them have come as far as things were sorted."""
    if need.target_qty is None:
        return ""
    wanted = amount(need.target_qty, need.item.unit)
    if come <= 0:
        return str(_("%(wanted)s wanted", wanted=wanted))
    known = amount(come, need.item.unit)
    return str(_("%(known)s of %(wanted)s have come", known=known, wanted=wanted))


def events_shown(drop: Drop, *, now: datetime) -> list[Any]:
    """The public events of a round that are not over."""
    coming = [each for each in reads.list_public_events(drop.id) if each.ends_at > now]
    return event_rows([Listed(each, None) for each in coming], now=now)


def appeal_shown(drop: Drop, *, now: datetime) -> dict[str, Any] | None:
    """The money that is asked for beside the things, where anybody may see that."""
    appeal = drop.appeal
    if appeal is None or drop.state in _OVER or appeal.published_at is None:
        return None
    stage = appeal.stage(now)
    if stage is AppealStage.UPCOMING:
        return None
    is_partner = appeal.fund.kind is FundKind.PARTNER
    return {
        "appeal": appeal,
        "is_partner": is_partner,
        "takes_gifts": stage is AppealStage.OPEN and not is_partner,
        "takes_cards": takes_cards(appeal),
    }


def home_values(drop: Drop, *, now: datetime) -> dict[str, Any]:
    """What other pages say of a round: its days, and what is needed most."""
    wanted = [each for each in needs_shown(drop, now=now) if each.priority in need_rules.WANTED]
    names = [each.name for group in wanted for each in group.rows if not each.is_enough]
    return {
        "drop": drop,
        "row": drop_row(drop),
        "sentence": sentence(drop),
        "most_needed": names[:_NAMED],
    }
