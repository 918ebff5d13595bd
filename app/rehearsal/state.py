"""What the panel and ``GET /_rehearsal/state`` show."""

from app.rehearsal.account import (
    CHARGE,
    DISPUTE,
    EVENT,
    INTENT,
    INVOICE,
    REFUND,
    SESSION,
    SUBSCRIPTION,
    Account,
)
from app.rehearsal.bodies import Body
from app.rehearsal.choices import rhythm
from app.rehearsal.collecting import waits_for_challenge
from app.rehearsal.core import Rehearsal
from app.rehearsal.months import date_text
from app.rehearsal.subscriptions import period_end, subscription_id

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
            "dunning_now": rehearsal.dunning,
            "accounts": {account.name: _account(account) for account in accounts},
            "sessions": _newest([_sessions(account) for account in accounts], limit),
            "payments": _newest([_payments(account) for account in accounts], limit),
            "subscriptions": _newest([_subscriptions(account) for account in accounts], limit),
            "invoices": _newest([_invoices(account) for account in accounts], limit),
            "disputes": _newest([_disputes(account) for account in accounts], limit),
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
        row["is_disputed"] = charge.get("disputed", False)
        row["waits_for_bank"] = "_settles_at" in charge
        row["is_debit"] = charge.get("payment_method_details", {}).get("type") == "bacs_debit"
        row["balance_transaction"] = charge.get("balance_transaction")
        rows.append(row)
    return rows


def _refunds(account: Account) -> list[Body]:
    names = ("id", "created", "status", "amount", "currency", "charge")
    return [_pick(account, body, *names) for body in account.all(REFUND)]


def _disputes(account: Account) -> list[Body]:
    names = ("id", "created", "status", "amount", "currency", "charge", "reason")
    return [_pick(account, body, *names) for body in account.all(DISPUTE)]


def _subscriptions(account: Account) -> list[Body]:
    rows = []
    for body in account.all(SUBSCRIPTION):
        row = _pick(account, body, "id", "created", "status", "currency", "customer")
        items = body["items"]["data"]
        row["amount"] = sum(item["price"]["unit_amount"] * item["quantity"] for item in items)
        row["rhythm"] = rhythm(items[0]["price"])
        row["next"] = date_text(period_end(body))
        row["is_paused"] = body["pause_collection"] is not None
        row["ends"] = body["cancel_at_period_end"]
        row["fails"] = body.get("_fails")
        rows.append(row)
    return rows


def _invoices(account: Account) -> list[Body]:
    rows = []
    for body in account.all(INVOICE):
        names = ("id", "created", "status", "amount_due", "currency", "attempt_count")
        row = _pick(account, body, *names, "hosted_invoice_url", "next_payment_attempt")
        row["subscription"] = subscription_id(body)
        row["waits"] = waits_for_challenge(account, body)
        rows.append(row)
    return rows


def _events(account: Account) -> list[Body]:
    rows = []
    for event in account.all(EVENT):
        row = _pick(account, event, "id", "created", "type", "pending_webhooks")
        row["object"] = event["data"]["object"].get("id")
        rows.append(row)
    return rows
