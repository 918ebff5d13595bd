"""Giving while cards rest, other ways than cards, and the guard as a donor meets it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from app.appeals.models.donations import Donation
from app.appeals.queries import donations as donation_reads
from app.appeals.rules.giving import ABANDONED_AFTER, PROMISE_KEPT
from app.appeals.rules.words import PayingBy
from app.appeals.service import promises, retention
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.groups import queries as groups
from app.groups import service as groups_service
from app.groups.service import PaymentAccountDetails
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from app.mail.render import build_message
from app.payments.flows import guarded, mirror
from app.payments.models.guard import CardTry
from app.payments.models.inbox import StripeEvent
from app.payments.queries import guard as reads
from app.payments.rules import guard as rules
from app.payments.rules.events import EventState
from app.payments.rules.guard import TryState, Visitor
from app.payments.service.guard import Knock
from app.rehearsal.cards import Card
from app.settings import activate, settings
from tests.appeals.donors import Donor, forms_of
from tests.factories.appeals import BY, make_donation

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from app.appeals.models.appeals import Appeal
    from app.rehearsal.core import Rehearsal


@pytest.fixture
def bank(appeal: Appeal) -> None:
    """The body's bank details."""
    account = groups.get_payment_account("network")
    details = PaymentAccountDetails(
        legal_name=account.legal_name,
        statement_name=account.statement_name,
        sender_name=account.sender_name,
        bank_account_name="Lea Valley Network",
        bank_sort_code="12 34 56",
        bank_account_number="12345678",
        bank_iban="GB33 BUKB 2020 1555 5555 55",
        cheque_payee="Lea Valley Network",
        cheque_post_to="12 Rye Lane, London",
    )
    with transaction():
        groups_service.edit_payment_account(
            account.id, details, seen=account.fingerprint, now=clock.utcnow(), by=BY
        )


def switch(*, on: bool) -> None:
    with transaction():
        account = groups.get_payment_account("network")
        groups_service.switch_cards(account, on=on, now=clock.utcnow(), by=BY)


def promise(donor: Donor, **typed: str) -> TestResponse:
    """Press a button of the other ways."""
    return donor.client.post(f"/appeals/{donor.slug}/give/promise", data=donor.type(**typed))


def the_donation() -> Donation:
    db.session.expire_all()
    found: Donation = db.session.scalars(db.select(Donation)).one()
    return found


def mails(template: str) -> list[OutboxMail]:
    db.session.expire_all()
    return list(
        db.session.scalars(db.select(OutboxMail).where(OutboxMail.template == template)).all()
    )


def said(mail: OutboxMail) -> str:
    """All that a mail says."""
    message = build_message(mail)
    parts = [part.get_content() for part in message.iter_parts()]
    return " ".join([message["Subject"], *parts])


def link_in(mail: OutboxMail, start: str) -> str:
    """The path of a private link in a mail."""
    return next(urlsplit(word).path for word in said(mail).split() if f"/{start}/" in word)


# --- other ways -----------------------------------------------------------------------------------


def test_nothing_is_offered_where_no_details_are_kept(donor: Donor) -> None:
    page = donor.client.get("/appeals/get-started/give").get_data(as_text=True)
    assert "Other ways to pay" not in page


@pytest.mark.usefixtures("bank")
def test_the_details_stand_below_the_form_with_the_givers_own_reference(donor: Donor) -> None:
    page = donor.client.get("/appeals/get-started/give").get_data(as_text=True)
    for detail in ("12-34-56", "12345678", "GB33 BUKB 2020 1555 5555 55", "12 Rye Lane, London"):
        assert detail in page
    assert db.session.scalar(db.select(Donation.id)) is None, "showing it keeps nothing"


@pytest.mark.usefixtures("bank")
def test_the_reference_that_a_page_shows_is_the_one_that_is_kept(donor: Donor) -> None:
    page = donor.client.get("/appeals/get-started/give")
    typed = forms_of(page)[0].values | {"email": "salma@example.org", "own_amount": "12"}
    checked = donor.check(typed)
    donor.pay(forms_of(checked)[0].values)
    reference = the_donation().reference
    assert reference in page.get_data(as_text=True)
    assert reference in checked.get_data(as_text=True)


