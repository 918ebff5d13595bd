"""Two at the desk press the same button at the same moment: it happens once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.appeals.errors import SameAppealError, StaleDonationError
from app.appeals.flows import entering as flows
from app.appeals.models.appeals import Appeal
from app.appeals.models.donations import Donation, Receipt
from app.appeals.queries import donations as donation_reads
from app.appeals.rules.entering import Arrival, Entry
from app.appeals.rules.words import DonationSource, PayingBy
from app.appeals.service import entering, moving
from app.appeals.service.moving import Move
from app.db.session import db, retry_deadlocks, transaction
from app.ledger import queries as ledger_reads
from app.ledger import service as ledger
from app.lib import clock
from app.lib.money import Money
from app.payments.queries import orders as order_reads
from tests.appeals.crowd import together
from tests.factories.appeals import BY, make_appeal, make_donation, make_fund

if TYPE_CHECKING:
    from flask import Flask

AMOUNT = Money(2500, "GBP")
ENTRY = Entry(
    amount=AMOUNT,
    source=DonationSource.PAPER,
    locale="en",
    paying_by=PayingBy.CASH,
    email="rana@example.org",
)
MANY = 6


def arrival() -> Arrival:
    return Arrival(
        amount=AMOUNT,
        paying_by=PayingBy.CASH,
        received_at=clock.utcnow().replace(hour=0, minute=0, second=0, microsecond=0),
    )


def test_one_form_is_one_gift_however_often_it_is_sent(disk_app: Flask) -> None:
    with disk_app.app_context(), transaction():
        appeal_id = make_appeal().id

    def send(_number: int) -> str:
        with disk_app.app_context(), transaction():
            appeal = db.session.get_one(Appeal, appeal_id)
            now = clock.utcnow()
            return entering.enter(
                appeal, ENTRY, arrival(), nonce="n" * 20, now=now, by=BY
            ).public_id

    assert len(set(together(MANY, send))) == 1
    with disk_app.app_context():
        assert db.session.scalar(select(func.count(Donation.id))) == 1
        assert db.session.scalar(select(func.count(Receipt.id))) == 1
        assert ledger.check_books() == []


def test_money_that_two_enter_comes_once(disk_app: Flask) -> None:
    with disk_app.app_context(), transaction():
        donation = make_donation()
        public_id, seen = donation.public_id, donation.fingerprint

    def receive(_number: int) -> None:
        with disk_app.app_context():
            flows.receive(public_id, arrival(), seen=seen, now=clock.utcnow(), by=BY)

    together(MANY, receive)
    with disk_app.app_context():
        assert donation_reads.get_donation(public_id).received_minor == 2500
        assert len(order_reads.list_payments(public_id)) == 1
        assert ledger.check_books() == []


def test_a_gift_that_two_move_moves_once(disk_app: Flask) -> None:
    with disk_app.app_context(), transaction():
        first = make_appeal()
        targets = [
            make_appeal(fund=make_fund(slug=f"fund-{number}"), slug=f"appeal-{number}").id
            for number in range(MANY)
        ]
        made = entering.enter(first, ENTRY, arrival(), nonce="n" * 20, now=clock.utcnow(), by=BY)
        public_id, seen, first_fund = made.public_id, made.fingerprint, first.fund_id

    def move(number: int) -> bool:
        def write() -> None:
            with transaction():
                target = db.session.get_one(Appeal, targets[number])
                wish = Move(reason="She meant another.")
                moving.move(public_id, target, wish, seen=seen, now=clock.utcnow(), by=BY)

        with disk_app.app_context():
            try:
                retry_deadlocks(write)
            except (StaleDonationError, SameAppealError):
                return False
            return True

    assert sorted(together(MANY, move)) == [False] * (MANY - 1) + [True]
    with disk_app.app_context():
        [balance] = ledger_reads.list_balances(first_fund)
        assert balance.held_minor == 0
        assert ledger.check_books() == []
