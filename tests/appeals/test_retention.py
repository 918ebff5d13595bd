"""What is not needed is forgotten, and nothing more than that."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from sqlalchemy import select

from app.appeals import jobs
from app.appeals.models.donations import Donation
from app.appeals.rules.giving import ABANDONED_AFTER
from app.appeals.service import giving, retention, settling
from app.db.session import db, transaction
from app.lib import clock
from app.supporters.models.people import Consent, Supporter
from tests.appeals.money import Giver, donation_of
from tests.appeals.test_settling import moved
from tests.factories.appeals import BY, make_appeal, make_donation, make_gift

if TYPE_CHECKING:
    from flask import Flask

    from app.appeals.models.appeals import Appeal
    from app.rehearsal.core import Rehearsal

SECOND = timedelta(seconds=1)


def begin(**changes: Any) -> str:
    """A donation that is left unpaid; returns its public id."""
    with transaction():
        return make_donation(name="Salma", public_name="S.", message="Hello", **changes).public_id


def forget(at_age: timedelta) -> int:
    with transaction():
        return retention.forget_abandoned(now=clock.utcnow() + at_age)


def test_an_unpaid_donation_loses_its_donor_after_thirty_days(app: Flask, appeal: Appeal) -> None:
    public_id = begin()
    assert forget(ABANDONED_AFTER - timedelta(minutes=5)) == 0
    assert donation_of(public_id).email == "salma@example.org"
    assert forget(ABANDONED_AFTER + SECOND) == 1
    left = donation_of(public_id)
    assert (left.email, left.name, left.public_name, left.message) == (None, None, None, None)
    assert left.is_anonymous
    assert left.supporter_id is None
    assert (left.amount_minor, left.reference[:5]) == (1000, "MSTR-")
    assert db.session.scalars(select(Supporter.email)).one() is None
    assert forget(ABANDONED_AFTER + SECOND) == 0


def test_a_paid_donation_and_its_donor_stay(appeal: Appeal, stripe: Rehearsal) -> None:
    giver = Giver(stripe, appeal.id)
    paid = giver.give(make_gift(name="Salma"))
    begin()
    assert forget(timedelta(days=400)) == 1
    assert donation_of(paid).name == "Salma"
    assert db.session.scalars(select(Supporter.email)).one() == "salma@example.org"


def test_money_on_its_way_or_gone_back_is_not_forgotten(appeal: Appeal) -> None:
    coming, back = begin(email="a@example.org"), begin(email="b@example.org")
    with transaction():
        settling.on_payment_moved(moved(coming, on_its_way=1000))
        settling.on_payment_moved(moved(back, returned=1000))
    assert forget(timedelta(days=400)) == 0


def test_nobody_is_remembered_for_news_of_a_gift_that_never_came(appeal: Appeal) -> None:
    public_id = begin(wants_updates=True)
    assert donation_of(public_id).news_asked_at is not None
    assert forget(timedelta(days=31)) == 1
    left = donation_of(public_id)
    assert (left.news_asked_at, left.news_wording) == (None, None)
    assert db.session.scalars(select(Supporter.email)).one() is None
    with transaction():
        settling.on_payment_moved(moved(public_id, received=1000))
    assert db.session.scalars(select(Consent)).all() == []


def test_money_that_comes_late_still_counts(appeal: Appeal) -> None:
    public_id = begin()
    assert forget(timedelta(days=31)) == 1
    with transaction():
        settling.on_payment_moved(moved(public_id, received=1000))
    assert donation_of(public_id).appeal.totals.received_minor == 1000


def test_who_decides_anew_is_kept_and_forgotten_anew(app: Flask, appeal: Appeal) -> None:
    public_id = begin()
    assert forget(ABANDONED_AFTER + SECOND) == 1
    again = clock.utcnow() + timedelta(days=40)
    with transaction():
        giving.revise(donation_of(public_id), make_gift(), now=again, by=BY)
    assert (donation_of(public_id).email, donation_of(public_id).forgotten_at) == (
        "salma@example.org", None,
    )  # fmt: skip
    assert forget(timedelta(days=69)) == 0
    assert forget(timedelta(days=71)) == 1
    assert donation_of(public_id).email is None


@pytest.mark.one_database
def test_the_job_goes_on_until_nothing_is_left(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    with transaction():
        made = make_appeal()
        for number in range(5):
            make_donation(made, email=f"p{number}@example.org")
    with time_machine.travel(clock.utcnow() + timedelta(days=31), tick=True):
        jobs.HANDLERS[jobs.FORGET]({})
    db.session.expire_all()
    assert set(db.session.scalars(select(Donation.email))) == {None}
    assert {schedule.kind for schedule in jobs.SCHEDULES} <= set(jobs.HANDLERS)
