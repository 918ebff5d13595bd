"""One payment account: its objects and its events, seen by nobody else."""

import copy
from collections.abc import Callable

from app.rehearsal.bodies import Body, public
from app.rehearsal.config import API_VERSION, AccountConfig
from app.rehearsal.post import Post
from app.rehearsal.problems import missing_object
from app.rehearsal.world import World

SESSION = "checkout.session"
INTENT = "payment_intent"
CHARGE = "charge"
MOVEMENT = "balance_transaction"
REFUND = "refund"
CUSTOMER = "customer"
METHOD = "payment_method"
EVENT = "event"
PRODUCT = "product"
PRICE = "price"
SUBSCRIPTION = "subscription"
INVOICE = "invoice"
INVOICE_PAYMENT = "invoice_payment"
PORTAL = "billing_portal.session"
MANDATE = "mandate"
DISPUTE = "dispute"
PAYOUT = "payout"
NOUNS = {SESSION: "checkout.session", METHOD: "PaymentMethod", MOVEMENT: "balance transaction"}
#: The classes of which some have something before them, and which of them that are.
LIVE: dict[str, Callable[[Body], bool]] = {
    CHARGE: lambda row: "_settles_at" in row,
    INVOICE: lambda row: row["status"] in {"draft", "open"},
    SUBSCRIPTION: lambda row: row["status"] != "canceled",
}


class Account:
    """The objects of one payment account."""

    def __init__(self, name: str, world: World, post: Post) -> None:
        self.name = name
        self.world = world
        self.post = post
        self.open_sessions = {row["id"] for row in self.all(SESSION) if row["status"] == "open"}
        self.unbooked = {row["id"] for row in self.all(CHARGE) if "_books_at" in row}
        self._live = {
            kind: {row["id"]: None for row in self.all(kind) if is_live(row)}
            for kind, is_live in LIVE.items()
        }

    @property
    def config(self) -> AccountConfig:
        """What the rehearsal was told about this account."""
        return self.world.config.accounts[self.name]

    @property
    def now(self) -> int:
        """Seconds since the epoch by the rehearsal's own clock."""
        return self.world.now()

    def new_id(self, prefix: str) -> str:
        """A new id with Stripe's prefix."""
        return self.world.new_id(prefix)

    def put(self, body: Body) -> Body:
        """Keep an object, new or changed."""
        kind, object_id = body["object"], body["id"]
        self.world.store.put(self.name, kind, object_id, body)
        if kind in LIVE:
            if LIVE[kind](body):
                self._live[kind][object_id] = None
            else:
                self._live[kind].pop(object_id, None)
        return body

    def live(self, kind: str) -> list[Body]:
        """The objects of a kind that have something before them, oldest first."""
        return [self.get(kind, object_id) for object_id in self._live[kind]]

    def find(self, kind: str, object_id: str) -> Body | None:
        """The object, if this account has it."""
        return self.world.store.get(self.name, kind, object_id)

    def get(self, kind: str, object_id: str, param: str = "id") -> Body:
        """The object; raises ProblemError (404) when this account does not have it."""
        body = self.find(kind, object_id)
        if body is None:
            raise missing_object(NOUNS.get(kind, kind), object_id, param)
        return body

    def all(self, kind: str) -> list[Body]:
        """Every object of a kind, oldest first."""
        return self.world.store.all(self.name, kind)

    def emit(self, kind: str, body: Body, previous: Body | None = None) -> None:
        """Make an event that shows the object as it is now, and plan its webhooks."""
        data: Body = {"object": copy.deepcopy(public(body))}
        if previous is not None:
            data["previous_attributes"] = previous
        event: Body = {
            "id": self.new_id("evt"),
            "object": EVENT,
            "api_version": API_VERSION,
            "created": self.now,
            "data": data,
            "livemode": False,
            "pending_webhooks": 0,
            "request": dict(self.world.request),
            "type": kind,
        }
        self.post.announce(self.name, event)
        self.put(event)
