"""Today and the queues, as each role sees them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.audit import queries as audit
from app.db.session import db, transaction
from app.desk import queries
from app.groups.models import Group
from app.ledger import service as ledger
from app.ledger.facts import Difference
from app.lib import clock
from app.lib.money import Money
from app.mail.models.outbox import OutboxMail
from app.mail.rules.outbox import MailState
from app.mail.service import outbox as mails
from app.payments.models.inbox import StripeEvent
from app.payments.rules.events import EventState
from app.payments.service.inbox import APPLY_JOB
from app.queue import queries as queue_queries
from app.queue import service as queue
from app.queue.jobs import run_due
from app.queue.models import Job
from app.queue.rules import MAX_TRIES, JobState
from tests.factories.accounts import make_account, post, sign_in
from tests.factories.groups import make_group, make_payment_account
from tests.factories.ledger import charge, make_fund

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from app.accounts.models import User
    from app.groups.models import PaymentAccount

#: A Sunday, just after midnight in London, which is on UTC in November.
NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)


@pytest.fixture
def group(app: Flask) -> Group:
    """Our group."""
    with transaction():
        return make_group()


@pytest.fixture
def account(group: Group) -> PaymentAccount:
    """Its account at Stripe."""
    with transaction():
        return make_payment_account(group)


@pytest.fixture
def treasurer(group: Group) -> User:
    """Who keeps its books."""
    with transaction():
        return make_account(Role.TREASURER, group=group, email="tara@example.org")


def receive(
    account: PaymentAccount, amounts: dict[datetime, int], slug: str = "first-year"
) -> None:
    """Let money come in at some instants, in minor units; a negative one goes back."""
    with transaction():
        fund = make_fund(account.group, account, slug=slug)
        balance = ledger.stripe_balance(account, "GBP", now=NOW)
        for at, minor in amounts.items():
            entry = charge(fund, balance, f"{slug}-{at.isoformat()}", minor, 0)
            ledger.post(replace(entry, posted_at=at), now=NOW)


def see(client: FlaskClient, account: User, address: str = "/desk/") -> str:
    """What somebody sees on a page of the desk."""
    sign_in(client, account.email)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


# --- money in ---------------------------------------------------------------------------------


def test_money_is_counted_by_days_where_we_are(account: PaymentAccount) -> None:
    receive(
        account,
        {
            NOW: 1000,
            NOW - timedelta(minutes=30): 200,  # midnight: today's first instant
            NOW - timedelta(minutes=30, microseconds=1): 50,  # yesterday's last
            NOW - timedelta(days=6): 4000,  # Monday
            NOW - timedelta(days=7): 8000,  # Sunday of last week
            NOW - timedelta(days=31): 16000,  # 22 October
            NOW - timedelta(days=30): 32000,  # 23 October: after the same day last month
            NOW - timedelta(days=60): 64000,  # September
        },
    )
    found = queries.money_in([account.group_id], zone="Europe/London", now=NOW)
    sums = [(each.now[0].minor, each.before[0].minor) for each in found]
    assert sums == [(1200, 50), (5250, 8000), (13250, 16000)]


def test_what_goes_back_comes_off(account: PaymentAccount) -> None:
    receive(account, {NOW: 1000, NOW + timedelta(minutes=1): -400})
    found = queries.money_in([account.group_id], zone="Europe/London", now=NOW)
    assert found[0].now == [Money(600, "GBP")]


def test_days_are_days_in_the_zone_also_in_summer(account: PaymentAccount) -> None:
    summer = datetime(2026, 7, 1, 12, tzinfo=UTC)
    receive(account, {datetime(2026, 6, 30, 23, 30, tzinfo=UTC): 700})
    here = queries.money_in([account.group_id], zone="Europe/London", now=summer)
    there = queries.money_in([account.group_id], zone="UTC", now=summer)
    assert here[0].now == [Money(700, "GBP")]
    assert there[0].now == [Money(0, "GBP")]


def test_the_money_of_others_is_not_counted(account: PaymentAccount) -> None:
    with transaction():
        other = make_group(slug="open-hands")
        theirs = make_payment_account(other, name="charity")
    receive(account, {NOW: 1000})
    receive(theirs, {NOW: 5000}, slug="winter")
    found = queries.money_in([account.group_id], zone="Europe/London", now=NOW)
    assert found[0].now == [Money(1000, "GBP")]


def test_today_shows_what_came_in_beside_the_same_days_before(
    client: FlaskClient, account: PaymentAccount, treasurer: User
) -> None:
    receive(account, {NOW: 1000, NOW - timedelta(days=1): 2550, NOW - timedelta(days=7): 8000})
    with time_machine.travel(NOW, tick=False):
        page = see(client, treasurer)
    assert "£10" in page
    assert "yesterday £25.50" in page
    assert "the same days last week £80" in page
    for since, until in (
        ("2026-11-22", "2026-11-22"), ("2026-11-21", "2026-11-21"),
        ("2026-11-16", "2026-11-22"), ("2026-11-09", "2026-11-15"),
        ("2026-11-01", "2026-11-22"), ("2026-10-01", "2026-10-22"),
    ):  # fmt: skip
        assert f'href="/desk/donations/money?since={since}&amp;until={until}"' in page


def test_each_sum_of_today_leads_to_a_list_that_comes_to_it(
    client: FlaskClient, account: PaymentAccount, treasurer: User
) -> None:
    receive(
        account,
        {
            NOW: 1000,
            NOW + timedelta(minutes=1): -2400,  # of a gift of last week
            NOW - timedelta(minutes=31): 70,  # yesterday, in London
            NOW - timedelta(days=6): 300,
            NOW - timedelta(days=9): 5000,
            NOW - timedelta(days=31): 640,
        },
    )
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        links = re.findall(
            r'href="(/desk/donations/money[^"]*)"[^>]*>(.*?)</a>', see(client, treasurer), re.DOTALL
        )
        assert len(links) == 6
        for href, inner in links:
            told = re.findall(r"−?£[\d.,]+", inner)[-1]
            page = client.get(href.replace("&amp;", "&")).get_data(as_text=True)
            figure = page.partition('class="figures"')[2].partition("</div>")[0]
            assert re.findall(r"−?£[\d.,]+", figure) == [told]
            lines = re.findall(r'gifts__sum">(−?)£([\d.,]+)<', page)
            total = sum(Decimal(sign.replace("−", "-") + digits) for sign, digits in lines)
            assert total == Decimal(told.replace("−", "-").replace("£", ""))


def test_who_may_see_no_money_sees_none(
    client: FlaskClient, account: PaymentAccount, group: Group
) -> None:
    receive(account, {clock.utcnow(): 123400})
    with transaction():
        editor = make_account(Role.EDITOR, group=group)
    page = see(client, editor)
    assert "1,234" not in page
    assert "Money in" not in page
    for kind in ("Disputed payments", "Regular gifts", "Messages of donors"):
        assert kind not in page


# --- what waits -------------------------------------------------------------------------------


def fail_job() -> int:
    """A job that failed as often as it may."""
    with transaction():
        queue.put("tests.broken", {}, now=clock.utcnow(), key="broken")
        job = queue_queries.find_by_key("broken")
        assert job is not None
        job.state, job.tries, job.finished_at = JobState.FAILED, MAX_TRIES, clock.utcnow()
        job.last_error = "ZeroDivisionError in tests"
        return job.id


def fail_mail() -> int:
    """A mail that the server will never take."""
    with transaction():
        mails.put(
            "accounts/reset", key="1", to="nour.haddad@example.org", locale="en",
            values={"name": "Nour", "minutes": 60}, now=clock.utcnow(),
        )  # fmt: skip
        mail = db.session.scalars(select(OutboxMail)).one()
        mails.mark_failed(mail, "550 no such mailbox", now=clock.utcnow())
        return mail.id


def keep_event(account: PaymentAccount, *, age: timedelta) -> None:
    """A message from Stripe that was not worked in."""
    with transaction():
        db.session.add(
            StripeEvent(
                payment_account_id=account.id, event_id=f"evt_{age.seconds}",
                type="charge.refunded", object_type="charge", object_id="ch_1", is_live=False,
                created_at=clock.utcnow() - age, received_at=clock.utcnow() - age, body="{}",
                state=EventState.FAILED, tries=3, error="the charge is unknown",
            )
        )  # fmt: skip


@pytest.mark.usefixtures("account")
def test_where_nothing_waits_it_says_so(client: FlaskClient, treasurer: User) -> None:
    with transaction():
        queue.beat("here", now=clock.utcnow())
    page = see(client, treasurer)
    assert "Nothing waits" in page
    assert "Nothing is being sent or fetched" not in page
    queues = client.get("/desk/queues").get_data(as_text=True)
    assert queues.count("None.") == 4
    assert "None: the books agree with Stripe." in queues


def test_everything_that_waits_is_counted_and_listed(
    client: FlaskClient, account: PaymentAccount, treasurer: User
) -> None:
    fail_job()
    fail_mail()
    keep_event(account, age=timedelta(minutes=6))
    keep_event(account, age=timedelta(minutes=4))
    with transaction():
        ledger.report(
            Difference("fund_balance", "fund:1:GBP", "Fund 1 keeps 5; its lines add up to 6."),
            now=clock.utcnow(),
        )
    page = see(client, treasurer)
    for anchor in ("jobs", "mails", "events", "findings"):
        assert f'href="/desk/queues#{anchor}"' in page
    queues = client.get("/desk/queues").get_data(as_text=True)
    assert "ZeroDivisionError in tests" in queues
    assert "550 no such mailbox" in queues
    assert "nour.haddad" not in queues
    assert queues.count("the charge is unknown") == 1
    assert "its lines add up to 6" in queues


def test_messages_to_others_are_not_shown(client: FlaskClient, treasurer: User) -> None:
    with transaction():
        theirs = make_payment_account(make_group(slug="open-hands"), name="charity")
    keep_event(theirs, age=timedelta(hours=1))
    assert "charge.refunded" not in see(client, treasurer, "/desk/queues")


@pytest.mark.usefixtures("app")
def test_a_worker_that_is_silent_is_missed(client: FlaskClient, treasurer: User) -> None:
    assert "No worker has ever run here." in see(client, treasurer)
    with transaction():
        queue.beat("here", now=clock.utcnow() - timedelta(minutes=10))
    assert "The worker was last seen 10 minutes ago." in client.get("/desk/").get_data(as_text=True)
    with transaction():
        queue.beat("there", now=clock.utcnow())
    assert "The worker was last seen" not in client.get("/desk/").get_data(as_text=True)


def test_a_failed_job_is_tried_again(client: FlaskClient, treasurer: User) -> None:
    job_id = fail_job()
    sign_in(client, treasurer.email)
    address = f"/desk/queues/jobs/{job_id}/retry"
    assert post(client, address, on="/desk/queues").status_code == 303
    ran: list[object] = []
    run_due({"tests.broken": ran.append, "mail.deliver": lambda _: None})
    assert ran == [{}]
    entry = audit.list_for(f"job:{job_id}")[0]
    assert (entry.action, entry.account_id) == ("job.retried", treasurer.id)
    assert post(client, address, on="/desk/account").status_code == 404


def test_a_failed_mail_is_sent_again(client: FlaskClient, treasurer: User) -> None:
    mail_id = fail_mail()
    sign_in(client, treasurer.email)
    address = f"/desk/queues/mails/{mail_id}/retry"
    assert post(client, address, on="/desk/queues").status_code == 303
    mail = db.session.get(OutboxMail, mail_id)
    assert mail is not None
    assert mail.state is MailState.WAITING
    assert audit.list_for(f"mail:{mail_id}")[0].account_id == treasurer.id
    assert post(client, address, on="/desk/account").status_code == 404


@pytest.mark.parametrize("kind", ["jobs", "mails"])
def test_what_failed_is_let_go_and_waits_no_more(
    client: FlaskClient, treasurer: User, kind: str
) -> None:
    row_id = fail_job() if kind == "jobs" else fail_mail()
    sign_in(client, treasurer.email)
    address = f"/desk/queues/{kind}/{row_id}/let-go"
    assert post(client, address, on="/desk/queues").status_code == 303
    assert f"/desk/queues#{kind}" not in client.get("/desk/").get_data(as_text=True)
    assert address not in client.get("/desk/queues").get_data(as_text=True)
    subject = f"{kind.removesuffix('s')}:{row_id}"
    assert audit.list_for(subject)[0].action == f"{kind.removesuffix('s')}.let_go"
    assert post(client, address, on="/desk/account").status_code == 404
    for mail in db.session.scalars(select(OutboxMail)):
        assert "nour.haddad" not in mail.to
        assert mail.values == {}


def test_what_came_back_from_a_donor_stands_in_its_own_list(
    client: FlaskClient, treasurer: User
) -> None:
    mail_id = fail_mail()
    with transaction():
        mail = db.session.get(OutboxMail, mail_id)
        assert mail is not None
        mail.about, mail.bounced_at = "gift", clock.utcnow()
    assert f"mails/{mail_id}" not in see(client, treasurer, "/desk/queues")
    assert "/desk/queues#mails" not in client.get("/desk/").get_data(as_text=True)


def test_a_message_from_stripe_is_tried_again(
    client: FlaskClient, account: PaymentAccount, treasurer: User
) -> None:
    keep_event(account, age=timedelta(hours=1))
    event = db.session.scalars(select(StripeEvent)).one()
    address = f"/desk/queues/events/{event.id}/retry"
    assert address in see(client, treasurer, "/desk/queues")
    assert post(client, address, on="/desk/queues").status_code == 303
    ran: list[object] = []
    run_due({APPLY_JOB: ran.append})
    assert ran == [{"event": event.id}]
    entry = audit.list_for(f"stripe_event:{event.id}")[0]
    assert (entry.account_id, entry.group_id) == (treasurer.id, account.group_id)


def test_a_message_to_others_is_not_tried_again(client: FlaskClient, treasurer: User) -> None:
    with transaction():
        theirs = make_payment_account(make_group(slug="open-hands"), name="charity")
    keep_event(theirs, age=timedelta(hours=1))
    event = db.session.scalars(select(StripeEvent)).one()
    sign_in(client, treasurer.email)
    address = f"/desk/queues/events/{event.id}/retry"
    assert post(client, address, on="/desk/account").status_code == 404
    assert queue_queries.find_by_key(f"{APPLY_JOB}:{event.id}") is None


def test_who_reads_the_queues_does_not_therefore_retry(client: FlaskClient, group: Group) -> None:
    job_id = fail_job()
    with transaction():
        auditor = make_account(Role.AUDITOR, group=group)
    assert "Try again" not in see(client, auditor, "/desk/queues")
    address = f"/desk/queues/jobs/{job_id}/retry"
    assert post(client, address, on="/desk/account").status_code == 403
    job = db.session.get(Job, job_id)
    assert job is not None
    assert job.state is JobState.FAILED
