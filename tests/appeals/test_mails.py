"""What donors read in their mail, and where its links lead."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.db.session import db
from app.mail.models.outbox import OutboxMail
from app.mail.render import build_message
from tests.appeals.money import Giver, donation_of
from tests.appeals.test_giving import words
from tests.factories.appeals import make_gift

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from app.appeals.models.appeals import Appeal
    from app.rehearsal.core import Rehearsal

pytestmark = pytest.mark.one_database


@pytest.fixture
def giver(appeal: Appeal, stripe: Rehearsal) -> Giver:
    return Giver(stripe, appeal.id)


def message(template: str) -> EmailMessage:
    """The one mail of a kind, as it is sent."""
    return build_message(
        db.session.scalars(select(OutboxMail).where(OutboxMail.template == template)).one()
    )


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_receipt_says_everything_that_a_receipt_must(giver: Giver) -> None:
    public_id = giver.give(make_gift(name="Salma", covers_fee=True))
    mail = message("appeals/receipt")
    assert mail["Subject"] == "Receipt 1: your gift of £10.36 to Lea Valley Network"
    assert mail["From"] == "Lea Valley Network <muster@example.org>"
    assert (mail["To"], mail["Reply-To"]) == ("salma@example.org", "treasurer@example.org")
    for text in (text_of(mail), text_of(mail, "html")):
        for told in ("Salma", "£10.36", "£0.36", "First year", "Halls, printing, travel.", "Once",
                     "Lea Valley Solidarity Network", "LEA VALLEY* GET STARTE", "not you",
                     "treasurer@example.org", donation_of(public_id).reference,
                     "http://localhost/refunds"):  # fmt: skip
            assert told in text


def test_the_link_in_a_receipt_opens_the_donor_s_page(giver: Giver, client: FlaskClient) -> None:
    public_id = giver.give(make_gift())
    link = re.search(r"http://localhost(/giving/\S+)", text_of(message("appeals/receipt")))
    assert link is not None
    page = client.get(link[1])
    assert page.status_code == 200
    assert donation_of(public_id).reference in words(page)


def test_a_donor_who_reads_arabic_gets_arabic(giver: Giver) -> None:
    giver.give(make_gift(locale="ar"))
    mail = message("appeals/receipt")
    assert mail["Content-Language"] == "ar"
    assert "شبكة وادي ليا" in str(mail["Subject"])
    assert "السنة الأولى" in text_of(mail)
    assert "http://localhost/ar/giving/" in text_of(mail)
    assert 'dir="rtl"' in text_of(mail, "html")


def test_money_that_went_back_is_told_to_the_penny(giver: Giver) -> None:
    public_id = giver.give(make_gift())
    giver.refund(public_id, 250)
    mail = message("appeals/refund")
    assert mail["Subject"] == "£2.50 of your gift to Lea Valley Network was returned to you"
    for told in ("£2.50", "£7.50", donation_of(public_id).reference):
        assert told in text_of(mail)


def test_a_name_cannot_break_out_of_a_mail(giver: Giver) -> None:
    giver.give(make_gift(name="<script>x</script>\u202e"))
    assert "<script" not in text_of(message("appeals/receipt"), "html")
    assert "<script>x</script>" in text_of(message("appeals/receipt"))
