"""Doing at Stripe what was asked of a plan, in the order in which it was asked.

A wish is written down before this begins, and may be repeated after a crash at any point: the call
carries a key of the wish's own, and what a plan shows afterwards says whether it was done.
"""

from __future__ import annotations

from datetime import datetime

from app.db.session import transaction
from app.groups.models import PaymentAccount
from app.lib.money import Money
from app.payments.errors import (
    GatewayRefusedError,
    KeyReusedError,
    NoSuchAccountError,
    PaymentsUnavailableError,
)
from app.payments.flows.mirror import sync_invoice, sync_plan
from app.payments.gateway import plans as calls
from app.payments.models.plans import Plan, PlanChange
from app.payments.queries import plans as plan_reads
from app.payments.rules.plans import (
    InvoiceState,
    PlanChangeKind,
    PlanChangeState,
    invoice_state,
)
from app.payments.service import changes


def carry_out(change_id: int, *, now: datetime) -> PlanChangeState:
    """Do a wish, after those that were asked before it; it stays requested while Stripe is away."""
    plan_key = plan_reads.get_change(change_id).plan.plan_key
    waiting = [each.id for each in plan_reads.list_pending_changes(plan_key)]
    for each in waiting:
        if each > change_id or _do(each, now) is PlanChangeState.REQUESTED:
            break
    return plan_reads.get_change(change_id).state


def _do(change_id: int, now: datetime) -> PlanChangeState:
    try:
        return _call(change_id, now)
    except PaymentsUnavailableError as error:
        why, is_spent = str(error.__cause__ or error), error.is_final
    except KeyReusedError as error:
        why, is_spent = str(error), True
    except NoSuchAccountError as error:
        why, is_spent = f"the settings hold no keys for {error}", False
    if is_spent and _is_done(change_id, now):
        with transaction():
            return changes.finish(change_id, now=now)
    with transaction():
        changes.note_failure(change_id, why, is_key_spent=is_spent, now=now)
    return PlanChangeState.REQUESTED


def _call(change_id: int, now: datetime) -> PlanChangeState:
    change = plan_reads.get_change(change_id)
    if change.state is not PlanChangeState.REQUESTED:
        return change.state
    account, subscription_id = change.plan.payment_account, change.plan.subscription_id
    try:
        _ask_stripe(change, now)
    except KeyReusedError:
        raise
    except GatewayRefusedError as error:
        sync_plan(account, subscription_id, now=now)
        with transaction():
            return changes.refuse(change_id, str(error), now=now)
    sync_plan(account, subscription_id, now=now)
    with transaction():
        return changes.finish(change_id, now=now)


def _ask_stripe(change: PlanChange, now: datetime) -> None:
    plan, key, params = change.plan, change.idempotency_key, dict(change.params)
    match change.kind:
        case PlanChangeKind.STOP:
            _stop(plan, key, now)
        case PlanChangeKind.AMOUNT:
            calls.change_amount(
                plan,
                amount_minor=params["amount_minor"],
                covered_fee_minor=params["covered_fee_minor"],
                key=key,
            )
        case PlanChangeKind.PAUSE:
            calls.pause(plan, until=datetime.fromisoformat(params["until"]), key=key)
        case PlanChangeKind.RESUME:
            calls.resume(plan, key=key)
        case PlanChangeKind.CONTACT:
            calls.change_contact(plan, email=params["email"], key=key)


def _stop(plan: Plan, key: str, now: datetime) -> None:
    """End it, then take back what it still demands: whoever stopped is not asked again."""
    plan_key, account, subscription_id = plan.plan_key, plan.payment_account, plan.subscription_id
    try:
        calls.cancel(plan, key=key)
    except KeyReusedError:
        raise
    except GatewayRefusedError:
        # Stripe knows no ended subscription any more; it may have ended by itself meanwhile.
        sync_plan(account, subscription_id, now=now)
        if not plan_reads.get_plan(plan_key).is_ended:
            raise
    # Drafts are safe: Stripe advances none of an ended subscription.
    for shown in calls.list_invoices(account.name, subscription_id):
        if invoice_state(shown.status) is InvoiceState.OPEN:
            _take_back(account, shown.id, f"{key}:{shown.id}", now)


def _take_back(account: PaymentAccount, invoice_id: str, key: str, now: datetime) -> None:
    try:
        calls.void_invoice(account.name, invoice_id, key=key)
    except KeyReusedError:
        raise
    except GatewayRefusedError:
        pass  # it was paid meanwhile, or its debit is on the way: what comes is shown and told
    sync_invoice(account, invoice_id, now=now)


def _is_done(change_id: int, now: datetime) -> bool:
    """Whether Stripe did a wish although it answered with a failure; asks for the plan anew."""
    change = plan_reads.get_change(change_id)
    plan_key, account, subscription_id = _place(change.plan)
    try:
        sync_plan(account, subscription_id, now=now)
    except PaymentsUnavailableError:
        return False
    change, plan = plan_reads.get_change(change_id), plan_reads.get_plan(plan_key)
    params = dict(change.params)
    match change.kind:
        case PlanChangeKind.AMOUNT:
            wanted = Money(params["amount_minor"], plan.currency)
            is_same_fee = plan.covered_fee_minor == params["covered_fee_minor"]
            return plan.amount == wanted and is_same_fee
        case PlanChangeKind.PAUSE:
            until = datetime.fromisoformat(params["until"])
            return plan.is_paused and plan.paused_until == until
        case PlanChangeKind.RESUME:
            return not plan.is_paused
        case PlanChangeKind.STOP | PlanChangeKind.CONTACT:
            return False  # more is to be done, or nothing shows it: the next try goes on


def _place(plan: Plan) -> tuple[str, PaymentAccount, str]:
    return plan.plan_key, plan.payment_account, plan.subscription_id
