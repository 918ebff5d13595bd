"""The desk moves, cancels, repeats and copies events, writes notes, and keeps numbers checked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.db.session import db, transaction
from app.events.desk import events as events_desk
from app.events.desk import safety as safety_desk
from app.events.models.events import Event, EventNote, SafetyContact
from app.events.queries import events as reads
from app.events.rules.words import EventKind, EventState, Mode, Nation, Status
from app.lib import clock
from app.queue.models import Job
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.factories.accounts import post
from tests.factories.appeals import make_network
from tests.factories.events import make_event, make_rsvp
from tests.factories.groups import make_group

pytestmark = pytest.mark.one_database


@pytest.fixture
def organiser(client: FlaskClient, app: Flask) -> FlaskClient:
    """An organiser of the network, signed in."""
    sign_in_as(client, Role.ORGANISER)
    return client


def make(**changes: Any) -> Event:
    with transaction():
        event = make_event(**changes)
        make_rsvp(event, email="samir@example.org", wants_reminders=True)
        return event


def fresh(event: Event) -> Event:
    db.session.expire_all()
    return reads.get_by_id(event.id)


def path_of(event: Event, end: str = "") -> str:
    return f"/desk/events/{event.public_id}{end}"


def told() -> list[str]:
    jobs = db.session.scalars(select(Job).where(Job.kind.like("events.tell_%")).order_by(Job.id))
    return [job.payload.get("what", "note") for job in jobs]


def become(client: FlaskClient, event: Event, move: str, **typed: Any) -> Any:
    return post(client, path_of(event, f"/become/{move}"), **typed)


# --- what becomes of it -------------------------------------------------------------------------


def test_an_event_is_postponed_moved_and_cancelled_in_the_open(organiser: FlaskClient) -> None:
    event = make()
    asked = organiser.get(path_of(event, "/become/postpone"))
    assert "1 person who left an address is told by mail." in words(asked)
    assert told() == []  # looking tells nobody
    assert (
        become(organiser, event, "postpone", **{"note-en": "The hall is flooded."}).status_code
        == 303
    )
    page = words(organiser.get(f"/events/{event.slug}"))
    assert "This event is postponed" in page
    assert "The hall is flooded." in page
    new = (event.starts_local + timedelta(days=14)).date().isoformat()
    values = {
        "starts_on": new,
        "starts_time": "19:00",
        "ends_time": "",
        "zone": "Europe/London",
        "version": "2",
    }
    assert become(organiser, event, "reschedule", **values).status_code == 303
    moved = fresh(event)
    assert (moved.status, moved.sequence, moved.starts_local.hour) == (Status.RESCHEDULED, 2, 19)
    assert "New time:" in words(organiser.get(f"/events/{event.slug}"))
    assert become(organiser, event, "cancel").status_code == 303
    assert "Please do not come." in words(organiser.get(f"/events/{event.slug}"))
    assert told() == ["changed", "changed", "cancelled"]
    assert become(organiser, event, "reinstate").status_code == 303
    assert fresh(event).status is Status.RESCHEDULED


def test_an_event_moves_online_where_there_is_an_address(organiser: FlaskClient) -> None:
    event = make()
    bad = become(organiser, event, "move-online", online_url="ftp://x", online_shown="public")
    assert (bad.status_code, 'value="ftp://x"' in bad.get_data(as_text=True)) == (422, True)
    url = "https://meet.example.org/x"
    become(organiser, event, "move-online", online_url=url, online_shown="accepted")
    assert fresh(event).mode is Mode.ONLINE
    page = organiser.get(f"/events/{event.slug}").get_data(as_text=True)
    assert url not in page


@pytest.mark.parametrize(
    ("move", "typed", "status"),
    [
        ("reschedule", {"starts_on": "2030-02-02", "starts_time": "99"}, 422),
        ("reschedule", {"starts_on": "2001-02-02", "starts_time": "12:00"}, 422),
        ("reschedule", {"starts_on": "2030-02-02", "starts_time": "12:00", "version": "0"}, 409),
        ("confirm", {}, 422),
        ("postpone", {"note-en": "x" * 10_000}, 422),
    ],
)
def test_what_cannot_become_of_it_changes_nothing(
    organiser: FlaskClient, move: str, typed: dict[str, str], status: int
) -> None:
    event = make()
    values = {"zone": "Europe/London", "version": "1", "note-ar": "عذرًا", "ends_time": ""} | typed
    answer = become(organiser, event, move, **values)
    assert answer.status_code == status
    assert "عذرًا" in answer.get_data(as_text=True)
    assert (fresh(event).version, told()) == (1, [])


def test_editors_do_not_cancel_and_others_do_not_see(client: FlaskClient, app: Flask) -> None:
    event = make()
    with transaction():
        others = make_event(group_id=make_group(slug="others").id)
    sign_in_as(client, Role.EDITOR)
    assert client.get(path_of(event, "/become/cancel")).status_code == 403
    assert client.get(path_of(event, "/notes")).status_code == 200
    for end in ("/series", "/copy", "/notes", "/notice", "/preview", "/edit/when"):
        assert client.get(path_of(others, end)).status_code == 404


# --- again --------------------------------------------------------------------------------------


def test_an_event_comes_again_and_all_that_follow_are_cancelled(organiser: FlaskClient) -> None:
    event = make()
    bad = post(organiser, path_of(event, "/series"), repeat="weekly", every="0", nth="1")
    assert bad.status_code == 422
    bad = post(organiser, path_of(event, "/series"), repeat="dates", every="1", dates="soon")
    assert (bad.status_code, ">\nsoon</textarea>" in bad.get_data(as_text=True)) == (422, True)
    assert fresh(event).series_id is None
    nth = organiser.get(path_of(event, "/series")).get_data(as_text=True)
    chosen = nth.split('name="nth"')[1].split('value="')[1].split('"')[0]
    begun = post(organiser, path_of(event, "/series"), repeat="weekly", every="1", nth=chosen)
    assert begun.status_code == 303
    first, second, *rest = reads.list_of_series(fresh(event).series_id or 0)
    assert len(rest) >= 6
    assert second.starts_local - first.starts_local == timedelta(weeks=1)
    assert "It comes again:" in words(organiser.get(f"/events/{first.slug}"))
    second_path = path_of(second)
    cancelled = post(organiser, f"{second_path}/become/cancel", scope="following")
    assert cancelled.status_code == 303
    states = [each.status for each in reads.list_of_series(fresh(event).series_id or 0)]
    assert states == [Status.CONFIRMED, *[Status.CANCELLED] * (len(rest) + 1)]
    assert "No more times are made." in words(organiser.get(path_of(event, "/series")))


def test_hours_change_for_this_and_all_that_follow(organiser: FlaskClient) -> None:
    with transaction():
        event = make_event(starts_in=timedelta(days=3))
    values = {"repeat": "dates", "every": "1", "dates": "2030-01-05\n2030-01-12"}
    nth = organiser.get(path_of(event, "/series")).get_data(as_text=True)
    values["nth"] = nth.split('name="nth"')[1].split('value="')[1].split('"')[0]
    assert post(organiser, path_of(event, "/series"), **values).status_code == 303
    first, second, _third = reads.list_of_series(fresh(event).series_id or 0)
    typed = {"starts_on": "2030-01-05", "starts_time": "11:15", "ends_time": ""}
    typed["zone"] = "Europe/London"
    path = path_of(second, "/edit/when")
    answer = post(organiser, path, scope="following", version=str(second.version), **typed)
    assert answer.status_code == 303
    hours = [each.starts_local for each in reads.list_of_series(fresh(event).series_id or 0)]
    assert hours[0] == first.starts_local
    shown = [each.isoformat() for each in hours[1:]]
    assert shown == ["2030-01-05T11:15:00", "2030-01-12T11:15:00"]


def test_a_copy_is_a_draft_on_another_day(organiser: FlaskClient) -> None:
    event = make()
    assert post(organiser, path_of(event, "/copy"), day="").status_code == 422
    assert post(organiser, path_of(event, "/copy"), day="9999-01-01").status_code == 422
    done = post(organiser, path_of(event, "/copy"), day="2030-01-05")
    made = reads.get_for_desk(done.location.rpartition("/")[2])
    assert (made.state, made.starts_local.date()) == (EventState.DRAFT, date(2030, 1, 5))
    assert made.starts_local.hour == event.starts_local.hour
    shown = organiser.get(path_of(made, "/preview"))
    assert "This is a preview." in words(shown)


# --- on the day ---------------------------------------------------------------------------------


def test_a_note_stands_on_top_at_once_and_can_be_taken_off(organiser: FlaskClient) -> None:
    event = make()
    assert post(organiser, path_of(event, "/notes"), **{"text-en": ""}).status_code == 422
    assert post(organiser, path_of(event, "/notes"), **{"text-en": "x" * 301}).status_code == 422
    text = {"text-en": "We start at <b>three</b>.", "text-ar": "نبدأ الثالثة."}
    assert post(organiser, path_of(event, "/notes"), is_important="y", **text).status_code == 303
    assert told() == ["note"]
    shown = organiser.get(f"/ar/events/{event.slug}").get_data(as_text=True)
    assert "نبدأ الثالثة." in shown
    english = organiser.get(f"/events/{event.slug}").get_data(as_text=True)
    assert "We start at &lt;b&gt;three&lt;/b&gt;." in english
    note = db.session.scalars(select(EventNote)).one()
    on = path_of(event, "/notes")
    assert post(organiser, f"{on}/{note.id}/withdraw", on=on).status_code == 303
    assert "three" not in organiser.get(f"/events/{event.slug}").get_data(as_text=True)
    with transaction():
        other = make_event()
    assert post(organiser, path_of(other, f"/notes/{note.id}/withdraw"), on=on).status_code == 404


def test_the_notice_of_a_march_is_printed_and_waited_for(organiser: FlaskClient) -> None:
    event = make(kind=EventKind.MARCH, nation=Nation.ENGLAND_WALES, starts_in=timedelta(days=15))
    (waits,) = events_desk.WAITING_MARCHES.find(clock.utcnow())
    assert waits.key == event.public_id
    page = words(organiser.get(path_of(event, "/notice")))
    assert "Give notice to the police by" in page
    assert "by hand: we keep nothing of that" in page
    with transaction():
        fresh(event).notice_given_on = clock.utcnow().date()
    assert list(events_desk.WAITING_MARCHES.find(clock.utcnow())) == []
    assert "Notice was given on" in words(organiser.get(path_of(event)))


# --- numbers ------------------------------------------------------------------------------------


def number(**changes: Any) -> dict[str, str]:
    return {
        "group": str(make_network().id),
        "kind": "legal_support",
        "name": "Legal line",
        "phone": "020 7946 0000",
        "checked_on": "2026-01-02",
        "position": "0",
        **changes,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"phone": "call us"},
        {"phone": ""},
        {"name": ""},
        {"name": "x" * 10_000},
        {"checked_on": "2999-01-01"},
        {"checked_on": ""},
        {"group": "99"},
    ],
)
def test_a_number_that_cannot_be_is_refused(
    organiser: FlaskClient, changes: dict[str, str]
) -> None:
    answer = post(organiser, "/desk/safety/new", **number(**changes))
    assert answer.status_code == 422
    assert db.session.scalars(select(SafetyContact)).all() == []


def test_numbers_stand_on_pages_and_are_checked_again(organiser: FlaskClient) -> None:
    event = make()
    assert post(organiser, "/desk/safety/new", **number()).status_code == 303
    page = words(organiser.get(f"/events/{event.slug}"))
    assert "020 7946 0000" in page
    assert "Checked on 2 January 2026" in page
    (contact,) = db.session.scalars(select(SafetyContact)).all()
    assert [each.key for each in safety_desk.WAITING.find(clock.utcnow())] == [str(contact.id)]
    assert "ring it again" in words(organiser.get("/desk/safety/"))
    on = f"/desk/safety/{contact.id}"
    assert post(organiser, f"{on}/checked", on="/desk/safety/").status_code == 303
    assert list(safety_desk.WAITING.find(clock.utcnow())) == []
    own = number(name="On the day", phone="999 000", event=event.public_id)
    assert post(organiser, "/desk/safety/new", **own).status_code == 303
    page = words(organiser.get(f"/events/{event.slug}"))
    assert ("On the day" in page, "Legal line" in page) == (True, False)
    assert post(organiser, on, **number(name="The line")).status_code == 303
    assert post(organiser, f"{on}/remove", on=on).status_code == 303
    assert organiser.get(on).status_code == 404


def test_numbers_of_another_group_are_not_there(client: FlaskClient, app: Flask) -> None:
    with transaction():
        group = make_group(slug="others")
        row = SafetyContact(
            group_id=group.id,
            kind="solicitor",
            name="A",
            phone="123",
            checked_on=date(2026, 1, 1),
        )
        db.session.add(row)
        db.session.flush()
        path = f"/desk/safety/{row.id}"
    sign_in_as(client, Role.EDITOR)
    assert client.get(path).status_code == 404
    assert post(client, f"{path}/remove", on="/desk/account").status_code == 404
