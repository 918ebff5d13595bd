"""Regular gifts: begun, collected, failed, changed and stopped, and what the donor is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from app.appeals.flows import giving as giving_flows
from app.appeals.models.appeals import AppealTotals
from app.appeals.models.donations import Donation
from app.appeals.models.regular import RegularDonation
from app.appeals.queries import donations as donation_reads
from app.appeals.queries import regular as regular_reads
from app.appeals.queries.regular import RegularFilter
from app.appeals.rules.words import DonationSource, Frequency, RegularState
from app.appeals.service import recounting, regular, settling
from app.audit.facts import Actor
from app.db.session import db, retry_deadlocks, transaction
from app.ledger import service as ledger
from app.lib import clock
from app.lib.money import Money
from app.mail.render import build_message
from app.payments.facts import PaymentMoved
from app.payments.flows import plans as plan_flows
from app.payments.flows import sync
from app.payments.queries import orders as order_reads
from app.payments.queries import plans as plan_reads
from tests.appeals.crowd import together
from tests.appeals.money import addresses
from tests.appeals.regular_givers import RegularGiver, mails
from tests.appeals.test_mails import text_of
from tests.factories.appeals import make_appeal, make_gift

if TYPE_CHECKING:
    from flask import Flask

    from app.appeals.models.appeals import Appeal
    from app.rehearsal.core import Rehearsal

FIVE = Money(500, "GBP")


@pytest.fixture
def giver(appeal: Appeal, stripe: Rehearsal) -> RegularGiver:
    return RegularGiver(stripe, appeal.id)


def collections() -> Sequence[Donation]:
    db.session.expire_all()
    return db.session.scalars(select(Donation).order_by(Donation.id)).all()


def totals() -> AppealTotals:
    db.session.expire_all()
    return db.session.scalars(select(AppealTotals)).one()


def only_mail(template: str) -> str:
    """The text of the one mail of a kind, its subject first."""
    (row,) = mails(template)
    message = build_message(row)
    html = " ".join(text_of(message, "html").split())
    assert text_of(message).split("https://")[0]
    assert "giving/" in html
    return f"{message['Subject']}\n{text_of(message)}"


def nothing_differs() -> bool:
    return [each for check in recounting.CHECKS for each in check()] == ledger.check_books() == []


# --- beginning ----------------------------------------------------------------------------------


def test_the_first_collection_is_the_gift_of_the_form(giver: RegularGiver) -> None:
    row = giver.begin(covers_fee=True, name="Salma")
    (donation,) = collections()
    assert (row.state, row.frequency, row.amount) == (RegularState.ACTIVE, Frequency.MONTHLY, FIVE)
    assert (donation.regular_id, donation.source) == (row.id, DonationSource.WEB)
    assert (row.reference, row.email, row.name) == (donation.reference, donation.email, "Salma")
    assert row.covered_fee == donation.covered_fee == Money(28, "GBP")
    assert (totals().received_minor, totals().gift_count) == (500, 1)
    assert row.next_at is not None
    assert nothing_differs()


def test_the_first_receipt_says_that_it_goes_on_and_how_to_stop(giver: RegularGiver) -> None:
    row = giver.begin()
    text = only_mail("appeals/receipt")
    assert row.next_at is not None
    for told in (
        "The first of your monthly gifts, £5",
        "Every month, until you stop",
        f"The next time: {row.next_at.day} ",
        "To stop, to skip, to change the amount or the card",
        f"/giving/{row.public_id}.1.",
    ):
        assert told in text
    assert "/thanks/" not in text


def test_a_changed_mind_before_paying_changes_how_often(giver: RegularGiver) -> None:
    values = {"amount": FIVE, "frequency": Frequency.MONTHLY, "is_adult": True}
    public_id = giver.giver.begin(make_gift(**values))
    first = giver.regular
    assert first.state is RegularState.BEGINNING
    decide_again(giver, public_id, frequency=Frequency.YEARLY, is_adult=True)
    assert (giver.regular.public_id, giver.regular.frequency) == (first.public_id, "yearly")
    decide_again(giver, public_id)
    db.session.expire_all()
    assert db.session.scalar(select(func.count(RegularDonation.id))) == 0
    assert collections()[0].regular_id is None
    decide_again(giver, public_id, frequency=Frequency.MONTHLY, is_adult=True)
    giver.stripe.pay(giver.giver.last_session, "success")
    giver.order_key = public_id

    sync.pull(public_id, now=giver.now)
    assert giver.regular.state is RegularState.ACTIVE
    assert len(giver.stripe.objects("network", "subscription")) == 1
    assert nothing_differs()


def decide_again(giver: RegularGiver, public_id: str, **changes: object) -> None:

    pledge = giving_flows.Pledge(
        appeal_id=giver.appeal_id,
        gift=make_gift(amount=FIVE, **changes),
        nonce="again",
        again=public_id,
    )
    onward = giving_flows.give(
        pledge, addresses_of=addresses, now=clock.utcnow(), by=Actor.visitor()
    )
    assert onward.checkout_url is not None
    giver.giver.last_session = onward.checkout_url.rsplit("/", 1)[-1]


# --- collecting ---------------------------------------------------------------------------------


def test_each_renewal_is_a_gift_with_a_receipt_of_its_own(giver: RegularGiver) -> None:
    giver.begin(public_name="Salma H.", message="Hello", covers_fee=True)
    giver.pass_time(months=1, days=1)
    giver.look()
    first, second = collections()
    assert (second.source, second.regular_id) == (DonationSource.RENEWAL, first.regular_id)
    assert (second.amount, second.covered_fee) == (FIVE, first.covered_fee)
    assert (second.public_name, second.message, second.email) == (
        "Salma H.", None, "salma@example.org",
    )  # fmt: skip
    assert second.reference != first.reference
    assert (totals().received_minor, totals().gift_count) == (1000, 2)
    assert [mail.values["round"] for mail in mails("appeals/receipt")] == [1, 2]
    assert "Your monthly gift of £5.28" in text_of(build_message(mails("appeals/receipt")[1]))
    assert donation_reads.list_receipts(second.id)[0].number == 2
    assert nothing_differs()


@pytest.mark.parametrize("has_first_come", [True, False])
def test_news_are_asked_for_once_for_all_gifts_of_a_decision(
    giver: RegularGiver, *, has_first_come: bool
) -> None:
    row = giver.begin(wants_updates=True)
    (first,) = collections()
    consent = first.consent
    assert consent is not None
    with transaction():
        if not has_first_come:
            first.news_asked_at, first.news_wording, first.consent = consent.given_at, 1, None
        fact = PaymentMoved(**{**vars(renewal_of(giver, row)), "is_first_settlement": True})
        settling.on_payment_moved(fact)
    second = collections()[1]
    assert (second.consent_id, second.news_asked_at) == (consent.id, None)


def test_a_year_of_months_is_twelve_gifts(giver: RegularGiver) -> None:
    row = giver.begin()
    giver.pass_time(days=1)
    for _ in range(11):
        giver.pass_time(months=1)
    sums = regular_reads.sum_collections(row)
    assert (sums.count, sums.received) == (12, Money(6000, "GBP"))
    assert len(mails("appeals/receipt")) == 12
    assert nothing_differs()


def test_a_renewal_told_by_many_at_once_is_one_gift(giver: RegularGiver) -> None:
    row = giver.begin()
    fact = renewal_of(giver, row)
    for _ in range(3):
        with transaction():
            assert regular.find_or_make_collection(fact) is not None
    assert len(collections()) == 2


def renewal_of(giver: RegularGiver, row: RegularDonation) -> PaymentMoved:
    """News of a renewal's money, under the payment of the first: what it collected is the same."""
    payment = order_reads.list_payments(giver.order_key)[0]
    return PaymentMoved(
        order_key="renewal-1",
        payment_id=payment.id,
        method="card",
        at=clock.utcnow(),
        received=FIVE,
        on_its_way=Money(0, "GBP"),
        returned=Money(0, "GBP"),
        is_first_settlement=False,
        settled_at=None,
        plan_key=row.public_id,
    )


