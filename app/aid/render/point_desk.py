"""Points as organisers see them: what waits, what helps to decide, who may know where it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.aid.models.points import CollectionPoint, PointHost
from app.aid.queries import bringing as bring_reads
from app.aid.queries import point_reports as report_reads
from app.aid.queries import points as reads
from app.aid.queries.hours import hours_of
from app.aid.render import bringing as bring_render
from app.aid.render import hours as hours_render
from app.aid.render import places
from app.aid.render.bringing import takes_words
from app.aid.render.words import (
    POINT_KIND_NAMES,
    POINT_STATE_NAMES,
    POINT_STATE_TONES,
    REPORT_KIND_NAMES,
    VISIBILITY_NAMES,
)
from app.aid.rules import points as rules
from app.aid.rules.places import is_hidden
from app.aid.rules.words import BringState, PointChecked, PointState, Visibility
from app.events.render.names import ANSWER_NAMES
from app.events.rules.hosting import finds_in
from app.places.service import details_of
from app.web.filters import day

CHECKED_NAMES: Final = {
    PointChecked.KNOWN_PERSON: _l("One of us knows the host"),
    PointChecked.VISIT: _l("One of us was there"),
    PointChecked.CALL: _l("We rang a number found elsewhere"),
    PointChecked.POSTED_CODE: _l("A code sent by post came back"),
}
#: What an organiser may do with a point by one press, by how it stands.
_BUTTONS: Final = {
    PointState.EMAIL_CONFIRMED: ("review",),
    PointState.APPROVED: ("show", "close"),
    PointState.REJECTED: ("reconsider",),
    PointState.LIVE: ("pause", "close"),
    PointState.PAUSED: ("show", "close"),
    PointState.FULL: ("show", "pause", "close"),
    PointState.DISPUTED: ("show", "close"),
    PointState.CLOSED: ("reopen",),
}
BUTTON_NAMES: Final = {
    "review": _l("I am checking it"),
    "show": _l("Show it on the site"),
    "pause": _l("Pause it"),
    "close": _l("Close it"),
    "reopen": _l("Open it again"),
    "reconsider": _l("Look at it again"),
}
Row = tuple[str, str]


@dataclass(frozen=True)
class QueueRow:
    """One point in the list of those that wait."""

    point: CollectionPoint
    name: str
    kind: str
    due_at: datetime | None
    is_late: bool
    #: Somebody is on it.
    is_reviewed: bool
    state_name: str
    state_tone: str


def queue_rows(hosts: Collection[PointHost], *, now: datetime) -> list[QueueRow]:
    """The points that wait for a decision."""
    return [
        QueueRow(
            point=host.point,
            name=places.desk_name(host.point),
            # Of a hidden one the name says it already.
            kind="" if is_hidden(host.point.visibility) else _kind(host.point),
            due_at=host.confirmed_at + rules.ANSWER_WITHIN if host.confirmed_at else None,
            is_late=bool(host.confirmed_at and rules.is_late(host.confirmed_at, now)),
            is_reviewed=host.point.state is PointState.UNDER_REVIEW,
            state_name=str(POINT_STATE_NAMES[host.point.state]),
            state_tone=POINT_STATE_TONES[host.point.state],
        )
        for host in hosts
    ]


def desk_page(
    point: CollectionPoint, *, sees_people: bool, decides: bool, now: datetime
) -> dict[str, Any]:
    """What the page of a point says to an organiser.

    In which area a private one is read those alone who may see people or `decides` about points.
    """
    host = point.host
    hours = hours_of(point)
    sees_place = sees_people or point.visibility is Visibility.PUBLIC
    sees_area = sees_people or decides or point.visibility is not Visibility.PRIVATE
    # That two places are the same can tell where the hidden one is.
    sees_alike = host is not None and (sees_people or decides)
    confirmed_at = host.confirmed_at if host else None
    facts = _facts(point, sees_area=sees_area, sees_place=sees_place, sees_people=sees_people)
    return {
        "point": point,
        "host": host,
        "name": places.desk_name(point) if sees_area else places.public_name(point),
        "facts": facts,
        "host_facts": _host_facts(host, sees_people=sees_people, decides=decides) if host else [],
        "opening": hours_render.open_shown(hours, now),
        "hours": hours_render.hours_shown(hours, hours.today(now)),
        "state_name": POINT_STATE_NAMES[point.state],
        "state_tone": POINT_STATE_TONES[point.state],
        "buttons": [(key, BUTTON_NAMES[key]) for key in _BUTTONS.get(point.state, ())],
        "waits": point.state in rules.WAITING,
        "due_at": confirmed_at + rules.ANSWER_WITHIN if confirmed_at else None,
        "is_late": bool(confirmed_at and rules.is_late(confirmed_at, now)),
        "alike": alike(point) if sees_alike and point.state in rules.OPEN_STATES else [],
        "found_in_words": finds_in(point.access_note, point.name),
        "reports": [
            (REPORT_KIND_NAMES[each.kind], each) for each in report_reads.list_of_point(point.id)
        ],
        "is_unanswered": rules.is_unconfirmed(point.asked_again_at, point.confirmed_right_at, now),
        "sees_people": sees_people,
        "sees_place": sees_place,
    }


def alike(point: CollectionPoint) -> list[tuple[CollectionPoint, str, str]]:
    """(point, its name, what is the same) of other points that may be this one."""
    if point.host is None or point.place is None:
        return []
    mine, found = point.host, []
    door = _door(point)
    for host in reads.list_alike(point):
        same = [
            str(words)
            for words, is_same in (
                (_("the same e-mail address"), mine.email is not None and host.email == mine.email),
                (_("the same telephone"), _digits(mine) != "" and _digits(host) == _digits(mine)),
                (_("the same place"), host.point.place is not None and _door(host.point) == door),
            )
            if is_same
        ]
        if same:
            found.append((host.point, places.desk_name(host.point), ", ".join(same)))
    return found


def bringers(point: CollectionPoint) -> dict[str, Any]:
    """Who wants to bring something to a point, and who was told where it is."""
    states = (BringState.ASKED, BringState.ACCEPTED, BringState.DECLINED)
    return {
        "rows": [bring_render.row(each) for each in bring_reads.list_of_point(point.id, states)],
        "told": [
            (each, bring_render.DISCLOSER_NAMES[each.by])
            for each in bring_reads.list_disclosures(point.id)
        ],
    }


def _kind(point: CollectionPoint) -> str:
    return str(POINT_KIND_NAMES[point.kind])


def _facts(
    point: CollectionPoint, *, sees_area: bool, sees_place: bool, sees_people: bool
) -> list[Row]:
    place = point.place
    whole = places.whole_place(point)
    where = whole.line if sees_place else whole.area if sees_area else ""
    visibility = str(VISIBILITY_NAMES[point.visibility])
    if point.gives_address_freely:
        visibility += ". " + str(_("Everybody who confirms a mailbox sees it."))
    days = [str(day(each)) for each in (point.from_on, point.until_on) if each]
    rows = [
        (_("Kind"), _kind(point)),
        (_("Where"), where if place is not None else _("Deleted after the round")),
        (_("Who sees where it is?"), visibility),
        (_("What it takes"), ", ".join(takes_words(point)) or _("Everything that is wanted")),
        (_("How many boxes fit?"), str(point.max_boxes or "")),
        (_("Days"), " – ".join(days)),
        (_("How does one get in?"), point.access_note if sees_place else ""),
        (_("Without steps"), str(ANSWER_NAMES[point.step_free])),
        (_("Where can the van stop?"), point.van_note if sees_people else ""),
        (_("Licence to collect from door to door"), point.licence_number or ""),
    ]
    return [(str(key), str(value)) for key, value in rows if value]


def _host_facts(host: PointHost, *, sees_people: bool, decides: bool) -> list[Row]:
    rows: list[tuple[str, object]] = []
    if sees_people:
        rows += [
            (_("Name"), host.name),
            (_("E-mail address"), host.email),
            (_("Telephone"), host.phone),
        ]
    # What she wrote of herself, and what was noted of her, can name her.
    reads_words = sees_people or decides
    if reads_words:
        rows += [(_("About the host"), host.about)]
    if host.how_checked:
        by = f", {host.checked_by.name}" if host.checked_by else ""
        rows += [(_("How it was checked"), f"{CHECKED_NAMES[host.how_checked]}{by}")]
    if reads_words:
        rows += [(_("Note"), host.checked_note), (_("Why it is not shown"), host.rejected_reason)]
    return [(str(key), str(value)) for key, value in rows if value]


def _digits(host: PointHost) -> str:
    return "".join(each for each in host.phone or "" if each.isdigit())[-9:]


def _door(point: CollectionPoint) -> tuple[str, ...]:
    if point.place is None:
        return ()
    details = details_of(point.place)
    parts = (details.country, details.postcode, details.street)
    return tuple("".join(part.casefold().split()) for part in parts)
