"""A host's own page: she changes her event, calls it off, tells people something."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from app.accounts.rules.permissions import Role
from app.appeals.flows import donor as donor_flows
from app.db.session import db, transaction
from app.events.flows import hosting as flows
from app.events.models.mobilisations import Mobilisation
from app.events.rules.words import EventState, Status
from app.factory import handlers
from app.lib import clock
from app.lib.text import Translated
from app.mail.render import build_message
from app.queue.jobs import run_due
from tests.appeals.donors import forms_of
from tests.appeals.test_giving import words
from tests.appeals.test_links import ask
from tests.appeals.test_mails import text_of
from tests.events.hosts import host_page, link_in, mails, make_day, press, the_host
from tests.events.test_offering import approve, offer_page
from tests.factories.accounts import make_account, sign_in
from tests.factories.appeals import make_network
from tests.factories.events import make_event, make_host, make_rsvp
from tests.support.apps import Visitor

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


@pytest.fixture
def day(app: Flask) -> Mobilisation:
    return make_day()


@pytest.fixture
def desk(app: Flask, day: Mobilisation) -> FlaskClient:
    with transaction():
        make_account(Role.ORGANISER, group=make_network(), email="amal@example.org")
    browser = Visitor(app, app.response_class)
    sign_in(browser, "amal@example.org")
    return browser


@pytest.fixture
def page(client: FlaskClient, desk: FlaskClient) -> str:
    """The host's page of an event that is on the site."""
    made = host_page(client)
    approve(desk)
    return made


def save(client: FlaskClient, page: str, **typed: str) -> TestResponse:
    return press(client, f"{page}/edit", "/edit", **_whole(client, page), **typed)


def _whole(client: FlaskClient, page: str) -> dict[str, str]:
    """What the browser sends of lists, which the reader of forms leaves out."""
    return {"country": "PL"}


def public(client: FlaskClient) -> str:
    return words(client.get(f"/events/{the_host().event.slug}"))


def test_a_new_time_is_shown_at_once_and_the_desk_sees_it(
    client: FlaskClient, page: str, desk: FlaskClient
) -> None:
    before = the_host().event
    sequence = before.sequence
    answer = save(client, page, starts="15:30")
    assert answer.location.endswith("?done=edited")
    assert "Your event is changed." in words(client.get(answer.location))
    event = the_host().event
    assert (event.status, event.starts_local.hour) == (Status.RESCHEDULED, 15)
    assert event.sequence > sequence
    assert "15:30" in public(client)
    assert "Changed by their hosts" in words(desk.get("/desk/offers/"))
    assert press(desk, offer_page(), "/take-change").status_code == 303
    assert the_host().edited_at is None


def test_another_place_waits_until_somebody_looked(
    client: FlaskClient, page: str, desk: FlaskClient
) -> None:
    answer = save(client, page, street="Lure Street 9", place_name="Elsewhere")
    assert answer.location.endswith("?done=proposed")
    assert "Lure Street" not in public(client)
    assert "Lure Street" in words(client.get(page))
    assert "Lure" not in str(
        db.session.connection().exec_driver_sql("SELECT proposed FROM event_host").scalar()
    )
    assert "Changes by hosts that nobody has looked at" in words(desk.get("/desk/waiting"))
    shown = words(desk.get(offer_page()))
    assert "Lure Street" in shown
    refused = press(desk, offer_page(), "/refuse-change", reason="We do not know the place.")
    assert refused.status_code == 303
    assert "We do not know the place." in text_of(build_message(mails("events/host_change")[0]))
    assert "Lure Street" not in public(client)

    save(client, page, street="Rynek Mały 2", place_name="Small square")
    assert press(desk, offer_page(), "/take-change").status_code == 303
    assert "Rynek Mały 2" in public(client)


@pytest.mark.one_database
def test_new_links_in_the_words_wait(client: FlaskClient, page: str) -> None:
    assert save(client, page, words="Give at www.lure.example").location.endswith("proposed")
    assert "lure" not in public(client)
    assert save(client, page, words="We stand there, all of us.").location.endswith("edited")
    assert "all of us" in public(client)


@pytest.mark.one_database
def test_before_approval_everything_may_change(client: FlaskClient, day: Mobilisation) -> None:
    made = host_page(client)
    assert save(client, made, street="Elsewhere 3", words="See www.mine.example").status_code == 303
    assert the_host().proposed is None
    assert "mine.example" in the_host().event.summary.origin_text


@pytest.mark.one_database
def test_bad_input_is_said_and_kept(client: FlaskClient, page: str) -> None:
    answer = save(client, page, starts="soon", words="All new words")
    assert answer.status_code == 422
    assert "All new words" in forms_of(answer)[-1].values["words"]
    assert "All new words" not in public(client)


@pytest.mark.one_database
def test_a_stale_page_says_so_and_keeps_what_was_typed(client: FlaskClient, page: str) -> None:
    form = forms_of(client.get(f"{page}/edit"))[-1]
    save(client, page, starts="14:00")
    typed = form.values | {"country": "PL", "starts": "16:00"}
    late = client.post(form.action, data=typed)
    assert late.status_code == 409
    again = forms_of(late)[-1]
    assert again.values["starts"] == "16:00"
    assert client.post(again.action, data=again.values | {"country": "PL"}).status_code == 303


