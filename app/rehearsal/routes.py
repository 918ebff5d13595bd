"""The addresses of the API that the rehearsal plays: method, path, parameters, action."""

from app.rehearsal import balance, billing_routes, refunds, session_params, sessions
from app.rehearsal.account import (
    CHARGE,
    CUSTOMER,
    DISPUTE,
    EVENT,
    INTENT,
    METHOD,
    MOVEMENT,
    PAYOUT,
    REFUND,
    SESSION,
    Account,
)
from app.rehearsal.bodies import Body
from app.rehearsal.listing import TYPES, Listing
from app.rehearsal.problems import ProblemError, missing_object
from app.rehearsal.route import Route, getter, updater
from app.rehearsal.schema import Boolean, Choice, Email, Fields, Integer, Metadata, Text, refuse
from app.rehearsal.shapes import CUSTOMER as CUSTOMER_SHAPE
from app.rehearsal.shapes import new

EVENT_DAYS = 30
DAY = 86_400


def _create_session(account: Account, params: Body, _object_id: str) -> Body:
    return sessions.create(account, params)


def _expire_session(account: Account, _params: Body, object_id: str) -> Body:
    return sessions.expire_now(account, account.get(SESSION, object_id))


def _create_customer(account: Account, params: Body, _object_id: str) -> Body:
    body = new(
        CUSTOMER_SHAPE,
        id=account.new_id("cus"),
        created=account.now,
        invoice_prefix=account.new_id("R")[-8:].upper(),
        **params,
    )
    account.put(body)
    account.emit("customer.created", body)
    return body


def _create_refund(account: Account, params: Body, _object_id: str) -> Body:
    charge = refunds.charge_to_refund(account, params)
    waits = bool(account.world.note("refunds", {"wait": False})["wait"])
    return refunds.refund(account, charge, params, is_waiting=waits)


def _balance(account: Account, _params: Body, _object_id: str) -> Body:
    return balance.balance(account)


def _event(account: Account, _params: Body, object_id: str) -> Body:
    event = account.get(EVENT, object_id)
    if not _is_recent(account, event, {}):
        raise missing_object(EVENT, object_id)
    return event


def _is_recent(account: Account, event: Body, _params: Body) -> bool:
    """Stripe shows events for thirty days."""
    return bool(event["created"] > account.now - EVENT_DAYS * DAY)


def _keep_event(account: Account, event: Body, params: Body) -> bool:
    delivered = params.get("delivery_success")
    return (
        _is_recent(account, event, params)
        and (delivered is None or delivered == (event["pending_webhooks"] == 0))
        and event["type"] in params.get("types", [event["type"]])
    )


def _check_events(_account: Account, params: Body) -> None:
    if "type" in params and "types" in params:
        raise refuse("You may only specify one of these parameters: type, types.", "types")


def _of_known_payout(_account: Account, body: Body, params: Body) -> bool:
    return "payout" not in params or body.get("_payout") == params["payout"]


def _check_payout(account: Account, params: Body) -> None:
    if "payout" in params and account.find(PAYOUT, params["payout"]) is None:
        raise ProblemError(
            f"No such payout: '{params['payout']}'",
            code="resource_missing",
            param="payout",
            is_kept=False,
        )


def _session_details(_account: Account, session: Body, params: Body) -> bool:
    asked = params.get("customer_details", {}).get("email")
    details = session["customer_details"] or {}
    return asked is None or details.get("email") == asked


CUSTOMER_PARAMS = Fields(
    {
        "description": Text(),
        "email": Email(512),
        "metadata": Metadata(),
        "name": Text(256),
        "phone": Text(20),
    },
    unplayed=["address", "balance", "invoice_settings", "payment_method", "shipping", "source"],
)
REFUND_PARAMS = Fields(
    {
        "amount": Integer(least=1),
        "charge": Text(),
        "metadata": Metadata(),
        "payment_intent": Text(),
        "reason": Choice(refunds.REASONS),
    },
    unplayed=[
        "currency", "customer", "instructions_email", "origin", "refund_application_fee",
        "reverse_transfer",
    ],
)  # fmt: skip
SESSIONS = Listing(
    SESSION,
    equal=["customer", "payment_intent", "status", "subscription"],
    more={"customer_details": Fields({"email": Text()}, required=["email"])},
    keep=_session_details,
)
MOVEMENTS = Listing(
    MOVEMENT, equal=["currency", "source", "type"], more={"payout": Text()}, keep=_of_known_payout
)
EVENTS = Listing(
    EVENT,
    equal=["type"],
    more={"delivery_success": Boolean(), "types": TYPES},
    keep=_keep_event,
)
DESCRIBED = Fields({"description": Text(), "metadata": Metadata()})
NAMED = Fields({"metadata": Metadata()})

