"""Complaints: kept once, told when they are due, answered, and forgotten after two years."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.lib.errors import StaleError
from app.mail.models.outbox import OutboxMail
from app.supporters.desk.complaints import WAITING
from app.supporters.errors.rights import NoAddressError
from app.supporters.models.rights import Complaint
from app.supporters.rules.rights import COMPLAINT_KEPT, ComplaintContent
from app.supporters.rules.words import AskedBy, ComplaintKind, ComplaintState
from app.supporters.service import complaints
from tests.appeals.donors import forms_of
from tests.factories.accounts import make_account, post, sign_in
from tests.factories.appeals import make_network

BY = Actor.system()


def make_complaint(email: str | None = "hala@example.org", **changes: object) -> Complaint:
    """Somebody was rung three times."""
    content = ComplaintContent(
        kind=ComplaintKind.FUNDRAISING,
        text="You rang three times.",
        group_id=make_network().id,
        name="Hala",
        email=email,
    )
    values = {"locale": "en", "source": AskedBy.PAGE, "nonce": None, "now": clock.utcnow()}
    return complaints.receive(content, **{**values, "by": BY, **changes})  # type: ignore[arg-type]


def mails() -> list[str]:
    """The mails put so far."""
    return list(db.session.scalars(select(OutboxMail.template).order_by(OutboxMail.id)))


def test_a_visitor_complains_and_hears_by_when_there_is_an_answer(
    app: Flask, client: FlaskClient
) -> None:
    with transaction():
        make_network()
    form = next(each for each in forms_of(client.get("/complaints")) if each.method == "post")
    typed = {**form.values, "kind": "data", "group": "", "text": "You rang."}
    typed["email"] = "hala@example.org"
    first = client.post("/complaints", data=typed)
    again = client.post("/complaints", data=typed)
    assert first.status_code == 303
    assert first.location == again.location
    kept = db.session.scalars(select(Complaint)).one()
    assert kept.due_at - kept.received_at == timedelta(days=30)
    assert mails() == ["supporters/complaint_received"]
    page = client.get(first.location).get_data(as_text=True)
    assert kept.public_id in page
    assert "You rang." not in page


@pytest.mark.one_database
def test_what_was_typed_is_kept_when_something_is_missing(app: Flask, client: FlaskClient) -> None:
    form = next(each for each in forms_of(client.get("/complaints")) if each.method == "post")
    answer = client.post("/complaints", data={**form.values, "name": "Hala", "text": ""})
    assert answer.status_code == 422
    assert 'value="Hala"' in answer.get_data(as_text=True)


@pytest.mark.one_database
@pytest.mark.parametrize("kind", [{}, {"kind": ""}, {"kind": "weather"}])
def test_what_it_is_about_is_chosen_and_never_guessed(
    app: Flask, client: FlaskClient, kind: dict[str, str]
) -> None:
    form = next(each for each in forms_of(client.get("/complaints")) if each.method == "post")
    assert "kind" not in form.values
    answer = client.post("/complaints", data={**form.values, "text": "You rang.", **kind})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert page.count("Choose what it is about.") == 2
    assert "Not a valid choice" not in page
    assert db.session.scalars(select(Complaint)).all() == []


def test_it_waits_until_it_is_answered(app: Flask) -> None:
    with transaction():
        kept = make_complaint()
    (waits,) = list(WAITING.find(clock.utcnow()))
    assert (waits.key, waits.due_at) == (kept.public_id, kept.due_at)
    with transaction():
        complaints.add_note(
            kept.public_id, "Asked Amal.", seen_version=1, now=clock.utcnow(), by=BY
        )
        complaints.answer(
            kept.public_id,
            "We are sorry.",
            outcome="Numbers taken off the list.",
            is_mailed=True,
            seen_version=2,
            now=clock.utcnow(),
            by=BY,
        )
    assert not list(WAITING.find(clock.utcnow()))
    assert mails() == ["supporters/complaint_received", "supporters/complaint_answer"]


@pytest.mark.one_database
def test_two_who_work_on_it_at_once_are_told(app: Flask) -> None:
    with transaction():
        kept = make_complaint()
        complaints.add_note(kept.public_id, "One.", seen_version=1, now=clock.utcnow(), by=BY)
    with pytest.raises(StaleError), transaction():
        complaints.add_note(kept.public_id, "Two.", seen_version=1, now=clock.utcnow(), by=BY)


@pytest.mark.one_database
def test_nobody_is_mailed_who_left_no_address(app: Flask) -> None:
    with transaction():
        kept = make_complaint(None)
    with pytest.raises(NoAddressError), transaction():
        complaints.write(kept.public_id, "Sorry.", seen_version=1, now=clock.utcnow(), by=BY)


def test_after_two_years_nobody_knows_who_complained(app: Flask) -> None:
    long_ago = clock.utcnow() - COMPLAINT_KEPT - timedelta(days=40)
    with transaction():
        kept = make_complaint(now=long_ago)
        complaints.set_aside(kept.public_id, "Twice.", seen_version=1, now=long_ago, by=BY)
    with transaction():
        assert complaints.forget_old(now=clock.utcnow(), limit=10) == 1
        assert complaints.forget_old(now=clock.utcnow(), limit=10) == 0
    db.session.expire_all()
    kept = db.session.scalars(select(Complaint)).one()
    assert (kept.name, kept.email, kept.text) == (None, None, None)
    assert [note.text for note in kept.notes] == [""]


@pytest.mark.one_database
def test_the_desk_answers_and_takes_up_again(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_account(Role.OWNER, group=make_network(), email="owner@example.org")
        kept = make_complaint()
    sign_in(client, "owner@example.org")
    page = f"/desk/complaints/{kept.public_id}"
    aside = post(client, f"{page}/aside", on=page, version="1", text="Sent twice.")
    assert aside.status_code == 303
    index = client.get("/desk/complaints/").get_data(as_text=True)
    assert "set aside" in index
    post(client, f"{page}/again", on=page)
    db.session.expire_all()
    assert db.session.scalars(select(Complaint.state)).one() is ComplaintState.RECEIVED
    missing = post(client, f"{page}/answer", on=page, version="3", text="Sorry.")
    assert missing.status_code == 422
    typed = {"version": "3", "text": "We are sorry.", "outcome": "Put right."}
    assert post(client, f"{page}/answer", on=page, **typed).status_code == 303
    assert mails()[-1] == "supporters/complaint_answer"


@pytest.mark.one_database
def test_the_desk_enters_what_came_by_letter(app: Flask, client: FlaskClient) -> None:
    with transaction():
        group = make_network()
        make_account(Role.OWNER, group=group, email="owner@example.org")
    sign_in(client, "owner@example.org")
    came = (clock.utcnow() - timedelta(days=5)).date()
    typed = {
        "source": "paper",
        "received_on": came.isoformat(),
        "kind": "data",
        "group": str(group.id),
        "text": "A letter.",
        "locale": "en",
    }
    answer = post(client, "/desk/complaints/new", **typed)
    assert answer.status_code == 303
    kept = db.session.scalars(select(Complaint)).one()
    assert kept.received_at.date() == came
    assert kept.due_at.date() == came + timedelta(days=30)


def test_the_same_form_at_the_same_moment_is_one_complaint(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send() -> int:
        content = ComplaintContent(
            group_id=None, kind=ComplaintKind.OTHER, name=None, email=None, text="You lost my form."
        )
        now, by = clock.utcnow(), Actor.visitor()
        with transaction():
            return complaints.receive(
                content, locale="en", source=AskedBy.PAGE, nonce="one", now=now, by=by
            ).id

    first, looks, find = send(), iter([True]), complaints._of_form
    # The second did not see the first yet when it looked.
    monkeypatch.setattr(
        complaints, "_of_form", lambda nonce: None if next(looks, False) else find(nonce)
    )
    assert send() == first
