"""What else a host does: changes her point, guards her address, helpers, messages, the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from app.accounts.rules.permissions import Role
from app.aid import jobs
from app.aid.flows import hosting as flows
from app.aid.models.pickups import PickupRequest
from app.aid.models.points import CollectionPoint, PointHelper, PointHost, PointMessage
from app.aid.queries import hosting as reads
from app.aid.queries import stock as stock_reads
from app.aid.rules import hosting as rules
from app.aid.rules.hosting import HELPER_LINK
from app.aid.rules.words import BringState, DropState, LocationKind, PointState, Visibility
from app.aid.service import driving, listing
from app.appeals.flows import donor as donor_flows
from app.db.session import db, transaction
from app.factory import handlers
from app.lib import clock, links
from app.mail.models.outbox import OutboxMail
from app.mail.render import build_message
from app.places.rules import Spot
from app.queue.jobs import run_due
from app.settings import settings
from tests.aid.hosting import SPOT, again, entries, holds, log, lying, make_hosted, page_of, press
from tests.aid.points import link_in, mails
from tests.aid.test_runs import Ground
from tests.appeals.donors import forms_of
from tests.appeals.test_giving import words
from tests.appeals.test_links import ask
from tests.appeals.test_mails import text_of
from tests.factories.accounts import make_account, sign_in
from tests.factories.aid import make_point, make_point_host, make_request
from tests.factories.events import make_place
from tests.house.conftest import noted_writes
from tests.support.apps import Visitor

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


@pytest.fixture
def host(app: Flask) -> PointHost:
    return make_hosted()


@pytest.fixture
def page(host: PointHost) -> str:
    return page_of(host)


@pytest.fixture
def home(app: Flask) -> PointHost:
    """A home of which everybody sees the area alone."""
    return make_hosted(visibility=Visibility.AREA_ONLY, name="E17")


# --- plain rules ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("Come to 77 Quincunx Row", True),
        ("it is 77, quincunx-row!", True),
        ("E17 9QX", True),
        ("e179qx", True),
        ("Ask for zanzibargate", True),
        ("Near the station in E17", False),
        ("At seven, please", False),
        ("", False),
    ],
)
def test_words_that_give_an_address_away(text: str, *, tells: bool) -> None:
    assert rules.tells_where(text, SPOT) is tells


@pytest.mark.parametrize(
    ("arrives", "window"),
    [("10:00", "09:30–11:00"), ("13:40", "13:00–15:00"), ("09:05", "08:30–10:30")],
)
def test_a_van_is_told_within_half_hours(arrives: str, window: str) -> None:
    assert rules.van_window(datetime.fromisoformat(f"2026-12-02T{arrives}")) == window


def test_an_empty_line_of_an_address_gives_nothing_away() -> None:
    assert not rules.tells_where("Anything at all", Spot())


# --- changing -------------------------------------------------------------------------------------


def _filled(client: FlaskClient, page: str) -> tuple[str, dict[str, str]]:
    form = forms_of(client.get(f"{page}/edit"))[-1]
    hours = {
        "hours-0-first": "0",
        "hours-0-last": "4",
        "hours-0-opens0": "10:00",
        "hours-0-closes0": "16:00",
    }
    return form.action, form.values | hours


def test_new_hours_go_live_at_once_and_an_organiser_looks_after(
    client: FlaskClient, host: PointHost, page: str
) -> None:
    action, values = _filled(client, page)
    assert client.post(action, data=values | {"access_note": "Ring twice."}).status_code == 303
    point = again(host)
    assert {row.weekday for row in point.hours} == {0, 1, 2, 3, 4}
    assert point.access_note == "Ring twice."
    assert point.host is not None
    assert point.host.edited_at is not None
    assert "10:00–16:00" in words(client.get(f"/aid/points/{point.slug}"))


def test_what_she_takes_is_among_what_is_wanted(
    client: FlaskClient, host: PointHost, page: str
) -> None:
    blankets, coats = (need.item_id for need in again(host).drop.needs)
    action, values = _filled(client, page)
    some = values | {"takes": "some"}
    assert client.post(action, data=some | {"items": str(coats)}).status_code == 422
    assert again(host).takes_all
    assert client.post(action, data=some | {"items": str(blankets)}).status_code == 303
    assert [row.item_id for row in again(host).takes] == [blankets]


@pytest.mark.one_database
@pytest.mark.parametrize(
    "wrong",
    [
        {"hours-0-opens0": "soon"},
        {"hours-0-closes0": ""},
        {"max_boxes": "-4"},
        {"from_on": "2020-01-01"},
        {"until_on": "soon"},
    ],
)
def test_what_cannot_be_is_said_and_kept(
    client: FlaskClient, host: PointHost, page: str, wrong: dict[str, str]
) -> None:
    action, values = _filled(client, page)
    version = again(host).version
    answer = client.post(action, data=values | {"access_note": "Kept words"} | wrong)
    assert answer.status_code == 422
    assert forms_of(answer)[-1].values["access_note"] == "Kept words"
    assert again(host).version == version


def test_a_stale_page_shows_both_texts(client: FlaskClient, host: PointHost, page: str) -> None:
    action, values = _filled(client, page)
    client.post(action, data=values | {"access_note": "The other text"})
    late = client.post(action, data=values | {"access_note": "My text"})
    assert late.status_code == 409
    shown = words(late)
    assert "The other text" in shown
    assert "My text" in shown
    form = forms_of(late)[-1]
    assert form.values["access_note"] == "My text"
    assert again(host).access_note == "The other text"
    assert client.post(form.action, data=values | form.values).status_code == 303
    assert again(host).access_note == "My text"


# --- her address ----------------------------------------------------------------------------------


def test_fewer_people_at_once_and_more_by_nobody(
    client: FlaskClient, host: PointHost, page: str
) -> None:
    old = again(host).slug
    assert press(client, f"{page}/address", "/area_only").status_code == 303
    point = again(host)
    assert (point.visibility, point.slug == old) == (Visibility.AREA_ONLY, False)
    assert client.get(f"/aid/points/{old}").status_code == 404
    shown = words(client.get(f"/aid/points/{point.slug}"))
    for secret in ("Zanzibargate", "Quincunx", "9QX"):
        assert secret not in shown
    assert press(client, f"{page}/address", "/private").status_code == 303
    assert client.get(f"/aid/points/{again(host).slug}").status_code == 404
    form = next(f for f in forms_of(client.get(f"{page}/address")) if "invitations" in f.action)
    wider = form.action.replace("invitations", "area_only")
    with noted_writes() as written:
        assert client.post(wider, data=form.values).status_code == 422
    assert written == []


def test_an_invitation_is_passed_on_by_hand_and_ends(client: FlaskClient, app: Flask) -> None:
    host = make_hosted(visibility=Visibility.PRIVATE, name="X")
    page = page_of(host)

    def invitation() -> str:
        shown = client.get(f"{page}/address").get_data(as_text=True)
        return shown.split('id="invitation-link" readonly value="http://localhost')[1].split('"')[0]

    first = invitation()
    asked = client.get(first)
    assert asked.status_code == 200
    assert "Quincunx" not in words(asked)
    assert press(client, f"{page}/address", "/invitations").status_code == 303
    assert client.get(first).status_code == 410
    assert client.get(invitation()).status_code == 200


def test_everyone_who_confirms_is_her_own_choice_with_a_warning(
    client: FlaskClient, home: PointHost
) -> None:
    page = page_of(home)
    assert not again(home).gives_address_freely
    assert "strangers learn where you live" in words(client.get(f"{page}/address"))
    assert press(client, f"{page}/address", "/freely").status_code == 303
    assert again(home).gives_address_freely
    assert press(client, f"{page}/address", "/guarded").status_code == 303
    assert not again(home).gives_address_freely


# --- helpers --------------------------------------------------------------------------------------


def helper_page(helper: PointHelper) -> str:
    return f"/host/helper/{links.sign(settings().secret_key, HELPER_LINK, helper.public_id)}"


def the_helper() -> PointHelper:
    db.session.expire_all()
    return db.session.scalars(select(PointHelper)).one()


def test_a_helper_writes_down_what_comes_and_nothing_else(
    client: FlaskClient, host: PointHost, page: str
) -> None:
    with transaction():
        make_request(again(host))
    form = next(f for f in forms_of(client.get(f"{page}/helpers")) if "label" in f.values)
    for _tap in range(2):
        client.post(form.action, data=form.values | {"label": "Saturday team"})
    helper = the_helper()
    assert "Saturday team" in words(client.get(f"{page}/helpers"))
    mine = helper_page(helper)
    with noted_writes() as written:
        shown = words(client.get(mine))
    assert written == []
    assert "Jo" not in shown.split()
    assert "Quincunx" not in shown
    assert press(client, mine, "", bags="2", what="Scarves").status_code == 303
    (entry,) = entries(host)
    assert entry.entered_by == f"helper:{helper.public_id}"
    assert the_helper().last_used_at is not None
    assert "Scarves" in words(client.get(mine))
    assert "a helper" in words(client.get(page))
    assert client.get(mine.replace("/helper", "")).status_code == 404

    left = forms_of(client.get(mine))[-1]
    assert press(client, f"{page}/helpers", "/end").status_code == 303
    assert client.get(mine).status_code == 410
    with noted_writes() as written:
        assert client.post(mine, data=left.values | {"bags": "1"}).status_code == 410
    assert written == []


@pytest.mark.one_database
def test_links_of_helpers_are_few(client: FlaskClient, host: PointHost, page: str) -> None:
    for number in range(rules.HELPERS):
        press(client, f"{page}/helpers", "/helpers", label=f"Friend {number}")
    shown = client.get(f"{page}/helpers")
    assert not any("label" in form.values for form in forms_of(shown))
    assert len(reads.list_helpers(host.point_id)) == rules.HELPERS


# --- links and mailbox ----------------------------------------------------------------------------


def test_she_ends_her_links_and_gets_a_new_one(
    client: FlaskClient, host: PointHost, page: str
) -> None:
    assert press(client, f"{page}/link", "/link").status_code == 200
    assert client.get(page).status_code == 410
    (mail,) = mails("aid/host_links")
    assert client.get(link_in(mail, "host")).status_code == 200


def test_another_mailbox_is_proven_first(client: FlaskClient, host: PointHost, page: str) -> None:
    assert press(client, f"{page}/link", "/mailbox", email="new@example.org").status_code == 303
    assert db.session.merge(host).email == "amal@example.org"
    (mail,) = mails("aid/host_mailbox")
    assert mail.to == "new@example.org"
    proof = link_in(mail, "mailbox")
    path = proof if proof.startswith("/host/") else f"/host{proof}"
    assert client.get(path).status_code == 200
    assert db.session.merge(host).email == "amal@example.org"
    form = forms_of(client.get(path))[-1]
    done = client.post(form.action, data=form.values)
    assert done.status_code == 303
    db.session.expire_all()
    assert (db.session.merge(host).email, db.session.merge(host).new_email) == (
        "new@example.org",
        None,
    )
    assert client.get(page).status_code == 410
    assert client.get(done.location).status_code == 200
    assert client.get(path).status_code == 410
    (told,) = mails("aid/host_mailbox_moved")
    assert told.to == "amal@example.org"
    assert "/host/" not in text_of(build_message(told))


def test_lost_links_are_sent_again(client: FlaskClient, host: PointHost) -> None:
    known, unknown = ask(client, "amal@example.org"), ask(client, "nobody@example.org")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    run_due({kind: handlers()[kind] for kind in (flows.LINKS_JOB, donor_flows.LINKS_JOB)})
    (mail,) = mails("aid/host_links")
    assert mail.to == "amal@example.org"
    assert client.get(link_in(mail, "host")).status_code == 200


# --- messages -------------------------------------------------------------------------------------


def test_messages_go_both_ways_and_nobody_sees_an_address(
    client: FlaskClient, home: PointHost
) -> None:
    with transaction():
        wish = make_request(again(home), state=BringState.ACCEPTED)
    page = f"{page_of(home)}/messages/{wish.public_id}"
    form = forms_of(client.get(page))[-1]
    for _tap in range(2):
        sent = client.post(form.action, data=form.values | {"text": "The blue bag first."})
        assert sent.status_code == 303
    (mail,) = mails("aid/bring_message")
    assert mail.to == "jo@example.org"
    told = text_of(build_message(mail)) + str(build_message(mail))
    for secret in ("blue bag", "amal@example.org", "7946", "Quincunx"):
        assert secret not in told
    bring = link_in(mail, "bring")
    assert "The blue bag first." in words(client.get(bring))
    kept = db.session.connection().exec_driver_sql("SELECT text FROM point_message").scalar()
    assert "blue" not in str(kept)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ring 020 7946 0111", "leave out links"),
        ("see www.example.org", "leave out links"),
        ("77 Quincunx Row it is", "do not write where it is"),
        ("", "Write what you want to say"),
        ("x" * 1001, "at most 1000 characters"),
    ],
)
def test_a_message_leads_nowhere(
    client: FlaskClient, home: PointHost, text: str, said: str
) -> None:
    with transaction():
        wish = make_request(again(home))
    page = f"{page_of(home)}/messages/{wish.public_id}"
    answer = press(client, page, wish.public_id, text=text)
    assert answer.status_code == 422
    assert said in words(answer)
    assert forms_of(answer)[-1].values["text"] == text
    assert db.session.scalar(select(func.count(PointMessage.id))) == 0


@pytest.mark.one_database
def test_a_second_message_from_an_old_form_is_not_lost(client: FlaskClient, page: str) -> None:
    form = forms_of(client.get(f"{page}/messages"))[-1]
    assert client.post(form.action, data=form.values | {"text": "One."}).status_code == 303
    late = client.post(form.action, data=form.values | {"text": "Two."})
    assert late.status_code == 409
    kept = forms_of(late)[-1]
    assert client.post(kept.action, data=kept.values).status_code == 303
    assert [each.text for each in db.session.scalars(select(PointMessage))] == ["One.", "Two."]


@pytest.mark.one_database
def test_messages_are_few_within_a_day(client: FlaskClient, host: PointHost, page: str) -> None:
    for number in range(rules.MESSAGES):
        sent = press(client, f"{page}/messages", "/messages", text=f"Line {number}")
        assert sent.status_code == 303
    assert press(client, f"{page}/messages", "/messages", text="More").status_code == 429


def test_an_organiser_reads_and_answers(client: FlaskClient, host: PointHost, app: Flask) -> None:
    with transaction():
        group = again(host).drop.group
        make_account(Role.ORGANISER, group=group, email="nadia@example.org")
    desk = Visitor(app, app.response_class)
    sign_in(desk, "nadia@example.org")
    press(client, f"{page_of(host)}/messages", "/messages", text="The door is broken.")
    assert "Messages of hosts that nobody answered" in words(desk.get("/desk/waiting"))
    assert "Corner shop" in words(desk.get("/desk/points/messages"))
    talk = f"/desk/points/{host.point.public_id}/messages"
    assert "The door is broken." in words(desk.get(talk))
    assert press(desk, talk, "/messages", text="We come tomorrow.").status_code == 303
    assert desk.get("/desk/points/messages").get_data(as_text=True).count("Corner shop") == 0
    (mail,) = mails("aid/host_message")
    assert "We come tomorrow." not in text_of(build_message(mail))
    assert "We come tomorrow." in words(client.get(f"{page_of(host)}/messages"))
    assert "The organisers wrote to you" in words(client.get(page_of(host)))
    outsider = Visitor(app, app.response_class)
    assert outsider.get(talk).status_code in {302, 303, 401}


# --- a van and the end ----------------------------------------------------------------------------


def test_a_van_is_asked_for_and_taken_back(client: FlaskClient, host: PointHost, page: str) -> None:
    log(client, page, bags="6", boxes="2")
    form = forms_of(client.get(f"{page}/pickup"))[-1]
    assert (form.values["bags"], form.values["boxes"]) == ("6", "2")
    assert client.post(form.action, data=form.values).status_code == 303
    assert "A van is to fetch: 6 bags" in words(client.get(page))
    wrong = press(client, f"{page}/pickup", "/pickup", bags="-1")
    assert wrong.status_code == 422
    assert press(client, f"{page}/pickup", "/withdraw").status_code == 303
    assert db.session.scalars(select(PickupRequest)).one().state == "withdrawn"
    assert "A van is to fetch" not in words(client.get(page))


def test_a_host_hears_when_the_van_comes(client: FlaskClient, app: Flask) -> None:
    ground = Ground()
    with transaction():
        host = make_point_host(db.session.merge(ground.points[0]))
    page = page_of(host)
    assert "once it is planned" in words(client.get(page))
    ground.propose()
    ground.do(driving.confirm)
    assert "once it is planned" in words(client.get(page))
    ground.do(driving.send)
    ground.do(driving.take_back)
    ground.do(driving.confirm)
    ground.do(driving.send)
    (mail,) = mails("aid/host_pickup")
    assert mail.to == "amal@example.org"
    window = mail.values["window"]
    assert window in text_of(build_message(mail))
    shown = words(client.get(page))
    assert window in shown
    assert "2 December 2026" in shown
    stop = ground.run.stops[0]
    assert f"{stop.arrives_local:%H:%M}" not in shown


def neighbour(host: PointHost) -> CollectionPoint:
    """A point next door with a host of its own."""
    with transaction():
        drop = again(host).drop
        other = make_point(drop, name="Next door", place=make_place())
        make_point_host(other, email="next@example.org")
        listing.relist(other, now=clock.utcnow())
        listing.relist(again(host), now=clock.utcnow())
        return other


def given(host: PointHost, kind: LocationKind) -> dict[str, int]:
    """How much went to one account of the round, by unit."""
    rows = stock_reads.totals(again(host).drop)
    return {row.unit.value: row.qty for row in rows if row.kind is kind}


def test_closing_asks_what_becomes_of_what_lies_there(
    client: FlaskClient, host: PointHost, page: str
) -> None:
    log(client, page, bags="3")
    with transaction():
        wish = make_request(again(host), state=BringState.ACCEPTED)
    assert press(client, f"{page}/close", "/close").status_code == 422
    assert again(host).state is PointState.LIVE
    assert press(client, f"{page}/close", "/close", way="discard").status_code == 422
    assert again(host).state is PointState.LIVE
    form = forms_of(client.get(f"{page}/close"))[-1]
    typed = form.values | {"way": "give", "reason": "The shelter next door"}
    for _tap in range(2):
        assert client.post(form.action, data=typed).status_code == 303
    assert again(host).state is PointState.CLOSED
    assert (holds(host), given(host, LocationKind.GIVEN)) == ((0, 0), {"bag": 3})
    db.session.expire_all()
    assert wish.state is BringState.LAPSED
    assert "Thank you for all you did" in words(client.get(page))
    assert client.get(f"/aid/points/{again(host).slug}").status_code == 200


def test_what_is_left_goes_to_another_point(
    client: FlaskClient, host: PointHost, page: str
) -> None:
    other = neighbour(host)
    log(client, page, bags="3", kg="2")
    form = forms_of(client.get(f"{page}/left"))[-1]
    assert "Next door" in words(client.get(f"{page}/left"))
    elsewhere = form.values | {"way": "hand_on", "to": again(host).public_id}
    assert client.post(form.action, data=elsewhere).status_code == 422
    assert holds(host) == (3, 0)
    right = form.values | {"way": "hand_on", "to": other.public_id}
    for _tap in range(2):
        assert client.post(form.action, data=right).status_code == 303
    assert lying(host) == {}
    their = db.session.get_one(PointHost, other.id)
    assert lying(their) == {("mixed", "bag"): 3, ("mixed", "gram"): 2000}
    (told,) = mails("aid/host_goods")
    assert told.to == "next@example.org"


def test_what_is_left_waits_for_a_van(client: FlaskClient, host: PointHost, page: str) -> None:
    log(client, page, bags="5")
    assert press(client, f"{page}/close", "/close", way="fetch").status_code == 303
    assert holds(host) == (5, 0)
    assert db.session.scalars(select(PickupRequest)).one().bags == 5
    shown = words(client.get(page))
    assert "Something still lies here" in shown
    thrown = press(client, f"{page}/left", "/left", way="discard", reason="Wet through")
    assert thrown.status_code == 303
    assert given(host, LocationKind.DISCARDED) == {"bag": 5}
    assert "Nothing lies here" in words(client.get(f"{page}/left"))


def test_hosts_hear_once_that_the_round_ends(client: FlaskClient, app: Flask) -> None:
    host = make_hosted()
    jobs.tell_closing({})
    assert mails("aid/host_closing") == []
    with transaction():
        again(host).drop.closes_on = clock.utcnow().date() + timedelta(days=2)
    for _run in range(2):
        jobs.tell_closing({})
    (mail,) = mails("aid/host_closing")
    assert client.get(link_in(mail, "host")).status_code == 200
    with transaction():
        again(host).drop.state = DropState.COLLECTING
    log(client, page_of(host), bags="1")
    assert "Say what becomes of what lies here" in words(client.get(page_of(host)))


# --- paper ----------------------------------------------------------------------------------------


@pytest.mark.one_database
@pytest.mark.parametrize("prefix", ["", "/ar"])
def test_paper_of_a_hidden_point_tells_nobody_where_it_is(
    client: FlaskClient, home: PointHost, prefix: str
) -> None:
    pack = client.get(f"{page_of(home, prefix)}/pack")
    shown = words(pack)
    for secret in ("Zanzibargate", "Quincunx", "9QX", "Amal", "7946 0111", "amal@"):
        assert secret not in pack.get_data(as_text=True)
    assert "E17" in shown
    assert f"/aid/points/{again(home).slug}" in shown
    assert pack.get_data(as_text=True).count("<svg") == 2
    for sheet in ("poster", "door", "guide", "labels", "tally"):
        assert client.get(f"{page_of(home, prefix)}/pack/{sheet}").status_code == 200
    assert client.get(f"{page_of(home, prefix)}/pack/nonsense").status_code == 404


@pytest.mark.one_database
def test_paper_of_a_private_point_has_no_poster(client: FlaskClient, app: Flask) -> None:
    page = page_of(make_hosted(visibility=Visibility.PRIVATE, name="X"))
    assert client.get(f"{page}/pack/poster").status_code == 404
    assert "Quincunx" not in words(client.get(f"{page}/pack"))


@pytest.mark.one_database
def test_paper_of_a_shop_says_where_it_will_be_before_it_is_shown(
    client: FlaskClient, app: Flask
) -> None:
    host = make_hosted(state=PointState.APPROVED)
    shown = words(client.get(f"{page_of(host)}/pack"))
    assert "77 Quincunx Row" in shown
    assert "Coats" in shown
    assert "Medicines, always" in shown


@pytest.mark.one_database
def test_the_desk_prints_the_same(host: PointHost, app: Flask) -> None:
    with transaction():
        make_account(Role.ORGANISER, group=again(host).drop.group, email="nadia@example.org")
    desk = Visitor(app, app.response_class)
    sign_in(desk, "nadia@example.org")
    for query in ("", "?in=ar", "?sheet=tally"):
        shown = desk.get(f"/desk/points/{host.point.public_id}/pack{query}")
        assert shown.status_code == 200
        assert "amal@example.org" not in shown.get_data(as_text=True)


@pytest.mark.one_database
def test_no_mail_to_a_host_says_where_it_is(client: FlaskClient, home: PointHost) -> None:
    with transaction():
        make_request(again(home))
    press(client, f"{page_of(home)}/link", "/link")
    found: Any = db.session.scalars(select(OutboxMail)).all()
    assert found
    for mail in found:
        assert "Quincunx" not in str(build_message(mail))
