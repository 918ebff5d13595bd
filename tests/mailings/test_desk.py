"""The desk's mailings: written, counted, tested, sent, held, looked at; and who may do which."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.accounts.rules.permissions import Role
from app.articles.models.articles import Article
from app.articles.rules.words import ArticleKind
from app.db.session import db, transaction
from app.factory import handlers
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from app.mail.rules.addresses import SuppressionReason
from app.mail.service.suppression import suppress
from app.mailings.models.mailings import Mailing
from app.mailings.rules.words import MailingState
from app.mailings.service import starting
from app.queue.jobs import run_due
from app.settings import settings
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.factories.accounts import post
from tests.factories.appeals import make_appeal, make_network
from tests.factories.groups import make_group
from tests.factories.mailings import (
    BY,
    make_appeal_mailing,
    make_mailing,
    make_reader,
    make_sending,
)
from tests.factories.members import make_member
from tests.mailings.test_sending import OMAR, SANA, state_of, work

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.fakes.smtp import FakeSmtp

pytestmark = pytest.mark.one_database
NEW = "/desk/mailings/new"


@pytest.fixture
def organiser(client: FlaskClient, app: Flask) -> FlaskClient:
    """Somebody who writes and sends."""
    sign_in_as(client, Role.ORGANISER)
    return client


def typed(**changes: Any) -> dict[str, Any]:
    values = {
        "group": str(make_network().id),
        "kind": "news",
        "subject-en": "Winter aid",
        "subject-ar": "عون الشتاء",
        "body-en": "We **loaded** it.",
        "body-ar": "حمّلناه.",
        "source_word": "winter",
    }
    return values | changes


def last() -> Mailing:
    db.session.expire_all()
    return db.session.query(Mailing).order_by(Mailing.id.desc()).first() or pytest.fail("none")


def at(mailing: Mailing, path: str = "") -> str:
    return f"/desk/mailings/{mailing.public_id}{path}"


def made(**changes: Any) -> Mailing:
    with transaction():
        make_reader(make_network(), SANA)
        return make_mailing(make_network(), **changes)


def test_a_mailing_is_written_tested_and_sent(organiser: FlaskClient, smtp: FakeSmtp) -> None:
    with transaction():
        make_reader(make_network(), SANA)
    assert post(organiser, NEW, **typed()).status_code == 303
    mailing = last()
    page = words(organiser.get(at(mailing)))
    assert "1 person would get it now." in page
    assert "Send it …" not in page
    assert post(organiser, at(mailing, "/test"), on=at(mailing)).status_code == 303
    tests = db.session.query(OutboxMail).filter_by(template="mailings/news").all()
    assert {(each.to, each.locale) for each in tests} == {
        ("desk@example.org", "en"),
        ("desk@example.org", "ar"),
    }
    assert "1 person would get it now." in words(organiser.get(at(mailing, "/send")))
    assert post(organiser, at(mailing, "/send")).status_code == 303
    assert state_of(mailing.id) is MailingState.SENDING
    run_due(handlers())
    page = words(organiser.get(at(mailing)))
    assert "0 of 1 wait" in page
    assert [to for _, (to,) in smtp.envelopes if to == SANA] == [SANA]


def test_people_are_counted_before_anything_is_kept(organiser: FlaskClient) -> None:
    with transaction():
        make_reader(make_network(), SANA)
        make_reader(make_network(), OMAR, locale="ar")
    answer = post(organiser, NEW, **typed(count="y"))
    assert "2 people would get it now." in words(answer)
    assert "We **loaded** it." in answer.get_data(as_text=True)
    answer = post(organiser, NEW, **typed(count="y", language="ar"))
    assert "1 person would get it now." in words(answer)
    assert db.session.query(Mailing).count() == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"subject-en": "", "subject-ar": ""}, "Write a subject."),
        ({"body-ar": ""}, "Write the subject and the text in the same languages."),
        ({"kind": "appeal"}, "Choose the appeal that it tells of."),
        ({"kind": "anything"}, "Choose what it is about."),
        ({"source_word": "Not A Word"}, "Use small letters, digits and hyphens"),
        ({"areas": "???"}, "Write beginnings of postcodes"),
        ({"subject-en": "x" * 121}, "Please use at most 120 characters."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    organiser: FlaskClient, changes: dict[str, str], sentence: str
) -> None:
    with transaction():
        make_network()
    answer = post(organiser, NEW, **typed(**changes))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "We **loaded** it." in answer.get_data(as_text=True)
    assert db.session.query(Mailing).count() == 0


def test_an_appeal_of_another_group_is_refused(organiser: FlaskClient) -> None:
    with transaction():
        appeal = make_appeal()
        mailing = make_appeal_mailing(appeal)
        make_group(slug="others")
    form = typed(kind="appeal", appeal=str(appeal.id), version="1")
    assert post(organiser, at(mailing, "/edit"), **form).status_code == 303
    answer = post(organiser, at(mailing, "/edit"), **{**form, "appeal": "9999", "version": "2"})
    assert answer.status_code == 422


def test_two_who_write_at_once_see_both_texts(organiser: FlaskClient) -> None:
    mailing = made()
    path = at(mailing, "/edit")
    assert post(organiser, path, **typed(version="1")).status_code == 303
    answer = post(organiser, path, **typed(version="1", **{"subject-en": "Mine"}))
    assert answer.status_code == 409
    text = answer.get_data(as_text=True)
    assert "Mine" in text
    assert "Winter aid" in text
    assert last().subject.texts["en"] == "Winter aid"


def test_a_mailing_on_its_way_is_not_written_on(organiser: FlaskClient) -> None:
    mailing = made()
    with transaction():
        starting.send_now(mailing.id, now=clock.utcnow(), by=BY)
    assert organiser.get(at(mailing, "/edit")).status_code == 303
    answer = post(organiser, at(mailing, "/edit"), on=NEW, **typed(version="1"))
    assert answer.status_code == 409
    assert last().version == 1


def test_it_is_held_and_stopped_by_buttons(organiser: FlaskClient, smtp: FakeSmtp) -> None:
    mailing = made()
    with transaction():
        starting.send_now(mailing.id, now=clock.utcnow(), by=BY)
    for change, state in (
        ("pause", MailingState.PAUSED),
        ("pause", MailingState.PAUSED),
        ("resume", MailingState.SENDING),
        ("stop", MailingState.STOPPED),
    ):
        post(organiser, at(mailing, f"/{change}"), on=NEW)
        assert state_of(mailing.id) is state
    assert "It does not go to 1 person." in words(organiser.get(at(mailing)))
    work()
    assert smtp.messages == []


def test_it_is_given_an_hour_and_taken_back(organiser: FlaskClient) -> None:
    mailing, path = made(), ""
    path = at(mailing, "/schedule")
    tomorrow = clock.utcnow() + timedelta(days=1)
    when = {"on_date": tomorrow.date().isoformat(), "at_time": "18.30"}
    assert post(organiser, path, on=at(mailing, "/send"), at_time="soon").status_code == 422
    past = {"on_date": "2026-01-01", "at_time": "9"}
    answer = post(organiser, path, on=at(mailing, "/send"), **past)
    assert answer.status_code == 422
    assert "Choose an hour that is still to come" in words(answer)
    assert post(organiser, path, on=at(mailing, "/send"), **when).status_code == 303
    assert state_of(mailing.id) is MailingState.SCHEDULED
    post(organiser, at(mailing, "/unschedule"), on=at(mailing))
    assert state_of(mailing.id) is MailingState.DRAFT


def test_an_editor_writes_and_does_not_send(client: FlaskClient, app: Flask) -> None:
    sign_in_as(client, Role.EDITOR)
    mailing = made()
    assert client.get(at(mailing, "/edit")).status_code == 200
    assert "you may write mailings, not send them" in words(client.get(at(mailing)))
    assert client.get(at(mailing, "/send")).status_code == 403
    assert client.get(at(mailing, "/people")).status_code == 403
    for path in ("/send", "/stop", "/schedule"):
        assert post(client, at(mailing, path), on=NEW).status_code == 403
    assert state_of(mailing.id) is MailingState.DRAFT


def test_mailings_of_other_groups_are_not_there(organiser: FlaskClient) -> None:
    with transaction():
        mailing = make_mailing(make_group(slug="others"))
    for path in ("", "/edit", "/send", "/people", "/preview/en"):
        assert organiser.get(at(mailing, path)).status_code == 404
    for path in ("/send", "/stop", "/test", "/copy"):
        status = post(organiser, at(mailing, path), on="/desk/mailings/new").status_code
        assert status in {403, 404}
    assert "Winter aid" not in words(organiser.get("/desk/mailings/"))


def test_each_language_is_shown_before_it_goes(organiser: FlaskClient) -> None:
    mailing = made()
    english, arabic = (
        words(organiser.get(at(mailing, f"/preview/{each}"))) for each in ("en", "ar")
    )
    assert "we loaded the van." in english
    assert "لقد حمّلنا الشاحنة" in arabic
    page = organiser.get(at(mailing, "/preview/ar")).get_data(as_text=True)
    assert 'lang="ar" dir="rtl"' in page
    assert organiser.get(at(mailing, "/preview/xx")).status_code == 404
    assert "/unsubscribe/" not in page


def test_who_got_it_is_listed_with_reasons(organiser: FlaskClient, smtp: FakeSmtp) -> None:
    with transaction():
        make_reader(make_network(), SANA).name = "Sana"
        make_reader(make_network(), OMAR)
        mailing = make_sending(make_network())
        suppress(OMAR, SuppressionReason.ASKED, now=clock.utcnow())
    work()
    page = words(organiser.get(at(mailing, "/people")))
    assert SANA in page
    assert "Mail to this address is stopped." in page
    only = words(organiser.get(at(mailing, "/people?state=skipped")))
    assert OMAR in only
    assert SANA not in only
    assert organiser.get(at(mailing, "/people?state=x&after=y")).status_code == 200


def test_the_public_copy_tells_of_nobody(organiser: FlaskClient, smtp: FakeSmtp) -> None:
    with transaction():
        make_reader(make_network(), SANA).name = "Sana Haddad"
        mailing = make_sending(make_network())
    work()
    for _ in range(2):
        post(organiser, at(mailing, "/copy"), on=NEW)
    (article,) = db.session.query(Article).all()
    assert article.kind is ArticleKind.MAILING
    assert article.published_at is None
    assert last().copy_id == article.id
    text = " ".join(article.body.texts.values()) + " ".join(article.teaser.texts.values())
    row = db.session.query(Mailing).one()
    for secret in (SANA, "Sana", "unsubscribe", "from=", row.public_id, settings().secret_key):
        assert secret not in text


def test_an_appeal_counts_what_its_mailing_brings(organiser: FlaskClient) -> None:
    with transaction():
        appeal = make_appeal()
        mailing = make_appeal_mailing(appeal)
        make_reader(appeal.group, SANA, purpose=mailing.purpose)
        starting.send_now(mailing.id, now=clock.utcnow(), by=BY)
    page = words(organiser.get(f"/desk/appeals/{appeal.id}/sources"))
    assert "mail-winter" in page


def test_who_joins_by_its_links_is_counted_and_not_named(
    organiser: FlaskClient, smtp: FakeSmtp
) -> None:
    with transaction():
        make_reader(make_network(), SANA)
        mailing = make_sending(make_network())
        make_member(OMAR, group=make_network()).came_from = mailing.source_word
    page = words(organiser.get(at(mailing)))
    assert "Joined by its links 1" in page
    assert OMAR not in page
    new = organiser.get(NEW).get_data(as_text=True)
    day = clock.day_in(settings().timezone, clock.utcnow()).isoformat()
    assert f'value="mail-{day}"' in new


def test_lists_page_by_key(organiser: FlaskClient) -> None:
    with transaction():
        for number in range(52):
            make_mailing(make_network(), source_word=f"mail-{number}")
    first = organiser.get("/desk/mailings/").get_data(as_text=True)
    assert first.count('<th scope="row"') == 50
    assert "after=" in first


def test_another_like_it_has_a_word_of_its_own(organiser: FlaskClient) -> None:
    mailing = made(source_word="winter")
    page = organiser.get(f"{NEW}?like={mailing.public_id}").get_data(as_text=True)
    assert mailing.subject.texts["en"] in page
    assert 'value="winter"' not in page
    assert db.session.query(Mailing).count() == 1
    assert organiser.get(f"{NEW}?like=nothing").status_code == 404
    with transaction():
        other = make_mailing(make_group(slug="elsewhere"), source_word="other")
    assert organiser.get(f"{NEW}?like={other.public_id}").status_code == 404


def test_a_draft_is_thrown_away_and_nothing_that_went_out(organiser: FlaskClient) -> None:
    mailing = made()
    answer = post(organiser, at(mailing, "/discard"), on=at(mailing))
    assert answer.status_code == 303
    assert "The draft is gone." in words(organiser.get(answer.location))
    assert db.session.query(Mailing).count() == 0
    with transaction():
        sent = make_sending(make_network())
    assert "/discard" not in organiser.get(at(sent)).get_data(as_text=True)
    post(organiser, at(sent, "/discard"), on=at(sent))
    assert state_of(sent.id) is MailingState.SENDING
