"""Disputes: a payer's bank takes the money back, and a decision may bring it again."""

from app.rehearsal.account import Account
from app.rehearsal.balance import DAY, move
from app.rehearsal.billing_shapes import DISPUTE as SHAPE
from app.rehearsal.bodies import Body, public
from app.rehearsal.problems import ProblemError
from app.rehearsal.shapes import new

FEE = 2000  # Stripe's price for a dispute in the United Kingdom; a won one does not bring it back
DAYS_TO_ANSWER = 9
REASONS = (
    "bank_cannot_process", "credit_not_processed", "customer_initiated", "debit_not_authorized",
    "duplicate", "fraudulent", "general", "incorrect_account_details", "insufficient_funds",
    "product_not_received", "product_unacceptable", "subscription_canceled", "unrecognized",
)  # fmt: skip


def dispute(account: Account, charge: Body, amount: int | None, reason: str) -> Body:
    """Let a payer's bank dispute a charge or a part of it; raises ProblemError, ValueError."""
    if reason not in REASONS:
        raise ValueError(f"There is no reason {reason!r}; there are {', '.join(REASONS)}.")
    if not charge["paid"] or charge["disputed"] or charge["balance_transaction"] is None:
        raise ProblemError("Only a charge that was settled can be disputed, and only once.")
    taken = charge["amount"] if amount is None else amount
    if not 0 < taken <= charge["amount"]:
        raise ProblemError("The disputed amount must be a part of the charge.", param="amount")
    kind = charge["payment_method_details"]["type"]
    details = {"brand": "visa", "case_type": "chargeback", "network": "visa"}
    made = new(
        SHAPE,
        id=account.new_id("du" if kind == "bacs_debit" else "dp"),
        amount=taken,
        charge=charge["id"],
        created=account.now,
        currency=charge["currency"],
        payment_intent=charge["payment_intent"],
        payment_method_details={"card": {**details, "network_reason_code": "10.4"}, "type": "card"}
        if kind == "card"
        else None,
        reason=reason,
    )
    made["evidence_details"]["due_by"] = account.now + DAYS_TO_ANSWER * DAY
    _book(account, made, -taken, FEE)
    charge["disputed"] = True
    account.put(charge)
    account.emit("charge.dispute.created", made)
    account.emit("charge.dispute.funds_withdrawn", made)
    account.emit("charge.updated", charge, {"disputed": False})
    return made


def _book(account: Account, made: Body, amount: int, fee: int) -> None:
    movement = move(account, "adjustment", made, amount, fee)
    movement["reporting_category"] = "dispute" if amount < 0 else "dispute_reversal"
    account.put(movement)
    made["balance_transactions"].append(public(movement))
    account.put(made)


def close(account: Account, made: Body, *, won: bool) -> Body:
    """Decide a dispute; raises ProblemError when it is decided already."""
    if made["status"] in {"won", "lost"}:
        raise ProblemError(f"This dispute is {made['status']} already.")
    previous = {"status": made["status"]}
    made["status"] = "won" if won else "lost"
    account.put(made)
    if won:
        _book(account, made, made["amount"], 0)
        account.emit("charge.dispute.funds_reinstated", made)
    account.emit("charge.dispute.closed", made, previous)
    return made
