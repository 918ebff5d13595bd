"""Whatever is sent: the right answer, what was typed is kept, nothing is written half."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from sqlalchemy import func, select

from app.appeals.models.donations import Donation
from app.db.session import db, transaction
from app.lib import clock
from app.payments.models.collecting import CheckoutAttempt
from app.supporters.models.people import Supporter
from tests.appeals.donors import Donor, forms_of
from tests.appeals.test_giving import words
from tests.factories.appeals import make_appeal

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from app.appeals.models.appeals import Appeal
    from app.rehearsal.core import Rehearsal

pytestmark = pytest.mark.one_database

FORMS = ("/appeals/get-started/give", "/appeals/get-started/give/check")
AMOUNTS = {
    "": "Choose an amount or type one",
    "1.99": "The smallest gift we can take by card is £2.",
    "0": "The smallest gift we can take by card is £2.",
    "10000.01": "The largest gift we can take by card is £10,000.",
    "999999999999999": "larger than we can take",
    "-10": "above nothing",
    "−10": "above nothing",
    "1e9": "in figures",
    "10.555": "too many decimals",
    "0x10": "in figures",
    "nan": "in figures",
    "ten": "in figures",
    "$10": "in figures",
    "1,0,0": "in figures",
    "10 000 000 €": "in figures",
    "'; drop table donation": "in figures",
    "\u202e01": "smallest",
}
MAILS = (
    "",
    " ",
    "salma",
    "salma@",
    "@example.org",
    "a b@c",
    "a@b",
    "x" * 300 + "@example.org",
    "a@b..c",
)


def nothing_was_written() -> bool:
    """Whether no gift, person or attempt is in the database."""
    tables = (Donation, Supporter, CheckoutAttempt)
    return not any(db.session.scalar(select(func.count()).select_from(each)) for each in tables)


@pytest.mark.parametrize(("typed", "sentence"), AMOUNTS.items())
def test_an_amount_we_cannot_take_is_explained(donor: Donor, typed: str, sentence: str) -> None:
    values = donor.type(own_amount=typed, amount="", message="Keep me")
    for post in (donor.check, donor.pay):
        page = post(values)
        assert page.status_code == 422
        assert sentence in words(page)
        assert words(page).startswith("Error:")
        kept = forms_of(page)[0].values
        assert kept["message"] == "Keep me"
        assert kept["email"] == "salma@example.org"
        if typed.isprintable():
            assert kept["own_amount"] == typed
    assert nothing_was_written()


@pytest.mark.parametrize("typed", MAILS)
def test_an_address_that_cannot_be_one_is_explained(donor: Donor, typed: str) -> None:
    page = donor.check(donor.type(email=typed, public_name="Salma"))
    assert page.status_code == 422
    assert "e-mail address" in words(page)
    assert forms_of(page)[0].values["public_name"] == "Salma"
    assert 'href="#email"' in page.get_data(as_text=True)


@pytest.mark.parametrize("frequency", ["weekly", "", "ONCE", "once "])
def test_how_often_is_one_of_the_choices(donor: Donor, frequency: str) -> None:
    page = donor.pay(donor.type(frequency=frequency))
    assert page.status_code == (303 if frequency.strip() == "once" else 422)


def test_a_frequency_that_was_not_sent_means_once(donor: Donor) -> None:
    typed = {name: value for name, value in donor.type().items() if name != "frequency"}
    assert donor.check(typed).status_code == 200


@pytest.mark.parametrize(("name", "length"), [("name", 120), ("public_name", 80), ("message", 500)])
def test_a_text_that_is_too_long_opens_the_part_it_stands_in(
    donor: Donor, name: str, length: int
) -> None:
    assert donor.check(donor.type(**{name: "م" * length})).status_code == 200
    page = donor.check(donor.type(**{name: "م" * (length + 1)}))
    assert page.status_code == 422
    assert f"at most {length} characters" in words(page)
    assert forms_of(page)[0].values[name] == "م" * (length + 1)
    assert 'id="more" open' in page.get_data(as_text=True)


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("token", [None, "", "x", "a~1~b", "ا~١~ب", "a~" + "9" * 40 + "~b"])
def test_a_form_that_is_not_ours_is_refused(donor: Donor, path: str, token: str | None) -> None:
    typed = {name: value for name, value in donor.type().items() if name != "csrf_token"}
    if token is not None:
        typed["csrf_token"] = token
    assert donor.client.post(path, data=typed).status_code == 400
    assert nothing_was_written()


def test_a_token_changed_by_one_sign_is_refused(donor: Donor) -> None:
    typed = donor.type()
    nonce, issued, signature = typed["csrf_token"].split("~")
    for forged in (f"{nonce}x~{issued}~{signature}", f"{nonce}~{int(issued) + 1}~{signature}"):
        assert donor.pay({**typed, "csrf_token": forged}).status_code == 400


def test_the_token_of_another_form_is_refused(donor: Donor, stripe: Rehearsal) -> None:
    location = donor.give().location
    session = stripe.find_session(location.rsplit("/", 1)[-1])
    assert session is not None
    back = str(session[1]["success_url"]).removeprefix("http://localhost")
    other = forms_of(donor.client.get(back))[0].values["csrf_token"]
    assert donor.pay({**donor.type(), "csrf_token": other}).status_code == 400
    assert (
        donor.client.post(back, data={"csrf_token": donor.type()["csrf_token"]}).status_code == 400
    )
    assert donor.client.post(back).status_code == 400


def test_a_page_left_open_too_long_comes_back_with_a_fresh_token(donor: Donor) -> None:
    typed = donor.type(own_amount="12", message="Keep me")
    with time_machine.travel(clock.utcnow() + timedelta(hours=13), tick=True):
        page = donor.pay(typed)
        assert page.status_code == 422
        assert "open for a long time" in words(page)
        kept = forms_of(page)[0].values
        assert (kept["own_amount"], kept["message"]) == ("12", "Keep me")
        assert kept["csrf_token"] != typed["csrf_token"]
        assert donor.pay({**typed, "csrf_token": kept["csrf_token"]}).status_code == 303


def test_the_form_of_one_appeal_cannot_give_to_another(donor: Donor) -> None:
    with transaction():
        make_appeal(slug="other")
    typed = donor.type()
    assert donor.pay(typed).status_code == 303
    page = Donor(donor.client, slug="other").pay(typed)
    assert page.status_code == 422
    assert "belongs to another appeal" in words(page)


JUNK: list[dict[str, Any]] = [
    {"data": b"\xff\xfe\x00junk", "content_type": "application/x-www-form-urlencoded"},
    {"data": b"%ff=%fe&csrf_token=%00", "content_type": "application/x-www-form-urlencoded"},
    {"data": b"{}", "content_type": "application/json"},
    {"data": b"x", "content_type": "text/xml"},
    {"data": b"--x\r\nbroken", "content_type": "multipart/form-data; boundary=x"},
    {"data": b"--x", "content_type": "multipart/form-data"},
    {"data": b"", "content_type": ""},
]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("junk", JUNK)
def test_junk_is_refused_quickly(donor: Donor, path: str, junk: dict[str, Any]) -> None:
    assert donor.client.post(path, **junk).status_code in {400, 415, 422}
    assert nothing_was_written()


@pytest.mark.parametrize("path", FORMS)
def test_a_huge_body_is_refused(donor: Donor, path: str) -> None:
    huge = {**donor.type(), "message": "x" * 200_000}
    assert donor.client.post(path, data=huge).status_code == 413
    many = {f"field{number}": "x" for number in range(900)}
    assert donor.client.post(path, data=many).status_code in {400, 413}


def test_the_same_field_sent_twice_and_unknown_fields_do_no_harm(donor: Donor) -> None:
    typed: dict[str, Any] = dict(donor.type())
    typed |= {"own_amount": ["10", "999"], "received_minor": "100000", "appeal_id": "7"}
    assert donor.pay(typed).status_code == 303
    donation = db.session.scalars(select(Donation)).one()
    assert (donation.amount_minor, donation.received_minor) == (1000, 0)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/appeals/get-started/give"),
        ("DELETE", "/appeals/get-started"),
        ("POST", "/appeals/get-started"),
        ("POST", "/appeals/"),
        ("POST", "/appeals/get-started.json"),
        ("PATCH", "/thanks/x"),
    ],
)
def test_wrong_methods_are_refused(donor: Donor, method: str, path: str) -> None:
    assert donor.client.open(path, method=method).status_code == 405


def test_a_page_of_another_site_cannot_give(donor: Donor) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = donor.client.post(FORMS[0], data=donor.type(), headers=headers)
        assert answer.status_code == 403
    assert nothing_was_written()


@pytest.mark.parametrize(
    "slug", ["nowhere", "get-started%00", "GET-STARTED", "..", "%ff", "a" * 3000]
)
def test_an_appeal_that_is_not_there_is_not_found(
    client: FlaskClient, appeal: Appeal, slug: str
) -> None:
    for end in ("", ".json", "/give"):
        answer = client.get(f"/appeals/{slug}{end}")
        assert answer.status_code in {301, 308, 400, 404}, (slug, end, answer.status)


def test_markup_in_texts_is_shown_and_not_run(donor: Donor) -> None:
    nasty = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    page = donor.check(donor.type(name=nasty, message=nasty, public_name=nasty[:80]))
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;" in text
