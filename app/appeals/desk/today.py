"""What appeals show on Today, and which of them wait for somebody."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.rules.permissions import Permission
from app.appeals.models.appeals import Appeal
from app.appeals.queries import appeals as appeal_reads
from app.appeals.rules import appeals as appeal_rules
from app.ledger.rules import FundKind
from app.settings import settings
from app.web.filters import money, plain
from app.web.panels import Card, Figure, TodayContext, Waiting, WaitingKind, WaitingSource


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


def _appeals_without_keys(now: datetime) -> Iterator[Waiting]:
    """Open appeals whose payment account has no keys here: nobody can give to them by card."""
    for running in appeal_reads.list_accounts_of_running(now):
        if running.account_name not in settings().stripe_accounts:
            yield Waiting(str(running.appeal_id), since=running.opens_at, group_id=running.group_id)


WAITING = WaitingSource(
    WaitingKind(
        key="appeals_without_account",
        name=_l("Open appeals that cannot take cards"),
        advice=_l("Add the keys of the payment account to the settings, or close the appeal."),
        endpoint="appeals_desk.index",
        permission=Permission.APPEALS_PUBLISH,
        order=50,
    ),
    find=_appeals_without_keys,
)
