"""Ending mails by the link or a mail program; what comes back, and what is forgotten."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from app.db.session import db, transaction
from app.factory import handlers
from app.lib import clock, links
from app.lib.bounces import BounceKind
from app.mail.facts import BounceFact
from app.mail.models.outbox import OutboxMail
from app.mail.rules.addresses import Weight
from app.mailings.mails.news import UNSUBSCRIBE
from app.mailings.models.mailings import MailingRecipient
from app.mailings.queries import mailings as reads
from app.mailings.queries import recipients as row_reads
from app.mailings.rules.mailings import KEEP_ROWS
from app.mailings.service import holding, leaving, starting
from app.queue.jobs import run_due
from app.settings import settings
from app.supporters.queries.people import find_live_consent
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.service import correcting
from tests.factories.mailings import BY, make_reader, make_sending
from tests.mailings.test_sending import OMAR, SANA, rows, text_of, work

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from app.groups.models import Group
    from tests.fakes.smtp import FakeSmtp


def begin(group: Group) -> int:
    with transaction():
        make_reader(group, SANA)
        make_reader(group, SANA, purpose=ConsentPurpose.EVENTS)
        return make_sending(group).id


def agrees(row: MailingRecipient, purpose: ConsentPurpose = ConsentPurpose.UPDATES) -> bool:
    return find_live_consent(row.supporter_id, row.mailing.group_id, purpose) is not None


def link_in(smtp: FakeSmtp) -> str:
    """The address that ends it, as a mail program reads it."""
    found = re.match(r"<http://localhost(/[^>]+)>", str(smtp.messages[0]["List-Unsubscribe"]))
    assert found
    return found[1]


def test_a_scanner_that_follows_links_ends_nothing(
    client: FlaskClient, smtp: FakeSmtp, group: Group
) -> None:
    mailing_id = begin(group)
    work()
    address = link_in(smtp)
    for method in (client.get, client.head):
        answer = method(address, headers={"Purpose": "prefetch"})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert agrees(rows(mailing_id)[0])


def test_one_click_ends_it_without_a_cookie(
    client: FlaskClient, smtp: FakeSmtp, group: Group
) -> None:
    mailing_id = begin(group)
    work()
    for _ in range(2):
        answer = client.post(link_in(smtp), data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    (row,) = rows(mailing_id)
    assert not agrees(row)
    assert row.unsubscribed_at is not None
    assert reads.count_unsubscribed(mailing_id) == 1
    # What she agreed to besides stays, and so does the other group's.
    assert agrees(row, ConsentPurpose.EVENTS)


def test_whoever_was_sent_the_mail_learns_nothing_of_her(
    client: FlaskClient, smtp: FakeSmtp, group: Group
) -> None:
    begin(group)
    work()
    for page in (client.get(link_in(smtp)), client.post(link_in(smtp))):
        text = page.get_data(as_text=True)
        assert "sana" not in text
        assert "Lea Valley Solidarity Network" in text


def test_the_link_to_her_choices_goes_to_her_own_mailbox(
    client: FlaskClient, smtp: FakeSmtp, group: Group
) -> None:
    begin(group)
    work()
    for part in ("plain", "html"):
        assert "/preferences/" not in text_of(smtp.messages[0], part)
    for _ in range(2):
        page = client.post(f"{link_in(smtp)}/choose")
        assert page.status_code == 200
        assert "sana" not in page.get_data(as_text=True)
        assert "/preferences/" not in page.get_data(as_text=True)
    (mail,) = db.session.query(OutboxMail).filter_by(template="mailings/preferences_link").all()
    assert mail.to == SANA
    run_due(handlers())
    assert "/preferences/" in text_of(smtp.messages[-1])


@pytest.mark.one_database
def test_a_link_of_another_kind_ends_nothing(client: FlaskClient, group: Group) -> None:
    begin(group)
    (row,) = db.session.query(MailingRecipient).all()
    other = links.sign(settings().secret_key, "preferences", row.public_id)
    assert client.post(f"/unsubscribe/mail/{other}").status_code == 404
    gone = links.sign(settings().secret_key, UNSUBSCRIBE, "nobody")
    assert client.get(f"/unsubscribe/mail/{gone}").status_code == 410
    assert client.post(f"/unsubscribe/mail/{gone}").status_code == 410
    assert agrees(row)


def test_what_comes_back_later_is_noted_at_her_row(group: Group) -> None:
    mailing_id = begin(group)
    with transaction():
        (row,) = rows(mailing_id)
        fact = BounceFact(row.public_id, BounceKind.NO_SUCH_ADDRESS, Weight.HARD, clock.utcnow())
        assert leaving.on_bounce(fact) == SANA
        assert leaving.on_bounce(replace(fact, key="other")) is None
        # The same report once more, such as from a mailbox that is read again.
        assert leaving.on_bounce(fact) == ""
    assert reads.count_bounced(mailing_id) == 1


def test_what_comes_back_from_an_old_mailbox_is_not_held_against_the_new(
    smtp: FakeSmtp, group: Group
) -> None:
    mailing_id = begin(group)
    work()
    with transaction():
        (row,) = rows(mailing_id)
        now = clock.utcnow() + timedelta(days=1)
        correcting.move(SANA, "new@example.org", now=now, by=BY)
        fact = BounceFact(row.public_id, BounceKind.NO_SUCH_ADDRESS, Weight.HARD, now)
        assert leaving.on_bounce(fact) == ""
    assert reads.count_bounced(mailing_id) == 1


@pytest.mark.one_database
def test_who_moved_before_or_only_changed_her_name_is_met_by_what_comes_back(
    smtp: FakeSmtp, group: Group
) -> None:
    mailing_id = begin(group)
    with transaction():
        before = clock.utcnow() - timedelta(days=1)
        correcting.move(SANA, "new@example.org", now=before, by=BY)
    work()
    with transaction():
        (row,) = rows(mailing_id)
        now, her = clock.utcnow() + timedelta(days=1), row.supporter
        named = correcting.Details(name="Sana", phone=None, postcode=None, locale="en")
        correcting.correct("new@example.org", named, seen_version=her.version, now=now, by=BY)
        fact = BounceFact(row.public_id, BounceKind.NO_SUCH_ADDRESS, Weight.HARD, now)
        assert leaving.on_bounce(fact) == "new@example.org"


def test_a_complaint_ends_it(group: Group) -> None:
    mailing_id = begin(group)
    with transaction():
        (row,) = rows(mailing_id)
        leaving.on_bounce(
            BounceFact(row.public_id, BounceKind.COMPLAINT, Weight.NONE, clock.utcnow())
        )
    assert not agrees(rows(mailing_id)[0])
    assert reads.count_bounced(mailing_id) == 0


def test_she_sees_what_went_to_her_and_can_be_taken_off(smtp: FakeSmtp, group: Group) -> None:
    mailing_id = begin(group)
    with transaction():
        make_reader(group, OMAR)
    work()
    (line,) = holding.find(SANA)
    assert "Winter aid is on its way" in line.title
    assert line.facts["state"] == "sent"
    assert holding.find(OMAR) == []
    with transaction():
        assert holding.erase(SANA, clock.utcnow()).gone == 1
    assert rows(mailing_id) == []


def test_after_a_year_the_numbers_stay_and_the_list_goes(smtp: FakeSmtp, group: Group) -> None:
    mailing_id = begin(group)
    work()
    later = clock.utcnow() + KEEP_ROWS + timedelta(days=1)
    assert holding.count_old(clock.utcnow()) == 0
    assert holding.count_old(later) == 1
    assert holding.forget_old(later) == 1
    assert rows(mailing_id) == []
    totals = reads.get_by_id(mailing_id).totals
    assert totals == {"sent": 1, "bounced": 0, "unsubscribed": 0}
    assert holding.forget_old(later) == 0


@pytest.mark.one_database
def test_a_draft_is_never_old(group: Group) -> None:
    with transaction():
        make_reader(group, SANA)
    begin(group)
    with time_machine.travel(clock.utcnow() + KEEP_ROWS * 2, tick=False):
        assert holding.count_old(clock.utcnow()) == 0


@pytest.mark.one_database
def test_a_stopped_one_is_forgotten_too(group: Group) -> None:
    mailing_id = begin(group)
    with transaction():
        starting.stop(mailing_id, now=clock.utcnow(), by=BY)
    assert holding.forget_old(clock.utcnow() + KEEP_ROWS * 2) == 1
    assert row_reads.list_recipients(mailing_id)[0] == []
