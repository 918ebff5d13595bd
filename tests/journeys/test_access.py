"""Every page for everybody: axe, the keyboard alone, small screens, large letters, the dark."""

from __future__ import annotations

import json
import re
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from app.demo.scenery import DEMO_PASSWORD, organisers
from tests.journeys import giving
from tests.journeys.conftest import Device, opened
from tests.journeys.stack import Stack

pytestmark = pytest.mark.browser

PUBLIC = (
    "/",
    "/appeals/",
    f"/appeals/{giving.APPEAL}",
    f"/appeals/{giving.APPEAL}/give",
    "/appeals/arrested-protesters-hardship-fund",
    f"/appeals/{giving.APPEAL}/embed",
    f"/appeals/{giving.APPEAL}/give?frequency=monthly",
    f"/appeals/{giving.APPEAL}/give/standing-order",
    "/events/",
    "/events/?near=E17+4PP&km=any",
    "/events/lantern-vigil",
    "/aid/",
    "/aid/big-aid-drop-winter",
    "/aid/big-aid-drop-winter/points?near=E17+4PP",
    "/aid/big-aid-drop-winter/points/new",
    "/aid/big-aid-drop-winter/workplaces/new",
    "/links",
    "/groups/lea-valley-solidarity-network",
    "/groups/lea-valley-solidarity-network/join",
    "/groups/long-road-convoys",
    "/campaigns/tell-the-truth-about-syria",
    "/articles/return-to-homs",
    "/about",
    "/accessibility",
    "/privacy",
    "/articles/",
    "/articles/?kind=review",
    "/authors/nadia-farouk",
    "/campaigns/tell-the-truth-about-syria/join",
    "/contact",
    "/complaints",
    "/refunds",
    "/your-data",
    "/search",
    "/search?q=homs",
    "/search?q=nothing-of-ours",
    "/api/",
    "/nowhere",
)
DESK = (
    "/desk/sign-in",
    "/desk/reset",
    "/desk/",
    "/desk/donations/",
    "/desk/appeals/",
    "/desk/appeals/new",
    "/desk/donations/?q=nobody",
    "/desk/donations/?since=x",
    "/desk/donations/money",
    "/desk/site/home",
    "/desk/groups/",
    "/desk/members/",
    "/desk/members/enter",
    "/desk/groups/1",
    "/desk/groups/1/edit",
    "/desk/groups/1/accounts/1",
    "/desk/groups/1/funds/new",
    "/desk/account",
    "/desk/account/notices",
    "/desk/account/second-factor/",
    "/desk/people/",
    "/desk/waiting",
    "/desk/queues",
    "/desk/regular/",
    "/desk/promises",
    "/desk/cards",
    "/desk/messages/",
    "/desk/bounces/",
    "/desk/donations/new",
    "/desk/appeals/1/sources",
    "/desk/appeals/sources/1",
    "/desk/aid/",
    "/desk/aid/overview",
    "/desk/points/",
    "/desk/drop-offs/",
    "/desk/workplaces/",
    "/desk/stock/",
    "/desk/pickups/",
    "/desk/articles/",
    "/desk/articles/new",
    "/desk/articles/1",
    "/desk/articles/1/history",
    "/desk/article-series/",
    "/desk/authors/",
    "/desk/authors/new",
    "/desk/mailings/",
    "/desk/mailings/new",
    "/desk/supporters/",
    "/desk/supporters/?q=nobody",
    "/desk/supporters/new",
    "/desk/supporters/duplicates",
    "/desk/imports/",
    "/desk/members/welcome/1",
    "/desk/complaints/",
    "/desk/complaints/new",
    "/desk/privacy/",
    "/desk/privacy/retention",
    "/desk/privacy/asked",
    "/desk/privacy/erasures",
    "/desk/site/pages/",
    "/desk/site/pages/privacy",
    "/desk/site/translations",
    "/desk/messages-in/",
    "/desk/messages-in/new",
    "/desk/mail/",
    "/desk/mail/received",
    "/desk/mail/suppressed",
    "/desk/keys/",
    "/desk/keys/new",
    "/desk/exports/everything",
    "/desk/search",
    "/desk/search?q=amina",
)
#: The standards that we hold ourselves to.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What axe looks for; in the dark only the colours are others.
SHADES: dict[Literal["light", "dark"], dict[str, object]] = {
    "light": {"type": "tag", "values": RULES},
    "dark": {"type": "rule", "values": ["color-contrast"]},
}
ASK_AXE = """async options => {
    const found = await axe.run(options);
    return found.violations.map(each => [each.id, each.nodes.map(node => node.target)]);
}"""
MOST_TABS = 120


def sign_in(page: Page, role: str = "owner") -> None:
    """Come to the desk as one of the demo's organisers."""
    email = next(address for each, address, _ in organisers() if each.value == role)
    page.goto("/desk/sign-in")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(DEMO_PASSWORD)
    page.get_by_role("main").locator("form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/desk/$"))


def axe_faults(page: Page) -> list[str]:
    """What axe finds in the light and in the dark, a line each; waits for the page to be there."""
    page.wait_for_load_state()
    page.evaluate(AXE_SCRIPT)
    faults = []
    for shade, rules in SHADES.items():
        page.emulate_media(color_scheme=shade)
        options = {"runOnly": rules, "resultTypes": ["violations"]}
        for rule, places in page.evaluate(ASK_AXE, options):
            faults.append(f"{page.url} ({shade}): {rule}: {json.dumps(places)}")
    return faults


