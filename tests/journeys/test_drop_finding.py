"""A supporter with a bag of blankets is sent to the point that is open when she can come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.aid.rules.bank_holidays import is_bank_holiday
from app.events.rules.words import Nation
from tests.journeys.conftest import Device, opened
from tests.journeys.regular import Reader
from tests.journeys.stack import Stack
from tests.journeys.test_access import axe_faults, is_too_wide, sign_in

pytestmark = pytest.mark.browser

READERS = (
    Reader(Device(320, has_scripts=False), "en"),
    Reader(Device(320, has_scripts=False), "ar"),
    Reader(Device(1280), "en"),
)
DROP = "big-aid-drop-winter"
#: A café that shuts at half past six on most days, and at seven on bank holidays.
CAFE, CAFE_POSTCODE = "Corner café, Hoe Street", "E17 3AY"
#: A students' union that is full.
FULL_POSTCODE = "B15 2TU"


@pytest.fixture(params=READERS, ids=str)
def reader(request: pytest.FixtureRequest) -> Reader:
    chosen: Reader = request.param
    return chosen


def next_bank_holiday() -> date:
    """The next one in England after today."""
    day = date.today() + timedelta(days=1)  # noqa: DTZ011 - the browser's own day
    while not is_bank_holiday(Nation.ENGLAND_WALES, day):
        day += timedelta(days=1)
    return day


@contextmanager
def round_until(browser: Browser, stack: Stack, day: date) -> Iterator[None]:
    """An organiser lets the round last until a day, and puts it back afterwards."""
    found = stack.rows("SELECT public_id, closes_on FROM aid_drop WHERE slug = ?", [DROP])[0]
    with opened(browser, stack, Device(1280)) as page:
        sign_in(page)
        change_last_day(page, found["public_id"], max(day.isoformat(), found["closes_on"]))
        try:
            yield
        finally:
            change_last_day(page, found["public_id"], found["closes_on"])


def change_last_day(page: Page, public_id: str, day: str) -> None:
    page.goto(f"/desk/aid/{public_id}/edit")
    page.locator("[name=closes_on]").fill(day)
    page.locator("main form button[type=submit]").last.click()
    expect(page).not_to_have_url(re.compile(r"/edit$"))


def ask(page: Page, typed: str) -> None:
    """Send the form with a place and a bag of blankets."""
    page.locator("form[role=search] [name=near]").fill(typed)
    page.locator("form[role=search] [name=item]").select_option("blankets")
    page.locator("form[role=search] button[type=submit]").click()
    expect(page).to_have_url(re.compile(rf"/aid/{DROP}/points\?.*item=blankets"))
    assert not is_too_wide(page)


def test_a_bag_of_blankets_finds_an_open_door_on_a_bank_holiday(
    browser: Browser, stack: Stack, reader: Reader
) -> None:
    holiday = next_bank_holiday()
    with round_until(browser, stack, holiday), opened(browser, stack, reader.device) as page:
        page.goto(f"{reader.prefix}/aid/")
        page.locator(f"main a[href='{reader.prefix}/aid/{DROP}']").first.click()
        ask(page, "E17")
        # Half an hour after it shuts, somebody else stands first, or nobody.
        at(page, holiday, "19:30")
        expect(first_row(page)).not_to_contain_text(CAFE)

        at(page, holiday, "18:30")
        row = first_row(page)
        expect(row).to_contain_text(CAFE)
        expect(row.locator(".tag--good")).to_contain_text("19:00")
        # The map leads to the same line of the list.
        mark = page.locator(".map a").first.get_attribute("href")
        expect(page.locator(f"li{mark}")).to_have_count(1)
        if reader.device.has_scripts:
            assert axe_faults(page) == []
        row.locator("a").first.click()
        expect(page.locator("main")).to_contain_text(CAFE_POSTCODE)
        expect(page.locator("#hours")).to_contain_text("10:00–19:00")
        assert not is_too_wide(page)


def test_a_full_point_and_a_strange_postcode_lead_on(
    browser: Browser, stack: Stack, reader: Reader
) -> None:
    with opened(browser, stack, reader.device) as page:
        page.goto(f"{reader.prefix}/aid/{DROP}/points")
        ask(page, FULL_POSTCODE)
        full = page.locator(".point-row", has=page.locator(".tag--bad")).first
        full.locator("p a").last.click()
        expect(page.locator("h1")).to_be_visible()
        # Northern Ireland's postcodes may not be bundled: a town is asked for.
        page.goto(f"{reader.prefix}/aid/{DROP}/points")
        ask(page, "BT7 1NN")
        expect(page.locator(".notice").first).to_be_visible()
        ask(page, "Belfast")
        expect(page.locator("main h2").first).to_contain_text("Belfast")


def at(page: Page, day: date, time: str) -> None:
    """Ask for another time than now."""
    if not page.locator("[name=time]").is_visible():
        page.locator("form[role=search] summary").click()
    page.locator("form[role=search] [name=day]").fill(day.isoformat())
    page.locator("form[role=search] [name=time]").fill(time)
    page.locator("form[role=search] button[type=submit]").click()


def first_row(page: Page) -> Locator:
    """The point that stands first."""
    return page.locator(".point-list").first.locator(".point-row").first
