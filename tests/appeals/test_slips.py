"""A slip in the address on the giving form: asked about on the check page, never in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.appeals.models.donations import Donation
from app.db.session import db
from tests.appeals.donors import Donor, forms_of
from tests.appeals.test_giving import words

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.one_database


def checked(donor: Donor, email: str) -> TestResponse:
    return donor.check(donor.type(email=email, name="Salma", wants_updates="y"))


def kept_address() -> str | None:
    return db.session.scalars(select(Donation)).one().email


def test_one_button_takes_what_was_meant(donor: Donor) -> None:
    page = checked(donor, "salma@gmial.com")
    assert "Did you mean salma@gmail.com" in words(page)
    slip = forms_of(page)[0]
    again = donor.client.post(slip.action, data=slip.values)
    assert "Did you mean" not in words(again)
    assert "salma@gmail.com" in words(again)
    last = forms_of(again)[-1]
    assert (last.values["name"], last.values["wants_updates"]) == ("Salma", "y")
    assert donor.pay(last.values).status_code == 303
    assert kept_address() == "salma@gmail.com"


def test_who_typed_it_right_just_goes_on(donor: Donor) -> None:
    page = checked(donor, "salma@gmail.co")
    assert "Did you mean" in words(page)
    assert donor.pay(forms_of(page)[-1].values).status_code == 303
    assert kept_address() == "salma@gmail.co"


def test_nobody_is_asked_about_a_right_address(donor: Donor) -> None:
    assert "Did you mean" not in words(checked(donor, "salma@example.org"))


@pytest.mark.parametrize("typed", ["salma@gmail,com", "salma@gmail\u060ccom", "salma @gmail.com"])
def test_an_address_that_cannot_be_one_is_refused_with_what_was_meant(
    donor: Donor, typed: str
) -> None:
    page = checked(donor, typed)
    assert page.status_code == 422
    assert "salma@gmail.com" in page.get_data(as_text=True)
