"""A volunteer opens her door: a point is offered, checked and run; somebody comes; it fills."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from secrets import token_hex

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import giving, regular
from tests.journeys.conftest import Device, opened
from tests.journeys.regular import FAR_APART, Reader
from tests.journeys.stack import Stack
from tests.journeys.test_access import sign_in
from tests.journeys.test_hosting import look_over, press
from tests.journeys.test_regular import each

pytestmark = pytest.mark.browser

DROP = "big-aid-drop-winter"
POSTCODE = "E17 9QX"


@pytest.fixture
def reader(request: pytest.FixtureRequest) -> Reader:
    chosen: Reader = request.param
    return chosen


@pytest.fixture
def host(browser: Browser, stack: Stack, reader: Reader) -> Iterator[Page]:
    """A page on the volunteer's device."""
    with opened(browser, stack, reader.device) as page:
        yield page


@pytest.fixture
def bringer(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A page on the phone of somebody with two bags."""
    with opened(browser, stack, Device(320, has_scripts=False)) as page:
        yield page


@pytest.fixture
def organiser(browser: Browser, stack: Stack) -> Iterator[Page]:
    """The desk, signed in as somebody who may decide."""
    with opened(browser, stack, Device(1280)) as page:
        sign_in(page)
        yield page


def in_three_days() -> str:
    """A day on which the point is open and the round goes on."""
    return (date.today() + timedelta(days=3)).isoformat()  # noqa: DTZ011 - the browser's own day


def submit(page: Page) -> None:
    """Press the button of a form that takes a moment to fill in; a program does not."""
    page.wait_for_timeout(3_000)
    page.locator("main form.form button[type=submit]").last.click()


def offer(page: Page, reader: Reader, email: str, street: str) -> None:
    """Walk from the page of the round through the form to the page that speaks of the mail."""
    page.goto(f"{reader.prefix}/aid/{DROP}")
    page.locator(f"main a[href$='/aid/{DROP}/points/new']").first.click()
    look_over(page, reader)
    submit(page)
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("[name=kind]").select_option("home")
    page.locator("[name=street]").fill(street)
    page.locator("[name=postcode]").fill("E17 9")
    page.locator("[name=town]").fill("London")
    page.locator("[name=visibility][value=area_only]").check()
    page.locator("[name=hours-0-first]").select_option("0")
    page.locator("[name=hours-0-last]").select_option("6")
    page.locator("[name=hours-0-opens0]").fill("9" if reader.locale == "en" else "٩")
    page.locator("[name=hours-0-closes0]").fill("18:30")
    page.locator("[name=max_boxes]").fill("4")
    page.locator("[name=postcode]").fill(POSTCODE.lower())
    page.locator("[name=name]").fill("Amal")
    page.locator("[name=email]").fill(email)
    page.locator("[name=is_adult]").check()
    submit(page)
    expect(page).to_have_url(re.compile(r"/points/new/sent$"))


def point_of(stack: Stack, email: str) -> tuple[str, str]:
    """(public id, end of the address) of the point of a host."""
    (row,) = stack.rows(
        "SELECT p.public_id, p.slug FROM collection_point p"
        " JOIN point_host h ON h.point_id = p.id WHERE h.email = ?",
        [email],
    )
    return str(row["public_id"]), str(row["slug"])


def approve(organiser: Page, public_id: str) -> None:
    """Look into what waits, be refused without a check, and approve."""
    organiser.goto("/desk/points/")
    organiser.locator(f"main a[href$='/desk/points/{public_id}']").first.click()
    expect(organiser).to_have_url(re.compile(public_id))
    press(organiser, "/approve")
    expect(organiser.locator(".error-summary")).to_be_visible()
    organiser.locator("[name=how][value=call]").check()
    press(organiser, "/approve")
    expect(organiser.locator(".error-summary")).to_be_visible()
    organiser.locator("[name=how][value=visit]").check()
    organiser.locator("#approve [name=note]").fill("I was there on Sunday.")
    press(organiser, "/approve")
    expect(organiser.locator("main form[action$='/become/pause']")).to_be_visible()


def ask(bringer: Page, stack: Stack, slug: str, street: str) -> str:
    """Ask to bring two bags and confirm it; the address of her own page."""
    email = giving.fresh_email()
    bringer.goto(f"/aid/points/{slug}")
    assert street not in bringer.content()
    bringer.locator(f"main a[href$='/aid/points/{slug}/bring']").first.click()
    bringer.locator("[name=what]").fill("Two bags of blankets")
    bringer.locator("[name=on_day]").fill(in_three_days())
    bringer.locator("[name=at_time]").fill("17:00")
    bringer.locator("[name=name]").fill("Jo")
    bringer.locator("[name=email]").fill(email)
    submit(bringer)
    expect(bringer).to_have_url(re.compile(r"/bring/sent$"))
    mail = regular.mail_about(stack, email, "aid/bring_confirm")
    page = regular.link_in(mail, "/bring/")
    bringer.goto(page)
    press(bringer, "/confirm")
    expect(bringer).to_have_url(re.compile("done=confirm"))
    assert street not in bringer.content()
    return page


def fill_up(host: Page) -> None:
    """Write down what was brought, and say that nothing fits any more."""
    host.locator("#log [name=bags]").fill("2")
    press(host, "/drop-offs")
    host.locator("#log [name=boxes]").fill("1")
    press(host, "/drop-offs")
    press(host, "/fill/full")


def boxes_at(stack: Stack, public_id: str, unit: str) -> int:
    """How many bags or boxes the books know at a point."""
    found = stack.value(
        "SELECT COALESCE(SUM(b.qty), 0) FROM stock_balance b"
        " JOIN stock_location l ON l.id = b.location_id"
        " JOIN collection_point p ON p.id = l.point_id WHERE p.public_id = ? AND b.unit = ?",
        [public_id, unit],
    )
    return int(found)


@each(FAR_APART)
def test_a_volunteer_opens_her_door_until_it_is_full(
    host: Page, organiser: Page, bringer: Page, reader: Reader, stack: Stack
) -> None:
    email, street = giving.fresh_email(), f"{token_hex(4)} Row"
    offer(host, reader, email, street)
    mail = regular.mail_about(stack, email, "aid/point_confirm")
    assert mail.language == reader.locale
    link = regular.link_in(mail, "/host/")
    assert link.startswith(f"{stack.base}{reader.prefix}/host/")
    host.goto(link)
    look_over(host, reader)
    press(host, "/confirm")

    public_id, slug = point_of(stack, email)
    assert bringer.request.get(f"/aid/points/{slug}").status == 404
    approve(organiser, public_id)
    regular.mail_about(stack, email, "aid/host_approved")
    slug = point_of(stack, email)[1]

    page = ask(bringer, stack, slug, street)
    regular.mail_about(stack, email, "aid/host_asked")
    host.goto(link)
    look_over(host, reader)
    press(host, "/accept")
    bringer.goto(page)
    expect(bringer.locator("#where")).to_contain_text(street)

    host.goto(link)
    fill_up(host)
    assert (boxes_at(stack, public_id, "bag"), boxes_at(stack, public_id, "box")) == (2, 1)
    state = stack.value("SELECT state FROM collection_point WHERE public_id = ?", [public_id])
    assert state == "full"
    bringer.goto(f"/aid/points/{slug}")
    assert street not in bringer.content()
    assert bringer.request.get(f"/aid/points/{slug}/bring").status == 409
