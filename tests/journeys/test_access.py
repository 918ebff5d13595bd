"""Every page for everybody: axe, the keyboard alone, small screens, large letters, the dark."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
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
    "/links",
    "/groups/lea-valley-solidarity-network",
    "/groups/long-road-convoys",
    "/about",
    "/accessibility",
    "/privacy",
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
    "/desk/groups/",
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
)
#: The standards that we hold ourselves to.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
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
    """What axe finds, a line each; in the dark only the colours are others."""
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    rules = {"type": "rule", "values": ["color-contrast"]}
    wanted = rules if is_dark else {"type": "tag", "values": RULES}
    found = Axe().run(page, options={"runOnly": wanted})
    return [
        f"{page.url}: {fault['id']}: {json.dumps([node['target'] for node in fault['nodes']])}"
        for fault in found.response["violations"]
    ]


def is_too_wide(page: Page) -> bool:
    """Whether a page has to be scrolled sideways."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


@pytest.fixture(params=["light", "dark"])
def shade(request: pytest.FixtureRequest, browser: Browser, stack: Stack) -> Iterator[Page]:
    """A wide page, in the light and in the dark."""
    with opened(browser, stack, Device(1280)) as page:
        page.emulate_media(color_scheme=request.param)
        yield page


def test_axe_finds_nothing_on_public_pages(shade: Page) -> None:
    faults = []
    for path in PUBLIC:
        for prefix in ("", "/ar"):
            shade.goto(prefix + path)
            faults += axe_faults(shade)
    assert faults == []


def test_axe_finds_nothing_on_the_way_to_a_gift(shade: Page) -> None:
    faults = []
    giving.fill_in(shade, "nobody", amount="0")
    faults += axe_faults(shade)
    shade.get_by_label("Another amount").fill("10")
    shade.get_by_label("Your e-mail address").fill(giving.fresh_email())
    shade.get_by_role("button", name="Continue").click()
    faults += axe_faults(shade)
    shade.get_by_role("button", name="Pay £10").click()
    shade.locator("#cancel").click()
    faults += axe_faults(shade)
    shade.get_by_role("button", name="Continue to payment").click()
    giving.pay(shade)
    giving.expect_heading(shade, giving.THANKED)
    faults += axe_faults(shade)
    assert faults == []


def test_axe_finds_nothing_at_the_desk(shade: Page) -> None:
    sign_in(shade)
    faults = []
    for path in DESK:
        shade.goto(path)
        faults += axe_faults(shade)
    shade.goto("/desk/donations/")
    shade.get_by_role("main").locator("table a").first.click()
    faults += axe_faults(shade)
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
