"""Dates of regular gifts, and who is reminded of what when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from app.appeals import jobs
from app.appeals.models.donations import Donation
from app.appeals.models.regular import RegularDonation
from app.appeals.rules import regular as rules
from app.appeals.rules.giving import kept_since
from app.appeals.rules.regular import anniversary, next_due, regular_state, yearly_notice_is_due
from app.appeals.rules.words import Frequency, RegularState
from app.appeals.service import retention
from app.db.session import db, transaction
from app.mail.render import build_message
from app.payments.rules.plans import PlanState
from tests.appeals.regular_givers import mails
from tests.appeals.test_mails import text_of
from tests.factories.appeals import make_appeal, make_donation

if TYPE_CHECKING:
    from flask import Flask

    from app.appeals.models.appeals import Appeal

MONTHLY, YEARLY = Frequency.MONTHLY, Frequency.YEARLY


def on(text: str) -> datetime:
    """Noon of a day."""
    return datetime.fromisoformat(f"{text}T12:00:00").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("began", "frequency", "after", "due"),
    [
        ("2026-11-22", MONTHLY, "2026-11-22", "2026-12-22"),
        ("2026-11-22", MONTHLY, "2026-12-22", "2027-01-22"),
        ("2026-11-22", YEARLY, "2026-11-22", "2027-11-22"),
        ("2027-01-31", MONTHLY, "2027-01-31", "2027-02-28"),
        ("2027-01-31", MONTHLY, "2027-02-28", "2027-03-31"),
        ("2027-01-31", MONTHLY, "2027-03-31", "2027-04-30"),
        ("2028-01-31", MONTHLY, "2028-01-31", "2028-02-29"),
        ("2028-02-29", YEARLY, "2028-02-29", "2029-02-28"),
        ("2028-02-29", YEARLY, "2031-03-01", "2032-02-29"),
        ("2026-12-15", MONTHLY, "2026-12-20", "2027-01-15"),
        ("2020-05-31", MONTHLY, "2026-11-30", "2026-12-31"),
    ],
)
def test_the_next_time_is_counted_from_the_first(
    began: str, frequency: Frequency, after: str, due: str
) -> None:
    assert next_due(on(began), frequency, after=on(after)) == on(due)


@pytest.mark.parametrize(
    ("plan", "paused", "ended", "state"),
    [
        (PlanState.ACTIVE, False, False, RegularState.ACTIVE),
        (PlanState.TRIALING, False, False, RegularState.ACTIVE),
        (PlanState.ACTIVE, True, False, RegularState.PAUSED),
        (PlanState.PAST_DUE, False, False, RegularState.PAST_DUE),
        (PlanState.UNPAID, False, False, RegularState.PAST_DUE),
        (PlanState.INCOMPLETE, False, False, RegularState.BEGINNING),
        (PlanState.PAUSED, False, False, RegularState.PAUSED),
        (PlanState.CANCELED, False, True, RegularState.STOPPED),
        (PlanState.CANCELED, True, True, RegularState.STOPPED),
        (PlanState.INCOMPLETE_EXPIRED, False, False, RegularState.STOPPED),
        (PlanState.UNKNOWN, False, False, RegularState.PAST_DUE),
        (PlanState.UNKNOWN, False, True, RegularState.STOPPED),
    ],
)
def test_a_regular_gift_stands_as_its_plan_does(
    plan: PlanState, paused: bool, ended: bool, state: RegularState
) -> None:
    known = RegularState.PAST_DUE
    assert regular_state(plan, is_paused=paused, is_ended=ended, known=known) is state


def test_every_state_of_a_plan_says_how_a_gift_stands() -> None:
    assert set(rules._STATES) == set(PlanState) - {PlanState.UNKNOWN}


@pytest.mark.parametrize(
    ("today", "is_due"),
    [("2026-12-07", False), ("2026-12-08", True), ("2026-12-18", True), ("2026-12-19", False)],
)
def test_a_yearly_gift_is_announced_two_weeks_before(today: str, is_due: bool) -> None:
    assert yearly_notice_is_due(on("2026-12-22"), now=on(today)) is is_due


@pytest.mark.parametrize(
    ("began", "today", "years"),
    [
        ("2025-11-22", "2026-11-21", 0),
        ("2025-11-22", "2026-11-22", 1),
        ("2025-11-22", "2026-12-02", 1),
        ("2025-11-22", "2026-12-03", 0),
        ("2023-11-22", "2026-11-25", 3),
        ("2025-12-28", "2027-01-03", 1),
        ("2024-02-29", "2025-02-28", 1),
        ("2026-11-22", "2026-11-22", 0),
    ],
)
def test_a_monthly_gift_has_its_day_once_a_year(began: str, today: str, years: int) -> None:
    found = anniversary(on(began), now=on(today))
    assert (found.years if found else 0) == years


def test_gifts_keep_their_donors_for_six_years_after_their_own() -> None:
    assert kept_since(on("2032-12-31")) == datetime(2026, 1, 1, tzinfo=UTC)
    assert kept_since(on("2033-01-01")) == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def appeal(app: Flask) -> Appeal:
    """An appeal that has been open for long."""
    with transaction():
        return make_appeal(now=on("2020-01-01"))


# --- by the job ---------------------------------------------------------------------------------


def regular_gift(began: str, frequency: Frequency, **changes: object) -> str:
    """A gift that runs since a day; returns its public id."""
    with transaction():
        donation = make_donation(frequency=frequency, is_adult=True, now=on(began))
        donation.received_minor, donation.settled_at = 1000, on(began)
        row = donation.regular
        assert row is not None
        row.state, row.started_at = RegularState.ACTIVE, on(began)
        row.next_at = next_due(on(began), frequency, after=on(began))
        for name, value in changes.items():
            setattr(row, name, value)
        return row.public_id


def remind(day: str) -> list[str]:
    """Let the job run on a day; returns the keys of all reminders so far."""
    with time_machine.travel(on(day), tick=False):
        jobs.HANDLERS[jobs.REMIND]({})
    return [mail.key for mail in mails("appeals/regular_notice")]


def test_each_yearly_reminder_is_sent_once(appeal: Appeal) -> None:
    key = regular_gift("2026-01-20", YEARLY)
    assert remind("2027-01-05") == []
    assert remind("2027-01-06") == [f"notice:{key}:2027-01-20"]
    assert remind("2027-01-07") == [f"notice:{key}:2027-01-20"]
    message = build_message(mails("appeals/regular_notice")[0])
    assert message["Subject"] == (
        "Your yearly gift of £10 to Lea Valley Network is due on 20 January 2027"
    )
    assert "on 20 January 2027 your yearly gift of £10" in text_of(message)
    assert f"/giving/{key}.1." in text_of(message)


def test_each_monthly_reminder_is_sent_once_with_the_sums_of_the_year(appeal: Appeal) -> None:
    key = regular_gift("2026-01-31", MONTHLY)
    assert remind("2026-12-31") == []
    assert remind("2027-01-31") == [f"notice:{key}:1"]
    assert remind("2027-02-10") == [f"notice:{key}:1"]
    message = build_message(mails("appeals/regular_notice")[0])
    assert message["Subject"] == "You give £10 every month to Lea Valley Network"
    assert "for 1 year now" in text_of(message)
    assert "1 gift, £10 in all" in text_of(message)
    assert remind("2028-02-01") == [f"notice:{key}:1", f"notice:{key}:2"]


@pytest.mark.parametrize(
    "changes",
    [
        {"state": RegularState.PAUSED},
        {"state": RegularState.PAST_DUE},
        {"state": RegularState.STOPPED, "stopped_at": on("2026-06-01")},
        {"email": None},
    ],
)
def test_who_does_not_give_now_is_not_reminded(appeal: Appeal, changes: dict[str, object]) -> None:
    regular_gift("2026-01-20", YEARLY, **changes)
    regular_gift("2026-01-08", MONTHLY, **changes)
    assert remind("2027-01-08") == []


def test_after_a_long_rest_nothing_old_is_sent(appeal: Appeal) -> None:
    regular_gift("2026-01-20", YEARLY)
    regular_gift("2026-01-01", MONTHLY)
    assert remind("2027-01-17") == []


def test_many_are_reminded_in_portions(appeal: Appeal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    for _ in range(5):
        regular_gift("2026-01-20", YEARLY)
    assert len(remind("2027-01-10")) == 5


# --- forgetting ---------------------------------------------------------------------------------


def forget(day: str) -> None:
    with time_machine.travel(on(day), tick=False):
        jobs.HANDLERS[jobs.FORGET]({})
    db.session.expire_all()


def test_a_regular_gift_that_never_began_is_forgotten_with_its_first(
    app: Flask, appeal: Appeal
) -> None:
    with transaction():
        make_donation(frequency=MONTHLY, is_adult=True, name="Salma", now=on("2026-11-01"))
    forget("2026-12-05")
    row = db.session.scalars(select(RegularDonation)).one()
    assert (row.email, row.name, row.supporter_id, row.state) == (
        None, None, None, RegularState.BEGINNING,
    )  # fmt: skip


def test_old_gifts_lose_their_donors_and_keep_their_sums(appeal: Appeal) -> None:
    regular_gift("2026-06-01", YEARLY)
    forget("2032-12-31")
    assert db.session.scalars(select(Donation.email)).one() == "salma@example.org"
    forget("2033-01-01")
    donation = db.session.scalars(select(Donation)).one()
    assert (donation.email, donation.name, donation.supporter_id) == (None, None, None)
    assert donation.received_minor == 1000
    row = db.session.scalars(select(RegularDonation)).one()
    assert row.email == "salma@example.org"


def test_a_stopped_regular_gift_is_forgotten_with_its_last(appeal: Appeal) -> None:
    stopped = {"state": RegularState.STOPPED, "stopped_at": on("2026-07-01")}
    regular_gift("2026-06-01", YEARLY, **stopped)
    with transaction():
        assert retention.forget_old(now=on("2033-01-01")) == 1
        assert retention.forget_old(now=on("2033-01-01") + timedelta(days=1)) == 0
    assert db.session.scalars(select(RegularDonation.email)).one() is None
