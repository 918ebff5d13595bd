"""What appeals show on Today."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.rules import Permission
from app.appeals.models.appeals import Appeal
from app.appeals.queries import appeals as appeal_reads
from app.appeals.rules import appeals as appeal_rules
from app.ledger.rules import FundKind
from app.web.filters import money, plain
from app.web.panels import Card, Figure, TodayContext


def cards(context: TodayContext) -> list[Card]:
    """How far the open appeals are; each figure leads to the donations it is made of."""
    groups = context.may(Permission.DONATIONS_SEE)
    running = [
        appeal
        for appeal in appeal_reads.list_running(context.now)
        if appeal.group_id in groups and appeal.fund.kind is not FundKind.PARTNER
    ]
    if not running:
        return []
    return [Card("appeals", _("Open appeals"), [_figure(appeal) for appeal in running], 20)]


def _figure(appeal: Appeal) -> Figure:
    totals = appeal.totals
    share = appeal_rules.share_of_goal(totals.received_minor, appeal.goal_minor)
    gifts = ngettext("%(num)s gift", "%(num)s gifts", totals.gift_count)
    return Figure(
        label=plain(appeal.title),
        value=money(totals.received),
        href=url_for("donations_desk.index", appeal=appeal.id),
        hint=_("%(share)s%% of the goal, %(gifts)s", share=share, gifts=gifts),
    )
