"""Billing portal sessions: where a customer changes the card or ends a subscription."""

from app.rehearsal import collecting, subscriptions
from app.rehearsal.account import CUSTOMER, PORTAL, SUBSCRIPTION, Account
from app.rehearsal.billing_shapes import PORTAL as SHAPE
from app.rehearsal.bodies import Body
from app.rehearsal.cards import Card
from app.rehearsal.problems import ProblemError
from app.rehearsal.shapes import new

HOUR = 3600


def create(account: Account, params: Body, _object_id: str = "") -> Body:
    """A new session; raises ProblemError for an unknown customer or subscription."""
    account.get(CUSTOMER, params["customer"], "customer")
    session_id = account.new_id("bps")
    asked = params.get("flow_data")
    flow = None if asked is None else _flow(account, params["customer"], asked)
    return account.put(
        new(
            SHAPE,
            id=session_id,
            configuration="bpc_rehearsal",
            created=account.now,
            customer=params["customer"],
            flow=flow,
            locale=params.get("locale"),
            return_url=params.get("return_url"),
            url=f"{account.world.config.public_url}/p/session/{session_id}",
        )
    )


def _flow(account: Account, customer_id: str, asked: Body) -> Body:
    cancel = asked.get("subscription_cancel")
    if (asked["type"] == "subscription_cancel") != (cancel is not None):
        message = "`subscription_cancel` goes with the flow type `subscription_cancel`."
        raise ProblemError(message, param="flow_data[subscription_cancel]")
    if cancel is not None:
        where = "flow_data[subscription_cancel][subscription]"
        subscription = account.get(SUBSCRIPTION, cancel["subscription"], where)
        if subscription["customer"] != customer_id or subscription["status"] == "canceled":
            raise ProblemError("This subscription cannot be canceled here.", param=where)
        cancel = {"retention": None, "subscription": cancel["subscription"]}
    after = asked.get("after_completion", {"type": "portal_homepage"})
    return {
        "after_completion": {
            "hosted_confirmation": after.get("hosted_confirmation"),
            "redirect": after.get("redirect"),
            "type": after["type"],
        },
        "customer_update": None,
        "subscription_cancel": cancel,
        "subscription_pause": None,
        "subscription_update": None,
        "subscription_update_confirm": None,
        "type": asked["type"],
    }


def find(accounts: list[Account], session_id: str) -> tuple[Account, Body] | None:
    """The session and its account while its address works: an hour, by the own clock."""
    for account in accounts:
        session = account.find(PORTAL, session_id)
        if session is not None and session["created"] + HOUR > account.now:
            return account, session
    return None


def running(account: Account, session: Body) -> list[Body]:
    """The customer's subscriptions that have not ended."""
    rows = account.live(SUBSCRIPTION)
    return [row for row in rows if row["customer"] == session["customer"]]


def change_card(account: Account, session: Body, card: Card) -> None:
    """Give all the customer's subscriptions another card; raises ProblemError when refused."""
    for subscription in running(account, session):
        collecting.change_method(account, subscription, card)


def cancel(account: Account, session: Body, subscription_id: str) -> None:
    """End a subscription of the customer now; raises ProblemError when there is none."""
    for subscription in running(account, session):
        if subscription["id"] == subscription_id:
            subscriptions.end(account, subscription, "cancellation_requested")
            return
    raise ProblemError("There is no such subscription to end.", status=404)


def after(session: Body) -> str | None:
    """Where the customer goes when the flow is done."""
    flow = session["flow"]
    if flow is not None and flow["after_completion"]["redirect"] is not None:
        return str(flow["after_completion"]["redirect"]["return_url"])
    return session["return_url"]  # type: ignore[no-any-return] # an address or None
