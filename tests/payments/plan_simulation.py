"""A world with regular gifts: what a donor and her bank do month by month, and the truth of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.audit import service as audit
from app.audit.facts import Actor
from app.audit.models import AuditEntry
from app.db.session import db
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.lib import clock
from app.lib.money import Money
from app.payments.errors import PlanEndedError
from app.payments.facts import FEE_KEY, PLAN_KEY, InvoiceFailed, PlanChanged, PlanMoved
from app.payments.flows import plans, sweep
from app.payments.models.collecting import Payment
from app.payments.models.plans import Invoice, Plan, PlanChange
from app.payments.queries import events as event_reads
from app.payments.queries import orders as order_reads
from app.payments.queries import plans as plan_reads
from app.payments.rules.collecting import PaymentState
from app.payments.rules.plans import Interval, PlanChangeKind, PlanChangeState
from app.payments.service.listeners import Listeners
from app.rehearsal.problems import ProblemError
from tests.factories.payments import make_order, open_page
from tests.payments.simulation import World, keep_in_audit

if TYPE_CHECKING:
    from collections.abc import Callable

#: The order that begins each plan.
ORDERS = {"plan-a": "order-a", "plan-b": "order-b"}


def fee_of(amount: int) -> int:
    """What of a sum covers our fees, in every gift of this world."""
    return amount // 10


def keep_plan(moved: PlanMoved) -> None:
    """What is shown of a plan, as it was told."""
    detail = {
        "state": moved.state.value,
        "amount": moved.amount.minor,
        "fee": moved.covered_fee.minor,
        "next_at": moved.next_at.isoformat() if moved.next_at else None,
        "paused": [moved.is_paused, moved.paused_until and moved.paused_until.isoformat()],
        "ended_at": moved.ended_at.isoformat() if moved.ended_at else None,
    }
    audit.record(Actor.stripe(), "plan", moved.plan_key, now=moved.at, detail=detail)


def keep_failure(failed: InvoiceFailed) -> None:
    """A try at a demand that failed, as it was told."""
    detail = {"invoice": failed.invoice_id, "count": failed.attempt_count}
    audit.record(Actor.stripe(), "failed", failed.plan_key, now=failed.at, detail=detail)


def keep_change(changed: PlanChanged) -> None:
    """A wish that was done or refused, as it was told."""
    detail = {"kind": changed.kind.value, "state": changed.state.value}
    audit.record(Actor.stripe(), "change", changed.plan_key, now=changed.at, detail=detail)


LISTENERS = Listeners(
    payments=(keep_in_audit,),
    plans=(keep_plan,),
    invoices=(keep_failure,),
    changes=(keep_change,),
)


def at(seconds: int | None) -> datetime | None:
    """Stripe's time as ours."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


