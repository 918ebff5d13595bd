"""Money without Stripe: written down, undone, moved between funds; the books stay right."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.audit.facts import Actor
from app.db.session import db, transaction
from app.ledger import queries as ledger_reads
from app.ledger import service as ledger
from app.ledger.errors import FundAccountError
from app.ledger.models import Fund, LedgerEntry, MoneyAccount
from app.ledger.rules import EntryKind, FundKind, MoneyAccountKind
from app.lib.money import Money
from app.payments.errors import NotOfflineError, PartnerFundError
from app.payments.flows import sweep, sync
from app.payments.models.collecting import Payment
from app.payments.queries import orders as order_reads
from app.payments.rules.collecting import PaymentState
from app.payments.rules.events import Doorbell
from app.payments.rules.orders import OrderState
from app.payments.service import moving, offline
from app.rehearsal.cards import Card
from tests.factories.groups import make_group
from tests.factories.ledger import make_fund
from tests.factories.payments import account_named, make_order, open_page
from tests.payments.conftest import NOW

if TYPE_CHECKING:
    from app.payments.facts import PaymentMoved
    from app.rehearsal.core import Rehearsal

BY = Actor.account(7, "Amal")
DAY = NOW - timedelta(days=3)


@pytest.fixture
def fund(house: None) -> Fund:
    return ledger_reads.get_fund("first-year")


@pytest.fixture
def other_fund(fund: Fund) -> Fund:
    """Another fund of the same body."""
    with transaction():
        return make_fund(fund.group, fund.payment_account, slug="hall")


def enter(
    fund: Fund,
    ref: str = "MSTR-1/1",
    *,
    minor: int = 2500,
    how: str = "cheque",
    key: str = "order-1",
) -> Payment:
    with transaction():
        return offline.record(
            key,
            fund=fund,
            amount=Money(minor, "GBP"),
            paying_by=how,
            money_account=offline.place_of(fund, how, now=NOW),
            ref=ref,
            received_at=DAY,
            now=NOW,
            by=BY,
            note="Cheque 000123",
        )


def take_back(payment: Payment) -> None:
    with transaction():
        offline.take_back(payment, reason="Typed for the wrong donor.", now=NOW, by=BY)


def balance(fund: Fund) -> tuple[int, int, int]:
    db.session.expire_all()
    [row] = ledger_reads.list_balances(fund.id)
    return row.held_minor, row.received_minor, row.fees_minor


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ("cash", MoneyAccountKind.CASH),
        ("cheque", MoneyAccountKind.BANK),
        ("transfer", MoneyAccountKind.BANK),
        ("standing_order", MoneyAccountKind.BANK),
    ],
)
def test_entered_money_is_in_the_books(
    fund: Fund, told: list[PaymentMoved], how: str, kind: MoneyAccountKind
) -> None:
    payment = enter(fund, how=how)
    assert (payment.state, payment.settled_at, payment.method) == (
        PaymentState.SUCCEEDED,
        DAY,
        how,
    )
    [entry] = ledger_reads.list_entries("order-1")
    assert (entry.kind, entry.posted_at, entry.reason) == (EntryKind.OFFLINE, DAY, "Cheque 000123")
    place = db.session.get_one(MoneyAccount, entry.lines[0].money_account_id)
    assert place.kind is kind
    assert balance(fund) == (2500, 2500, 0)
    [moved] = told
    assert (moved.received.minor, moved.is_first_settlement, moved.settled_at) == (2500, True, DAY)
    assert order_reads.order_status("order-1").state is OrderState.RECEIVED
    assert ledger.check_books() == []


def test_the_same_reference_is_the_same_money(fund: Fund, told: list[PaymentMoved]) -> None:
    assert enter(fund).id == enter(fund).id
    assert len(told) == 1
    assert balance(fund) == (2500, 2500, 0)


def test_what_is_taken_back_never_came(fund: Fund, told: list[PaymentMoved]) -> None:
    payment = enter(fund)
    take_back(payment)
    take_back(payment)
    assert payment.state is PaymentState.LATE_FAILED
    assert balance(fund) == (0, 0, 0)
    assert [(each.received.minor, each.returned.minor) for each in told] == [(2500, 0), (-2500, 0)]
    status = order_reads.order_status("order-1")
    assert (status.state, status.received.minor, status.returned.minor) == (
        OrderState.NOTHING,
        0,
        0,
    )
    correction = ledger_reads.list_entries("order-1")[-1]
    assert (correction.kind, correction.reason) == (
        EntryKind.CORRECTION,
        "Typed for the wrong donor.",
    )
    assert ledger.check_books() == []
    enter(fund, "MSTR-1/2", minor=250)
    assert order_reads.order_status("order-1").received.minor == 250
    assert ledger.check_books() == []


def test_money_of_another_body_is_refused(fund: Fund) -> None:
    foreign = ledger_reads.get_fund("winter-drop")
    with pytest.raises(FundAccountError), transaction():
        offline.record(
            "order-1",
            fund=fund,
            amount=Money(100, "GBP"),
            paying_by="cash",
            money_account=offline.place_of(foreign, "cash", now=NOW),
            ref="x",
            received_at=DAY,
            now=NOW,
            by=BY,
        )
    assert db.session.scalars(select(Payment)).all() == []


def test_a_partner_s_money_is_never_ours(fund: Fund) -> None:
    with transaction():
        partner = make_fund(
            make_group(slug="partner"),
            None,
            slug="theirs",
            kind=FundKind.PARTNER,
            partner_url="https://partner.example.org/",
        )
    with pytest.raises(PartnerFundError), transaction():
        offline.place_of(partner, "cash", now=NOW)


def test_card_money_cannot_be_taken_back(fund: Fund, rehearsal: Rehearsal) -> None:
    payment = pay_by_card(rehearsal)
    with pytest.raises(NotOfflineError), transaction():
        offline.take_back(payment, reason="No.", now=NOW, by=BY)


def test_stripe_s_sweep_leaves_offline_money_alone(fund: Fund, rehearsal: Rehearsal) -> None:
    pay_by_card(rehearsal, key="order-card")
    take_back(enter(fund))
    enter(fund, "MSTR-2/1", key="order-2")
    report = sweep.sweep(now=NOW + timedelta(days=9), account_name="network", is_deep=True)
    assert (report.payments, report.problems) == (0, ())
    sync.pull("order-2", now=NOW + timedelta(days=9))
    assert order_reads.order_status("order-2").received.minor == 2500
    assert list(ledger_reads.list_open_findings()) == []
    assert ledger.check_books() == []


def test_the_check_finds_offline_money_that_is_not_in_the_books(fund: Fund) -> None:
    payment = enter(fund)
    with transaction():
        payment.offline_ref = "other"
    assert {each.kind for each in ledger.check_books()} == {"offline_payment", "offline_entry"}
    with transaction():
        payment.offline_ref, payment.state = "MSTR-1/1", PaymentState.LATE_FAILED
    assert {each.kind for each in ledger.check_books()} == {"offline_payment", "order_sums"}


def pay_by_card(rehearsal: Rehearsal, key: str = "order-1") -> Payment:
    session = open_page(make_order(key), now=NOW).rsplit("/", 1)[-1]
    rehearsal.pay(session, Card.SUCCESS)
    sync.pull(key, now=NOW)
    [payment] = order_reads.list_payments(key)
    return payment


def refund(rehearsal: Rehearsal, payment: Payment, minor: int) -> None:
    charge, intent, account = payment.charge_id, payment.intent_id, account_named()
    assert charge is not None
    assert intent is not None
    rehearsal.refund(charge, amount=minor)
    sync.look(account, Doorbell.INTENT, intent, now=NOW + timedelta(minutes=5))


def move(key: str, old: Fund, new: Fund) -> None:
    with transaction():
        moving.move_order(key, old=old, new=new, reason="The wrong appeal.", now=NOW, by=BY)


def test_money_moves_with_fees_and_refunds_and_later_ones_land_right(
    fund: Fund, other_fund: Fund, rehearsal: Rehearsal
) -> None:
    payment = pay_by_card(rehearsal)
    held, received, fees = balance(fund)
    assert fees > 0
    refund(rehearsal, payment, 300)
    move("order-1", fund, other_fund)
    assert balance(fund) == (0, 0, 0)
    assert balance(other_fund) == (held - 300, received - 300, fees)
    assert ledger.check_books() == []
    refund(rehearsal, payment, 200)
    assert balance(fund) == (0, 0, 0)
    assert balance(other_fund) == (held - 500, received - 500, fees)
    sweep.sweep(now=NOW + timedelta(hours=1), account_name="network", is_deep=True)
    assert list(ledger_reads.list_open_findings()) == []
    move("order-1", other_fund, fund)
    assert balance(other_fund) == (0, 0, 0)
    assert balance(fund) == (held - 500, received - 500, fees)
    refund(rehearsal, payment, 100)
    assert balance(fund) == (held - 600, received - 600, fees)
    assert ledger.check_books() == []


def test_money_that_is_to_come_comes_to_the_new_fund(
    fund: Fund, other_fund: Fund, rehearsal: Rehearsal
) -> None:
    session = open_page(make_order(), now=NOW).rsplit("/", 1)[-1]
    move("order-1", fund, other_fund)
    rehearsal.pay(session, Card.SUCCESS)
    sync.pull("order-1", now=NOW)
    assert balance(fund) == (0, 0, 0)
    assert balance(other_fund)[1] == 1000
    assert ledger.check_books() == []


def test_entered_money_that_moved_is_taken_back_from_where_it_is(
    fund: Fund, other_fund: Fund
) -> None:
    payment = enter(fund)
    move("order-1", fund, other_fund)
    assert (balance(fund), balance(other_fund)) == ((0, 0, 0), (2500, 2500, 0))
    take_back(payment)
    assert (balance(fund), balance(other_fund)) == ((0, 0, 0), (0, 0, 0))
    assert ledger.check_books() == []


def test_money_moves_to_no_other_body(fund: Fund) -> None:
    enter(fund)
    with pytest.raises(FundAccountError):
        move("order-1", fund, ledger_reads.get_fund("winter-drop"))
    kinds = db.session.scalars(select(LedgerEntry.kind)).all()
    assert kinds == [EntryKind.OFFLINE]
