"""The desk's first page of aid in plain values: what waits, what fills up, what needs an editor."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.aid.models.drops import Drop
from app.aid.models.pickups import PickupRequest
from app.aid.models.points import CollectionPoint
from app.aid.queries import overview as reads
from app.aid.queries import point_lists
from app.aid.queries.brought import BroughtFilter, list_brought
from app.aid.render.desk_lists import amounts, brought_rows, name_of
from app.aid.render.words import POINT_STATE_NAMES, POINT_STATE_TONES
from app.aid.rules.points import is_late
from app.aid.rules.quantities import worth_boxes
from app.aid.rules.words import PointState
from app.lib.clock import day_in
from app.settings import settings
from app.web.filters import day as day_text
from app.web.filters import plain

#: So many of each are shown; the rest is behind a link.
SHOWN: Final = 6
_LAST_BROUGHT: Final = 8
_A_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True)
class Entry:
    """One thing in a list of the page."""

    text: str
    href: str
    #: Since when, or until when, or how many.
    hint: str = ""
    tone: str = "neutral"


@dataclass(frozen=True)
class Part:
    """One list of the page: its first entries, and where the whole of it is."""

    key: str
    title: str
    entries: Sequence[Entry]
    count: int
    more: str | None
    #: What is said where there is nothing.
    empty: str = ""


@dataclass(frozen=True)
class StateCount:
    """How many points are in one state."""

    name: str
    tone: str
    count: int
    href: str


@dataclass(frozen=True)
class Sight:
    """Whose page it is: the rounds, the groups whose people she may see, and the moment."""

    drops: Sequence[Drop]
    chosen: Drop | None
    people_of: Collection[int]
    now: datetime

    @property
    def drop_ids(self) -> list[int]:
        """The rounds that are looked at."""
        return [each.id for each in ([self.chosen] if self.chosen else self.drops)]

    def name(self, point: CollectionPoint) -> str:
        """What a point is called for her."""
        return name_of(point, self.people_of)

    def points(self, **values: str) -> str:
        """The list of points, narrowed."""
        drop = {"drop": self.chosen.public_id} if self.chosen else {}
        return url_for("point_list_desk.index", **drop, **values)


def page(sight: Sight) -> dict[str, Any]:
    """Everything that the page shows."""
    brought = list_brought(
        BroughtFilter(drop_ids=sight.drop_ids, people_of=sight.people_of),
        None,
        size=_LAST_BROUGHT,
    )
    drop = {"drop": sight.chosen.public_id} if sight.chosen else {}
    return {
        "parts": [
            _applications(sight),
            _reported(sight),
            _filling(sight),
            _pickups(sight),
            _workplaces(sight),
            _for_an_editor(sight),
        ],
        "states": states(sight),
        "last": brought_rows(brought.rows, sight.people_of),
        "all_brought": url_for("drop_offs_desk.index", **drop),
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
    """What was brought in the last week and in the last day, in boxes."""
    week = reads.brought_since(sight.drop_ids, sight.now - _A_WEEK)
    day = reads.brought_since(sight.drop_ids, sight.now - timedelta(days=1))
    return [
        (_("Boxes brought in 7 days"), worth_boxes(week.bags, week.boxes)),
        (_("Boxes brought in 24 hours"), worth_boxes(day.bags, day.boxes)),
    ]


# --- the lists ------------------------------------------------------------------------------------


def _applications(sight: Sight) -> Part:
    hosts, count = reads.applications(sight.drop_ids, limit=SHOWN)
    entries = [
        Entry(
            text=sight.name(host.point),
            href=_point(host.point),
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
            href=_point(each.point),
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
            href=_point(point),
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
            hint=", ".join(
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


# --- what needs an editor -------------------------------------------------------------------------


def _for_an_editor(sight: Sight) -> Part:
    entries = [*_missing_texts(sight), *_stale_needs(sight), *_unconfirmed(sight)]
    return Part(
        key="editor",
        title=_("Needs somebody who writes"),
        entries=entries,
        count=len(entries),
        more=None,
        empty=_("Everything is written and looked over."),
    )


def _missing_texts(sight: Sight) -> list[Entry]:
    found = []
    for drop in _shown_drops(sight):
        texts = (drop.title, drop.summary, drop.body, drop.how_to_pack, drop.destination)
        is_missing = any(
            text is not None and not text.has(locale)
            for text in texts
            for locale in settings().locales
        )
        if is_missing:
            href = url_for("drops_desk.show", public_id=drop.public_id)
            found.append(
                Entry(plain(drop.title), href, _("not all of it in both languages"), "wait")
            )
    return found


def _stale_needs(sight: Sight) -> list[Entry]:
    counts: dict[int, int] = {}
    for need in reads.stale_needs(sight.drop_ids, now=sight.now):
        counts[need.drop_id] = counts.get(need.drop_id, 0) + 1
    return [
        Entry(
            text=plain(drop.title),
            href=url_for("drops_desk.show", public_id=drop.public_id),
            hint=ngettext(
                "%(num)s line of its list has not been looked at for long",
                "%(num)s lines of its list have not been looked at for long",
                counts[drop.id],
            ),
            tone="wait",
        )
        for drop in _shown_drops(sight)
        if drop.id in counts
    ]


def _unconfirmed(sight: Sight) -> list[Entry]:
    points, _count = reads.unconfirmed_points(sight.drop_ids, now=sight.now, limit=SHOWN)
    return [
        Entry(
            text=sight.name(point),
            href=_point(point),
            hint=_("the host has not said whether all is still right"),
            tone="wait",
        )
        for point in points
    ]


def _shown_drops(sight: Sight) -> Sequence[Drop]:
    return [sight.chosen] if sight.chosen else sight.drops


def _point(point: CollectionPoint) -> str:
    return url_for("points_desk.show", public_id=point.public_id)


def _age(since: datetime, now: datetime) -> str:
    hours = max(0, int((now - since).total_seconds() // 3600))
    if hours < 1:
        return str(_("less than an hour"))
    if hours < 48:
        return ngettext("%(num)s hour", "%(num)s hours", hours)
    return ngettext("%(num)s day", "%(num)s days", hours // 24)
