"""Two at the same row, with real threads and real commits, each held up where it could go wrong."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from app.appeals.flows import giving as giving_flows
from app.appeals.flows.giving import Addresses, Onward
from app.appeals.queries import donations as donation_reads
from app.appeals.rules.giving import ABANDONED_AFTER
from app.appeals.service import retention, settling
from app.db.session import retry_deadlocks, transaction
from app.lib import clock
from app.payments.queries import orders as order_reads
from app.payments.service import attempts
from tests.appeals.crowd import together
from tests.appeals.test_settling import moved
from tests.factories.appeals import make_donation

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from flask import Flask

    from app.appeals.models.donations import Donation
    from app.rehearsal.core import Rehearsal


def begun(app: Flask) -> str:
    """A donation that is not paid; its public id."""
    with app.app_context(), transaction():
        return make_donation().public_id


def at_once(app: Flask, *work: Callable[[], object]) -> None:
    """Do all of it at the same time, each in a thread with a context of its own."""

    def run(number: int) -> None:
        with app.app_context():
            work[number]()

    together(len(work), run)


def test_going_on_to_pay_while_news_of_the_payment_comes_ends_well(
    disk_app: Flask, stripe: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One locks the donation and then its tries, the other its try and then the donation."""
    public_id, onward = begun(disk_app), list[Onward]()
    donation_locked, attempt_locked = threading.Event(), threading.Event()
    lock = donation_reads.lock_donation

    def go_on() -> None:
        here = Addresses(success_url="https://muster.test/s", cancel_url="https://muster.test/c")
        onward.append(
            giving_flows.go_on(public_id, addresses_of=lambda _: here, now=clock.utcnow())
        )

    def lock_and_wait(wanted: str) -> Donation | None:
        found = lock(wanted)
        donation_locked.set()
        attempt_locked.wait(0.5)
        return found

    def news() -> None:
        with transaction():
            attempts.lock_attempt(attempt_id)
            attempt_locked.set()
            donation_locked.wait(0.5)
            lock(public_id)

    with disk_app.app_context():
        go_on()
        attempt_id = order_reads.list_attempts(public_id)[0].id
    monkeypatch.setattr(donation_reads, "lock_donation", lock_and_wait)
    at_once(disk_app, lambda: retry_deadlocks(news), go_on)
    [session] = stripe.objects("network", "checkout.session")
    assert [each.checkout_url for each in onward] == [session["url"]] * 2


def test_two_payments_of_one_donation_add_up(
    disk_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_id, both_read = begun(disk_app), threading.Barrier(2)
    lock = donation_reads.lock_donation

    def lock_and_wait(wanted: str) -> Donation | None:
        found = lock(wanted)
        with contextlib.suppress(threading.BrokenBarrierError):
            both_read.wait(0.5)
        return found

    def follow() -> None:
        with transaction():
            settling.on_payment_moved(moved(public_id, received=1000))

    monkeypatch.setattr(donation_reads, "lock_donation", lock_and_wait)
    at_once(disk_app, follow, follow)
    with disk_app.app_context():
        donation = donation_reads.get_donation(public_id)
        assert (donation.received_minor, donation.appeal.totals.received_minor) == (2000, 2000)


def test_a_donation_paid_while_the_unpaid_are_forgotten_keeps_its_donor(disk_app: Flask) -> None:
    public_id, is_paid = begun(disk_app), threading.Event()

    def follow() -> None:
        with transaction():
            settling.on_payment_moved(moved(public_id, received=1000))
            is_paid.set()
            threading.Event().wait(0.5)

    def forget() -> None:
        is_paid.wait(5)
        with transaction():
            retention.forget_abandoned(now=clock.utcnow() + 2 * ABANDONED_AFTER)

    at_once(disk_app, follow, forget)
    with disk_app.app_context():
        assert donation_reads.get_donation(public_id).email == "salma@example.org"
