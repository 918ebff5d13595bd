"""Whatever is sent twice is charged once; whatever gets lost on the way is found by a sweep."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import giving
from tests.journeys.stack import Stack, eventually

pytestmark = pytest.mark.browser


@pytest.fixture
def lossy(stack: Stack) -> Iterator[Stack]:
    """A system that no webhook reaches."""
    stack.control("webhooks", {"mode": "lose"})
    yield stack
    stack.control("webhooks", {"mode": "normal"})


def form_of(page: Page) -> dict[str, str]:
    """What the form on the page would send."""
    fields = page.get_by_role("main").locator("form input[type=hidden]").all()
    return {str(each.get_attribute("name")): each.input_value() for each in fields}


def send(stack: Stack, path: str, fields: dict[str, str]) -> tuple[int, str]:
    """Send a form as a browser without cookies does; status and where it leads."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    data = urllib.parse.urlencode(fields).encode()
    headers = {"Origin": stack.base, "Sec-Fetch-Site": "same-origin"}
    request = urllib.request.Request(stack.base + path, data=data, headers=headers)
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=60) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.headers.get("Location", "")


def test_a_form_sent_eight_times_at_once_is_one_gift(desktop: Page, stack: Stack) -> None:
    before, email = giving.totals(stack), giving.fresh_email()
    giving.fill_in(desktop, email)
    fields = form_of(desktop)
    path = f"/appeals/{giving.APPEAL}/give"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: send(stack, path, fields), range(8)))
    assert {status for status, _ in answers} == {303}
    assert len({location for _, location in answers}) == 1
    (donation,) = giving.donations(stack, email)
    assert len(giving.sessions(stack, donation["public_id"])) == 1
    desktop.goto(answers[0][1])
    giving.pay(desktop)
    giving.expect_heading(desktop, giving.THANKED)
    giving.expect_one_gift(stack, email, before)


def test_a_double_click_is_one_gift(page: Page, stack: Stack) -> None:
    before, email = giving.totals(stack), giving.fresh_email()
    giving.fill_in(page, email)
    page.get_by_role("button", name="Pay £10").dblclick()
    giving.pay(page)
    giving.expect_heading(page, giving.THANKED)
    giving.expect_one_gift(stack, email, before)
    (donation,) = giving.donations(stack, email)
    assert len(giving.sessions(stack, donation["public_id"])) == 1


def test_the_form_sent_again_after_paying_leads_to_the_thanks(
    plain_phone: Page, stack: Stack
) -> None:
    before, email = giving.totals(stack), giving.fresh_email()
    giving.fill_in(plain_phone, email)
    fields = form_of(plain_phone)
    giving.check_and_go(plain_phone, email)
    giving.pay(plain_phone)
    giving.expect_heading(plain_phone, giving.THANKED)
    status, location = send(stack, f"/appeals/{giving.APPEAL}/give", fields)
    assert status == 303
    assert "/thanks/" in location
    giving.expect_one_gift(stack, email, before)


def test_two_tabs_of_one_gift_charge_once(desktop: Page, stack: Stack) -> None:
    before, email = giving.totals(stack), giving.fresh_email()
    giving.fill_in(desktop, email)
    giving.check_and_go(desktop, email)
    second = desktop.context.new_page()
    second.goto(desktop.url)
    giving.pay(desktop)
    giving.expect_heading(desktop, giving.THANKED)
    giving.pay(second)
    giving.expect_heading(second, giving.THANKED)
    giving.expect_one_gift(stack, email, before)


def test_webhooks_lost_and_the_thanks_page_asks(plain_phone: Page, lossy: Stack) -> None:
    before, email = giving.totals(lossy), giving.fresh_email()
    giving.fill_in(plain_phone, email)
    giving.check_and_go(plain_phone, email)
    giving.pay(plain_phone)
    giving.expect_heading(plain_phone, giving.THANKED)
    giving.expect_one_gift(lossy, email, before)


