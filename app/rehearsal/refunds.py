"""Refunds: whole, in part, waiting, failing later."""

from app.rehearsal.account import CHARGE, INTENT, REFUND, Account
from app.rehearsal.balance import move, settle_refund
from app.rehearsal.bodies import Body
from app.rehearsal.currencies import amount_text
from app.rehearsal.problems import ProblemError
from app.rehearsal.shapes import REFUND as SHAPE
from app.rehearsal.shapes import new

REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def charge_to_refund(account: Account, params: Body) -> Body:
    """The charge that the parameters ``charge`` or ``payment_intent`` name; raises ProblemError."""
    if ("charge" in params) == ("payment_intent" in params):
        raise ProblemError(
            "One of the following params should be provided for this request: payment_intent or "
            "charge.",
            code="parameter_missing",
        )
    if "charge" in params:
        return account.get(CHARGE, params["charge"], "charge")
    intent = account.get(INTENT, params["payment_intent"], "payment_intent")
    charge = account.find(CHARGE, intent["latest_charge"] or "")
    if charge is None or not charge["paid"]:
        raise ProblemError(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            code="payment_intent_unexpected_state",
            param="payment_intent",
        )
    return charge


def refund(account: Account, charge: Body, params: Body, *, is_waiting: bool = False) -> Body:
    """Give back a charge or a part of it; raises ProblemError when that is too much."""
    amount = _amount(charge, params.get("amount"))
    waits_for_charge = charge["balance_transaction"] is None
    values: Body = {}
    if is_waiting or waits_for_charge:
        reason = "charge_pending" if waits_for_charge else "insufficient_funds"
        values = {"pending_reason": reason, "status": "pending"}
    is_debit = charge["payment_method_details"]["type"] == "bacs_debit"
    if is_debit:
        values |= {"destination_details": {"type": "bacs_debit"}}
    made = new(
        SHAPE,
        id=account.new_id("pyr" if is_debit else "re"),
        amount=amount,
        charge=charge["id"],
        created=account.now,
        currency=charge["currency"],
        metadata=params.get("metadata", {}),
        payment_intent=charge["payment_intent"],
        payment_method=charge["payment_method"],
        reason=params.get("reason"),
        **values,
    )
    if made["status"] != "pending":
        kind = "payment_refund" if is_debit else "refund"
        made["balance_transaction"] = move(account, kind, made, -amount)["id"]
    account.put(made)
    previous = _count(charge, amount)
    account.put(charge)
    account.emit("refund.created", made)
    account.emit("charge.refunded", charge, previous)
    return made


def settle(account: Account, made: Body) -> Body:
    """Let a waiting refund through; raises ProblemError when it does not wait."""
    if made["status"] != "pending" or made.get("pending_reason") == "charge_pending":
        raise ProblemError(f"The refund is {made['status']} and cannot be settled now.")
    settle_refund(account, made)
    return made


def fail(account: Account, made: Body, reason: str = "expired_or_canceled_card") -> Body:
    """The bank refused the money: it comes back to the balance; raises ProblemError if it has."""
    if made["status"] not in {"succeeded", "pending"}:
        raise ProblemError(f"The refund is {made['status']} and cannot fail.")
    previous = {"status": made["status"]}
    made.update(status="failed", failure_reason=reason)
    made.pop("pending_reason", None)
    if made["balance_transaction"] is not None:
        back = move(account, "refund_failure", made, made["amount"])
        made["failure_balance_transaction"] = back["id"]
    account.put(made)
    charge = account.get(CHARGE, made["charge"])
    _count(charge, -made["amount"])
    account.put(charge)
    account.emit("refund.updated", made, previous)
    account.emit("refund.failed", made)
    return made


def _amount(charge: Body, asked: int | None) -> int:
    left: int = charge["amount"] - charge["amount_refunded"]
    if not charge["paid"]:
        raise ProblemError(f"Charge {charge['id']} has no money to refund.", param="charge")
    if left == 0:
        raise ProblemError(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    amount = left if asked is None else asked
    if amount <= 0:
        raise ProblemError("Invalid positive integer", param="amount")
    if amount > left:
        currency = charge["currency"]
        raise ProblemError(
            f"Refund amount ({amount_text(amount, currency)}) is greater than unrefunded amount "
            f"on charge ({amount_text(left, currency)})",
            param="amount",
        )
    return amount


def _count(charge: Body, amount: int) -> Body:
    previous = {key: charge[key] for key in ("amount_refunded", "refunded")}
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    return previous


def refunds_of(account: Account, charge_id: str) -> list[Body]:
    """The refunds of a charge, newest first."""
    return [made for made in reversed(account.all(REFUND)) if made["charge"] == charge_id]
