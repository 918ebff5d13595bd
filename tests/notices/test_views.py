"""What waits, who is on it, and choosing, as each role sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, event, select

from app.accounts.models import Membership
from app.accounts.rules.permissions import Role
from app.audit import queries as audit
from app.db.session import db, transaction
from app.desk.rules import EVENT_PATIENCE
from app.ledger import service as ledger
from app.ledger.facts import Difference
from app.lib import clock
from app.lib.text import isolate
from app.mail.models.outbox import OutboxMail
from app.mail.service import outbox as mail
from app.notices.models import Notice, NoticeChoice
from app.notices.rules import Pace
from app.payments.models.collecting import CheckoutAttempt, Dispute, Payment
from app.payments.models.inbox import StripeEvent
from app.payments.rules.attempts import AttemptState
from app.payments.rules.collecting import PaymentState
from app.payments.rules.events import EventState
from app.queue import queries as jobs
from app.queue import service as queue
from app.queue.rules import JobState
from tests.factories.accounts import make_account, post, sign_in
from tests.factories.groups import make_payment_account
from tests.factories.ledger import make_fund

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from app.accounts.models import User
    from app.groups.models import Group

PAGE, CHOICES = "/desk/waiting", "/desk/account/notices"
TAKE, GIVE_BACK = f"{PAGE}/jobs/take", f"{PAGE}/jobs/give-back"


def fail_jobs(*keys: str) -> None:
    """Let some work be given up."""
    with transaction():
        for key in keys:
            queue.put("mail.sweep", {}, now=clock.utcnow(), key=key)
            job = jobs.find_by_key(key)
            assert job is not None
            job.state, job.finished_at = JobState.FAILED, clock.utcnow() - timedelta(days=2)


def dispute(group: Group, *, status: str = "needs_response", key: str = "1") -> None:
    """Let a donor's bank dispute a payment to a group."""
    now = clock.utcnow()
    with transaction():
        account = make_payment_account(group, name=f"a{group.id}x{key}")
        fund = make_fund(group, account, slug=f"fund-{group.id}-{key}")
        attempt = CheckoutAttempt(
            public_id=f"at{key}",
            order_key=f"or{key}",
            n=1,
            payment_account=account,
            fund=fund,
            state=AttemptState.OPEN,
            session_id=f"cs_{key}",
            amount_minor=500,
            currency="GBP",
            params={},
            created_at=now,
            expires_at=now,
        )
        payment = Payment(
            payment_account=account,
            attempt=attempt,
            order_key=f"or{key}",
            fund_id=fund.id,
            intent_id=f"pi_{key}",
            state=PaymentState.SUCCEEDED,
            amount_minor=500,
            currency="GBP",
            created_at=now,
            settled_at=now,
            synced_at=now,
        )
        db.session.add_all([attempt, payment])
        db.session.flush()
        db.session.add(
            Dispute(
                payment_account_id=account.id, payment=payment, dispute_id=f"dp_{key}",
                status=status, amount_minor=500, currency="GBP", created_at=now,
                due_by=now + timedelta(days=5),
            )
        )  # fmt: skip


def see(client: FlaskClient, address: str = PAGE) -> str:
    """A page of the desk."""
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.fixture
def signed_in(client: FlaskClient, treasurer: User) -> FlaskClient:
    """The treasurer, at the desk."""
    sign_in(client, treasurer.email)
    return client


# --- what waits -------------------------------------------------------------------------------


def test_where_nothing_waits_it_says_so(signed_in: FlaskClient) -> None:
    assert "Nothing waits" in see(signed_in)


@pytest.mark.usefixtures("app")
def test_who_has_no_role_is_told(client: FlaskClient) -> None:
    with transaction():
        make_account(email="new@example.org")
    sign_in(client, "new@example.org")
    assert "You have no role yet" in see(client)
    assert see(client, CHOICES).count("<fieldset") == 1


def test_each_kind_stands_there_once_with_its_list(signed_in: FlaskClient, group: Group) -> None:
    fail_jobs("1", "2", "3")
    dispute(group)
    page = see(signed_in)
    assert page.index("Disputed payments") < page.index("Work that was given up")
    assert 'href="/desk/queues#jobs"' in page
    assert re.search(r'class="table__number"[^>]*>3<', page)
    assert "2 days ago" in page
    assert "due by" in page
    assert page.count("nobody yet") == 2


def test_today_shows_the_same_counts(signed_in: FlaskClient, group: Group) -> None:
    fail_jobs("1", "2", "3")
    dispute(group)
    card = see(signed_in, "/desk/").partition('id="card-waits"')[2].partition("</section>")[0]
    figures = re.findall(
        r'stat__label">([^<]+)</span> <span class="stat__value number">(\d+)', card
    )
    assert figures == [("Disputed payments", "1"), ("Work that was given up", "3")]
    assert "due by" in card
    assert "the oldest 2 days ago" in card