def is_too_wide(page: Page) -> bool:
    """Whether a page has to be scrolled sideways; waits until all of it is there."""
    # A press returns when the next page begins to come: for a moment it has no content at all.
    page.wait_for_load_state()
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


@pytest.mark.long
def test_axe_finds_nothing_on_public_pages(desktop: Page) -> None:
    faults = []
    for path in PUBLIC:
        for prefix in ("", "/ar"):
            desktop.goto(prefix + path)
            faults += axe_faults(desktop)
    assert faults == []


def test_axe_finds_nothing_on_the_way_to_a_gift(desktop: Page) -> None:
    faults = []
    giving.fill_in(desktop, "nobody", amount="0")
    expect(desktop.get_by_role("alert")).to_be_visible()
    faults += axe_faults(desktop)
    desktop.get_by_label("Another amount").fill("10")
    desktop.get_by_label("Your e-mail address").fill(giving.fresh_email())
    desktop.get_by_role("button", name="Continue").click()
    giving.expect_heading(desktop, "Check your gift")
    faults += axe_faults(desktop)
    desktop.get_by_role("button", name="Pay £10").click()
    desktop.locator("#cancel").click()
    giving.expect_heading(desktop, giving.UNPAID)
    faults += axe_faults(desktop)
    desktop.get_by_role("button", name="Continue to payment").click()
    giving.pay(desktop)
    giving.expect_heading(desktop, giving.THANKED)
    faults += axe_faults(desktop)
    assert faults == []


@pytest.mark.long
def test_axe_finds_nothing_at_the_desk(desktop: Page) -> None:
    sign_in(desktop)
    faults = []
    for path in DESK:
        desktop.goto(path)
        faults += axe_faults(desktop)
    desktop.goto("/desk/donations/")
    desktop.get_by_role("main").locator("table a").first.click()
    expect(desktop).to_have_url(re.compile("/desk/donations/.+"))
    faults += axe_faults(desktop)
    assert faults == []


def test_a_small_phone_never_scrolls_sideways(phone: Page) -> None:
    too_wide = []
    sign_in(phone)
    for path in [*PUBLIC, *(f"/ar{path}" for path in PUBLIC), *DESK]:
        phone.goto(path)
        if is_too_wide(phone):
            too_wide.append(path)
    phone.goto("/desk/donations/?state=part_returned")
    phone.get_by_role("main").locator("table a").first.click()
    expect(phone.get_by_role("heading", name="What happened")).to_be_visible()
    assert not is_too_wide(phone)
    assert too_wide == []


@pytest.mark.long
def test_twice_as_large_never_scrolls_sideways(browser: Browser, stack: Stack) -> None:
    """1280 pixels at 200 % are 640; letters alone at 200 % are tried beside it."""
    too_wide = []
    with opened(browser, stack, Device(640)) as page:
        sign_in(page)
        for path in [*PUBLIC, *(f"/ar{path}" for path in PUBLIC), *DESK]:
            page.goto(path)
            if is_too_wide(page):
                too_wide.append(path)
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            if is_too_wide(page):
                too_wide.append(f"{path} (letters)")
    assert too_wide == []


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something has the focus, and see that one sees where it is."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            """selector => {
                const here = document.activeElement;
                const style = getComputedStyle(here);
                const seen = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
                return [here.matches(selector), seen || here === document.body];
            }""",
            selector,
        )
        is_there, can_be_seen = focus
        if is_there:
            assert can_be_seen, f"no focus to be seen on {selector}"
            return
    raise AssertionError(f"the keyboard never reaches {selector} on {page.url}")


def test_a_gift_by_keyboard_alone(desktop: Page, stack: Stack) -> None:
    before, email = giving.totals(stack), giving.fresh_email()
    desktop.goto("/")
    tab_to(desktop, f"a[href='/appeals/{giving.APPEAL}'], a[href^='/appeals/{giving.APPEAL}/give']")
    desktop.keyboard.press("Enter")
    expect(desktop).to_have_url(re.compile(f"/appeals/{giving.APPEAL}"))
    if not desktop.url.split("?")[0].endswith("/give"):
        tab_to(desktop, f"main a[href^='/appeals/{giving.APPEAL}/give']")
        desktop.keyboard.press("Enter")
    tab_to(desktop, "[name=own_amount]")
    desktop.keyboard.type("10")
    tab_to(desktop, "[name=email]")
    desktop.keyboard.type(email)
    tab_to(desktop, "main form button[type=submit]")
    desktop.keyboard.press("Enter")
    giving.expect_heading(desktop, "Check your gift")
    tab_to(desktop, "main form button[type=submit]")
    desktop.keyboard.press("Enter")
    expect(desktop).to_have_url(re.compile("/c/pay/"))
    tab_to(desktop, "button[type=submit]")
    desktop.keyboard.press("Enter")
    giving.expect_heading(desktop, giving.THANKED)
    giving.expect_one_gift(stack, email, before)


def test_the_error_summary_has_the_focus_and_leads_to_the_field(plain_phone: Page) -> None:
    giving.fill_in(plain_phone, "nobody", amount="10")
    summary = plain_phone.get_by_role("alert")
    link = summary.get_by_role("link").first
    link.focus()
    plain_phone.keyboard.press("Enter")
    expect(plain_phone.get_by_label("Your e-mail address")).to_be_focused()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(desktop: Page) -> None:
    desktop.goto("/")
    desktop.keyboard.press("Tab")
    expect(desktop.locator("a.skip")).to_be_focused()
    desktop.keyboard.press("Enter")
    expect(desktop.locator("#main")).to_be_focused()
