"""The desk's list of points: found by state, kind, fill, area and words."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.accounts.guard import desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.forms.desk_lists import PointFilterForm
from app.aid.queries import drops as drop_reads
from app.aid.queries import point_lists as reads
from app.aid.render import desk_lists as render
from app.web.pages import render as show_page
from app.web.paging import read_key

bp: Blueprint = desk_blueprint("point_list_desk", __name__, url_prefix="/desk/points")


@bp.get("/list")
@requires(Permission.AID_SEE)
def index() -> ResponseReturnValue:
    """List the points of her groups, the latest or the oldest first."""
    drops = drop_reads.list_of_groups(groups_with(Permission.AID_SEE))
    form, people_of = PointFilterForm(drops, request.args), groups_with(Permission.AID_SEE_PEOPLE)
    page = reads.list_points(form.wanted(people_of), read_key(request.args.get("after")))
    return show_page(
        "aid/desk/points/list.html",
        form=form,
        address=form.address(),
        rows=render.point_rows(page.rows, people_of),
        next_key=page.next_key,
        several_drops=form.chosen is None and len(drops) > 1,
        sees_people=bool(people_of),
        may_moderate=bool(groups_with(Permission.AID_MODERATE)),
    )
