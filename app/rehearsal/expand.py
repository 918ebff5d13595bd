"""``expand``: ids replaced by their objects, four levels deep at most."""

from app.rehearsal.account import (
    CHARGE,
    CUSTOMER,
    INTENT,
    METHOD,
    MOVEMENT,
    REFUND,
    SESSION,
    Account,
)
from app.rehearsal.balance import settle_status
from app.rehearsal.bodies import Body, public
from app.rehearsal.problems import ProblemError
from app.rehearsal.refunds import refunds_of

MAX_LEVELS = 4
ANYTHING = "*"  # a class that this rehearsal has no objects of: always null, so any path is right
LISTS = {(SESSION, "line_items"): "item", (CHARGE, "refunds"): REFUND}
LINKS: dict[str, dict[str, str]] = {
    SESSION: {
        "customer": CUSTOMER,
        "invoice": ANYTHING,
        "payment_intent": INTENT,
        "payment_link": ANYTHING,
        "setup_intent": ANYTHING,
        "subscription": ANYTHING,
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
}
SOURCES = {"ch": CHARGE, "re": REFUND}


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
        if (kind, name) in LISTS:
            kind = LISTS[kind, name]
            if parts and parts.pop(0) != "data":
                raise _refusal(path)
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
    for name, deeper in _by_first(paths).items():
        kind = shown["object"]
        if (kind, name) in LISTS:
            rows = _rows(account, body, name)
            inner = [path.removeprefix("data.") for path in deeper if path != "data"]
            shown[name] = _list(body, name, [render(account, row, inner) for row in rows])
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
    rows: list[Body] = body["_items"] if name == "line_items" else refunds_of(account, body["id"])
    return rows


def _list(body: Body, name: str, rows: list[Body]) -> Body:
    base = "/v1/checkout/sessions" if body["object"] == SESSION else "/v1/charges"
    return {
        "object": "list",
        "data": rows,
        "has_more": False,
        "url": f"{base}/{body['id']}/{name}",
    }


def _linked(account: Account, kind: str, name: str, object_id: str, deeper: list[str]) -> object:
    target = LINKS[kind][name]
    if kind == MOVEMENT:
        target = SOURCES.get(object_id.split("_", maxsplit=1)[0], CHARGE)
    linked = account.find(target, object_id)
    return object_id if linked is None else render(account, linked, deeper)
