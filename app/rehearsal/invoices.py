"""Invoices of subscriptions: made, finalized, paid, failed, tried again, voided."""

from app.rehearsal import charging, subscriptions
from app.rehearsal.account import CUSTOMER, INTENT, INVOICE, INVOICE_PAYMENT, Account
from app.rehearsal.billing_shapes import INVOICE as SHAPE
from app.rehearsal.billing_shapes import INVOICE_LINE
from app.rehearsal.billing_shapes import INVOICE_PAYMENT as PAYMENT_SHAPE
from app.rehearsal.bodies import Body
from app.rehearsal.cards import Refusal
from app.rehearsal.methods import is_debit
from app.rehearsal.shapes import new

DAY = 86_400
DRAFT_SECONDS = 3600  # Stripe waits about an hour before it finalizes a renewal's invoice
RETRY_DAYS = (3, 5, 7)
DUNNING = ("cancel", "past_due", "unpaid")
UPDATE_TEXTS = {
    "subscription_create": "Subscription creation",
    "subscription_cycle": "Subscription update",
}


def make(account: Account, subscription: Body, reason: str, start: int, end: int) -> Body:
    """A draft of what the subscription's items cost; nothing is told yet."""
    customer = account.get(CUSTOMER, subscription["customer"])
    invoice_id = account.new_id("in")
    lines = [_line(account, subscription, invoice_id, row) for row in subscription["items"]["data"]]
    total = sum(line["amount"] for line in lines)
    return account.put(
        new(
            SHAPE,
            id=invoice_id,
            account_name=account.config.legal_name,
            amount_due=total,
            amount_remaining=total,
            automatically_finalizes_at=account.now + DRAFT_SECONDS,
            billing_reason=reason,
            created=account.now,
            currency=subscription["currency"],
            customer=customer["id"],
            customer_email=customer["email"],
            customer_name=customer["name"],
            lines={
                "object": "list",
                "data": lines,
                "has_more": False,
                "url": f"/v1/invoices/{invoice_id}/lines",
            },
            parent={
                "quote_details": None,
                "subscription_details": {
                    "metadata": dict(subscription["metadata"]),
                    "subscription": subscription["id"],
                },
                "type": "subscription_details",
            },
            period_end=end,
            period_start=start,
            subtotal=total,
            subtotal_excluding_tax=total,
            total=total,
            total_excluding_tax=total,
        )
    )


def _line(account: Account, subscription: Body, invoice_id: str, row: Body) -> Body:
    price = row["price"]
    amount = price["unit_amount"] * row["quantity"]
    return new(
        INVOICE_LINE,
        id=account.new_id("il"),
        amount=amount,
        currency=price["currency"],
        invoice=invoice_id,
        metadata=dict(subscription["metadata"]),
        parent={
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": subscription["id"],
                "subscription_item": row["id"],
            },
            "type": "subscription_item_details",
        },
        period={"end": row["current_period_end"], "start": row["current_period_start"]},
        pricing={
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        quantity=row["quantity"],
        subscription=subscription["id"],
        subtotal=amount,
    )


def finalize(account: Account, invoice: Body) -> None:
    """Give a draft its number, its page and its intent."""
    customer = account.get(CUSTOMER, invoice["customer"])
    sequence = customer["next_invoice_sequence"]
    customer["next_invoice_sequence"] += 1
    account.put(customer)
    base = f"{account.world.config.public_url}/i/{invoice['id']}"
    invoice.update(
        automatically_finalizes_at=None,
        effective_at=account.now,
        ending_balance=0,
        hosted_invoice_url=base,
        invoice_pdf=base,
        number=f"{customer['invoice_prefix']}-{sequence:04d}",
        status="open",
    )
    invoice["status_transitions"]["finalized_at"] = account.now
    account.put(invoice)
    account.emit("invoice.finalized", invoice)
    is_first = invoice["billing_reason"] == "subscription_create"
    intent = charging.make_intent(
        account,
        invoice["amount_due"],
        invoice["currency"],
        customer=invoice["customer"],
        description=UPDATE_TEXTS[invoice["billing_reason"]],
        setup_future_usage="off_session" if is_first else None,
    )
    account.put(
        new(
            PAYMENT_SHAPE,
            id=account.new_id("inpay"),
            amount_requested=invoice["amount_due"],
            created=account.now,
            currency=invoice["currency"],
            invoice=invoice["id"],
            payment={"payment_intent": intent["id"], "type": "payment_intent"},
        )
    )


def payments_of(account: Account, invoice_id: str) -> list[Body]:
    """The payments of an invoice, newest first."""
    rows = [row for row in account.all(INVOICE_PAYMENT) if row["invoice"] == invoice_id]
    return rows[::-1]


