"""What donors and organisers ask of a plan, and the pages of Stripe's that they need for it.

Each wish is written down and committed before Stripe is asked. Without an answer it stays
requested, and the worker repeats it until it is done or refused: a page can then say that it is
noted and will be done.
"""

from __future__ import annotations

from datetime import datetime

from app.db.session import transaction
from app.lib.money import Money, is_chargeable
from app.payments.errors import (
    GatewayRefusedError,
    ObjectMissingError,
    PaymentsUnavailableError,
    PlanEndedError,
    UncollectableAmountError,
)
from app.payments.flows.changing import carry_out
from app.payments.flows.mirror import sync_invoice, sync_plan
from app.payments.gateway import plans as calls
from app.payments.queries import plans as plan_reads
from app.payments.rules.plans import (
    SETTLED_INVOICES,
    InvoiceState,
    PlanChangeKind,
    PlanChangeState,
    invoice_state,
)
from app.payments.service import changes
from app.payments.service import plans as plan_service
from app.payments.service.changes import Wish

#: How many of the newest demands are looked at when a plan is asked about.
LOOKED_AT = 12


def stop(
    plan_key: str, *, asked_by: str, reason: str | None = None, now: datetime
) -> PlanChangeState:
    """End a plan at once: nothing is collected any more, and open demands are taken back.

    A debit that is on its way already comes all the same. Raises NotFoundError, PlanEndedError.
    """
    wish = Wish(kind=PlanChangeKind.STOP, asked_by=asked_by, reason=reason)
    return _ask(plan_key, wish, now)


def change_amount(
    plan_key: str,
    *,
    amount: Money,
    covered_fee: Money,
    asked_by: str,
    reason: str | None = None,
    now: datetime,
) -> PlanChangeState:
    """Collect another sum from the next time on; `amount` is the whole, the covered fee in it.

    Raises NotFoundError, PlanEndedError, UncollectableAmountError.
    """
    currency = plan_reads.get_plan(plan_key).currency
    if {amount.currency, covered_fee.currency} != {currency} or not is_chargeable(amount):
        raise UncollectableAmountError
    if not 0 <= covered_fee.minor < amount.minor:
        raise UncollectableAmountError
    params = {"amount_minor": amount.minor, "covered_fee_minor": covered_fee.minor}
    wish = Wish(kind=PlanChangeKind.AMOUNT, asked_by=asked_by, reason=reason, params=params)
    return _ask(plan_key, wish, now)


def pause(
    plan_key: str, *, until: datetime, asked_by: str, reason: str | None = None, now: datetime
) -> PlanChangeState:
    """Collect nothing that falls due before an instant; whole seconds, as Stripe counts them.

    Raises NotFoundError, PlanEndedError.
    """
    params = {"until": until.replace(microsecond=0).isoformat()}
    wish = Wish(kind=PlanChangeKind.PAUSE, asked_by=asked_by, reason=reason, params=params)
    return _ask(plan_key, wish, now)


def resume(
    plan_key: str, *, asked_by: str, reason: str | None = None, now: datetime
) -> PlanChangeState:
    """Collect again from the next date on; raises NotFoundError, PlanEndedError."""
    wish = Wish(kind=PlanChangeKind.RESUME, asked_by=asked_by, reason=reason)
    return _ask(plan_key, wish, now)


def change_contact(plan_key: str, *, email: str, asked_by: str, now: datetime) -> PlanChangeState:
    """Let Stripe write to another address; raises NotFoundError, PlanEndedError."""
    wish = Wish(kind=PlanChangeKind.CONTACT, asked_by=asked_by, params={"email": email})
    return _ask(plan_key, wish, now)


def _ask(plan_key: str, wish: Wish, now: datetime) -> PlanChangeState:
    with transaction():
        change_id = changes.ask(plan_key, wish, now=now).id
    return carry_out(change_id, now=now)


# --- pages of Stripe's ----------------------------------------------------------------------------


def portal_url(
    plan_key: str,
    *,
    return_url: str,
    now: datetime,  # noqa: ARG001 - as all that is asked of a plan
) -> str:
    """The address of Stripe's page for another card or bank account; never to be kept.

    Raises NotFoundError, PlanEndedError, PaymentsUnavailableError.
    """
    plan = plan_reads.get_plan(plan_key)
    if plan.is_ended:
        raise PlanEndedError
    try:
        return calls.open_portal(plan, return_url=return_url)
    except GatewayRefusedError as error:
        raise PaymentsUnavailableError from error


def settle_url(
    plan_key: str,
    *,
    now: datetime,  # noqa: ARG001 - as all that is asked of a plan
) -> str | None:
    """The address of Stripe's page where the newest failed demand can be paid; never to be kept.

    Nothing where none waits to be paid. Raises PaymentsUnavailableError.
    """
    invoice = plan_reads.find_open_invoice(plan_key)
    if invoice is None:
        return None
    account_name = invoice.plan.payment_account.name
    try:
        shown = calls.fetch_invoice(account_name, invoice.invoice_id)
    except ObjectMissingError:
        return None
    return shown.hosted_url if invoice_state(shown.status) is InvoiceState.OPEN else None


def pull_plan(plan_key: str, *, now: datetime) -> None:
    """Ask Stripe about a plan and its newest demands; raises PaymentsUnavailableError."""
    plan = plan_reads.get_plan(plan_key)
    account, subscription_id = plan.payment_account, plan.subscription_id
    try:
        sync_plan(account, subscription_id, now=now)
        is_ended = plan_reads.get_plan(plan_key).is_ended
        listed = calls.list_invoices(account.name, subscription_id)
        for shown in listed if is_ended else listed[:LOOKED_AT]:
            known = plan_reads.find_invoice(account.id, shown.id)
            if known is None or known.state not in SETTLED_INVOICES:
                sync_invoice(account, shown.id, now=now)
    except GatewayRefusedError as error:
        raise PaymentsUnavailableError from error
    if is_ended:
        with transaction():
            plan_service.close(plan_key, now=now)
