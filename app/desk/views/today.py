"""Today, and the queues of what got stuck."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from flask_babel import gettext

from app.accounts.guard import (
    current_account,
    current_actor,
    desk_blueprint,
    groups_with,
    requires,
)
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.desk import queries
from app.desk.rules import Days, Span
from app.desk.service import setup as service
from app.lib import clock
from app.lib.emails import mask_email
from app.lib.text import N_
from app.mail.render import KIND_NAMES
from app.mail.service import outbox as mail_service
from app.payments.render import dispute_name, event_name
from app.queue import queries as queue_queries
from app.queue import service as queue_service
from app.queue.render import job_name
from app.settings import settings
from app.web.filters import money
from app.web.forms import ActionForm
from app.web.pages import render
from app.web.panels import Card, Figure, TodayContext, panels

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.lib.money import Money

bp = desk_blueprint("desk", __name__, url_prefix="/desk")


@bp.get("/")
def today() -> ResponseReturnValue:
    """Show what came in and what waits, each number a link to its list."""
    now = clock.utcnow()
    context = TodayContext(
        now=now,
        group_ids=groups_with(Permission.DONATIONS_SEE),
        may=lambda permission: groups_with(Permission(permission)),
    )
    return render(
        "desk/today.html",
        account=current_account(),
        now=now,
        cards=sorted(
            [*_money_cards(context), *panels().today_cards(context)], key=lambda card: card.order
        ),
        lacks_funds=queries.lack_funds(groups_with(Permission.GROUP_EDIT)),
    )


@bp.get("/queues")
@requires(Permission.QUEUES_SEE)
def queues() -> ResponseReturnValue:
    """Show everything that is disputed, failed or waits too long, with what can be done."""
    now = clock.utcnow()
    return render(
        "desk/queues.html",
        disputes=queries.list_disputes(groups_with(Permission.QUEUES_SEE)),
        dispute_name=dispute_name,
        jobs=queue_queries.list_failed(),
        mails=queries.list_failed_mails(),
        events=queries.list_waiting_events(groups_with(Permission.QUEUES_SEE), now=now),
        findings=queries.list_findings(),
        retry_groups=groups_with(Permission.QUEUES_RETRY),
        masked=mask_email,
        mail_names=KIND_NAMES,
        event_name=event_name,
        job_name=job_name,
    )


@bp.post("/queues/jobs/<int:job_id>/retry")
@requires(Permission.QUEUES_RETRY)
def retry_job(job_id: int) -> ResponseReturnValue:
    """Let the worker try a failed job again."""
    ActionForm().validate_on_submit()
    with transaction():
        queue_service.retry(queries.get_failed_job(job_id), current_actor(), clock.utcnow())
    flash(gettext("It is tried again now."), "good")
    return redirect(url_for("desk.queues"), 303)


@bp.post("/queues/jobs/<int:job_id>/let-go")
@requires(Permission.QUEUES_RETRY)
def let_job_go(job_id: int) -> ResponseReturnValue:
    """Take a failed job off the list without trying it again."""
    ActionForm().validate_on_submit()
    with transaction():
        queue_service.let_go(queries.get_failed_job(job_id), current_actor(), clock.utcnow())
    flash(gettext("It waits for nobody any more."), "good")
    return redirect(url_for("desk.queues"), 303)


@bp.post("/queues/mails/<int:mail_id>/let-go")
@requires(Permission.QUEUES_RETRY)
def let_mail_go(mail_id: int) -> ResponseReturnValue:
    """Take a failed mail off the list and forget it."""
    ActionForm().validate_on_submit()
    with transaction():
        mail = queries.get_failed_mail(mail_id)
        mail_service.let_go(mail, by=current_actor(), now=clock.utcnow())
    flash(gettext("It waits for nobody any more."), "good")
    return redirect(url_for("desk.queues"), 303)


@bp.post("/queues/mails/<int:mail_id>/retry")
@requires(Permission.QUEUES_RETRY)
def retry_mail(mail_id: int) -> ResponseReturnValue:
    """Let the worker deliver a failed mail again."""
    ActionForm().validate_on_submit()
    with transaction():
        mail_service.send_again(
            queries.get_failed_mail(mail_id), by=current_actor(), now=clock.utcnow()
        )
    flash(gettext("It is tried again now."), "good")
    return redirect(url_for("desk.queues"), 303)


@bp.post("/queues/events/<int:event_id>/retry")
@requires(Permission.QUEUES_RETRY)
def retry_event(event_id: int) -> ResponseReturnValue:
    """Let the worker work a message from Stripe in at once."""
    ActionForm().validate_on_submit()
    groups = groups_with(Permission.QUEUES_RETRY)
    with transaction():
        event = queries.get_waiting_event(event_id, groups)
        service.retry_event(event, now=clock.utcnow(), by=current_actor())
    flash(gettext("It is tried again now."), "good")
    return redirect(url_for("desk.queues"), 303)


# --- what Today says --------------------------------------------------------------------------

#: For each span: its name, and what it is compared with.
_WORDS = {
    Span.TODAY: (N_("Today"), N_("yesterday %(sum)s")),
    Span.WEEK: (N_("This week"), N_("the same days last week %(sum)s")),
    Span.MONTH: (N_("This month"), N_("the same days last month %(sum)s")),
}


def _money_cards(context: TodayContext) -> list[Card]:
    """What came in, of the groups whose donations she may see."""
    sums = queries.money_in(context.group_ids, zone=settings().timezone, now=context.now)
    figures = [
        Figure(
            label=gettext(_WORDS[each.comparison.span][0]),
            value=_sum(each.now),
            href=_list_of(each.comparison.now),
            hint=gettext(_WORDS[each.comparison.span][1], sum=_sum(each.before)),
            hint_href=_list_of(each.comparison.before),
        )
        for each in sums
        if each.now
    ]
    return [Card("money", gettext("Money in"), figures, order=10)] if figures else []


def _list_of(days: Days) -> str:
    """Where the money of some days is listed, one line each."""
    return url_for("donations_desk.money", since=str(days.first), until=str(days.last))


def _sum(amounts: list[Money]) -> str:
    return str(gettext(" and ")).join(money(amount) for amount in amounts)