def test_money_of_no_regular_gift_of_ours_makes_no_gift(giver: RegularGiver) -> None:
    row = giver.begin()
    fact = renewal_of(giver, row)
    with transaction():
        stranger = PaymentMoved(**{**vars(fact), "plan_key": "nobody"})
        assert regular.find_or_make_collection(stranger) is None
        assert (
            regular.find_or_make_collection(PaymentMoved(**{**vars(fact), "plan_key": None}))
            is None
        )
    assert len(collections()) == 1


def test_two_workers_at_one_renewal_make_one_gift(disk_app: Flask, stripe: Rehearsal) -> None:
    with disk_app.app_context():
        with transaction():
            appeal_id = make_appeal().id
        giver = RegularGiver(stripe, appeal_id)
        fact = renewal_of(giver, giver.begin())

    def follow(_number: int) -> None:
        with disk_app.app_context():
            retry_deadlocks(follow_in_transaction)

    def follow_in_transaction() -> None:
        with transaction():
            settling.on_payment_moved(fact)

    together(2, follow)
    with disk_app.app_context():
        assert [each.received_minor for each in collections()] == [500, 1000]
        assert totals().received_minor == 1500


# --- failing ------------------------------------------------------------------------------------


def test_a_failed_renewal_is_no_gift_and_told_once_for_each_try(giver: RegularGiver) -> None:
    giver.begin()
    giver.stripe.fail_renewals(giver.subscription, "insufficient_funds", times=2)
    giver.pass_time(months=1, days=1)
    giver.look()
    assert giver.regular.state is RegularState.PAST_DUE
    assert len(collections()) == 1
    text = only_mail("appeals/collection_failed")
    for told in ("could not be collected", "did not go through", "We try again on", "/giving/"):
        assert told in text
    giver.pass_time(days=4)
    invoice = plan_reads.list_invoices(giver.regular.public_id)[0]
    assert [mail.key for mail in mails("appeals/collection_failed")] == [
        f"dunning:{invoice.id}:1", f"dunning:{invoice.id}:2",
    ]  # fmt: skip
    assert nothing_differs()
    giver.stripe.pay_invoice(giver.newest_invoice, "mastercard")
    giver.look()
    assert giver.state_now() is RegularState.ACTIVE
    assert (len(collections()), totals().received_minor) == (2, 1000)
    assert nothing_differs()