def test_a_reference_that_somebody_else_has_is_not_given_twice(app: Flask, appeal: Appeal) -> None:
    with transaction():
        first = make_donation(appeal, nonce="same")
        expected = first.reference
        first.form_nonce = "other"
        second = make_donation(appeal, nonce="same", email="b@example.org")
    assert second.reference != expected


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize("way", ["transfer", "standing_order", "cheque"])
def test_a_promise_is_kept_shown_and_mailed_and_reaches_no_stripe(
    donor: Donor, stripe: Rehearsal, way: str
) -> None:
    answer = promise(donor, paying_by=way, name="Salma <b>", message="For the van")
    assert answer.status_code == 303
    donation = the_donation()
    assert (donation.paying_by, donation.name) == (PayingBy(way), "Salma <b>")
    assert donation.promised_at is not None
    page = donor.client.get(answer.location).get_data(as_text=True)
    assert donation.reference in page
    assert "£10" in page
    [mail] = mails("appeals/promise")
    assert donor.client.get(link_in(mail, "promise")).status_code == 200
    text = said(mail)
    assert "Salma" not in text, "a mail to an address that somebody typed says nothing typed"
    assert donation.reference in text
    assert stripe.objects("network", "checkout.session") == []


@pytest.mark.usefixtures("bank")
def test_a_promise_with_a_mistake_keeps_what_was_typed(donor: Donor) -> None:
    answer = promise(donor, paying_by="transfer", email="", name="Salma")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "Salma" in page) == (422, True)
    assert "Enter your e-mail address" in page
    unknown = promise(donor, paying_by="gold")
    assert "Please choose how you will pay" in unknown.get_data(as_text=True)


def test_a_way_that_is_not_offered_is_refused(donor: Donor) -> None:
    assert "not offered here" in promise(donor, paying_by="cheque").get_data(as_text=True)


@pytest.mark.usefixtures("bank")
def test_promises_in_somebody_elses_name_do_not_fill_her_mailbox(donor: Donor) -> None:
    for _ in range(5):
        assert promise(donor, paying_by="transfer", email="victim@example.org").status_code == 303
    assert len(mails("appeals/promise")) == 1


@pytest.mark.usefixtures("bank")
def test_the_form_for_a_standing_order_is_the_same_whenever_it_is_printed(donor: Donor) -> None:
    address = "/appeals/get-started/give/standing-order"
    sent_on = donor.client.get(address)
    assert sent_on.status_code == 302
    page = donor.client.get(sent_on.location).get_data(as_text=True)
    assert sent_on.location.rpartition("=")[2] in page
    assert "12-34-56" in page
    assert donor.client.get(f"{address}?reference=<script>").status_code == 302


# --- cards rest -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("bank")
def test_while_cards_rest_the_page_says_so_and_shows_the_other_ways(donor: Donor) -> None:
    switch(on=False)
    page = donor.client.get("/appeals/get-started/give").get_data(as_text=True)
    assert "We cannot take cards at the moment" in page
    assert "Tell me when cards work again" in page
    assert "12-34-56" in page
    assert ">Continue<" not in page


