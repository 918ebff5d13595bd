"""Subscriptions: begun by Checkout, renewed, paused, changed, ended."""

from app.rehearsal import invoices, subscriptions
from app.rehearsal.account import Account
from app.rehearsal.billing_shapes import ITEM, PLAN
from app.rehearsal.billing_shapes import PRODUCT as PRODUCT_SHAPE
from app.rehearsal.billing_shapes import SUBSCRIPTION as SHAPE
from app.rehearsal.bodies import Body
from app.rehearsal.months import next_end
from app.rehearsal.shapes import PRICE as PRICE_SHAPE
from app.rehearsal.shapes import new


def make_price(account: Account, data: Body, product_id: str) -> Body:
    """A price of ``price_data``, one-off or recurring; not yet kept."""
    recurring = data.get("recurring")
    values: Body = {}
    if recurring is not None:
        values["type"] = "recurring"
        values["recurring"] = {
            "interval": recurring["interval"],
            "interval_count": recurring.get("interval_count", 1),
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
        }
    return new(
        PRICE_SHAPE,
        id=account.new_id("price"),
        created=account.now,
        currency=data["currency"].lower(),
        product=product_id,
        tax_behavior=data.get("tax_behavior", "unspecified"),
        unit_amount=data["unit_amount"],
        unit_amount_decimal=str(data["unit_amount"]),
        **values,
    )


def begin(
    account: Account, session: Body, method: Body, customer_id: str, secure: Body | None
) -> tuple[Body, Body]:
    """The subscription of a session that was paid, and the charge of its first invoice."""
    data = session["_subscription"]
    subscription_id = account.new_id("sub")
    for line in session["_items"]:
        _keep_price(account, line)
    lines = session["_items"]
    rows = [_item(account, subscription_id, line["price"], line["quantity"]) for line in lines]
    subscription = new(
        SHAPE,
        id=subscription_id,
        billing_cycle_anchor=account.now,
        created=account.now,
        currency=session["currency"],
        customer=customer_id,
        default_payment_method=method["id"],
        description=data.get("description"),
        items=_listed(subscription_id, rows),
        metadata=dict(data.get("metadata", {})),
        start_date=account.now,
    )
    invoice = invoices.make(account, subscription, "subscription_create", account.now, account.now)
    subscription["latest_invoice"] = invoice["id"]
    account.put(subscription)
    account.emit("customer.subscription.created", subscription)
    account.emit("invoice.created", invoice)
    invoices.finalize(account, invoice)
    return subscription, invoices.charge(account, invoice, method, secure)


def _keep_price(account: Account, line: Body) -> None:
    price, data = line["price"], line["_product"]
    carried = ("name", "description", "images", "metadata")
    product = new(
        PRODUCT_SHAPE,
        id=price["product"],
        created=account.now,
        updated=account.now,
        **{key: data[key] for key in carried if key in data},
    )
    account.put(product)
    account.emit("product.created", product)
    account.put(price)
    account.emit("price.created", price)


def _item(account: Account, subscription_id: str, price: Body, quantity: int) -> Body:
    recurring = price["recurring"]
    interval, every = recurring["interval"], recurring["interval_count"]
    return new(
        ITEM,
        id=account.new_id("si"),
        created=account.now,
        current_period_end=next_end(account.now, interval, every, account.now),
        current_period_start=account.now,
        plan=plan_of(price),
        price=price,
        quantity=quantity,
        subscription=subscription_id,
    )


def plan_of(price: Body) -> Body:
    """The price as an item's older ``plan`` shows it."""
    return new(
        PLAN,
        id=price["id"],
        amount=price["unit_amount"],
        amount_decimal=price["unit_amount_decimal"],
        created=price["created"],
        currency=price["currency"],
        interval=price["recurring"]["interval"],
        interval_count=price["recurring"]["interval_count"],
        product=price["product"],
    )


def _listed(subscription_id: str, rows: list[Body]) -> Body:
    return {
        "object": "list",
        "data": rows,
        "has_more": False,
        "url": f"/v1/subscription_items?subscription={subscription_id}",
    }


def renew(account: Account, subscription: Body) -> None:
    """The period is over: end, or begin the next one with its invoice."""
    if subscription["cancel_at_period_end"]:
        subscriptions.end(account, subscription, "cancellation_requested")
        return
    rows = subscription["items"]["data"]
    began, ended = rows[0]["current_period_start"], rows[0]["current_period_end"]
    recurring = rows[0]["price"]["recurring"]
    following = next_end(
        subscription["billing_cycle_anchor"],
        recurring["interval"],
        recurring["interval_count"],
        ended,
    )
    new_rows = [
        {**row, "current_period_start": ended, "current_period_end": following} for row in rows
    ]
    previous_items = subscription["items"]
    subscription["items"] = _listed(subscription["id"], new_rows)
    invoice = invoices.make(account, subscription, "subscription_cycle", began, ended)
    previous = {"items": previous_items, "latest_invoice": subscription["latest_invoice"]}
    subscription["latest_invoice"] = invoice["id"]
    account.put(subscription)
    account.emit("customer.subscription.updated", subscription, previous)
    account.emit("invoice.created", invoice)
    if subscription["pause_collection"] is not None:
        invoices.void(account, invoice)
