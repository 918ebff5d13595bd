"""The full screening offers a freed seat to the next in line; a place is changed and given back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import giving
from tests.journeys.conftest import Device, opened
from tests.journeys.regular import FAR_APART, READERS, Reader, link_in, mail_about
from tests.journeys.stack import Stack, eventually
from tests.journeys.test_access import is_too_wide, sign_in

pytestmark = pytest.mark.browser

FULL = "return-to-homs"
OPEN = "empty-chair-manchester"
#: More than ever stand in line before somebody who has just come.
MOST = 30


def rsvp_of(stack: Stack, email: str) -> Any:
    """How somebody stands."""
    (row,) = stack.rows("SELECT * FROM rsvp WHERE email = ?", [email])
    return row


def press(page: Page, step: str) -> None:
    """Press one of the buttons of her page."""
    page.locator(f"main form[action$='/{step}'] button[type=submit]").first.click()


def open_link(page: Page, stack: Stack, email: str, template: str) -> str:
    """Open the link to her page, or to the proof, that a mail brought."""
    address = link_in(mail_about(stack, email, template), "/rsvp/")
    whole = re.search(rf"{re.escape(address)}\S*", mail_about(stack, email, template).text)
    assert whole
    page.goto(whole[0])
    return whole[0]


def take_off_one(page: Page, stack: Stack) -> None:
    """An organiser takes off somebody alone, who rang to say that she cannot come."""
    (row,) = stack.rows(
        "SELECT rsvp.code, event.public_id FROM rsvp JOIN event ON event.id = rsvp.event_id"
        " WHERE event.slug = ? AND rsvp.state = 'going' AND rsvp.party_size = 1"
        " AND rsvp.email NOT LIKE 'journey%' ORDER BY rsvp.id LIMIT 1",
        [FULL],
    )
    page.goto(f"/desk/events/{row['public_id']}/attendees?q={row['code']}")
    press(page, "withdraw")


@pytest.mark.parametrize("reader", FAR_APART, ids=str)
def test_a_freed_seat_is_offered_to_the_next_in_line(
    browser: Browser, stack: Stack, reader: Reader
) -> None:
    email = giving.fresh_email()
    with opened(browser, stack, reader.device) as page:
        page.goto(f"{reader.prefix}/events/{FULL}")
        page.locator(f"a[href='{reader.prefix}/events/{FULL}/rsvp']").first.click()
        page.locator("[name=email]").fill(email)
        page.locator("main form button[type=submit]").last.click()
        expect(page).to_have_url(re.compile(rf"{reader.prefix}/rsvp/"))
        # Nothing is hers before the mailbox is proven.
        assert rsvp_of(stack, email)["waits_since"] is None
        open_link(page, stack, email, "events/rsvp_proof")
        press(page, "confirm")
        expect(page.locator("html")).to_have_attribute("lang", reader.locale)
        assert rsvp_of(stack, email)["state"] == "waiting"
        assert mail_about(stack, email, "events/rsvp_waiting").language == reader.locale

        with opened(browser, stack, Device(1280)) as desk:
            sign_in(desk)
            for _ in range(MOST):
                if rsvp_of(stack, email)["state"] == "offered":
                    break
                take_off_one(desk, stack)
        open_link(page, stack, email, "events/rsvp_offer")
        assert not is_too_wide(page)
        press(page, "take")
        assert rsvp_of(stack, email)["state"] == "going"
        expect(page.locator("svg.qr")).to_be_visible()
        mail_about(stack, email, "events/rsvp_going")
    (seats,) = stack.rows(
        "SELECT taken, capacity FROM event_seats JOIN event ON event.id = event_seats.event_id"
        " WHERE event.slug = ?",
        [FULL],
    )
    assert seats["taken"] <= seats["capacity"]


@pytest.mark.parametrize("reader", READERS, ids=str)
def test_a_place_is_changed_and_given_back(browser: Browser, stack: Stack, reader: Reader) -> None:
    email = giving.fresh_email()
    with opened(browser, stack, reader.device) as page:
        page.goto(f"{reader.prefix}/events/{OPEN}/rsvp")
        page.locator("details summary").first.click()
        page.locator("[name=email]").fill(email)
        page.locator("main form button[type=submit]").last.click()
        open_link(page, stack, email, "events/rsvp_going")
        expect(page.locator("html")).to_have_attribute("lang", reader.locale)
        page.locator("main a[href$='/change']").click()
        page.locator("[name=party_size]").select_option("4")
        assert not is_too_wide(page)
        press(page, "change")
        assert rsvp_of(stack, email)["party_size"] == 4
        press(page, "withdraw")
        eventually(lambda: rsvp_of(stack, email)["state"], lambda state: state == "withdrawn")
        press(page, "back")
        eventually(lambda: rsvp_of(stack, email)["state"], lambda state: state == "going")