def test_disputes_of_others_and_those_that_are_decided_wait_for_nobody(
    signed_in: FlaskClient, group: Group, other_group: Group
) -> None:
    dispute(other_group)
    dispute(group, status="under_review", key="2")
    assert "Disputed payments" not in see(signed_in)
    assert "or1" not in see(signed_in, "/desk/queues")


def test_the_list_of_disputes_leads_to_the_gifts(signed_in: FlaskClient, group: Group) -> None:
    dispute(group, key="7")
    page = see(signed_in, "/desk/queues")
    assert 'href="/desk/donations/or7"' in page
    assert "£5" in page


def test_who_may_not_see_a_kind_sees_none_of_it(
    client: FlaskClient, group: Group, treasurer: User
) -> None:
    fail_jobs("1")
    with transaction():
        make_account(Role.EDITOR, group=group, email="edi@example.org")
    sign_in(client, "edi@example.org")
    assert "Work that was given up" not in see(client)
    assert post(client, TAKE, on="/desk/account").status_code == 404


# --- in hand ----------------------------------------------------------------------------------


def test_who_takes_something_is_named_and_gives_it_back(
    signed_in: FlaskClient, treasurer: User
) -> None:
    fail_jobs("1", "2")
    assert post(signed_in, TAKE, on=PAGE).status_code == 303
    page = see(signed_in)
    assert "The others see that you are on it." in page
    assert "<bdi>Tara</bdi>" in page.partition("<tbody>")[2]
    assert "I am on it" not in page
    assert f"{isolate('Tara')} is on it" in see(signed_in, "/desk/")
    assert db.session.scalars(select(Notice.taken_by_id)).all() == [treasurer.id] * 2
    assert post(signed_in, GIVE_BACK, on=PAGE).status_code == 303
    assert "nobody yet" in see(signed_in)
    actions = [entry.action for entry in audit.list_for("waiting:jobs")]
    assert actions == ["notice.given_back", "notice.taken"]


def test_what_comes_later_is_in_nobodys_hands(signed_in: FlaskClient) -> None:
    fail_jobs("1")
    post(signed_in, TAKE, on=PAGE)
    fail_jobs("2")
    page = see(signed_in)
    assert "(1 of them)" in page
    assert "I am on it" in page


def test_of_two_the_second_is_told_and_may_take_over(
    client: FlaskClient, treasurer: User, owner: User
) -> None:
    fail_jobs("1")
    sign_in(client, treasurer.email)
    post(client, TAKE, on=PAGE)
    post(client, "/desk/sign-out", on=PAGE)
    sign_in(client, owner.email)
    answer = post(client, TAKE, on="/desk/account")
    assert answer.status_code == 409
    assert f"{isolate('Tara')} is on it already." in answer.get_data(as_text=True)
    assert "Take over" in see(client)
    assert post(client, TAKE, on=PAGE, over="yes").status_code == 303
    assert db.session.scalars(select(Notice.taken_by_id)).all() == [owner.id]


def test_nothing_is_taken_of_groups_that_are_not_hers(
    signed_in: FlaskClient, group: Group, other_group: Group
) -> None:
    dispute(group, key="1")
    dispute(other_group, key="2")
    post(signed_in, f"{PAGE}/disputes/take", on=PAGE)
    found = db.session.execute(select(Notice.group_id, Notice.taken_by_id)).all()
    assert {row.group_id: row.taken_by_id is not None for row in found} == {
        group.id: True,
        other_group.id: False,
    }


def test_what_is_gone_cannot_be_taken(signed_in: FlaskClient) -> None:
    assert post(signed_in, TAKE, on="/desk/account").status_code == 303
    assert "Nothing of this kind waits any more." in see(signed_in)
    assert post(signed_in, f"{PAGE}/nothing/take", on="/desk/account").status_code == 404


def test_who_only_reads_takes_nothing(client: FlaskClient, group: Group) -> None:
    fail_jobs("1")
    with transaction():
        make_account(Role.AUDITOR, group=group, email="aud@example.org")
    sign_in(client, "aud@example.org")
    assert "I am on it" not in see(client)
    assert post(client, TAKE, on="/desk/account").status_code == 403
    assert post(client, GIVE_BACK, on="/desk/account").status_code == 403


# --- choosing ---------------------------------------------------------------------------------


#: How soon a treasurer hears of the kinds of this package's own list.
BY_ROLE = {
    "disputes": "at_once", "findings": "daily", "events": "daily", "mails": "daily",
    "jobs": "daily", "summary": "weekly",
}  # fmt: skip


