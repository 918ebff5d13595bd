"""The pages of shifts: taking some without an account, one's own page, the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.db.session import db, transaction
from app.events.mails.shifts import SHIFT
from app.events.models.events import Event
from app.events.models.shifts import Shift, ShiftSignup
from app.events.render.shifts import invite_token
from app.events.rules.words import EventState, PlaceShown, RoleKind, SignupState, Status
from app.lib import links
from app.lib.text import Translated
from app.mail.models.outbox import OutboxMail
from app.settings import settings
from tests.appeals.donors import forms_of
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.events.addresses import at_desk
from tests.factories.accounts import make_account, sign_in, token_on
from tests.factories.events import make_event, make_shift, make_signup
from tests.factories.groups import make_group

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


@pytest.fixture
def event(app: Flask) -> Event:
    """A march in a week."""
    with transaction():
        return make_event(slug="march")


def made(event: Event, **changes: object) -> Shift:
    with transaction():
        return make_shift(event, **changes)


def signed_up(shift: Shift, **changes: object) -> ShiftSignup:
    with transaction():
        return make_signup(shift, **changes)


def people() -> list[ShiftSignup]:
    db.session.expire_all()
    return [*db.session.scalars(select(ShiftSignup).order_by(ShiftSignup.id))]


def own_page(signup: ShiftSignup) -> str:
    """The private link to somebody's page."""
    return "/shifts/" + links.sign(settings().secret_key, SHIFT, signup.public_id)


def typed(page: TestResponse, *shifts: Shift, **changes: str) -> dict[str, object]:
    """What somebody sends who ticks these shifts."""
    values = {
        "name": "Samir",
        "email": "samir@example.org",
        "phone": "07700 900123",
        "is_adult": "y",
    }
    form = next(each for each in forms_of(page) if each.action.endswith("/shifts"))
    return form.values | values | changes | {"chosen": [each.public_id for each in shifts]}


# --- the public -----------------------------------------------------------------------------------


def test_somebody_takes_two_shifts_and_finds_them_on_her_page(
    client: FlaskClient, event: Event
) -> None:
    first = made(event, ends_local=event.starts_local + timedelta(hours=1))
    second = made(
        event, role=RoleKind.FIRST_AID, starts_local=event.starts_local + timedelta(hours=1)
    )
    assert "Steward" in words(client.get("/events/march"))
    page = client.get("/events/march/shifts")
    answer = client.post("/events/march/shifts", data=typed(page, first, second))
    assert (answer.status_code, answer.location) == (303, "/events/march/shifts/done")
    assert client.get(answer.location).status_code == 200
    assert [each.state for each in people()] == [SignupState.TAKEN, SignupState.ASKED]
    client.post("/events/march/shifts", data=typed(page, first, second))
    assert len(people()) == 2
    (mail,) = db.session.scalars(select(OutboxMail))
    assert mail.to == "samir@example.org"
    theirs = words(client.get(own_page(people()[0])))
    assert "Steward comes" in theirs
    assert "First aid asks for it" in theirs
    assert "12 Hoe Street" in theirs


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "Tell us how to call you."),
        ({"email": "samir"}, "e-mail address"),
        ({"email": ""}, "Enter your e-mail address"),
        ({"is_adult": ""}, "18 or older"),
        ({"name": "x" * 121}, "at most 120"),
        ({"skills": "x" * 501}, "at most 500"),
        ({"fax_number": "1"}, "is to stay empty"),
        ({"email": "samir@gmial.com"}, "gmail.com"),
    ],
)
@pytest.mark.one_database
def test_what_was_typed_is_kept(
    client: FlaskClient, event: Event, changes: dict[str, str], sentence: str
) -> None:
    shift = made(event)
    page = client.get("/events/march/shifts")
    sent = typed(page, shift, **{"skills": "I speak Arabic."} | changes)
    answer = client.post("/events/march/shifts", data=sent)
    assert answer.status_code in {200, 422}
    assert sentence in words(answer)
    assert people() == []
    kept = forms_of(answer)[0].values
    assert kept["chosen"] == shift.public_id
    assert kept["phone"] == "07700 900123"


