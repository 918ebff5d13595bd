"""What can be done, on the pages of groups and campaigns."""

from __future__ import annotations

from app.actions.queries import actions as reads
from app.actions.queries.things import Action
from app.actions.render.actions import actions_shown
from app.groups import queries as groups
from app.groups.rules import GroupKind
from app.ledger import queries as funds
from app.ledger.rules import FundKind
from app.lib import clock
from app.web.panels import Block


def group_blocks(group_id: int) -> list[Block]:
    """Show what a group does next, or where a partner takes gifts itself."""
    if groups.get_group_by_id(group_id).kind is GroupKind.PARTNER:
        return _partner_blocks(group_id)
    now = clock.utcnow()
    return _next(reads.of_group(group_id, now))


def campaign_blocks(campaign_id: int) -> list[Block]:
    """Show what is done next for a campaign, and which gifts it asks for."""
    now = clock.utcnow()
    asked = reads.appeals_of_campaign(campaign_id, now)
    give = [Block("appeals", "appeals/_group.html", {"appeals": asked}, 14)] if asked else []
    return [*_next(reads.of_campaign(campaign_id, now)), *give]


def _next(found: list[Action]) -> list[Block]:
    """One thing alone, so that nobody has to choose; joining has a part of its own."""
    first = [each for each in found if not each.is_joining][:1]
    if not first:
        return []
    values = {"action": actions_shown(first, now=clock.utcnow())[0]}
    return [Block("next_action", "actions/_next.html", values, 2)]


def _partner_blocks(group_id: int) -> list[Block]:
    pages = [
        fund
        for fund in funds.list_funds([group_id])
        if fund.kind is FundKind.PARTNER and fund.partner_url
    ]
    return [Block("partner", "actions/_partner.html", {"funds": pages}, 2)] if pages else []
