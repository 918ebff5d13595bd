"""A helper's way: she offers herself, is accepted, and stands there with her rota on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import giving, regular
from tests.journeys.conftest import opened
from tests.journeys.regular import FAR_APART, Reader
from tests.journeys.stack import Stack, eventually
from tests.journeys.test_access import is_too_wide, sign_in

pytestmark = pytest.mark.browser

MARCH = "/events/winter-march"


@pytest.fixture
def reader(request: pytest.FixtureRequest) -> Reader:
    chosen: Reader = request.param
    return chosen


@pytest.fixture
def helper(browser: Browser, stack: Stack, reader: Reader) -> Iterator[Page]:
    """A page on the helper's device."""
    with opened(browser, stack, reader.device) as page:
        yield page


@pytest.fixture
def organiser(browser: Browser, stack: Stack, reader: Reader) -> Iterator[Page]:
    """The same device in an organiser's hands."""
    with opened(browser, stack, reader.device) as page:
        yield page


def sheets_of(page: Page) -> int:
    """On how many sheets of paper a page comes out; nothing of the site stands around it there."""
    page.emulate_media(media="print")
    for part in (".masthead .nav", ".footer__links", ".sheet-tools", ".not-printed"):
        expect(page.locator(part).first).to_be_hidden()
    printed = page.pdf(prefer_css_page_size=True)
    page.emulate_media(media="screen")
    return len(re.findall(rb"/Type\s*/Page\b", printed))


def shift_of(stack: Stack, role: str) -> str:
    """The name of the march's shift for a role."""
    (row, *_) = stack.rows(
        "SELECT shift.public_id FROM shift JOIN event ON event.id = shift.event_id "
        "WHERE event.slug = 'winter-march' AND shift.role = ?",
        [role],
    )
    return str(row["public_id"])


def state_of(stack: Stack, email: str) -> str:
    """How her sign-up stands."""
    (row,) = stack.rows("SELECT state FROM shift_signup WHERE email = ?", [email])
    return str(row["state"])


@pytest.mark.parametrize("reader", FAR_APART, ids=str, indirect=True)
def test_a_helper_is_accepted_and_prints_her_rota(
    helper: Page, organiser: Page, reader: Reader, stack: Stack
) -> None:
    email = giving.fresh_email()
    helper.goto(f"{reader.prefix}{MARCH}")
    helper.locator("main a[href$='/shifts']").first.click()
    expect(helper).to_have_url(re.compile(r"/shifts$"))
    assert not is_too_wide(helper)
    helper.locator(f"[value='{shift_of(stack, 'first_aid')}']").check()
    helper.locator("[name=name]").fill("Rana")
    helper.locator("[name=email]").fill(email)
    helper.locator("[name=phone]").fill("07700 900123")
    helper.locator("[name=is_adult]").check()
    helper.locator("main form[action$='/shifts'] button[type=submit]").first.click()
    expect(helper).to_have_url(re.compile(r"/shifts/done$"))
    mail = regular.mail_about(stack, email, "events/shift_taken")
    assert mail.language == reader.locale
    page = regular.link_in(mail, "/shifts/")

    sign_in(organiser, "organiser")
    organiser.goto("/desk/shifts/")
    organiser.locator("main a[href$='/shifts']").first.click()
    expect(organiser).to_have_url(re.compile(r"/shifts$"))
    assert not is_too_wide(organiser)
    hers = organiser.locator(".shift-person", has_text=email)
    hers.locator("form[action$='/accept'] button").click()
    eventually(lambda: state_of(stack, email), lambda state: state == "taken")
    organiser.goto(organiser.url.partition("#")[0] + "/rota")
    expect(organiser.locator("main")).to_contain_text("07700 900123")
    assert sheets_of(organiser) >= 1

    helper.goto(page)
    expect(helper.locator("html")).to_have_attribute("lang", reader.locale)
    assert not is_too_wide(helper)
    helper.locator("main a[href$='/rota']").click()
    expect(helper.locator("main")).to_contain_text("Rana")
    assert sheets_of(helper) == 1


@pytest.mark.parametrize("reader", FAR_APART, ids=str, indirect=True)
def test_eight_cards_come_out_on_one_sheet(helper: Page, reader: Reader) -> None:
    helper.goto(f"{reader.prefix}{MARCH}/bust-card")
    assert not is_too_wide(helper)
    expect(helper.locator("main a[href^='tel:']").first).to_be_visible()
    assert sheets_of(helper) == 1
    helper.emulate_media(media="print")
    cards = helper.locator(".pocket")
    assert [cards.nth(place).is_visible() for place in range(8)] == [True] * 8
    for sheet in ("poster", "flyer"):
        helper.emulate_media(media="screen")
        helper.goto(f"{reader.prefix}{MARCH}/{sheet}")
        assert not is_too_wide(helper)
        assert sheets_of(helper) == 1
