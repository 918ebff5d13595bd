"""Money moves: sums, receipts and mails follow it to the penny."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from app.appeals.models.appeals import AppealTotals
from app.appeals.models.donations import Donation, Receipt, ReceiptCounter
from app.appeals.service import recounting, settling
from app.db.session import db, transaction
from app.ledger import queries as ledger
from app.lib import clock
from app.lib.money import Money, zero
from app.mail.models.outbox import OutboxMail
from app.payments.facts import PaymentMoved
from tests.appeals.crowd import together
from tests.appeals.money import Giver, donation_of
from tests.factories.appeals import make_appeal, make_donation, make_fund, make_gift

if TYPE_CHECKING:
    from flask import Flask

    from app.appeals.models.appeals import Appeal
    from app.rehearsal.core import Rehearsal


@pytest.fixture
def giver(appeal: Appeal, stripe: Rehearsal) -> Giver:
    return Giver(stripe, appeal.id)


def totals() -> AppealTotals:
    db.session.expire_all()
    return db.session.scalars(select(AppealTotals)).one()


def mails(template: str) -> list[OutboxMail]:
    found = select(OutboxMail).where(OutboxMail.template == template).order_by(OutboxMail.id)
    return list(db.session.scalars(found))


def test_receipts_are_numbered_without_a_gap(giver: Giver) -> None:
    for number in range(1, 5):
        public_id = giver.give(make_gift(email=f"p{number}@example.org"))
        receipts = db.session.scalars(select(Receipt.number).order_by(Receipt.id)).all()
        assert list(receipts) == list(range(1, number + 1))
        assert donation_of(public_id).received_minor == 1000
    assert totals().gift_count == 4


def test_the_receipt_says_what_is_needed(giver: Giver) -> None:
    giver.give(make_gift(name="Salma", covers_fee=True))
    (mail,) = mails("appeals/receipt")
    values: dict[str, Any] = mail.values
    assert mail.key == f"receipt:{db.session.scalars(select(Receipt.payment_id)).one()}"
    assert (mail.to, mail.reply_to, mail.sender_name) == (
        "salma@example.org", "treasurer@example.org", "Lea Valley Network",
    )  # fmt: skip
    assert values["total"] == {"minor": 1036, "currency": "GBP"}
    assert values["covered_fee"] == {"minor": 36, "currency": "GBP"}
    assert values["receipt_number"] == 1
    assert values["legal_name"] == "Lea Valley Solidarity Network"
    assert values["statement_line"] == "LEA VALLEY* GET STARTE"
    assert "token" not in str(values["links"])


def test_a_refund_in_steps_leaves_exact_sums_and_tells_each_step_once(giver: Giver) -> None:
    public_id = giver.give(make_gift(covers_fee=True))
    for minor, left, gone in ((333, 679, 321), (333, 357, 643), (370, 0, 1000)):
        giver.refund(public_id, minor)
        assert (totals().received_minor, totals().returned_minor) == (left, gone)
    assert totals().gift_count == 0
    assert donation_of(public_id).received_minor == 0
    assert donation_of(public_id).returned_minor == 1036
    told = [mail.values["returned_now"]["minor"] for mail in mails("appeals/refund")]
    assert told == [333, 333, 370]
    assert len(mails("appeals/receipt")) == 1
    assert list(recounting.check_totals()) == []


def test_news_of_an_order_of_nobodys_changes_nothing(app: Flask, appeal: Appeal) -> None:
    with transaction():
        settling.on_payment_moved(moved("nobody", received=1000))
    assert totals().received_minor == 0


def moved(order_key: str, **changes: Any) -> PaymentMoved:
    """News that money moved; amounts in pence."""
    sums = {
        name: Money(changes.pop(name, 0), "GBP") for name in ("received", "on_its_way", "returned")
    }
    values = {"payment_id": 1, "method": "card", "at": clock.utcnow(), "settled_at": None}
    return PaymentMoved(
        **{"order_key": order_key, "is_first_settlement": False, **values, **sums, **changes}
    )


def test_a_bank_debit_is_on_its_way_until_it_arrives_or_fails(giver: Giver) -> None:
    public_id = giver.begin(make_gift())
    with transaction():
        settling.on_payment_moved(moved(public_id, on_its_way=1000))
    assert (totals().received_minor, totals().on_its_way_minor, totals().gift_count) == (0, 1000, 0)
    assert donation_of(public_id).state == "on_its_way"
    with transaction():
        settling.on_payment_moved(moved(public_id, on_its_way=-1000, received=1000))
    assert (totals().received_minor, totals().on_its_way_minor, totals().gift_count) == (1000, 0, 1)
    assert mails("appeals/receipt") == []


@pytest.mark.one_database
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
)
@given(
    fee=st.booleans(),
    steps=st.lists(st.tuples(st.integers(-400, 400), st.integers(-400, 400)), max_size=8),
)
def test_whatever_moves_the_totals_are_the_shares_of_the_end(
    giver: Giver, fee: bool, steps: list[tuple[int, int]]
) -> None:
    earlier = totals()
    start = (earlier.received_minor, earlier.returned_minor, earlier.gift_count)
    with transaction():
        public_id = make_donation(covers_fee=fee).public_id
    gone = 0
    for received, returned in [(1000, 0), *steps]:
        step = max(returned, -gone)
        gone += step
        with transaction():
            settling.on_payment_moved(moved(public_id, received=received, returned=step))
    shares = donation_of(public_id).shares
    after = totals()
    assert after.received_minor - start[0] == shares.received_minor
    assert after.returned_minor - start[1] == shares.returned_minor
    assert after.gift_count - start[2] == shares.count


def test_a_receipt_can_be_neither_changed_nor_removed(giver: Giver) -> None:
    giver.give(make_gift())
    for statement in ("UPDATE receipt SET number = 7", "DELETE FROM receipt"):
        with pytest.raises(DatabaseError), transaction(), db.session.begin_nested():
            db.session.execute(text(statement))
    assert db.session.scalars(select(Receipt.number)).one() == 1


def test_a_recount_finds_what_was_tampered_with(giver: Giver) -> None:
    giver.give(make_gift(covers_fee=True))
    giver.begin(make_gift(email="other@example.org"))
    assert list(recounting.check_totals()) == []
    with transaction():
        db.session.execute(update(AppealTotals).values(received_minor=999))
    (found,) = recounting.check_totals()
    assert (found.kind, found.subject) == ("appeal_totals", f"appeal:{giver.appeal_id}")
    with transaction():
        db.session.execute(update(AppealTotals).values(received_minor=1000))
        db.session.execute(update(Donation).values(returned_minor=5))
    assert {each.kind for each in recounting.check_totals()} == {"donation_sums"}


def test_orders_of_nobodys_and_missing_receipts_are_found(giver: Giver) -> None:
    paid = giver.give(make_gift())
    assert found_by_checks() == set()
    with transaction():
        db.session.execute(update(Donation).values(public_id="somebody-else"))
    assert found_by_checks() == {
        ("order_without_donation", f"order:{paid}"),
        ("appeal_totals", f"appeal:{giver.appeal_id}"),
        ("donation_sums", f"donation:{db.session.scalars(select(Donation.id)).one()}"),
    }
    with transaction():
        db.session.execute(update(Donation).values(public_id=paid))
        db.session.execute(update(ReceiptCounter).values(last_number=5))
    group_id = db.session.scalars(select(ReceiptCounter.group_id)).one()
    assert found_by_checks() == {("receipt_numbers", f"group:{group_id}")}


def found_by_checks() -> set[tuple[str, str]]:
    """What the checks of donations find, by kind and subject."""
    db.session.expire_all()
    return {(each.kind, each.subject) for check in recounting.CHECKS for each in check()}


def test_a_payment_without_receipt_is_found(giver: Giver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "issue_receipt", lambda *args, **values: None)
    giver.give(make_gift())
    assert {kind for kind, _ in found_by_checks()} == {"payment_without_receipt"}


def test_a_forgotten_donor_gets_no_mail(giver: Giver) -> None:
    public_id = giver.begin(make_gift())
    with transaction():
        db.session.execute(update(Donation).values(email=None))
        settling.on_payment_moved(moved(public_id, returned=100))
    assert mails("appeals/refund") == []
    assert zero("GBP") == Money(0, "GBP")


def test_many_gifts_at_once_are_numbered_and_added_up_right(
    disk_app: Flask, stripe: Rehearsal
) -> None:
    with disk_app.app_context(), transaction():
        # Nothing but the counter of their group is the same for both.
        appeal_ids = [
            make_appeal(slug=slug, fund=make_fund(slug=slug)).id for slug in ("hall", "van")
        ]
    together(8, lambda number: give_in_context(disk_app, stripe, appeal_ids[number % 2], number))
    with disk_app.app_context():
        numbers = db.session.scalars(select(Receipt.number).order_by(Receipt.number)).all()
        assert list(numbers) == list(range(1, 9))
        kept = db.session.scalars(select(AppealTotals).order_by(AppealTotals.appeal_id)).all()
        assert [(each.received_minor, each.gift_count) for each in kept] == [
            (1001 + 1003 + 1005 + 1007, 4), (1002 + 1004 + 1006 + 1008, 4),
        ]  # fmt: skip
        funds = [ledger.get_fund(slug) for slug in ("hall", "van")]
        balances = [balance for fund in funds for balance in ledger.list_balances(fund.id)]
        assert [each.received_minor for each in balances] == [4016, 4020]
        assert list(recounting.check_totals()) == []


def give_in_context(app: Flask, stripe: Rehearsal, appeal_id: int, number: int) -> None:
    with app.app_context():
        gift = make_gift(amount=Money(1001 + number, "GBP"), email=f"p{number % 3}@example.org")
        Giver(stripe, appeal_id).give(gift)
        db.session.remove()
