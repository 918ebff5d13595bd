"""What a payer does on the payment page, and what Stripe makes of it."""

from app.rehearsal.account import INTENT, METHOD, SESSION, Account
from app.rehearsal.balance import plan_booking
from app.rehearsal.bodies import Body
from app.rehearsal.cards import CHALLENGE_FAILED, LAST4, REFUSALS, Card, Refusal
from app.rehearsal.problems import ProblemError
from app.rehearsal.shapes import CHARGE as CHARGE_SHAPE
from app.rehearsal.shapes import (
    CHARGE_CARD,
    METHOD_CARD,
    NO_ADDRESS,
    OUTCOME,
    THREE_D_SECURE,
    new,
)
from app.rehearsal.shapes import CUSTOMER as CUSTOMER_SHAPE
from app.rehearsal.shapes import INTENT as INTENT_SHAPE
from app.rehearsal.shapes import METHOD as METHOD_SHAPE

STATEMENT_LENGTH = 22
CARD_YEARS = 4
YEAR = 31_556_952


def pay(account: Account, session: Body, card: Card, email: str | None) -> None:
    """Try a card on an open session; raises ProblemError when the session is not open."""
    _demand_open(session)
    intent = _intent_of(account, session)
    method = _method(account, session, card, email)
    if card in REFUSALS:
        _refuse(account, session, intent, method, REFUSALS[card])
    elif card is Card.THREE_D_SECURE:
        _demand_challenge(account, session, intent, method)
    else:
        _charge(account, session, intent, method, {})


def answer_challenge(account: Account, session: Body, *, passed: bool) -> None:
    """End a 3-D Secure challenge; raises ProblemError when none is open."""
    _demand_open(session)
    intent = account.find(INTENT, session["payment_intent"] or "")
    if intent is None or intent["status"] != "requires_action":
        raise ProblemError("This payment waits for no challenge.")
    method = account.get(METHOD, intent["payment_method"])
    if passed:
        _charge(account, session, intent, method, new(THREE_D_SECURE))
    else:
        _fail_intent(account, intent, CHALLENGE_FAILED.error(None, method))


def expire(account: Account, session: Body) -> None:
    """Close an open session that nobody paid; its intent, if there is one, is cancelled."""
    session.update(status="expired", url=None)
    account.open_sessions.discard(session["id"])
    account.put(session)
    intent = account.find(INTENT, session["payment_intent"] or "")
    if intent is not None:
        intent.update(
            status="canceled",
            canceled_at=account.now,
            cancellation_reason="automatic",
            next_action=None,
        )
        account.put(intent)
        account.emit("payment_intent.canceled", intent)
    account.emit("checkout.session.expired", session)


def expire_due(account: Account) -> None:
    """Close the open sessions whose time is over."""
    for session_id in sorted(account.open_sessions):
        session = account.find(SESSION, session_id)
        if session is not None and session["expires_at"] <= account.now:
            expire(account, session)


def _demand_open(session: Body) -> None:
    if session["status"] != "open":
        raise ProblemError(f"This payment page is {session['status']}: nothing was charged.")


def _intent_of(account: Account, session: Body) -> Body:
    """The session's intent; Checkout makes it at the first attempt to pay."""
    if session["payment_intent"] is not None:
        return account.get(INTENT, session["payment_intent"])
    intent_id = account.new_id("pi")
    intent = account.put(
        new(
            INTENT_SHAPE,
            id=intent_id,
            amount=session["amount_total"],
            client_secret=f"{intent_id}_secret_{account.new_id('s')}",
            created=account.now,
            currency=session["currency"],
            customer=session["customer"],
            **session["_intent"],
        )
    )
    session["payment_intent"] = intent_id
    account.put(session)
    account.emit("payment_intent.created", intent)
    return intent


def _method(account: Account, session: Body, card: Card, email: str | None) -> Body:
    details = session["customer_details"] or {}
    year = 1970 + account.now // YEAR + CARD_YEARS
    last4 = LAST4[card]
    return account.put(
        new(
            METHOD_SHAPE,
            id=account.new_id("pm"),
            billing_details={
                "address": dict(NO_ADDRESS),
                "email": details.get("email") or email,
                "name": "Rehearsal Payer",
                "phone": None,
                "tax_id": None,
            },
            card=new(METHOD_CARD, exp_year=year, fingerprint=f"rehearsal{last4}", last4=last4),
            created=account.now,
        )
    )


