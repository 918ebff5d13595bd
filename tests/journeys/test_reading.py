"""A reader of the review of a film joins, gives, finds the protest and a collection point."""

from __future__ import annotations

import re
from functools import cache

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Browser, Page, expect

from tests.journeys import giving
from tests.journeys.conftest import opened
from tests.journeys.regular import (
    FAR_APART,
    Reader,
    expect_thanks,
    go_on,
    link_in,
    mail_about,
    pay_with,
)
from tests.journeys.stack import ROOT, Stack, eventually
from tests.journeys.test_access import axe_faults, is_too_wide

pytestmark = pytest.mark.browser

REVIEW = "return-to-homs"
CAMPAIGN = "tell-the-truth-about-syria"
APPEAL = "winter-aid-drop"
PROTEST = "empty-chair-london"
DROP = "big-aid-drop-winter"
#: Fewer words than these may be a name in somebody's data.
SENTENCE = 3


@cache
def our_sentences() -> frozenset[str]:
    """What we say in English, in the pieces between the values that stand in it."""
    with (ROOT / "app/translations/ar/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale="ar")
    said = [each.id for each in catalogue if each.id]
    texts = [str(text) for each in said for text in ([each] if isinstance(each, str) else each)]
    pieces = (piece for text in texts for piece in re.split(r"%\(\w+\)[sd]|\s{2,}|\n", text))
    return frozenset(
        piece.strip() for piece in pieces if len(re.findall(r"[A-Za-z’']+", piece)) >= SENTENCE
    )


def english_in(text: str) -> list[str]:
    """The English sentences of ours in a text."""
    line = " ".join(text.split())
    return sorted(each for each in our_sentences() if each in line)


def read(page: Page, reader: Reader) -> None:
    """Look a page over, as this reader does."""
    expect(page.locator("html")).to_have_attribute("lang", reader.locale)
    assert not is_too_wide(page)
    if reader.locale == "ar":
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert english_in(page.locator("body").inner_text()) == []


def choose(page: Page, reader: Reader, way: str) -> None:
    """Read the review to its last lines, and choose one of the things to do."""
    page.goto(f"{reader.prefix}/articles/{REVIEW}")
    read(page, reader)
    deeds = page.locator("section[aria-labelledby=what-you-can-do]")
    href = reader.prefix + way
    deeds.locator(f"a[href='{href}'], a[href^='{href}?']").click()
    read(page, reader)


@pytest.mark.parametrize("reader", FAR_APART, ids=str)
def test_the_home_page_leads_to_the_review_and_its_last_lines(
    browser: Browser, stack: Stack, reader: Reader
) -> None:
    with opened(browser, stack, reader.device) as page:
        page.goto(f"{reader.prefix}/")
        read(page, reader)
        page.locator(f"main a[href='{reader.prefix}/articles/{REVIEW}']").first.click()
        read(page, reader)
        deeds = page.locator("section[aria-labelledby=what-you-can-do] a.card__link")
        assert deeds.count() >= 5
        if reader.device.has_scripts:
            assert axe_faults(page) == []


@pytest.mark.parametrize("reader", FAR_APART, ids=str)
def test_the_reader_joins(browser: Browser, stack: Stack, reader: Reader) -> None:
    email = giving.fresh_email()
    with opened(browser, stack, reader.device) as page:
        choose(page, reader, f"/campaigns/{CAMPAIGN}/join")
        page.locator("[name=email]").fill(email)
        page.locator("main form button[type=submit]").last.click()
        expect(page).to_have_url(re.compile(r"/join/sent$"))
        read(page, reader)
        # Nobody is a member before her mailbox is proven.
        assert stack.rows("SELECT id FROM supporter WHERE email = ?", [email]) == []
        mail = mail_about(stack, email, "campaigns/join_confirm")
        page.goto(link_in(mail, "/join/confirm/"))
        read(page, reader)
        page.locator("main form button[type=submit]").last.click()
        expect(page).to_have_url(re.compile(r"/member/"))
        read(page, reader)
        welcome = mail_about(stack, email, "campaigns/welcome")
    for each in (mail, welcome):
        assert each.language == reader.locale
        assert reader.locale == "en" or english_in(each.text) == []
    (member,) = stack.rows(
        "SELECT member.state, member.came_from, campaign.slug FROM member"
        " JOIN supporter ON supporter.id = member.supporter_id"
        " JOIN member_campaign ON member_campaign.member_id = member.id"
        " JOIN campaign ON campaign.id = member_campaign.campaign_id WHERE supporter.email = ?",
        [email],
    )
    assert tuple(member) == ("member", REVIEW, CAMPAIGN)


@pytest.mark.parametrize("reader", FAR_APART, ids=str)
def test_the_reader_gives(browser: Browser, stack: Stack, reader: Reader) -> None:
    email = giving.fresh_email()
    with opened(browser, stack, reader.device) as page:
        choose(page, reader, f"/appeals/{APPEAL}/give")
        page.locator("[name=own_amount]").fill("5" if reader.locale == "en" else "٥")
        page.locator("[name=frequency][value=once]").check()
        page.locator("[name=email]").fill(email)
        page.locator("#give button[type=submit]").first.click()
        read(page, reader)
        go_on(page)
        # Stripe's own page stands between; it speaks no Arabic.
        pay_with(page, "success")
        expect_thanks(page)
        read(page, reader)
    (donation,) = eventually(
        lambda: [row for row in giving.donations(stack, email) if row["received_minor"]],
        lambda rows: len(rows) == 1,
    )
    assert donation["received_minor"] == 500


@pytest.mark.parametrize("reader", FAR_APART, ids=str)
def test_the_reader_finds_the_protest(browser: Browser, stack: Stack, reader: Reader) -> None:
    with opened(browser, stack, reader.device) as page:
        choose(page, reader, f"/events/{PROTEST}")
        expect(page.locator("main time").first).to_be_visible()
        # Its page leads back to those who wrote about it.
        back = f"{reader.prefix}/articles/{REVIEW}"
        expect(page.locator(f"#mentions a[href='{back}']")).to_have_count(1)
        page.locator(f"a[href='{reader.prefix}/events/{PROTEST}/rsvp']").first.click()
        read(page, reader)


@pytest.mark.parametrize("reader", FAR_APART, ids=str)
def test_the_reader_finds_a_collection_point(
    browser: Browser, stack: Stack, reader: Reader
) -> None:
    with opened(browser, stack, reader.device) as page:
        choose(page, reader, f"/aid/{DROP}/points")
        page.locator("form[role=search] [name=near]").fill("E17")
        page.locator("form[role=search] button[type=submit]").click()
        read(page, reader)
        page.locator(".point-row a").first.click()
        expect(page.locator("#hours")).to_be_visible()
        read(page, reader)
