"""Gifts that come again, bank debits, mistyped addresses and cards that rest, as givers see it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import giving, regular
from tests.journeys.conftest import Device, opened
from tests.journeys.regular import FAR_APART, READERS, Reader
from tests.journeys.stack import Stack, eventually
from tests.journeys.test_access import axe_faults, is_too_wide, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def reader(request: pytest.FixtureRequest) -> Reader:
    chosen: Reader = request.param
    return chosen


@pytest.fixture
def giver(browser: Browser, stack: Stack, reader: Reader) -> Iterator[Page]:
    """A page on the reader's device."""
    with opened(browser, stack, reader.device) as page:
        yield page


def each(readers: tuple[Reader, ...]) -> pytest.MarkDecorator:
    """Walk a journey as each of these readers."""
    return pytest.mark.parametrize("reader", readers, ids=str, indirect=True)


@each(READERS)
def test_a_monthly_gift_is_changed_and_stopped(giver: Page, reader: Reader, stack: Stack) -> None:
    email = giving.fresh_email()
    regular.begin(giver, reader, email)
    regular.pay_with(giver, "success")
    regular.expect_thanks(giver)
    receipt = regular.mail_about(stack, email, "appeals/receipt")
    assert receipt.language == reader.locale
    page = regular.link_in(receipt)

    giver.goto(page)
    expect(giver.locator("html")).to_have_attribute("lang", reader.locale)
    regular.act(giver, "card")
    regular.pay_with(giver, "mastercard")
    expect(giver).to_have_url(re.compile(r"/giving/"))
    eventually(lambda: regular.plan_of(stack, email)["method_last4"], lambda last4: last4 == "4444")

    giver.goto(page)
    giver.locator("main a[href$='/amount']").click()
    giver.locator("[name=amount]").fill("7")
    for _ in range(2):
        giver.locator("main form[action$='/amount'] button[type=submit]").first.click()
    assert regular.plan_of(stack, email)["amount_minor"] == 700

    due = regular.plan_of(stack, email)["period_end"]
    regular.act(giver, "skip")
    assert regular.regular_of(stack, email)["state"] == "paused"
    assert regular.plan_of(stack, email)["paused_until"] > due

    regular.act(giver, "stop")
    assert regular.regular_of(stack, email)["state"] == "stopped"
    assert regular.mail_about(stack, email, "appeals/regular_stopped").language == reader.locale
    assert regular.received(stack, email) == [500]


@pytest.mark.long
@each(FAR_APART)
def test_a_renewal_that_fails_is_put_right_from_the_mail_and_stopped_from_the_first(
    giver: Page, reader: Reader, stack: Stack
) -> None:
    email = giving.fresh_email()
    regular.begin(giver, reader, email)
    regular.pay_with(giver, "declined_later")
    regular.expect_thanks(giver)
    first = regular.mail_about(stack, email, "appeals/receipt")
    regular.a_month_goes_by(stack)
    failed = regular.mail_about(stack, email, "appeals/collection_failed")
    assert regular.received(stack, email) == [500]

    giver.goto(regular.link_in(failed))
    regular.act(giver, "settle")
    regular.pay_with(giver, "success")
    eventually(lambda: regular.received(stack, email), lambda sums: sums == [500, 500])
    regular.mail_about(stack, email, "appeals/receipt", count=2)
    assert len(regular.mails_about(stack, email, "appeals/collection_failed")) == 1

    giver.goto(regular.link_in(first))
    regular.act(giver, "stop")
    assert regular.regular_of(stack, email)["state"] == "stopped"
    assert "agree" in stack.muster("books", "check")


def give_by_debit(page: Page, reader: Reader, stack: Stack, card: str, button: str) -> str:
    """Give £5 by a bank debit, which counts for nothing before the bank answers."""
    email, before = giving.fresh_email(), giving.totals(stack)
    regular.begin(page, reader, email, frequency="once")
    regular.pay_with(page, card)
    regular.expect_thanks(page)
    regular.mail_about(stack, email, "appeals/on_its_way")
    assert regular.mails_about(stack, email, "appeals/receipt") == []
    assert giving.totals(stack).received == before.received
    assert giving.totals(stack).on_its_way == before.on_its_way + 500
    (donation,) = giving.donations(stack, email)
    query = "SELECT intent_id FROM payment WHERE order_key = ?"
    intent = stack.value(query, [donation["public_id"]])
    stack.control(f"charges/{intent}/{button}", {})
    eventually(lambda: giving.totals(stack).on_its_way, before.on_its_way.__eq__)
    return email


@each(FAR_APART)
def test_a_debit_that_settles_and_one_that_fails(giver: Page, reader: Reader, stack: Stack) -> None:
    settled = give_by_debit(giver, reader, stack, "bacs", "settle")
    assert regular.received(stack, settled) == [500]
    regular.mail_about(stack, settled, "appeals/receipt")
    email = give_by_debit(giver, reader, stack, "bacs_fails", "fail")
    assert regular.received(stack, email) == [0]
    refused = regular.mail_about(stack, email, "appeals/debit_refused")
    giver.goto(regular.link_in(refused))
    giver.locator("main form[action$='/pay'] button[type=submit]").first.click()
    regular.pay_with(giver, "success")
    regular.expect_thanks(giver)
    eventually(lambda: regular.received(stack, email), lambda sums: sums == [500])
    regular.mail_about(stack, email, "appeals/receipt")