def test_a_bank_that_wants_her_to_agree_is_told_as_that(giver: RegularGiver) -> None:
    giver.begin()
    giver.stripe.fail_renewals(giver.subscription, "requires_action")
    giver.pass_time(months=1, days=1)
    text = only_mail("appeals/collection_failed")
    assert "Please confirm your gift of £5" in text
    assert "your bank wants you to confirm" in text
    assert "nothing wrong with your card" in text


def test_the_last_failure_says_that_it_has_stopped(giver: RegularGiver) -> None:
    giver.begin()
    giver.stripe.fail_renewals(giver.subscription, "card_declined", times=9)
    for _ in range(12):
        giver.pass_time(months=0, days=4)
    giver.pass_time(months=1)
    row = giver.regular
    assert (row.state, row.next_at) == (RegularState.STOPPED, None)
    assert row.stopped_at is not None
    told = [
        build_message(mail)
        for mail in mails("appeals")
        if "stopped" in text_of(build_message(mail))
    ]
    assert len(told) == 1
    assert "has stopped" in str(told[0]["Subject"])
    assert len(collections()) == 1
    assert nothing_differs()


# --- changing -----------------------------------------------------------------------------------


def test_stopping_is_confirmed_once(giver: RegularGiver) -> None:
    row = giver.begin()
    plan_flows.stop(row.public_id, asked_by="donor", now=giver.now)
    giver.look()
    assert giver.regular.state is RegularState.STOPPED
    text = only_mail("appeals/regular_stopped")
    assert "you stopped your regular gift" in text
    assert "Nothing more is taken from you" in text
    giver.pass_time(months=2)
    assert len(collections()) == 1


def test_an_organiser_who_stops_it_for_her_is_named_as_us(giver: RegularGiver) -> None:
    row = giver.begin()
    plan_flows.stop(row.public_id, asked_by="account:7", reason="She rang", now=giver.now)
    text = only_mail("appeals/regular_stopped")
    assert "as you asked us, we stopped" in text
    assert "She rang" not in text


def test_who_ends_it_at_stripe_is_told_to_the_donor(giver: RegularGiver) -> None:
    giver.begin()
    giver.stripe.end_subscription(giver.subscription)
    giver.look()
    assert "your regular gift to “Help us get started” ended on" in clean(
        only_mail("appeals/regular_stopped")
    )


def clean(text: str) -> str:
    """A text without the marks around names."""
    return text.replace("\u2068", "").replace("\u2069", "")


def test_another_amount_counts_from_the_next_time_on(giver: RegularGiver) -> None:
    row = giver.begin()
    plan_flows.change_amount(
        row.public_id,
        amount=Money(836, "GBP"),
        covered_fee=Money(36, "GBP"),
        asked_by="donor",
        now=giver.now,
    )
    assert (giver.regular.amount, giver.regular.covered_fee.minor) == (Money(800, "GBP"), 36)
    text = only_mail("appeals/regular_changed")
    assert "is now £8.36" in text
    assert "From the next collection on" in text
    assert "£8.36 every month" in text
    giver.pass_time(months=1, days=1)
    first, second = collections()
    assert (first.amount, second.amount, second.covered_fee.minor) == (
        FIVE, Money(800, "GBP"), 36,
    )  # fmt: skip
    assert nothing_differs()


def test_a_skipped_month_collects_nothing_and_goes_on(giver: RegularGiver) -> None:
    row = giver.begin()
    assert row.next_at is not None
    until = row.next_at + timedelta(days=1)
    plan_flows.pause(row.public_id, until=until, asked_by="donor", now=giver.now)
    paused = giver.regular
    assert paused.state is RegularState.PAUSED
    assert paused.next_at is not None
    text = only_mail("appeals/regular_changed")
    assert "pauses" in text
    assert f"The next collection is on {paused.next_at.day} " in text
    giver.pass_time(months=1, days=2)
    assert len(collections()) == 1
    giver.pass_time(months=1)
    assert giver.regular.state is RegularState.ACTIVE
    assert len(collections()) == 2
    assert nothing_differs()


