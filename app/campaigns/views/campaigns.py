"""The public page of a campaign, and what it shows on the page of its group."""

from __future__ import annotations

from flask import Blueprint, Response

from app.campaigns.queries import campaigns as reads
from app.campaigns.rules.campaigns import stage
from app.web.locale import absolute_url
from app.web.pages import render as show_page
from app.web.pages import render_block
from app.web.panels import Block, panels

bp = Blueprint("campaigns", __name__)


@bp.get("/campaigns/<slug>")
def show(slug: str) -> Response:
    """Tell what a campaign wants, and all that is done for it."""
    campaign = reads.get_public_campaign(slug)
    return show_page(
        "campaigns/show.html",
        public=True,
        campaign=campaign,
        stage=stage(campaign.published_at, campaign.closed_at).value,
        share_url=absolute_url("campaigns.show", slug=slug),
        blocks=[render_block(block) for block in panels().campaign_blocks(campaign.id)],
    )


def group_blocks(group_id: int) -> list[Block]:
    """Show what a group campaigns for on its page."""
    running = reads.list_public_of_group(group_id)
    values = {"campaigns": running}
    return [Block("campaigns", "campaigns/_group.html", values, 5)] if running else []
