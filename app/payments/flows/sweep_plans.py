"""The parts of a sweep about plans: what was asked of them, their state, their demands."""

from __future__ import annotations

from datetime import timedelta

from app.payments.facts import SweepReport
from app.payments.flows import changing, mirror, plans, sync
from app.payments.flows.rounds import Round
from app.payments.queries import orders as order_reads
from app.payments.queries import plans as plan_reads
from app.payments.queries import sweeps as sweep_reads

#: How long news is left to the webhooks before a sweep asks.
QUIET = timedelta(minutes=4)
#: Stripe finalizes and collects a renewal about an hour after it is due.
COLLECTING = timedelta(hours=1, minutes=4)
#: However quiet it is, a plan and an open demand are looked at once in this time.
PLAN_ROUND = timedelta(days=1)
INVOICE_ROUND = timedelta(hours=6)
#: For how long the plan of a completed page is looked for.
LOST = timedelta(days=30)
BATCH = 100


def sweep_changes(turn: Round) -> None:
    """Do what was asked of plans and is not done."""
    found = sweep_reads.list_stale_changes(turn.account.id, before=turn.now - QUIET, limit=BATCH)
    ids = [change.id for change in found]
    turn.each("change", ids, lambda row_id: changing.carry_out(row_id, now=turn.now))
    turn.count(SweepReport(changes=len(ids)))


def sweep_plans(turn: Round) -> None:
    """Find plans that nobody told us of, and look at those that were quiet or are due."""
    found = sweep_reads.list_planless_attempts(turn.account.id, since=turn.now - LOST, limit=BATCH)
    lost = [attempt.id for attempt in found]
    turn.each("attempt", lost, lambda row_id: _look_at_attempt(turn, row_id))
    quiet = sweep_reads.list_stale_plans(
        turn.account.id,
        due=turn.now - COLLECTING,
        before=turn.now - PLAN_ROUND,
        limit=BATCH,
    )
    keys = {plan.id: plan.plan_key for plan in quiet}
    turn.each("plan", keys, lambda row_id: plans.pull_plan(keys[row_id], now=turn.now))
    turn.count(SweepReport(plans=len(lost) + len(keys)))


def _look_at_attempt(turn: Round, row_id: int) -> None:
    session_id = order_reads.get_attempt(row_id).session_id
    if session_id is not None:
        sync.look_at_session(turn.account, session_id, now=turn.now)


def sweep_invoices(turn: Round) -> None:
    """Look at demands that wait to be paid."""
    found = sweep_reads.list_stale_invoices(
        turn.account.id, due=turn.now - QUIET, before=turn.now - INVOICE_ROUND, limit=BATCH
    )
    ids = [invoice.id for invoice in found]
    turn.each("demand", ids, lambda row_id: _look_at_invoice(turn, row_id))
    turn.count(SweepReport(invoices=len(ids)))


def _look_at_invoice(turn: Round, row_id: int) -> None:
    invoice_id = plan_reads.get_invoice(row_id).invoice_id
    mirror.sync_invoice(turn.account, invoice_id, now=turn.now)
