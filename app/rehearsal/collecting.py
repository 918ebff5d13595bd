"""Tries to collect an invoice: by the plan, by the API, by the payer on its page."""

from app.rehearsal import charging, invoices, mandates, subscriptions
from app.rehearsal.account import INVOICE, METHOD, Account
from app.rehearsal.balance import plan_booking
from app.rehearsal.bodies import Body
from app.rehearsal.cards import (
    CHALLENGE_FAILED,
    DEBIT_REFUSALS,
    LATER,
    NEEDS_CHECK,
    REFUSALS,
    Card,
    Refusal,
    refusal_by,
)
from app.rehearsal.methods import attach, card_of, make_method
from app.rehearsal.problems import ProblemError
from app.rehearsal.shapes import THREE_D_SECURE, new


def advance(account: Account, invoice: Body) -> None:
    """What is due of an invoice: a draft is finalized, an open one is tried."""
    if invoice["status"] == "draft":
        if subscriptions.of_invoice(account, invoice)["status"] == "unpaid":
            invoice.update(auto_advance=False, automatically_finalizes_at=None)
            account.put(invoice)
            return
        invoices.finalize(account, invoice)
    invoices.plan_next(account, invoice, None)
    collect(account, invoice)


def collect(
    account: Account, invoice: Body, *, method: Body | None = None, is_planned: bool = True
) -> Refusal | None:
    """Try to take the money while the payer is away; returns why it was refused."""
    subscription = subscriptions.of_invoice(account, invoice)
    method = method or account.get(METHOD, subscription["default_payment_method"])
    refusal = _refusal(account, subscription, method)
    if refusal is None:
        charge = invoices.charge(account, invoice, method, None)
        if charge["paid"]:
            plan_booking(account, charge)
        return None
    invoices.count(account, invoice)
    intent = invoices.intent_of(account, invoice)
    if refusal is NEEDS_CHECK:
        page = str(invoice["hosted_invoice_url"])
        charging.demand_challenge(account, intent, method, url=f"{page}/challenge", return_url=page)
        account.emit("invoice.payment_action_required", invoice)
    else:
        charging.refuse(account, intent, method, refusal)
    invoices.mark_failed(account, invoice, is_planned=is_planned)
    return refusal


def _refusal(account: Account, subscription: Body, method: Body) -> Refusal | None:
    """What the bank says: as somebody planned, or as the test card does."""
    planned = subscription.get("_fails")
    if planned is None:
        card = card_of(method)
        if mandates.is_ended(account, method):
            return DEBIT_REFUSALS[Card.BACS_CANCELLED]
        return REFUSALS.get(card) or LATER.get(card)
    planned["times"] -= 1
    if planned["times"] <= 0:
        del subscription["_fails"]
    account.put(subscription)
    return refusal_by(planned["code"])


def fail_next(account: Account, subscription: Body, code: str, times: int) -> None:
    """Let the next collections fail; raises ValueError for a code there is not."""
    refusal_by(code)
    subscription["_fails"] = {"code": code, "times": times}
    account.put(subscription)


def fix_card(account: Account, subscription: Body) -> None:
    """Let the next collections succeed, with another card where this one does not."""
    subscription.pop("_fails", None)
    account.put(subscription)
    method = account.get(METHOD, subscription["default_payment_method"])
    if _refusal(account, subscription, method) is not None:
        change_method(account, subscription, Card.MASTERCARD)


def change_method(account: Account, subscription: Body, card: Card) -> None:
    """Give the subscription another card; raises ProblemError when the bank refuses it."""
    if card in REFUSALS:
        raise ProblemError(REFUSALS[card].message, status=402, kind="card_error")
    old = account.get(METHOD, subscription["default_payment_method"])
    method = make_method(account, card, old["billing_details"]["email"])
    attach(account, method, subscription["customer"])
    subscription.pop("_fails", None)
    subscriptions.change(account, subscription, default_payment_method=method["id"])


def demand_payable(account: Account, invoice_id: str) -> Body:
    """An invoice that can be paid now; raises ProblemError as Stripe does."""
    invoice = account.get(INVOICE, invoice_id)
    if invoice["status"] == "paid":
        raise ProblemError("Invoice is already paid")
    if invoice["status"] == "draft":
        invoices.finalize(account, invoice)
    if invoice["status"] != "open":
        raise ProblemError(f"This invoice is {invoice['status']}: it can no longer be paid.")
    if invoices.intent_of(account, invoice)["status"] == "processing":
        raise ProblemError("A payment of this invoice is already being processed.")
    return invoice


def pay_by_hand(account: Account, invoice_id: str, card: Card) -> Body:
    """The payer pays on the invoice's page; what pays becomes the subscription's method."""
    invoice = demand_payable(account, invoice_id)
    intent = invoices.intent_of(account, invoice)
    method = make_method(account, card, invoice["customer_email"])
    if card is Card.THREE_D_SECURE:
        page = str(invoice["hosted_invoice_url"])
        charging.demand_challenge(account, intent, method, url=f"{page}/challenge", return_url=page)
    elif card in REFUSALS:
        invoices.count(account, invoice)
        charging.refuse(account, intent, method, REFUSALS[card])
        invoices.mark_failed(account, invoice, is_planned=False)
    else:
        _take_by_hand(account, invoice, method, None)
    return invoice


def answer_challenge(account: Account, invoice_id: str, *, passed: bool) -> Body:
    """End the 3-D Secure check of an invoice; raises ProblemError when none is open."""
    invoice = account.get(INVOICE, invoice_id)
    if not waits_for_challenge(account, invoice):
        raise ProblemError("This invoice waits for no challenge.")
    intent = invoices.intent_of(account, invoice)
    method = account.get(METHOD, intent["payment_method"])
    if passed:
        _take_by_hand(account, invoice, method, new(THREE_D_SECURE))
    else:
        invoices.count(account, invoice)
        charging.fail_intent(account, intent, CHALLENGE_FAILED.error(None, method))
        invoices.mark_failed(account, invoice, is_planned=False)
    return invoice


def waits_for_challenge(account: Account, invoice: Body) -> bool:
    """Whether the payer's bank has asked and was not answered."""
    if invoice["status"] != "open":
        return False
    return bool(invoices.intent_of(account, invoice)["status"] == "requires_action")


def _take_by_hand(account: Account, invoice: Body, method: Body, secure: Body | None) -> None:
    attach(account, method, invoice["customer"])
    charge = invoices.charge(account, invoice, method, secure)
    subscription = subscriptions.of_invoice(account, invoice)
    if subscription["status"] != "canceled":
        subscription.pop("_fails", None)
        subscriptions.change(account, subscription, default_payment_method=method["id"])
    if charge["paid"]:
        plan_booking(account, charge)
