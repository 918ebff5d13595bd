"""A steward's own page: how her collection stands, what she does next, where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import pickups as pickup_reads
from app.aid.queries import stock as stock_reads
from app.aid.queries import workplaces as reads
from app.aid.queries.hours import hours_of
from app.aid.queries.workplace_points import NearbyPoint, list_nearest, nearest_for
from app.aid.render.desk_lists import amounts
from app.aid.render.drops import appeal_shown, days_of
from app.aid.render.hours import open_shown
from app.aid.render.places import ShownPlace, place_for, public_name, public_place
from app.aid.render.words import WORKPLACE_STATE_NAMES, WORKPLACE_STATE_TONES
from app.aid.rules import workplaces as rules
from app.aid.rules.places import Shown, is_hidden, is_listed
from app.aid.rules.quantities import worth_boxes
from app.aid.rules.words import DropState, LocationKind, PledgeState, Unit, WorkplaceState
from app.aid.rules.workplaces import Content, Step, Steward
from app.events.render.listing import distance_words
from app.lib.clock import day_in
from app.web.filters import day

#: What a steward does next: a heading and a sentence.
STEP_WORDS: Final = {
    Step.CONFIRM: (_l("One more step"), ""),
    Step.CHOOSE_POINT: (
        _l("Choose where you take it"),
        _l("These collection points are the nearest that take it. Its host says yes or no."),
    ),
    Step.CHOOSE_ANOTHER: (
        _l("Please choose another point"),
        _l("These are the nearest that take the same."),
    ),
    Step.WAIT_FOR_HOST: (
        _l("The host was asked"),
        _l("We write to you as soon as she answers. You can collect already."),
    ),
    Step.PREPARE: (
        _l("All is ready"),
        _l("Print the poster and hang it up before the first day."),
    ),
    Step.COLLECT: (
        _l("Your collection is running"),
        _l("Count now and then what has come, so that everybody sees how it goes."),
    ),
    Step.BRING: (
        _l("Now take it there"),
        _l("Tell us afterwards how much it was."),
    ),
    Step.DONE: (_l("It is there. Thank you!"), ""),
    Step.WITHDRAWN: (
        _l("This collection is called off"),
        _l("If that was a mistake, write to us: we can bring it back."),
    ),
}
DONE_WORDS: Final = {
    "confirm": _l("Thank you. Your collection is signed up."),
    "edited": _l("Saved."),
    "proof": _l("Saved. Your new address counts once you confirmed it by mail."),
    "point": _l("The host is asked."),
    "counted": _l("Written down."),
    "handed_over": _l("Thank you. It is written down at the point."),
    "running": _l("That is taken back."),
    "fetch": _l("We look for a van and tell you."),
    "unfetch": _l("That is taken back."),
    "withdrawn": _l("It is called off."),
}


@dataclass(frozen=True)
class PointChoice:
    """A point that can be chosen."""

    slug: str
    name: str
    where: str
    distance: str
    #: The host is asked before one learns where it is.
    is_hidden: bool


def page(workplace: WorkplaceCollection, *, now: datetime) -> dict[str, Any]:
    """What stands on a steward's page."""
    step = step_of(workplace, now=now)
    title, words = STEP_WORDS[step]
    chooses = step in {Step.CHOOSE_POINT, Step.CHOOSE_ANOTHER}
    is_live = workplace.state in rules.LIVE
    # It has begun, whether or not the worker has come by since.
    state = WorkplaceState.RUNNING if step in {Step.COLLECT, Step.BRING} else workplace.state
    return {
        **frame(workplace),
        "state_name": WORKPLACE_STATE_NAMES[state],
        "state_tone": WORKPLACE_STATE_TONES[state],
        "step": step.value,
        "step_title": title,
        "step_words": words,
        "why": _why(workplace) if step is Step.CHOOSE_ANOTHER else "",
        "choices": choices_for(workplace, step) if chooses else [],
        "others": [] if chooses or not is_live else choices_for(workplace, step),
        "rows": _rows(workplace),
        "goes_to": goes_to(workplace, now=now),
        "counted": counted_so_far(workplace),
        "fetch": pickup_reads.find_waiting(workplace_id=workplace.id) if is_live else None,
        "cash": cash(workplace.drop, now=now) if workplace.state in rules.COUNTED else None,
        "may_count": is_live and workplace.drop.state in rules.BRING_STATES,
        "may_bring": is_live and workplace.pledge is PledgeState.ACCEPTED,
        "may_undo": workplace.state is WorkplaceState.HANDED_OVER
        and workplace.received_at is None
        and reads.find_hand_over(workplace) is not None,
        "became": became(workplace),
    }