def test_calling_it_off_keeps_the_page_and_can_be_taken_back(
    client: FlaskClient, page: str
) -> None:
    assert press(client, f"{page}/cancel", "/cancel").status_code == 303
    assert the_host().event.status is Status.CANCELLED
    assert "Cancelled" in public(client)
    assert "Cancelled" in words(client.get("/mobilisations/global-day"))
    assert "0 places" not in words(client.get("/mobilisations/global-day"))
    assert press(client, page, "/reinstate").status_code == 303
    assert the_host().event.status is Status.CONFIRMED


@pytest.mark.one_database
def test_an_offer_is_taken_back_and_put_back(client: FlaskClient, day: Mobilisation) -> None:
    made = host_page(client)
    assert press(client, f"{made}/cancel", "/cancel").status_code == 303
    assert the_host().event.state is EventState.REJECTED
    assert "You took your offer back." in words(client.get(made))
    assert press(client, made, "/reinstate").status_code == 303
    assert the_host().event.state is EventState.PENDING


def test_a_note_of_the_day_stands_on_the_page_without_links(
    client: FlaskClient, page: str, desk: FlaskClient
) -> None:
    told = press(client, f"{page}/tell", "/notes", note="We meet at the fountain.")
    assert told.status_code == 303
    assert "We meet at the fountain." in public(client)
    refused = press(client, f"{page}/tell", "/notes", note="Give at www.lure.example")
    assert refused.status_code == 422
    assert "leave out links" in words(refused)
    assert "www.lure.example" in forms_of(refused)[0].values["note"]
    assert the_host().edited_at is not None


@pytest.mark.one_database
def test_messages_are_passed_on_few_times_and_without_links(client: FlaskClient, page: str) -> None:
    with transaction():
        make_rsvp(the_host().event, email="salma@example.org")
    said = {"subject": "Lanterns", "message": "Bring one."}
    for _ in range(3):
        assert press(client, f"{page}/tell", "/messages", **said).status_code == 303
    assert press(client, f"{page}/tell", "/messages", **said).status_code == 429
    lure = press(client, f"{page}/tell", "/messages", subject="x", message="ring 020 7946 0000")
    assert lure.status_code in {422, 429}


def test_a_link_is_renewed_and_the_old_one_ends(client: FlaskClient, page: str) -> None:
    assert press(client, page, "/link").status_code == 200
    ended = client.get(page)
    assert ended.status_code == 410
    assert "This link has ended" in words(ended)
    (mail,) = mails("events/host_links")
    assert client.get(link_in(mail)).status_code == 200


def test_lost_links_are_sent_again(client: FlaskClient, page: str) -> None:
    known, unknown = ask(client, "zofia@example.org"), ask(client, "nobody@example.org")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    run_due({kind: handlers()[kind] for kind in (flows.LINKS_JOB, donor_flows.LINKS_JOB)})
    (mail,) = mails("events/host_links")
    assert mail.to == "zofia@example.org"
    assert client.get(link_in(mail)).status_code == 200
    assert "Kraków" in text_of(build_message(mail))


@pytest.mark.one_database
def test_a_link_of_long_ago_has_ended(client: FlaskClient, page: str) -> None:
    with time_machine.travel(clock.utcnow() + timedelta(days=200)):
        assert client.get(page).status_code == 410


# --- two that are one -----------------------------------------------------------------------------


def test_two_that_are_one_are_found_merged_and_taken_apart(
    client: FlaskClient, day: Mobilisation, desk: FlaskClient
) -> None:
    page = host_page(client)
    mine = the_host().event
    with transaction():
        other = make_event(
            starts_at=mine.starts_at + timedelta(hours=2),
            zone="Europe/Warsaw",
            mobilisation_id=day.id,
            place_id=mine.place_id,
            title=Translated.of(en="Lanterns by the Cloth Hall"),
        )
        make_event(
            starts_at=mine.starts_at + timedelta(hours=4),
            place_id=mine.place_id,
            title=Translated.of(en="Much later"),
        )
    shown = words(desk.get(offer_page()))
    assert "Lanterns by the Cloth Hall" in shown
    assert "Much later" not in shown
    approve(desk)
    slug, public_id = the_host().event.slug, the_host().event.public_id
    with transaction():
        make_rsvp(the_host().event, email="salma@example.org", party_size=2)

    merge = f"/desk/events/{public_id}/merge"
    nothing = press(desk, merge, "/merge")
    assert nothing.status_code == 422
    assert press(desk, merge, "/merge", address=f"http://x/events/{slug}").status_code == 422
    assert press(desk, merge, "/merge", into=other.public_id).status_code == 303
    moved = client.get(f"/events/{slug}")
    assert (moved.status_code, moved.location) == (301, f"/events/{other.slug}")
    assert client.get(f"/events/{slug}.ics").status_code == 301
    assert "Another event stands for yours" in words(client.get(page))
    assert len(mails("events/rsvp_moved")) == 1
    assert len(mails("events/offer_merged")) == 1

    press(desk, f"/desk/events/{public_id}", "/unmerge")
    assert the_host().event.state is EventState.PUBLISHED
    assert client.get(f"/events/{slug}").status_code == 200


@pytest.mark.one_database
def test_a_host_elsewhere_is_not_this_group_s(app: Flask, desk: FlaskClient) -> None:
    from tests.factories.groups import make_group  # noqa: PLC0415

    with transaction():
        foreign = make_host(
            make_event(group_id=make_group(slug="far").id, state=EventState.PENDING)
        )
    assert desk.get(f"/desk/offers/{foreign.public_id}").status_code == 404
    assert desk.get(f"/desk/events/{foreign.event.public_id}/merge").status_code == 404
