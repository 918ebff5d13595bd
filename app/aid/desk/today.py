"""What aid shows on Today: boxes of the week, points that take things, what waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import url_for
from flask_babel import gettext as _

from app.accounts.rules.permissions import Permission
from app.aid.queries import overview as reads
from app.aid.queries import point_lists
from app.aid.rules.points import WAITING
from app.aid.rules.quantities import worth_boxes
from app.aid.rules.words import PointState
from app.web.filters import number
from app.web.panels import Card, Figure, TodayContext

_A_WEEK: Final = timedelta(days=7)


def cards(context: TodayContext) -> list[Card]:
    """How the rounds stand that go on; each figure leads to its list."""
    mine = context.may(Permission.AID_SEE)
    drops = reads.list_at_work(mine) if mine else []
    if not drops:
        return []
    drop_ids = [each.id for each in drops]
    counts = point_lists.count_by_state(drop_ids)
    week = reads.brought_since(drop_ids, context.now - _A_WEEK)
    waiting = sum(counts.get(state, 0) for state in WAITING)
    full = counts.get(PointState.FULL, 0)
    figures = [
        Figure(
            _("Boxes brought in 7 days"),
            number(worth_boxes(week.bags, week.boxes)),
            url_for("drop_offs_desk.index"),
        ),
        Figure(
            _("Points that take things"),
            number(counts.get(PointState.LIVE, 0)),
            url_for("point_list_desk.index", state=PointState.LIVE.value),
            hint=_("%(count)s full", count=number(full)) if full else "",
            hint_href=url_for("point_list_desk.index", state=PointState.FULL.value),
        ),
        Figure(
            _("Offered points"),
            number(waiting),
            url_for("point_list_desk.index", state="waiting", sort="oldest"),
            waits=waiting > 0,
        ),
    ]
    more = (url_for("aid_overview_desk.index"), _("Aid at a glance"))
    return [Card("aid", _("Aid"), figures, order=17, more=more)]
