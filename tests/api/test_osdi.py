"""What programs read: public things as their pages show them, people only by key and consent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.api.rules.scopes import Scope
from app.api.service import keys
from app.audit.facts import Actor
from app.db.session import transaction
from app.events.rules.words import PlaceShown
from app.groups.models import Group
from app.lib.clock import utcnow
from app.mail.rules.addresses import SuppressionReason
from app.mail.service import suppression
from app.supporters.queries import people as people_reads
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.service import merging, people
from tests.factories.appeals import make_appeal, make_network
from tests.factories.events import make_campaign, make_event, make_mobilisation, make_rsvp
from tests.factories.groups import make_group
from tests.factories.members import make_member

ROOT = "/api/osdi/v1"


def get(client: FlaskClient, path: str, key: str = "", status: int = 200) -> Any:
    """The JSON at a path."""
    headers = {"OSDI-API-Token": key} if key else {}
    answer = client.get(f"{ROOT}/{path}", headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json


def make_key(group: Group, *scopes: Scope, months: int = 3) -> str:
    with transaction():
        _, secret = keys.make_key(
            group.id, "Sheet", scopes, months=months, now=utcnow(), by=Actor.cli()
        )
    return secret


@pytest.fixture
def group(app: Flask) -> Group:
    with transaction():
        return make_network()


def test_everything_is_found_by_its_links(client: FlaskClient, group: Group) -> None:
    with transaction():
        make_event(group_id=group.id)
        make_appeal()
        make_mobilisation(group_id=group.id)
        make_campaign(group_id=group.id)
    links = get(client, "")["_links"]
    for name in (
        "osdi:events",
        "osdi:fundraising_pages",
        "muster:event_campaigns",
        "muster:campaigns",
    ):
        path = links[name]["href"].partition(f"{ROOT}/")[2]
        page = get(client, path)
        assert page["total_records"] == 1
        [row] = page["_embedded"][name]
        assert page["_links"][name] == [row["_links"]["self"]]
        alone = get(client, row["_links"]["self"]["href"].partition(f"{ROOT}/")[2])
        assert {**alone, "_links": 0} == {**row, "_links": 0}


def test_pages_follow_each_other(client: FlaskClient, group: Group) -> None:
    with transaction():
        made = [make_event(group_id=group.id).public_id for _ in range(5)]
    seen: list[str] = []
    path, page = "events?per_page=2", {}
    while path:
        page = get(client, path)
        seen += [row["identifiers"][0] for row in page["_embedded"]["osdi:events"]]
        path = page["_links"].get("next", {}).get("href", "").partition(f"{ROOT}/")[2]
    assert seen == [f"muster:{each}" for each in made]
    assert (page["total_pages"], page["page"]) == (3, 3)


def test_a_filter_narrows(client: FlaskClient, group: Group) -> None:
    with transaction():
        event = make_event(group_id=group.id)
    day = event.starts_at.date().isoformat()
    for text, count in (
        (f"start_date ge '{day}'", 1),
        (f"start_date lt '{day}'", 0),
        (f"start_date ge '{day}' and start_date lt '2000-01-01'", 0),
    ):
        page: Any = client.get(f"{ROOT}/events", query_string={"filter": text}).json
        assert page["total_records"] == count


@pytest.mark.parametrize(
    "query",
    [
        {"filter": "title eq 'x'"},
        {"filter": "start_date gt '0001-01-01T00:00:00+12:00'"},
        {"filter": "start_date lt '9999-12-31T23:59:59-12:00'"},
        {"filter": " and ".join(["start_date gt '2026-01-01'"] * 1200)},
        {"filter": "start_date eq 'tomorrow'"},
        {"filter": "start_date gt '2026-01-01' or 1 eq 1"},
        {"filter": "start_date gt '2026-01-01'; drop"},
        {"page": "0"},
        {"per_page": "many"},
        {"page": "٣"},
    ],
)
def test_nonsense_is_refused_in_words(client: FlaskClient, query: dict[str, str]) -> None:
    answer = client.get(f"{ROOT}/events", query_string=query)
    assert answer.status_code == 400
    said: Any = answer.json
    assert said["osdi:error"]["response_code"] == 400


def test_a_hidden_place_stays_hidden(client: FlaskClient, group: Group) -> None:
    with transaction():
        event = make_event(group_id=group.id, place_shown=PlaceShown.ACCEPTED)
        assert event.place
        spot = event.place.spot
    text = json.dumps(get(client, "events"))
    assert spot.street
    assert spot.street not in text
    assert spot.postcode not in text
    assert get(client, "events")["_embedded"]["osdi:events"][0]["location"]["public"] is False


def test_drafts_are_not_there(client: FlaskClient, group: Group) -> None:
    with transaction():
        make_campaign(group_id=group.id, published_at=None)
    assert get(client, "campaigns")["total_records"] == 0


@pytest.mark.parametrize("name", ["people", "donations", "attendances"])
def test_people_need_a_key_that_opens_them(client: FlaskClient, group: Group, name: str) -> None:
    get(client, name, status=401)
    get(client, name, key="muster_guessed", status=401)
    others = [scope for scope in Scope if scope.value != name]
    get(client, name, key=make_key(group, *others), status=403)
    assert get(client, name, key=make_key(group, Scope(name)))["total_records"] == 0


def test_a_key_that_ended_opens_nothing(client: FlaskClient, group: Group) -> None:
    old = make_key(group, Scope.PEOPLE, months=0)
    get(client, "people", key=old, status=401)


def test_only_members_and_who_agreed_are_told_and_only_the_latter_with_an_address(
    client: FlaskClient, group: Group
) -> None:
    with transaction():
        make_member("agreed@example.org", group=group, purposes=[ConsentPurpose.UPDATES])
        make_member("silent@example.org", group=group)
        make_member("closed@example.org", group=group, purposes=[ConsentPurpose.UPDATES])
        people.meet("donor@example.org", locale="en", now=utcnow())
        suppression.suppress("closed@example.org", SuppressionReason.ASKED, now=utcnow())
    page = get(client, "people", key=make_key(group, Scope.PEOPLE))
    addresses = [row["email_addresses"] for row in page["_embedded"]["osdi:people"]]
    assert addresses == [
        [{"address": "agreed@example.org", "primary": True, "status": "subscribed"}],
        [],
        [],
    ]
    donor = people_reads.find_supporter("donor@example.org")
    assert donor
    get(client, f"people/{donor.public_id}", key=make_key(group, Scope.PEOPLE), status=404)


def test_somebody_with_two_addresses_is_told_once_with_the_one_that_agreed(
    client: FlaskClient, group: Group
) -> None:
    def told() -> list[list[str]]:
        page = get(client, "people", key=make_key(group, Scope.PEOPLE))
        rows = page["_embedded"]["osdi:people"]
        return [[each["address"] for each in row["email_addresses"]] for row in rows]

    with transaction():
        silent = make_member("silent@example.org", group=group)
        agreed = make_member("agreed@example.org", group=group, purposes=[ConsentPurpose.UPDATES])
        donor = people.meet("donor@example.org", locale="en", now=utcnow())
        kept_id, others = donor.id, [silent.supporter_id or 0, agreed.supporter_id or 0]
    for other_id in others:
        with transaction():
            merging.merge(kept_id, other_id, group_id=group.id, now=utcnow(), by=Actor.cli())
    # The row that stands for her neither joined nor agreed.
    assert told() == [["agreed@example.org"]]


def test_a_key_reads_its_own_group_alone(client: FlaskClient, group: Group) -> None:
    with transaction():
        other = make_group(slug="other-network")
        make_member("theirs@example.org", group=other, purposes=[ConsentPurpose.UPDATES])
        event = make_event(group_id=other.id)
        make_rsvp(event)
    key = make_key(group, *Scope)
    for name in ("people", "attendances", "donations"):
        assert get(client, name, key=key)["total_records"] == 0


def test_an_attendance_does_not_say_whose(client: FlaskClient, group: Group) -> None:
    with transaction():
        event = make_event(group_id=group.id)
        make_rsvp(event, name="Salma Haddad", email="salma@example.org")
    text = json.dumps(get(client, "attendances", key=make_key(group, Scope.ATTENDANCES)))
    assert '"accepted"' in text
    assert "Salma" not in text
    assert "salma@" not in text


def test_the_description_names_every_path_and_its_references_lead_somewhere(
    client: FlaskClient,
) -> None:
    said: Any = client.get("/api/openapi.json").json
    assert said["openapi"].startswith("3.1")
    assert set(said["paths"]) == {f"{ROOT}/"} | {
        path
        for name in ("events", "fundraising_pages", "event_campaigns", "campaigns", *Scope)
        for path in (f"{ROOT}/{name}", f"{ROOT}/{name}/{{id}}")
    }
    for reference in json.dumps(said).split('"#/components/schemas/')[1:]:
        assert reference.partition('"')[0] in said["components"]["schemas"]
    for name in Scope:
        assert said["paths"][f"{ROOT}/{name}"]["get"]["security"] == [{"key": []}]


def test_people_can_read_what_programs_can(client: FlaskClient) -> None:
    assert "OSDI-API-Token" in client.get("/api/").text


def test_nothing_unknown_is_there(client: FlaskClient) -> None:
    get(client, "secrets", status=404)
    get(client, "events/nobody", status=404)
