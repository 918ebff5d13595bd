"""A union branch collects at work, is sent elsewhere when its point fills up, and hands it over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import giving, regular
from tests.journeys.conftest import Device, opened
from tests.journeys.regular import FAR_APART, Reader
from tests.journeys.stack import Stack
from tests.journeys.test_access import sign_in
from tests.journeys.test_hosting import look_over, press
from tests.journeys.test_points import submit
from tests.journeys.test_regular import each

pytestmark = pytest.mark.browser

DROP = "big-aid-drop-winter"
#: The point in this town is the only one for many miles.
POSTCODE = "CF24 2DA"
NEAREST = "Splott tool library"


@pytest.fixture
def reader(request: pytest.FixtureRequest) -> Reader:
    chosen: Reader = request.param
    return chosen


@pytest.fixture
def steward(browser: Browser, stack: Stack, reader: Reader) -> Iterator[Page]:
    """A page on the steward's device."""
    with opened(browser, stack, reader.device) as page:
        yield page


@pytest.fixture
def host(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A page on the phone of the host of the nearest point."""
    with opened(browser, stack, Device(320, has_scripts=False)) as page:
        yield page


@pytest.fixture
def organiser(browser: Browser, stack: Stack) -> Iterator[Page]:
    """The desk, signed in as somebody who may answer for a host."""
    with opened(browser, stack, Device(1280)) as page:
        sign_in(page)
        yield page


def sign_up(page: Page, reader: Reader, email: str) -> None:
    """Walk from the page of the round through both steps to the page that speaks of the mail."""
    page.goto(f"{reader.prefix}/aid/{DROP}")
    page.locator(f"main a[href$='/aid/{DROP}/workplaces/new']").first.click()
    look_over(page, reader)
    page.locator("[name=organisation]").fill("Dockers' branch 7")
    page.locator("[name=where]").fill("BT7 1SH")
    page.locator("[name=boxes]").fill("12" if reader.locale == "en" else "١٢")
    page.locator("[name=name]").fill("Sam")
    page.locator("[name=email]").fill(email)
    submit(page)
    # No positions may be bundled for Northern Ireland: the town is asked for, all else stays.
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("[name=where]").fill(POSTCODE.lower())
    submit(page)
    look_over(page, reader)
    page.locator("[name=point]").first.check()
    # The last button of this page leads back to the form.
    page.wait_for_timeout(3_000)
    page.locator("main form.form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"/workplaces/sent$"))


def confirm(page: Page, stack: Stack, email: str, reader: Reader) -> str:
    """Open the link of the mail and confirm; the address of her own page."""
    mail = regular.mail_about(stack, email, "aid/workplace_confirm")
    assert mail.language == reader.locale
    own = regular.link_in(mail, "/workplace/")
    page.goto(own)
    press(page, "/confirm")
    expect(page).to_have_url(re.compile("done=confirm"))
    look_over(page, reader)
    return own


def of(stack: Stack, email: str) -> Any:
    """The collection of a steward."""
    (row,) = stack.rows(
        "SELECT w.*, p.name AS point_name FROM workplace_collection w"
        " LEFT JOIN collection_point p ON p.id = w.point_id WHERE w.email = ?",
        [email],
    )
    return row


def open_host_page(page: Page, stack: Stack) -> None:
    """Have the links of the host of the nearest point sent, and open her page."""
    email = stack.value(
        "SELECT h.email FROM point_host h JOIN collection_point p ON p.id = h.point_id"
        " WHERE p.name = ?",
        [NEAREST],
    )
    page.goto("/links")
    page.locator("[name=email]").fill(str(email))
    page.locator("main form button[type=submit]").first.click()
    mail = regular.mail_about(stack, str(email), "aid/host_links")
    page.goto(regular.link_in(mail, "/host/"))


def boxes_of(stack: Stack, point_name: str) -> int:
    """How many boxes the books know at a point."""
    found = stack.value(
        "SELECT SUM(b.qty) FROM stock_balance b"
        " JOIN stock_location l ON l.id = b.location_id"
        " JOIN collection_point p ON p.id = l.point_id"
        " WHERE p.name = ? AND b.unit = 'box'",
        [point_name],
    )
    return int(found or 0)


@each(FAR_APART)
def test_a_union_branch_collects_and_hands_it_over(
    steward: Page, host: Page, organiser: Page, reader: Reader, stack: Stack
) -> None:
    email = giving.fresh_email()
    sign_up(steward, reader, email)
    own = confirm(steward, stack, email, reader)
    found = of(stack, email)
    assert (found["point_name"], found["pledge"], found["promised_boxes"]) == (NEAREST, "asked", 12)

    open_host_page(host, stack)
    expect(host.locator("main")).to_contain_text("Dockers' branch 7")
    expect(host.locator("main")).not_to_contain_text(email)
    press(host, f"/pledges/{found['public_id']}/accept")
    regular.mail_about(stack, email, "aid/workplace_accepted")
    press(host, "/fill/full")
    try:
        mail = regular.mail_about(stack, email, "aid/workplace_elsewhere")
        assert mail.language == reader.locale
        steward.goto(own)
        look_over(steward, reader)
        expect(steward.locator("main form[action$='/point']")).to_have_count(2)
        press(steward, "/point")
        expect(steward).to_have_url(re.compile("done=point"))
    finally:
        press(host, "/fill/empty")
    moved = of(stack, email)
    assert (moved["point_name"] != NEAREST, moved["pledge"]) == (True, "asked")

    organiser.goto(f"/desk/workplaces/{found['public_id']}")
    press(organiser, "/accept")
    regular.mail_about(stack, email, "aid/workplace_accepted", count=2)

    before = boxes_of(stack, moved["point_name"])
    steward.goto(own)
    hand_over = steward.locator("details#handed-over")
    if hand_over.get_attribute("open") is None:
        hand_over.locator("summary").click()
    hand_over.locator("[name=boxes]").fill("11")
    hand_over.locator("button[type=submit]").click()
    expect(steward).to_have_url(re.compile("done=handed_over"))
    look_over(steward, reader)
    done = of(stack, email)
    assert (done["state"], done["counted_boxes"]) == ("handed_over", 11)
    assert boxes_of(stack, moved["point_name"]) == before + 11
