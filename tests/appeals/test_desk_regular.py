"""The desk's regular gifts: who sees what, and what is done because the donor asked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.appeals.desk.regular import monthly_base
from app.appeals.models.appeals import Appeal
from app.appeals.models.regular import RegularDonation
from app.appeals.queries import regular as regular_reads
from app.appeals.rules.words import Frequency, RegularState
from app.audit.models import AuditEntry
from app.db.session import db, transaction
from app.lib import clock
from app.lib.money import Money
from app.mail.models.outbox import OutboxMail
from app.payments.queries import plans as plan_reads
from app.payments.rules.plans import PlanChangeKind, PlanChangeState
from tests.appeals.regulars import begin_regular, renew
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_desk_entering import form_to
from tests.appeals.test_giving import words
from tests.factories.accounts import make_account, sign_in, token_on
from tests.factories.groups import make_group

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from app.rehearsal.core import Rehearsal

WISHES = ["stop", "pause", "resume", "amount"]


@pytest.fixture
def regular(appeal: Appeal, stripe: Rehearsal) -> RegularDonation:
    """Salma gives ten pounds a month."""
    return begin_regular(stripe, appeal.id, name="Salma Haddad")


def ask(client: FlaskClient, regular: RegularDonation, wish: str, **typed: str) -> TestResponse:
    """Fill in the form of a wish and send it."""
    path = f"/desk/regular/{regular.public_id}/{wish}"
    form = form_to(client.get(path), path)
    return client.post(path, data={**form.values, "reason": "She rang on Monday.", **typed})


def fresh(regular: RegularDonation) -> RegularDonation:
    key = regular.public_id
    db.session.expire_all()
    return regular_reads.get_regular(key)


def templates() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(OutboxMail.template).order_by(OutboxMail.id)))


def test_the_list_shows_what_comes_in_a_month(
    client: FlaskClient, regular: RegularDonation, stripe: Rehearsal, appeal: Appeal
) -> None:
    yearly = begin_regular(
        stripe,
        appeal.id,
        amount=Money(12_050, "GBP"),
        frequency=Frequency.YEARLY,
        email="rana@example.org",
    )
    assert monthly_base([appeal.group_id]) == ([Money(1000 + 1004, "GBP")], 2)
    sign_in_as(client, Role.TREASURER)
    page = words(client.get("/desk/regular/"))
    for shown in ("£20.04", "2 regular gifts", regular.reference, yearly.reference, "Salma Haddad"):
        assert shown in page
    assert regular.reference not in words(client.get("/desk/regular/?q=rana"))
    assert "No regular gift fits" in words(client.get("/desk/regular/?state=stopped"))
    today = words(client.get("/desk/"))
    assert "Regular gifts" in today
    assert "£20.04" in today


@pytest.mark.one_database
def test_a_desk_without_regular_gifts_says_so(client: FlaskClient, appeal: Appeal) -> None:
    sign_in_as(client, Role.TREASURER)
    assert "No regular gifts yet." in words(client.get("/desk/regular/"))


@pytest.mark.one_database
@pytest.mark.parametrize("role", [Role.MODERATOR, Role.AUDITOR])
def test_who_may_not_see_people_sees_amounts_alone(
    client: FlaskClient, regular: RegularDonation, role: Role
) -> None:
    sign_in_as(client, role)
    page = f"/desk/regular/{regular.public_id}"
    for path in ("/desk/regular/", page, "/desk/regular/?q=salma"):
        text = client.get(path).get_data(as_text=True)
        assert "Salma Haddad" not in text
        assert "salma@example.org" not in text
    token = token_on(client.get("/desk/account"))
    for wish in WISHES:
        assert client.get(f"{page}/{wish}").status_code == 403
        assert client.post(f"{page}/{wish}", data={"csrf_token": token}).status_code == 403
        assert f"{page}/{wish}" not in client.get(page).get_data(as_text=True)


@pytest.mark.one_database
def test_an_editor_sees_none(client: FlaskClient, regular: RegularDonation) -> None:
    sign_in_as(client, Role.EDITOR)
    assert client.get("/desk/regular/").status_code == 403
    assert client.get(f"/desk/regular/{regular.public_id}").status_code == 403


@pytest.mark.parametrize("role", [Role.OWNER, Role.TREASURER, Role.ORGANISER])
def test_a_gift_is_stopped_because_the_donor_rang(
    client: FlaskClient, regular: RegularDonation, role: Role
) -> None:
    sign_in_as(client, role)
    assert ask(client, regular, "stop").status_code == 303
    stopped = fresh(regular)
    assert stopped.state is RegularState.STOPPED
    [change] = plan_reads.list_changes(regular.public_id)
    assert (change.kind, change.state) == (PlanChangeKind.STOP, PlanChangeState.DONE)
    assert change.asked_by.startswith("account:")
    assert change.reason == "She rang on Monday."
    assert "stop" in templates()[-1]
    subject = f"regular:{stopped.id}"
    record = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == subject)).all()
    asked = next(line for line in record if line.action == "regular.wish_asked")
    assert asked.detail == {"kind": "stop", "reason": "She rang on Monday."}
    page = words(client.get(f"/desk/regular/{regular.public_id}"))
    assert "Nothing is collected any more." in page
    assert "She rang on Monday." in page
    again = client.get(f"/desk/regular/{regular.public_id}/stop")
    token = token_on(again)
    answer = client.post(
        f"/desk/regular/{regular.public_id}/stop",
        data={
            **form_to(again, f"/desk/regular/{regular.public_id}/stop").values,
            "csrf_token": token,
            "reason": "Again.",
        },
    )
    assert answer.status_code == 422
    assert "has ended" in words(answer)


def test_a_gift_rests_and_goes_on(client: FlaskClient, regular: RegularDonation) -> None:
    sign_in_as(client, Role.ORGANISER)
    day = (clock.utcnow() + timedelta(days=70)).date()
    assert ask(client, regular, "pause", until=day.isoformat()).status_code == 303
    paused = fresh(regular)
    assert paused.state is RegularState.PAUSED
    assert paused.paused_until is not None
    assert paused.paused_until.date() in {day, day - timedelta(days=1)}
    assert ask(client, regular, "resume").status_code == 303
    assert fresh(regular).state is RegularState.ACTIVE


def test_the_amount_changes_with_the_fee_she_covers(
    client: FlaskClient, appeal: Appeal, stripe: Rehearsal
) -> None:
    regular = begin_regular(stripe, appeal.id, covers_fee=True)
    sign_in_as(client, Role.TREASURER)
    assert ask(client, regular, "amount", amount="20").status_code == 303
    changed = fresh(regular)
    assert changed.amount == Money(2000, "GBP")
    assert changed.covered_fee.minor > 20
    renew(stripe)
    newest = regular_reads.list_collections(changed.id)[0]
    assert (newest.amount_minor, newest.received_minor) == (2000, changed.total.minor)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("wish", "typed", "sentence"),
    [
        ("stop", {"reason": ""}, "Say why"),
        ("pause", {"until": ""}, "Enter the day."),
        ("pause", {"until": "2020-01-01"}, "from tomorrow on"),
        ("amount", {"amount": "1"}, "smallest gift"),
        ("amount", {"amount": "many"}, "in figures"),
    ],
)
def test_what_is_wrong_is_said(
    client: FlaskClient, regular: RegularDonation, wish: str, typed: dict[str, str], sentence: str
) -> None:
    sign_in_as(client, Role.TREASURER)
    answer = ask(client, regular, wish, **typed)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert plan_reads.list_changes(regular.public_id) == []


@pytest.mark.one_database
def test_a_stale_page_asks_for_nothing(client: FlaskClient, regular: RegularDonation) -> None:
    sign_in_as(client, Role.TREASURER)
    assert ask(client, regular, "stop", seen="other").status_code == 409
    assert plan_reads.list_changes(regular.public_id) == []


@pytest.mark.one_database
def test_a_form_without_proof_of_origin_is_refused(
    client: FlaskClient, regular: RegularDonation
) -> None:
    sign_in_as(client, Role.TREASURER)
    answer = client.post(f"/desk/regular/{regular.public_id}/stop", data={"reason": "x"})
    assert answer.status_code == 400


def test_a_failed_renewal_is_told_in_words(
    client: FlaskClient, regular: RegularDonation, stripe: Rehearsal
) -> None:
    plan = plan_reads.get_plan(regular.public_id)
    stripe.fail_renewals(plan.subscription_id, "expired_card")
    renew(stripe, days=32)
    assert fresh(regular).state is RegularState.PAST_DUE
    sign_in_as(client, Role.TREASURER)
    page = words(client.get(f"/desk/regular/{regular.public_id}"))
    assert "What did not go through" in page
    assert "Payment missing" in page
    assert "Regular gifts whose payment is missing" in words(client.get("/desk/"))
    assert regular.reference in words(client.get("/desk/regular/?state=past_due"))


@pytest.mark.one_database
def test_another_group_s_regular_gift_is_not_there(
    client: FlaskClient, regular: RegularDonation
) -> None:
    with transaction():
        make_account(Role.OWNER, group=make_group(slug="elsewhere"), email="other@example.org")
    sign_in(client, "other@example.org")
    assert client.get(f"/desk/regular/{regular.public_id}").status_code == 404
    assert client.get(f"/desk/regular/{regular.public_id}/stop").status_code == 404


@pytest.mark.one_database
def test_the_list_goes_on_page_by_page(
    client: FlaskClient,
    appeal: Appeal,
    stripe: Rehearsal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [
        begin_regular(stripe, appeal.id, email=f"d{number}@example.org").reference
        for number in range(3)
    ]
    monkeypatch.setattr("app.appeals.desk.regular.ROWS", 2)
    sign_in_as(client, Role.TREASURER)
    first = client.get("/desk/regular/")
    assert [each in words(first) for each in found] == [False, True, True]
    link = re.search(r'href="(/desk/regular/\?after=[^"]+)"', first.get_data(as_text=True))
    assert link
    assert [each in words(client.get(link[1])) for each in found] == [True, False, False]
