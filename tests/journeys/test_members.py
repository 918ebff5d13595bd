"""Somebody joins from a group's page, is found by what she can do, and leaves."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import giving
from tests.journeys.conftest import Device, opened
from tests.journeys.regular import FAR_APART, Reader, link_in, mail_about
from tests.journeys.stack import Stack
from tests.journeys.test_access import is_too_wide, sign_in

pytestmark = pytest.mark.browser

GROUP = "/groups/lea-valley-solidarity-network"
#: Nobody of the demo is found there.
AREA = "Zennor"


def members_of(stack: Stack, email: str) -> list[str]:
    """Where somebody stands, in each group."""
    rows = stack.rows(
        "SELECT member.state FROM member JOIN supporter ON supporter.id = member.supporter_id"
        " WHERE supporter.email = ?",
        [email],
    )
    return [row["state"] for row in rows]


def press(page: Page) -> None:
    """Press the button of the page's form."""
    page.locator("main form button[type=submit]").last.click()


def fill_in(page: Page, email: str) -> None:
    """Tell an address, and what one could do."""
    page.locator("[name=email]").fill(email)
    page.locator("[name=postcode]").fill("tr26 3b")
    page.locator("#offer summary").click()
    page.locator("[name=skills][value=driving]").check()
    page.locator("[name=languages][value=ku]").check()
    page.locator("[name=area]").fill(AREA)
    page.locator("[name=updates]").check()


@pytest.mark.parametrize("reader", FAR_APART, ids=str)
def test_somebody_joins_is_found_and_leaves(browser: Browser, stack: Stack, reader: Reader) -> None:
    email = giving.fresh_email()
    with opened(browser, stack, reader.device) as page:
        page.goto(f"{reader.prefix}{GROUP}")
        page.locator(f"main a[href='{reader.prefix}{GROUP}/join']").first.click()
        for consent in ("updates", "events", "appeals"):
            expect(page.locator(f"[name={consent}]")).not_to_be_checked()
        fill_in(page, email)
        assert not is_too_wide(page)
        press(page)
        expect(page).to_have_url(re.compile(rf"{reader.prefix}{GROUP}/join/sent$"))
        # Whoever typed the address is nobody yet.
        assert members_of(stack, email) == []
        page.goto(link_in(mail_about(stack, email, "campaigns/join_confirm"), "/join/confirm/"))
        expect(page.locator("html")).to_have_attribute("lang", reader.locale)
        expect(page.locator("main dl")).to_contain_text(AREA)
        press(page)
        expect(page).to_have_url(re.compile(rf"{reader.prefix}/member/"))
        assert members_of(stack, email) == ["member"]
        assert mail_about(stack, email, "campaigns/welcome").language == reader.locale
        expect_found(browser, stack, email)
        page.goto(link_in(mail_about(stack, email, "campaigns/welcome"), "/member/"))
        page.locator("main a[href$='/leave']").click()
        press(page)
        assert members_of(stack, email) == ["left"]
        assert not is_too_wide(page)


def expect_found(browser: Browser, stack: Stack, email: str) -> None:
    """An organiser looks for a driver down there, and finds her and nobody else."""
    with opened(browser, stack, Device(1280)) as desk:
        sign_in(desk)
        desk.goto("/desk/members/")
        desk.locator("[name=area]").fill(AREA)
        desk.locator("[name=skill]").select_option("driving")
        desk.locator("main form.filters button[type=submit]").click()
        rows = desk.locator("main tbody tr")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text(email)
        desk.goto(f"/desk/members/?area={AREA}&skill=cooking")
        expect(rows).to_have_count(0)
