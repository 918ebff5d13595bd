"""What a host changes of her point by herself: hours, what she takes, how one gets in, who sees it.

Hours and things go live at once, and an organiser looks at them after. Where it is, what it is
called and being seen by more people are not hers to change: she writes to the organisers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.aid.errors.hosting import NotNowError, PointEditedError, WiderError
from app.aid.models.points import CollectionPoint
from app.aid.rules import hosting as rules
from app.aid.rules.hours import HoursRow
from app.aid.rules.places import is_hidden, is_narrower
from app.aid.rules.points import PointContent
from app.aid.rules.words import RUN_STATES, Visibility
from app.aid.service import changing, placing, point_content
from app.audit.facts import Actor
from app.events.rules.words import Answer
from app.places.service import details_of


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
    content = _content(point, wish)
    point_content.check(point.drop, content)
    point_content.write(point, content)
    if point.host is not None and point.state in RUN_STATES:
        point.host.edited_at = point.host.edited_at or now
    changing.finish(point, "point.host_edited", now=now, by=by)


def narrow(point: CollectionPoint, visibility: Visibility, *, now: datetime, by: Actor) -> None:
    """Let fewer people see where a point is, at once. Raises WiderError or NotNowError."""
    if visibility is point.visibility:
        return
    if not is_narrower(visibility, point.visibility):
        raise WiderError
    if point.state not in rules.EDIT_STATES:
        raise NotNowError
    placing.show_to(
        point, visibility, is_home_public=False, gives_address_freely=False, now=now, by=by
    )


def give_freely(point: CollectionPoint, *, is_on: bool, now: datetime, by: Actor) -> None:
    """Let everyone who confirms a mailbox see where it is, or nobody whom she did not accept.

    Raises NotNowError where everybody sees it anyway.
    """
    if is_on and (not is_hidden(point.visibility) or point.state not in rules.EDIT_STATES):
        raise NotNowError
    placing.show_to(
        point,
        point.visibility,
        is_home_public=point.is_home_public,
        gives_address_freely=is_on,
        now=now,
        by=by,
    )


def _content(point: CollectionPoint, wish: HostEdit) -> PointContent:
    """What is said of a point once the host has it her way; the rest stays as it is."""
    if point.place is None:
        raise NotNowError
    return PointContent(
        kind=point.kind,
        name=point.place.spot.name,
        place=details_of(point.place),
        zone=point.zone,
        visibility=point.visibility,
        is_home_public=point.is_home_public,
        gives_address_freely=point.gives_address_freely,
        goes_door_to_door=point.goes_door_to_door,
        licence_number=point.licence_number or "",
        max_boxes=wish.max_boxes,
        takes_all=wish.takes_all,
        item_ids=wish.item_ids,
        from_on=wish.from_on,
        until_on=wish.until_on,
        access_note=wish.access_note,
        step_free=wish.step_free,
        van_note=wish.van_note,
        hours=wish.hours,
    )
