"""A stranger hosts a local event of a global day; organisers look at it before anybody sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from secrets import token_hex

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import giving, regular
from tests.journeys.conftest import Device, opened
from tests.journeys.regular import FAR_APART, Reader
from tests.journeys.stack import Stack, eventually
from tests.journeys.test_access import axe_faults, is_too_wide, sign_in
from tests.journeys.test_regular import each

pytestmark = pytest.mark.browser

DAY = "global-day-tell-the-truth"
#: Nobody else on the site is there.
NOON = "13:00"


@pytest.fixture
def reader(request: pytest.FixtureRequest) -> Reader:
    chosen: Reader = request.param
    return chosen


@pytest.fixture
def host(browser: Browser, stack: Stack, reader: Reader) -> Iterator[Page]:
    """A page on the host's device."""
    with opened(browser, stack, reader.device) as page:
        yield page


@pytest.fixture
def organiser(browser: Browser, stack: Stack) -> Iterator[Page]:
    """The desk, signed in as somebody who may decide."""
    with opened(browser, stack, Device(1280)) as page:
        sign_in(page)
        yield page


def look_over(page: Page, reader: Reader) -> None:
    """Nothing is wider than the screen, and axe finds nothing where scripts run."""
    assert not is_too_wide(page), page.url
    if reader.device.has_scripts:
        assert axe_faults(page) == []


def submit(page: Page) -> None:
    """Press the first button of the page's form."""
    page.locator("main form button[type=submit]").first.click()


def offer(page: Page, reader: Reader, email: str, square: str) -> None:
    """Walk from the page of the day through the form to the page that speaks of the mail."""
    page.goto(f"{reader.prefix}/mobilisations/{DAY}")
    look_over(page, reader)
    page.locator(f"main a[href$='/mobilisations/{DAY}/host']").first.click()
    look_over(page, reader)
    submit(page)
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("[name=town]").fill("Kraków")
    page.locator("[name=country]").select_option("PL")
    page.locator("[name=place_name]").fill(square)
    page.locator("[name=starts]").fill(NOON if reader.locale == "en" else "١٣:٠٠")
    page.locator("[name=name]").fill("Zofia")
    page.locator("[name=email]").fill(email)
    page.locator("[name=is_adult]").check()
    # Nobody types all that within three seconds; a program does.
    page.wait_for_timeout(3_000)
    submit(page)
    expect(page.locator("input[name=confirmed][value=y]")).to_have_count(1)
    expect(page.locator("main")).to_contain_text(square)
    look_over(page, reader)
    submit(page)
    expect(page).to_have_url(re.compile(r"/host/sent$"))


def own_page(stack: Stack, email: str) -> str:
    """The host's link in the mail that asks her to confirm."""
    mail = regular.mail_about(stack, email, "events/offer_confirm")
    return regular.link_in(mail, "/actions/")


def public_id(stack: Stack, email: str) -> str:
    """What names the host at the desk."""
    found = stack.value("SELECT public_id FROM event_host WHERE email = ?", [email])
    return str(found)


def press(page: Page, ending: str) -> None:
    """Press the button of the form that goes to an address."""
    page.locator(f"main form[action$='{ending}'] button[type=submit]").first.click()