@dataclass
class PlanWorld(World):
    """One history of regular gifts."""

    #: The keys of plans whose page a donor was given.
    promised: set[str] = field(default_factory=set)

    # What people and machines do

    def begin_plan(self, plan_key: str, amount: int) -> None:
        """A donor sends the form for a monthly gift and is given the address of a page."""
        order_key = ORDERS[plan_key]
        order = make_order(
            order_key,
            amount=Money(amount, "GBP"),
            covered_fee=Money(fee_of(amount), "GBP"),
            plan_key=plan_key,
            interval=Interval.MONTH,
        )
        address = open_page(order, now=clock.utcnow())
        if address.startswith("http://pay.test"):
            self.given[order_key].append(address)
            self.promised.add(plan_key)
        else:
            assert self.subscriptions(plan_key), f"{plan_key} did not begin, its donor is thanked"

    def subscriptions(self, plan_key: str) -> list[dict[str, Any]]:
        """What Stripe collects regularly for a plan."""
        found = self.rehearsal.objects("network", "subscription")
        return [each for each in found if each["metadata"].get(PLAN_KEY) == plan_key]

    def demands(self, plan_key: str) -> list[dict[str, Any]]:
        """The invoices of a plan that are no drafts, the oldest first."""
        ours = {each["id"] for each in self.subscriptions(plan_key)}
        return [
            each
            for each in self.rehearsal.objects("network", "invoice")
            if each["status"] != "draft"
            and each["parent"]["subscription_details"]["subscription"] in ours
        ]

    def with_subscription(self, plan_key: str, act: Callable[[str], object]) -> None:
        """Something happens to a plan at Stripe, if it runs."""
        for each in self.subscriptions(plan_key):
            if each["status"] != "canceled":
                act(each["id"])

    def with_demand(self, plan_key: str, act: Callable[[str], object]) -> None:
        """Something happens to a plan's newest demand."""
        for each in self.demands(plan_key)[-1:]:
            act(each["id"])

    def wish(self, plan_key: str, kind: PlanChangeKind, amount: int) -> None:
        """A donor asks something of her plan."""
        if plan_reads.find_plan(plan_key) is None:
            return
        now = clock.utcnow()
        try:
            match kind:
                case PlanChangeKind.STOP:
                    plans.stop(plan_key, asked_by="donor", now=now)
                case PlanChangeKind.AMOUNT:
                    sums = (Money(amount, "GBP"), Money(fee_of(amount), "GBP"))
                    plans.change_amount(
                        plan_key, amount=sums[0], covered_fee=sums[1], asked_by="donor", now=now
                    )
                case PlanChangeKind.PAUSE:
                    until = now + timedelta(days=40)
                    plans.pause(plan_key, until=until, asked_by="donor", now=now)
                case PlanChangeKind.RESUME:
                    plans.resume(plan_key, asked_by="donor", now=now)
                case PlanChangeKind.CONTACT:
                    plans.change_contact(
                        plan_key, email="new@example.org", asked_by="donor", now=now
                    )
        except PlanEndedError:
            assert self._is_stopped(plan_key)

    def _is_stopped(self, plan_key: str) -> bool:
        kinds = {change.kind for change in plan_reads.list_pending_changes(plan_key)}
        return plan_reads.get_plan(plan_key).is_ended or PlanChangeKind.STOP in kinds

    # Recovery

    def is_quiet(self) -> bool:
        """Whether nothing waits here any more."""
        waiting = select(PlanChange.id).where(PlanChange.state == PlanChangeState.REQUESTED)
        is_idle = db.session.scalar(waiting.limit(1)) is None
        return is_idle and not event_reads.list_unapplied_events()

    def look_at_everything(self) -> None:
        """Sweeps alone; the last by a clock that is days ahead, while nothing happens at Stripe."""
        self.sweep()
        with self.flask.app_context():
            for days in (2, 4):
                report = sweep.sweep(now=clock.utcnow() + timedelta(days=days), is_deep=True)
                assert report.problems == ()

    # The truth

    def check_every_moment(self) -> None:
        with self.flask.app_context():
            assert ledger_service.check_books() == []
            for plan_key in self.promised:
                assert len(self.subscriptions(plan_key)) <= 1, f"{plan_key} is collected twice"
            told = self._told("failed")
            again = [each for each, count in Counter(told).items() if count > 1]
            assert not again, f"told twice: {again}"

    def check_the_end(self) -> None:
        with self.flask.app_context():
            assert ledger_service.check_books() == []
            assert self._booked() == self._shown()
            late = {f"payment:{each}" for each in self._collected_after_end()}
            findings = {(each.kind, each.subject) for each in ledger.list_open_findings()}
            assert findings == {("collected_after_end", subject) for subject in late}
            for plan_key in sorted(self.promised):
                self._check_plan(plan_key)
            self._check_wishes()

    def _check_plan(self, plan_key: str) -> None:
        plan = plan_reads.find_plan(plan_key)
        shown = self.subscriptions(plan_key)
        assert (plan is not None) == bool(shown), f"{plan_key}: {shown}"
        if plan is None:
            return
        [subscription] = shown
        item, pause = subscription["items"]["data"][0], subscription["pause_collection"]
        kept = (plan.state.value, plan.amount_minor, plan.covered_fee_minor, plan.period_end)
        assert kept == (
            subscription["status"],
            item["price"]["unit_amount"],
            int(subscription["metadata"][FEE_KEY]),
            at(item["current_period_end"]),
        )
        assert (plan.is_paused, plan.paused_until) == (
            pause is not None,
            at(pause["resumes_at"]) if pause else None,
        )
        assert plan.ended_at == at(subscription["ended_at"])
        self._check_told(plan)
        self._check_demands(plan)

    def _check_told(self, plan: Plan) -> None:
        told = [dict(detail) for detail in self._details("plan", plan.plan_key)]
        assert all(a != b for a, b in pairwise(told)), "told without news"
        last = told[-1]
        assert (last["state"], last["amount"], last["fee"]) == (
            plan.state.value,
            plan.amount_minor,
            plan.covered_fee_minor,
        )
        assert last["next_at"] == (plan.next_at.isoformat() if plan.next_at else None)

    def _check_demands(self, plan: Plan) -> None:
        shown = {each["id"]: each for each in self.demands(plan.plan_key)}
        kept = {each.invoice_id: each for each in plan_reads.list_invoices(plan.plan_key)}
        states = {each: invoice.state.value for each, invoice in kept.items()}
        assert states == {each: invoice["status"] for each, invoice in shown.items()}
        for invoice_id, invoice in kept.items():
            is_first = shown[invoice_id]["billing_reason"] == "subscription_create"
            assert (invoice.order_key == plan.attempt.order_key) == is_first
            assert invoice.covered_fee_minor == fee_of(invoice.amount_due_minor)
            self._check_money(invoice)
            self._check_dunning(invoice, shown[invoice_id])

    def _check_money(self, invoice: Invoice) -> None:
        payments = order_reads.list_payments(invoice.order_key)
        truth = self._intent_of_demand(invoice.invoice_id)
        came = truth["status"] == "succeeded"
        states = [each.state for each in payments]
        assert states.count(PaymentState.SUCCEEDED) == int(came), f"{truth['status']}: {states}"
        on_its_way = invoice.amount_due_minor if truth["status"] == "processing" else 0
        status = order_reads.order_status(invoice.order_key)
        received = invoice.amount_due_minor if came else 0
        kept = (status.received.minor, status.on_its_way.minor)
        assert kept == (received, on_its_way), f"{truth['status']}: {kept}"
        sums = [0, 0, 0, 0]
        for detail in self._details("moved", invoice.order_key):
            names = ("received", "on_its_way", "returned", "first")
            sums = [a + detail[name] for a, name in zip(sums, names, strict=True)]
        assert sums == [received, on_its_way, 0, int(came)], f"heard {sums}"
        for payment in payments:
            assert payment.covered_fee_minor == invoice.covered_fee_minor

    def _check_dunning(self, invoice: Invoice, shown: dict[str, Any]) -> None:
        intent = self._intent_of_demand(invoice.invoice_id)["status"]
        told = [count for row, count in self._told("failed") if row == invoice.id]
        assert all(count <= shown["attempt_count"] for count in told)
        fails = intent in {"requires_payment_method", "requires_action"}
        if shown["status"] == "open" and fails and shown["attempt_count"]:
            assert shown["attempt_count"] in told or invoice.plan.is_ended

    def _check_wishes(self) -> None:
        for change in db.session.scalars(select(PlanChange)):
            assert change.state is not PlanChangeState.REQUESTED
        wishes = Counter(
            (change.plan.plan_key, change.kind.value, change.state.value)
            for change in db.session.scalars(select(PlanChange))
        )
        told = Counter(
            (entry.subject, (entry.detail or {})["kind"], (entry.detail or {})["state"])
            for entry in self._entries("change")
        )
        assert told == wishes
        for plan_key in self.promised:
            for subscription in self.subscriptions(plan_key):
                self._check_calls(plan_key, subscription)

    def _check_calls(self, plan_key: str, subscription: dict[str, Any]) -> None:
        """Each new sum was asked for once, and whoever stopped owes nothing that can be tried."""
        product = subscription["items"]["data"][0]["price"]["product"]
        prices = [
            each
            for each in self.rehearsal.objects("network", "price")
            if each["product"] == product
        ]
        changes = db.session.scalars(
            select(PlanChange).join(Plan).where(Plan.plan_key == plan_key)
        ).all()
        done = [each for each in changes if each.state is PlanChangeState.DONE]
        sums = [each for each in done if each.kind is PlanChangeKind.AMOUNT]
        assert len(prices) == 1 + len(sums), f"{len(prices) - 1} new sums of {len(sums)} wishes"
        if any(each.kind is PlanChangeKind.STOP for each in done):
            assert subscription["status"] == "canceled"
            for demand in self.demands(plan_key):
                intent = self._intent_of_demand(demand["id"])
                assert demand["status"] != "open" or intent["status"] == "processing"

    def _collected_after_end(self) -> list[int]:
        found = []
        for subscription in self.rehearsal.objects("network", "subscription"):
            for demand in self.rehearsal.objects("network", "invoice"):
                details = demand["parent"]["subscription_details"]
                if details["subscription"] != subscription["id"] or demand["status"] == "draft":
                    continue
                intent = self._intent_of_demand(demand["id"])
                charge = self._charge(intent["latest_charge"])
                is_late = charge is not None and subscription["ended_at"] is not None
                if is_late and charge["created"] > subscription["ended_at"] and charge["paid"]:
                    found.append(self._payment_of(intent["id"]))
        return found

    def _payment_of(self, intent_id: str) -> int:
        return db.session.scalars(select(Payment.id).where(Payment.intent_id == intent_id)).one()

    def _charge(self, charge_id: str | None) -> Any:
        charges = self.rehearsal.objects("network", "charge")
        return next((each for each in charges if each["id"] == charge_id), None)

    def _intent_of_demand(self, invoice_id: str) -> dict[str, Any]:
        [payment] = [
            each
            for each in self.rehearsal.objects("network", "invoice_payment")
            if each["invoice"] == invoice_id
        ]
        intents = self.rehearsal.objects("network", "payment_intent")
        [intent] = [each for each in intents if each["id"] == payment["payment"]["payment_intent"]]
        return intent

    def _ours(self) -> dict[str, dict[str, Any]]:
        intents = [
            self._intent_of_demand(demand["id"])
            for plan_key in self.promised
            for demand in self.demands(plan_key)
        ]
        return {each["id"]: each for each in intents}

    def _booked(self) -> dict[str, tuple[int, int]]:
        booked = {}
        for order_key in db.session.scalars(select(Invoice.order_key)):
            for entry in ledger.list_entries(order_key):
                held = sum(line.minor for line in entry.lines if line.money_account_id)
                fee = sum(line.minor for line in entry.lines if line.category == "fees")
                booked[entry.ref] = (held + fee, fee)
        return booked

    def _entries(self, action: str) -> list[AuditEntry]:
        query = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
        return list(db.session.scalars(query))

    def _details(self, action: str, subject: str) -> list[dict[str, Any]]:
        entries = self._entries(action)
        return [dict(entry.detail or {}) for entry in entries if entry.subject == subject]

    def _told(self, action: str) -> list[tuple[int, int]]:
        details = [dict(entry.detail or {}) for entry in self._entries(action)]
        return [(detail["invoice"], detail["count"]) for detail in details]


def at_stripe(act: Callable[[], object]) -> None:
    """Something that a donor or her bank may try at Stripe, whether or not it can be done now."""
    try:
        act()
    except (ProblemError, ValueError):
        return
