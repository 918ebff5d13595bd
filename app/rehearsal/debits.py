"""What a bank answers to a debit some days later, and what that changes."""

from app.rehearsal import charging, invoices, mandates
from app.rehearsal.account import CHARGE, METHOD, SESSION, Account
from app.rehearsal.balance import plan_booking
from app.rehearsal.bodies import Body
from app.rehearsal.cards import DEBIT_REFUSALS, Card, Refusal
from app.rehearsal.methods import card_of
from app.rehearsal.problems import ProblemError


def settle_due(account: Account, charge_id: str) -> None:
    """Let the bank answer as the account of the test says."""
    charge = account.get(CHARGE, charge_id)
    card = card_of(account.get(METHOD, charge["payment_method"]))
    end_debit(account, charge_id, DEBIT_REFUSALS.get(card))


def _session_of(account: Account, charge: Body, invoice_id: str | None) -> Body | None:
    """The Checkout Session from which a charge came, if it came from one."""
    for session in account.all(SESSION):
        if session["payment_intent"] == charge["payment_intent"]:
            return session
        if invoice_id is not None and session["invoice"] == invoice_id:
            return session
    return None


def end_debit(account: Account, charge_id: str, refusal: Refusal | None) -> None:
    """Let the bank answer a debit: pay what waited for it, or let it fail."""
    charge = account.get(CHARGE, charge_id)
    if "_settles_at" not in charge:
        raise ProblemError(f"Charge {charge_id} waits for no bank: it is {charge['status']}.")
    charging.end_debit(account, charge, refusal)
    invoice = invoices.of_intent(account, charge["payment_intent"])
    if invoice is not None:
        invoices.end_debit(account, invoice, refusal)
    session = _session_of(account, charge, None if invoice is None else invoice["id"])
    if session is not None and not session.get("_told"):
        _tell_late(account, session, is_paid=refusal is None)
    if refusal is None:
        plan_booking(account, charge)
    if refusal is DEBIT_REFUSALS[Card.BACS_CANCELLED]:
        mandates.end(account, account.get(METHOD, charge["payment_method"]))


def _tell_late(account: Account, session: Body, *, is_paid: bool) -> None:
    """Tell of the session's own payment; later tries of its invoice are none of it."""
    session["_told"] = True
    if is_paid:
        session["payment_status"] = "paid"
    account.put(session)
    name = "succeeded" if is_paid else "failed"
    account.emit(f"checkout.session.async_payment_{name}", session)
