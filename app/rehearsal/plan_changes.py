"""Changes of a subscription through the API: its sum, its pause, its end, its card."""

from app.rehearsal import subscriptions
from app.rehearsal.account import PRODUCT, SUBSCRIPTION, Account
from app.rehearsal.bodies import Body
from app.rehearsal.currencies import amount_text, minimum
from app.rehearsal.methods import method_of
from app.rehearsal.plans import make_price, plan_of
from app.rehearsal.problems import ProblemError, missing_object, not_modelled

WHEN_ENDED = {"cancellation_details", "metadata"}


def update(account: Account, params: Body, subscription_id: str) -> Body:
    """Change a subscription; raises ProblemError as Stripe does."""
    subscription = account.get(SUBSCRIPTION, subscription_id)
    if subscription["status"] == "canceled" and params.keys() - WHEN_ENDED:
        raise ProblemError(
            "A canceled subscription can only update its cancellation_details and metadata.",
            code="resource_missing" if "items" in params else None,
        )
    values: Body = {}
    if "items" in params:
        values["items"] = _items(account, subscription, params)
    if "pause_collection" in params:
        values["pause_collection"] = _pause(account, params["pause_collection"])
    if "default_payment_method" in params:
        param = "default_payment_method"
        method = method_of(account, params[param], subscription["customer"], param)
        values[param] = method["id"]
    if "metadata" in params:
        merged = {**subscription["metadata"], **params["metadata"]}
        values["metadata"] = {key: value for key, value in merged.items() if value}
    if "description" in params:
        values["description"] = params["description"]
    values |= _ending(account, subscription, params)
    subscriptions.change(account, subscription, **values)
    return subscription


def _pause(account: Account, asked: Body | None) -> Body | None:
    if asked is None:
        return None
    resumes_at = asked.get("resumes_at")
    if resumes_at is not None and resumes_at <= account.now:
        raise ProblemError(
            "The `resumes_at` timestamp must be in the future.",
            param="pause_collection[resumes_at]",
        )
    return {"behavior": asked["behavior"], "resumes_at": resumes_at}


def _ending(account: Account, subscription: Body, params: Body) -> Body:
    details = {**subscription["cancellation_details"], **params.get("cancellation_details", {})}
    values: Body = {}
    if "cancel_at_period_end" in params:
        ends = params["cancel_at_period_end"]
        details["reason"] = "cancellation_requested" if ends else None
        values = {
            "cancel_at": subscriptions.period_end(subscription) if ends else None,
            "cancel_at_period_end": ends,
            "canceled_at": account.now if ends else None,
        }
        if ends and subscription["cancel_at_period_end"]:
            del values["canceled_at"]
    return {**values, "cancellation_details": details}


def _items(account: Account, subscription: Body, params: Body) -> Body:
    if params.get("proration_behavior", "create_prorations") != "none":
        raise not_modelled("prorations: set proration_behavior=none", "proration_behavior")
    rows = {row["id"]: row for row in subscription["items"]["data"]}
    for index, asked in enumerate(params["items"]):
        where = f"items[{index}]"
        if "id" not in asked:
            raise not_modelled("a further item of a subscription", where)
        if asked["id"] not in rows:
            raise missing_object("subscription item", asked["id"], f"{where}[id]")
        row = rows.pop(asked["id"])
        if not asked.get("deleted"):
            rows[row["id"]] = {**row, **_item(account, subscription, row, asked, where)}
    if not rows:
        message = "A subscription must have at least one active plan. "
        raise ProblemError(message + "Cancel it instead of deleting its last item.", param="items")
    return {**subscription["items"], "data": list(rows.values())}


def _item(account: Account, subscription: Body, row: Body, asked: Body, where: str) -> Body:
    """What changes of one item."""
    values: Body = {key: asked[key] for key in ("quantity",) if key in asked}
    if "price_data" in asked:
        price = _price(account, subscription, row, asked["price_data"], f"{where}[price_data]")
        values |= {"price": price, "plan": plan_of(price)}
    return values


def _price(account: Account, subscription: Body, row: Body, data: Body, where: str) -> Body:
    account.get(PRODUCT, data["product"], f"{where}[product]")
    currency = data["currency"].lower()
    if currency != subscription["currency"]:
        raise ProblemError(
            f"The currency of a subscription cannot be changed: it is "
            f"{subscription['currency']}, the price's is {currency}.",
            param=f"{where}[currency]",
        )
    price = make_price(account, data, data["product"])
    old = row["price"]["recurring"]
    if price["recurring"] != old:
        raise not_modelled("a change of the interval", f"{where}[recurring]")
    if data["unit_amount"] < minimum(currency):
        raise ProblemError(
            "The amount of each collection must be at least "
            f"{amount_text(minimum(currency), currency)}.",
            code="amount_too_small",
            param=f"{where}[unit_amount]",
        )
    account.put(price)
    account.emit("price.created", price)
    return price


def cancel(account: Account, params: Body, subscription_id: str) -> Body:
    """End a subscription now; raises ProblemError (404) when it has ended."""
    subscription = account.get(SUBSCRIPTION, subscription_id)
    if subscription["status"] == "canceled":
        raise missing_object(SUBSCRIPTION, subscription_id)
    details = params.get("cancellation_details", {})
    subscriptions.end(account, subscription, "cancellation_requested", details)
    return subscription
