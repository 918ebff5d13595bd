"""Where a private point is, on pages of the desk that every colleague may open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.accounts.rules.permissions import Role
from app.aid.rules.words import Visibility
from app.db.session import transaction
from tests.aid.workplaces import Round
from tests.appeals.test_desk_donations import sign_in_as

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.MODERATOR])
def test_what_a_host_wrote_of_herself_is_for_those_who_decide(
    client: FlaskClient, app: Flask, role: Role
) -> None:
    sign_in_as(client, role)
    with transaction():
        round_ = Round()
        round_.point.host.about = "I am Amal from number 77"
        round_.point.host.checked_note = "Her sister is Zainab"
    page = client.get(f"/desk/points/{round_.point.public_id}").get_data(as_text=True)
    told = ["number 77" in page, "Zainab" in page]
    assert told == [role is Role.MODERATOR] * 2


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ORGANISER])
def test_its_area_is_for_those_who_see_people(client: FlaskClient, app: Flask, role: Role) -> None:
    sign_in_as(client, role)
    with transaction():
        round_ = Round()
        round_.point.visibility = Visibility.PRIVATE
        area = round_.point.place.district = "ZZ99"
        address = f"/desk/workplaces/{round_.collection(round_.point).public_id}"
    pages = ("/desk/workplaces/", address, f"/desk/points/{round_.point.public_id}")
    told = [area in client.get(each).get_data(as_text=True) for each in pages]
    assert told == [role is Role.ORGANISER] * 3
