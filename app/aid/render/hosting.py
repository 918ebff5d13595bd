"""A host's own page: who comes, what was brought, how full it is, what can be done now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.aid.models.points import BringRequest, CollectionPoint, PointHelper, PointHost
from app.aid.models.stock import DropOff
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import bringing as bring_reads
from app.aid.queries import hosting as reads
from app.aid.queries import pickups as pickup_reads
from app.aid.queries import stock as stock_reads
from app.aid.queries import workplaces as workplace_reads
from app.aid.queries.hours import hours_of
from app.aid.render.desk_lists import amounts, what_of
from app.aid.render.hours import clock_words, open_shown
from app.aid.render.places import desk_name, whole_place
from app.aid.render.stock import amount, thing
from app.aid.render.words import FILL_NAMES
from app.aid.rules import hosting as rules
from app.aid.rules.places import is_hidden
from app.aid.rules.points import is_unconfirmed
from app.aid.rules.quantities import in_boxes
from app.aid.rules.words import (
    RUN_STATES,
    BringState,
    DropState,
    Fill,
    MessageSide,
    MoveKind,
    PledgeState,
    RunState,
    Visibility,
    WorkplaceState,
)
from app.lib.clock import day_in, start_of_day
from app.web.filters import day


@dataclass(frozen=True)
class BringerRow:
    """Somebody who wants to bring something: a first name, what, and when; nothing else."""

    key: str
    name: str
    what: str
    when: str
    is_accepted: bool
    #: She wrote last.
    has_news: bool


@dataclass(frozen=True)
class DropOffRow:
    """What was brought."""

    key: str
    day: date
    hour: str
    amounts: str
    what: str
    is_by_helper: bool
    is_by_organiser: bool
    is_void: bool
    #: Its host can put it right by herself.
    may_correct: bool


@dataclass(frozen=True)
class PledgeRow:
    """A collection at work that is to come to this point."""

    key: str
    name: str
    boxes: str
    when: str
    is_accepted: bool
    #: Its steward says that it is there; the host has not.
    is_brought: bool = False

    @property
    def is_expected(self) -> bool:
        """Whether it is still to come, and its host said yes."""
        return self.is_accepted and not self.is_brought


@dataclass(frozen=True)
class VanShown:
    """What a van is asked to fetch, and when it comes: the day and from when to when, no more."""

    amounts: str
    note: str
    day: date | None
    window: str


def page(host: PointHost, *, now: datetime) -> dict[str, Any]:
    """What stands on a host's page."""
    point = host.point
    bags, boxes = held(point)
    today = day_in(point.zone, now)
    news = reads.last_senders(point.id)
    return {
        **frame(host),
        "is_running": point.state in RUN_STATES,
        "may_log": rules.may_log(point.state, point.drop.state),
        "may_edit": point.state in rules.EDIT_STATES,
        "is_over": point.drop.state in rules.OVER_DROPS,
        "is_told": point.drop.state in {DropState.REPORTED, DropState.ARCHIVED},
        "opening": open_shown(hours_of(point), now),
        "is_shut_today": point.shut_on == today,
        "asks_if_right": asks_if_right(point, now),
        "waiting": bringers(point, BringState.ASKED, news),
        "expected": bringers(point, BringState.ACCEPTED, news),
        "pledges": pledges(point),
        "has_news": news.get(None) is MessageSide.ORGANISER,
        "brought_today": brought(point, since=start_of_day(point.zone, today)),
        "lies": lies(point),
        "lies_in_all": amounts(bags, boxes, 0),
        "room": room(point, in_boxes(bags, boxes)),
        "fills": [(each, FILL_NAMES[each]) for each in Fill],
        "van": van(point),
        "disclosed_count": len(bring_reads.list_disclosures(point.id)),
    }


def frame(host: PointHost) -> dict[str, Any]:
    """What every page of a host knows."""
    point = host.point
    return {
        "host": host,
        "point": point,
        "drop": point.drop,
        "name": host_name(point),
        "place": whole_place(point),
        "is_hidden": is_hidden(point.visibility),
        "is_private": point.visibility is Visibility.PRIVATE,
    }


def host_name(point: CollectionPoint) -> str:
    """What a host calls her own point: its name, or what kind of place it is and where."""
    spot_name = point.place.spot.name if point.place is not None else ""
    return spot_name or desk_name(point)


def asks_if_right(point: CollectionPoint, now: datetime) -> bool:
    """Whether a host was asked if all is still right, and has not answered."""
    asked, right = point.asked_again_at, point.confirmed_right_at
    if point.state not in RUN_STATES or asked is None:
        return False
    return right is None or right < asked or is_unconfirmed(asked, right, now)


# --- who comes ------------------------------------------------------------------------------------


def bringers(
    point: CollectionPoint, state: BringState, news: dict[int | None, MessageSide]
) -> list[BringerRow]:
    """Those who want to come, or may, by the day; workplaces stand in a list of their own."""
    pledged = workplace_reads.list_of_point(point.id)
    visits = {visit.id for each in pledged if (visit := workplace_reads.visit_of(each)) is not None}
    found = bring_reads.list_of_point(point.id, (state,))
    return [bringer(each, news) for each in found if each.id not in visits]


