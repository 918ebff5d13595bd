"""What a payer does on the payment page, and what Stripe makes of it."""

from app.rehearsal import charging, plans
from app.rehearsal.account import INTENT, METHOD, Account
from app.rehearsal.balance import plan_booking
from app.rehearsal.bodies import Body
from app.rehearsal.cards import CHALLENGE_FAILED, DEBITS, REFUSALS, Card
from app.rehearsal.methods import attach, card_of, is_debit, make_customer, make_method
from app.rehearsal.problems import ProblemError
from app.rehearsal.shapes import THREE_D_SECURE, new


def pay(account: Account, session: Body, card: Card, email: str | None) -> None:
    """Try a card on an open session; raises ProblemError when the session is not open."""
    _demand_open(session)
    if card in DEBITS and "bacs_debit" not in session["payment_method_types"]:
        raise ProblemError("This payment page offers no Bacs Direct Debit.")
    details = session["customer_details"] or {}
    method = make_method(account, card, details.get("email") or email)
    if session["mode"] == "subscription":
        _subscribe(account, session, method, None)
        return
    intent = _intent_of(account, session)
    if card in REFUSALS:
        charging.refuse(account, intent, method, REFUSALS[card])
    elif card is Card.THREE_D_SECURE:
        url = f"{account.world.config.public_url}/c/pay/{session['id']}/challenge"
        charging.demand_challenge(account, intent, method, url=url, return_url=session["url"])
    else:
        _charge(account, session, intent, method, None)


def answer_challenge(account: Account, session: Body, *, passed: bool) -> None:
    """End a 3-D Secure challenge; raises ProblemError when none is open."""
    _demand_open(session)
    if not waits_for_challenge(account, session):
        raise ProblemError("This payment waits for no challenge.")
    if session["mode"] == "subscription":
        method = account.get(METHOD, session.pop("_challenge"))
        if passed:
            _subscribe(account, session, method, new(THREE_D_SECURE))
        else:
            session["_problem"] = CHALLENGE_FAILED.message
            account.put(session)
        return
    intent = account.get(INTENT, session["payment_intent"])
    method = account.get(METHOD, intent["payment_method"])
    if passed:
        _charge(account, session, intent, method, new(THREE_D_SECURE))
    else:
        charging.fail_intent(account, intent, CHALLENGE_FAILED.error(None, method))


def waits_for_challenge(account: Account, session: Body) -> bool:
    """Whether the payer's bank has asked and was not answered."""
    if session["mode"] == "subscription":
        return "_challenge" in session
    return _intent(account, session).get("status") == "requires_action"


def last_problem(account: Account, session: Body) -> str | None:
    """Why the last try failed, in words for the payer."""
    if session["mode"] == "subscription":
        return session.get("_problem")
    error = _intent(account, session).get("last_payment_error")
    return error and error["message"]


def _intent(account: Account, session: Body) -> Body:
    return account.find(INTENT, session["payment_intent"] or "") or {}


def expire(account: Account, session: Body) -> None:
    """Close an open session that nobody paid; its intent, if there is one, is cancelled."""
    session.update(status="expired", url=None)
    account.open_sessions.discard(session["id"])
    account.put(session)
    intent = account.find(INTENT, session["payment_intent"] or "")
    if intent is not None:
        charging.cancel_intent(account, intent, "automatic")
    account.emit("checkout.session.expired", session)


def _demand_open(session: Body) -> None:
    if session["status"] != "open":
        raise ProblemError(f"This payment page is {session['status']}: nothing was charged.")


def _intent_of(account: Account, session: Body) -> Body:
    """The session's intent; Checkout makes it at the first attempt to pay."""
    if session["payment_intent"] is not None:
        return account.get(INTENT, session["payment_intent"])
    intent = charging.make_intent(
        account,
        session["amount_total"],
        session["currency"],
        customer=session["customer"],
        payment_method_types=list(session["payment_method_types"]),
        **session["_intent"],
    )
    session["payment_intent"] = intent["id"]
    account.put(session)
    return intent


def _charge(
    account: Account, session: Body, intent: Body, method: Body, secure: Body | None
) -> None:
    """Take the money, or ask the bank for it, and complete the session."""
    customer_id = session["customer"]
    if customer_id is None and session["customer_creation"] == "always":
        customer_id = make_customer(account, method, session["locale"])
    intent["customer"] = customer_id
    if is_debit(method):
        charging.begin_debit(account, intent, method)
        _complete(account, session, method, customer_id, is_paid=False)
        account.emit("checkout.session.completed", session)
        return
    charge = charging.take(account, intent, method, secure)
    _complete(account, session, method, customer_id, is_paid=True)
    account.emit("charge.succeeded", charge)
    account.emit("payment_intent.succeeded", intent)
    account.emit("checkout.session.completed", session)
    plan_booking(account, charge)


def _subscribe(account: Account, session: Body, method: Body, secure: Body | None) -> None:
    """Begin the subscription; a try that failed leaves nothing but its reason on the page."""
    card = card_of(method)
    session.pop("_problem", None)
    session.pop("_challenge", None)
    if card in REFUSALS or (card is Card.THREE_D_SECURE and secure is None):
        if card in REFUSALS:
            session["_problem"] = REFUSALS[card].message
        else:
            session["_challenge"] = method["id"]
        account.put(session)
        return
    customer_id = session["customer"] or make_customer(account, method, session["locale"])
    attach(account, method, customer_id)
    subscription, charge = plans.begin(account, session, method, customer_id, secure)
    session.update(subscription=subscription["id"], invoice=subscription["latest_invoice"])
    _complete(account, session, method, customer_id, is_paid=charge["paid"])
    account.emit("checkout.session.completed", session)
    if charge["paid"]:
        plan_booking(account, charge)


def _complete(
    account: Account, session: Body, method: Body, customer_id: str | None, *, is_paid: bool
) -> None:
    billing = method["billing_details"]
    details = session["customer_details"] or _details(billing["email"])
    details.update(address=billing["address"], name=billing["name"])
    session.update(
        customer=customer_id,
        customer_details=details,
        payment_status="paid" if is_paid else "unpaid",
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
