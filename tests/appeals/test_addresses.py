"""A mistyped address is put right: who gets what afterwards, and what the old address learns."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.appeals.errors import CorrectedAlreadyError, SameAddressError
from app.appeals.service.addresses import Corrected, correct_address
from app.audit import queries as audit
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from app.mail.render import build_message
from app.mail.rules.outbox import MailState
from app.supporters.queries import people as supporter_reads
from app.supporters.rules.consents import ConsentPurpose
from tests.appeals.money import Giver, donation_of
from tests.factories.appeals import make_gift

if TYPE_CHECKING:
    from datetime import datetime

    from app.appeals.models.appeals import Appeal
    from app.rehearsal.core import Rehearsal

WRONG, RIGHT = "salma@example.org", "salma@example.com"
DONOR, TREASURER = Actor.visitor(), Actor.account(1, "Amina")


@pytest.fixture
def giver(appeal: Appeal, stripe: Rehearsal) -> Giver:
    return Giver(stripe, appeal.id)


def correct(
    public_id: str, email: str = RIGHT, *, by: Actor = DONOR, now: datetime | None = None
) -> Corrected:
    with transaction():
        return correct_address(
            donation_of(public_id), email, by=by, now=now or clock.utcnow(), reason=None
        )


def mails_to(address: str) -> list[OutboxMail]:
    db.session.expire_all()
    wanted = select(OutboxMail).where(OutboxMail.to == address).order_by(OutboxMail.id)
    return list(db.session.scalars(wanted))


def waiting_for(address: str) -> list[str]:
    return [each.template for each in mails_to(address) if each.state is MailState.WAITING]


def live_consent(email: str, group_id: int) -> bool:
    supporter = supporter_reads.find_supporter(email)
    return supporter is not None and bool(
        supporter_reads.find_live_consent(supporter.id, group_id, ConsentPurpose.UPDATES)
    )


def test_the_receipt_goes_to_the_right_address(giver: Giver) -> None:
    public_id = giver.give(make_gift(name="Salma"))
    assert correct(public_id) == Corrected(email=RIGHT, plan_key=None)
    donation = donation_of(public_id)
    assert (donation.email, donation.link_version) == (RIGHT, 2)
    assert donation.supporter is not None
    assert donation.supporter.email == RIGHT
    assert waiting_for(RIGHT) == ["appeals/receipt"]


def test_the_old_address_learns_neither_name_nor_sum(giver: Giver) -> None:
    public_id = giver.give(make_gift(name="Salma Haddad"))
    correct(public_id)
    (mail,) = (each for each in mails_to(WRONG) if each.state is MailState.WAITING)
    message = build_message(mail)
    whole = message.as_string() + "".join(
        str(part.get_content()) for part in message.walk() if not part.is_multipart()
    )
    reference = donation_of(public_id).reference
    for secret in ("Salma", "Haddad", "10.00", "£10", RIGHT, reference, "get started", "/giving/"):
        assert secret not in whole.replace(WRONG, "")


def test_what_was_not_sent_yet_to_the_old_address_never_is(giver: Giver) -> None:
    public_id = giver.give(make_gift())
    correct(public_id)
    assert waiting_for(WRONG) == ["appeals/address_mistaken"]
    assert {each.state for each in mails_to(WRONG)} == {MailState.WITHDRAWN, MailState.WAITING}


def test_an_address_that_nobody_has_is_told_nothing(giver: Giver) -> None:
    public_id = giver.give(make_gift())
    for mail in mails_to(WRONG):
        with transaction():
            db.session.get_one(OutboxMail, mail.id).bounced_at = clock.utcnow()
    correct(public_id)
    assert waiting_for(WRONG) == []


def test_a_donor_can_correct_it_once(giver: Giver) -> None:
    public_id = giver.give(make_gift())
    correct(public_id)
    with pytest.raises(CorrectedAlreadyError):
        correct(public_id, "third@example.org")
    assert donation_of(public_id).email == RIGHT


def test_who_has_not_paid_cannot_make_us_write_to_others(giver: Giver) -> None:
    public_id = giver.begin(make_gift())
    with pytest.raises(CorrectedAlreadyError):
        correct(public_id)
    assert mails_to(WRONG) == []


def test_a_donor_can_correct_it_within_a_day_and_the_desk_later(giver: Giver) -> None:
    public_id = giver.give(make_gift())
    later = clock.utcnow() + timedelta(hours=25)
    with pytest.raises(CorrectedAlreadyError):
        correct(public_id, now=later)
    correct(public_id, by=TREASURER, now=later)
    correct(public_id, "third@example.org", by=TREASURER, now=later)
    assert donation_of(public_id).link_version == 3


def test_the_same_address_is_no_correction(giver: Giver) -> None:
    public_id = giver.give(make_gift())
    with pytest.raises(SameAddressError):
        correct(public_id, WRONG)
    assert donation_of(public_id).link_version == 1


def test_consent_moves_to_whoever_gave_it(giver: Giver, appeal: Appeal) -> None:
    public_id = giver.give(make_gift(wants_updates=True))
    group_id = appeal.group_id
    correct(public_id)
    assert live_consent(RIGHT, group_id)
    assert not live_consent(WRONG, group_id)


def test_a_consent_of_the_wrong_person_s_own_stays(giver: Giver, appeal: Appeal) -> None:
    group_id = appeal.group_id
    giver.give(make_gift(wants_updates=True))
    public_id = giver.give(make_gift(wants_updates=True))
    correct(public_id)
    assert live_consent(RIGHT, group_id)
    assert live_consent(WRONG, group_id)


def test_who_was_known_by_the_mistake_alone_is_forgotten(giver: Giver) -> None:
    public_id = giver.give(make_gift(wants_updates=True))
    correct(public_id)
    assert supporter_reads.find_supporter(WRONG) is None


def test_who_gave_something_else_stays_known(giver: Giver) -> None:
    giver.give(make_gift())
    public_id = giver.give(make_gift())
    correct(public_id)
    assert supporter_reads.find_supporter(WRONG) is not None


def test_the_record_says_that_it_happened_and_no_address(giver: Giver) -> None:
    public_id = giver.give(make_gift())
    correct(public_id)
    line = audit.list_for(f"donation:{donation_of(public_id).id}")[0]
    assert line.action == "donation.address_corrected"
    assert "@" not in str(line.detail)
