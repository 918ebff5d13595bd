"""What packages show on the pages of packages below them."""

from __future__ import annotations

from app.actions.views import panels as action_panels
from app.aid.desk import today as aid_today
from app.aid.views import drops as drops_views
from app.appeals.desk import regular as regular_desk
from app.appeals.desk import today as appeals_today
from app.appeals.views import appeals as appeals_views
from app.campaigns.views import campaigns as campaigns_views
from app.desk.views import keeping as keeping_desk
from app.events.desk import events as events_desk
from app.events.views import listing as listing_views
from app.events.views import mobilisations as mobilisations_views
from app.notices import desk as notices_desk
from app.parts import links, waiting
from app.web.panels import Panels


def make_panels() -> Panels:
    """What packages show on the pages of packages below them, in the order it is shown."""
    return Panels(
        home=[
            listing_views.home_blocks,
            mobilisations_views.home_blocks,
            appeals_views.home_blocks,
            drops_views.home_blocks,
        ],
        group=[
            action_panels.group_blocks,
            campaigns_views.group_blocks,
            mobilisations_views.group_blocks,
            listing_views.group_blocks,
            appeals_views.group_blocks,
            drops_views.group_blocks,
        ],
        campaign=[
            action_panels.campaign_blocks,
            mobilisations_views.campaign_blocks,
            listing_views.campaign_blocks,
            drops_views.campaign_blocks,
        ],
        event=[drops_views.event_blocks],
        today=[
            appeals_today.cards,
            events_desk.cards,
            aid_today.cards,
            regular_desk.cards,
            notices_desk.cards,
        ],
        waiting=waiting.sources(),
        account=[notices_desk.account_blocks],
        alarms=[notices_desk.alarms, keeping_desk.alarms],
        foot=[keeping_desk.foot],
        desk_nav=links.desk_nav(),
        nav=links.nav(),
        footer=links.footer(),
    )
