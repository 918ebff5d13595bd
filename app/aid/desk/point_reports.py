"""The desk's reports on points: what people say is wrong, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.desk.points import get_point
from app.aid.forms.point_desk import PointReportsForm
from app.aid.queries import point_reports as reads
from app.aid.render import places
from app.aid.render.words import POINT_STATE_NAMES, POINT_STATE_TONES, REPORT_KIND_NAMES
from app.aid.service import point_reports
from app.db.session import transaction
from app.lib import clock
from app.lib.errors import UserError
from app.web.pages import render as show_page
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp: Blueprint = desk_blueprint("point_reports_desk", __name__, url_prefix="/desk/points/reports")


@bp.get("/")
@requires(Permission.AID_MODERATE)
def index() -> ResponseReturnValue:
    """List the open reports, point by point, the disputed ones first."""
    found = reads.list_open(groups_with(Permission.AID_MODERATE))
    return show_page(
        "aid/desk/points/reports.html",
        groups=[(point, list(rows)) for point, rows in groupby(found, key=lambda each: each.point)],
        form=PointReportsForm(formdata=None),
        name_of=places.desk_name,
        kind_names=REPORT_KIND_NAMES,
        state_names=POINT_STATE_NAMES,
        state_tones=POINT_STATE_TONES,
    )


@bp.post("/<public_id>/<any(right, wrong):answer>")
@requires(Permission.AID_MODERATE)
def close(public_id: str, answer: str) -> ResponseReturnValue:
    """Leave a point out of what people find, or show it again, and close its reports."""
    point = get_point(public_id, Permission.AID_MODERATE)
    form, was_right = PointReportsForm(), answer == "right"
    if form.validate():
        try:
            with transaction():
                seen, now, by = form.seen_count, clock.utcnow(), current_actor()
                point_reports.answer(point.id, was_right=was_right, seen=seen, now=now, by=by)
        except UserError as error:
            flash(_(error.sentence, **error.params), "bad")
        else:
            done = _("Nobody is sent there.") if was_right else _("The point is shown.")
            flash(done, "good")
    return redirect(url_for("point_reports_desk.index"), 303)


def _find(_now: datetime) -> Iterator[Waiting]:
    for public_id, since, group_id in reads.waiting_reports():
        if since is not None:
            yield Waiting(public_id, since=since, group_id=group_id)


WAITING = WaitingSource(
    WaitingKind(
        key="point_reports",
        name=_l("Collection points of which somebody says that something is wrong"),
        advice=_l("Read what people say, ring the host, then show the point again or close it."),
        endpoint="point_reports_desk.index",
        permission=Permission.AID_MODERATE,
        is_urgent=True,
        order=6,
    ),
    find=_find,
)
