"""``expand``: ids replaced by their objects, four levels deep at most."""

from app.rehearsal.account import (
    CHARGE,
    CUSTOMER,
    DISPUTE,
    INTENT,
    INVOICE,
    INVOICE_PAYMENT,
    MANDATE,
    METHOD,
    MOVEMENT,
    PAYOUT,
    PORTAL,
    PRICE,
    PRODUCT,
    REFUND,
    SESSION,
    SUBSCRIPTION,
    Account,
)
from app.rehearsal.balance import settle_status
from app.rehearsal.bodies import Body, public
from app.rehearsal.invoices import payments_of
from app.rehearsal.problems import ProblemError
from app.rehearsal.refunds import refunds_of

MAX_LEVELS = 4
ANYTHING = "*"  # a class that this rehearsal has no objects of: always null, so any path is right
ITEM, INVOICE_LINE, PLAN = "subscription_item", "line_item", "plan"
#: Lists that come only when asked for, and lists that are always there.
LISTS = {
    (SESSION, "line_items"): "item",
    (CHARGE, "refunds"): REFUND,
    (INVOICE, "payments"): INVOICE_PAYMENT,
}
OWN_LISTS = {(SUBSCRIPTION, "items"): ITEM, (INVOICE, "lines"): INVOICE_LINE}
#: Objects inside an object, in which something can be expanded.
PARTS = {
    (INVOICE, "parent"): "invoice.parent",
    ("invoice.parent", "subscription_details"): "invoice.parent.subscription_details",
    (INVOICE_PAYMENT, "payment"): "invoice_payment.payment",
    (ITEM, "price"): PRICE,
    (ITEM, "plan"): PLAN,
    (INVOICE_LINE, "pricing"): "line_item.pricing",
    ("line_item.pricing", "price_details"): "line_item.pricing.price_details",
    ("item", "price"): PRICE,
    (CUSTOMER, "invoice_settings"): "customer.invoice_settings",
}
LINKS: dict[str, dict[str, str]] = {
    SESSION: {
        "customer": CUSTOMER,
        "invoice": INVOICE,
        "payment_intent": INTENT,
        "payment_link": ANYTHING,
        "setup_intent": ANYTHING,
        "subscription": SUBSCRIPTION,
    },
    INTENT: {
        "application": ANYTHING,
        "customer": CUSTOMER,
        "latest_charge": CHARGE,
        "on_behalf_of": ANYTHING,
        "payment_method": METHOD,
        "review": ANYTHING,
    },
    CHARGE: {
        "application_fee": ANYTHING,
        "balance_transaction": MOVEMENT,
        "customer": CUSTOMER,
        "failure_balance_transaction": MOVEMENT,
        "on_behalf_of": ANYTHING,
        "payment_intent": INTENT,
        "review": ANYTHING,
        "transfer": ANYTHING,
    },
    REFUND: {
        "balance_transaction": MOVEMENT,
        "charge": CHARGE,
        "failure_balance_transaction": MOVEMENT,
        "payment_intent": INTENT,
        "payment_method": METHOD,
    },
    MOVEMENT: {"source": CHARGE},  # or a refund: both have the same links that matter here
    METHOD: {"customer": CUSTOMER},
    CUSTOMER: {"default_source": ANYTHING, "test_clock": ANYTHING},
    "customer.invoice_settings": {"default_payment_method": METHOD},
    SUBSCRIPTION: {
        "application": ANYTHING,
        "customer": CUSTOMER,
        "default_payment_method": METHOD,
        "default_source": ANYTHING,
        "latest_invoice": INVOICE,
        "on_behalf_of": ANYTHING,
        "pending_setup_intent": ANYTHING,
        "schedule": ANYTHING,
        "test_clock": ANYTHING,
    },
    INVOICE: {
        "application": ANYTHING,
        "confirmation_secret": ANYTHING,
        "customer": CUSTOMER,
        "default_payment_method": METHOD,
        "default_source": ANYTHING,
        "latest_revision": ANYTHING,
        "on_behalf_of": ANYTHING,
        "test_clock": ANYTHING,
    },
    "invoice.parent.subscription_details": {"subscription": SUBSCRIPTION},
    INVOICE_LINE: {"subscription": SUBSCRIPTION},
    "line_item.pricing.price_details": {"price": PRICE},
    INVOICE_PAYMENT: {"invoice": INVOICE},
    "invoice_payment.payment": {"charge": CHARGE, "payment_intent": INTENT},
    PRICE: {"product": PRODUCT},
    PLAN: {"product": PRODUCT},
    PRODUCT: {"default_price": PRICE},
    PORTAL: {"configuration": ANYTHING},
    MANDATE: {"payment_method": METHOD},
    DISPUTE: {"charge": CHARGE, "payment_intent": INTENT},
    PAYOUT: {
        "balance_transaction": MOVEMENT,
        "destination": ANYTHING,
        "failure_balance_transaction": MOVEMENT,
        "original_payout": ANYTHING,
        "reversed_by": ANYTHING,
    },
}
SOURCES = {
    "ch": CHARGE, "py": CHARGE, "re": REFUND, "pyr": REFUND, "du": DISPUTE, "dp": DISPUTE,
    "po": PAYOUT,
}  # fmt: skip


