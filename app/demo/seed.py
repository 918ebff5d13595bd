"""Fills an empty database with the demo, through the services and the rehearsal's own clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import update

from app.db.session import db, transaction
from app.demo import (
    belonging,
    collecting,
    gatherings,
    hauling,
    marker,
    offline,
    reading,
    rounds,
    scenery,
)
from app.demo.gifts import Plan, plan_all
from app.demo.people import read_texts
from app.demo.stories import FillingError, RegularStory, SingleStory, Step
from app.groups import queries as groups
from app.ledger import queries as funds
from app.ledger import service as ledger
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from app.mail.rules.outbox import MailState
from app.payments.flows.sweep import sweep
from app.rehearsal.core import Rehearsal

#: Older mails count as sent: nobody opens a year of them in the catcher.
MAILS_OF = timedelta(days=20)


def fill(
    rehearsal: Rehearsal, *, now: datetime, say: Callable[[str], None], is_small: bool = False
) -> None:
    """Make the demo's data in an empty, migrated database; raises FillingError.

    The payments' gateway must be wired to this rehearsal, which sends no webhooks. The caller
    delivers the mails and then calls `marker.finish`. A small demo has a sixth of the gifts.
    """
    with transaction():
        marker.begin(now=now)
    with transaction():
        made = scenery.make_groups(now)
        scenery.make_organisers(made, now)
    say("groups, funds and organisers")
    for name in scenery.APPEALS:
        texts = read_texts(name)
        fund = funds.get_fund(texts["fund"])
        scenery.make_appeal(texts, fund, groups.get_group_by_id(fund.group_id), now=now)
    scenery.make_sources(now)
    say("three appeals with pictures")
    plan = plan_all(now)
    _give_all(rehearsal, plan.thinned() if is_small else plan, now=now, say=say)
    offline.enter_all(now=now)
    scenery.read_messages(now)
    say("cash, cheques and transfers")
    gatherings.make_gatherings(now)
    say("a campaign, a day of action and events")
    _collect(now)
    say("a round of collecting with points, workplaces and vans")
    reading.make_articles(now)
    belonging.let_belong(now)
    say("articles, members, news and letters")
    _send_old_mails(now)
    _prove(now)
    db.session.remove()


def _collect(now: datetime) -> None:
    made = rounds.begin_round(now)
    collecting.open_points(made)
    store, van = hauling.make_vans(made)
    collecting.let_bring(made)
    hauling.let_collect_at_work(made)
    hauling.drive_last_week(made, store, van)
    hauling.plan_next_run(made, store, van)


def _give_all(
    rehearsal: Rehearsal, plan: Plan, *, now: datetime, say: Callable[[str], None]
) -> None:
    steps = sorted(_steps(rehearsal, plan, now), key=lambda step: step.at)
    told = 0
    for number, step in enumerate(steps, start=1):
        rehearsal.set_clock(int(step.at.timestamp()))
        step.act(step.at)
        share = number * 100 // len(steps)
        if share >= told + 10:
            told = share
            say(f"{len(plan.gifts)} gifts and {len(plan.regulars)} that come again: {share} %")
    rehearsal.set_clock(clock.timestamp())


def _steps(rehearsal: Rehearsal, plan: Plan, now: datetime) -> list[Step]:
    singles = [SingleStory(rehearsal, gift).steps(now) for gift in plan.gifts]
    regulars = [RegularStory(rehearsal, gift).steps(now) for gift in plan.regulars]
    return [step for story in [*singles, *regulars] for step in story]


def _send_old_mails(now: datetime) -> None:
    with transaction():
        db.session.execute(
            update(OutboxMail)
            .where(OutboxMail.created_at < now - MAILS_OF, OutboxMail.state == MailState.WAITING)
            .values(state=MailState.SENT, finished_at=OutboxMail.created_at)
            .execution_options(synchronize_session=False)
        )


def _prove(now: datetime) -> None:
    """The books must agree, and a sweep must find nothing that was missed."""
    report = sweep(now=now)
    if report.problems:
        raise FillingError("; ".join(report.problems[:5]))
    differences = ledger.check_books()
    if differences:
        raise FillingError("; ".join(f"{one.kind} {one.subject}" for one in differences[:5]))
