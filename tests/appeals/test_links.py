"""Having the links to one's gifts sent: the same answer for everybody, and one mail at most."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from sqlalchemy import select

from app.appeals.flows import donor as donor_flows
from app.db.session import db, transaction
from app.factory import handlers
from app.lib import clock
from app.lib.money import Money
from app.lib.text import Translated
from app.mail.models.outbox import OutboxMail
from app.mail.render import build_message
from app.queue.jobs import run_due
from tests.appeals.donors import forms_of
from tests.appeals.money import Giver, donation_of
from tests.appeals.test_donor import give_regularly, path, press
from tests.appeals.test_giving import words
from tests.appeals.test_mails import text_of
from tests.factories.appeals import make_appeal, make_fund, make_gift
from tests.factories.groups import make_group, make_payment_account

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from app.appeals.models.appeals import Appeal
    from app.rehearsal.core import Rehearsal

SALMA = "salma@example.org"


@pytest.fixture
def giver(appeal: Appeal, stripe: Rehearsal) -> Giver:
    return Giver(stripe, appeal.id)


def ask(client: FlaskClient, email: str = SALMA, prefix: str = "", **more: Any) -> TestResponse:
    form = forms_of(client.get(f"{prefix}/links"))[-1]
    return client.post(form.action, data=form.values | {"email": email}, **more)


def work() -> None:
    """Let the worker do the one job that this is about."""
    run_due({donor_flows.LINKS_JOB: handlers()[donor_flows.LINKS_JOB]})


def link_mails() -> list[OutboxMail]:
    db.session.expire_all()
    wanted = select(OutboxMail).where(OutboxMail.template == "appeals/giving_links")
    return list(db.session.scalars(wanted.order_by(OutboxMail.id)))


def sent_links() -> list[str]:
    (mail,) = link_mails()
    return re.findall(r"http://localhost(\S*/giving/\S+)", text_of(build_message(mail)))


def test_one_mail_holds_all_links(client: FlaskClient, giver: Giver) -> None:
    single, regular = giver.give(make_gift()), give_regularly(giver)
    giver.begin(make_gift())
    giver.give(make_gift(email="other@example.org"))
    answer = ask(client)
    assert (answer.status_code, answer.location) == (303, "/links/sent")
    work()
    assert sorted(sent_links()) == sorted([path(single), path(regular)])
    for address in sent_links():
        assert client.get(address).status_code == 200


def test_the_mail_says_title_and_day_and_nothing_else(client: FlaskClient, giver: Giver) -> None:
    public_id = giver.give(make_gift(name="Salma Haddad", message="For my aunt"))
    ask(client)
    work()
    (mail,) = link_mails()
    page = text_of(build_message(mail), "html").partition("<body>")[2]
    whole = re.sub(r"http://\S+", "", text_of(build_message(mail)) + page)
    assert "Help us get started" in whole
    assert "Lea Valley Network" in whole
    for secret in ("£", "Haddad", "aunt", donation_of(public_id).reference):
        assert secret not in whole


def test_links_are_listed_by_the_body_that_received(client: FlaskClient, giver: Giver) -> None:
    with transaction():
        other = make_group(slug="open-hands", name=Translated.of(en="Open Hands", ar="أيد"))
        account = make_payment_account(other, name="charity")
        appeal = make_appeal(fund=make_fund(other, slug="hands", payment_account=account), slug="b")
    giver.give(make_gift())
    Giver(giver.stripe, appeal.id).give(make_gift())
    ask(client)
    work()
    (mail,) = link_mails()
    assert [len(each["gifts"]) for each in mail.values["bodies"]] == [1, 1]


def test_an_address_that_we_do_not_know_gets_no_mail_and_the_same_answer(
    client: FlaskClient, giver: Giver
) -> None:
    giver.give(make_gift())
    known, unknown = ask(client), ask(client, "nobody@example.org")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert known.get_data() == unknown.get_data()
    work()
    assert [each.to for each in link_mails()] == [SALMA]


def test_nobody_is_sent_more_than_one_in_ten_minutes(client: FlaskClient, giver: Giver) -> None:
    giver.give(make_gift())
    with time_machine.travel(clock.utcnow(), tick=False) as traveller:
        for _ in range(3):
            ask(client)
            work()
            traveller.shift(timedelta(minutes=3, seconds=10))
        assert len(link_mails()) == 1
        traveller.shift(timedelta(minutes=2))
        ask(client)
        work()
        assert len(link_mails()) == 2


def test_asking_twice_at_once_sends_one(client: FlaskClient, giver: Giver) -> None:
    giver.give(make_gift())
    ask(client)
    ask(client)
    work()
    assert len(link_mails()) == 1


def test_what_lies_far_back_has_no_link(client: FlaskClient, giver: Giver) -> None:
    giver.give(make_gift())
    stopped, running = give_regularly(giver), give_regularly(giver)
    press(client, path(stopped, "/stop"))
    with time_machine.travel(clock.utcnow() + timedelta(days=740)):
        ask(client)
        work()
        assert sent_links() == [path(running)]


@pytest.mark.one_database
def test_the_mail_speaks_the_language_of_the_page(client: FlaskClient, giver: Giver) -> None:
    giver.give(make_gift())
    ask(client, prefix="/ar")
    work()
    assert sent_links()[0].startswith("/ar/giving/")


@pytest.mark.one_database
def test_one_network_cannot_ask_without_end(client: FlaskClient, giver: Giver) -> None:
    giver.give(make_gift(amount=Money(1000, "GBP")))
    answers = [ask(client, f"somebody{n}@example.org").status_code for n in range(21)]
    assert answers[:20] == [303] * 20
    assert answers[20] == 429


@pytest.mark.one_database
def test_a_slip_is_asked_about_and_a_wrong_address_refused(client: FlaskClient) -> None:
    asked = ask(client, "salma@gmial.com")
    assert asked.status_code == 200
    assert "Did you mean salma@gmail.com" in words(asked)
    form = forms_of(asked)[-1]
    assert client.post(form.action, data=form.values).status_code == 303
    assert ask(client, "salma").status_code == 422
    assert ask(client, "").status_code == 422


@pytest.mark.one_database
def test_the_foot_of_every_page_leads_there(client: FlaskClient, appeal: Appeal) -> None:
    assert 'href="/links"' in client.get("/about").get_data(as_text=True)
    sent = client.get("/links/sent")
    assert sent.status_code == 200
    assert "Set-Cookie" not in client.get("/links").headers