def test_webhooks_lost_the_browser_closed_and_then_a_sweep(page: Page, lossy: Stack) -> None:
    before, email = giving.totals(lossy), giving.fresh_email()
    giving.fill_in(page, email)
    giving.check_and_go(page, email)
    (donation,) = giving.donations(lossy, email)
    ((session_id, _),) = giving.sessions(lossy, donation["public_id"])
    lossy.control(f"sessions/{session_id}/pay", {"card": "success"})
    giving.expect_nothing_collected(lossy, email)
    lossy.muster("stripe", "sweep")
    giving.expect_one_gift(lossy, email, before)
    lossy.control("webhooks/deliver", {"lost": True})
    lossy.control("flush", {})
    lossy.muster("stripe", "sweep")
    giving.expect_one_gift(lossy, email, before)


def test_every_webhook_twice_and_in_any_order(desktop: Page, stack: Stack) -> None:
    before, email = giving.totals(stack), giving.fresh_email()
    giving.fill_in(desktop, email)
    giving.check_and_go(desktop, email)
    stack.control("webhooks", {"mode": "repeat", "times": 3})
    try:
        giving.pay(desktop)
        giving.expect_heading(desktop, giving.THANKED)
        stack.control("flush", {})
    finally:
        stack.control("webhooks", {"mode": "normal"})
    eventually(
        lambda: stack.value(
            "SELECT count(*) FROM stripe_event WHERE state IN ('received', 'deferred')"
        ),
        lambda waiting: waiting == 0,
    )
    giving.expect_one_gift(stack, email, before)


def test_a_payment_provider_that_fails_keeps_what_was_typed(desktop: Page, stack: Stack) -> None:
    before, email = giving.totals(stack), giving.fresh_email()
    giving.fill_in(desktop, email)
    stack.control("faults", {"fault": "error_before", "times": 9, "method": "POST"})
    try:
        desktop.get_by_role("button", name="Pay £10").click()
        expect(desktop.get_by_role("alert")).to_be_visible()
    finally:
        stack.control("faults/clear", {})
    giving.expect_nothing_collected(stack, email)
    desktop.get_by_role("button", name="Pay £10").click()
    giving.pay(desktop)
    giving.expect_heading(desktop, giving.THANKED)
    giving.expect_one_gift(stack, email, before)


def test_an_answer_lost_behind_its_effect_makes_no_second_session(
    desktop: Page, stack: Stack
) -> None:
    before, email = giving.totals(stack), giving.fresh_email()
    giving.fill_in(desktop, email)
    stack.control("faults", {"fault": "gateway_after", "times": 1, "method": "POST"})
    desktop.get_by_role("button", name="Pay £10").click()
    giving.pay(desktop)
    giving.expect_heading(desktop, giving.THANKED)
    giving.expect_one_gift(stack, email, before)


def test_a_refund_made_at_stripe_reaches_page_books_and_donor(desktop: Page, stack: Stack) -> None:
    before, email = giving.totals(stack), giving.fresh_email()
    giving.fill_in(desktop, email)
    giving.check_and_go(desktop, email)
    giving.pay(desktop)
    giving.expect_heading(desktop, giving.THANKED)
    giving.expect_one_gift(stack, email, before)
    (donation,) = giving.donations(stack, email)
    ((session_id, _),) = giving.sessions(stack, donation["public_id"])
    stack.control(f"charges/{session_id}/refund", {"amount": 300})
    eventually(
        lambda: giving.donations(stack, email)[0]["returned_minor"], lambda minor: minor == 300
    )
    after = giving.totals(stack)
    assert after.returned == before.returned + 300
    assert after.gifts == before.gifts + 1
    assert giving.count(stack, "ledger_entry", donation["public_id"]) == 2
    eventually(lambda: stack.mails(email), lambda mails: len(mails) == 2)
    desktop.reload()
    expect(desktop.get_by_role("main")).to_contain_text("£3")