@pytest.mark.parametrize("step", ["check", "pay"])
def test_a_form_that_was_open_when_cards_went_off_keeps_everything(
    donor: Donor, stripe: Rehearsal, step: str
) -> None:
    typed = donor.type(name="Salma", message="For the van", own_amount="17")
    switch(on=False)
    answer = donor.check(typed) if step == "check" else donor.pay(typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for kept in ("Salma", "For the van", 'value="17"', "salma@example.org"):
        assert kept in page
    assert "Tell me when cards work again" in page
    assert stripe.objects("network", "checkout.session") == []


def test_who_asked_gets_exactly_one_link_however_often_cards_flip(
    donor: Donor, stripe: Rehearsal
) -> None:
    switch(on=False)
    assert promise(donor, paying_by="card").status_code == 303
    for _ in range(3):
        switch(on=False)
        with transaction():
            promises.tell_cards_are_back(now=clock.utcnow())
        switch(on=True)
        for _ in range(2):
            with transaction():
                promises.tell_cards_are_back(now=clock.utcnow())
    [mail] = mails("appeals/cards_back")
    link = link_in(mail, "give/go-on")
    page = donor.client.get(link)
    assert stripe.objects("network", "checkout.session") == [], "looking changes nothing"
    answer = donor.client.post(link, data=forms_of(page)[0].values)
    [session] = stripe.objects("network", "checkout.session")
    assert (answer.status_code, answer.location) == (303, session["url"])


def test_nobody_is_told_while_cards_rest(donor: Donor) -> None:
    switch(on=False)
    promise(donor, paying_by="card")
    with transaction():
        assert promises.tell_cards_are_back(now=clock.utcnow()) == 0
    assert mails("appeals/cards_back") == []


def test_a_promise_is_waited_for_longer_than_a_gift_that_was_left(
    app: Flask, appeal: Appeal
) -> None:
    now = clock.utcnow()
    with transaction():
        donation = make_donation(appeal, now=now)
        donation.promised_at, donation.paying_by = now, PayingBy.TRANSFER
        public_id = donation.public_id
    for after, is_kept in ((ABANDONED_AFTER, True), (PROMISE_KEPT, False)):
        with transaction():
            retention.forget_abandoned(now=now + after + timedelta(hours=1))
        assert (donation_reads.get_donation(public_id).email is not None) == is_kept


def test_a_withdrawn_promise_is_a_gift_that_was_left(app: Flask, appeal: Appeal) -> None:
    with transaction():
        donation = make_donation(appeal)
        donation.promised_at = clock.utcnow()
        promises.withdraw(donation, now=clock.utcnow(), by=Actor.system())
        promises.withdraw(donation, now=clock.utcnow(), by=Actor.system())
    assert the_donation().promised_at is None


# --- the guard, as a donor meets it ---------------------------------------------------------------


def fill_network(address: str = "127.0.0.1") -> None:
    """So many from one network began and left that the next ones are asked."""
    account_id = groups.get_payment_account("network").id
    for number in range(rules.NETWORK.unpaid):
        wanted = Knock(
            order_key=f"left-{number}", account_id=account_id, visitor=Visitor.at(address)
        )
        guarded.knock(wanted, now=clock.utcnow())


def test_beside_thieves_a_donor_goes_on_by_a_link_in_a_mail(
    donor: Donor, stripe: Rehearsal
) -> None:
    fill_network()
    answer = donor.give(name="Salma", message="Secret words")
    assert (answer.status_code, answer.location) == (303, "/appeals/get-started/give/mail")
    assert donor.client.get(answer.location).status_code == 200
    assert stripe.objects("network", "checkout.session") == []
    assert the_donation().message == "Secret words"
    [mail] = mails("appeals/proof")
    text = said(mail)
    for typed in ("Salma", "Secret", "£10", the_donation().reference):
        assert typed not in text
    link = link_in(mail, "give/go-on")
    page = donor.client.get(link)
    answer = donor.client.post(link, data=forms_of(page)[0].values)
    [session] = stripe.objects("network", "checkout.session")
    assert answer.location == session["url"]


def test_the_address_of_a_visitor_is_not_believed_from_a_header(
    donor: Donor, stripe: Rehearsal
) -> None:
    fill_network()
    typed = forms_of(donor.check(donor.type()))[0].values
    for number in range(20):
        spoofed = {"X-Forwarded-For": f"10.1.{number}.1"}
        answer = donor.client.post("/appeals/get-started/give", data=typed, headers=spoofed)
        assert answer.location.endswith("/give/mail")
    assert stripe.objects("network", "checkout.session") == []
    assert len(mails("appeals/proof")) == 1


def test_bots_of_every_kind_reach_stripe_a_few_times_and_donors_always(
    client: FlaskClient, appeal: Appeal, stripe: Rehearsal
) -> None:
    """The hour of thieves in small, through the pages: forty tries of one network and a donor."""
    thief, donor = Donor(client), Donor(client)
    for number in range(40):
        typed = thief.type(email=f"thief{number}@example.org")
        if number % 4 == 0:
            typed["fax_number"] = "020 7946 0000"
        if number % 4 == 1:
            typed["csrf_token"] = "made up"
        thief.pay(typed)
    assert len(stripe.objects("network", "checkout.session")) <= rules.NETWORK.unpaid
    donor.give(email="salma@example.org")
    [mail] = [each for each in mails("appeals/proof") if each.to == "salma@example.org"]
    link = link_in(mail, "give/go-on")
    answer = client.post(link, data=forms_of(client.get(link))[0].values)
    assert answer.location.startswith("http://127.0.0.1:9")


def test_the_hidden_field_asks_a_browser_that_fills_in_everything_to_send_again(
    donor: Donor,
) -> None:
    typed = donor.type(name="Salma", fax_number="020 7946 0000")
    answer = donor.check(typed)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "a field that is to stay empty" in page) == (422, True)
    assert "Salma" in page
    assert "020 7946 0000" not in page
    again = forms_of(answer)[0].values
    assert donor.check(again | {"amount": "10.00"}).status_code == 200


