"""An organiser makes an event, publishes, moves and cancels it; whoever comes hears of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes, policy
from secrets import token_hex
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app.demo.catcher.store import CaughtMail, MailStore
from tests.journeys import giving
from tests.journeys.conftest import Device, opened
from tests.journeys.regular import Reader, mail_about, mails_about
from tests.journeys.stack import Stack
from tests.journeys.test_access import axe_faults, is_too_wide, sign_in
from tests.journeys.test_regular import each

pytestmark = pytest.mark.browser

#: The organiser's device and language; who comes reads the other one.
ORGANISERS = (
    Reader(Device(320, has_scripts=False), "ar"),
    Reader(Device(1280), "en"),
)
DAY = date(2031, 5, 3)


@pytest.fixture
def reader(request: pytest.FixtureRequest) -> Reader:
    chosen: Reader = request.param
    return chosen


@pytest.fixture
def organiser(browser: Browser, stack: Stack, reader: Reader) -> Iterator[Page]:
    """The desk on the organiser's device, in her language."""
    with opened(browser, stack, reader.device) as page:
        sign_in(page, "organiser")
        speak(page, reader.locale)
        yield page
        speak(page, "en")


def speak(page: Page, locale: str) -> None:
    """Choose the desk's language."""
    page.goto("/desk/account")
    page.locator("[name=locale]").select_option(locale)
    page.locator("form:has([name=locale]) button[type=submit]").click()
    expect(page.locator("html")).to_have_attribute("lang", locale)


def look_over(page: Page, reader: Reader) -> None:
    """Nothing is wider than the screen, and axe finds nothing where scripts run."""
    assert not is_too_wide(page), page.url
    if reader.device.has_scripts:
        assert axe_faults(page) == []


def send(page: Page) -> None:
    """Send the page's form."""
    page.locator("main form button[type=submit]").last.click()


def begin(page: Page, reader: Reader, title: str) -> str:
    """Begin an event by the short form; returns its address at the desk."""
    page.goto("/desk/events/new")
    look_over(page, reader)
    page.locator("[name=title-en]").fill(title)
    page.locator("[name=title-ar]").fill(f"وقفة {title}")
    page.locator("[name=starts_on]").fill(DAY.isoformat())
    page.locator("[name=starts_time]").fill("١٨:٣٠" if reader.locale == "ar" else "18.30")
    page.locator("[name=ends_time]").fill("20:00")
    page.locator("[name=locality]").fill("London")
    page.locator("[name=place_name]").fill("Kings Hall")
    page.locator("[name=postcode]").fill("E17 4PP")
    send(page)
    expect(page).to_have_url(re.compile(r"/desk/events/[0-9a-z]{20}$"))
    return page.url


def come(browser: Browser, stack: Stack, path: str) -> str:
    """Somebody says that she comes, and leaves an address."""
    email = giving.fresh_email()
    with opened(browser, stack, Device(320, has_scripts=False)) as page:
        page.goto(f"{path}/rsvp")
        page.locator("details summary").first.click()
        page.locator("[name=email]").fill(email)
        page.locator("main form button[type=submit]").last.click()
    mail_about(stack, email, "events/rsvp_going")
    return email


def sequence_in(stack: Stack, mail: CaughtMail) -> int:
    """Which version of the event a mail's calendar file says it is."""
    raw = MailStore(stack.data / "mail").raw(mail.key)
    assert raw is not None
    parts = message_from_bytes(raw, policy=policy.default).walk()
    (calendar,) = [each for each in parts if each.get_content_type() == "text/calendar"]
    found = re.search(r"^SEQUENCE:(\d+)", calendar.get_content(), re.MULTILINE)
    assert found
    return int(found[1])


def event_at(stack: Stack, address: str) -> Any:
    """The event of an address at the desk."""
    key = address.rpartition("/")[2]
    return stack.rows("SELECT * FROM event WHERE public_id = ?", [key])[0]


@each(ORGANISERS)
def test_an_event_is_made_moved_and_cancelled(
    browser: Browser, organiser: Page, reader: Reader, stack: Stack
) -> None:
    title = f"Lanterns {token_hex(4)}"
    desk = begin(organiser, reader, title)
    look_over(organiser, reader)
    slug = event_at(stack, desk)["slug"]
    hers, prefix = ("en", "") if reader.locale == "ar" else ("ar", "/ar")
    path = f"{prefix}/events/{slug}"
    organiser.locator("form[action$='/publish'] button[type=submit]").first.click()
    email = come(browser, stack, path)

    organiser.goto(f"{desk}/become/reschedule")
    look_over(organiser, reader)
    new_day = DAY + timedelta(days=7)
    organiser.locator("[name=starts_on]").fill(new_day.isoformat())
    organiser.locator("[name=note-en]").fill("The hall is flooded.")
    organiser.locator("[name=note-ar]").fill("غمرت المياه القاعة.")
    send(organiser)
    expect(organiser).to_have_url(desk)
    moved = mail_about(stack, email, "events/rsvp_changed")
    assert moved.language == hers
    said = {"en": ("3 May 2031", "10 May 2031", "flooded"), "ar": ("18:30", "غمرت المياه")}
    assert [each for each in said[hers] if each not in moved.text] == []
    assert sequence_in(stack, moved) == event_at(stack, desk)["sequence"] == 2

    organiser.goto(f"{desk}/become/cancel")
    look_over(organiser, reader)
    send(organiser)
    expect(organiser).to_have_url(desk)
    off = mail_about(stack, email, "events/rsvp_cancelled")
    assert sequence_in(stack, off) == 3
    assert len(mails_about(stack, email, "events/rsvp_changed")) == 1

    with opened(browser, stack, reader.device) as page:
        page.goto(f"{reader.prefix}/events/{slug}")
        expect(page.locator(".notice--bad")).to_be_visible()
        look_over(page, reader)