@each(FAR_APART)
def test_a_stranger_hosts_in_krakow_and_it_appears_after_approval(
    host: Page, organiser: Page, reader: Reader, stack: Stack
) -> None:
    email, square = giving.fresh_email(), f"Plac {token_hex(4)}"
    offer(host, reader, email, square)
    link = own_page(stack, email)
    assert link.startswith(f"{stack.base}{reader.prefix}/actions/")
    host.goto(link)
    look_over(host, reader)
    press(host, "/confirm")
    expect(host).to_have_url(re.compile("done=confirm"))
    assert square not in host.request.get(f"/mobilisations/{DAY}").text()

    organiser.goto("/desk/offers/")
    organiser.locator(f"main a[href$='/desk/offers/{public_id(stack, email)}']").click()
    expect(organiser).to_have_url(re.compile("/desk/offers/.+"))
    assert axe_faults(organiser) == []
    press(organiser, "/approve")
    expect(organiser.locator(".error-summary")).to_be_visible()
    organiser.locator("[name=how][value=own_page]").check()
    organiser.locator("#approve [name=note]").fill("Their page names it.")
    press(organiser, "/approve")
    expect(organiser.locator("main a[href^='/events/']")).to_be_visible()

    told = regular.mail_about(stack, email, "events/offer_approved")
    assert told.language == reader.locale
    host.goto(f"{reader.prefix}/mobilisations/{DAY}")
    expect(host.locator("#places")).to_contain_text(square)
    slug = stack.value(
        "SELECT e.slug FROM event e JOIN event_host h ON h.event_id = e.id WHERE h.email = ?",
        [email],
    )
    host.goto(f"{reader.prefix}/events/?country=PL")
    expect(host.locator(f"main a[href$='/events/{slug}']").first).to_be_visible()
    host.goto(f"{reader.prefix}/events/{slug}")
    expect(host.locator("main")).to_contain_text(square)
    assert email not in host.content()
    assert "Zofia" not in host.content()
    look_over(host, reader)


@each(FAR_APART)
def test_a_host_changes_her_event_and_calls_it_off(
    host: Page, organiser: Page, reader: Reader, stack: Stack
) -> None:
    email, square = giving.fresh_email(), f"Plac {token_hex(4)}"
    offer(host, reader, email, square)
    link = own_page(stack, email)
    host.goto(link)
    press(host, "/confirm")
    organiser.goto(f"/desk/offers/{public_id(stack, email)}")
    organiser.locator("[name=how][value=call]").check()
    press(organiser, "/approve")
    regular.mail_about(stack, email, "events/offer_approved")

    host.goto(f"{link}/edit")
    look_over(host, reader)
    host.locator("[name=starts]").fill("15:30")
    press(host, "/edit")
    expect(host).to_have_url(re.compile("done=edited"))
    host.goto(f"{link}/tell")
    host.locator("[name=note]").fill(f"{square}: we meet at the fountain.")
    press(host, "/notes")
    host.wait_for_url(re.compile("done=noted"), timeout=60_000)
    host.locator("main a[href*='/events/']").first.click()
    expect(host.locator("main")).to_contain_text("15:30")
    expect(host.locator("main")).to_contain_text("we meet at the fountain.")
    host.goto(f"{link}/cancel")
    look_over(host, reader)
    press(host, "/cancel")
    expect(host).to_have_url(re.compile("done=cancel"))
    host.goto(f"{reader.prefix}/links")
    host.locator("main [name=email]").fill(email)
    submit(host)
    again = regular.mail_about(stack, email, "events/host_links")
    host.goto(regular.link_in(again, "/actions/"))
    expect(host.locator("main")).to_contain_text(square)


def test_two_reports_hide_an_event_until_somebody_looked(
    plain_phone: Page, organiser: Page, stack: Stack
) -> None:
    plain_phone.goto(f"/mobilisations/{DAY}")
    event = plain_phone.locator("#places a[href*='/events/']").first
    slug = (event.get_attribute("href") or "").rpartition("/")[2]
    event.click()
    plain_phone.locator(f"main a[href$='/events/{slug}/report']").click()
    plain_phone.locator("[name=kind][value=not_happening]").check()
    plain_phone.locator("[name=text]").fill("Nobody was there.")
    plain_phone.wait_for_timeout(3_000)
    submit(plain_phone)
    expect(plain_phone).to_have_url(re.compile("/report/sent$"))
    # One voice is not enough: the event stays, and somebody at the desk is told.
    assert plain_phone.request.get(f"/events/{slug}").status == 200
    organiser.goto("/desk/reports/")
    assert axe_faults(organiser) == []
    expect(organiser.locator("main")).to_contain_text("Nobody was there.")
    press(organiser, "/wrong")
    eventually(lambda: organiser.locator("main form[action$='/wrong']").count() == 0)
    assert plain_phone.request.get(f"/events/{slug}").status == 200
