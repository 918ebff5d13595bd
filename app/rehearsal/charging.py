"""Money taken from a payment method: intents and charges, whoever asked for the money."""

from app.rehearsal.account import INTENT, METHOD, Account
from app.rehearsal.balance import move
from app.rehearsal.bodies import Body
from app.rehearsal.cards import Refusal
from app.rehearsal.mandates import mandate_of
from app.rehearsal.methods import is_debit
from app.rehearsal.shapes import CHARGE as CHARGE_SHAPE
from app.rehearsal.shapes import CHARGE_BACS, CHARGE_CARD, OUTCOME, new
from app.rehearsal.shapes import INTENT as INTENT_SHAPE

STATEMENT_LENGTH = 22
DAY = 86_400
DEBIT_DAYS = 4  # until a bank answers a debit


def make_intent(account: Account, amount: int, currency: str, **values: object) -> Body:
    """A new payment intent."""
    intent_id = account.new_id("pi")
    intent = account.put(
        new(
            INTENT_SHAPE,
            id=intent_id,
            amount=amount,
            client_secret=f"{intent_id}_secret_{account.new_id('s')}",
            created=account.now,
            currency=currency,
            **values,
        )
    )
    account.emit("payment_intent.created", intent)
    return intent


def _new_charge(account: Account, intent: Body, method: Body, **values: object) -> Body:
    carried = ("amount", "currency", "customer", "description", "receipt_email")
    return (
        new(
            CHARGE_SHAPE,
            id=account.new_id("py" if is_debit(method) else "ch"),
            amount_captured=intent["amount"],
            billing_details=method["billing_details"],
            calculated_statement_descriptor=_statement(account, intent),
            created=account.now,
            metadata=dict(intent["metadata"]),
            outcome=new(OUTCOME),
            payment_intent=intent["id"],
            payment_method=method["id"],
            payment_method_details=_details(intent, method),
            statement_descriptor_suffix=intent["statement_descriptor_suffix"],
            **{key: intent[key] for key in carried},
        )
        | values
    )


def _details(intent: Body, method: Body) -> Body:
    kind = method["type"]
    own = method[kind]
    if is_debit(method):
        body = new(CHARGE_BACS, **{key: own[key] for key in ("fingerprint", "last4", "sort_code")})
    else:
        carried = ("brand", "exp_year", "fingerprint", "last4")
        body = new(
            CHARGE_CARD,
            amount_authorized=intent["amount"],
            **{key: own[key] for key in carried},
        )
        body["network"] = own["brand"]
    return {kind: body, "type": kind}


def _statement(account: Account, intent: Body) -> str:
    """What stands on the bank statement: prefix and suffix, cut at 22 characters."""
    prefix = account.config.statement_prefix or account.config.legal_name or "REHEARSAL"
    suffix = intent["statement_descriptor_suffix"]
    text = f"{prefix}* {suffix}" if suffix else prefix
    return text[:STATEMENT_LENGTH].upper()


def refuse(account: Account, intent: Body, method: Body, refusal: Refusal) -> None:
    """The bank said no at once: a failed charge, and the intent waits for another card."""
    charge = _new_charge(
        account,
        intent,
        method,
        amount_captured=0,
        captured=False,
        paid=False,
        status="failed",
        failure_code=refusal.code,
        failure_message=refusal.message,
        outcome=_declined(refusal),
    )
    account.put(charge)
    intent["latest_charge"] = charge["id"]
    account.emit("charge.failed", charge)
    fail_intent(account, intent, refusal.error(charge["id"], method))


def _declined(refusal: Refusal) -> Body:
    return new(
        OUTCOME,
        network_status="declined_by_network",
        reason=refusal.decline_code or refusal.code,
        seller_message="The bank did not return any further details with this decline.",
        type="issuer_declined",
    )


def fail_intent(account: Account, intent: Body, error: Body) -> None:
    """Let an intent wait for another payment method, with the reason."""
    intent.update(
        status="requires_payment_method",
        amount_received=0,
        last_payment_error=error,
        next_action=None,
        payment_method=None,
    )
    account.put(intent)
    account.emit("payment_intent.payment_failed", intent)