def choose(client: FlaskClient, **changes: str) -> tuple[int, str]:
    """Send the form of the choices with some changes."""
    values = checked(see(client, CHOICES)) | changes
    answer = post(client, CHOICES, **values)
    return answer.status_code, answer.get_data(as_text=True)


def checked(page: str) -> dict[str, str]:
    """What a page of choices shows as chosen."""
    return dict(re.findall(r'name="([a-z_]+)" value="([a-z_]+)"[^>]* checked', page))


def test_the_choices_begin_as_her_role_says(signed_in: FlaskClient) -> None:
    assert checked(see(signed_in, CHOICES)).items() >= BY_ROLE.items()
    assert "You hear of" in see(signed_in, "/desk/account")
    assert db.session.scalars(select(NoticeChoice)).all() == []


def test_what_she_chose_is_kept_and_what_her_role_says_is_not(
    signed_in: FlaskClient, owner: User, treasurer: User
) -> None:
    assert choose(signed_in, disputes="never", jobs="at_once", summary="never")[0] == 303
    rows = {each.kind: each.pace for each in db.session.scalars(select(NoticeChoice))}
    assert rows == {"disputes": Pace.NEVER, "jobs": Pace.AT_ONCE, "summary": Pace.NEVER}
    assert checked(see(signed_in, CHOICES))["jobs"] == "at_once"
    assert choose(signed_in, jobs="daily", summary="weekly")[0] == 303
    rows = {each.kind: each.pace for each in db.session.scalars(select(NoticeChoice))}
    assert rows == {"disputes": Pace.NEVER}
    assert audit.list_for(f"account:{treasurer.id}")[0].action == "notices.chosen"


def test_the_last_one_keeps_hearing_of_what_is_urgent(signed_in: FlaskClient) -> None:
    status, page = choose(signed_in, disputes="never", jobs="never")
    assert status == 422
    assert "This is urgent, and nobody else in your group hears of it." in page
    assert checked(page)["jobs"] == "never"
    assert db.session.scalars(select(NoticeChoice)).all() == []


def test_in_each_group_somebody_must_hear(
    signed_in: FlaskClient, owner: User, treasurer: User, other_group: Group
) -> None:
    with transaction():
        make_account(Role.EDITOR, group=other_group)
    assert choose(signed_in, disputes="never")[0] == 303
    assert choose(signed_in, disputes="at_once")[0] == 303
    with transaction():
        make_member(treasurer, other_group)
    assert choose(signed_in, disputes="never")[0] == 422


def make_member(person: User, group: Group) -> None:
    """Let somebody be treasurer of another group, too, without ending her session."""
    person.memberships.append(
        Membership(group_id=group.id, role=Role.TREASURER, granted_at=clock.utcnow())
    )


@pytest.mark.parametrize("value", ["", "weekly", "hourly"])
def test_a_pace_that_there_is_not_is_refused(signed_in: FlaskClient, value: str) -> None:
    assert choose(signed_in, jobs=value)[0] == 422


# --- how often the database is asked -----------------------------------------------------------


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement meanwhile."""
    asked: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def fill(group: Group, *keys: str) -> None:
    """Let more of everything wait."""
    fail_jobs(*keys)
    for key in keys:
        dispute(group, key=key)
    now = clock.utcnow()
    account_id = db.session.scalars(select(Payment.payment_account_id).limit(1)).one()
    with transaction():
        for key in keys:
            ledger.report(Difference("fund_balance", f"fund:{key}", "Wrong."), now=now)
            mail.put("accounts/reset", key=key, to="x@example.org", locale="en", values={}, now=now)
        for row in db.session.scalars(select(OutboxMail)):
            mail.mark_failed(row, "550", now=now)
        db.session.add_all(
            StripeEvent(
                payment_account_id=account_id,
                event_id=f"evt_{key}", type="charge.failed", object_type="charge", object_id="ch",
                is_live=False, created_at=now, received_at=now - 2 * EVENT_PATIENCE, body="{}",
                state=EventState.FAILED, tries=1,
            )
            for key in keys
        )  # fmt: skip


@pytest.mark.parametrize("address", ["/desk/", PAGE])
def test_more_that_waits_asks_no_more(signed_in: FlaskClient, group: Group, address: str) -> None:
    fill(group, "1")
    post(signed_in, TAKE, on=PAGE)
    with counted() as few:
        see(signed_in, address)
    fill(group, "2", "3", "4", "5")
    post(signed_in, f"{PAGE}/disputes/take", on=PAGE)
    with counted() as many:
        see(signed_in, address)
    assert len(many) == len(few)
    assert len(many) <= 32
