"""A point of an earlier round as its host reads it again, and the answers as the desk does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.queries import again as reads
from app.aid.queries.hours import read_rows
from app.aid.render.hours import hours_shown
from app.aid.render.places import desk_name, whole_place
from app.aid.render.point_desk import CHECKED_NAMES
from app.aid.render.words import POINT_KIND_NAMES, VISIBILITY_NAMES
from app.aid.rules.again import hours_again
from app.aid.rules.hours import Hours
from app.aid.rules.points import takes_points
from app.aid.rules.words import AgainState
from app.web.filters import number, plain

ANSWER_NAMES: Final = {
    AgainState.ASKED: _l("No answer yet"),
    AgainState.SAME: _l("Same again"),
    AgainState.CHANGED: _l("Again, something changed"),
    AgainState.NOT_THIS_TIME: _l("Not this time"),
}
ANSWER_TONES: Final = {
    AgainState.ASKED: "wait",
    AgainState.SAME: "good",
    AgainState.CHANGED: "good",
    AgainState.NOT_THIS_TIME: "neutral",
}
_EVERYTHING: Final = _l("Everything that the round wants")


def facts(old: CollectionPoint) -> list[tuple[str, str]]:
    """(what, value) of a point of an earlier round, for its own host."""
    where = ", ".join(whole_place(old).lines) if old.place is not None else ""
    takes = ", ".join(plain(each.item.name) for each in old.takes)
    found = (
        (_("What kind of place is it?"), str(POINT_KIND_NAMES[old.kind])),
        (_("Where"), where),
        (_("Who sees where it is?"), str(VISIBILITY_NAMES[old.visibility])),
        (_("Opening hours"), _hours(old)),
        (_("What does it take?"), takes if not old.takes_all else _EVERYTHING),
        (_("How many boxes fit?"), number(old.max_boxes) if old.max_boxes else ""),
        (_("How does one get in?"), old.access_note),
    )
    return [(str(name), str(value)) for name, value in found if value]


def _hours(old: CollectionPoint) -> str:
    rows = hours_again(read_rows(old.hours))
    shown = hours_shown(Hours(rows=rows, zone=old.zone, nation=old.nation), old.drop.opens_on)
    return "; ".join(f"{days}: {times}" for days, times in shown.week)


def desk_block(drop: Drop, *, may_see_people: bool) -> Mapping[str, Any]:
    """What the desk shows of a round that follows an earlier one: who was asked, and answered."""
    if drop.cloned_from_id is None:
        return {"again": None}
    asked = reads.list_of_drop(drop.id) if may_see_people else []
    return {
        "again": {
            "earlier": drop.cloned_from,
            "to_ask": len(reads.list_to_ask(drop)),
            "may_ask": takes_points(drop.state),
            "rows": [
                {
                    "point": desk_name(point),
                    "public_id": point.public_id,
                    "answer": str(ANSWER_NAMES[invite.state]),
                    "tone": ANSWER_TONES[invite.state],
                    "answered_at": invite.answered_at,
                    "new_point_id": invite.point_id,
                }
                for invite, point in asked
            ],
        }
    }


def point_block(point: CollectionPoint) -> Mapping[str, Any] | None:
    """What the desk knows of a point from the earlier round; nothing where it is new."""
    invite = reads.find_of_point(point.id)
    old = reads.find_point(invite) if invite is not None else None
    if invite is None or old is None:
        return None
    how = old.host.how_checked if old.host is not None else None
    return {
        "earlier": old.drop.title,
        "public_id": old.public_id,
        "answer": str(ANSWER_NAMES[invite.state]),
        "how": str(CHECKED_NAMES[how]) if how is not None else "",
        "checked_at": old.host.checked_at if old.host is not None else None,
    }
