"""An editor writes to many, to herself first; one of those who get it ends it by the link."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from app.accounts.rules.permissions import Role
from app.demo.scenery import organisers
from app.lib import ids
from tests.journeys.stack import Stack, eventually
from tests.journeys.test_access import sign_in

if TYPE_CHECKING:
    from app.demo.catcher.store import CaughtMail

pytestmark = pytest.mark.browser

ROWS = """
    SELECT supporter.email, recipient.state, recipient.locale, recipient.unsubscribed_at
    FROM mailing_recipient AS recipient
    JOIN mailing ON mailing.id = recipient.mailing_id
    JOIN supporter ON supporter.id = recipient.supporter_id
    WHERE mailing.public_id = ? ORDER BY recipient.id
"""


def write(page: Page, subject: str) -> str:
    """Write news in both languages; its public id."""
    page.goto("/desk/mailings/new")
    page.locator("[name=subject-en]").fill(subject)
    page.locator("[name=subject-ar]").fill(f"خبر: {subject}")
    page.locator("[name=body-en]").fill("Dear friends,\n\nwe **loaded** it. [Come](/aid/).")
    page.locator("[name=body-ar]").fill("أعزاءنا،\n\nلقد **حمّلناها**. [تعالوا](/aid/).")
    page.get_by_role("button", name="Count them").click()
    expect(page.get_by_role("status").first).to_contain_text(re.compile("[1-9][0-9]* people would"))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(subject)
    return page.url.rstrip("/").rpartition("/")[2]


def mails_about(stack: Stack, to: str, subject: str) -> list[CaughtMail]:
    """What somebody got of it."""
    return [mail for mail in stack.mails(to) if subject in mail.subject]


def test_news_goes_to_who_agreed_and_ends_by_the_link(plain_phone: Page, stack: Stack) -> None:
    page, subject = plain_phone, f"The van is loaded {ids.token(4)}"
    sign_in(page, "organiser")
    public_id = write(page, subject)
    expect(page.get_by_role("link", name="Send it …")).to_have_count(0)
    page.get_by_role("button", name="Send it to me").click()
    me = next(address for role, address, _ in organisers() if role is Role.ORGANISER)
    tests = eventually(lambda: mails_about(stack, me, subject), lambda found: len(found) == 2)
    assert {mail.language for mail in tests} == {"en", "ar"}
    assert all("/unsubscribe/" not in mail.text for mail in tests)
    page.get_by_role("link", name="Send it …").click()
    page.get_by_role("button", name="Send it now").click()

    def sent() -> list[tuple[str, str, str, str | None]]:
        return [tuple(row) for row in stack.rows(ROWS, [public_id])]

    people = eventually(sent, lambda found: found and all(row[1] == "sent" for row in found))
    assert len({row[0] for row in people}) == len(people) > 5
    address = people[0][0]
    (mail,) = mails_about(stack, address, subject)
    assert "/aid/?from=mail-" in mail.text
    link = re.search(r"http\S+/unsubscribe/mail/\S+", mail.text)
    assert link
    page.goto(link[0])
    assert sent()[0][3] is None
    page.get_by_role("button", name="End these mails", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text(re.compile("These mails end|انتهت"))
    assert sent()[0][3] is not None
    page.goto(f"/desk/mailings/{public_id}")
    expect(page.get_by_role("main")).to_contain_text("Ended these mails by it")
