"""A van's day: things are to be fetched, an order is proposed and driven, and one door is shut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Device, opened
from tests.journeys.regular import Reader
from tests.journeys.stack import Stack
from tests.journeys.test_access import sign_in
from tests.journeys.test_organising import look_over, speak
from tests.journeys.test_rota import sheets_of

pytestmark = pytest.mark.browser

READERS = (
    Reader(Device(320, has_scripts=False), "ar"),
    Reader(Device(1280), "en"),
)
#: A café, a hall and a home of the round that goes on, by the districts in which they are.
DISTRICTS = ("E17", "E8", "N17")


@pytest.fixture(params=READERS, ids=str)
def reader(request: pytest.FixtureRequest) -> Reader:
    chosen: Reader = request.param
    return chosen


@pytest.fixture
def organiser(browser: Browser, stack: Stack, reader: Reader) -> Iterator[Page]:
    """An organiser at her desk, in her language."""
    with opened(browser, stack, reader.device) as page:
        sign_in(page, "organiser")
        speak(page, reader.locale)
        yield page
        speak(page, "en")


def press(page: Page, end: str) -> None:
    """Press the first button of a form whose address ends so."""
    page.locator(f"main form[action$='{end}'] button").first.click()


def next_tuesday() -> date:
    """A day on which all these points open some time, not tomorrow."""
    day = date.today() + timedelta(days=2)  # noqa: DTZ011 - the browser's own day
    return day + timedelta(days=(1 - day.weekday()) % 7)


def lying_at(stack: Stack, request: str, unit: str) -> int:
    """How many bags or boxes the books know where a request is to be fetched."""
    found = stack.value(
        "SELECT COALESCE(SUM(b.qty), 0) FROM stock_balance b"
        " JOIN stock_location l ON l.id = b.location_id"
        " JOIN pickup_request r ON r.point_id = l.point_id"
        " WHERE r.public_id = ? AND b.unit = ?",
        [request, unit],
    )
    return int(found)


def stops_of(stack: Stack, run: str) -> list[tuple[str, str]]:
    """(request, district of the point) of the stops of a run, in their order."""
    rows = stack.rows(
        "SELECT q.public_id, l.district FROM pickup_stop s JOIN pickup_run r ON r.id = s.run_id"
        " JOIN pickup_request q ON q.id = s.request_id"
        " JOIN collection_point p ON p.id = q.point_id JOIN place l ON l.id = p.place_id"
        " WHERE r.public_id = ? AND s.position IS NOT NULL ORDER BY s.position",
        [run],
    )
    return [(row["public_id"], row["district"]) for row in rows]


def ask_for(organiser: Page, stack: Stack, district: str) -> None:
    """Write down for a host who rang that she wants to have things fetched."""
    point = stack.value(
        "SELECT p.public_id FROM collection_point p JOIN place l ON l.id = p.place_id"
        " JOIN aid_drop d ON d.id = p.drop_id WHERE d.state = 'open' AND l.district = ?",
        [district],
    )
    organiser.goto(f"/desk/pickups/ask/{point}")
    organiser.locator("[name=bags]").fill("4")
    organiser.locator("[name=boxes]").fill("1")
    press(organiser, point)
    expect(organiser).to_have_url(re.compile("/desk/pickups/$"))


def enter_results(page: Page, stack: Stack, stops: list[tuple[str, str]]) -> str:
    """Type what the driver brought back: the fullest door was emptied, the next was shut.

    Returns the request of the door that was shut.
    """
    fullest, shut, *_ = sorted(stops, key=lambda each: -lying_at(stack, each[0], "bag"))
    for number, stop in enumerate(stops):
        outcome = page.locator(f"[name=outcome_{number}]")
        if stop == fullest:
            outcome.select_option("collected")
            page.locator(f"[name=bags_{number}]").fill(str(lying_at(stack, stop[0], "bag")))
            page.locator(f"[name=boxes_{number}]").fill(str(lying_at(stack, stop[0], "box")))
        elif stop == shut:
            outcome.select_option("closed_no_access")
        else:
            outcome.select_option("skipped")
            page.locator(f"[name=reason_{number}]").fill("No time left")
    press(page, "/results")
    # A door that was shut says why, or nothing at all is written down.
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator(f"[name=reason_{stops.index(shut)}]").fill("لم يفتح أحد")
    press(page, "/results")
    return shut[0]


def test_a_day_of_the_van_is_planned_and_driven_with_one_stop_shut(
    organiser: Page, reader: Reader, stack: Stack
) -> None:
    for row in stack.rows("SELECT public_id FROM pickup_run WHERE state IN ('draft', 'planned')"):
        organiser.goto(f"/desk/pickups/{row['public_id']}")
        press(organiser, "/call-off")
    for district in DISTRICTS:
        ask_for(organiser, stack, district)
    look_over(organiser, reader)

    organiser.locator("a[href*='/desk/pickups/new/']").first.click()
    day = next_tuesday().isoformat()
    organiser.locator("[name=starts_local]").fill(f"{day}T09:00")
    organiser.locator("[name=ends_local]").fill(f"{day}T21:30")
    organiser.locator("[name=crew]").fill("Lina")
    press(organiser, organiser.url.rpartition("/")[2])
    expect(organiser).to_have_url(re.compile(r"/desk/pickups/[0-9a-z]{20}$"))
    expect(organiser.locator("html")).to_have_attribute("lang", reader.locale)
    look_over(organiser, reader)
    run = organiser.url.rpartition("/")[2]
    proposed = stops_of(stack, run)
    assert {district for _request, district in proposed} == set(DISTRICTS)

    press(organiser, "/down")
    expect(organiser).to_have_url(re.compile("#order$"))
    assert stops_of(stack, run)[:2] == proposed[1::-1]
    press(organiser, "/up")
    press(organiser, "/propose")
    assert stops_of(stack, run) == proposed
    press(organiser, "/confirm")
    press(organiser, "/send")
    organiser.locator("a[href$='/sheet']").click()
    for text in ("214 Hoe Street", "31 Lordship Lane", "Lina"):
        expect(organiser.locator("main")).to_contain_text(text)
    assert sheets_of(organiser) == 1

    organiser.goto(f"/desk/pickups/{run}/results")
    look_over(organiser, reader)
    shut = enter_results(organiser, stack, proposed)
    expect(organiser).to_have_url(re.compile(f"/desk/pickups/{run}$"))
    press(organiser, "/finish")
    expect(organiser.locator("main")).to_contain_text("لم يفتح أحد")
    state = "SELECT state FROM pickup_request WHERE public_id = ?"
    assert stack.value(state, [shut]) == "open"
    assert lying_at(stack, shut, "bag") > 0
    assert stack.value("SELECT state FROM pickup_run WHERE public_id = ?", [run]) == "finished"
    in_vans = "SELECT COALESCE(SUM(qty), 0) FROM stock_balance b JOIN stock_location l"
    assert stack.value(f"{in_vans} ON l.id = b.location_id WHERE l.kind = 'vehicle'") == 0
    moves = stack.rows(
        "SELECT kind FROM stock_move WHERE client_key LIKE 'pickup:%' OR client_key = ?",
        [f"unload:{run}"],
    )
    assert {row["kind"] for row in moves} == {"pick_up", "unload"}
