"""Mails to donors that came back, on the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.appeals.desk.bounces import WAITING, returned_mails
from app.db.session import db, transaction
from app.lib import clock
from app.lib.bounces import BounceKind
from app.mail.models.outbox import OutboxMail
from app.mail.service import outbox as mail
from tests.appeals.donors import forms_of
from tests.appeals.money import Giver, donation_of
from tests.appeals.test_addresses import TREASURER, correct
from tests.appeals.test_donor import give_regularly, regular_of
from tests.appeals.test_giving import words
from tests.factories.accounts import make_account, sign_in
from tests.factories.appeals import make_gift
from tests.factories.groups import make_group

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from app.appeals.models.appeals import Appeal
    from app.rehearsal.core import Rehearsal


@pytest.fixture
def giver(appeal: Appeal, stripe: Rehearsal) -> Giver:
    return Giver(stripe, appeal.id)


def bounce(about: str, kind: BounceKind = BounceKind.NO_SUCH_ADDRESS) -> OutboxMail:
    """The last mail about a gift was sent and came back."""
    now = clock.utcnow()
    wanted = select(OutboxMail).where(OutboxMail.about == about).order_by(OutboxMail.id.desc())
    with transaction():
        row = db.session.scalars(wanted.limit(1)).one()
        mail.mark_sent(row, now=now)
        db.session.flush()
        assert mail.mark_bounced(row.message_id, kind, now=now)
    return row


def waiting() -> list[tuple[str, int | None]]:
    db.session.expire_all()
    return [(each.key, each.group_id) for each in WAITING.find(clock.utcnow())]


def test_a_returned_mail_waits_for_the_group_of_the_gift(giver: Giver, appeal: Appeal) -> None:
    public_id = giver.give(make_gift())
    assert waiting() == []
    row = bounce(public_id)
    assert waiting() == [(str(row.id), appeal.group_id)]
    (returned,) = returned_mails(donation_of(public_id))
    assert "Nobody has this address" in returned.why
    assert not returned.is_settled


def test_it_waits_for_a_regular_gift_too(giver: Giver, appeal: Appeal) -> None:
    public_id = give_regularly(giver)
    regular = regular_of(public_id)
    with transaction():
        mail.put(
            "appeals/receipt", key="x", to=regular.email or "", locale="en", values={},
            now=clock.utcnow(), about=public_id,
        )  # fmt: skip
    row = bounce(public_id)
    assert waiting() == [(str(row.id), appeal.group_id)]


def test_a_corrected_address_settles_it(giver: Giver) -> None:
    public_id = giver.give(make_gift())
    bounce(public_id)
    correct(public_id, by=TREASURER)
    assert waiting() == []
    (returned,) = returned_mails(donation_of(public_id))
    assert returned.is_settled


def test_a_later_mail_that_was_taken_settles_it(giver: Giver) -> None:
    public_id = giver.give(make_gift())
    bounce(public_id, BounceKind.MAILBOX_FULL)
    giver.refund(public_id, 100)
    assert len(waiting()) == 1
    wanted = select(OutboxMail).where(OutboxMail.template == "appeals/refund")
    with transaction():
        mail.mark_sent(db.session.scalars(wanted).one(), now=clock.utcnow())
    assert waiting() == []


def test_the_list_leads_to_the_gift_and_names_nobody(
    client: FlaskClient, giver: Giver, appeal: Appeal
) -> None:
    public_id = giver.give(make_gift(name="Salma"))
    bounce(public_id)
    with transaction():
        make_account(Role.OWNER, group=appeal.group, email="owner@example.org")
    sign_in(client, "owner@example.org")
    page = client.get("/desk/bounces/")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert f"/desk/donations/{public_id}" in text
    assert "salma@example.org" not in text
    assert "Salma" not in text
    (form,) = (each for each in forms_of(page) if each.action.endswith("/aside"))
    assert client.post(form.action, data=form.values).status_code == 303
    assert waiting() == []
    assert "Nothing came back" in words(client.get("/desk/bounces/"))


def test_another_group_sees_nothing_of_it(
    client: FlaskClient, giver: Giver, appeal: Appeal
) -> None:
    row = bounce(giver.give(make_gift()))
    with transaction():
        other = make_group(slug="other")
        make_account(Role.OWNER, group=other, email="other@example.org")
    sign_in(client, "other@example.org")
    page = client.get("/desk/bounces/")
    assert "Nothing came back" in words(page)
    form = next(each for each in forms_of(client.get("/desk/account")) if each.values)
    sent = {"csrf_token": form.values["csrf_token"]}
    assert client.post(f"/desk/bounces/{row.id}/aside", data=sent).status_code == 404
    assert len(waiting()) == 1