def frame(workplace: WorkplaceCollection) -> dict[str, Any]:
    """What every page of a steward knows."""
    return {
        "workplace": workplace,
        "drop": workplace.drop,
        "state_name": WORKPLACE_STATE_NAMES[workplace.state],
        "state_tone": WORKPLACE_STATE_TONES[workplace.state],
        "is_live": workplace.state in rules.LIVE,
    }


def step_of(workplace: WorkplaceCollection, *, now: datetime) -> Step:
    """What a steward does next."""
    point = workplace.point
    return rules.next_step(
        workplace.state,
        workplace.pledge,
        is_shut=point is not None and rules.is_shut(point.state, point.fill),
        span=reads.span_of(workplace),
        today=day_in(workplace.drop.zone, now),
    )


def _why(workplace: WorkplaceCollection) -> str:
    if workplace.point is None:
        return ""
    name = public_name(workplace.point)
    if workplace.pledge is PledgeState.DECLINED:
        return str(_("The host of “%(point)s” cannot take it.", point=name))
    return str(_("“%(point)s” takes no more just now.", point=name))


def _rows(workplace: WorkplaceCollection) -> list[tuple[str, str]]:
    rows = [
        (_("Workplace or organisation"), workplace.organisation or ""),
        (_("Collected"), days_of(workplace.from_on, workplace.until_on)),
    ]
    if workplace.bring_on:
        rows.append((_("Brought on"), day(workplace.bring_on, "full")))
    rows.append((_("Promised"), amounts(0, workplace.promised_boxes, 0)))
    if workplace.state in rules.BROUGHT and workplace.counted_boxes:
        rows.append((_("Brought"), amounts(0, workplace.counted_boxes, 0)))
    named = _("Yes") if workplace.is_public else _("No")
    rows.append((_("Named in public"), named))
    return [(str(name), value) for name, value in rows]


# --- where it goes --------------------------------------------------------------------------------


def goes_to(workplace: WorkplaceCollection, *, now: datetime) -> dict[str, Any] | None:
    """The point, as far as this steward may see it."""
    point = workplace.point
    if point is None or workplace.pledge is PledgeState.DECLINED:
        return None
    place = place_seen(workplace, point)
    return {
        "name": place.name,
        "place": place,
        "open": open_shown(hours_of(point), now),
        "is_hidden": is_hidden(point.visibility),
        "is_accepted": workplace.pledge is PledgeState.ACCEPTED,
        "slug": point.slug if is_listed(point.visibility, point.state) else "",
        "phone": workplace.drop.phone or "",
    }


def place_seen(workplace: WorkplaceCollection, point: CollectionPoint) -> ShownPlace:
    """Where the point is: a hidden one only while the host's yes stands."""
    visit = reads.visit_of(workplace)
    if visit is not None and workplace.pledge is PledgeState.ACCEPTED:
        return place_for(visit)
    return public_place(point)


def choices_for(workplace: WorkplaceCollection, step: Step) -> list[PointChoice]:
    """The nearest points that take it: three to choose from, two where one is full."""
    is_first = step is not Step.CHOOSE_ANOTHER
    limit = rules.OFFERED if is_first else rules.OFFERED_INSTEAD
    return [point_choice(each) for each in nearest_for(workplace, limit=limit)]


def choices_near(drop: Drop, content: Content) -> list[PointChoice]:
    """The nearest points for somebody who signs up."""
    by = content.span.bring_on or content.span.until_on
    found = list_nearest(drop.id, content.spot.position, by=by, limit=rules.OFFERED)
    return [point_choice(each) for each in found]


def point_choice(near: NearbyPoint) -> PointChoice:
    """A point as far as anybody may know it."""
    place = public_place(near.point)
    return PointChoice(
        slug=near.point.slug,
        name=place.name,
        where=place.line,
        distance=""
        if near.km is None
        else str(distance_words(near.km, is_about=place.shown is Shown.AREA)),
        is_hidden=is_hidden(near.point.visibility),
    )