@pytest.mark.one_database
def test_shifts_that_cannot_be_taken(client: FlaskClient, event: Event) -> None:
    shift, same_time = made(event), made(event, role=RoleKind.WELFARE)
    trusted = made(event, role=RoleKind.CHIEF_STEWARD, is_trusted=True)
    with transaction():
        foreign = make_shift(make_event())
    for chosen in ([], [shift, same_time], [trusted], [foreign]):
        page = client.get("/events/march/shifts")
        answer = client.post("/events/march/shifts", data=typed(page, *chosen))
        assert answer.status_code == 422
    assert people() == []


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changes", "status", "is_open"),
    [
        ({"status": Status.CANCELLED}, 200, False),
        ({"status": Status.POSTPONED}, 200, False),
        ({"starts_in": timedelta(days=-3)}, 200, False),
        ({"state": EventState.HIDDEN}, 410, False),
        ({"state": EventState.DRAFT, "published_at": None}, 404, False),
        ({}, 200, True),
    ],
)
def test_where_no_helpers_are_looked_for(
    app: Flask, client: FlaskClient, changes: dict[str, Any], status: int, is_open: bool
) -> None:
    with transaction():
        event = make_event(slug="other", **changes)
        shift = make_shift(event)
    page = client.get("/events/other/shifts")
    assert page.status_code == status
    assert (shift.public_id in page.get_data(as_text=True)) is is_open


@pytest.mark.one_database
def test_a_trusted_shift_is_seen_by_its_own_link_alone(client: FlaskClient, event: Event) -> None:
    made(event)
    trusted = made(
        event,
        role=RoleKind.LEGAL_BACK_OFFICE,
        is_trusted=True,
        note=Translated.of(en="canary-note"),
    )
    for path in ("/events/march", "/events/march/shifts", "/ar/events/march/shifts"):
        shown = client.get(path).get_data(as_text=True)
        assert "canary-note" not in shown
        assert trusted.public_id not in shown
    token = invite_token(trusted)
    for bad in ("x", token[:-2] + "aa", own_page(signed_up(trusted)).rpartition("/")[2]):
        page = client.get(f"/events/march/shifts?invited={bad}")
        assert "canary-note" not in page.get_data(as_text=True)
    page = client.get(f"/events/march/shifts?invited={token}")
    assert "canary-note" in page.get_data(as_text=True)
    answer = client.post("/events/march/shifts", data=typed(page, trusted, email="jo@example.org"))
    assert answer.status_code == 303
    assert people()[-1].state is SignupState.ASKED


def test_a_shift_is_given_back_and_taken_again(client: FlaskClient, event: Event) -> None:
    signup = signed_up(made(event))
    address = own_page(signup)
    form = forms_of(client.get(address))[0]
    answer = client.post(form.action, data=form.values)
    assert answer.status_code == 303
    assert "You gave the shift back" in words(client.get(answer.location))
    assert people()[0].state is SignupState.WITHDRAWN
    again = forms_of(client.get(address))[0]
    client.post(again.action, data=again.values)
    assert people()[0].state is SignupState.TAKEN
    assert client.post(form.action, data={}).status_code == 400


@pytest.mark.one_database
def test_links_that_open_nothing(client: FlaskClient, event: Event) -> None:
    signup = signed_up(made(event))
    somebody_else = signed_up(made(event), email="jo@example.org", name="Jo")
    address = own_page(signup)
    for bad in ("x", address.removeprefix("/shifts/")[:-3] + "abc"):
        assert client.get(f"/shifts/{bad}").status_code == 404
    foreign = links.sign(settings().secret_key, "giving", signup.public_id)
    assert client.get(f"/shifts/{foreign}").status_code == 404
    form = forms_of(client.get(address))[0]
    hers = form.action.rpartition("/")[0] + "/" + somebody_else.public_id
    assert client.post(hers, data=form.values).status_code == 404
    assert people()[1].state is SignupState.TAKEN
    with transaction():
        db.session.delete(db.session.get_one(ShiftSignup, signup.id))
    assert client.get(address).status_code == 410


@pytest.mark.one_database
def test_where_to_be_is_told_to_those_an_organiser_accepted(
    app: Flask, client: FlaskClient
) -> None:
    with transaction():
        event = make_event(place_shown=PlaceShown.ACCEPTED)
        shift = make_shift(event)
        asked = make_signup(shift, state=SignupState.ASKED)
        accepted = make_signup(
            shift, email="jo@example.org", name="Jo", accepted_at=event.created_at
        )
    for path in ("", "/rota"):
        assert "Hoe Street" not in client.get(own_page(asked) + path).get_data(as_text=True)
        assert "Hoe Street" in client.get(own_page(accepted) + path).get_data(as_text=True)


# --- the desk -------------------------------------------------------------------------------------


