"""Collections at work as organisers see them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import workplaces as reads
from app.aid.render import workplaces as page_render
from app.aid.render.desk_lists import amounts, name_of
from app.aid.render.drops import days_of
from app.aid.render.words import PLEDGE_NAMES, WORKPLACE_STATE_NAMES, WORKPLACE_STATE_TONES
from app.aid.rules import workplaces as rules
from app.aid.rules.words import PledgeState, WorkplaceState

_PLEDGE_TONES = {
    PledgeState.NONE: "neutral",
    PledgeState.ASKED: "wait",
    PledgeState.ACCEPTED: "good",
    PledgeState.DECLINED: "bad",
}


@dataclass(frozen=True)
class WorkplaceRow:
    """One in the list."""

    workplace: WorkplaceCollection
    name: str
    state: tuple[str, str]
    pledge: tuple[str, str]
    point: str
    days: str
    boxes: str


def rows(found: Sequence[WorkplaceCollection], people_of: Collection[int]) -> list[WorkplaceRow]:
    """The list; names for those alone who may see them."""
    return [_row(each, people_of) for each in found]


def _row(workplace: WorkplaceCollection, people_of: Collection[int]) -> WorkplaceRow:
    counted = workplace.counted_boxes
    return WorkplaceRow(
        workplace=workplace,
        name=name_of(workplace, people_of),
        state=_state(workplace),
        pledge=_pledge(workplace),
        point=name_of(workplace.point, people_of) if workplace.point else "",
        days=days_of(workplace.from_on, workplace.until_on),
        boxes=amounts(0, workplace.promised_boxes if counted is None else counted, 0),
    )


def _state(workplace: WorkplaceCollection) -> tuple[str, str]:
    state = workplace.state
    return (str(WORKPLACE_STATE_NAMES[state]), WORKPLACE_STATE_TONES[state])


def _pledge(workplace: WorkplaceCollection) -> tuple[str, str]:
    return (str(PLEDGE_NAMES[workplace.pledge]), _PLEDGE_TONES[workplace.pledge])


def page(
    workplace: WorkplaceCollection, people_of: Collection[int], *, now: datetime
) -> dict[str, Any]:
    """What the page of one shows."""
    is_live = workplace.state in rules.LIVE
    has_pledge = workplace.pledge in {PledgeState.ASKED, PledgeState.ACCEPTED}
    return {
        "workplace": workplace,
        "drop": workplace.drop,
        "state": _state(workplace),
        "pledge": _pledge(workplace),
        "point_name": name_of(workplace.point, people_of) if workplace.point else "",
        "step_title": page_render.STEP_WORDS[page_render.step_of(workplace, now=now)][0],
        "days": days_of(workplace.from_on, workplace.until_on),
        "promised": amounts(0, workplace.promised_boxes, 0),
        "brought": amounts(0, workplace.counted_boxes or 0, 0),
        "counted": page_render.counted_so_far(workplace),
        "is_live": is_live,
        "may_answer": is_live and workplace.pledge is PledgeState.ASKED,
        "may_refuse": is_live and has_pledge,
        "may_bring": is_live and has_pledge,
        "may_take_back": workplace.state is WorkplaceState.HANDED_OVER
        and reads.find_hand_over(workplace) is not None,
        "may_confirm": workplace.state is WorkplaceState.HANDED_OVER
        and workplace.received_at is None,
        "may_thank": workplace.state is WorkplaceState.HANDED_OVER,
        "may_come_back": workplace.state is WorkplaceState.WITHDRAWN
        and workplace.confirmed_at is not None,
        "may_withdraw": rules.may_become(workplace.state, WorkplaceState.WITHDRAWN),
    }