def _new_charge(account: Account, intent: Body, method: Body, **values: object) -> Body:
    card = method["card"]
    carried = ("amount", "currency", "customer", "description", "receipt_email")
    return (
        new(
            CHARGE_SHAPE,
            id=account.new_id("ch"),
            amount_captured=intent["amount"],
            billing_details=method["billing_details"],
            calculated_statement_descriptor=_statement(account, intent),
            created=account.now,
            metadata=dict(intent["metadata"]),
            outcome=new(OUTCOME),
            payment_intent=intent["id"],
            payment_method=method["id"],
            payment_method_details={
                "card": new(
                    CHARGE_CARD,
                    amount_authorized=intent["amount"],
                    exp_year=card["exp_year"],
                    fingerprint=card["fingerprint"],
                    last4=card["last4"],
                ),
                "type": "card",
            },
            statement_descriptor_suffix=intent["statement_descriptor_suffix"],
            **{key: intent[key] for key in carried},
        )
        | values
    )


def _statement(account: Account, intent: Body) -> str:
    """What stands on the bank statement: prefix and suffix, cut at 22 characters."""
    prefix = account.config.statement_prefix or account.config.legal_name or "REHEARSAL"
    suffix = intent["statement_descriptor_suffix"]
    text = f"{prefix}* {suffix}" if suffix else prefix
    return text[:STATEMENT_LENGTH].upper()


def _refuse(account: Account, session: Body, intent: Body, method: Body, refusal: Refusal) -> None:
    """Leave the session open: the payer may try another card on the same intent."""
    decline = refusal.decline_code or refusal.code
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
        outcome=new(
            OUTCOME,
            network_status="declined_by_network",
            reason=decline,
            seller_message="The bank did not return any further details with this decline.",
            type="issuer_declined",
        ),
    )
    account.put(charge)
    intent["latest_charge"] = charge["id"]
    account.put(session)
    account.emit("charge.failed", charge)
    _fail_intent(account, intent, refusal.error(charge["id"], method))


def _fail_intent(account: Account, intent: Body, error: Body) -> None:
    intent.update(
        status="requires_payment_method",
        last_payment_error=error,
        next_action=None,
        payment_method=None,
    )
    account.put(intent)
    account.emit("payment_intent.payment_failed", intent)


def _demand_challenge(account: Account, session: Body, intent: Body, method: Body) -> None:
    base = account.world.config.public_url
    intent.update(
        status="requires_action",
        payment_method=method["id"],
        next_action={
            "type": "redirect_to_url",
            "redirect_to_url": {
                "return_url": session["url"],
                "url": f"{base}/c/pay/{session['id']}/challenge",
            },
        },
    )
    account.put(intent)
    account.emit("payment_intent.requires_action", intent)


def _charge(account: Account, session: Body, intent: Body, method: Body, secure: Body) -> None:
    """Take the money and complete the session."""
    customer_id = _customer_for(account, session, method)
    intent.update(
        amount_received=intent["amount"],
        customer=customer_id,
        last_payment_error=None,
        next_action=None,
        payment_method=method["id"],
        status="succeeded",
    )
    charge = _new_charge(account, intent, method)
    charge["payment_method_details"]["card"]["three_d_secure"] = secure or None
    account.put(charge)
    intent["latest_charge"] = charge["id"]
    account.put(intent)
    _complete(account, session, method, customer_id)
    account.emit("charge.succeeded", charge)
    account.emit("payment_intent.succeeded", intent)
    account.emit("checkout.session.completed", session)
    plan_booking(account, charge)


def _complete(account: Account, session: Body, method: Body, customer_id: str | None) -> None:
    billing = method["billing_details"]
    details = session["customer_details"] or _details(billing["email"])
    details.update(address=billing["address"], name=billing["name"])
    session.update(
        customer=customer_id,
        customer_details=details,
        payment_status="paid",
        status="complete",
        url=None,
    )
    account.open_sessions.discard(session["id"])
    account.put(session)


def _details(email: str | None) -> Body:
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def details_before_payment(email: str | None) -> Body | None:
    """The customer's details of a new session: what was given at its creation."""
    return _details(email) if email else None


def _customer_for(account: Account, session: Body, method: Body) -> str | None:
    if session["customer"] is not None or session["customer_creation"] != "always":
        return session["customer"]  # type: ignore[no-any-return] # an id or None
    locale = session["locale"]
    customer = account.put(
        new(
            CUSTOMER_SHAPE,
            id=account.new_id("cus"),
            created=account.now,
            email=method["billing_details"]["email"],
            invoice_prefix=account.new_id("R")[-8:].upper(),
            name=method["billing_details"]["name"],
            preferred_locales=[] if locale in {None, "auto"} else [locale],
        )
    )
    account.emit("customer.created", customer)
    return str(customer["id"])
