"""The desk's pages of vans: asked for, planned, moved, printed, entered; who may see what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.aid.models.pickups import PickupRequest, PickupRun, Vehicle
from app.aid.models.points import CollectionPoint
from app.aid.rules.words import PickupState, RunState, StopOutcome, Visibility
from app.aid.service import driving
from app.db.session import db, transaction
from tests.aid.test_run_results import Driven
from tests.aid.test_runs import BY, NOW, Ground
from tests.appeals.donors import Form, forms_of
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.factories.accounts import make_account, sign_in
from tests.factories.aid import make_point_host
from tests.factories.groups import make_group

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


@pytest.fixture
def ground(app: Flask) -> Ground:
    """What a day needs."""
    return Ground()


@pytest.fixture
def driven(app: Flask) -> Driven:
    """A day whose driver has the sheet."""
    return Driven()


def form_to(page: TestResponse, end: str) -> Form:
    """The form of a page whose address ends so."""
    return next(each for each in forms_of(page) if each.action.endswith(end))


def press(client: FlaskClient, address: str, end: str) -> TestResponse:
    """Open a page and press one of its buttons."""
    form = form_to(client.get(address), end)
    return client.post(form.action, data=form.values)


def at_run(run: Ground, path: str = "") -> str:
    """An address of a run."""
    return f"/desk/pickups/{run.public_id}{path}"


# --- planning -------------------------------------------------------------------------------------


def test_a_day_is_planned_at_the_desk(client: FlaskClient, ground: Ground) -> None:
    sign_in_as(client, Role.ORGANISER)
    with transaction():
        driving.call_off(ground.run, version=1, now=NOW, by=BY)
    page = client.get("/desk/pickups/")
    assert "Corner shop" in words(page)
    assert "5 boxes" in words(page)
    address = f"/desk/pickups/new/{ground.drop.public_id}"
    assert address in page.get_data(as_text=True)
    form = form_to(client.get(address), ground.drop.public_id)
    typed = form.values | {
        "vehicle": str(ground.vehicle.id),
        "start": str(ground.store.id),
        "end": str(ground.store.id),
        "starts_local": "2026-12-02T09:00",
        "ends_local": "2026-12-02T17:00",
        "crew": "Noor",
    }
    bad = client.post(form.action, data=typed | {"ends_local": "2026-12-02T08:00"})
    assert bad.status_code == 422
    assert "half an hour" in words(bad)
    assert client.post(form.action, data=typed | {"vehicle": "999"}).status_code == 422
    for year in ("2001", "9999"):
        long_ago = {"starts_local": f"{year}-12-30T09:00", "ends_local": f"{year}-12-31T01:00"}
        assert client.post(form.action, data=typed | long_ago).status_code == 422
    made = client.post(form.action, data=typed)
    assert made.status_code == 303
    # The same form again is the same run.
    assert client.post(form.action, data=typed).location == made.location
    page = client.get(made.location)
    assert page.status_code == 200
    assert "Noor" in words(page)
    assert "3." in words(page)
    run = db.session.scalars(select(PickupRun).order_by(PickupRun.id.desc())).first()
    assert run is not None
    assert [stop.position is not None for stop in run.stops] == [True] * 3

    last = driving.in_order(run)[-1].request.public_id
    assert press(client, made.location, f"/stops/{last}/up").status_code == 303
    assert press(client, made.location, f"/stops/{last}/out").status_code == 303
    assert "Taken out by hand" in words(client.get(made.location))
    assert press(client, made.location, f"/stops/{last}/in").status_code == 303
    assert press(client, made.location, "/confirm").status_code == 303
    assert "Planned" in words(client.get(made.location))
    edit = form_to(client.get(f"{made.location}/edit"), "/edit")
    assert client.post(edit.action, data=edit.values | {"crew": "Jo"}).status_code == 303
    assert client.post(edit.action, data=edit.values | {"crew": "Sam"}).status_code == 409
    assert "Draft" in words(client.get(made.location))


def test_a_stale_button_moves_nothing_and_shows_how_it_stands(
    client: FlaskClient, ground: Ground
) -> None:
    sign_in_as(client, Role.ORGANISER)
    ground.propose()
    form = form_to(client.get(at_run(ground)), "/down")
    assert client.post(form.action, data=form.values).status_code == 303
    before = ground.order
    stale = client.post(form.action, data=form.values)
    assert stale.status_code == 409
    assert "Somebody else changed this run" in words(stale)
    assert ground.order == before
    assert client.post(form.action, data={}).status_code == 400


@pytest.mark.one_database
def test_a_broken_plan_has_no_button_to_confirm_it(client: FlaskClient, ground: Ground) -> None:
    sign_in_as(client, Role.ORGANISER)
    ground.propose()
    confirm = form_to(client.get(at_run(ground)), "/confirm")
    with transaction():
        ground.run.capacity_boxes = 6
    page = client.get(at_run(ground))
    assert not [each for each in forms_of(page) if each.action.endswith("/confirm")]
    assert "More boxes than the vehicle holds" in words(page)
    refused = client.post(confirm.action, data=confirm.values)
    assert refused.status_code == 422
    assert "cannot be driven" in words(refused)
    assert ground.run.state is RunState.DRAFT


@pytest.mark.one_database
def test_somebody_rang_and_somebody_takes_it_back(client: FlaskClient, ground: Ground) -> None:
    sign_in_as(client, Role.ORGANISER)
    address = f"/desk/pickups/ask/{ground.points[0].public_id}"
    form = form_to(client.get(address), ground.points[0].public_id)
    assert form.values["boxes"] == "5"
    for typed in ({"boxes": "", "bags": ""}, {"boxes": "-1"}, {"boxes": "9999"}, {"boxes": "x"}):
        assert client.post(form.action, data=form.values | typed).status_code == 422
    sent = form.values | {"boxes": "2", "bags": "3", "note": "Side door"}
    assert client.post(form.action, data=sent).status_code == 303
    page = client.get("/desk/pickups/")
    assert "3 bags" in words(page)
    assert "Side door" in words(page)
    shown = words(client.get(f"/desk/points/{ground.points[0].public_id}"))
    assert "3 bags, 2 boxes Waits" in shown
    assert "Side door" in shown
    assert press(client, "/desk/pickups/", f"{ground.keys[0]}/withdraw").status_code == 303
    assert ground.state(1) is PickupState.WITHDRAWN
    assert client.get("/desk/pickups/ask/nothing").status_code == 404


# --- the sheet and the results --------------------------------------------------------------------


def test_results_are_entered_from_paper(client: FlaskClient, driven: Driven) -> None:
    sign_in_as(client, Role.ORGANISER)
    form = form_to(client.get(at_run(driven, "/results")), "/results")
    order = driven.order
    typed = dict(form.values)
    for place, number in enumerate(order):
        if number == "2":
            typed |= {f"outcome_{place}": "closed_no_access", f"reason_{place}": ""}
        else:
            typed |= {f"outcome_{place}": "collected", f"bags_{place}": "8", f"boxes_{place}": "6"}
    bad = client.post(form.action, data=typed)
    assert bad.status_code == 422
    assert "why not everything was fetched" in words(bad)
    assert driven.in_van == (0, 0, 0)
    typed[f"reason_{order.index('2')}"] = "Nobody opened"
    assert client.post(form.action, data=typed).status_code == 303
    assert client.post(form.action, data=typed).status_code == 409
    assert driven.in_van == (16, 12, 4000)
    page = client.get(at_run(driven))
    assert "Shut, no way in" in words(page)
    assert "Nobody opened" in words(page)
    assert press(client, at_run(driven), "/finish").status_code == 303
    assert driven.run.state is RunState.FINISHED
    assert driven.state(2) is PickupState.OPEN
    assert "once the driver has the sheet" in words(client.get(at_run(driven, "/results")))
    assert client.post(form.action, data=typed).status_code == 409
    assert {stop.outcome for stop in driven.run.stops} == {
        StopOutcome.COLLECTED,
        StopOutcome.CLOSED_NO_ACCESS,
    }


@pytest.mark.one_database
def test_the_sheet_names_hidden_doors_to_the_crew_alone(
    client: FlaskClient, driven: Driven
) -> None:
    with transaction():
        point = db.session.get_one(CollectionPoint, driven.points[0].id)
        point.visibility = Visibility.PRIVATE
        point.van_note = "Park in the yard"
        make_point_host(point, phone="020 7946 0999")
    sign_in_as(client, Role.ORGANISER)
    sheet = client.get(at_run(driven, "/sheet"))
    for text in ("12 Hoe Street", "020 7946 0999", "Park in the yard", "5 boxes"):
        assert text in words(sheet)
    assert "no-store" in sheet.headers["Cache-Control"]
    assert '<html lang="ar" dir="rtl">' in client.get(at_run(driven, "/sheet?in=ar")).text
    # The run's page and the list need no address.
    for path in ("/desk/pickups/", at_run(driven)):
        assert "Hoe Street" not in client.get(path).text
        assert "7946" not in client.get(path).text


@pytest.mark.one_database
def test_who_may_do_what(client: FlaskClient, driven: Driven) -> None:
    with transaction():
        point = db.session.get_one(CollectionPoint, driven.points[0].id)
        point.visibility = Visibility.PRIVATE
        driven.run.crew = "Noor"
        driven.stop(1).request.note = "Flat 3"
        driven.stop(1).request.state = PickupState.OPEN
    sign_in_as(client, Role.EDITOR)
    for path in ("/desk/pickups/", f"/desk/points/{driven.points[0].public_id}"):
        assert "Flat 3" not in client.get(path).text
    page = client.get(at_run(driven))
    assert page.status_code == 200
    assert "Noor" not in page.text
    assert "route-map" not in page.text
    assert "E17" not in page.text.replace("A home in E17", "")
    assert not [each for each in forms_of(page) if "/desk/pickups/" in each.action]
    for path in ("/sheet", "/results", "/edit"):
        assert client.get(at_run(driven, path)).status_code == 403
    assert client.get("/desk/vehicles/").status_code == 200
    assert client.get("/desk/vehicles/new").status_code == 403


@pytest.mark.one_database
def test_an_organiser_of_another_group_finds_nothing(client: FlaskClient, driven: Driven) -> None:
    with transaction():
        other = make_group(slug="elsewhere")
        make_account(Role.OWNER, group=other, email="other@example.org")
    sign_in(client, "other@example.org")
    for path in ("", "/sheet", "/results", "/edit"):
        assert client.get(at_run(driven, path)).status_code == 404
    for address in (
        f"/desk/pickups/new/{driven.drop.public_id}",
        f"/desk/pickups/ask/{driven.points[0].public_id}",
        f"/desk/vehicles/{driven.vehicle.public_id}",
    ):
        assert client.get(address).status_code == 404
    assert "Corner shop" not in client.get("/desk/pickups/").text


# --- vehicles, and what waits ---------------------------------------------------------------------


@pytest.mark.one_database
def test_vehicles_at_the_desk(client: FlaskClient, ground: Ground) -> None:
    sign_in_as(client, Role.ORGANISER)
    form = form_to(client.get("/desk/vehicles/new"), "/new")
    typed = form.values | {"name": "Red van", "capacity_boxes": "80", "payload_kg": "900"}
    for wrong in ({"name": ""}, {"capacity_boxes": "0"}, {"capacity_boxes": "x"}):
        assert client.post(form.action, data=typed | wrong).status_code == 422
    taken = client.post(form.action, data=typed | {"name": "Blue van"})
    assert taken.status_code == 422
    assert "of this name already" in words(taken)
    assert client.post(form.action, data=typed | {"group": "999"}).status_code == 422
    assert client.post(form.action, data=typed).status_code == 303
    made = db.session.scalars(select(Vehicle).where(Vehicle.name == "Red van")).one()
    assert "Red van" in words(client.get("/desk/vehicles/"))
    address = f"/desk/vehicles/{made.public_id}"
    edit = form_to(client.get(address), made.public_id)
    assert client.post(edit.action, data=edit.values | {"note": "Key at Jo"}).status_code == 303
    stale = client.post(edit.action, data=edit.values | {"note": "Key at Sam"})
    assert stale.status_code == 409
    assert "Key at Jo" in words(stale)
    assert press(client, address, "/retire").status_code == 303
    assert "not in use" in words(client.get("/desk/vehicles/"))
    choices = client.get(f"/desk/pickups/new/{ground.drop.public_id}").text
    assert "Red van" not in choices
    assert press(client, address, "/bring-back").status_code == 303


@pytest.mark.one_database
def test_what_waits_is_told(client: FlaskClient, driven: Driven) -> None:
    sign_in_as(client, Role.ORGANISER)
    waiting = words(client.get("/desk/waiting"))
    assert "Things to fetch that no van is planned for" not in waiting
    with transaction():
        run = driven.run
        run.starts_local = run.starts_local.replace(year=2025)
        run.ends_local = run.ends_local.replace(year=2025)
        db.session.scalars(select(PickupRequest)).first().state = PickupState.OPEN  # type: ignore[union-attr]
    waiting = words(client.get("/desk/waiting"))
    assert "Things to fetch that no van is planned for" in waiting
    assert "Vans’ days that are over and have no results" in waiting
