"""The page with everything that is kept: by mail only, read, taken along, put right, erased."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.appeals.models.donations import Donation
from app.audit.facts import Actor
from app.campaigns.rules.members import MEMBER_LINK
from app.db.session import db, transaction
from app.lib import clock, links
from app.mail.models.outbox import OutboxMail
from app.mail.rules.addresses import Purpose
from app.mail.service import suppression
from app.settings import settings
from app.supporters.flows import rights as rights_flows
from app.supporters.models.people import Consent, Supporter
from app.supporters.models.rights import DataLink, Erasure
from app.supporters.queries import consents as consent_reads
from app.supporters.queries.people import find_supporter
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.offers import Offer
from app.supporters.rules.rights import LINK_LIFE, PREFERENCES_LINK, PURPOSES
from app.supporters.rules.words import DataLinkKind, FreeTime, Skill
from app.supporters.service import correcting, data_links, merging, people
from tests.appeals.donors import forms_of
from tests.factories.appeals import make_network
from tests.factories.members import make_member
from tests.factories.people import EMAIL, NAME, make_everything
from tests.factories.supporters import make_consent, make_supporter

pytestmark = pytest.mark.one_database


def link_of(kind: DataLinkKind, email: str = EMAIL, new_email: str | None = None) -> str:
    """The token in the mail that somebody asked for."""
    with transaction():
        data_links.ask(kind, email, locale="en", now=clock.utcnow(), new_email=new_email)
    found = db.session.scalars(select(DataLink).where(DataLink.kind == kind)).all()[-1]
    return links.sign(settings().secret_key, PURPOSES[kind], found.public_id)


def send(client: FlaskClient, path: str, action: str, **typed: str) -> object:
    """Fill in a form of a page and send it."""
    form = next(each for each in forms_of(client.get(path)) if each.action.endswith(action))
    return client.post(form.action, data={**form.values, **typed})


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
def test_the_answer_is_the_same_for_everybody(app: Flask, client: FlaskClient, email: str) -> None:
    with transaction():
        make_supporter(EMAIL)
    form = next(each for each in forms_of(client.get("/your-data")) if each.method == "post")
    answer = client.post("/your-data", data={**form.values, "email": email})
    assert (answer.status_code, answer.location) == (303, "/your-data/sent")
    (sent,) = db.session.scalars(select(OutboxMail)).all()
    assert (sent.template, sent.to) == ("supporters/data_link", email)


def test_the_same_mail_goes_once_in_a_while(app: Flask) -> None:
    link_of(DataLinkKind.SEE)
    link_of(DataLinkKind.SEE)
    assert db.session.scalar(select(func.count(OutboxMail.id))) == 1


def test_a_link_opens_for_a_day_and_no_other_page(app: Flask, client: FlaskClient) -> None:
    token = link_of(DataLinkKind.SEE)
    assert client.get(f"/your-data/{token}").status_code == 200
    assert client.get(f"/your-data/erase/{token}").status_code == 404
    with transaction():
        for link in db.session.scalars(select(DataLink)):
            link.expires_at = clock.utcnow()
    gone = client.get(f"/your-data/{token}")
    assert gone.status_code == 410
    assert LINK_LIFE.days == 1


def test_everything_is_read_and_taken_along(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_everything()
    token = link_of(DataLinkKind.SEE)
    page = client.get(f"/your-data/{token}").get_data(as_text=True)
    assert NAME in page
    assert "Until ninety days" in page or "Ninety days after" in page
    told = json.loads(client.get(f"/your-data/{token}/everything.json").data)
    assert told["about"] == EMAIL
    assert {part["part"] for part in told["kept"]} >= {"Your gifts", "Your events"}
    packed = zipfile.ZipFile(BytesIO(client.get(f"/your-data/{token}/everything.zip").data))
    assert {"appeals.csv", "events.csv", "everything.json"} <= set(packed.namelist())
    assert NAME in packed.read("appeals.csv").decode("utf-8-sig")


def test_what_she_offered_stands_kind_by_kind(app: Flask, client: FlaskClient) -> None:
    offer = Offer(
        skills=frozenset({Skill.DRIVING, Skill.COOKING}),
        languages=frozenset({"ar"}),
        times=frozenset({FreeTime.EVENINGS}),
    )
    with transaction():
        make_member(EMAIL, offer=offer)
    page = client.get(f"/your-data/{link_of(DataLinkKind.SEE)}")
    assert "Cooking, Driving a car or a small van, Arabic, Evenings" in page.text


def test_a_get_writes_nothing(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_everything()
    token = link_of(DataLinkKind.ERASE)
    assert client.get(f"/your-data/erase/{token}").status_code == 200
    assert find_supporter(EMAIL) is not None


def test_she_corrects_what_is_wrong(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_supporter(EMAIL)
    path = f"/your-data/{link_of(DataLinkKind.SEE)}/correct"
    send(client, path, "/correct", name="Hala", phone="020 7946 0001", locale="ar")
    db.session.expire_all()
    supporter = find_supporter(EMAIL)
    assert supporter is not None
    assert (supporter.name, supporter.phone, supporter.locale) == ("Hala", "020 7946 0001", "ar")


def test_a_page_that_is_stale_shows_both_texts(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_supporter(EMAIL)
    path = f"/your-data/{link_of(DataLinkKind.SEE)}/correct"
    form = next(each for each in forms_of(client.get(path)) if each.action.endswith("/correct"))
    with transaction():
        supporter = find_supporter(EMAIL)
        assert supporter is not None
        supporter.name, supporter.version = "Huda", 2
    answer = client.post(form.action, data={**form.values, "name": "Hala"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Huda" in page
    assert "Hala" in page


def test_a_new_address_counts_once_it_is_proven(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_supporter(EMAIL)
    path = f"/your-data/{link_of(DataLinkKind.SEE)}/correct"
    send(client, path, "/address", email="new@example.org")
    assert find_supporter("new@example.org") is None
    token = link_of(DataLinkKind.MOVE, new_email="new@example.org")
    sent = db.session.scalars(
        select(OutboxMail.to).where(OutboxMail.template == "supporters/data_mailbox")
    )
    assert set(sent) == {"new@example.org"}
    send(client, f"/your-data/move/{token}", "")
    db.session.expire_all()
    assert find_supporter("new@example.org") is not None
    assert find_supporter(EMAIL) is None
    assert client.get(f"/your-data/move/{token}").status_code == 410


def test_an_address_of_somebody_else_joins_nobody(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_supporter(EMAIL)
        make_supporter("other@example.org")
    token = link_of(DataLinkKind.MOVE, new_email="other@example.org")
    answer = send(client, f"/your-data/move/{token}", "")
    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert find_supporter(EMAIL) is not None


def test_she_erases_herself_and_the_gift_stays(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_everything()
        gift = db.session.scalars(select(Donation)).one()
        gift.received_minor = gift.amount_minor
    see = link_of(DataLinkKind.SEE)
    send(client, f"/your-data/{see}/erase", "/erase")
    token = link_of(DataLinkKind.ERASE)
    answer = send(client, f"/your-data/erase/{token}", "")
    assert answer.status_code == 303  # type: ignore[attr-defined]
    told = client.get(answer.location).get_data(as_text=True)  # type: ignore[attr-defined]
    assert "Accounts must show every gift." in told
    assert EMAIL not in told
    db.session.expire_all()
    kept = db.session.scalars(select(Donation)).one()
    assert (kept.email, kept.name, kept.received_minor) == (None, None, kept.amount_minor)
    assert suppression.is_suppressed(EMAIL, for_=Purpose.MAILING)
    assert client.get(f"/your-data/{see}").status_code == 410
    assert client.get(f"/your-data/erase/{token}").status_code == 410
    assert db.session.scalar(select(func.count(Erasure.id))) == 1


# --- preferences ----------------------------------------------------------------------------------


def preferences_of(supporter: Supporter) -> str:
    """The address that every mailing leads to."""
    return (
        f"/preferences/{links.sign(settings().secret_key, PREFERENCES_LINK, supporter.public_id)}"
    )


def live() -> set[ConsentPurpose]:
    """What stands now."""
    db.session.expire_all()
    found = select(Consent.purpose).where(Consent.withdrawn_at.is_(None))
    return set(db.session.scalars(found))


def test_boxes_give_and_withdraw(app: Flask, client: FlaskClient) -> None:
    with transaction():
        path = preferences_of(make_everything())
    assert live() == {ConsentPurpose.UPDATES, ConsentPurpose.EVENTS}
    page = client.get(path)
    form = next(each for each in forms_of(page) if each.action.endswith(path))
    values = re.findall(r'name="wanted" value="([^"]+)"', page.get_data(as_text=True))
    wanted = next(each for each in values if each.endswith(":appeals"))
    token = form.values["csrf_token"]
    answer = client.post(path, data={"csrf_token": token, "wanted": wanted})
    assert answer.status_code == 303
    assert live() == {ConsentPurpose.APPEALS}


def test_a_box_says_what_counts_and_not_what_stands(app: Flask, client: FlaskClient) -> None:
    now, by = clock.utcnow(), Actor.visitor()
    with transaction():
        group = make_network()
        her, other = make_supporter(EMAIL), make_supporter("other@example.org")
        make_consent(her, group=group, now=now - timedelta(days=2))
        no = make_consent(other, group=group, now=now - timedelta(days=2))
        people.withdraw_consent(no, now=now - timedelta(days=1), by=by)
        merging.merge(her.id, other.id, group_id=group.id, now=now, by=by)
        path, her_id = preferences_of(her), her.id
    # She said no at her other address.
    assert " checked" not in client.get(path).text
    wish = correcting.Wish(group.id, ConsentPurpose.UPDATES, is_wanted=True)
    rights_flows.choose(her_id, [wish], locale="en", now=now)
    assert client.get(path).text.count(" checked") == 1
    assert consent_reads.may_write(her_id, group.id, ConsentPurpose.UPDATES)


def test_no_more_news_and_mail_again(app: Flask, client: FlaskClient) -> None:
    with transaction():
        path = preferences_of(make_everything())
    send(client, path, "/stop")
    assert live() == set()
    assert suppression.is_suppressed(EMAIL, for_=Purpose.MAILING)
    send(client, path, "/again")
    assert suppression.is_suppressed(EMAIL, for_=Purpose.MAILING)
    token = link_of(DataLinkKind.LIFT)
    send(client, f"/mail-again/{token}", "")
    assert not suppression.is_suppressed(EMAIL, for_=Purpose.MAILING)
    # What she agreed to before does not come back by itself.
    assert live() == set()


def test_links_in_the_old_mailbox_open_nothing(app: Flask, client: FlaskClient) -> None:
    with transaction():
        member = make_member(EMAIL, group=make_network())
        supporter, secret = member.supporter, settings().secret_key
        assert supporter
        version = member.link_version
        pages = (
            f"/preferences/{links.sign(secret, PREFERENCES_LINK, supporter.public_id)}",
            f"/member/{links.sign(secret, MEMBER_LINK, member.public_id, version=version)}",
        )
    assert [client.get(each).status_code for each in pages] == [200, 200]
    with transaction():
        now, by = clock.utcnow(), Actor.visitor()
        correcting.move(EMAIL, "new@example.org", now=now, by=by)
    assert [client.get(each).status_code for each in pages] == [410, 410]
