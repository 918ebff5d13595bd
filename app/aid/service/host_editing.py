"""What a host changes of her point by herself: hours, what she takes, how one gets in, who sees it.

Hours and things go live at once, and an organiser looks at them after. Where it is, what it is
called and being seen by more people are not hers to change: she writes to the organisers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.aid.errors.hosting import NotNowError, PointEditedError, WiderError
from app.aid.errors.points import BoxesError, NothingTakenError, NotTakenHereError, PointDaysError
from app.aid.models.points import CollectionPoint, PointItem
from app.aid.queries import points as point_reads
from app.aid.rules import hosting as rules
from app.aid.rules import points as point_rules
from app.aid.rules.hours import HoursRow
from app.aid.rules.places import is_hidden, is_narrower
from app.aid.rules.words import RUN_STATES, ItemCategory, Priority, Visibility
from app.aid.service import changing, hours
from app.audit.facts import Actor
from app.db.session import db
from app.events.rules.words import Answer


@dataclass(frozen=True, kw_only=True)
class HostEdit:
    """What a host says of her point now."""

    hours: tuple[HoursRow, ...]
    takes_all: bool
    item_ids: frozenset[int]
    access_note: str
    step_free: Answer
    van_note: str
    max_boxes: int | None
    from_on: date | None
    until_on: date | None


def edit(point: CollectionPoint, wish: HostEdit, *, seen: int, now: datetime, by: Actor) -> None:
    """Let a point be as its host says; the public reads it at once, an organiser after.

    Raises PointEditedError, NotNowError, PointDaysError, BoxesError, NothingTakenError,
    NotTakenHereError or HoursError.
    """
    if point.version != seen:
        raise PointEditedError
    if point.state not in rules.EDIT_STATES:
        raise NotNowError
    _check(point, wish)
    point.from_on, point.until_on = wish.from_on, wish.until_on
    hours.put_hours(point, wish.hours)
    _put_takes(point, wish)
    point.access_note, point.step_free = wish.access_note, wish.step_free
    point.van_note, point.max_boxes = wish.van_note or None, wish.max_boxes
    if point.host is not None and point.state in RUN_STATES:
        point.host.edited_at = point.host.edited_at or now
        point.confirmed_right_at = now
    changing.finish(point, "point.host_edited", now=now, by=by)


def narrow(point: CollectionPoint, visibility: Visibility, *, now: datetime, by: Actor) -> None:
    """Let fewer people see where a point is, at once. Raises WiderError or NotNowError.

    Its name and address on the site may tell where it is: both become as hidden as it is now.
    """
    if visibility is point.visibility:
        return
    if not is_narrower(visibility, point.visibility):
        raise WiderError
    if point.state not in rules.EDIT_STATES or point.place is None:
        raise NotNowError
    point.visibility, point.is_home_public = visibility, False
    point.gives_address_freely = False
    point.name = point_rules.published_name(
        visibility,
        "",
        district=point.place.district,
        town=point.place.locality,
        public_id=point.public_id,
    )
    slug = point_rules.slug_for(visibility, point.name, point.public_id)
    point.slug = slug if point_reads.is_slug_free(slug, but_of=point.id) else point.public_id
    detail = {"visibility": visibility.value}
    changing.finish(point, "point.host_narrowed", now=now, by=by, detail=detail)


def give_freely(point: CollectionPoint, *, is_on: bool, now: datetime, by: Actor) -> None:
    """Let everyone who confirms a mailbox see where it is, or nobody whom she did not accept.

    Raises NotNowError where everybody sees it anyway.
    """
    if point.gives_address_freely is is_on:
        return
    if is_on and (not is_hidden(point.visibility) or point.state not in rules.EDIT_STATES):
        raise NotNowError
    point.gives_address_freely = is_on
    action = "point.address_given_freely" if is_on else "point.address_guarded"
    changing.finish(point, action, now=now, by=by)


def wanted_items(point: CollectionPoint) -> list[int]:
    """What a point of this round can take: what is on the list and wanted; medicines never."""
    return [
        need.item_id
        for need in point.drop.needs
        if need.priority is not Priority.NOT_WANTED
        and need.item.category not in {ItemCategory.MEDICINE, ItemCategory.MIXED}
    ]


def _check(point: CollectionPoint, wish: HostEdit) -> None:
    drop = point.drop
    first, last = wish.from_on or drop.opens_on, wish.until_on or drop.closes_on
    is_within = drop.opens_on <= first <= drop.closes_on and drop.opens_on <= last <= drop.closes_on
    if not is_within or last < first:
        raise PointDaysError
    if wish.max_boxes is not None and not 0 < wish.max_boxes <= point_rules.MOST_BOXES:
        raise BoxesError(point_rules.MOST_BOXES)
    if wish.takes_all:
        return
    if not wish.item_ids:
        raise NothingTakenError
    kept = {each.item_id for each in point.takes}
    if not wish.item_ids <= {*wanted_items(point), *kept}:
        raise NotTakenHereError


def _put_takes(point: CollectionPoint, wish: HostEdit) -> None:
    wished = frozenset() if wish.takes_all else wish.item_ids
    point.takes_all = wish.takes_all
    for row in [each for each in point.takes if each.item_id not in wished]:
        point.takes.remove(row)
    there = {each.item_id for each in point.takes}
    point.takes.extend(PointItem(item_id=each) for each in sorted(wished - there))
    db.session.flush()
