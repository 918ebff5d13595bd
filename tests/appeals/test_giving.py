"""A supporter gives: form, check page, payment page, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.appeals.models import AppealTotals, Donation, Receipt
from app.db.session import db
from app.mail.models import OutboxMail
from app.rehearsal.cards import Card
from tests.appeals.donors import Donor

if TYPE_CHECKING:
    from app.rehearsal.core import Rehearsal


def only_donation() -> Donation:
    return db.session.scalars(select(Donation)).one()


def session_of(address: str) -> str:
    return address.rsplit("/", 1)[-1]


def thanks_path(stripe: Rehearsal, location: str) -> str:
    session = stripe.find_session(session_of(location))
    assert session is not None
    return str(session[1]["success_url"]).removeprefix("http://localhost")


def test_ten_pounds_arrive_and_are_thanked_for(donor: Donor, stripe: Rehearsal) -> None:
    answer = donor.give()
    assert answer.status_code == 303
    assert answer.location.startswith("http://127.0.0.1:9/")
    stripe.pay(session_of(answer.location), Card.SUCCESS)
    page = donor.client.get(thanks_path(stripe, answer.location))
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    donation = only_donation()
    assert "Your gift has arrived" in text
    assert donation.reference in text
    assert "s…@example.org" in text
    assert "LEA VALLEY" in text
    assert (donation.received_minor, donation.on_its_way_minor) == (1000, 0)
    totals = db.session.scalars(select(AppealTotals)).one()
    assert (totals.received_minor, totals.gift_count) == (1000, 1)
    assert db.session.scalars(select(Receipt)).one().number == 1
    assert db.session.scalars(select(OutboxMail)).one().key.startswith("receipt:")
