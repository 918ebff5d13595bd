"""A world for histories of payments: the real services, the real SDK, a rehearsal, a set clock.

One process, no socket, no sleep. What runs is cut into pieces at every call and at both ends of
every transaction: there a crash may happen (a BaseException that no handler takes; what was not
committed is gone, and so is everything in memory), or a second worker may do whatever it does.
SQLite's write transactions are serial, so switching there leaves out no interleaving.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import create_engine, event, func, make_url, select

import app.db.session
import app.payments.flows.changing
import app.payments.flows.checkout
import app.payments.flows.mirror
import app.payments.flows.plans
import app.payments.flows.sweep
import app.payments.flows.sync
import app.payments.jobs
import app.payments.webhooks
import app.queue.jobs
from app.audit import service as audit
from app.audit.facts import Actor
from app.audit.models import AuditEntry
from app.db.engines import engine_options, install_listeners
from app.db.session import db
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.lib import clock, ids
from app.lib.money import Money
from app.payments import jobs
from app.payments.errors import PaymentsUnavailableError
from app.payments.facts import ATTEMPT_KEY, ORDER_KEY, PaymentMoved
from app.payments.flows import sweep
from app.payments.gateway.client import use_http_client
from app.payments.models.collecting import CheckoutAttempt, Payment
from app.payments.queries import checks as payment_checks
from app.payments.queries import events as event_reads
from app.payments.queries import orders as order_reads
from app.payments.rules.attempts import AttemptState
from app.payments.rules.collecting import PaymentState
from app.payments.service import listeners
from app.payments.service.listeners import Listeners
from app.queue.jobs import run_due
from app.rehearsal.problems import ConnectionLostError, ProblemError
from tests.factories.payments import Wire, make_house, make_order, make_rehearsal, open_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest
    from flask import Flask
    from sqlalchemy import Engine

    from app.rehearsal.core import Rehearsal

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
#: Every module that opens transactions on the way of a payment.
WRITERS = (
    app.payments.flows.changing,
    app.payments.flows.checkout,
    app.payments.flows.mirror,
    app.payments.flows.plans,
    app.payments.flows.sweep,
    app.payments.flows.sync,
    app.payments.jobs,
    app.payments.webhooks,
    app.queue.jobs,
)


class Crash(BaseException):
    """The process ends here."""


@dataclass
class Interruption:
    """What happens at one of the places where a history can be cut."""

    #: How many such places are passed before.
    after: int
    #: Nothing means a crash.
    other: Callable[[], object] | None = None


@dataclass
class World:
    """One history."""

    flask: Flask
    now: datetime = START
    rehearsal: Rehearsal = field(init=False)
    interruption: Interruption | None = None
    #: Pages whose address a donor was given.
    given: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.rehearsal = make_rehearsal(lambda: int(self.now.timestamp()))
        use_http_client(CutWire(self))

    def close(self) -> None:
        """End the history."""
        use_http_client(None)
        self.rehearsal.close()

    def cut(self) -> None:
        """A place where a crash or another worker may come between."""
        waiting = self.interruption
        if waiting is None:
            return
        if waiting.after > 0:
            waiting.after -= 1
            return
        self.interruption = None
        if waiting.other is None:
            raise Crash
        self.act(waiting.other)

    def act(self, work: Callable[[], object]) -> bool:
        """Do something in a context of its own; whether it came to an end."""
        try:
            with self.flask.app_context():
                work()
        except (PaymentsUnavailableError, ProblemError):
            return True
        except Crash:
            return False
        return True

    def step(self, work: Callable[[], object], interruption: Interruption | None = None) -> None:
        """Do something, perhaps interrupted; afterwards a little time has passed."""
        self.interruption = interruption
        self.act(work)
        self.interruption = None
        self.now += timedelta(seconds=1)

    # What people and machines do

    def begin(self, key: str, amount: int) -> None:
        """A donor sends the form and is given the address of a page."""
        order = make_order(key, amount=Money(amount, "GBP"), covered_fee=Money(amount // 10, "GBP"))
        address = open_page(order, now=clock.utcnow())
        if address.startswith("http://pay.test"):
            self.given[key].append(address)
        else:
            assert self._paid_intents(key), f"{key} was not paid, and its donor is thanked"

    def sessions(self, key: str) -> list[str]:
        """The pages of an order that a donor was shown."""
        ids = [session["id"] for session in self.rehearsal.objects("network", "checkout.session")]
        return [each for each in ids if any(each in address for address in self.given[key])]

    def post(self, delivery: Any) -> int:
        """Deliver a webhook; the status that came back."""
        answer = self.flask.test_client().post(
            delivery.url, data=delivery.body, headers=delivery.headers
        )
        return int(answer.status_code)

    def work(self, limit: int = 1) -> None:
        """A worker takes what is due."""
        run_due(jobs.HANDLERS, limit=limit)

    def pass_time(self, minutes: int) -> None:
        """The clock goes on, here and at Stripe."""
        self.now += timedelta(minutes=minutes)
        self.rehearsal.tick()

    def foreign_gift(self) -> None:
        """Somebody pays this account in another way; it is no business of ours."""
        form = (
            "mode=payment&success_url=http://other.test/&line_items[0][quantity]=1"
            "&line_items[0][price_data][currency]=gbp&line_items[0][price_data][unit_amount]=777"
            "&line_items[0][price_data][product_data][name]=Badge"
        )
        headers = {"Authorization": "Bearer sk_test_network"}
        try:
            status, _, body = self.rehearsal.handle("POST", "/v1/checkout/sessions", headers, form)
        except ConnectionLostError:
            return  # they have bad luck, too
        if status == 200:
            self.rehearsal.pay(json.loads(body)["id"], "success")

    # Recovery

    def settle_faults(self) -> None:
        """Nothing goes wrong any more, and what was late has come."""
        self.interruption = None
        self.rehearsal.clear_faults()
        self.rehearsal.set_late_balance(0)
        self.rehearsal.book_held()

    def deliver_everything(self) -> None:
        """Every webhook comes at last, and workers do all that waits; nobody sweeps."""
        self.rehearsal.deliver_all_now(include_lost=True)
        for _ in range(60):
            deliveries = self.rehearsal.pending_deliveries(even_later=True)
            for delivery in deliveries:
                status = self.post(delivery)
                assert status == 200, status
                self.rehearsal.mark_delivered(delivery.id, status)
            with self.flask.app_context():
                self.work(limit=500)
                if not deliveries and self.is_quiet():
                    return
            # Past the lease of whoever crashed, and past every back-off.
            self.now += timedelta(minutes=40)
        raise AssertionError("events are left over")

    def is_quiet(self) -> bool:
        """Whether nothing waits here any more."""
        return not event_reads.list_unapplied_events()

    def lose_everything(self) -> None:
        """No webhook that was not delivered ever comes."""
        for delivery in self.rehearsal.pending_deliveries(even_later=True):
            self.rehearsal.lose_delivery(delivery.id)

    def sweep(self, times: int = 3) -> None:
        """Sweeps alone, a few minutes apart."""
        for _ in range(times):
            self.now += timedelta(minutes=10)
            with self.flask.app_context():
                report = sweep.sweep(now=clock.utcnow())
                assert report.problems == ()

    # The truth

    def check_every_moment(self) -> None:
        """What holds after every step, whatever has been lost so far."""
        with self.flask.app_context():
            assert ledger_service.check_books() == []
            for key in self.given:
                assert len(self._paid_intents(key)) <= 1, f"{key} was charged twice"
            for payment in db.session.scalars(select(Payment)):
                assert payment.refunded_minor <= payment.amount_minor

    def check_the_end(self) -> None:
        """The books say exactly what the rehearsal says."""
        with self.flask.app_context():
            assert ledger_service.check_books() == []
            assert [(f.kind, f.detail) for f in ledger.list_open_findings()] == []
            assert self._booked() == self._shown()
            self._check_orders()

    def _ours(self) -> dict[str, dict[str, Any]]:
        intents = self.rehearsal.objects("network", "payment_intent")
        return {each["id"]: each for each in intents if ATTEMPT_KEY in each["metadata"]}

    def _paid_intents(self, key: str) -> list[str]:
        return [
            intent_id
            for intent_id, intent in self._ours().items()
            if intent["metadata"][ORDER_KEY] == key and intent["status"] == "succeeded"
        ]

    def _intent_of(self, source: str) -> str | None:
        for kind in ("charge", "refund"):
            for each in self.rehearsal.objects("network", kind):
                if each["id"] == source:
                    return str(each["payment_intent"])
        return None

    def _shown(self) -> dict[str, tuple[int, int]]:
        """Gross and fee of each movement of our orders, as the rehearsal has them."""
        ours = self._ours()
        return {
            txn["id"]: (txn["amount"], txn["fee"])
            for txn in self.rehearsal.objects("network", "balance_transaction")
            if self._intent_of(txn["source"]) in ours
        }

    def _booked(self) -> dict[str, tuple[int, int]]:
        """The same, as the ledger has them."""
        booked = {}
        for key in self.given:
            for entry in ledger.list_entries(key):
                held = sum(line.minor for line in entry.lines if line.money_account_id)
                fee = sum(line.minor for line in entry.lines if line.category == "fees")
                booked[entry.ref] = (held + fee, fee)
        return booked

    def _check_orders(self) -> None:
        heard = self._heard()
        for key in self.given:
            status = order_reads.order_status(key)
            kept = (status.received.minor, status.on_its_way.minor, status.returned.minor)
            assert heard[key][:3] == kept, f"{key}: told {heard[key]}, kept {kept}"
            paid = self._paid_intents(key)
            assert heard[key][3] == len(paid), f"{key}: {heard[key][3]} first settlements"
            assert kept == self._owed(paid), f"{key}: kept {kept}, true is {self._owed(paid)}"
            for payment in order_reads.list_payments(key):
                assert (payment.state is PaymentState.SUCCEEDED) == (payment.intent_id in paid)
            open_ones = [a for a in order_reads.list_attempts(key) if a.state is AttemptState.OPEN]
            assert not (paid and open_ones)

    def _owed(self, paid: list[str]) -> tuple[int, int, int]:
        received = sum(self._ours()[each]["amount_received"] for each in paid)
        returned = sum(
            refund["amount"]
            for refund in self.rehearsal.objects("network", "refund")
            if refund["payment_intent"] in paid
            and refund["balance_transaction"]
            and not refund.get("failure_balance_transaction")
        )
        return received - returned, 0, returned

    def _heard(self) -> dict[str, tuple[int, int, int, int]]:
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for entry in db.session.scalars(select(AuditEntry).where(AuditEntry.action == "moved")):
            detail = entry.detail or {}
            for place, name in enumerate(("received", "on_its_way", "returned", "first")):
                sums[entry.subject][place] += detail[name]
        return {key: tuple(sums[key]) for key in self.given}  # type: ignore[misc]


class CutWire(Wire):
    """The wire of a world: something may come between a call and what is made of its answer."""

    def __init__(self, world: World) -> None:
        super().__init__(world.rehearsal)
        self.world = world

    def request(self, *args: Any, **kwargs: Any) -> Any:
        self.world.cut()
        answer = super().request(*args, **kwargs)
        self.world.cut()
        return answer


def keep_in_audit(moved: PaymentMoved) -> None:
    """A listener that forgets what was rolled back."""
    audit.record(
        Actor.stripe(),
        "moved",
        moved.order_key,
        now=moved.at,
        detail={
            "received": moved.received.minor,
            "on_its_way": moved.on_its_way.minor,
            "returned": moved.returned.minor,
            "first": int(moved.is_first_settlement),
        },
    )


@dataclass
class Stage:
    """Where histories are played: one application, and a database file of its own for each."""

    flask: Flask
    template: Path
    played: int = 0
    world: World | None = None

    def play(self, kind: type[World] = World) -> World:
        """Begin a history in an empty house."""
        self.played += 1
        file = self.template.with_name(f"history_{self.played}.db")
        shutil.copyfile(self.template, file)
        url = make_url(f"sqlite:///{file}")
        engine = create_engine(url, **engine_options(url))
        install_listeners(engine)
        # A crash here is of the process, not of the machine: nothing needs to reach the disk.
        event.listen(engine, "connect", _trust_the_disk)
        self._use(engine)
        self.world = kind(self.flask)
        with self.flask.app_context():
            assert db.session.scalar(select(func.count()).select_from(CheckoutAttempt)) == 0
        return self.world

    def _use(self, engine: Engine) -> None:
        with self.flask.app_context():
            engines = cast("dict[str | None, Engine]", db.engines)
            before, engines[None] = engines[None], engine
            before.dispose()

    def now(self) -> datetime:
        """The time of the history being played."""
        return self.world.now if self.world else START

    @contextmanager
    def cut_transaction(self) -> Iterator[None]:
        """`transaction()` with a place to be cut before it, before its commit, and after it."""
        world = self.world
        assert world is not None
        world.cut()
        with app.db.session.transaction():
            yield
            crash = world.interruption
            if crash is not None and crash.other is None:
                world.cut()
        world.cut()


def _trust_the_disk(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def build_stage(flask: Flask, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Stage:
    """Prepare an application for histories."""
    template = folder / "template.db"
    with flask.app_context():
        make_house()
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(str(db.engine.url.database), template)
    stage = Stage(flask, template)
    monkeypatch.setattr(clock, "utcnow", stage.now)
    monkeypatch.setattr(ids, "spread", lambda: 0.5)
    for module in WRITERS:
        monkeypatch.setattr(module, "transaction", stage.cut_transaction)
    monkeypatch.setattr(listeners, "_listening", [Listeners(payments=(keep_in_audit,))])
    monkeypatch.setattr(ledger_service, "_checks", payment_checks.CHECKS)
    return stage
