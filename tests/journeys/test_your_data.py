"""Somebody erases herself: she reads what is kept, asks, presses the button; the books stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import giving, regular
from tests.journeys.conftest import opened
from tests.journeys.regular import FAR_APART, Reader
from tests.journeys.stack import Stack, eventually
from tests.journeys.test_hosting import look_over
from tests.journeys.test_regular import each

pytestmark = pytest.mark.browser


@pytest.fixture
def reader(request: pytest.FixtureRequest) -> Reader:
    chosen: Reader = request.param
    return chosen


@pytest.fixture
def giver(browser: Browser, stack: Stack, reader: Reader) -> Iterator[Page]:
    """A page on her device."""
    with opened(browser, stack, reader.device) as page:
        yield page


def ledger(stack: Stack) -> list[tuple[Any, ...]]:
    """What stands in each fund and each money account."""
    return [
        tuple(row)
        for row in stack.rows(
            "SELECT fund_id, money_account_id, category, SUM(minor), COUNT(*)"
            " FROM ledger_line GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        )
    ]


def ask(page: Page, stack: Stack, email: str, reader: Reader) -> None:
    """Have the link sent, and open the page of everything that is kept."""
    page.goto(f"{reader.prefix}/your-data")
    look_over(page, reader)
    page.locator("[name=email]").fill(email)
    # Nobody is quicker than that; a program is.
    page.wait_for_timeout(3_000)
    page.locator("main form button[type=submit]").last.click()
    expect(page).to_have_url(re.compile(r"/your-data/sent$"))
    mail = regular.mail_about(stack, email, "supporters/data_link")
    assert mail.language == reader.locale
    page.goto(regular.link_in(mail, "/your-data/"))
    look_over(page, reader)
    expect(page.get_by_role("main")).to_contain_text(email)


def erase(page: Page, stack: Stack, email: str, reader: Reader) -> None:
    """Ask to be erased, open the second link, and press the last button."""
    page.locator("main a[href$='/erase']").click()
    look_over(page, reader)
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/your-data/sent$"))
    mail = regular.mail_about(stack, email, "supporters/data_erase")
    page.goto(regular.link_in(mail, "/your-data/erase/"))
    look_over(page, reader)
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/your-data/erased/"))
    look_over(page, reader)


@each(FAR_APART)
def test_somebody_erases_herself_and_the_books_do_not_move(
    giver: Page, reader: Reader, stack: Stack
) -> None:
    email = giving.fresh_email()
    regular.begin(giver, reader, email)
    regular.pay_with(giver, "success")
    regular.expect_thanks(giver)
    eventually(lambda: regular.received(stack, email))
    regular.mail_about(stack, email, "appeals/receipt")
    gift = regular.regular_of(stack, email)["public_id"]
    donations = [each["id"] for each in giving.donations(stack, email)]
    totals, books = giving.totals(stack), ledger(stack)
    ask(giver, stack, email, reader)
    erase(giver, stack, email, reader)
    expect(giver.get_by_role("main")).not_to_contain_text(email)
    assert (giving.totals(stack), ledger(stack)) == (totals, books)
    assert giving.donations(stack, email) == []
    for donation in donations:
        (row,) = stack.rows(
            "SELECT email, name, received_minor FROM donation WHERE id=?", [donation]
        )
        assert (row["email"], row["name"]) == (None, None)
        assert row["received_minor"] > 0
    assert stack.value("SELECT COUNT(*) FROM supporter WHERE email = ?", [email]) == 0
    assert stack.value('SELECT COUNT(*) FROM outbox_mail WHERE "to" = ?', [email]) == 0
    stack.muster("books", "check")
    # Nothing more is collected of her: Stripe is asked by the worker.
    asked = (
        "SELECT plan_change.kind FROM plan_change JOIN plan ON plan.id = plan_change.plan_id"
        " WHERE plan.plan_key = ?"
    )
    assert [row["kind"] for row in stack.rows(asked, [gift])] == ["stop"]
