"""Checkout Sessions: what is checked before one is made, and what it then holds."""

import re
from urllib.parse import urlsplit

from app.rehearsal.account import CUSTOMER, SESSION, Account
from app.rehearsal.bodies import Body
from app.rehearsal.currencies import CURRENCIES, MOST, THREE_DECIMALS, amount_text, minimum
from app.rehearsal.payment import details_before_payment, expire
from app.rehearsal.plans import make_price
from app.rehearsal.problems import ProblemError, not_modelled
from app.rehearsal.schema import refuse
from app.rehearsal.shapes import LINE_ITEM, new
from app.rehearsal.shapes import SESSION as SHAPE

MINUTE, HOUR = 60, 3600
SHORTEST, LONGEST = 30 * MINUTE, 24 * HOUR
SUFFIX_LENGTH = 22
SUFFIX = re.compile(r"[A-Za-z0-9 .,/&()+:;?!@#$%^_=|~`{}\[\]-]*")

NOT_IN_MODE = {
    "payment": ("subscription_data",),
    "subscription": ("payment_intent_data", "customer_creation"),
}
SUBSCRIPTION_VALUES: Body = {
    "customer_creation": "always",
    "invoice_creation": None,
    "payment_method_collection": "always",
}

ECHOED = (
    "adaptive_pricing", "allow_promotion_codes", "allowed_payment_method_types",
    "billing_address_collection", "cancel_url", "client_reference_id", "customer",
    "customer_creation", "customer_email", "excluded_payment_method_types", "locale", "metadata",
    "mode", "origin_context", "phone_number_collection", "submit_type", "success_url",
    "wallet_options",
)  # fmt: skip


def check(account: Account, params: Body) -> None:
    """Refuse what Stripe refuses before the call begins; raises ProblemError."""
    _check_mode(params)
    _check_customer(params)
    _expiry(account, params)
    _check_amounts(params["line_items"])
    _check_statement(params.get("payment_intent_data", {}))
    if params.get("submit_type") == "subscribe" and params["mode"] != "subscription":
        message = "You can only use `submit_type=subscribe` in subscription mode."
        raise refuse(message, "submit_type")


def create(account: Account, params: Body) -> Body:
    """Make an open session; raises ProblemError when its customer does not exist."""
    if "customer" in params:
        account.get(CUSTOMER, params["customer"], "customer")
    items = [_line_item(account, line) for line in params["line_items"]]
    session_id = account.new_id("cs_test")
    total = sum(item["amount_total"] for item in items)
    email = params.get("customer_email")
    session = new(
        SHAPE,
        id=session_id,
        amount_subtotal=total,
        amount_total=total,
        created=account.now,
        currency=items[0]["currency"],
        customer_details=details_before_payment(email),
        expires_at=params.get("expires_at", account.now + LONGEST),
        url=f"{account.world.config.public_url}/c/pay/{session_id}",
        **{key: params[key] for key in ECHOED if key in params},
    )
    if params["mode"] == "subscription":
        session.update(SUBSCRIPTION_VALUES)
        session["_subscription"] = params.get("subscription_data", {})
    if "customer" in params:
        session["customer_creation"] = None
    session["payment_method_types"] = _method_types(params, items[0]["currency"])
    session["custom_text"].update(params.get("custom_text", {}))
    session["_items"] = items
    session["_ends"] = _expiry(account, params)
    session["_intent"] = params.get("payment_intent_data", {})
    account.open_sessions.add(session_id)
    return account.put(session)


def expire_now(account: Account, session: Body) -> Body:
    """Expire an open session; raises ProblemError when it is not open."""
    if session["status"] != "open":
        raise ProblemError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of `{session['status']}`."
        )
    expire(account, session)
    return session


