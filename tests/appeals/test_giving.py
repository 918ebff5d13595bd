"""A supporter gives: form, check page, payment page, and back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from app.appeals.models.donations import Donation
from app.appeals.queries import donations as donation_reads
from app.appeals.service import editing, retention
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.lib.errors import UnavailableError
from app.mail.models.outbox import OutboxMail
from app.payments.models.collecting import CheckoutAttempt
from app.payments.rules.attempts import AttemptState
from app.rehearsal.cards import Card
from app.supporters.models.people import Consent, Supporter
from app.supporters.queries import consents as consent_reads
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.service import people
from tests.appeals.crowd import together
from tests.appeals.donors import Donor, Form, forms_of
from tests.factories.appeals import make_appeal
from tests.factories.supporters import make_consent

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from app.appeals.models.appeals import Appeal
    from app.rehearsal.core import Rehearsal


def only_donation() -> Donation:
    """The one donation there is."""
    return db.session.scalars(select(Donation)).one()


def attempts() -> list[CheckoutAttempt]:
    return list(db.session.scalars(select(CheckoutAttempt).order_by(CheckoutAttempt.id)))


def session_of(answer: TestResponse) -> str:
    """The session that an answer leads to."""
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert answer.location.startswith("http://127.0.0.1:9/")
    return answer.location.rsplit("/", 1)[-1]


def way_back(stripe: Rehearsal, session_id: str) -> str:
    """The address that Stripe leads back to, without the host."""
    found = stripe.find_session(session_id)
    assert found is not None
    assert found[1]["success_url"] == found[1]["cancel_url"]
    return str(found[1]["success_url"]).removeprefix("http://localhost")


def a_minute_later(donor: Donor, path: str) -> TestResponse:
    """Look at a page again after a while: Stripe is not asked again at once."""
    with time_machine.travel(clock.utcnow() + timedelta(minutes=1), tick=True):
        return donor.client.get(path)


def words(page: TestResponse) -> str:
    """What stands on a page, without its tags."""
    text = re.sub(r"<[^>]+>", " ", page.get_data(as_text=True))
    return " ".join(text.replace("&#39;", "'").split())


def test_ten_pounds_arrive_and_are_thanked_for(donor: Donor, stripe: Rehearsal) -> None:
    session_id = session_of(donor.give())
    stripe.pay(session_id, Card.SUCCESS)
    page = donor.client.get(way_back(stripe, session_id))
    assert page.status_code == 200
    donation = only_donation()
    for told in (
        "Your gift has arrived", donation.reference, "salma@example.org", "LEA VALLEY* GET",
    ):  # fmt: skip
        assert told in words(page)
    assert (donation.received_minor, donation.on_its_way_minor) == (1000, 0)
    assert (donation.appeal.totals.received_minor, donation.appeal.totals.gift_count) == (1000, 1)
    assert donation_reads.list_receipts(donation.id)[0].number == 1
    assert db.session.scalars(select(OutboxMail)).one().to == "salma@example.org"
    assert len(stripe.objects("network", "checkout.session")) == 1


def test_the_thank_you_page_asks_again_and_changes_nothing(donor: Donor, stripe: Rehearsal) -> None:
    session_id = session_of(donor.give())
    stripe.pay(session_id, Card.SUCCESS)
    pages = [donor.client.get(way_back(stripe, session_id)) for _ in range(3)]
    assert {page.status_code for page in pages} == {200}
    assert only_donation().received_minor == 1000
    assert len(db.session.scalars(select(OutboxMail)).all()) == 1


def test_the_check_page_keeps_nothing_and_repeats_everything(
    donor: Donor, stripe: Rehearsal
) -> None:
    typed = donor.type(own_amount="12.50", public_name="Salma", name="Salma Haddad", covers_fee="y")
    page = donor.check(typed)
    assert page.status_code == 200
    for told in (
        "£12.50",
        "£0.40",
        "£12.90",
        "Once",
        "First year",
        "LEA VALLEY* GET STARTE",
        "Lea Valley Network (muster@example.org)",
        "salma@example.org",
        "Salma Haddad",
        "It goes to next year.",
    ):
        assert told in words(page)  # fmt: skip
    assert db.session.scalars(select(Donation)).all() == []
    assert db.session.scalars(select(Supporter)).all() == []
    assert stripe.objects("network", "checkout.session") == []
    assert forms_of(page)[0].values["csrf_token"] == typed["csrf_token"]


def test_a_gift_is_anonymous_unless_a_public_name_was_typed(donor: Donor) -> None:
    assert "In public Anonymous" in words(donor.check(donor.type(name="Salma Haddad")))
    donor.give(name="Salma Haddad")
    donation = only_donation()
    assert donation.is_anonymous
    assert (donation.public_name, donation.name) == (None, "Salma Haddad")


def test_change_leads_back_with_everything_typed(donor: Donor) -> None:
    typed = donor.type(own_amount="٣٣", public_name="سلمى", message="For <b>all</b>\nof us")
    sent = forms_of(donor.check(typed))[0].values
    for post in (donor.check, donor.pay):
        page = post({**sent, "change": "y"})
        assert page.status_code == 200
        kept = forms_of(page)[0].values
        assert kept["own_amount"] == "33.00"
        assert kept["public_name"] == "سلمى"
        assert kept["message"] == "For <b>all</b>\nof us"
        assert kept["csrf_token"] == typed["csrf_token"]
        assert "<details" in page.get_data(as_text=True)
        assert re.search(r"<details[^>]* open", page.get_data(as_text=True))
    assert db.session.scalars(select(Donation)).all() == []


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ({"amount": "25.00"}, 2500),
        ({"own_amount": "£1,000"}, 100_000),
        ({"own_amount": "٢٥"}, 2500),
        ({"own_amount": "  12.5 GBP "}, 1250),
        ({"amount": "25.00", "own_amount": "7"}, 700),
        ({"amount": "8.00"}, 800),
    ],
)
def test_amounts_are_read_as_people_write_them(
    donor: Donor, typed: dict[str, str], minor: int
) -> None:
    session_of(donor.give(**typed))
    assert only_donation().amount_minor == minor


def test_a_double_click_makes_one_donation_and_one_session(donor: Donor, stripe: Rehearsal) -> None:
    typed = donor.type()
    first, second = session_of(donor.pay(typed)), session_of(donor.pay(typed))
    assert first == second
    assert len(attempts()) == 1
    assert only_donation().form_nonce == typed["csrf_token"].split("~", maxsplit=1)[0]
    assert len(stripe.objects("network", "checkout.session")) == 1


def test_the_form_sent_again_after_paying_leads_to_the_thanks(
    donor: Donor, stripe: Rehearsal
) -> None:
    typed = donor.type()
    session_id = session_of(donor.pay(typed))
    stripe.pay(session_id, Card.SUCCESS)
    for values in (typed, {**typed, "own_amount": "99"}):
        again = donor.pay(values)
        assert again.status_code == 303
        assert again.location.startswith("/thanks/")
    assert len(attempts()) == 1
    assert only_donation().amount_minor == 1000
    assert len(stripe.objects("network", "payment_intent")) == 1


def test_a_changed_mind_withdraws_the_first_session(donor: Donor, stripe: Rehearsal) -> None:
    typed = donor.type()
    first = session_of(donor.pay(typed))
    second = session_of(donor.pay({**typed, "own_amount": "15", "public_name": "Salma"}))
    assert first != second
    assert only_donation().amount_minor == 1500
    assert not only_donation().is_anonymous
    states = {
        found["id"]: found["status"] for found in stripe.objects("network", "checkout.session")
    }
    assert states == {first: "expired", second: "open"}
    stripe.pay(second, Card.SUCCESS)
    donor.client.get(way_back(stripe, second))
    assert only_donation().received_minor == 1500


def test_two_tabs_are_two_gifts(donor: Donor, stripe: Rehearsal) -> None:
    first, second = session_of(donor.give()), session_of(donor.give())
    assert first != second
    assert len(db.session.scalars(select(Donation)).all()) == 2
    assert len(db.session.scalars(select(Supporter)).all()) == 1


def test_cancel_charges_nothing_and_one_button_goes_on(donor: Donor, stripe: Rehearsal) -> None:
    session_id = session_of(donor.give(own_amount="17", public_name="Salma"))
    back = way_back(stripe, session_id)
    page = donor.client.get(back)
    assert "Nothing was charged" in words(page)
    button = forms_of(page)[0]
    assert button.action == back
    assert session_of(donor.client.post(back, data=button.values)) == session_id
    assert len(attempts()) == 1


def test_coming_back_to_change_keeps_everything_and_the_same_donation(
    donor: Donor, stripe: Rehearsal
) -> None:
    first = session_of(donor.give(own_amount="17", public_name="Salma", message="Hello"))
    page = donor.client.get(way_back(stripe, first))
    link = re.search(r'href="([^"]+give\?again=[^"]+)"', page.get_data(as_text=True))
    assert link is not None
    form = forms_of(donor.client.get(link[1]))[0]
    assert (form.values["own_amount"], form.values["email"]) == ("17.00", "salma@example.org")
    assert (form.values["public_name"], form.values["message"]) == ("Salma", "Hello")
    second = session_of(pay_after_check(donor, form, own_amount="20"))
    assert only_donation().amount_minor == 2000
    assert only_donation().message == "Hello"
    assert second != first
    stripe.pay(second, Card.SUCCESS)
    donor.client.get(way_back(stripe, second))
    assert donor.client.get(link[1]).location.startswith("/thanks/")


def pay_after_check(donor: Donor, form: Form, **typed: str) -> TestResponse:
    """Send a form through the check page."""
    checked = donor.check({**form.values, **typed})
    assert checked.status_code == 200
    return donor.pay(forms_of(checked)[0].values)


def test_a_declined_card_can_be_followed_by_another(donor: Donor, stripe: Rehearsal) -> None:
    session_id = session_of(donor.give())
    stripe.pay(session_id, Card.DECLINED)
    page = donor.client.get(way_back(stripe, session_id))
    assert "Nothing was charged" in words(page)
    again = session_of(
        donor.client.post(way_back(stripe, session_id), data=forms_of(page)[0].values)
    )
    assert again == session_id
    stripe.pay(again, Card.SUCCESS)
    assert "Your gift has arrived" in words(a_minute_later(donor, way_back(stripe, session_id)))
    assert only_donation().received_minor == 1000


def test_an_expired_session_is_followed_by_a_new_one(donor: Donor, stripe: Rehearsal) -> None:
    session_id = session_of(donor.give())
    back = way_back(stripe, session_id)
    stripe.expire(session_id)
    page = donor.client.get(back)
    assert "not paid yet" in words(page)
    assert session_of(donor.client.post(back, data=forms_of(page)[0].values)) != session_id
    assert [each.state for each in attempts()] == [AttemptState.EXPIRED, AttemptState.OPEN]


def test_when_stripe_is_away_everything_is_kept_and_a_retry_works(
    donor: Donor, stripe: Rehearsal
) -> None:
    typed = donor.type(own_amount="21", public_name="Salma")
    stripe.fail_next("error_before", times=9)
    page = donor.pay(typed)
    assert page.status_code == 503
    assert "Nothing has been charged" in words(page)
    assert "What you typed is kept" in words(page)
    assert not only_donation().is_anonymous
    stripe.clear_faults()
    session_of(donor.pay(forms_of(page)[0].values))
    assert len(attempts()) == 1
    assert len(stripe.objects("network", "checkout.session")) == 1


def test_when_no_turn_to_write_comes_the_donor_is_told_to_try_again(
    donor: Donor, stripe: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_turn(*_args: object, **_values: object) -> None:
        raise UnavailableError

    typed = donor.type(own_amount="21", public_name="Salma")
    with monkeypatch.context() as patched:
        patched.setattr("app.appeals.flows.giving.give", no_turn)
        page = donor.pay(typed)
    assert page.status_code == 503
    assert "try again in a few minutes" in words(page)
    session_of(donor.pay(forms_of(page)[0].values))
    assert not only_donation().is_anonymous


@pytest.mark.parametrize("fault", ["reset_after", "gateway_after", "error_after"])
def test_an_answer_lost_after_the_effect_makes_one_payable_session(
    donor: Donor, stripe: Rehearsal, fault: str
) -> None:
    typed = donor.type()
    stripe.fail_next(fault)
    answer = donor.pay(typed)
    if answer.status_code == 503:
        stripe.clear_faults()
        answer = donor.pay(forms_of(answer)[0].values)
    session_id = session_of(answer)
    sessions = stripe.objects("network", "checkout.session")
    assert [each["id"] for each in sessions if each["status"] == "open"] == [session_id]
    stripe.pay(session_id, Card.SUCCESS)
    donor.client.get(way_back(stripe, session_id))
    assert only_donation().received_minor == 1000


def test_the_thank_you_page_says_when_it_does_not_know(donor: Donor, stripe: Rehearsal) -> None:
    session_id = session_of(donor.give())
    back = way_back(stripe, session_id)
    stripe.pay(session_id, Card.SUCCESS)
    stripe.fail_next("error_before", times=9)
    page = donor.client.get(back)
    assert page.status_code == 200
    assert "We do not know yet" in words(page)
    assert forms_of(page) == []
    stripe.clear_faults()
    assert "Your gift has arrived" in words(donor.client.get(back))


def test_an_appeal_that_closes_in_between_says_so_and_keeps_the_form(
    donor: Donor, appeal: Appeal, stripe: Rehearsal
) -> None:
    typed = donor.type(own_amount="44", public_name="Salma")
    with transaction():
        editing.close_appeal(appeal.id, now=clock.utcnow(), by=Actor.system())
    for post in (donor.check, donor.pay):
        page = post(typed)
        assert page.status_code == 422
        assert "This appeal has closed" in words(page)
        assert forms_of(page)[0].values["own_amount"] == "44"
    assert db.session.scalars(select(Donation)).all() == []
    assert donor.client.get("/appeals/get-started/give").status_code == 302


def test_a_closed_appeal_still_takes_the_money_of_an_open_session(
    donor: Donor, appeal: Appeal, stripe: Rehearsal
) -> None:
    session_id = session_of(donor.give())
    with transaction():
        editing.close_appeal(appeal.id, now=clock.utcnow(), by=Actor.system())
    back = way_back(stripe, session_id)
    page = donor.client.get(back)
    refused = donor.client.post(back, data=forms_of(page)[0].values)
    assert refused.status_code == 422
    assert "This appeal has closed" in words(refused)
    stripe.pay(session_id, Card.SUCCESS)
    assert "Your gift has arrived" in words(a_minute_later(donor, back))
    assert only_donation().appeal.totals.received_minor == 1000


def test_the_covered_fee_stays_out_of_the_goal(donor: Donor, stripe: Rehearsal) -> None:
    session_id = session_of(donor.give(covers_fee="y"))
    stripe.pay(session_id, Card.SUCCESS)
    donor.client.get(way_back(stripe, session_id))
    donation = only_donation()
    assert (donation.covered_fee_minor, donation.received_minor) == (36, 1036)
    assert donation.appeal.totals.received_minor == 1000


def consents() -> list[Consent]:
    db.session.expire_all()
    return list(db.session.scalars(select(Consent)))


def test_news_is_asked_for_and_never_assumed(donor: Donor, stripe: Rehearsal) -> None:
    for typed in (donor.type(), donor.type(wants_updates="y")):
        session_id = session_of(donor.pay(typed))
        # Until the money is here anybody may have typed her address.
        assert consents() == []
        stripe.pay(session_id, Card.SUCCESS)
        donor.client.get(way_back(stripe, session_id))
    (consent,) = consents()
    donation = db.session.scalars(select(Donation).where(Donation.consent_id.is_not(None))).one()
    assert (consent.purpose.value, consent.wording_version, consent.locale) == ("updates", 1, "en")
    assert donation.created_at <= consent.given_at < clock.utcnow()
    assert donation.news_asked_at is None


def test_a_changed_mind_about_news_is_a_changed_mind(donor: Donor, stripe: Rehearsal) -> None:
    typed = donor.type(wants_updates="y")
    donor.pay(typed)
    assert only_donation().news_asked_at is not None
    donor.pay({name: value for name, value in typed.items() if name != "wants_updates"})
    db.session.expire_all()
    assert (only_donation().news_asked_at, only_donation().news_wording) == (None, None)


def test_a_no_that_was_said_before_the_money_came_outlives_it(
    donor: Donor, stripe: Rehearsal
) -> None:
    purpose = ConsentPurpose.UPDATES
    session_id = session_of(donor.give(wants_updates="y"))
    donation = only_donation()
    group_id, her = donation.appeal.group_id, donation.supporter
    assert her is not None
    with time_machine.travel(clock.utcnow() + timedelta(minutes=1), tick=True), transaction():
        earlier = make_consent(her, group=donation.appeal.group, purpose=purpose)
        people.withdraw_consent(earlier, now=clock.utcnow(), by=Actor.visitor())
    stripe.pay(session_id, Card.SUCCESS)
    with time_machine.travel(clock.utcnow() + timedelta(minutes=2), tick=True):
        donor.client.get(way_back(stripe, session_id))
    assert only_donation().consent is not None
    assert not consent_reads.may_write(her.id, group_id, purpose)


def test_the_whole_way_is_there_in_arabic(donor: Donor, stripe: Rehearsal) -> None:
    arabic = Donor(donor.client, prefix="/ar")
    session_id = session_of(arabic.give())
    back = way_back(stripe, session_id)
    assert back.startswith("/ar/thanks/")
    stripe.pay(session_id, Card.SUCCESS)
    page = donor.client.get(back).get_data(as_text=True)
    assert 'dir="rtl"' in page
    assert "ساعدونا على البدء" in page
    assert db.session.scalars(select(OutboxMail)).one().locale == "ar"
    assert only_donation().locale == "ar"


def test_no_page_of_giving_sets_a_cookie(donor: Donor, stripe: Rehearsal) -> None:
    typed = donor.type()
    answers = [donor.client.get("/appeals/get-started"), donor.check(typed), donor.pay(typed)]
    answers.append(donor.client.get(way_back(stripe, session_of(answers[-1]))))
    assert all("Set-Cookie" not in answer.headers for answer in answers)


def test_a_suggested_amount_may_stand_in_the_address(donor: Donor) -> None:
    assert donor.open_form("?amount=25").values["amount"] == "25.00"
    for other in ("?amount=26", "?amount=x", "?amount=%00", "?amount=1e9"):
        page = donor.client.get(f"/appeals/get-started/give{other}")
        if page.status_code == 200:
            assert "amount" not in forms_of(page)[0].values
            assert forms_of(page)[0].values.get("own_amount") == ""


@pytest.mark.parametrize("token", ["x", "a.1.b", "0" * 20 + ".1." + "A" * 22, "%2e%2e"])
def test_a_wrong_link_finds_nothing(client: FlaskClient, appeal: Appeal, token: str) -> None:
    assert client.get(f"/thanks/{token}").status_code == 404
    assert client.get(f"/appeals/get-started/give?again={token}").status_code == 404


def test_a_link_for_one_purpose_opens_no_other(donor: Donor, stripe: Rehearsal) -> None:
    back = way_back(stripe, session_of(donor.give()))
    token = back.rsplit("/", 1)[-1]
    assert donor.client.get(f"/appeals/get-started/give?again={token}").status_code == 404


def test_a_forgotten_gift_cannot_be_gone_on_with(donor: Donor, stripe: Rehearsal) -> None:
    back = way_back(stripe, session_of(donor.give()))
    later = clock.utcnow() + timedelta(days=31)
    with transaction():
        assert retention.forget_abandoned(now=later) == 1
    with time_machine.travel(later, tick=True):
        page = donor.client.get(back)
        assert page.status_code == 200
        answer = donor.client.post(back, data=forms_of(page)[0].values)
        assert answer.status_code == 410
        assert "begun long ago" in words(answer)


def test_the_same_form_from_six_places_at_once_is_one_donation(
    disk_app: Flask, stripe: Rehearsal
) -> None:
    with disk_app.app_context(), transaction():
        make_appeal()
    typed = Donor(disk_app.test_client()).type(public_name="Salma", wants_updates="y")
    answers = together(6, lambda _: Donor(disk_app.test_client()).pay(typed))
    reached = {answer.location for answer in answers if answer.status_code == 303}
    assert {answer.status_code for answer in answers} <= {303, 503}
    assert len(reached) == 1
    assert len(stripe.objects("network", "checkout.session")) == 1
    with disk_app.app_context():
        assert only_donation().news_asked_at is not None
        assert len(attempts()) == 1
