"""Many requests at once, with real threads and real commits, on both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from app.appeals import flows, queries
from app.appeals.flows import Addresses, Onward, Pledge
from app.appeals.models import Donation
from app.audit.facts import Actor
from app.db.session import db, retry_deadlocks, transaction
from app.lib import clock
from app.payments import queries as payments
from app.payments.service import attempts
from tests.factories.appeals import make_appeal, make_donation, make_gift

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from app.rehearsal.core import Rehearsal

THREADS = 5


def addresses_of(_public_id: str) -> Addresses:
    return Addresses(success_url="https://muster.test/s", cancel_url="https://muster.test/c")


def at_once(app: Flask, work: list[Callable[[], Any]]) -> list[Any]:
    """Do all of it at the same time, each in a thread with a context of its own."""
    start = threading.Barrier(len(work))

    def run(one: Callable[[], Any]) -> Any:
        with app.app_context():
            start.wait()
            return one()

    with ThreadPoolExecutor(len(work)) as pool:
        return [done.result() for done in [pool.submit(run, one) for one in work]]


def test_one_form_sent_many_times_at_once_is_one_donation_and_one_page(
    disk_app: Flask, stripe: Rehearsal
) -> None:
    with disk_app.app_context(), transaction():
        appeal_id = make_appeal().id
    pledge = Pledge(appeal_id=appeal_id, gift=make_gift(), nonce="one-form")

    def give() -> Onward:
        return flows.give(pledge, addresses_of=addresses_of, now=clock.utcnow(), by=Actor.visitor())

    onward = at_once(disk_app, [give] * THREADS)
    assert len(set(onward)) == 1
    with disk_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Donation)) == 1
    sessions = stripe.objects("network", "checkout.session")
    assert [each["url"] for each in sessions if each["status"] == "open"] == [
        onward[0].checkout_url
    ]


def test_going_on_to_pay_while_news_of_the_payment_comes_ends_well(
    disk_app: Flask, stripe: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One locks the donation and then its tries, the other its try and then the donation."""
    with disk_app.app_context():
        with transaction():
            public_id = make_donation().public_id
        flows.go_on(public_id, addresses_of=addresses_of, now=clock.utcnow())
        attempt_id = payments.list_attempts(public_id)[0].id
    donation_locked, attempt_locked = threading.Event(), threading.Event()
    lock = queries.lock_donation

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

    def go_on() -> Onward:
        return flows.go_on(public_id, addresses_of=addresses_of, now=clock.utcnow())

    monkeypatch.setattr(queries, "lock_donation", lock_and_wait)
    _, onward = at_once(disk_app, [lambda: retry_deadlocks(news), go_on])
    [session] = stripe.objects("network", "checkout.session")
    assert onward.checkout_url == session["url"]
