"""The form of giving again and again: asked clearly, repeated in words, kept once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from app.appeals.models.donations import Donation
from app.appeals.models.regular import RegularDonation
from app.appeals.rules.words import Frequency, RegularState
from app.db.session import db, transaction
from app.lib import clock
from app.payments.rules.plans import months_later
from app.rehearsal.cards import Card
from app.web.filters import day
from tests.appeals.donors import Donor, forms_of
from tests.appeals.test_giving import a_minute_later, only_donation, session_of, way_back, words

if TYPE_CHECKING:
    from app.appeals.models.appeals import Appeal
    from app.rehearsal.core import Rehearsal

pytestmark = pytest.mark.one_database


def regulars() -> int:
    return db.session.scalar(select(func.count(RegularDonation.id))) or 0


def test_once_stands_first_and_is_chosen_for_everybody(donor: Donor) -> None:
    page = donor.client.get("/appeals/get-started/give")
    assert forms_of(page)[0].values["frequency"] == "once"
    assert "is_adult" not in forms_of(page)[0].values
    text = page.get_data(as_text=True)
    assert text.index('value="once"') < text.index('value="monthly"') < text.index('value="yearly"')


@pytest.mark.parametrize(
    ("query", "chosen"),
    [("?frequency=monthly", "monthly"), ("?frequency=yearly", "yearly"), ("?frequency=x", "once")],
)
def test_only_a_link_that_says_so_chooses_otherwise(donor: Donor, query: str, chosen: str) -> None:
    assert donor.open_form(query).values["frequency"] == chosen


@pytest.mark.parametrize("frequency", ["monthly", "yearly"])
def test_only_adults_give_again_and_what_was_typed_is_kept(donor: Donor, frequency: str) -> None:
    typed = donor.type(frequency=frequency, own_amount="5", message="Keep me")
    for post in (donor.check, donor.pay):
        page = post(typed)
        assert page.status_code == 422
        assert "Please confirm that you are 18 or older" in words(page)
        assert 'href="#is_adult"' in page.get_data(as_text=True)
        kept = forms_of(page)[0].values
        assert (kept["frequency"], kept["own_amount"], kept["message"]) == (
            frequency, "5", "Keep me",
        )  # fmt: skip
    assert regulars() == 0
    assert donor.check({**typed, "is_adult": "y"}).status_code == 200


def test_every_problem_is_shown_at_once(donor: Donor) -> None:
    page = donor.check(donor.type(frequency="monthly", own_amount="x", email="no"))
    for told in ("in figures", "18 or older", "e-mail address"):
        assert told in words(page)


@pytest.mark.parametrize(
    ("frequency", "months", "button", "promise"),
    [
        ("once", 0, "Pay £5", "£5 once. Nothing is taken from you again."),
        ("monthly", 1, "Give £5 every month", "£5 every month, until you stop. The first today,"),
        ("yearly", 12, "Give £5 every year", "£5 every year, until you stop. The first today,"),
    ],
)
def test_the_check_page_repeats_how_much_and_how_often(
    donor: Donor, frequency: str, months: int, button: str, promise: str
) -> None:
    page = donor.check(donor.type(frequency=frequency, own_amount="5", is_adult="y"))
    assert page.status_code == 200
    for told in (button, promise):
        assert told in words(page)
    if months:
        next_day = day(months_later(clock.utcnow(), months))
        assert f"the next on {next_day}. You can stop at any time with one click" in words(page)


def test_the_covered_fee_is_part_of_what_is_promised(donor: Donor) -> None:
    typed = donor.type(frequency="monthly", own_amount="5", is_adult="y", covers_fee="y")
    assert "£5.28 every month, until you stop" in words(donor.check(typed))


def test_five_pounds_a_month_are_begun_and_thanked_for(donor: Donor, stripe: Rehearsal) -> None:
    session_id = session_of(donor.give(frequency="monthly", own_amount="5", is_adult="y"))
    stripe.pay(session_id, Card.SUCCESS)
    page = donor.client.get(way_back(stripe, session_id))
    row = db.session.scalars(select(RegularDonation)).one()
    assert (row.state, row.frequency) == (RegularState.ACTIVE, Frequency.MONTHLY)
    assert row.next_at is not None
    for told in (
        "Your first gift has arrived", "Every month", day(row.next_at), "salma@example.org",
        "To stop, to skip a month", "See what Lea Valley Network does", only_donation().reference,
    ):  # fmt: skip
        assert told in words(page)
    assert row.reference == only_donation().reference


def test_a_double_click_makes_one_regular_gift(donor: Donor, stripe: Rehearsal) -> None:
    typed = donor.type(frequency="monthly", is_adult="y")
    assert session_of(donor.pay(typed)) == session_of(donor.pay(typed))
    assert (regulars(), len(stripe.objects("network", "checkout.session"))) == (1, 1)


def test_the_same_form_sent_as_another_frequency_ends_the_first_page(
    donor: Donor, stripe: Rehearsal
) -> None:
    typed = donor.type(frequency="monthly", is_adult="y")
    first = session_of(donor.pay(typed))
    second = session_of(donor.pay({**typed, "frequency": "once"}))
    states = {each["id"]: each["status"] for each in stripe.objects("network", "checkout.session")}
    assert states == {first: "expired", second: "open"}
    assert regulars() == 0
    third = session_of(donor.pay({**typed, "frequency": "yearly"}))
    stripe.pay(third, Card.SUCCESS)
    donor.client.get(way_back(stripe, third))
    assert db.session.scalars(select(RegularDonation.frequency)).one() is Frequency.YEARLY
    assert len(stripe.objects("network", "subscription")) == 1
    assert only_donation().received_minor == 1000


def test_going_back_to_change_keeps_how_often(donor: Donor, stripe: Rehearsal) -> None:
    session_id = session_of(donor.give(frequency="yearly", is_adult="y"))
    page = donor.client.get(way_back(stripe, session_id)).get_data(as_text=True)
    link = page.split('href="/appeals/get-started/give?again=')[1].split('"')[0]
    values = donor.open_form(f"?again={link}").values
    assert (values["frequency"], values["is_adult"]) == ("yearly", "y")


def test_a_debit_is_thanked_for_as_on_its_way(donor: Donor, stripe: Rehearsal) -> None:
    session_id = session_of(donor.give(frequency="monthly", is_adult="y"))
    stripe.pay(session_id, "bacs")
    page = donor.client.get(way_back(stripe, session_id))
    assert "Your gift is on its way" in words(page)
    assert "The receipt comes by e-mail when the money has arrived" in words(page)


def test_a_settled_gift_asks_stripe_no_more(donor: Donor, stripe: Rehearsal) -> None:
    session_id = session_of(donor.give(frequency="monthly", is_adult="y"))
    stripe.pay(session_id, Card.SUCCESS)
    back = way_back(stripe, session_id)
    donor.client.get(back)
    stripe.fail_next("error_before", times=9)
    assert "Your first gift has arrived" in words(a_minute_later(donor, back))


def test_an_old_link_of_thanks_ends_when_the_address_is_corrected(
    donor: Donor, stripe: Rehearsal, appeal: Appeal
) -> None:
    session_id = session_of(donor.give())
    stripe.pay(session_id, Card.SUCCESS)
    back = way_back(stripe, session_id)
    donation = only_donation()
    assert donor.client.get(back).status_code == 200
    page = donor.client.get(back.replace(".1.", ".2."))
    assert page.status_code == 404
    with transaction():
        db.session.get_one(Donation, donation.id).link_version = 2
    assert donor.client.get(back).status_code == 410


def test_a_likely_slip_is_offered_and_one_button_takes_it(donor: Donor) -> None:
    page = donor.check(donor.type(email="salma@gmial.com", frequency="monthly", is_adult="y"))
    assert "Did you mean salma@gmail.com" in words(page).replace("  ", " ")
    offered = next(form for form in forms_of(page) if form.values["email"] == "salma@gmail.com")
    again = donor.client.post(offered.action, data=MultiDict(offered.values))
    assert again.status_code == 200
    assert "Did you mean" not in words(again)
    assert "Give £10 every month" in words(again)