@each(FAR_APART)
def test_a_mistyped_address_is_corrected_once(giver: Page, reader: Reader, stack: Stack) -> None:
    right = giving.fresh_email()
    wrong = right.replace("@", "x@", 1)
    regular.begin(giver, reader, wrong)
    regular.pay_with(giver, "success")
    regular.expect_thanks(giver)
    old = regular.link_in(regular.mail_about(stack, wrong, "appeals/receipt"))
    giver.locator("#correct-address summary").click()
    giver.locator("form[action$='/address'] [name=email]").fill(right)
    giver.locator("form[action$='/address'] button[type=submit]").first.click()
    regular.expect_thanks(giver)
    expect(giver.locator("main")).to_contain_text(right)
    again = regular.mail_about(stack, right, "appeals/receipt")
    told = regular.mail_about(stack, wrong, "appeals/address_mistaken")
    for body in (told.text, told.html, told.subject):
        assert "£5" not in body
        assert right not in body
    expect(giver.locator("form[action$='/address']")).to_have_count(0)
    assert giver.request.get(old).status == 410
    assert giver.request.get(regular.link_in(again)).status == 200


def test_a_slip_is_noticed_before_anything_is_sent(plain_phone: Page, stack: Stack) -> None:
    plain_phone.goto(f"/appeals/{giving.APPEAL}/give")
    plain_phone.locator("[name=own_amount]").fill("5")
    plain_phone.locator("[name=email]").fill("salma.haddad@gmial.com")
    plain_phone.locator("#give button[type=submit]").first.click()
    plain_phone.locator("form.notice button").click()
    expect(plain_phone.locator("main")).to_contain_text("salma.haddad@gmail.com")
    assert giving.donations(stack, "salma.haddad@gmial.com") == []


@each(FAR_APART)
def test_cards_rest_and_come_back(
    giver: Page, reader: Reader, stack: Stack, browser: Browser
) -> None:
    email = giving.fresh_email()
    giver.goto(f"{reader.prefix}/appeals/winter-aid-drop/give")
    giver.locator("[name=own_amount]").fill("15")
    giver.locator("[name=email]").fill(email)
    with opened(browser, stack, Device(1280)) as desk:
        sign_in(desk, "owner")
        (account,) = stack.rows("SELECT * FROM payment_account WHERE name = 'open_hands'")
        address = f"/desk/groups/{account['group_id']}/accounts/{account['id']}"
        switch(desk, address, "off")
        try:
            giver.locator("#give button[type=submit]").first.click()
            expect(giver.locator("[name=email]")).to_have_value(email)
            giver.locator("button[name=paying_by][value=card]").first.click()
            eventually(lambda: giving.donations(stack, email), bool)
            assert giving.donations(stack, email)[0]["promised_at"]
        finally:
            switch(desk, address, "on")
    link = regular.link_in(regular.mail_about(stack, email, "appeals/cards_back"), "/give/go-on/")
    giver.goto(link)
    giver.locator("main form button[type=submit]").first.click()
    regular.pay_with(giver, "success")
    regular.expect_thanks(giver)
    eventually(lambda: regular.received(stack, email), lambda sums: sums == [1500])


def switch(desk: Page, address: str, state: str) -> None:
    """Let the cards of an account rest, or take them again."""
    desk.goto(address)
    form = desk.locator(f"form[action$='/cards/{state}']")
    form.locator("[name=reason]").fill("Tried on purpose")
    form.locator("button[type=submit]").first.click()
    desk.goto(address)
    other = "on" if state == "off" else "off"
    expect(desk.locator(f"form[action$='/cards/{other}']").first).to_be_visible()


def test_a_hurried_thumb_is_at_the_payment_page_in_twenty_seconds(
    phone: Page, stack: Stack
) -> None:
    """Three keys a second on a small phone: three pages and four fields at most."""
    email, pages, typed = giving.fresh_email()[:11] + "@example.org", 1, []
    phone.goto(f"/appeals/{giving.APPEAL}")
    began = time.monotonic()
    phone.locator(f"main a[href*='/appeals/{giving.APPEAL}/give']").first.click()
    pages += 1
    for name, text in (("own_amount", "5"), ("email", email)):
        phone.locator(f"[name={name}]").press_sequentially(text, delay=1000 / 3)
        typed.append(name)
    phone.locator("#give button[type=submit]").first.click()
    pages += 1
    regular.go_on(phone)
    assert time.monotonic() - began <= 20
    assert pages <= 3
    assert len(typed) <= 4
    assert giving.donations(stack, email)


@each((Reader(Device(320), "ar"), Reader(Device(1280), "en")))
def test_axe_finds_nothing_on_the_givers_pages(giver: Page, reader: Reader, stack: Stack) -> None:
    email = giving.fresh_email()
    regular.begin(giver, reader, email)
    regular.pay_with(giver, "success")
    regular.expect_thanks(giver)
    page = regular.link_in(regular.mail_about(stack, email, "appeals/receipt"))
    faults = axe_faults(giver)
    for path in ("", "/amount", "/skip", "/card", "/stop", "/receipts/1"):
        giver.goto(page + path)
        assert not is_too_wide(giver)
        faults += axe_faults(giver)
    assert faults == []
