"""What somebody does with a gift that comes again: begin it, change it, put it right, stop it.

Pages are found by their addresses and fields, never by words, so that every journey can be
walked in either language.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from app.demo.catcher.store import CaughtMail
from tests.journeys import giving
from tests.journeys.conftest import Device
from tests.journeys.stack import Stack, eventually

#: Stripe finalises a renewal an hour after the period began.
A_MONTH_AND_MORE = {"months": 1}
THE_HOUR_AFTER = {"seconds": 2 * 3600}


@dataclass(frozen=True)
class Reader:
    """Somebody's device and language."""

    device: Device
    locale: str

    @property
    def prefix(self) -> str:
        """What her pages' addresses begin with."""
        return "" if self.locale == "en" else f"/{self.locale}"

    def __str__(self) -> str:
        """What a parametrised test is called."""
        return f"{self.locale}-{self.device}"


#: Each width, each language, scripts and none: every pair of them at least once.
READERS = (
    Reader(Device(320, has_scripts=False), "en"),
    Reader(Device(1280), "ar"),
    Reader(Device(320), "ar"),
    Reader(Device(1280, has_scripts=False), "en"),
)
#: The two that differ in everything.
FAR_APART = (Reader(Device(320, has_scripts=False), "ar"), Reader(Device(1280), "en"))


def begin(page: Page, reader: Reader, email: str, *, frequency: str = "monthly") -> None:
    """Go from the form to the payment page with £5 each time."""
    page.goto(f"{reader.prefix}/appeals/{giving.APPEAL}/give")
    page.locator("[name=own_amount]").fill("5" if reader.locale == "en" else "٥")
    page.locator(f"[name=frequency][value={frequency}]").check()
    if frequency != "once":
        page.locator("[name=is_adult]").check()
    page.locator("[name=email]").fill(email)
    page.locator("#give button[type=submit]").first.click()
    go_on(page)


def go_on(page: Page) -> None:
    """Press the button of the check page."""
    expect(page).to_have_url(re.compile(r"/give/check$"))
    page.locator("form[action$='/give'] button[type=submit]").first.click()
    expect(page.locator("#card-success")).to_be_visible()


def pay_with(page: Page, card: str) -> None:
    """Pay on whichever page of the payment provider is open."""
    page.locator(f"#card-{card}").check()
    page.locator("form button[type=submit]").last.click()


def expect_thanks(page: Page) -> None:
    """Wait for the page after the payment page."""
    expect(page).to_have_url(re.compile(r"/thanks/"))


def mails_about(stack: Stack, email: str, template: str) -> list[CaughtMail]:
    """The mails of one kind that an address got, the newest first."""
    wanted = {
        row["message_id"]
        for row in stack.rows(
            'SELECT message_id FROM outbox_mail WHERE "to" = ? AND template = ?', [email, template]
        )
    }
    return [mail for mail in stack.mails(email) if mail.message_id in wanted]


def mail_about(stack: Stack, email: str, template: str, *, count: int = 1) -> CaughtMail:
    """The newest mail of a kind, once so many of the kind came."""
    return eventually(
        lambda: mails_about(stack, email, template), lambda mails: len(mails) >= count
    )[0]


def link_in(mail: CaughtMail, part: str = "/giving/") -> str:
    """The private link in a mail."""
    found = re.search(rf"https?://\S*{part}[\w.~-]+", mail.text)
    assert found, mail.text
    return found[0]


def act(page: Page, action: str) -> None:
    """Choose something on the giver's page, and confirm it."""
    page.locator(f"main a[href$='/{action}']").click()
    page.locator(f"main form[action$='/{action}'] button[type=submit]").first.click()


def regular_of(stack: Stack, email: str) -> Any:
    """The regular gift of an address."""
    (row,) = stack.rows("SELECT * FROM regular_donation WHERE email = ?", [email])
    return row


def plan_of(stack: Stack, email: str) -> Any:
    """What Stripe carries out for it."""
    key = regular_of(stack, email)["public_id"]
    return stack.rows("SELECT * FROM plan WHERE plan_key = ?", [key])[0]


def received(stack: Stack, email: str) -> list[int]:
    """What arrived from an address, collection by collection."""
    return [
        row["received_minor"]
        for row in stack.rows("SELECT * FROM donation WHERE email = ? ORDER BY id", [email])
    ]


def a_month_goes_by(stack: Stack) -> None:
    """Let the next renewals become due and be collected; then Stripe's clock is today's again."""
    stack.control("advance", A_MONTH_AND_MORE)
    stack.control("advance", THE_HOUR_AFTER)
    stack.control("flush", {})
    stack.control("clock", {"now": int(time.time())})
