"""Aid at a glance: what waits, where points are and how they stand, what was brought."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.accounts.guard import desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.models.drops import Drop
from app.aid.queries import drops as drop_reads
from app.aid.queries import overview as reads
from app.aid.render import overview as render
from app.aid.render import overview_map
from app.aid.render.overview_parts import Sight
from app.lib import clock
from app.web.pages import render as show_page

bp: Blueprint = desk_blueprint("aid_overview_desk", __name__, url_prefix="/desk/aid")


@bp.get("/overview")
@requires(Permission.AID_SEE)
def index() -> ResponseReturnValue:
    """Show everything that goes on, over all rounds that are not over."""
    return _page(None)


@bp.get("/<public_id>/overview")
@requires(Permission.AID_SEE)
def of_drop(public_id: str) -> ResponseReturnValue:
    """Show the same of one round."""
    return _page(drop_reads.get_for_desk(public_id, groups_with(Permission.AID_SEE)))


def _page(drop: Drop | None) -> ResponseReturnValue:
    sight = Sight(
        drops=reads.list_at_work(groups_with(Permission.AID_SEE)),
        chosen=drop,
        people_of=groups_with(Permission.AID_SEE_PEOPLE),
        now=clock.utcnow(),
    )
    return show_page(
        "aid/desk/overview/show.html",
        drop=drop,
        drops=sight.drops,
        map=overview_map.draw_points(sight),
        may_export=bool(
            groups_with(Permission.AID_SEE_PEOPLE) or groups_with(Permission.AID_STOCK)
        ),
        stock_of=groups_with(Permission.AID_STOCK),
        **render.page(sight),
    )
