"""A supporter finds the nearest protest by her postcode and says that she comes."""

from __future__ import annotations

import re

import icalendar
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Device, opened
from tests.journeys.regular import Reader
from tests.journeys.stack import Stack
from tests.journeys.test_access import is_too_wide

pytestmark = pytest.mark.browser

#: The smallest screen, without scripts, in both languages; and a wide one with them.
READERS = (
    Reader(Device(320, has_scripts=False), "en"),
    Reader(Device(320, has_scripts=False), "ar"),
    Reader(Device(1280), "ar"),
)
#: In Salford, beside the piazza where the demo's protest is.
POSTCODE = "M50 2EQ"
EVENT = "empty-chair-manchester"
COUNT = (
    "SELECT count(*) FROM rsvp JOIN event ON event.id = rsvp.event_id"
    " WHERE event.slug = ? AND rsvp.party_size = 3 AND rsvp.email IS NULL AND rsvp.name IS NULL"
)


def search(page: Page, typed: str, km: str) -> None:
    """Look for what is on around somewhere."""
    page.locator("form[role=search] [name=near]").fill(typed)
    page.locator("form[role=search] [name=km]").select_option(km)
    page.locator("form[role=search] button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/events/\?.*near="))
    assert not is_too_wide(page)


@pytest.mark.parametrize("reader", READERS, ids=str)
def test_the_nearest_protest_is_found_by_postcode(
    browser: Browser, stack: Stack, reader: Reader
) -> None:
    with opened(browser, stack, reader.device) as page:
        page.goto(f"{reader.prefix}/")
        page.locator("nav a[href$='/events/']").first.click()
        expect(page.locator("html")).to_have_attribute("lang", reader.locale)
        # Mistyped first: the likely towns are offered.
        search(page, "Manchster", "25")
        page.locator(".notice a[href*='town=']").first.click()
        expect(page.locator(f".gatherings a[href$='/events/{EVENT}']")).to_be_visible()

        search(page, POSTCODE, "any")
        nearest = page.locator(".gatherings h3 a").first
        expect(nearest).to_have_attribute("href", f"{reader.prefix}/events/{EVENT}")
        # The map leads to the same line of the list.
        mark = page.locator(".map a").first.get_attribute("href")
        expect(page.locator(f"li{mark}")).to_have_count(1)
        nearest.click()

        check_calendar(page, stack)
        say_that_she_comes(page, reader, stack)


def check_calendar(page: Page, stack: Stack) -> None:
    """The file for her calendar says when the page says it is."""
    link = page.locator("main a[href$='.ics']").first.get_attribute("href")
    read = icalendar.Calendar.from_ical(page.request.get(f"{stack.base}{link}").body())
    assert isinstance(read, icalendar.Calendar)
    (event,) = read.events
    begins = page.locator("main time").first.get_attribute("datetime")
    assert event.start.isoformat()[:10] == str(begins)[:10]


def say_that_she_comes(page: Page, reader: Reader, stack: Stack) -> None:
    """With two others, and nothing else told."""
    before = stack.value(COUNT, [EVENT])
    page.locator(f"a[href='{reader.prefix}/events/{EVENT}/rsvp']").first.click()
    page.locator("[name=party_size]").select_option("3")
    assert not is_too_wide(page)
    page.locator("main form button[type=submit]").last.click()
    expect(page).to_have_url(re.compile(rf"{reader.prefix}/rsvp/"))
    assert stack.value(COUNT, [EVENT]) == before + 1
