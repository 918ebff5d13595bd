"""What an organiser sees of a gift, and what becomes of a cookie that somebody copied."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import giving
from tests.journeys.conftest import Device, opened
from tests.journeys.stack import Stack
from tests.journeys.test_access import sign_in

pytestmark = pytest.mark.browser


def give_ten(page: Page, stack: Stack) -> str:
    """Give £10; whose address it was."""
    before, email = giving.totals(stack), giving.fresh_email()
    giving.fill_in(page, email)
    giving.check_and_go(page, email)
    giving.pay(page)
    giving.expect_heading(page, giving.THANKED)
    giving.expect_one_gift(stack, email, before)
    return email


def test_a_gift_stands_on_the_desk(page: Page, stack: Stack) -> None:
    email = give_ten(page, stack)
    (donation,) = giving.donations(stack, email)
    sign_in(page, "treasurer")
    page.goto(f"/desk/donations/?q={email}")
    rows = page.get_by_role("main").locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("£10")
    rows.first.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(f"/desk/donations/{donation['public_id']}"))
    main = page.get_by_role("main")
    expect(main).to_contain_text(donation["reference"])
    expect(main).to_contain_text(email)


def test_today_counts_a_gift(plain_phone: Page, stack: Stack) -> None:
    sign_in(plain_phone, "treasurer")
    before = money_today(plain_phone)
    give_ten(plain_phone, stack)
    plain_phone.goto("/desk/")
    assert money_today(plain_phone) == before + giving.TEN_POUNDS


def money_today(page: Page) -> int:
    """The pence that Today says came in today."""
    text = page.get_by_role("main").inner_text()
    found = re.search(r"£([\d,]+(?:\.\d\d)?)", text)
    assert found, text
    return round(float(found[1].replace(",", "")) * 100)


def test_the_export_holds_the_gift_once(desktop: Page, stack: Stack) -> None:
    email = give_ten(desktop, stack)
    sign_in(desktop, "treasurer")
    desktop.goto("/desk/donations/")
    with desktop.expect_download() as download:
        desktop.get_by_role("button", name=re.compile("CSV")).click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    mine = [row for row in rows if email in row]
    assert len(mine) == 1
    assert "10.00" in mine[0]


def test_a_copied_cookie_dies_with_the_sign_out(browser: Browser, stack: Stack) -> None:
    with opened(browser, stack, Device(1280)) as page:
        sign_in(page, "auditor")
        copied = page.context.cookies()
        page.get_by_role("button", name=re.compile("Sign out", re.IGNORECASE)).first.click()
        page.goto("/desk/")
        expect(page).to_have_url(re.compile("/desk/sign-in"))
        page.context.clear_cookies()
        page.context.add_cookies(
            [
                {
                    "name": cookie["name"],
                    "value": cookie["value"],
                    "domain": cookie["domain"],
                    "path": cookie["path"],
                }
                for cookie in copied
            ]
        )
        page.goto("/desk/")
        expect(page).to_have_url(re.compile("/desk/sign-in"))


def test_a_visitor_gets_no_cookie(plain_phone: Page, stack: Stack) -> None:
    give_ten(plain_phone, stack)
    assert plain_phone.context.cookies() == []
