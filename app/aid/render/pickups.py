"""Vans' days as the desk and the drivers' paper show them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.aid.models.pickups import PickupRequest, PickupRun, PickupStop
from app.aid.models.points import CollectionPoint
from app.aid.queries import pickups as reads
from app.aid.render.desk_lists import amounts, entered_by, name_of
from app.aid.render.places import whole_place
from app.aid.render.words import OUTCOME_NAMES, PICKUP_STATE_NAMES
from app.aid.rules.route import Fault, Visit, WhyNot, Window
from app.aid.rules.route_check import Broken
from app.aid.rules.words import PickupState, RunState, StopOutcome
from app.events.render.events import long_day
from app.lib.clock import day_in
from app.web.qr import qr_svg

RUN_STATE_NAMES: Final = {
    RunState.DRAFT: _l("Draft"),
    RunState.PLANNED: _l("Planned"),
    RunState.SENT: _l("Sheet is with the driver"),
    RunState.RUNNING: _l("Under way"),
    RunState.FINISHED: _l("Finished"),
    RunState.CANCELLED: _l("Called off"),
}
RUN_STATE_TONES: Final = {
    RunState.DRAFT: "wait",
    RunState.PLANNED: "info",
    RunState.SENT: "info",
    RunState.RUNNING: "good",
    RunState.FINISHED: "good",
    RunState.CANCELLED: "neutral",
}
OUTCOME_TONES: Final = {
    StopOutcome.PENDING: "neutral",
    StopOutcome.COLLECTED: "good",
    StopOutcome.PARTIAL: "wait",
    StopOutcome.CLOSED_NO_ACCESS: "bad",
    StopOutcome.NOTHING_THERE: "neutral",
    StopOutcome.SKIPPED: "wait",
}
WHY_NAMES: Final = {
    WhyNot.NO_POSITION: _l("Nobody knows where it is: give it a postcode"),
    WhyNot.TOO_BIG: _l("More than the vehicle holds"),
    WhyNot.CLOSED: _l("Shut during the shift"),
    WhyNot.TOO_FAR: _l("Too far for the shift"),
    WhyNot.VAN_FULL: _l("The vehicle is full"),
    WhyNot.NO_TIME: _l("No time left in the shift"),
    WhyNot.LEFT_OUT: _l("Taken out by hand"),
}
FAULT_NAMES: Final = {
    Fault.UNKNOWN: _l("It is no longer asked for"),
    Fault.TWICE: _l("It stands here twice"),
    Fault.MISSING: _l("It is missing in this plan"),
    Fault.NO_POSITION: _l("Nobody knows where it is: give it a postcode"),
    Fault.BEFORE_SHIFT: _l("It begins before the shift"),
    Fault.AFTER_SHIFT: _l("It ends after the shift"),
    Fault.TOO_FAST: _l("The time does not do for the way there"),
    Fault.TOO_SHORT: _l("The time does not do for loading"),
    Fault.CLOSED: _l("Shut at that time"),
    Fault.TOO_MANY_BOXES: _l("More boxes than the vehicle holds"),
    Fault.TOO_HEAVY: _l("Heavier than the vehicle may carry"),
    Fault.WRONG_LOAD: _l("The load is counted wrongly"),
}
#: What a driver writes on her sheet; figures read the same in every language.
CODES: Final = {
    StopOutcome.COLLECTED: 1,
    StopOutcome.PARTIAL: 2,
    StopOutcome.CLOSED_NO_ACCESS: 3,
    StopOutcome.NOTHING_THERE: 4,
    StopOutcome.SKIPPED: 5,
}
_WHOLE_DAY: Final = 24 * 60

Wall = Callable[[int], datetime]


@dataclass(frozen=True)
class Asked:
    """Something that waits to be fetched, as a list shows it."""

    request: PickupRequest
    name: str
    amounts: str
    by: str
    #: The desk page of the point; none for a workplace.
    point_key: str | None
    #: What the driver is told; it may name a door, so only those who may see people read it.
    note: str


@dataclass(frozen=True)
class StopShown:
    """A stop as its run's page shows it."""

    stop: PickupStop
    asked: Asked
    times: str
    #: When its door is open that day.
    opening: str
    ring_first: bool
    #: Boxes in the vehicle when it leaves.
    load: int
    #: What is wrong with it, or why it is not in the order.
    problems: tuple[str, ...]
    outcome: str
    tone: str


@dataclass(frozen=True)
class Sheet:
    """A stop as the driver's paper shows it."""

    shown: StopShown
    address: tuple[str, ...]
    host: str
    phone: str
    van_note: str
    access_note: str


def run_title(run: PickupRun) -> str:
    """Which day of which vehicle."""
    day = long_day(run.starts_local.date())
    return str(_("%(vehicle)s on %(day)s", vehicle=run.vehicle.name, day=day))


def hours(starts: datetime, ends: datetime) -> str:
    """From when to when."""
    return f"{starts:%H:%M}–{ends:%H:%M}"


def asked_rows(requests: Iterable[PickupRequest], people_of: Collection[int]) -> list[Asked]:
    """What waits, one row each."""
    return [asked_row(each, people_of) for each in requests]


