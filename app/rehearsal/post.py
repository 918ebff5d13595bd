"""Webhooks: signed as Stripe signs them, delivered with retries, or lost on request."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from enum import StrEnum

from app.rehearsal.bodies import Body, public
from app.rehearsal.world import NOTES, World

KIND = "delivery"


class Mode(StrEnum):
    """What happens to the webhooks of new events."""

    NORMAL = "normal"
    LOSE = "lose"  # never sent; the events stay undelivered and listed as such
    SWALLOW = "swallow"  # never sent, and Stripe believes that they were delivered
    REPEAT = "repeat"  # each sent several times
    DELAY = "delay"  # each sent some seconds later
    REORDER = "reorder"  # held until released, then sent shuffled


class DeliveryState(StrEnum):
    """Where one delivery stands."""

    WAITING = "waiting"
    HELD = "held"
    SENDING = "sending"
    DELIVERED = "delivered"
    LOST = "lost"
    FAILED = "failed"


OPEN_STATES = {DeliveryState.WAITING, DeliveryState.HELD, DeliveryState.SENDING}


@dataclass(frozen=True)
class Delivery:
    """One webhook ready to be posted: address, signed headers, raw body."""

    id: str
    account: str
    event_id: str
    event_type: str
    url: str
    headers: dict[str, str]
    body: bytes


def signature(secret: str, stamp: int, body: bytes) -> str:
    """The ``Stripe-Signature`` header of a body (docs.stripe.com/webhooks/signature)."""
    signed = str(stamp).encode() + b"." + body
    mac = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={mac}"


def shuffle_key(seed: int, text: str) -> str:
    """Where a text stands in the order that a seed makes."""
    return hashlib.sha256(f"{seed}:{text}".encode()).hexdigest()


class Post:
    """The deliveries of a rehearsal."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._open: dict[str, Body] = {}
        for row in world.store.all(NOTES, KIND):
            if row["state"] in OPEN_STATES:
                if row["state"] == DeliveryState.SENDING:  # the process ended while sending
                    row["state"] = DeliveryState.WAITING.value
                self._open[row["id"]] = row

    @property
    def mode(self) -> Body:
        """How webhooks are treated now: mode, times, seconds."""
        return self._world.note("webhooks", {"mode": Mode.NORMAL.value, "times": 2, "seconds": 60})

    def set_mode(self, mode: Mode, *, times: int = 2, seconds: int = 60) -> None:
        """Choose what happens to the webhooks of new events."""
        self._world.keep_note("webhooks", {"mode": mode.value, "times": times, "seconds": seconds})

    def announce(self, account: str, event: Body) -> None:
        """Plan the deliveries of a new event and set its ``pending_webhooks``."""
        config = self._world.config.accounts[account]
        wanted = config.enabled_events is None or event["type"] in config.enabled_events
        if config.webhook_url is None or not wanted:
            return
        mode = self.mode
        if mode["mode"] == Mode.SWALLOW:
            return
        event["pending_webhooks"] = 1
        state = {Mode.LOSE: DeliveryState.LOST, Mode.REORDER: DeliveryState.HELD}.get(
            mode["mode"], DeliveryState.WAITING
        )
        due = self._world.now() + (mode["seconds"] if mode["mode"] == Mode.DELAY else 0)
        for _ in range(mode["times"] if mode["mode"] == Mode.REPEAT else 1):
            self._plan(account, event, state, due)

    def _plan(self, account: str, event: Body, state: DeliveryState, due: int) -> Body:
        row: Body = {
            "id": self._world.new_id("whd"),
            "account": account,
            "event": event["id"],
            "type": event["type"],
            "state": state.value,
            "due": due,
            "tries": 0,
            "answer": None,
        }
        self._keep(row)
        return row

    def _keep(self, row: Body) -> None:
        self._world.store.put(NOTES, KIND, row["id"], row)
        if row["state"] in OPEN_STATES:
            self._open[row["id"]] = row
        else:
            self._open.pop(row["id"], None)

    def rows(self) -> list[Body]:
        """Every delivery there ever was, oldest first."""
        return self._world.store.all(NOTES, KIND)

    def count_open(self) -> int:
        """How many deliveries wait, are held or on their way."""
        return len(self._open)

    def due(self, *, even_later: bool = False) -> list[Body]:
        """Deliveries whose time has come (or every waiting one), in order."""
        now = self._world.now()
        waiting = [row for row in self._open.values() if row["state"] == DeliveryState.WAITING]
        return sorted(
            (row for row in waiting if even_later or row["due"] <= now), key=lambda row: row["due"]
        )

    def next_due(self) -> int | None:
        """When the next delivery is due by the own clock, if one waits."""
        return min((row["due"] for row in self.due(even_later=True)), default=None)

    def is_busy(self) -> bool:
        """Whether a delivery is due or on its way."""
        sending = any(row["state"] == DeliveryState.SENDING for row in self._open.values())
        return sending or bool(self.due())

    def make(self, row: Body) -> Delivery:
        """The signed request of a delivery."""
        config = self._world.config.accounts[row["account"]]
        event = self._world.store.get(row["account"], "event", row["event"])
        body = json.dumps(public(event or {}), indent=2).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": signature(config.webhook_secret, self._world.wall(), body),
        }
        return Delivery(
            id=row["id"],
            account=row["account"],
            event_id=row["event"],
            event_type=row["type"],
            url=config.webhook_url or "",
            headers=headers,
            body=body,
        )

    def take(self) -> Delivery | None:
        """The next delivery that is due, marked as on its way."""
        for row in self.due():
            row["state"] = DeliveryState.SENDING.value
            return self.make(row)
        return None

    def answered(self, delivery_id: str, status: int | None) -> None:
        """Record the answer (None: no answer came): done, another try, or given up."""
        row = self._world.store.get(NOTES, KIND, delivery_id)
        if row is None:
            raise KeyError(delivery_id)
        row["tries"] += 1
        row["answer"] = status
        if status is not None and 200 <= status < 300:
            row["state"] = DeliveryState.DELIVERED.value
            self._mark_event_delivered(row)
        else:
            self._plan_retry(row)
        self._keep(row)

    def _mark_event_delivered(self, row: Body) -> None:
        event = self._world.store.get(row["account"], "event", row["event"])
        if event is not None and event["pending_webhooks"]:
            event["pending_webhooks"] = 0
            self._world.store.put(row["account"], "event", event["id"], event)

    def _plan_retry(self, row: Body) -> None:
        delays = self._world.config.retry_after
        if row["tries"] > len(delays):
            row["state"] = DeliveryState.FAILED.value
        else:
            row["state"] = DeliveryState.WAITING.value
            row["due"] = self._world.now() + delays[row["tries"] - 1]

    def lose(self, delivery_id: str) -> None:
        """Drop one delivery; its event stays undelivered."""
        row = self._world.store.get(NOTES, KIND, delivery_id)
        if row is None:
            raise KeyError(delivery_id)
        row["state"] = DeliveryState.LOST.value
        self._keep(row)

    def release(self, seed: int) -> int:
        """Let the held deliveries go in the order that the seed makes; returns how many."""
        held = [row for row in self._open.values() if row["state"] == DeliveryState.HELD]
        for row in sorted(held, key=lambda row: shuffle_key(seed, row["id"])):
            self._open.pop(row["id"])  # deliveries due at one time go in the order of this mapping
            row.update(state=DeliveryState.WAITING.value, due=self._world.now())
            self._keep(row)
        return len(held)

    def all_now(self, *, include_lost: bool = False) -> int:
        """Make every delivery due that is not delivered; returns how many."""
        states = {DeliveryState.WAITING, DeliveryState.HELD, DeliveryState.FAILED}
        if include_lost:
            states.add(DeliveryState.LOST)
        rows = [row for row in self.rows() if row["state"] in states]
        for row in rows:
            row.update(state=DeliveryState.WAITING.value, due=self._world.now(), tries=0)
            self._keep(row)
        return len(rows)

    def resend(self, account: str, event: Body) -> str:
        """Plan one more delivery of an event, as the button of Stripe's dashboard does."""
        row = self._plan(account, event, DeliveryState.WAITING, self._world.now())
        return str(row["id"])