def test_whoever_is_too_fast_presses_once_more(
    donor: Donor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, now = settings(), clock.timestamp()
    monkeypatch.setattr(clock, "timestamp", lambda: now)
    activate(before.model_copy(update={"gift_form_seconds": 3}))
    try:
        typed = donor.type(name="Salma")
        answer = donor.pay(typed)
        assert answer.status_code == 422
        assert "very quick" in answer.get_data(as_text=True)
        assert "Salma" in answer.get_data(as_text=True)
        monkeypatch.setattr(clock, "timestamp", lambda: now + 3)
        assert donor.pay(typed).status_code == 303
    finally:
        activate(before)


def test_where_the_guard_cannot_write_nothing_reaches_stripe(
    donor: Donor, stripe: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise ConnectionError

    typed = forms_of(donor.check(donor.type()))[0].values
    monkeypatch.setattr("app.payments.service.guard.admit", away)
    with pytest.raises(ConnectionError):
        donor.pay(typed)
    assert stripe.objects("network", "checkout.session") == []


def test_refused_cards_close_a_page_and_count_against_its_network(
    donor: Donor, stripe: Rehearsal
) -> None:
    """Five on one page close it; the sixth finds nothing to try, and the row weighs as much."""
    donor.give()
    [session] = stripe.objects("network", "checkout.session")
    stripe.pay(session["id"], Card.DECLINED)
    [intent] = stripe.objects("network", "payment_intent")
    account, now = groups.get_payment_account("network"), clock.utcnow()
    mirror.sync_intent(account, intent["id"], now=now)
    for number in range(rules.REFUSED_CARDS):
        assert guarded.close_tested_pages(now=now) == 0
        with transaction():
            db.session.add(refusal(account.id, intent["id"], number))
    assert guarded.close_tested_pages(now=now) == 1
    assert guarded.close_tested_pages(now=now) == 0
    [session] = stripe.objects("network", "checkout.session")
    assert session["status"] == "expired"
    [kept] = db.session.scalars(db.select(CardTry)).all()
    assert kept.state is TryState.BAD
    assert reads.site_pressure(now=now).of_site == rules.BAD_WEIGHT


def refusal(account_id: int, intent_id: str, number: int) -> StripeEvent:
    """News that a card was refused, as the inbox keeps it."""
    return StripeEvent(
        payment_account_id=account_id,
        event_id=f"evt_{number}",
        type="payment_intent.payment_failed",
        object_type="payment_intent",
        object_id=intent_id,
        is_live=False,
        created_at=clock.utcnow(),
        received_at=clock.utcnow(),
        state=EventState.DONE,
    )