def intent_of(account: Account, invoice: Body) -> Body:
    """The intent that pays an invoice; drafts have none."""
    (payment,) = payments_of(account, invoice["id"])
    return account.get(INTENT, payment["payment"]["payment_intent"])


def of_intent(account: Account, intent_id: str) -> Body | None:
    """The invoice that an intent pays, if it pays one."""
    for payment in account.all(INVOICE_PAYMENT):
        if payment["payment"]["payment_intent"] == intent_id:
            return account.get(INVOICE, payment["invoice"])
    return None


def charge(account: Account, invoice: Body, method: Body, secure: Body | None) -> Body:
    """Take an open invoice's money from a method that does not refuse; returns the charge.

    The charge is not booked: Checkout tells of the session first.
    """
    intent = intent_of(account, invoice)
    count(account, invoice)
    if is_debit(method):
        plan_next(account, invoice, None)  # the bank has it: nothing is tried meanwhile
        return charging.begin_debit(account, intent, method)
    made = charging.take(account, intent, method, secure)
    account.emit("charge.succeeded", made)
    account.emit("payment_intent.succeeded", intent)
    mark_paid(account, invoice)
    return made


def count(account: Account, invoice: Body) -> None:
    """One more try to collect an invoice."""
    invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1)
    account.put(invoice)


def plan_next(account: Account, invoice: Body, at: int | None) -> None:
    """Set when the invoice is tried again."""
    invoice["next_payment_attempt"] = at
    account.put(invoice)


def mark_paid(account: Account, invoice: Body) -> None:
    """The money came: the invoice is paid, the subscription runs again."""
    amount = invoice["amount_due"]
    invoice.update(
        amount_paid=amount,
        amount_remaining=0,
        auto_advance=False,
        next_payment_attempt=None,
        status="paid",
    )
    invoice["status_transitions"]["paid_at"] = account.now
    account.put(invoice)
    (payment,) = payments_of(account, invoice["id"])
    payment.update(amount_paid=amount, status="paid")
    payment["status_transitions"]["paid_at"] = account.now
    account.put(payment)
    account.emit("invoice.paid", invoice)
    account.emit("invoice.payment_succeeded", invoice)
    account.emit("invoice_payment.paid", payment)
    subscription = subscriptions.of_invoice(account, invoice)
    is_latest = subscription["latest_invoice"] == invoice["id"]
    if is_latest and subscription["status"] in {"past_due", "unpaid"}:
        subscriptions.change(account, subscription, status="active")


def mark_failed(account: Account, invoice: Body, *, is_planned: bool = True) -> None:
    """A try failed: plan the next one, or end the subscription after the last.

    ``is_planned`` is False for tries that somebody made by hand: those change no plan.
    """
    subscription = subscriptions.of_invoice(account, invoice)
    is_over = subscription["status"] == "canceled"
    days = 0
    if is_planned:
        tries = invoice["_tries"] = invoice.get("_tries", 0) + 1
        days = RETRY_DAYS[tries - 1] if tries <= len(RETRY_DAYS) and not is_over else 0
        plan_next(account, invoice, account.now + days * DAY if days else None)
    account.emit("invoice.payment_failed", invoice)
    if is_over:
        return
    if subscription["status"] == "active":
        subscriptions.change(account, subscription, status="past_due")
    if is_planned and not days:
        _give_up(account, invoice, subscription)


def _give_up(account: Account, invoice: Body, subscription: Body) -> None:
    """What Stripe's settings say about the last try that failed."""
    rule = account.world.note("dunning", {"then": DUNNING[0]})["then"]
    invoice["auto_advance"] = False
    account.put(invoice)
    if rule == "cancel":
        subscriptions.end(account, subscription, "payment_failed")
    else:
        subscriptions.change(account, subscription, status=rule)


def end_debit(account: Account, invoice: Body, refusal: Refusal | None) -> None:
    """The bank answered the debit of an invoice."""
    if refusal is None:
        mark_paid(account, invoice)
    else:
        mark_failed(account, invoice)


def void(account: Account, invoice: Body) -> None:
    """Close an invoice that is not to be paid."""
    is_draft = invoice["status"] == "draft"
    invoice.update(
        auto_advance=False,
        automatically_finalizes_at=None,
        next_payment_attempt=None,
        status="void",
    )
    invoice["status_transitions"]["voided_at"] = account.now
    account.put(invoice)
    if not is_draft:
        intent = intent_of(account, invoice)
        charging.cancel_intent(account, intent, "void_invoice")
        (payment,) = payments_of(account, invoice["id"])
        payment["status"] = "canceled"
        payment["status_transitions"]["canceled_at"] = account.now
        account.put(payment)
    account.emit("invoice.voided", invoice)