def asked_row(request: PickupRequest, people_of: Collection[int]) -> Asked:
    """One thing that waits; a private place by its code to those who may not see people."""
    place = request.point or request.workplace
    return Asked(
        request=request,
        name=name_of(place, people_of) if place else "",
        amounts=amounts(request.bags, request.boxes, 0),
        by=entered_by(request.asked_by),
        point_key=request.point.public_id if request.point else None,
        note=request.note if request.drop.group_id in people_of else "",
    )


def days_waiting(request: PickupRequest, now: datetime) -> int:
    """For how many days somebody has asked."""
    zone = request.drop.zone
    return (day_in(zone, now) - day_in(zone, request.asked_at)).days


def stops_shown(
    run: PickupRun,
    visits: Mapping[str, Visit],
    ring_first: Collection[str],
    found: Sequence[Broken],
    *,
    wall: Wall,
    people_of: Collection[int],
) -> tuple[list[StopShown], list[StopShown]]:
    """The stops in their order, and those that are not in it, with what is wrong and why."""
    loads = {call["key"]: call["boxes"] for call in _calls(run)}
    shown = [
        StopShown(
            stop=stop,
            asked=asked_row(stop.request, people_of),
            times=_times(stop),
            opening=_opening(visits.get(stop.request.public_id), wall),
            ring_first=stop.request.public_id in ring_first,
            load=loads.get(stop.request.public_id, 0),
            problems=_problems(stop, found),
            outcome=str(OUTCOME_NAMES[stop.outcome]),
            tone=OUTCOME_TONES[stop.outcome],
        )
        for stop in sorted(run.stops, key=lambda each: each.position or 0)
    ]
    inside = [each for each in shown if each.stop.position is not None]
    return inside, [each for each in shown if each.stop.position is None]


def _calls(run: PickupRun) -> list[dict[str, Any]]:
    plan: Mapping[str, Any] = run.plan or {}
    return list(plan.get("calls", ()))


def _times(stop: PickupStop) -> str:
    if stop.arrives_local is None or stop.leaves_local is None:
        return ""
    return hours(stop.arrives_local, stop.leaves_local)


def _opening(visit: Visit | None, wall: Wall) -> str:
    """The hours of a door on that day; nothing where they are not known or it stays shut."""
    if visit is None:
        return ""
    today = [w for w in visit.windows if w.closes > 0 and w.opens < _WHOLE_DAY]
    return str(_(", ")).join(_hours_of(w, wall) for w in today if w.opens > -_WHOLE_DAY)


def _hours_of(window: Window, wall: Wall) -> str:
    return hours(wall(window.opens), wall(window.closes))


def _problems(stop: PickupStop, found: Sequence[Broken]) -> tuple[str, ...]:
    if stop.position is None:
        return (str(WHY_NAMES[WhyNot(stop.unserved or WhyNot.LEFT_OUT)]),)
    mine = [each.fault for each in found if each.key == stop.request.public_id]
    return tuple(str(FAULT_NAMES[each]) for each in dict.fromkeys(mine))


def whole_faults(found: Sequence[Broken]) -> list[str]:
    """What is wrong with a day as a whole."""
    faults = dict.fromkeys(each.fault for each in found if each.key is None)
    return [str(FAULT_NAMES[each]) for each in faults]


def totals_of(stops: Iterable[PickupStop]) -> str:
    """Bags and boxes that are expected, or were taken where that is known, in words."""
    chosen = [
        (each.request.bags, each.request.boxes)
        if each.outcome is StopOutcome.PENDING
        else (each.bags, each.boxes)
        for each in stops
    ]
    return amounts(sum(bags for bags, _boxes in chosen), sum(boxes for _bags, boxes in chosen), 0)


# --- paper ----------------------------------------------------------------------------------------


def sheets(stops: Sequence[StopShown]) -> list[Sheet]:
    """What the driver has to know of each stop: the door and whom to ring, hidden ones too."""
    return [_sheet(each) for each in stops]


def _sheet(shown: StopShown) -> Sheet:
    request = shown.stop.request
    if request.point is not None:
        return _sheet_of_point(shown, request.point)
    workplace = request.workplace
    return Sheet(
        shown,
        address=(workplace.locality,) if workplace else (),
        host=(workplace.steward or "") if workplace else "",
        phone=(workplace.phone or "") if workplace else "",
        van_note="",
        access_note="",
    )


def _sheet_of_point(shown: StopShown, point: CollectionPoint) -> Sheet:
    return Sheet(
        shown,
        address=whole_place(point).lines,
        host=(point.host.name or "") if point.host else "",
        phone=(point.host.phone or "") if point.host else "",
        van_note=point.van_note or "",
        access_note=point.access_note,
    )


def results_code(address: str) -> Markup:
    """The picture that leads from paper to where results are entered."""
    return qr_svg(address, str(_("QR code of the page for the results")))


# --- a point's page on the desk -------------------------------------------------------------------


def block_for(point: CollectionPoint, people_of: Collection[int]) -> list[dict[str, Any]]:
    """What a point's page on the desk says about having things fetched, the last first."""
    return [
        {
            "asked": asked_row(each, people_of),
            "state": str(PICKUP_STATE_NAMES[each.state]),
            "waits": each.state in {PickupState.OPEN, PickupState.PLANNED},
        }
        for each in reads.list_of_point(point.id, limit=5)
    ]