def return_address(session: Body) -> str:
    """The success address with the session's id put in."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def origin(address: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def find_session(accounts: list[Account], session_id: str) -> tuple[Account, Body] | None:
    """The session and its account: a payer has no key, only the address of the page."""
    for account in accounts:
        session = account.find(SESSION, session_id)
        if session is not None:
            return account, session
    return None


def _check_mode(params: Body) -> None:
    mode = params["mode"]
    for name in NOT_IN_MODE[mode]:
        if name in params:
            raise refuse(f"You can not pass `{name}` in `{mode}` mode.", name)
    rhythms = [line["price_data"].get("recurring") for line in params["line_items"]]
    if mode == "payment" and any(rhythms):
        raise refuse(
            "You specified `payment` mode but passed a recurring price. Either switch to "
            "`subscription` mode or use only one-time prices.",
            "mode",
        )
    if mode == "payment":
        return
    if rhythms and not any(rhythms):
        raise refuse(
            "You must provide at least one recurring price in `subscription` mode when using "
            "prices.",
            "mode",
        )
    if not all(rhythms):
        raise not_modelled("one-time prices in a subscription", "line_items")
    if any(rhythm != rhythms[0] for rhythm in rhythms):
        message = "Checkout does not support multiple prices with different billing intervals."
        raise refuse(message, "line_items")


def _method_types(params: Body, currency: str) -> list[str]:
    """What the page offers: cards, and for pounds Bacs, unless the maker ruled it out."""
    offered = ["card", "bacs_debit"] if currency == "gbp" else ["card"]
    allowed = params.get("allowed_payment_method_types") or offered
    excluded = params.get("excluded_payment_method_types", [])
    return [kind for kind in offered if kind in allowed and kind not in excluded]


def _check_customer(params: Body) -> None:
    if "customer" in params and "customer_email" in params:
        message = "You may only specify one of these parameters: customer, customer_email."
        raise refuse(message, "customer")
    if "customer" in params and "customer_creation" in params:
        message = "`customer_creation` cannot be used when `customer` is given."
        raise refuse(message, "customer_creation")


def _expiry(account: Account, params: Body) -> int:
    """When a session ends by the own clock; raises ProblemError for an instant out of bounds.

    Who calls knows the time outside: where the own clock was moved on, that time may be meant.
    """
    if "expires_at" not in params:
        return account.now + LONGEST
    asked: int = params["expires_at"]
    if SHORTEST <= asked - account.now <= LONGEST:
        return asked
    outside = account.world.wall()
    if account.now > outside and SHORTEST <= asked - outside <= LONGEST:
        return asked + account.now - outside
    if asked < account.now + SHORTEST:
        raise refuse(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session "
            "creation.",
            "expires_at",
        )
    raise refuse(
        "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
        "expires_at",
    )


def _check_amounts(lines: list[Body]) -> None:
    if not lines:
        raise refuse("Missing required param: line_items.", "line_items", "parameter_missing")
    currencies = [line["price_data"]["currency"].lower() for line in lines]
    for index, currency in enumerate(currencies):
        where = f"line_items[{index}][price_data]"
        if currency not in CURRENCIES:
            listed = ", ".join(sorted(CURRENCIES))
            message = f"Invalid currency: {currency}. Stripe currently supports these currencies: "
            raise refuse(message + listed, f"{where}[currency]")
        amount = lines[index]["price_data"]["unit_amount"]
        if currency in THREE_DECIMALS and amount % 10:
            raise refuse(f"Amounts in {currency} must end in 0.", f"{where}[unit_amount]")
    if len(set(currencies)) > 1:
        raise refuse("All line items must have the same currency.", "line_items")
    total = sum(line["price_data"]["unit_amount"] * line["quantity"] for line in lines)
    _check_total(total, currencies[0])


def _check_total(total: int, currency: str) -> None:
    least = minimum(currency)
    if total < least:
        raise refuse(
            "The Checkout Session's total amount due must add up to at least "
            f"{amount_text(least, currency)} {currency}",
            "line_items",
            "amount_too_small",
        )
    if total > MOST:
        message = f"Amount must be no more than {amount_text(MOST, currency)}"
        raise refuse(message, "line_items", "amount_too_large")


def _check_statement(intent_data: Body) -> None:
    if "statement_descriptor" in intent_data:
        raise refuse(
            "The `statement_descriptor` parameter is not supported for card charges. Use "
            "`statement_descriptor_suffix` instead.",
            "payment_intent_data[statement_descriptor]",
        )
    suffix = intent_data.get("statement_descriptor_suffix")
    if suffix is None:
        return
    where = "payment_intent_data[statement_descriptor_suffix]"
    if len(suffix) > SUFFIX_LENGTH:
        message = f"The statement descriptor suffix must be at most {SUFFIX_LENGTH} characters."
        raise refuse(message, where)
    if not SUFFIX.fullmatch(suffix):
        message = "The statement descriptor suffix has characters other than Latin ones or one of "
        raise refuse(message + "these: < > \\ ' \" *", where, "invalid_characters")
    if not re.search(r"[A-Za-z]", suffix):
        raise refuse("The statement descriptor suffix must contain at least one letter.", where)


def _line_item(account: Account, line: Body) -> Body:
    data = line["price_data"]
    total = data["unit_amount"] * line["quantity"]
    currency = data["currency"].lower()
    price = make_price(account, data, account.new_id("prod"))
    return new(
        LINE_ITEM,
        id=account.new_id("li"),
        amount_subtotal=total,
        amount_total=total,
        currency=currency,
        description=data["product_data"]["name"],
        metadata=line.get("metadata", {}),
        price=price,
        quantity=line["quantity"],
        _product=data["product_data"],
    )
