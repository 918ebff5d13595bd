"""The desk's first page of aid in plain values: what waits, what fills up, what needs an editor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.aid.models.pickups import PickupRequest
from app.aid.queries import overview as reads
from app.aid.queries import point_lists
from app.aid.queries.brought import BroughtFilter, list_brought
from app.aid.queries.progress import progress_of
from app.aid.render.desk_lists import amounts, brought_rows, name_of
from app.aid.render.overview_editor import for_an_editor
from app.aid.render.overview_parts import SHOWN, Entry, Part, Sight, point_page
from app.aid.render.progress import STAGE_NAMES
from app.aid.render.words import POINT_STATE_NAMES, POINT_STATE_TONES
from app.aid.rules.points import is_late
from app.aid.rules.progress import Progress, Stage
from app.aid.rules.quantities import worth_boxes
from app.aid.rules.words import PointState
from app.lib.clock import day_in
from app.settings import settings
from app.web.filters import day as day_text

_LAST_BROUGHT: Final = 8
_A_WEEK: Final = timedelta(days=7)
_STAGES: Final = (Stage.AT_POINTS, Stage.IN_STORE, Stage.ON_THE_WAY, Stage.DELIVERED)


@dataclass(frozen=True)
class StateCount:
    """How many points are in one state."""

    name: str
    tone: str
    count: int
    href: str


def page(sight: Sight) -> dict[str, Any]:
    """Everything that the page shows."""
    brought = list_brought(
        BroughtFilter(drop_ids=sight.drop_ids, people_of=sight.people_of),
        None,
        size=_LAST_BROUGHT,
    )
    return {
        "parts": [
            _applications(sight),
            _reported(sight),
            _filling(sight),
            _pickups(sight),
            _workplaces(sight),
            for_an_editor(sight),
        ],
        "states": states(sight),
        "last": brought_rows(brought.rows, sight.people_of),
        "all_brought": url_for("drop_offs_desk.index", **sight.address),
        "sums": _sums(sight),
    }


def states(sight: Sight) -> list[StateCount]:
    """How many points are in each state, in the order of a point's life."""
    counts = point_lists.count_by_state(sight.drop_ids)
    return [
        StateCount(
            name=str(POINT_STATE_NAMES[state]),
            tone=POINT_STATE_TONES[state],
            count=counts[state],
            href=sight.points(state=state.value),
        )
        for state in PointState
        if state in counts
    ]


def _sums(sight: Sight) -> list[tuple[str, int]]:
    """What came in within the last days, and where everything is now, in boxes."""
    week = reads.brought_since(sight.drop_ids, sight.now - _A_WEEK)
    day = reads.brought_since(sight.drop_ids, sight.now - timedelta(days=1))
    found = [progress_of(drop) for drop in sight.shown]
    return [
        (_("Boxes brought in 24 hours"), worth_boxes(day.bags, day.boxes)),
        (_("Boxes brought in 7 days"), worth_boxes(week.bags, week.boxes)),
        *((str(STAGE_NAMES[each]), sum(_worth(one, each) for one in found)) for each in _STAGES),
    ]


def _worth(progress: Progress, stage: Stage) -> int:
    amounts = progress.stages.get(stage)
    return amounts.worth if amounts else 0


# --- the lists ------------------------------------------------------------------------------------


def _applications(sight: Sight) -> Part:
    hosts, count = reads.applications(sight.drop_ids, limit=SHOWN)
    entries = [
        Entry(
            text=sight.name(host.point),
            href=point_page(host.point),
            hint=_age(host.confirmed_at or host.applied_at, sight.now),
            tone="bad" if is_late(host.confirmed_at or host.applied_at, sight.now) else "wait",
        )
        for host in hosts
    ]
    return Part(
        key="applications",
        title=_("Offered points that wait for a decision"),
        entries=entries,
        count=count,
        more=sight.points(state="waiting", sort="oldest"),
        empty=_("Nobody waits for an answer."),
    )


def _reported(sight: Sight) -> Part:
    found = reads.reported(sight.drop_ids, limit=SHOWN)
    entries = [
        Entry(
            text=sight.name(each.point),
            href=point_page(each.point),
            hint=ngettext("%(num)s report", "%(num)s reports", each.count),
            tone="bad" if each.point.state is PointState.DISPUTED else "wait",
        )
        for each in found
    ]
    return Part(
        key="reported",
        title=_("Points of which somebody said that something is wrong"),
        entries=entries,
        count=len(entries),
        more=None,
        empty=_("No reports."),
    )


def _filling(sight: Sight) -> Part:
    points = point_lists.list_filling(sight.drop_ids, limit=SHOWN)
    entries = [
        Entry(
            text=sight.name(point),
            href=point_page(point),
            hint=_("full") if point.state is PointState.FULL else _("nearly full"),
            tone="bad" if point.state is PointState.FULL else "wait",
        )
        for point in points
    ]
    return Part(
        key="filling",
        title=_("Full or nearly full"),
        entries=entries,
        count=len(entries),
        more=sight.points(fill="filling"),
        empty=_("There is room everywhere."),
    )


def _pickups(sight: Sight) -> Part:
    requests, count = reads.pickups(sight.drop_ids, limit=SHOWN)
    entries = [
        Entry(
            text=_name_of_request(each, sight),
            href=url_for("pickups_desk.index"),
            hint=str(_(", ")).join(
                filter(None, (amounts(each.bags, each.boxes, 0), _age(each.asked_at, sight.now)))
            ),
            tone="wait",
        )
        for each in requests
    ]
    return Part(
        key="pickups",
        title=_("Waits to be fetched"),
        entries=entries,
        count=count,
        more=url_for("pickups_desk.index"),
        empty=_("Nothing waits to be fetched."),
    )


def _name_of_request(request: PickupRequest, sight: Sight) -> str:
    place = request.point or request.workplace
    return name_of(place, sight.people_of) if place else ""


def _workplaces(sight: Sight) -> Part:
    until = day_in(settings().timezone, sight.now + _A_WEEK)
    found = reads.workplaces_ending(sight.drop_ids, until=until, limit=SHOWN)
    entries = [
        Entry(
            text=name_of(each, sight.people_of),
            href=url_for("workplaces_desk.show", public_id=each.public_id),
            hint=_("until %(day)s", day=day_text(each.until_on)),
            tone="bad" if each.until_on < day_in(each.drop.zone, sight.now) else "wait",
        )
        for each in found
    ]
    return Part(
        key="workplaces",
        title=_("Collections at work that end this week"),
        entries=entries,
        count=len(entries),
        more=url_for("workplaces_desk.index"),
        empty=_("None ends this week."),
    )


def _age(since: datetime, now: datetime) -> str:
    hours = max(0, int((now - since).total_seconds() // 3600))
    if hours < 1:
        return str(_("less than an hour"))
    if hours < 48:
        return str(ngettext("%(num)s hour", "%(num)s hours", hours))
    return str(ngettext("%(num)s day", "%(num)s days", hours // 24))