def cancel_intent(account: Account, intent: Body, reason: str) -> None:
    """Close an intent that will not be paid any more."""
    intent.update(
        status="canceled",
        canceled_at=account.now,
        cancellation_reason=reason,
        next_action=None,
    )
    account.put(intent)
    account.emit("payment_intent.canceled", intent)


def demand_challenge(
    account: Account, intent: Body, method: Body, *, url: str, return_url: str | None
) -> None:
    """Let an intent wait for its payer's 3-D Secure check."""
    intent.update(
        status="requires_action",
        payment_method=method["id"],
        next_action={
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": return_url, "url": url},
        },
    )
    account.put(intent)
    account.emit("payment_intent.requires_action", intent)


def take(account: Account, intent: Body, method: Body, secure: Body | None = None) -> Body:
    """Take the money of a card: returns the charge, of which nothing was told yet."""
    intent.update(
        amount_received=intent["amount"],
        last_payment_error=None,
        next_action=None,
        payment_method=method["id"],
        status="succeeded",
    )
    charge = _new_charge(account, intent, method)
    charge["payment_method_details"]["card"]["three_d_secure"] = secure or None
    return _attach_charge(account, intent, charge)


def begin_debit(account: Account, intent: Body, method: Body) -> Body:
    """Ask the bank for the money; it answers after some days."""
    intent.update(
        last_payment_error=None,
        next_action=None,
        payment_method=method["id"],
        payment_method_types=["bacs_debit"],
        payment_method_options={"bacs_debit": {"mandate_options": {}}},
        status="processing",
    )
    charge = _new_charge(account, intent, method, captured=True, paid=False, status="pending")
    details = charge["payment_method_details"]["bacs_debit"]
    details["mandate"] = mandate_of(account, method)["id"]
    charge["_settles_at"] = account.now + DEBIT_DAYS * DAY
    charge["outcome"] = new(OUTCOME, network_status="not_sent_to_network", seller_message=None)
    _attach_charge(account, intent, charge)
    account.emit("charge.pending", charge)
    account.emit("payment_intent.processing", intent)
    return charge


def _attach_charge(account: Account, intent: Body, charge: Body) -> Body:
    account.put(charge)
    intent["latest_charge"] = charge["id"]
    account.put(intent)
    return charge


def end_debit(account: Account, charge: Body, refusal: Refusal | None) -> Body:
    """The bank's answer to a debit; returns the intent. The balance is booked by the caller."""
    intent = account.get(INTENT, charge["payment_intent"])
    charge.pop("_settles_at", None)
    if refusal is None:
        charge.update(status="succeeded", paid=True)
        intent.update(status="succeeded", amount_received=intent["amount"])
        account.put(charge)
        account.put(intent)
        account.emit("charge.succeeded", charge)
        account.emit("payment_intent.succeeded", intent)
        return intent
    charge.update(
        status="failed",
        paid=False,
        failure_code=refusal.code,
        failure_message=refusal.message,
        outcome=_declined(refusal),
    )
    account.put(charge)
    account.emit("charge.failed", charge)
    method = account.get(METHOD, charge["payment_method"])
    fail_intent(account, intent, refusal.error(charge["id"], method))
    return intent


def fail_late(account: Account, charge: Body, refusal: Refusal) -> None:
    """The bank takes settled money back, days later: the charge fails, the balance pays."""
    back = move(account, "payment_failure_refund", charge, -charge["amount"])
    previous = {key: charge[key] for key in ("paid", "status", "failure_code", "failure_message")}
    charge.update(
        status="failed",
        paid=False,
        failure_balance_transaction=back["id"],
        failure_code=refusal.code,
        failure_message=refusal.message,
    )
    account.put(charge)
    account.emit("charge.failed", charge, previous)
    intent = account.get(INTENT, charge["payment_intent"])
    method = account.get(METHOD, charge["payment_method"])
    fail_intent(account, intent, refusal.error(charge["id"], method))
