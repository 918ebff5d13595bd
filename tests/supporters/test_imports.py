"""People come in from a file, and go with it; a no of theirs outlives both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.accounts.rules.permissions import Role
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.mail.rules.addresses import SuppressionReason
from app.mail.service.suppression import suppress
from app.mailings.queries import recipients as row_reads
from app.mailings.service import leaving
from app.supporters.flows import importing as flows
from app.supporters.models.imports import ImportRow, PeopleImport
from app.supporters.models.people import Consent, Supporter, SupporterGroup, SupporterTag
from app.supporters.queries import consents as consent_reads
from app.supporters.queries import imports as reads
from app.supporters.queries.people import find_supporter
from app.supporters.rules.consents import ConsentPurpose, ConsentSource
from app.supporters.rules.people_files import (
    MOST_COLUMNS,
    Part,
    Reading,
    guess_columns,
    read_line,
    read_table,
)
from app.supporters.rules.words import AskedBy, ImportProfile, ImportState, RowOutcome
from app.supporters.service import erasing, importing, open_files, rights
from app.supporters.service import people as service
from app.supporters.service.importing import Terms, mark_of
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.factories.accounts import post, token_on
from tests.factories.appeals import make_network
from tests.factories.mailings import make_sending
from tests.factories.supporters import make_consent, make_person, make_supporter

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from app.groups.models import Group

BY = Actor.system()
UPDATES = ConsentPurpose.UPDATES
ACTION_NETWORK = (
    "email,first_name,last_name,zip_code,uuid,can2_user_address,can2_user_city,can2_phone,"
    "can2_user_tags,can2_subscription_status,can2_sms_status\r\n"
    'salma@example.org,Salma,Haddad,e17 4pp,1,12 Hoe St,London,07700900123,"van, Arabic",'
    "subscribed,unsubscribed\r\n"
    "samir@example.org,Samir,,,2,,,,,unsubscribed,\r\n"
    "SALMA@example.org,Twice,,,3,,,,,subscribed,\r\n"
    "nobody,No,,,4,,,,,subscribed,\r\n"
)
MAILCHIMP = (
    '"Email Address","First Name","Last Name","OPTIN_TIME","TAGS"\n'
    '"salma@example.org","Salma","Haddad","2021-03-04 10:00:00","""van"",""news"""\n'
)


@pytest.fixture
def group(app: Flask) -> Group:
    """The network."""
    with transaction():
        return make_network()


def kept(
    text: str | bytes,
    group: Group,
    *,
    profile: ImportProfile = ImportProfile.ACTION_NETWORK,
    purposes: tuple[ConsentPurpose, ...] = (UPDATES,),
) -> PeopleImport:
    """A file that was looked over, with what its yes covers."""
    data = text.encode() if isinstance(text, str) else text
    public_id = flows.look_over(
        read_table(data),
        profile=profile,
        file_name="people.csv",
        group_id=group.id,
        now=clock.utcnow(),
        by=BY,
    )
    found = reads.get_import(public_id, [group.id])
    terms = Terms(columns=found.columns, purposes=purposes, source="The form on our old site")
    flows.read_anew(public_id, terms, [group.id], now=clock.utcnow(), by=BY)
    return reads.get_import(public_id, [group.id])


def bring_in(text: str | bytes, group: Group, **changes: object) -> PeopleImport:
    found = kept(text, group, **changes)  # type: ignore[arg-type]
    flows.bring_in(found.id, seen=mark_of(found), now=clock.utcnow(), by=BY)
    flows.work_in(found.id, batch=3)
    return found


def take_back(found: PeopleImport) -> None:
    flows.take_back(found.id, now=clock.utcnow(), by=BY)
    flows.work_back(found.id, batch=2)


def outcomes(found: PeopleImport) -> list[str]:
    rows = db.session.scalars(
        select(ImportRow).where(ImportRow.import_id == found.id).order_by(ImportRow.line)
    )
    return [row.outcome.value for row in rows]


def may_write(email: str, group: Group, purpose: ConsentPurpose = UPDATES) -> bool:
    found = find_supporter(email)
    return found is not None and consent_reads.may_write(found.id, group.id, purpose)


def count(table: type[object]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def everything() -> dict[str, object]:
    """All that is known of people, to be compared."""
    people = db.session.scalars(select(Supporter)).all()
    tags = db.session.scalars(select(SupporterTag)).all()
    return {
        "people": sorted((p.email, p.name, p.phone, p.postcode, p.locale) for p in people),
        "tags": sorted((t.supporter_id, t.tag) for t in tags),
        "groups": count(SupporterGroup),
    }


# --- in and out -----------------------------------------------------------------------------------


def test_only_who_is_subscribed_is_written_to(group: Group) -> None:
    found = bring_in(ACTION_NETWORK, group)
    assert outcomes(found) == ["new", "new", "repeated", "refused"]
    salma = find_supporter("salma@example.org")
    assert salma is not None
    assert (salma.name, salma.phone, salma.postcode) == ("Salma Haddad", "07700900123", "E17 4PP")
    assert may_write("salma@example.org", group)
    assert not may_write("samir@example.org", group)
    consent = db.session.scalars(select(Consent)).one()
    assert (consent.source, consent.import_id) == (ConsentSource.IMPORT, found.id)
    assert sorted(db.session.scalars(select(SupporterTag.tag))) == ["arabic", "van"]
    assert reads.count_waiting(found.id) == 0


@pytest.mark.parametrize(
    "statuses", [("subscribed", "unsubscribed"), ("unsubscribed", "subscribed")]
)
def test_a_no_anywhere_in_a_file_outweighs_every_yes_in_it(
    group: Group, statuses: tuple[str, str]
) -> None:
    head = "email,first_name,can2_subscription_status\n"
    lines = [f"{name}@example.org,,subscribed\n" for name in ("amal", "basma", "dina")]
    first, last = (f"salma@example.org,Salma,{each}\n" for each in statuses)
    # They stand in different batches.
    found = bring_in("".join((head, first, *lines, last)), group)
    assert outcomes(found)[-1] == "repeated"
    assert may_write("dina@example.org", group)
    assert not may_write("salma@example.org", group)
    her = find_supporter("salma@example.org")
    assert her is not None
    assert her.name == "Salma"


def test_what_a_file_says_is_forgotten_once_it_is_in(group: Group) -> None:
    found = bring_in(ACTION_NETWORK, group)
    rows = db.session.scalars(select(ImportRow).where(ImportRow.import_id == found.id)).all()
    assert len(rows) == 4
    assert {row.content for row in rows} == {None}


def test_the_day_on_which_she_said_yes_comes_along(group: Group) -> None:
    bring_in(MAILCHIMP, group, profile=ImportProfile.MAILCHIMP)
    consent = db.session.scalars(select(Consent)).one()
    assert consent.given_at == datetime(2021, 3, 4, 10, tzinfo=UTC)


def test_without_a_yes_nobody_is_written_to(group: Group) -> None:
    bring_in(ACTION_NETWORK, group, purposes=())
    assert count(Consent) == 0
    assert count(Supporter) == 2


def test_what_is_known_is_not_changed(group: Group) -> None:
    with transaction():
        make_person("salma@example.org", group=group, name="Umm Samir")
    found = bring_in(ACTION_NETWORK, group)
    assert outcomes(found)[0] == "known"
    salma = find_supporter("salma@example.org")
    assert salma is not None
    assert (salma.name, salma.postcode) == ("Umm Samir", "E17 4PP")


def test_the_wrong_file_is_undone(group: Group) -> None:
    with transaction():
        make_person("samir@example.org", group=group, name="Samir")
        make_person("umm@example.org", group=group)
    before = everything()
    found = bring_in(ACTION_NETWORK, group)
    assert everything() != before
    take_back(found)
    assert everything() == before
    assert count(Consent) == 0
    assert find_supporter("salma@example.org") is None
    db.session.expire_all()
    assert db.session.get_one(PeopleImport, found.id).state is ImportState.UNDONE


def test_what_she_did_herself_since_stays(group: Group) -> None:
    found = bring_in(ACTION_NETWORK, group)
    salma = find_supporter("salma@example.org")
    assert salma is not None
    with transaction():
        make_consent(salma, group=group, purpose=ConsentPurpose.EVENTS)
        db.session.get_one(Supporter, salma.id).name = "Salma H."
    take_back(found)
    salma = find_supporter("salma@example.org")
    assert salma is not None
    assert (salma.name, salma.phone) == ("Salma H.", None)
    assert may_write("salma@example.org", group, ConsentPurpose.EVENTS)
    assert not may_write("salma@example.org", group)


def test_an_undo_stops_the_rest_of_the_file(group: Group) -> None:
    found = kept(ACTION_NETWORK, group)
    flows.bring_in(found.id, seen=mark_of(found), now=clock.utcnow(), by=BY)
    with transaction():
        importing.work_in(found.id, now=clock.utcnow(), limit=1)
    assert may_write("salma@example.org", group)
    flows.take_back(found.id, now=clock.utcnow(), by=BY)
    assert not may_write("salma@example.org", group)
    flows.work_in(found.id)
    flows.work_back(found.id)
    assert count(Supporter) == 0


def test_a_file_that_nobody_brings_in_is_put_away(group: Group) -> None:
    found = kept(ACTION_NETWORK, group)
    with transaction():
        assert importing.drop_stale(now=clock.utcnow()) == 0
        assert importing.drop_stale(now=clock.utcnow() + timedelta(days=8)) == 1
    db.session.expire_all()
    assert db.session.get_one(PeopleImport, found.id).state is ImportState.DROPPED
    assert set(db.session.scalars(select(ImportRow.content))) == {None}


# --- a no stays a no ------------------------------------------------------------------------------


def test_nobody_who_was_suppressed_is_written_to(group: Group) -> None:
    with transaction():
        suppress("salma@example.org", SuppressionReason.ASKED, now=clock.utcnow())
    found = bring_in(ACTION_NETWORK, group)
    assert outcomes(found)[0] == "suppressed"
    assert count(Consent) == 0


def test_who_took_it_back_is_not_asked_by_a_file(group: Group) -> None:
    first = bring_in(ACTION_NETWORK, group)
    salma = find_supporter("salma@example.org")
    assert salma is not None
    with transaction():
        service.say_no(salma, group.id, UPDATES, now=clock.utcnow(), by=BY)
    assert not may_write("salma@example.org", group)
    take_back(first)
    again = bring_in(ACTION_NETWORK, group)
    assert outcomes(again)[0] == "suppressed"
    assert not may_write("salma@example.org", group)


def test_an_undo_is_no_no_of_hers(group: Group) -> None:
    with transaction():
        make_person("salma@example.org", group=group)
    take_back(bring_in(ACTION_NETWORK, group))
    bring_in(ACTION_NETWORK, group)
    assert may_write("salma@example.org", group)


def test_what_changed_since_the_look_is_asked_again(group: Group) -> None:
    found = kept(ACTION_NETWORK, group)
    assert outcomes(found)[0] == RowOutcome.NEW.value
    with transaction():
        suppress("salma@example.org", SuppressionReason.COMPLAINT, now=clock.utcnow())
    flows.bring_in(found.id, seen=mark_of(found), now=clock.utcnow(), by=BY)
    flows.work_in(found.id)
    assert outcomes(found)[0] == "suppressed"
    assert not may_write("salma@example.org", group)


# --- the pages ------------------------------------------------------------------------------------


@pytest.fixture
def owner(client: FlaskClient, app: Flask) -> FlaskClient:
    """An owner of the network, signed in."""
    sign_in_as(client, Role.OWNER)
    return client


def send(client: FlaskClient, text: str, **typed: str) -> TestResponse:
    values = {"group": "lea-valley", "profile": "action_network", **typed}
    values["csrf_token"] = token_on(client.get("/desk/imports/"))
    data = {**values, "file": (BytesIO(text.encode()), "people.csv")}
    return client.post("/desk/imports/", data=data, content_type="multipart/form-data")


@pytest.mark.one_database
def test_a_file_is_looked_over_and_brought_in(owner: FlaskClient) -> None:
    page = send(owner, ACTION_NETWORK).location
    text = words(owner.get(page))
    assert "Bring 2 people in" in text
    assert "Line 5: The e-mail address cannot be right." in text
    columns = dict.fromkeys([each.value for each in Part], "") | {
        "email": "email",
        "first_name": "first_name",
        "last_name": "last_name",
        "status": "can2_subscription_status",
        "purposes": "updates",
    }
    unsaid = post(owner, f"{page}/columns", on=page, **columns)
    assert unsaid.status_code == 422
    assert "Say where and to what" in words(unsaid)
    assert post(owner, f"{page}/columns", on=page, **columns, source="Form").status_code == 303
    stale = post(owner, f"{page}/apply", on=page, seen="nonsense")
    assert "Somebody else changed this" in words(owner.get(stale.location))
    seen = mark_of(db.session.scalars(select(PeopleImport)).one())
    post(owner, f"{page}/apply", on=page, seen=seen)
    assert "The worker is at it." in words(owner.get(page))
    flows.work_in(db.session.scalars(select(PeopleImport.id)).one())
    assert may_write("salma@example.org", make_network())
    post(owner, f"{page}/undo", on=page)
    flows.work_back(db.session.scalars(select(PeopleImport.id)).one())
    assert count(Supporter) == 0
    assert "people.csv" in words(owner.get("/desk/imports/"))


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Choose a file."),
        ("email,name\n", "There is nobody in that file."),
        ("salma@example.org,Salma\n", "The first line must name the columns."),
        ("email\x00,name\n", "We cannot read that file."),
    ],
)
def test_a_file_that_is_none_is_refused(owner: FlaskClient, text: str, sentence: str) -> None:
    answer = send(owner, text)
    assert answer.status_code == 422
    assert sentence in words(answer)


@pytest.mark.one_database
def test_only_who_may_move_people_does(client: FlaskClient, app: Flask) -> None:
    sign_in_as(client, Role.ORGANISER)
    assert client.get("/desk/imports/").status_code == 403
    assert "/desk/imports/" not in client.get("/desk/supporters/").get_data(as_text=True)


# --- hostile files --------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_a_day_beyond_all_days_is_no_day(day: str) -> None:
    table = read_table(f"email,optin_time\na@example.org,{day}\n".encode())
    read = read_line(table.lines[0][1], guess_columns(table.head), ImportProfile.MAILCHIMP)
    assert isinstance(read, Reading)
    assert read.agreed_at is None


def test_a_file_of_very_many_columns_is_read_as_far_as_anybody_needs() -> None:
    head = ",".join(["email", *(f"column {number}" for number in range(200_000))])
    table = read_table(f"{head}\na@example.org\n".encode())
    assert len(table.head) == MOST_COLUMNS
    assert table.lines[0][1]["email"] == "a@example.org"


# --- who says no, or is erased, while a file lies there -------------------------------------------


def test_her_no_counts_although_the_file_was_undone_before(group: Group) -> None:
    found = bring_in(ACTION_NETWORK, group)
    with transaction():
        sending = make_sending(group)
        row = row_reads.list_recipients(sending.id)[0][0].public_id
    take_back(found)
    with transaction():
        leaving.unsubscribe(row, now=clock.utcnow())
    bring_in(ACTION_NETWORK, group)
    assert not may_write("salma@example.org", group)


@pytest.mark.parametrize("is_known", [True, False])
def test_who_is_erased_is_in_no_file_that_waits(group: Group, is_known: bool) -> None:
    if is_known:
        with transaction():
            make_supporter("salma@example.org")
    found = kept(ACTION_NETWORK, group)
    lines = [row.line for row, _ in open_files.lines_about("salma@example.org")]
    assert lines == [2, 4]
    with transaction():
        now = clock.utcnow()
        erasing.erase("salma@example.org", source=AskedBy.PAGE, now=now, by=BY)
    db.session.expire_all()
    said = [row.content for row in reads.list_lines(found.id)]
    assert len(said) == 2
    assert not any("salma" in (each or "").lower() for each in said)
    flows.bring_in(found.id, seen=mark_of(found), now=clock.utcnow(), by=BY)
    flows.work_in(found.id)
    assert find_supporter("salma@example.org") is None
    assert find_supporter("samir@example.org") is not None


def test_a_file_is_taken_back_while_it_is_brought_in(group: Group) -> None:
    pressed = clock.utcnow()
    found = bring_in(ACTION_NETWORK, group)
    flows.take_back(found.id, now=pressed, by=BY)
    assert not may_write("salma@example.org", group)
    flows.work_back(found.id)
    assert find_supporter("salma@example.org") is None


def test_she_reads_who_wrote_her_down_and_where_her_yes_came_from(group: Group) -> None:
    bring_in(ACTION_NETWORK, group)
    (holding,) = [each for each in rights.holdings() if each.key == "supporters"]
    person, consent, *_ = holding.find("salma@example.org")
    assert person.facts["group"] == [group.name.pick("en").text]
    assert consent.facts["note"] == "The form on our old site"
    assert holding.find("samir@example.org")[0].facts["group"] == person.facts["group"]