def test_a_wish_that_stripe_refuses_is_told_honestly(giver: RegularGiver) -> None:
    row = giver.begin()
    giver.stripe.end_subscription(giver.subscription)
    until = giver.now + timedelta(days=40)
    plan_flows.pause(row.public_id, until=until, asked_by="donor", now=giver.now)
    text = only_mail("appeals/change_refused")
    assert "could not be done" in text
    assert "nothing was changed" in text


# --- bank debits --------------------------------------------------------------------------------


def test_a_debit_gets_no_receipt_before_its_money_came_and_then_one(giver: RegularGiver) -> None:
    giver.begin("bacs")
    assert mails("appeals/receipt") == []
    assert (totals().received_minor, totals().on_its_way_minor) == (0, 500)
    text = only_mail("appeals/on_its_way")
    for told in ("is on its way", "this is no receipt", "every month until you stop"):
        assert told in text
    giver.pass_time(days=8)
    giver.look()
    assert (totals().received_minor, totals().on_its_way_minor) == (500, 0)
    assert len(mails("appeals/receipt")) == 1
    assert len(mails("appeals/on_its_way")) == 1
    assert nothing_differs()


def test_a_renewed_debit_is_a_gift_on_its_way_and_then_one(giver: RegularGiver) -> None:
    giver.begin("bacs")
    giver.pass_time(days=8)
    giver.pass_time(months=1)
    giver.look()
    assert len(collections()) == 2
    giver.pass_time(days=8)
    assert [each.received_minor for each in collections()] == [500, 500]
    assert len(mails("appeals/receipt")) == 2
    assert nothing_differs()


def test_a_first_debit_that_the_bank_refuses_is_told_where_it_is_put_right(
    giver: RegularGiver,
) -> None:
    giver.begin("bacs_fails")
    giver.pass_time(days=4)
    giver.look()
    assert (totals().received_minor, totals().on_its_way_minor, totals().gift_count) == (0, 0, 0)
    assert mails("appeals/receipt") == []
    assert len(mails("appeals/collection_failed")) == 1
    assert mails("appeals/debit_refused") == []


def test_a_single_debit_that_the_bank_refuses_is_told_with_a_new_link(giver: RegularGiver) -> None:

    public_id = giver.giver.begin(make_gift())
    giver.stripe.pay(giver.giver.last_session, "bacs_fails")
    sync.pull(public_id, now=giver.now)
    giver.stripe.advance(days=5)
    sync.pull(public_id, now=giver.now)
    text = only_mail("appeals/debit_refused")
    assert "did not send the £10" in text
    assert f"/giving/{public_id}.1." in text
    assert totals().on_its_way_minor == 0


# --- reading ------------------------------------------------------------------------------------


def test_the_desk_finds_a_regular_gift_by_what_it_knows(giver: RegularGiver) -> None:
    row = giver.begin(name="Salma Haddad")
    group_id = row.appeal.group_id
    everything = RegularFilter(group_ids=[group_id], people_of=[group_id])
    assert regular_reads.list_regular(everything, limit=5) == [row]
    for narrowed, found in (
        ({"words": "haddad"}, 1), ({"words": row.reference.lower()}, 1), ({"words": "nobody"}, 0),
        ({"state": RegularState.ACTIVE}, 1), ({"state": RegularState.STOPPED}, 0),
        ({"frequency": Frequency.YEARLY}, 0), ({"appeal_id": row.appeal_id}, 1),
        ({"group_ids": [group_id + 1]}, 0), ({"words": "haddad", "people_of": ()}, 0),
    ):  # fmt: skip
        values: dict[str, Any] = {"group_ids": [group_id], "people_of": [group_id], **narrowed}
        wanted = RegularFilter(**values)
        assert len(regular_reads.list_regular(wanted, limit=5)) == found
    (sums,) = regular_reads.sum_regular(everything)
    assert (sums.count, sums.amount, sums.frequency) == (1, FIVE, Frequency.MONTHLY)
    after = (row.created_at, row.id)
    assert regular_reads.list_regular(everything, after=after, limit=5) == []


def test_what_differs_between_gifts_and_plans_is_found(giver: RegularGiver) -> None:
    giver.begin()
    with transaction():
        giver.regular.amount_minor = 700
    assert {each.kind for each in recounting.check_regular()} == {"regular_differs"}
    with transaction():
        giver.regular.public_id = "somebody-else"
    assert {each.kind for each in recounting.check_regular()} == {
        "plan_without_regular", "regular_without_plan",
    }  # fmt: skip