def check_paths(kind: str, paths: list[str], *, is_list: bool) -> None:
    """Refuse paths that Stripe refuses; raises ProblemError."""
    for path in paths:
        parts = path.split(".")
        if len(parts) > MAX_LEVELS:
            message = f"You cannot expand more than {MAX_LEVELS} levels of a property. Property: "
            raise ProblemError(message + path, is_kept=False)
        if is_list:
            if parts[0] != "data":
                raise _refusal(path)
            parts = parts[1:]
        _check_path(kind, parts, path)


def _check_path(kind: str, parts: list[str], path: str) -> None:
    while parts and kind != ANYTHING:
        name, *parts = parts
        if (kind, name) in LISTS or (kind, name) in OWN_LISTS:
            kind = LISTS.get((kind, name)) or OWN_LISTS[kind, name]
            if parts and parts.pop(0) != "data":
                raise _refusal(path)
        elif (kind, name) in PARTS and parts:
            kind = PARTS[kind, name]
        elif name in LINKS.get(kind, {}):
            kind = LINKS[kind][name]
        else:
            raise _refusal(path)


def _refusal(path: str) -> ProblemError:
    return ProblemError(
        f"This property cannot be expanded ({path.rsplit('.', maxsplit=1)[-1]}).", is_kept=False
    )


def render(account: Account, body: Body, paths: list[str]) -> Body:
    """The object as the caller gets it, with the paths expanded."""
    shown = public(body)
    if shown["object"] == MOVEMENT:
        shown["status"] = settle_status(account, body)
    return _expanded(account, shown["object"], shown, paths)


def _expanded(account: Account, kind: str, body: Body, paths: list[str]) -> Body:
    shown = dict(body)
    for name, deeper in _by_first(paths).items():
        inner = [path.removeprefix("data.") for path in deeper if path != "data"]
        if (kind, name) in LISTS:
            rows = _rows(account, body, name)
            shown[name] = _list(body, name, [render(account, row, inner) for row in rows])
        elif (kind, name) in OWN_LISTS:
            of = OWN_LISTS[kind, name]
            rows = [_expanded(account, of, row, inner) for row in body[name]["data"]]
            shown[name] = {**body[name], "data": rows}
        elif (kind, name) in PARTS and isinstance(body.get(name), dict):
            shown[name] = _expanded(account, PARTS[kind, name], body[name], deeper)
        elif isinstance(shown.get(name), str):
            shown[name] = _linked(account, kind, name, shown[name], deeper)
    return shown


def _by_first(paths: list[str]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for path in paths:
        first, _, rest = path.partition(".")
        grouped.setdefault(first, []).extend([rest] if rest else [])
    return grouped


def _rows(account: Account, body: Body, name: str) -> list[Body]:
    if name == "payments":
        return payments_of(account, body["id"])
    if name == "refunds":
        return refunds_of(account, body["id"])
    rows: list[Body] = account.get(SESSION, body["id"])["_items"]
    return rows


def _list(body: Body, name: str, rows: list[Body]) -> Body:
    bases = {SESSION: "/v1/checkout/sessions", INVOICE: "/v1/invoices", CHARGE: "/v1/charges"}
    return {
        "object": "list",
        "data": rows,
        "has_more": False,
        "url": f"{bases[body['object']]}/{body['id']}/{name}",
    }


def _linked(account: Account, kind: str, name: str, object_id: str, deeper: list[str]) -> object:
    target = LINKS[kind][name]
    if kind == MOVEMENT:
        target = SOURCES.get(object_id.split("_", maxsplit=1)[0], CHARGE)
    linked = account.find(target, object_id)
    return object_id if linked is None else render(account, linked, deeper)