def test_shifts_are_made_changed_and_taken_away_at_the_desk(
    client: FlaskClient, event: Event
) -> None:
    sign_in_as(client, Role.ORGANISER)
    page = client.get(at_desk(event, "shifts"))
    form = next(each for each in forms_of(page) if each.action.endswith("/shifts"))
    sent = form.values | {"role": "steward", "lasts": "60", "count": "2", "needed": "3"}
    assert client.post(form.action, data=sent).status_code == 303
    shifts = db.session.scalars(select(Shift).order_by(Shift.id)).all()
    assert [each.needed for each in shifts] == [3, 3]
    bad = client.post(form.action, data=sent | {"lasts": "5"})
    assert bad.status_code == 422
    assert "quarter of an hour" in words(bad)

    edit = forms_of(client.get(at_desk(event, f"shifts/{shifts[0].public_id}")))
    assert client.post(edit[1].action, data=edit[1].values | {"needed": "9"}).status_code == 303
    stale = client.post(edit[1].action, data=edit[1].values | {"needed": "8"})
    assert stale.status_code == 409
    assert client.post(edit[2].action, data=edit[2].values).status_code == 409
    fresh = forms_of(client.get(at_desk(event, f"shifts/{shifts[0].public_id}")))[2]
    assert client.post(fresh.action, data=fresh.values).status_code == 303
    assert db.session.scalars(select(Shift.needed)).all() == [3]


def test_people_are_accepted_entered_and_moved(client: FlaskClient, event: Event) -> None:
    first_aid, other = made(event, role=RoleKind.FIRST_AID), made(event, role=RoleKind.WELFARE)
    asked = signed_up(first_aid, state=SignupState.ASKED)
    sign_in_as(client, Role.ORGANISER)
    assert "offer to take a shift" in words(client.get("/desk/waiting"))
    token = {"csrf_token": token_on(client.get(at_desk(event, "shifts")))}

    def press(what: str) -> SignupState:
        client.post(at_desk(event, f"shifts/people/{asked.public_id}/{what}"), data=token)
        return people()[0].state

    assert press("accept") is SignupState.TAKEN
    assert press("undecide") is SignupState.ASKED
    assert press("decline") is SignupState.DECLINED
    assert press("undecide") is SignupState.ASKED
    assert press("accept") is SignupState.TAKEN

    entered = at_desk(event, f"shifts/{other.public_id}/people")
    values = token | {"name": "Rana", "phone": "07700 900321", "source": "phone"}
    assert client.post(entered, data=values).status_code == 422
    assert client.post(entered, data=values | {"is_adult": "y"}).status_code == 303
    assert client.post(entered, data=values | {"is_adult": "y"}).status_code == 422
    assert [each.name for each in people()] == ["Samir", "Rana"]

    move = at_desk(event, f"shifts/people/{asked.public_id}/move")
    assert client.get(move).status_code == 200
    assert client.post(move, data=token | {"target": "nowhere"}).status_code == 422
    assert client.post(move, data=token | {"target": other.public_id}).status_code == 303
    db.session.expire_all()
    assert [(each.taken) for each in db.session.scalars(select(Shift).order_by(Shift.id))] == [0, 2]
    rota = words(client.get(at_desk(event, "shifts/rota")))
    assert "Rana 07700 900321" in rota
    arabic = client.get(at_desk(event, "shifts/rota?in=ar")).get_data(as_text=True)
    assert '<html lang="ar" dir="rtl">' in arabic


@pytest.mark.one_database
def test_who_sees_the_people_of_a_shift(client: FlaskClient, event: Event) -> None:
    signup = signed_up(made(event), phone="07700 900555")
    sign_in_as(client, Role.EDITOR)
    plan = client.get(at_desk(event, "shifts")).get_data(as_text=True)
    assert "Samir" not in plan
    assert "07700 900555" not in plan
    assert client.get(at_desk(event, "shifts/rota")).status_code == 403
    assert client.get(at_desk(event, "briefing")).status_code == 403
    token = {"csrf_token": token_on(client.get(at_desk(event, "shifts")))}
    decline = at_desk(event, f"shifts/people/{signup.public_id}/decline")
    assert client.post(decline, data=token).status_code == 403


@pytest.mark.one_database
def test_an_organiser_of_another_group_finds_nothing(client: FlaskClient, event: Event) -> None:
    shift = made(event)
    signup = signed_up(shift)
    with transaction():
        other = make_group(slug="elsewhere")
        make_account(Role.OWNER, group=other, email="other@example.org")
        own = make_event(group_id=other.id)
    sign_in(client, "other@example.org")
    for path in ("shifts", f"shifts/{shift.public_id}", "shifts/rota", "paper", "door-list"):
        assert client.get(at_desk(event, path)).status_code == 404
    token = {"csrf_token": token_on(client.get(at_desk(own, "shifts")))}
    for where in (event, own):
        path = at_desk(where, f"shifts/people/{signup.public_id}/decline")
        assert client.post(path, data=token).status_code == 404
    assert client.get(at_desk(own, f"shifts/{shift.public_id}")).status_code == 404
    assert people()[0].state is SignupState.TAKEN
    assert "Vigil with lanterns" not in words(client.get("/desk/shifts/"))
