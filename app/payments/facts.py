"""What payments tell the packages above, and what Stripe's objects say in our own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.ledger.rules import Category, EntryKind
from app.lib.money import Money
from app.payments.rules.plans import Interval, PlanChangeKind, PlanChangeState, PlanState

#: The names under which our ids travel in the metadata of Stripe's objects.
ORDER_KEY = "muster_order"
ATTEMPT_KEY = "muster_attempt"
PLAN_KEY = "muster_plan"
#: The part of what a plan collects that covers our fees; Stripe copies it to each invoice.
FEE_KEY = "muster_covered_fee"


@dataclass(frozen=True, kw_only=True)
class PaymentMoved:
    """The money of an order moved; told in the transaction that writes it down.

    `received`, `on_its_way` and `returned` are changes, to be added to whatever is kept. They
    never overlap: a refund lowers `received` and raises `returned`, so `received` alone is what a
    goal may count (the covered fee is still in it).
    """

    order_key: str
    payment_id: int
    #: How it was paid ("card", "bacs_debit"), once known.
    method: str | None
    at: datetime
    received: Money
    on_its_way: Money
    returned: Money
    #: True exactly once for a payment: in the transaction in which its money first came.
    is_first_settlement: bool
    #: When the money came, by Stripe's clock; nothing while it has not.
    settled_at: datetime | None
    #: The plan that collected it, if it was one; each collection has an order key of its own.
    plan_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class PlanMoved:
    """A plan began, or anything that is shown of it changed."""

    plan_key: str
    state: PlanState
    #: What each period collects, the covered fee included, and that fee.
    amount: Money
    covered_fee: Money
    interval: Interval
    #: When the next collection is due; nothing once it ended.
    next_at: datetime | None
    is_paused: bool
    paused_until: datetime | None
    started_at: datetime
    ended_at: datetime | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class InvoiceFailed:
    """A demand of a plan did not go through; told once for each try that Stripe made."""

    plan_key: str
    #: The row of the invoice.
    invoice_id: int
    attempt_count: int
    amount: Money
    #: The donor's bank wants her to agree once more; it is no matter of another card.
    needs_action: bool
    #: When Stripe tries again by itself; nothing when it gave up.
    next_try_at: datetime | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PlanChanged:
    """What a donor, or an organiser for her, asked of a plan was done at Stripe, or refused."""

    plan_key: str
    kind: PlanChangeKind
    state: PlanChangeState
    #: As it was asked for: "amount_minor", "covered_fee_minor", "until"…
    params: Mapping[str, Any]
    #: "donor" or "account:<id>".
    asked_by: str
    reason: str | None
    at: datetime


PaymentListener = Callable[[PaymentMoved], None]
PlanListener = Callable[[PlanMoved], None]
InvoiceListener = Callable[[InvoiceFailed], None]
ChangeListener = Callable[[PlanChanged], None]


@dataclass(frozen=True, kw_only=True)
class SessionTerms:
    """What Stripe is asked for, frozen in the attempt's row before the first call.

    The return addresses are not among them: they hold private links, which are never stored.
    """

    order_key: str
    attempt: str
    amount_minor: int
    currency: str
    product_name: str
    fund_name: str
    email: str
    locale: str
    statement_suffix: str | None
    expires_at: int
    #: Of regular donations alone: the plan, how often it collects, the covered fee in the amount.
    plan_key: str | None = None
    interval: str | None = None
    covered_fee_minor: int = 0

    def is_same_offer(self, other: SessionTerms) -> bool:
        """Whether a donor who agreed to the one has agreed to the other."""
        return replace(self, attempt="", expires_at=0) == replace(other, attempt="", expires_at=0)


@dataclass(frozen=True, kw_only=True)
class BalanceTxn:
    """A movement of a Stripe balance: the truth about money."""

    id: str
    kind: str
    gross: Money
    fee: Money
    net: Money
    source_id: str | None
    created_at: datetime
    description: str | None = None


@dataclass(frozen=True, kw_only=True)
class Movement:
    """A balance transaction with what it means in the books."""

    kind: EntryKind
    category: Category
    txn: BalanceTxn


@dataclass(frozen=True, kw_only=True)
class SessionSnapshot:
    """A Checkout Session as it was when it was fetched."""

    id: str
    #: open, complete or expired.
    status: str | None
    url: str | None
    intent_id: str | None
    order_key: str | None
    metadata: Mapping[str, str] = field(default_factory=dict)
    #: What a page of a regular donation began, once it was completed.
    subscription_id: str | None = None
    invoice_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class SubscriptionSnapshot:
    """A subscription as it was when it was fetched."""

    id: str
    customer_id: str
    item_id: str
    product_id: str | None
    #: Stripe's word; new ones appear.
    status: str
    amount: Money
    #: Stripe's word: month, year…
    interval: str | None
    period_start: datetime
    period_end: datetime
    is_paused: bool
    paused_until: datetime | None
    method: str | None
    method_last4: str | None
    started_at: datetime
    ends_at: datetime | None
    ended_at: datetime | None
    metadata: Mapping[str, str] = field(default_factory=dict)
    #: What the donor chose at Stripe since, while the subscription still goes by the old.
    chosen_method_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class InvoiceSnapshot:
    """An invoice of a subscription as it was when it was fetched."""

    id: str
    #: Nothing where it belongs to no subscription.
    subscription_id: str | None
    status: str | None
    #: Whether it is the one that began its subscription.
    is_first: bool
    amount_due: Money
    attempt_count: int
    next_try_at: datetime | None
    hosted_url: str | None
    period_start: datetime
    period_end: datetime
    created_at: datetime
    #: The payment intents that answer it, the newest first, and the state of that one.
    intent_ids: tuple[str, ...] = ()
    intent_status: str | None = None
    needs_action: bool = False
    #: What the subscription's metadata were when it was made.
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ChargeSnapshot:
    """A charge with the balance transactions that carry its money."""

    id: str
    intent_id: str | None
    status: str
    created_at: datetime
    method: str | None
    failure_code: str | None
    txn: BalanceTxn | None
    failure_txn: BalanceTxn | None

    def movements(self) -> Iterator[Movement]:
        """The money that came, and that went again when the bank took it back."""
        if self.txn is not None:
            yield Movement(kind=EntryKind.CHARGE, category=Category.INCOME, txn=self.txn)
        if self.failure_txn is not None:
            yield Movement(
                kind=EntryKind.LATE_FAILURE, category=Category.INCOME, txn=self.failure_txn
            )


@dataclass(frozen=True, kw_only=True)
class RefundSnapshot:
    """A refund with the balance transactions that carry its money."""

    id: str
    status: str | None
    amount: Money
    reason: str | None
    failure_reason: str | None
    created_at: datetime
    txn: BalanceTxn | None
    failure_txn: BalanceTxn | None

    def movements(self) -> Iterator[Movement]:
        """The money that went, and that came back when the donor's bank returned it."""
        if self.txn is not None:
            yield Movement(kind=EntryKind.REFUND, category=Category.INCOME, txn=self.txn)
        if self.failure_txn is not None:
            yield Movement(
                kind=EntryKind.REFUND_FAILURE, category=Category.INCOME, txn=self.failure_txn
            )


