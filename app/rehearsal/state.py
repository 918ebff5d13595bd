"""What the panel and ``GET /_rehearsal/state`` show."""

from app.rehearsal.account import CHARGE, EVENT, INTENT, REFUND, SESSION, Account
from app.rehearsal.bodies import Body
from app.rehearsal.core import Rehearsal

SESSION_FIELDS = (
    "id", "created", "status", "payment_status", "amount_total", "currency", "expires_at",
    "client_reference_id", "customer_email", "payment_intent", "url",
)  # fmt: skip
INTENT_FIELDS = ("id", "created", "status", "amount", "currency", "latest_charge")


def state(rehearsal: Rehearsal, *, limit: int) -> Body:
    """Clock, modes, and the newest objects of all accounts, newest first."""
    with rehearsal.hold():
        accounts = list(rehearsal.accounts.values())
        return {
            "now": rehearsal.now(),
            "webhooks": dict(rehearsal.post.mode),
            "faults": rehearsal.faults.all(),
            "accounts": {account.name: _account(account) for account in accounts},
            "sessions": _newest([_sessions(account) for account in accounts], limit),
            "payments": _newest([_payments(account) for account in accounts], limit),
            "refunds": _newest([_refunds(account) for account in accounts], limit),
            "events": _newest([_events(account) for account in accounts], limit),
            "deliveries": [dict(row) for row in rehearsal.post.rows()[: -limit - 1 : -1]],
            "undelivered": rehearsal.post.count_open(),
        }


def _newest(lists: list[list[Body]], limit: int) -> list[Body]:
    rows = [row for rows in lists for row in rows]
    rows.sort(key=lambda row: int(row["created"]))
    return rows[: -limit - 1 : -1]


def _account(account: Account) -> Body:
    return {
        "legal_name": account.config.legal_name,
        "webhook_url": account.config.webhook_url,
        "sessions": len(account.all(SESSION)),
        "open_sessions": len(account.open_sessions),
        "charges": len(account.all(CHARGE)),
        "without_balance_transaction": len(account.unbooked),
        "events": len(account.all(EVENT)),
    }


def _pick(account: Account, body: Body, *names: str) -> Body:
    return {"account": account.name, **{name: body[name] for name in names}}


def _sessions(account: Account) -> list[Body]:
    return [_pick(account, body, *SESSION_FIELDS) for body in account.all(SESSION)]


def _payments(account: Account) -> list[Body]:
    rows = []
    for intent in account.all(INTENT):
        row = _pick(account, intent, *INTENT_FIELDS)
        charge = account.find(CHARGE, intent["latest_charge"] or "") or {}
        row["amount_refunded"] = charge.get("amount_refunded", 0)
        row["paid"] = charge.get("paid", False)
        row["balance_transaction"] = charge.get("balance_transaction")
        rows.append(row)
    return rows


def _refunds(account: Account) -> list[Body]:
    names = ("id", "created", "status", "amount", "currency", "charge")
    return [_pick(account, body, *names) for body in account.all(REFUND)]


def _events(account: Account) -> list[Body]:
    rows = []
    for event in account.all(EVENT):
        row = _pick(account, event, "id", "created", "type", "pending_webhooks")
        row["object"] = event["data"]["object"].get("id")
        rows.append(row)
    return rows