def bringer(request: BringRequest, news: dict[int | None, MessageSide]) -> BringerRow:
    """Somebody who wants to bring something."""
    return BringerRow(
        key=request.public_id,
        name=request.name or "",
        what=request.what or "",
        when=when(request),
        is_accepted=request.state is BringState.ACCEPTED,
        has_news=news.get(request.id) is MessageSide.BRINGER,
    )


def when(request: BringRequest) -> str:
    """On which day, and at about what time."""
    words = day(request.brings_on, "full")
    if request.brings_at is None:
        return words
    return str(_("%(day)s at %(time)s", day=words, time=clock_words(request.brings_at)))


def pledges(point: CollectionPoint) -> list[PledgeRow]:
    """The collections at work that are to come here, those that wait for an answer first."""
    return [pledge_row(each) for each in workplace_reads.list_of_point(point.id)]


def pledge_row(workplace: WorkplaceCollection) -> PledgeRow:
    """A collection at work, as the host of its point sees it."""
    return PledgeRow(
        key=workplace.public_id,
        name=workplace.organisation or str(_("A workplace")),
        boxes=amounts(0, workplace.promised_boxes, 0),
        when=day(workplace.bring_on or workplace.until_on, "full"),
        is_accepted=workplace.pledge is PledgeState.ACCEPTED,
        is_brought=workplace.state is WorkplaceState.HANDED_OVER,
    )


def pledge_words(workplace: WorkplaceCollection) -> str:
    """What comes from a workplace, among all that people bring."""
    return str(_("Boxes from a workplace: %(number)s", number=workplace.promised_boxes))


# --- what lies there ------------------------------------------------------------------------------


def brought(point: CollectionPoint, *, since: datetime | None = None) -> list[DropOffRow]:
    """What was brought to a point, the newest first."""
    found = reads.list_drop_offs(point.id, since=since)
    return [drop_off_row(each, point) for each in found]


def brought_by_helper(helper: PointHelper, now: datetime) -> list[DropOffRow]:
    """What a helper wrote down today; nothing of others."""
    point = helper.point
    today = start_of_day(point.zone, day_in(point.zone, now))
    found = reads.list_drop_offs(point.id, since=today)
    mine = f"helper:{helper.public_id}"
    return [drop_off_row(each, point) for each in found if each.entered_by == mine]


def drop_off_row(drop_off: DropOff, point: CollectionPoint) -> DropOffRow:
    """What was brought, as a list shows it."""
    local = drop_off.received_at.astimezone(ZoneInfo(point.zone))
    who = drop_off.entered_by.partition(":")[0]
    return DropOffRow(
        key=drop_off.public_id,
        day=local.date(),
        hour=clock_words(local.time()),
        amounts=amounts(drop_off.bags, drop_off.boxes, drop_off.grams),
        what=what_of(drop_off),
        is_by_helper=who == "helper",
        is_by_organiser=who == "account",
        is_void=drop_off.void_id is not None,
        may_correct=may_correct(drop_off),
    )


def may_correct(drop_off: DropOff) -> bool:
    """Whether a host can put an entry right; what a workplace handed over, organisers do."""
    return drop_off.void_id is None and drop_off.move.kind is MoveKind.DROP_OFF


def held(point: CollectionPoint) -> tuple[int, int]:
    """How many bags and boxes lie at a point."""
    location = reads.find_location(point.id)
    if location is None:
        return (0, 0)
    return stock_reads.bags_and_boxes(location.id, point.drop_id)


def lies(point: CollectionPoint) -> list[tuple[str, str]]:
    """(what, how much) of all that lies at a point."""
    location = reads.find_location(point.id)
    if location is None:
        return []
    found: dict[str, list[str]] = {}
    for row in stock_reads.balances_at(location, point.drop):
        found.setdefault(thing(row.item), []).append(amount(row.qty, row.unit))
    boxes = stock_reads.list_boxes_at(location, point.drop)
    if boxes:
        found[str(_("Boxes with a label"))] = [amounts(0, len(boxes), 0)]
    comma = str(_(", "))
    return [(name, comma.join(parts)) for name, parts in found.items()]


def room(point: CollectionPoint, boxes: int) -> str:
    """How much of the room is taken; empty where nobody said how much there is."""
    if point.max_boxes is None:
        return ""
    return str(_("About %(boxes)d of %(most)d boxes", boxes=boxes, most=point.max_boxes))


def van(point: CollectionPoint) -> VanShown | None:
    """What a van is asked to fetch; when it comes only once its driver has the sheet."""
    request = pickup_reads.find_waiting(point_id=point.id)
    if request is None:
        return None
    run = pickup_reads.runs_of([request.id]).get(request.id)
    shown = VanShown(amounts(request.bags, request.boxes, 0), request.note, None, "")
    if run is None or run.state not in {RunState.SENT, RunState.RUNNING}:
        return shown
    stop = next((each for each in run.stops if each.request_id == request.id), None)
    arrives = stop.arrives_local if stop is not None else None
    times = rules.van_window(arrives) if arrives is not None else ""
    return VanShown(shown.amounts, shown.note, run.starts_local.date(), times)
