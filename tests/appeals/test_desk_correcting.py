"""Gifts put right at the desk: address, receipt, appeal; the sums stay true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.appeals.errors import OtherBodyError
from app.appeals.models.appeals import Appeal, AppealTotals
from app.appeals.models.donations import Donation, Receipt
from app.appeals.queries import regular as regular_reads
from app.appeals.rules.entering import Arrival, Entry
from app.appeals.rules.words import DonationSource, PayingBy
from app.appeals.service import entering, moving
from app.appeals.service.moving import Move
from app.audit.models import AuditEntry
from app.db.session import db, transaction
from app.ledger import queries as ledger_reads
from app.ledger import service as ledger
from app.ledger.models import Fund
from app.lib import clock, ids
from app.lib.money import Money
from app.mail.models.outbox import OutboxMail
from app.payments.flows import sweep
from app.payments.queries import orders as order_reads
from tests.appeals.money import Giver, donation_of
from tests.appeals.regulars import begin_regular, renew
from tests.appeals.test_desk_donations import make_other_group_s_donation, sign_in_as
from tests.appeals.test_desk_entering import form_to
from tests.appeals.test_giving import words
from tests.factories.accounts import token_on
from tests.factories.appeals import BY, make_appeal, make_donation, make_fund, make_gift

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from app.rehearsal.core import Rehearsal


@pytest.fixture
def hall(appeal: Appeal) -> Appeal:
    """Another appeal of the same body, with a fund of its own."""
    with transaction():
        return make_appeal(fund=make_fund(slug="hall-fund"), slug="hall")


@pytest.fixture
def pair(appeal: Appeal, hall: Appeal) -> tuple[Appeal, Appeal]:
    """Both appeals."""
    return appeal, hall


def kinds() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(OutboxMail.template).order_by(OutboxMail.id)))


def move(client: FlaskClient, public_id: str, target: Appeal, **typed: str) -> TestResponse:
    path = f"/desk/donations/{public_id}/move"
    form = form_to(client.get(path), path)
    values = {**form.values, "appeal": str(target.id), "reason": "She meant the hall."}
    return client.post(path, data=values | typed)


def totals(appeal: Appeal) -> tuple[int, int, int]:
    db.session.expire_all()
    row = db.session.get_one(AppealTotals, appeal.id)
    return row.received_minor, row.returned_minor, row.gift_count


def held(fund_id: int) -> tuple[int, int, int]:
    db.session.expire_all()
    rows = ledger_reads.list_balances(fund_id)
    return next((row.held_minor, row.received_minor, row.fees_minor) for row in rows)


# --- moving -------------------------------------------------------------------------------------


def test_a_gift_moves_with_its_money_and_its_donor_is_told(
    client: FlaskClient, appeal: Appeal, hall: Appeal, stripe: Rehearsal
) -> None:
    giver = Giver(stripe, appeal.id)
    public_id = giver.give(make_gift(covers_fee=True))
    giver.refund(public_id, 300)
    before, sums = totals(appeal), held(appeal.fund_id)
    sign_in_as(client, Role.TREASURER)
    answers = [move(client, public_id, hall)]
    form = f"/desk/donations/{public_id}/move"
    token = token_on(client.get("/desk/account"))
    answers.append(client.post(form, data={"csrf_token": token, "appeal": str(hall.id)}))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert (totals(appeal), totals(hall)) == ((0, 0, 0), before)
    assert (held(appeal.fund_id), held(hall.fund_id)) == ((0, 0, 0), sums)
    donation = donation_of(public_id)
    assert (donation.appeal_id, donation.fund_id) == (hall.id, hall.fund_id)
    assert kinds() == ["appeals/receipt", "appeals/refund", "appeals/moved"]
    assert db.session.scalars(select(Receipt.number)).all() == [1]
    giver.refund(public_id, 200)
    assert totals(appeal) == (0, 0, 0)
    assert held(appeal.fund_id) == (0, 0, 0)
    sweep.sweep(now=clock.utcnow(), account_name="network", is_deep=True)
    assert ledger.check_books() == []
    page = words(client.get(f"/desk/donations/{public_id}"))
    assert "Moved to another appeal" in page
    assert "She meant the hall." in page
    wanted = select(AuditEntry).where(AuditEntry.action == "donation.moved")
    [line] = db.session.scalars(wanted).all()
    assert line.detail is not None
    assert line.detail["appeal"] == [appeal.id, hall.id]


def test_a_gift_moves_between_appeals_of_one_fund(
    client: FlaskClient, appeal: Appeal, stripe: Rehearsal
) -> None:
    with transaction():
        other = make_appeal(slug="other")
    public_id = Giver(stripe, appeal.id).give(make_gift())
    sums = held(appeal.fund_id)
    sign_in_as(client, Role.ORGANISER)
    assert move(client, public_id, other).status_code == 303
    assert (totals(appeal), totals(other)) == ((0, 0, 0), (1000, 0, 1))
    assert held(appeal.fund_id) == sums
    assert ledger.check_books() == []


def test_money_for_one_purpose_moves_only_when_the_donor_asks(
    client: FlaskClient, appeal: Appeal, hall: Appeal, stripe: Rehearsal
) -> None:
    public_id = Giver(stripe, appeal.id).give(make_gift())
    with transaction():
        db.session.get_one(Fund, appeal.fund_id).is_restricted = True
    sign_in_as(client, Role.TREASURER)
    refused = move(client, public_id, hall)
    assert refused.status_code == 422
    assert "one purpose alone" in words(refused)
    assert totals(hall) == (0, 0, 0)
    assert move(client, public_id, hall, donor_asked="y").status_code == 303
    assert totals(hall) == (1000, 0, 1)
    assert ledger.check_books() == []


@pytest.mark.one_database
def test_a_move_asks_why_and_looks_at_what_happened_meanwhile(
    client: FlaskClient, appeal: Appeal, hall: Appeal, stripe: Rehearsal
) -> None:
    public_id = Giver(stripe, appeal.id).give(make_gift())
    sign_in_as(client, Role.TREASURER)
    assert move(client, public_id, hall, reason="").status_code == 422
    assert move(client, public_id, hall, seen="other").status_code == 409
    assert totals(hall) == (0, 0, 0)
    assert held(hall.fund_id) == (0, 0, 0)
    assert ledger.check_books() == []


@pytest.mark.one_database
def test_money_never_moves_to_another_body(appeal: Appeal, stripe: Rehearsal) -> None:
    public_id = Giver(stripe, appeal.id).give(make_gift())
    make_other_group_s_donation()
    other = db.session.scalars(select(Appeal).where(Appeal.slug == "others-appeal")).one()
    seen = donation_of(public_id).fingerprint
    with pytest.raises(OtherBodyError), transaction():
        moving.move(public_id, other, Move(reason="No."), seen=seen, now=clock.utcnow(), by=BY)


@pytest.mark.one_database
def test_where_there_is_nowhere_to_go_the_page_says_so(client: FlaskClient, appeal: Appeal) -> None:
    with transaction():
        public_id = make_donation().public_id
    sign_in_as(client, Role.TREASURER)
    page = words(client.get(f"/desk/donations/{public_id}/move"))
    assert "No other appeal has the same payment account" in page


@pytest.mark.parametrize("coming", ["this", "all"])
def test_a_regular_gift_moves_this_collection_or_all_that_come(
    client: FlaskClient, appeal: Appeal, hall: Appeal, stripe: Rehearsal, coming: str
) -> None:
    regular = begin_regular(stripe, appeal.id)
    [first] = regular_reads.list_collections(regular.id)
    sign_in_as(client, Role.TREASURER)
    assert move(client, first.public_id, hall, coming=coming).status_code == 303
    renew(stripe)
    newest, oldest = regular_reads.list_collections(regular.id)
    assert oldest.appeal_id == hall.id
    expected = hall if coming == "all" else appeal
    assert (newest.appeal_id, newest.fund_id) == (expected.id, expected.fund_id)
    assert totals(expected)[2] == (2 if coming == "all" else 1)
    assert ledger.check_books() == []


STEPS = st.lists(
    st.sampled_from(["card", "cash", "refund", "move", "back", "void", "restrict"]),
    min_size=1,
    max_size=8,
)


@pytest.mark.one_database
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, choice=st.integers(0, 5), minor=st.integers(1, 900))
def test_whatever_is_moved_the_sums_are_those_of_a_recount(
    pair: tuple[Appeal, Appeal], stripe: Rehearsal, steps: list[str], choice: int, minor: int
) -> None:
    giver, made = Giver(stripe, pair[0].id), list[str]()
    for step in steps:
        _play(step, giver, made, pair, choice=choice, minor=minor)
    assert ledger.check_books() == []
    for each in pair:
        received = held(each.fund_id)[1]
        gifts = db.session.scalars(select(Donation).where(Donation.appeal_id == each.id)).all()
        assert totals(each)[0] == sum(gift.received_gift_minor for gift in gifts)
        assert received == sum(gift.received_minor for gift in gifts)


def _play(
    step: str,
    giver: Giver,
    made: list[str],
    appeals: tuple[Appeal, Appeal],
    *,
    choice: int,
    minor: int,
) -> None:
    if step == "card":
        made.append(giver.give(make_gift(covers_fee=choice % 2 == 0)))
    elif step == "cash":
        made.append(_cash(appeals[0], minor))
    elif made:
        _change(step, giver, made[choice % len(made)], appeals, minor=minor)


def _cash(appeal: Appeal, minor: int) -> str:
    now, amount = clock.utcnow(), Money(minor, "GBP")
    entry = Entry(amount=amount, source=DonationSource.PAPER, locale="en", paying_by=PayingBy.CASH)
    arrival = Arrival(amount=amount, paying_by=PayingBy.CASH, received_at=now)
    with transaction():
        fresh = db.session.get_one(Appeal, appeal.id)
        nonce = ids.token(16)
        return entering.enter(fresh, entry, arrival, nonce=nonce, now=now, by=BY).public_id


def _change(
    step: str, giver: Giver, public_id: str, appeals: tuple[Appeal, Appeal], *, minor: int
) -> None:
    donation, now = donation_of(public_id), clock.utcnow()
    [payment] = order_reads.list_payments(public_id)
    if step == "refund" and payment.intent_id and donation.received_minor > minor:
        giver.refund(public_id, minor)
    elif step == "void" and payment.offline_ref and not payment.is_void:
        with transaction():
            entering.take_back(public_id, payment.id, reason="Wrong.", now=now, by=BY)
    elif step in {"move", "back"}:
        target_id = appeals[step == "move"].id
        if donation.appeal_id != target_id:
            seen = donation.fingerprint
            with transaction():
                target = db.session.get_one(Appeal, target_id)
                wish = Move(reason="Asked.", donor_asked=True)
                moving.move(public_id, target, wish, seen=seen, now=now, by=BY)


# --- the address --------------------------------------------------------------------------------


def correct(client: FlaskClient, public_id: str, **typed: str) -> TestResponse:
    path = f"/desk/donations/{public_id}/address"
    form = form_to(client.get(path), path)
    values = {"email": "Salma@example.net", "reason": "She rang."}
    return client.post(path, data={**form.values, **values, **typed})


def test_a_corrected_address_gets_the_receipt_and_the_old_one_no_name(
    client: FlaskClient, appeal: Appeal, stripe: Rehearsal
) -> None:
    public_id = Giver(stripe, appeal.id).give(make_gift(name="Salma Haddad"))
    sign_in_as(client, Role.ORGANISER)
    assert correct(client, public_id).status_code == 303
    donation = donation_of(public_id)
    assert (donation.email, donation.link_version) == ("salma@example.net", 2)
    rows = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
    assert ("appeals/receipt", "salma@example.net") in [(row.template, row.to) for row in rows]
    for row in rows:
        if row.to == "salma@example.org" and row.template != "appeals/receipt":
            assert "Haddad" not in str(row.values)
            assert "1000" not in str(row.values)
    assert "She rang." in words(client.get(f"/desk/donations/{public_id}"))


@pytest.mark.one_database
def test_a_wrong_address_a_missing_reason_and_a_stale_page_change_nothing(
    client: FlaskClient, appeal: Appeal
) -> None:
    with transaction():
        public_id = make_donation().public_id
    sign_in_as(client, Role.ORGANISER)
    assert correct(client, public_id, email="salma@").status_code == 422
    assert correct(client, public_id, reason="").status_code == 422
    assert correct(client, public_id, seen="other").status_code == 409
    assert donation_of(public_id).email == "salma@example.org"


# --- the receipt --------------------------------------------------------------------------------


def test_a_receipt_is_printed_in_the_donor_s_language_and_sent_again(
    client: FlaskClient, appeal: Appeal, stripe: Rehearsal
) -> None:
    public_id = Giver(stripe, appeal.id).give(make_gift(locale="ar", name="Salma Haddad"))
    sign_in_as(client, Role.ORGANISER)
    path = f"/desk/donations/{public_id}/receipts/1"
    printed = client.get(path).get_data(as_text=True)
    assert '<article class="receipt-sheet" lang="ar" dir="rtl">' in printed
    assert "Salma Haddad" in printed
    english = words(client.get(f"{path}?language=en"))
    for shown in ("Receipt 1", "£10", "Lea Valley Solidarity Network", "LEA VALLEY*", "MSTR-"):
        assert shown in english
    sent = client.post(f"{path}/send", data={"csrf_token": token_on(client.get(path))})
    assert sent.status_code == 303
    assert kinds() == ["appeals/receipt", "appeals/receipt"]
    assert client.get(f"/desk/donations/{public_id}/receipts/2").status_code == 404


@pytest.mark.one_database
@pytest.mark.parametrize("role", [Role.MODERATOR, Role.AUDITOR, Role.EDITOR])
def test_who_may_not_change_donations_opens_no_receipt(
    client: FlaskClient, appeal: Appeal, stripe: Rehearsal, role: Role
) -> None:
    public_id = Giver(stripe, appeal.id).give(make_gift())
    sign_in_as(client, role)
    assert client.get(f"/desk/donations/{public_id}/receipts/1").status_code == 403
