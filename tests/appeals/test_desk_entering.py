"""Gifts that organisers write down: who may, what is kept, what is told, what is undone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.accounts.rules.permissions import Role
from app.appeals.models.appeals import Appeal
from app.appeals.models.donations import Donation, Receipt
from app.appeals.rules.words import DonationSource, DonationState, PayingBy
from app.audit.models import AuditEntry
from app.db.session import db, transaction
from app.ledger import queries as ledger_reads
from app.ledger import service as ledger
from app.ledger.rules import EntryKind
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from app.payments.queries import orders as order_reads
from app.supporters.models.people import Consent
from app.supporters.rules.consents import ConsentSource
from tests.appeals.donors import Form, forms_of
from tests.appeals.money import Giver, donation_of
from tests.appeals.test_desk_donations import make_other_group_s_donation, sign_in_as
from tests.appeals.test_giving import words
from tests.factories.accounts import token_on
from tests.factories.appeals import make_donation, make_gift

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from app.rehearsal.core import Rehearsal

NEW = "/desk/donations/new"
WITH_RIGHT = [Role.OWNER, Role.TREASURER, Role.ORGANISER]
WITHOUT = [Role.MODERATOR, Role.EDITOR, Role.AUDITOR]


def today() -> str:
    return clock.utcnow().date().isoformat()


def typed(appeal: Appeal, **changes: str) -> dict[str, str]:
    """A cheque over £25 of somebody who rang."""
    values = {
        "appeal": str(appeal.id),
        "amount": "25",
        "paying_by": "cheque",
        "received_on": today(),
        "bank_reference": "Cheque 000123",
        "source": "phone",
        "name": "Rana Aziz",
        "email": "rana@example.org",
        "locale": "ar",
    }
    return {name: value for name, value in (values | changes).items() if value}


def check(client: FlaskClient, values: dict[str, str]) -> TestResponse:
    """Send the form to be looked over."""
    form = form_to(client.get(NEW), NEW)
    return client.post(NEW, data={**form.values, **values})


def form_to(page: TestResponse, action: str) -> Form:
    assert page.status_code in {200, 409, 422}, page.status
    return next(each for each in forms_of(page) if each.action == action)


def enter(client: FlaskClient, values: dict[str, str]) -> TestResponse:
    """Look a gift over and enter it."""
    checked = check(client, values)
    assert checked.status_code == 200, words(checked)
    form = form_to(checked, NEW)
    return client.post(NEW, data=form.values | {"checked": "y"})


def only_donation() -> Donation:
    db.session.expire_all()
    return db.session.scalars(select(Donation)).one()


def mails() -> list[tuple[str, str]]:
    db.session.expire_all()
    rows = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id))
    return [(mail.template, mail.to) for mail in rows]


def actions_of(donation: Donation) -> list[str]:
    wanted = select(AuditEntry.action).where(AuditEntry.subject == f"donation:{donation.id}")
    return list(db.session.scalars(wanted.order_by(AuditEntry.id)))


@pytest.mark.one_database
@pytest.mark.parametrize("role", WITHOUT)
def test_who_may_not_change_donations_enters_none(
    client: FlaskClient, appeal: Appeal, role: Role
) -> None:
    with transaction():
        public_id = make_donation().public_id
    sign_in_as(client, role)
    token = token_on(client.get("/desk/account"))
    for path in (
        NEW,
        f"/desk/donations/{public_id}/received",
        f"/desk/donations/{public_id}/pay-link",
        f"/desk/donations/{public_id}/address",
        f"/desk/donations/{public_id}/move",
    ):
        assert client.get(path).status_code == 403
        assert client.post(path, data={"csrf_token": token}).status_code == 403
    assert "/desk/donations/new" not in client.get("/desk/donations/").get_data(as_text=True)


@pytest.mark.one_database
@pytest.mark.parametrize("role", WITH_RIGHT)
def test_who_answers_donors_enters_gifts(client: FlaskClient, appeal: Appeal, role: Role) -> None:
    sign_in_as(client, role)
    assert client.get(NEW).status_code == 200
    assert enter(client, typed(appeal)).status_code == 303


@pytest.mark.one_database
def test_a_form_without_proof_of_origin_is_refused(client: FlaskClient, appeal: Appeal) -> None:
    sign_in_as(client, Role.TREASURER)
    assert client.post(NEW, data=typed(appeal) | {"checked": "y"}).status_code == 400
    assert db.session.scalar(select(func.count(Donation.id))) == 0


@pytest.mark.one_database
def test_money_asks_for_the_password_again_after_a_while(
    client: FlaskClient, appeal: Appeal, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in_as(client, Role.TREASURER)
    later = clock.utcnow() + timedelta(minutes=40)
    monkeypatch.setattr(clock, "utcnow", lambda: later)
    answer = client.get(NEW)
    assert answer.status_code == 303
    assert "/desk/account/prove" in answer.location or "prove" in answer.location


def test_a_cheque_is_entered_with_receipt_and_consent(client: FlaskClient, appeal: Appeal) -> None:
    sign_in_as(client, Role.TREASURER)
    checked = check(client, typed(appeal, wants_updates="y", message="For the hall"))
    for shown in ("£25", "Cheque 000123", "Rana Aziz", "For the hall", "rana@example.org"):
        assert shown in words(checked)
    assert db.session.scalar(select(func.count(Donation.id))) == 0
    answer = enter(client, typed(appeal, wants_updates="y"))
    donation = only_donation()
    assert answer.location == f"/desk/donations/{donation.public_id}"
    assert (donation.source, donation.paying_by) == (DonationSource.PHONE, PayingBy.CHEQUE)
    assert (donation.state, donation.received_minor) == (DonationState.RECEIVED, 2500)
    assert donation.is_anonymous
    receipt = db.session.scalars(select(Receipt)).one()
    assert (receipt.number, receipt.amount_minor) == (1, 2500)
    assert mails() == [("appeals/receipt", "rana@example.org")]
    consent = db.session.scalars(select(Consent)).one()
    assert (consent.source, consent.locale) == (ConsentSource.PHONE, "ar")
    [entry] = ledger_reads.list_entries(donation.public_id)
    assert (entry.kind, entry.reason) == (EntryKind.OFFLINE, "Cheque 000123")
    assert "donation.entered" in actions_of(donation)
    assert (appeal.totals.received_minor, appeal.totals.gift_count) == (2500, 1)
    assert ledger.check_books() == []
    page = words(client.get(answer.location))
    for shown in ("She rang, or told us", "Cheque", "Bank account", "By: Amal Haddad."):
        assert shown in page


def test_somebody_without_an_address_gets_no_mail(client: FlaskClient, appeal: Appeal) -> None:
    sign_in_as(client, Role.TREASURER)
    enter(client, typed(appeal, email="", source="paper", paying_by="cash", bank_reference=""))
    donation = only_donation()
    assert (donation.source, donation.email, donation.supporter_id) == (
        DonationSource.PAPER,
        None,
        None,
    )
    assert mails() == []
    assert db.session.scalar(select(func.count(Receipt.id))) == 1
    assert "Cash box" in words(client.get(f"/desk/donations/{donation.public_id}"))


def test_the_same_form_twice_is_one_gift(client: FlaskClient, appeal: Appeal) -> None:
    sign_in_as(client, Role.TREASURER)
    sent = form_to(check(client, typed(appeal)), NEW).values | {"checked": "y"}
    answers = [client.post(NEW, data=sent) for _ in range(2)]
    assert len({answer.location for answer in answers}) == 1
    assert only_donation().received_minor == 2500
    assert len(mails()) == 1


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount": "0"}, "more than nothing"),
        ({"amount": "twenty"}, "in figures"),
        ({"amount": ""}, "Enter an amount"),
        ({"paying_by": ""}, "Choose how the money came."),
        ({"source": ""}, "Choose how she told us."),
        ({"email": "rana@"}, "@"),
        ({"received_on": "2199-01-01"}, "not in the future"),
        ({"received_on": ""}, "Enter the day."),
        ({"email": "", "wants_updates": "y"}, "enter her address"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    client: FlaskClient, appeal: Appeal, changes: dict[str, str], sentence: str
) -> None:
    sign_in_as(client, Role.TREASURER)
    form = form_to(client.get(NEW), NEW)
    sent = {**form.values, **typed(appeal), **changes}
    answer = client.post(NEW, data=sent)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "Rana Aziz" in answer.get_data(as_text=True)
    assert db.session.scalar(select(func.count(Donation.id))) == 0


@pytest.mark.one_database
def test_what_was_looked_over_can_be_changed(client: FlaskClient, appeal: Appeal) -> None:
    sign_in_as(client, Role.TREASURER)
    checked = form_to(check(client, typed(appeal)), NEW).values
    back = client.post(NEW, data=checked | {"change": "y"})
    assert form_to(back, NEW).values["name"] == "Rana Aziz"
    assert form_to(back, NEW).values["nonce"] == checked["nonce"]
    assert db.session.scalar(select(func.count(Donation.id))) == 0


def test_a_closed_appeal_takes_money_that_came_late(client: FlaskClient, appeal: Appeal) -> None:
    with transaction():
        db.session.get_one(Appeal, appeal.id).closes_at = clock.utcnow() - timedelta(hours=1)
    sign_in_as(client, Role.TREASURER)
    assert enter(client, typed(appeal)).status_code == 303
    assert only_donation().received_minor == 2500


# --- by card ------------------------------------------------------------------------------------


def test_who_wants_to_pay_by_card_gets_a_link(client: FlaskClient, appeal: Appeal) -> None:
    sign_in_as(client, Role.ORGANISER)
    answer = enter(client, typed(appeal, paying_by="card", received_on="", bank_reference=""))
    donation = only_donation()
    assert donation.promised_at is not None
    assert (donation.state, donation.paying_by) == (DonationState.NOT_PAID, PayingBy.CARD)
    assert mails() == [("appeals/pay_link", "rana@example.org")]
    assert db.session.scalar(select(func.count(Receipt.id))) == 0
    link = f"{answer.location}/pay-link"
    page = client.get(link)
    assert f"/ar/giving/{donation.public_id}.1." in page.get_data(as_text=True)
    client.post(link, data={"csrf_token": token_on(page)})
    assert len(mails()) <= 2
    assert "donation.link_sent" in actions_of(donation)


@pytest.mark.one_database
def test_too_much_for_a_card_is_refused(client: FlaskClient, appeal: Appeal) -> None:
    sign_in_as(client, Role.ORGANISER)
    values = typed(appeal, paying_by="card", amount="20000")
    answer = enter(client, values)
    assert answer.status_code == 422
    assert "largest gift" in words(answer)


# --- money that was promised --------------------------------------------------------------------


def receive(client: FlaskClient, public_id: str, **changes: str) -> TestResponse:
    path = f"/desk/donations/{public_id}/received"
    form = form_to(client.get(path), path)
    return client.post(path, data={**form.values, "paying_by": "transfer", **changes})


def test_money_of_a_promise_is_marked_received(client: FlaskClient, appeal: Appeal) -> None:
    with transaction():
        public_id = make_donation(covers_fee=True).public_id
    sign_in_as(client, Role.TREASURER)
    path = f"/desk/donations/{public_id}/received"
    form = form_to(client.get(path), path)
    assert form.values["amount"] == "10.00"
    assert form.values["bank_reference"].startswith("MSTR-")
    sent = {**form.values, "paying_by": "transfer", "amount": "12.50"}
    assert [client.post(path, data=sent).status_code for _ in range(2)] == [303, 303]
    donation = donation_of(public_id)
    assert (donation.received_minor, donation.amount_minor) == (1250, 1250)
    assert (donation.covered_fee_minor, donation.source) == (0, DonationSource.WEB)
    assert mails() == [("appeals/receipt", "salma@example.org")]
    assert ledger.check_books() == []


@pytest.mark.one_database
def test_a_stale_page_enters_nothing(client: FlaskClient, appeal: Appeal) -> None:
    with transaction():
        public_id = make_donation().public_id
    sign_in_as(client, Role.TREASURER)
    answer = receive(client, public_id, seen="other")
    assert answer.status_code == 409
    assert donation_of(public_id).received_minor == 0


def test_an_open_payment_page_is_closed_when_the_money_came(
    client: FlaskClient, appeal: Appeal, stripe: Rehearsal
) -> None:
    giver = Giver(stripe, appeal.id)
    public_id = giver.begin(make_gift())
    sign_in_as(client, Role.TREASURER)
    assert receive(client, public_id).status_code == 303
    assert not order_reads.order_status(public_id).checkout_url_open
    assert donation_of(public_id).received_minor == 1000
    assert ledger.check_books() == []


def test_what_was_paid_by_card_meanwhile_is_not_entered(
    client: FlaskClient, appeal: Appeal, stripe: Rehearsal
) -> None:
    giver = Giver(stripe, appeal.id)
    public_id = giver.give(make_gift())
    sign_in_as(client, Role.TREASURER)
    answer = receive(client, public_id)
    assert answer.status_code == 422
    assert "already been paid" in words(answer)
    assert donation_of(public_id).received_minor == 1000


# --- taken back ---------------------------------------------------------------------------------


def take_back(client: FlaskClient, donation: Donation, **changes: str) -> TestResponse:
    [payment] = order_reads.list_payments(donation.public_id)
    path = f"/desk/donations/{donation.public_id}/payments/{payment.id}/take-back"
    form = form_to(client.get(path), path)
    return client.post(path, data={**form.values, "reason": "Typed twice.", **changes})


def test_a_mistake_is_taken_back_and_told(client: FlaskClient, appeal: Appeal) -> None:
    sign_in_as(client, Role.TREASURER)
    enter(client, typed(appeal))
    assert [take_back(client, only_donation()).status_code for _ in range(2)] == [303, 303]
    donation = only_donation()
    assert (donation.state, donation.received_minor, donation.returned_minor) == (
        DonationState.NOT_PAID,
        0,
        0,
    )
    assert donation.settled_at is None
    assert [template for template, _ in mails()] == ["appeals/receipt", "appeals/receipt_void"]
    assert (appeal.totals.received_minor, appeal.totals.returned_minor) == (0, 0)
    assert appeal.totals.gift_count == 0
    page = words(client.get(f"/desk/donations/{donation.public_id}"))
    assert "A receipt is void" in page
    assert "Typed twice." in page
    assert ledger.check_books() == []


def test_who_had_no_receipt_by_mail_hears_nothing(client: FlaskClient, appeal: Appeal) -> None:
    sign_in_as(client, Role.TREASURER)
    enter(client, typed(appeal, email=""))
    take_back(client, only_donation())
    assert mails() == []


@pytest.mark.one_database
def test_taking_back_asks_why_and_looks_at_what_happened_meanwhile(
    client: FlaskClient, appeal: Appeal
) -> None:
    sign_in_as(client, Role.TREASURER)
    enter(client, typed(appeal))
    assert take_back(client, only_donation(), reason="").status_code == 422
    assert take_back(client, only_donation(), seen="other").status_code == 409
    assert only_donation().received_minor == 2500


@pytest.mark.one_database
def test_money_of_another_donation_or_by_card_is_not_there_to_take_back(
    client: FlaskClient, appeal: Appeal, stripe: Rehearsal
) -> None:
    public_id = Giver(stripe, appeal.id).give(make_gift())
    sign_in_as(client, Role.TREASURER)
    [payment] = order_reads.list_payments(public_id)
    path = f"/desk/donations/{public_id}/payments/{payment.id}/take-back"
    assert client.get(path).status_code == 404
    assert client.get(f"/desk/donations/{public_id}/payments/999/take-back").status_code == 404


@pytest.mark.one_database
def test_another_group_s_gifts_are_nobody_s_business(client: FlaskClient, appeal: Appeal) -> None:
    public_id = make_other_group_s_donation()
    with transaction():
        other = db.session.scalars(select(Appeal).where(Appeal.slug == "others-appeal")).one()
    sign_in_as(client, Role.OWNER)
    for page in ("received", "move", "address", "pay-link"):
        assert client.get(f"/desk/donations/{public_id}/{page}").status_code == 404
    form = form_to(client.get(NEW), NEW)
    answer = client.post(NEW, data={**form.values, **typed(other), "checked": "y"})
    assert answer.status_code == 422