@dataclass(frozen=True, kw_only=True)
class DisputeSnapshot:
    """A dispute; its money is in its balance transactions alone, never in its status."""

    id: str
    status: str
    reason: str | None
    amount: Money
    due_by: datetime | None
    created_at: datetime
    txns: tuple[BalanceTxn, ...]

    def movements(self) -> Iterator[Movement]:
        """The money it took, and what of it came back."""
        for txn in self.txns:
            kind = EntryKind.DISPUTE if txn.gross.minor < 0 else EntryKind.DISPUTE_REVERSAL
            yield Movement(kind=kind, category=Category.DISPUTES, txn=txn)


@dataclass(frozen=True, kw_only=True)
class IntentSnapshot:
    """Everything Stripe knows about one collection of money, fetched in one go."""

    id: str
    status: str
    amount: Money
    error_code: str | None
    created_at: datetime
    metadata: Mapping[str, str] = field(default_factory=dict)
    charge: ChargeSnapshot | None = None
    refunds: tuple[RefundSnapshot, ...] = ()
    disputes: tuple[DisputeSnapshot, ...] = ()

    @property
    def is_charged(self) -> bool:
        """Whether its money reached the balance."""
        return self.charge is not None and self.charge.txn is not None

    @property
    def is_reversed(self) -> bool:
        """Whether the bank took its money back after all."""
        return self.charge is not None and self.charge.failure_txn is not None

    def movements(self) -> Iterator[Movement]:
        """All its money. Nothing can go before it came: without the charge's, there is none."""
        if self.charge is not None and self.is_charged:
            yield from self.charge.movements()
            for refund in self.refunds:
                yield from refund.movements()
            for dispute in self.disputes:
                yield from dispute.movements()


@dataclass(frozen=True, kw_only=True)
class EventSnapshot:
    """An event as Stripe tells it: which object changed."""

    id: str
    type: str
    object_id: str
    object_type: str
    is_live: bool
    api_version: str | None
    created_at: datetime
    body: str


@dataclass(frozen=True, kw_only=True)
class SweepReport:
    """What a sweep looked at and what it could not do; `problems` are lines for a person."""

    attempts: int = 0
    plans: int = 0
    invoices: int = 0
    changes: int = 0
    payments: int = 0
    transactions: int = 0
    events: int = 0
    problems: tuple[str, ...] = ()

    def __add__(self, other: SweepReport) -> SweepReport:
        return SweepReport(
            attempts=self.attempts + other.attempts,
            plans=self.plans + other.plans,
            invoices=self.invoices + other.invoices,
            changes=self.changes + other.changes,
            payments=self.payments + other.payments,
            transactions=self.transactions + other.transactions,
            events=self.events + other.events,
            problems=self.problems + other.problems,
        )
