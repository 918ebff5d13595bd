"""The public pages of rounds of collecting, and what they show on the pages of packages below."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response

from app.aid.models.drops import Drop
from app.aid.queries import drops as reads
from app.aid.render import drops as render
from app.aid.rules.drops import RUNNING
from app.aid.rules.words import DropState
from app.lib import clock
from app.web.pages import render as show_page
from app.web.pages import render_block
from app.web.panels import Block, panels

bp = Blueprint("drops", __name__)


@bp.get("/aid/")
def index() -> Response:
    """List the rounds that are open, those that come, and those that were."""
    rows = [render.drop_row(each) for each in reads.list_public()]
    return show_page(
        "aid/drops/index.html",
        public=True,
        now=[each for each in rows if _is_on(each.drop)],
        coming=[each for each in rows if each.drop.state is DropState.ANNOUNCED],
        earlier=[each for each in rows if each.drop.state not in RUNNING],
    )


@bp.get("/aid/<slug>")
def show(slug: str) -> Response:
    """Say what a round needs, where to bring it, and how far it is."""
    drop = reads.get_public(slug)
    values = render.drop_page(drop, now=clock.utcnow())
    blocks = [render_block(block) for block in panels().drop_blocks(drop.id)]
    return show_page("aid/drops/show.html", public=True, blocks=blocks, **values)


# --- what others show of it -----------------------------------------------------------------------


def home_blocks() -> list[Block]:
    """Show the rounds that go on or come on the home page."""
    return _blocks(reads.list_running(), is_home=True)


def group_blocks(group_id: int) -> list[Block]:
    """Show the rounds of a group on its page."""
    return _blocks(reads.list_running([group_id]))


def campaign_blocks(campaign_id: int) -> list[Block]:
    """Show the rounds of a campaign on its page."""
    return _blocks(reads.list_public_of_campaign(campaign_id))


def event_blocks(event_id: int) -> list[Block]:
    """Show on the page of an event which rounds it belongs to."""
    drops = reads.list_of_event(event_id)
    return [Block("drops", "aid/drops/_of_event.html", {"drops": drops}, 10)] if drops else []


def _blocks(drops: Sequence[Drop], *, is_home: bool = False) -> list[Block]:
    if not drops:
        return []
    now = clock.utcnow()
    values = {"rounds": [render.home_values(each, now=now) for each in drops], "is_home": is_home}
    return [Block("drops", "aid/drops/_next.html", values, 12)]


def _is_on(drop: Drop) -> bool:
    return drop.state in RUNNING and drop.state is not DropState.ANNOUNCED