ROUTES = (
    Route("POST", "/v1/checkout/sessions", SESSION, _create_session, params=session_params.CREATE,
          check=sessions.check),
    Route("GET", "/v1/checkout/sessions", SESSION, listing=SESSIONS),
    Route("GET", "/v1/checkout/sessions/{id}", SESSION, getter(SESSION)),
    Route("POST", "/v1/checkout/sessions/{id}", SESSION, updater(SESSION), params=NAMED),
    Route("POST", "/v1/checkout/sessions/{id}/expire", SESSION, _expire_session),
    Route("POST", "/v1/customers", CUSTOMER, _create_customer, params=CUSTOMER_PARAMS),
    Route("GET", "/v1/customers", CUSTOMER, listing=Listing(CUSTOMER, equal=["email"])),
    Route("GET", "/v1/customers/{id}", CUSTOMER, getter(CUSTOMER)),
    Route("POST", "/v1/customers/{id}", CUSTOMER, updater(CUSTOMER), params=CUSTOMER_PARAMS),
    Route("GET", "/v1/payment_intents", INTENT, listing=Listing(INTENT, equal=["customer"])),
    Route("GET", "/v1/payment_intents/{id}", INTENT, getter(INTENT)),
    Route("GET", "/v1/payment_methods", METHOD,
          listing=Listing(METHOD, equal=["customer", "type"])),
    Route("GET", "/v1/payment_methods/{id}", METHOD, getter(METHOD)),
    Route("GET", "/v1/charges", CHARGE,
          listing=Listing(CHARGE, equal=["customer", "payment_intent"])),
    Route("GET", "/v1/charges/{id}", CHARGE, getter(CHARGE)),
    Route("POST", "/v1/charges/{id}", CHARGE, updater(CHARGE), params=DESCRIBED),
    Route("POST", "/v1/refunds", REFUND, _create_refund, params=REFUND_PARAMS),
    Route("GET", "/v1/refunds", REFUND,
          listing=Listing(REFUND, equal=["charge", "payment_intent"])),
    Route("GET", "/v1/refunds/{id}", REFUND, getter(REFUND)),
    Route("POST", "/v1/refunds/{id}", REFUND, updater(REFUND), params=NAMED),
    Route("GET", "/v1/balance", "balance", _balance),
    Route("GET", "/v1/balance_transactions", MOVEMENT, listing=MOVEMENTS, check=_check_payout),
    Route("GET", "/v1/balance_transactions/{id}", MOVEMENT, getter(MOVEMENT)),
    Route("GET", "/v1/disputes", DISPUTE,
          listing=Listing(DISPUTE, equal=["charge", "payment_intent"])),
    Route("GET", "/v1/disputes/{id}", DISPUTE, getter(DISPUTE)),
    Route("GET", "/v1/payouts", PAYOUT, listing=Listing(PAYOUT, equal=["status"])),
    Route("GET", "/v1/payouts/{id}", PAYOUT, getter(PAYOUT)),
    Route("GET", "/v1/events", EVENT, listing=EVENTS, check=_check_events),
    Route("GET", "/v1/events/{id}", EVENT, _event),
    *billing_routes.ROUTES,
)  # fmt: skip


def find_route(method: str, path: str) -> tuple[Route, str] | None:
    """The call and the id in its path, or None when the API has no such address."""
    for route in ROUTES:
        object_id = route.match(method, path)
        if object_id is not None:
            return route, object_id
    return None
