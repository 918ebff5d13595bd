"""The guard before Stripe, through its service alone: what is counted, and what that leads to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.db.session import db, transaction
from app.groups import queries as groups
from app.groups import service as groups_service
from app.groups.rules import CardsCause
from app.lib import ids
from app.payments.errors import PaymentsUnavailableError
from app.payments.flows import guarded
from app.payments.models.guard import CallFailure, CardTry
from app.payments.queries import guard as reads
from app.payments.rules import guard as rules
from app.payments.rules.guard import Pressure, TryKind, TryState, Verdict, Visitor, sealed
from app.payments.service import guard
from app.payments.service.guard import Knock
from tests.factories.groups import BY, make_group, make_payment_account
from tests.payments.conftest import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask

    from app.rehearsal.core import Rehearsal

HALL = Visitor.at("203.0.113.7")
ELSEWHERE = Visitor.at("198.51.100.20")


@pytest.fixture
def account_id(app: Flask) -> int:
    with transaction():
        return make_payment_account(make_group()).id


def knock(
    account_id: int,
    visitor: Visitor = HALL,
    *,
    order: str | None = None,
    is_proven: bool = False,
    now: datetime = NOW,
) -> Verdict:
    return guarded.knock(wish(account_id, visitor, order=order, is_proven=is_proven), now=now)


def wish(account_id: int, visitor: Visitor = HALL, **changes: Any) -> Knock:
    """Somebody who wants to go to the payment page of an order."""
    order = changes.pop("order", None) or ids.public_id()
    return Knock(order_key=order, account_id=account_id, visitor=visitor, **changes)


def pay(order: str) -> None:
    with transaction():
        guard._mark(order, TryState.PAID)


def fill(account_id: int, count: int = rules.NETWORK.unpaid, *, now: datetime = NOW) -> list[str]:
    """Orders of one network that were begun and not paid."""
    orders = [ids.public_id() for _ in range(count)]
    assert {knock(account_id, order=each, now=now) for each in orders} == {Verdict.PASS}
    return orders


# --- rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.250", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("2001:db8:1:2aa:9:9:9:9", "2001:db8:1:200::/56"),
        ("not an address", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_visitor_is_a_network(address: str | None, network: str) -> None:
    assert Visitor.at(address).network == network


def test_what_stands_for_a_network_tells_nothing_and_changes_daily() -> None:
    made = sealed("secret", "network", "203.0.113.0/24", NOW.date())
    assert "203" not in made
    assert made == sealed("secret", "network", "203.0.113.0/24", NOW.date())
    tomorrow = NOW.date() + timedelta(days=1)
    others = {
        sealed("secret", "network", "203.0.113.0/24", tomorrow),
        sealed("other", "network", "203.0.113.0/24", NOW.date()),
        sealed("secret", "mailbox", "203.0.113.0/24", NOW.date()),
    }
    assert made not in others
    assert len(others) == 3


@pytest.mark.parametrize(
    ("network", "site", "paid", "verdict"),
    [
        (0, 0, 0, Verdict.PASS),
        (11, 39, 0, Verdict.PASS),
        (12, 0, 0, Verdict.PROVE),
        (0, 40, 0, Verdict.PROVE),
        (0, 40, 40, Verdict.PASS),
        (0, 41, 40, Verdict.PROVE),
        (12, 41, 400, Verdict.PROVE),
    ],
)
def test_pressure_decides(network: int, site: int, paid: int, verdict: Verdict) -> None:
    shown = Pressure(of_network=network, paid_of_network=0, of_site=site, paid_on_site=paid)
    assert shown.verdict is verdict


@pytest.mark.parametrize(
    ("left", "paid", "verdict"),
    [
        (11, 0, Verdict.PASS),
        (12, 0, Verdict.PROVE),
        (12, 11, Verdict.PROVE),
        (12, 12, Verdict.PASS),
        (40, 60, Verdict.PASS),
        (61, 60, Verdict.PROVE),
    ],
)
def test_a_network_that_pays_more_than_it_leaves_goes_on(
    left: int, paid: int, verdict: Verdict
) -> None:
    shown = Pressure(of_network=left, paid_of_network=paid, of_site=0, paid_on_site=0)
    assert shown.verdict is verdict


@pytest.mark.parametrize(
    ("left", "paid", "breaks"), [(19, 0, False), (20, 0, True), (20, 10, False), (21, 10, True)]
)
def test_the_breaker_waits_for_more_left_than_paid(left: int, paid: int, breaks: bool) -> None:
    assert rules.must_break(left=left, paid=paid) is breaks


def test_the_mails_of_a_network_go_at_once_then_in_a_line_then_not() -> None:
    later = NOW + timedelta(minutes=3)
    assert rules.next_mail_at(unanswered=299, last_at=later, now=NOW) == NOW
    assert rules.next_mail_at(unanswered=300, last_at=later, now=NOW) == later + rules.MAIL_PACE
    full = NOW + rules.MAIL_WAIT_LIMIT
    assert rules.next_mail_at(unanswered=300, last_at=full, now=NOW) is None


# --- the budget of a network ----------------------------------------------------------------------


def test_beyond_its_budget_a_network_is_asked_for_proof_and_others_are_not(account_id: int) -> None:
    fill(account_id)
    assert knock(account_id) is Verdict.PROVE
    assert knock(account_id, Visitor.at("203.0.113.99")) is Verdict.PROVE
    assert knock(account_id, ELSEWHERE) is Verdict.PASS


def test_a_paid_one_gives_its_place_back(account_id: int) -> None:
    first, *_ = fill(account_id)
    pay(first)
    assert knock(account_id) is Verdict.PASS
    assert knock(account_id) is Verdict.PROVE


def test_who_keeps_trying_keeps_the_site_guarded(account_id: int) -> None:
    """What was asked counts there too: an attack does not come in again each quarter hour."""
    reached = 0
    for minute in range(180):
        for number in range(5):
            visitor = Visitor.at(f"10.{minute}.{number}.1")
            verdict = knock(account_id, visitor, now=NOW + timedelta(minutes=minute))
            reached += verdict is Verdict.PASS
    assert reached == rules.SITE.unpaid
    assert knock(account_id, now=NOW + timedelta(minutes=200)) is Verdict.PASS


def test_the_budget_holds_over_midnight(account_id: int) -> None:
    before = NOW.replace(hour=23, minute=50)
    fill(account_id, now=before)
    assert knock(account_id, now=before + timedelta(minutes=20)) is Verdict.PROVE


def test_the_same_order_knocks_again_without_taking_another_place(account_id: int) -> None:
    order, *_ = fill(account_id, 1)
    more = [knock(account_id, order=order) for _ in range(rules.PRESSES)]
    assert more == [Verdict.PASS] * (rules.PRESSES - 1) + [Verdict.PROVE]
    pay(order)
    assert knock(account_id, order=order) is Verdict.PASS


def test_who_proved_a_mailbox_passes_whatever_the_network_does(account_id: int) -> None:
    fill(account_id)
    order = ids.public_id()
    assert knock(account_id, order=order) is Verdict.PROVE
    assert not reads.is_let_in(order, now=NOW)
    assert knock(account_id, order=order, is_proven=True) is Verdict.PASS
    assert reads.is_let_in(order, now=NOW)


def test_the_whole_site_is_asked_when_many_are_left_everywhere(account_id: int) -> None:
    for number in range(rules.SITE.unpaid):
        assert knock(account_id, Visitor.at(f"10.0.{number}.1")) is Verdict.PASS
    assert knock(account_id, ELSEWHERE) is Verdict.PROVE
    later = NOW + rules.SITE.within + timedelta(seconds=1)
    assert knock(account_id, ELSEWHERE, now=later) is Verdict.PASS


# --- mails ----------------------------------------------------------------------------------------


def ask(account_id: int, address: str, *, now: datetime) -> datetime | None:
    wanted = wish(account_id)
    guarded.knock(wanted, now=now)
    with transaction():
        return guard.allow_mail(wanted, address, now=now)


def test_nobody_is_mail_bombed(account_id: int) -> None:
    fill(account_id)
    sent = [
        ask(account_id, "Victim@example.org", now=NOW + timedelta(minutes=minute))
        for minute in range(0, 240, 2)
    ]
    assert len([each for each in sent if each]) == rules.MAILS_A_DAY
    assert ask(account_id, "other@example.org", now=NOW) == NOW


def test_nothing_says_whose_mailbox_or_network_it_was(account_id: int) -> None:
    fill(account_id)
    ask(account_id, "victim@example.org", now=NOW)
    rows = db.session.scalars(db.select(CardTry)).all()
    kept = " ".join(f"{row.network} {row.mailbox} {row.order_key}" for row in rows)
    assert "victim" not in kept
    assert "203.0" not in kept
    with transaction():
        guard.purge(now=NOW + timedelta(hours=25))
    assert db.session.scalar(db.select(CardTry.id)) is None


# --- plans ----------------------------------------------------------------------------------------


def test_the_portal_is_opened_so_often_and_no_more(account_id: int) -> None:
    wanted = wish(account_id, order="plan", kind=TryKind.PORTAL)
    verdicts = []
    for _ in range(rules.PROVEN_PRESSES + 1):
        with transaction():
            verdicts.append(guard.admit(wanted, now=NOW))
    assert verdicts == [Verdict.PASS] * rules.PROVEN_PRESSES + [Verdict.WAIT]
    assert knock(account_id) is Verdict.PASS, "the portal takes no place of a gift"


# --- the switch -----------------------------------------------------------------------------------


def test_proven_mailboxes_that_never_pay_switch_the_cards_off_for_a_while(account_id: int) -> None:
    for number in range(rules.BREAKER.unpaid):
        assert knock(account_id, Visitor.at(f"10.0.{number}.1"), is_proven=True) is Verdict.PASS
    guarded.look_after_cards(now=NOW + timedelta(minutes=1))
    assert groups.get_payment_account("network").cards_on, "they may be paying"
    thrown = NOW + timedelta(minutes=6)
    guarded.look_after_cards(now=thrown)
    account = groups.get_payment_account("network")
    assert (account.cards_on, account.cards_cause) == (False, CardsCause.BREAKER)
    guarded.look_after_cards(now=thrown + timedelta(minutes=29))
    assert not groups.get_payment_account("network").cards_on
    guarded.look_after_cards(now=thrown + timedelta(minutes=61))
    account = groups.get_payment_account("network")
    assert (account.cards_on, account.cards_cause) == (True, None)


def fail(account_id: int, *, now: datetime) -> None:
    with pytest.raises(PaymentsUnavailableError), guarded.watched(account_id, now=now):
        raise PaymentsUnavailableError


def test_calls_without_an_answer_switch_the_cards_off(
    account_id: int, rehearsal: Rehearsal
) -> None:
    for minute in range(4):
        fail(account_id, now=NOW + timedelta(seconds=minute))
    fail(account_id, now=NOW + timedelta(minutes=10))
    assert groups.get_payment_account("network").cards_on, "they did not follow each other"
    for second in range(4):
        fail(account_id, now=NOW + timedelta(minutes=10, seconds=second))
    account = groups.get_payment_account("network")
    assert (account.cards_on, account.cards_cause) == (False, CardsCause.CALLS)
    guarded.look_after_cards(now=NOW + timedelta(minutes=11))
    assert not groups.get_payment_account("network").cards_on, "it has not rested yet"
    guarded.look_after_cards(now=NOW + timedelta(minutes=13))
    assert groups.get_payment_account("network").cards_on
    with transaction():
        guard.purge(now=NOW + timedelta(days=2))
    assert db.session.scalar(db.select(CallFailure.id)) is None


def test_cards_that_a_hand_switched_off_come_back_by_a_hand_alone(
    account_id: int, rehearsal: Rehearsal
) -> None:
    for _ in range(5):
        fail(account_id, now=NOW)
    with transaction():
        account = groups.lock_payment_account(account_id)
        assert groups_service.switch_cards(account, on=False, now=NOW, by=BY)
    for hour in range(1, 50):
        guarded.look_after_cards(now=NOW + timedelta(hours=hour))
    account = groups.get_payment_account("network")
    assert (account.cards_on, account.cards_cause) == (False, CardsCause.HAND)
    assert [each.id for each in groups.list_resting_accounts(CardsCause.HAND)] == [account_id]
