"""A supporter gives £10: straight on, after a decline, past 3-D Secure, and after a change of mind.

Each journey runs on a phone without scripts and a desktop with them, the first on all four devices,
and ends in the books.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import giving
from tests.journeys.stack import Stack

pytestmark = pytest.mark.browser


def test_one_gift(any_page: Page, stack: Stack) -> None:
    before, email = giving.totals(stack), giving.fresh_email()
    giving.fill_in(any_page, email)
    giving.check_and_go(any_page, email)
    giving.pay(any_page)
    giving.expect_heading(any_page, giving.THANKED)
    giving.expect_one_gift(stack, email, before)
    any_page.reload()
    giving.expect_heading(any_page, giving.THANKED)
    giving.expect_one_gift(stack, email, before)


def test_a_declined_card_and_then_another(page: Page, stack: Stack) -> None:
    before, email = giving.totals(stack), giving.fresh_email()
    giving.fill_in(page, email)
    giving.check_and_go(page, email)
    giving.pay(page, "declined")
    expect(page.get_by_role("alert")).to_contain_text("declined")
    giving.expect_nothing_collected(stack, email)
    assert giving.totals(stack) == before
    giving.pay(page)
    giving.expect_heading(page, giving.THANKED)
    giving.expect_one_gift(stack, email, before)


def test_a_card_that_asks_the_bank_first(page: Page, stack: Stack) -> None:
    before, email = giving.totals(stack), giving.fresh_email()
    giving.fill_in(page, email)
    giving.check_and_go(page, email)
    giving.pay(page, "three_d_secure")
    giving.expect_nothing_collected(stack, email)
    page.get_by_role("button", name="Complete the check").click()
    giving.expect_heading(page, giving.THANKED)
    giving.expect_one_gift(stack, email, before)


def test_a_check_of_the_bank_that_fails_charges_nothing(desktop: Page, stack: Stack) -> None:
    before, email = giving.totals(stack), giving.fresh_email()
    giving.fill_in(desktop, email)
    giving.check_and_go(desktop, email)
    giving.pay(desktop, "three_d_secure")
    desktop.get_by_role("button", name="Fail the check").click()
    expect(desktop.get_by_role("alert")).to_be_visible()
    giving.expect_nothing_collected(stack, email)
    assert giving.totals(stack) == before


def test_back_from_the_payment_page_and_there_again(page: Page, stack: Stack) -> None:
    before, email = giving.totals(stack), giving.fresh_email()
    giving.fill_in(page, email)
    giving.check_and_go(page, email)
    page.locator("#cancel").click()
    giving.expect_heading(page, giving.UNPAID)
    giving.expect_nothing_collected(stack, email)
    page.get_by_role("button", name="Continue to payment").click()
    giving.pay(page)
    giving.expect_heading(page, giving.THANKED)
    giving.expect_one_gift(stack, email, before)


def test_back_from_the_payment_page_to_change_the_sum(desktop: Page, stack: Stack) -> None:
    before, email = giving.totals(stack), giving.fresh_email()
    giving.fill_in(desktop, email, amount="25")
    desktop.get_by_role("button", name="Pay £25").click()
    desktop.locator("#cancel").click()
    desktop.get_by_role("link", name="Change something").click()
    expect(desktop.get_by_label("Your e-mail address")).to_have_value(email)
    desktop.get_by_label("Another amount").fill("10")
    desktop.get_by_role("button", name="Continue").click()
    giving.check_and_go(desktop, email)
    giving.pay(desktop)
    giving.expect_heading(desktop, giving.THANKED)
    giving.expect_one_gift(stack, email, before)


def test_what_was_typed_wrong_is_kept_and_explained(plain_phone: Page) -> None:
    giving.fill_in(plain_phone, "nobody at example", amount="-5")
    summary = plain_phone.get_by_role("alert")
    expect(summary.get_by_role("link")).to_have_count(2)
    expect(plain_phone).to_have_title(re.compile("^Error"))
    expect(plain_phone.get_by_label("Another amount")).to_have_value("-5")
    expect(plain_phone.get_by_label("Your e-mail address")).to_have_value("nobody at example")
    expect(plain_phone.get_by_label("Your e-mail address")).to_have_attribute(
        "aria-invalid", "true"
    )


def test_a_gift_with_a_name_and_a_message(plain_phone: Page, stack: Stack) -> None:
    email = giving.fresh_email()
    plain_phone.goto(f"/appeals/{giving.APPEAL}/give")
    plain_phone.get_by_label("Another amount").fill("£ 10.00")
    plain_phone.get_by_label("Your e-mail address").fill(email)
    plain_phone.get_by_text("Add your name or a message (optional)").click()
    plain_phone.get_by_label("Name to show in public").fill("A neighbour")
    plain_phone.get_by_label("A message to the organisers").fill("For the hall")
    plain_phone.get_by_role("button", name="Continue").click()
    expect(plain_phone.get_by_role("main")).to_contain_text("A neighbour")
    plain_phone.get_by_role("button", name="Pay £10").click()
    giving.pay(plain_phone)
    giving.expect_heading(plain_phone, giving.THANKED)
    (donation,) = giving.donations(stack, email)
    assert donation["public_name"] == "A neighbour"
    assert donation["message"] == "For the hall"
    assert not donation["is_anonymous"]
    assert donation["consent_id"] is None


def test_a_gift_in_arabic(plain_phone: Page, stack: Stack) -> None:
    before, email = giving.totals(stack), giving.fresh_email()
    plain_phone.goto(f"/ar/appeals/{giving.APPEAL}/give")
    expect(plain_phone.locator("html")).to_have_attribute("dir", "rtl")
    plain_phone.locator("[name=own_amount]").fill("١٠")
    plain_phone.locator("[name=email]").fill(email)
    plain_phone.get_by_role("main").locator("form button[type=submit]").last.click()
    plain_phone.get_by_role("main").locator("form button[type=submit]").first.click()
    giving.pay(plain_phone)
    expect(plain_phone.locator("html")).to_have_attribute("lang", "ar")
    giving.expect_one_gift(stack, email, before)
    assert stack.mails(email)[0].language == "ar"