def counted_so_far(workplace: WorkplaceCollection) -> str:
    """What was counted at work and has not been taken anywhere; empty where nothing was."""
    found = reads.list_counted_at(workplace)
    if not found or workplace.state not in rules.LIVE:
        return ""
    sums = (sum(each.bags for each in found), sum(each.boxes for each in found))
    return amounts(*sums, sum(each.grams for each in found))


# --- money ----------------------------------------------------------------------------------------


def cash(drop: Drop, *, now: datetime) -> dict[str, Any] | None:
    """Where money that was collected beside the things can go; None where there is nothing."""
    shown = appeal_shown(drop, now=now)
    if shown is None or not shown["takes_gifts"]:
        return None
    account = shown["appeal"].fund.payment_account
    if account is None:
        return None
    ways = account.ways if account.has_bank else {}
    return {**shown, "ways": ways} if ways or shown["takes_cards"] else None


# --- afterwards -----------------------------------------------------------------------------------

#: Where every box of a round was counted once.
_COUNTED_IN: Final = frozenset({LocationKind.WORLD_IN})


def became(workplace: WorkplaceCollection) -> dict[str, Any] | None:
    """What became of it: her share, and whether the report of the round can be read."""
    if workplace.state not in rules.BROUGHT:
        return None
    drop, own = workplace.drop, workplace.counted_boxes or 0
    total = boxes_of(drop)
    return {
        "own": amounts(0, own, 0),
        "share": rules.share_in_words(own, total),
        "total": amounts(0, total, 0),
        "is_told": drop.state in {DropState.REPORTED, DropState.ARCHIVED} and bool(drop.report),
    }


def boxes_of(drop: Drop) -> int:
    """How many boxes were brought in a round, in boxes."""
    found = [each for each in stock_reads.totals(drop) if each.kind in _COUNTED_IN]
    bags, boxes = (-sum(each.qty for each in found if each.unit is unit) for unit in _ROOM)
    return worth_boxes(max(0, bags), max(0, boxes))


_ROOM: Final = (Unit.BAG, Unit.BOX)


# --- before it is sent ----------------------------------------------------------------------------


def check_rows(content: Content, steward: Steward) -> list[tuple[str, str]]:
    """Everything that somebody is about to send, to be looked over."""
    span = content.span
    rows = [
        (_("Workplace or organisation"), content.organisation),
        (_("Named in public"), _("Yes") if content.is_public else _("No")),
        (_("Postcode or town"), content.spot.locality),
        (_("Collected"), days_of(span.from_on, span.until_on)),
        (_("Brought on"), day(span.bring_on, "full") if span.bring_on else ""),
        (_("Promised"), amounts(0, content.promised_boxes, 0)),
        (_("Your name"), steward.name),
        (_("Your e-mail address"), steward.email or ""),
        (_("Telephone"), steward.phone or ""),
    ]
    return [(str(name), value) for name, value in rows if value]


def choice_labels(choices: Sequence[PointChoice]) -> list[tuple[str, str]]:
    """(value, words) of the points on a form, and of saying it later."""
    comma = _(", ")
    labels = [
        (each.slug, comma.join(part for part in (each.name, each.distance) if part))
        for each in choices
    ]
    return [*labels, ("", str(_("I say that later")))]


# --- for the host of its point --------------------------------------------------------------------


def for_host(workplace: WorkplaceCollection) -> dict[str, Any]:
    """What the host of a point reads of a collection; nothing of its steward."""
    entry = reads.find_hand_over(workplace)
    told = amounts(entry.bags, entry.boxes, entry.grams) if entry is not None else ""
    return {
        "workplace_name": workplace.organisation or str(_("A workplace")),
        "workplace_days": days_of(workplace.from_on, workplace.until_on),
        "told": told,
        "is_brought": entry is not None,
        "is_received": workplace.received_at is not None,
        "may_take": workplace.state in rules.LIVE
        and workplace.pledge in {PledgeState.ASKED, PledgeState.ACCEPTED},
        "asks_for_answer": workplace.state in rules.LIVE and workplace.pledge is PledgeState.ASKED,
    }
