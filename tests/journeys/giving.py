"""What a supporter does on the way to a gift, and what the books must say of it afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from app.lib.ids import public_id
from app.lib.money import Money, format_money
from tests.journeys.stack import Stack, eventually

APPEAL = "help-us-get-started"
TEN_POUNDS = 1000
#: What the rehearsal takes for £10 by a British card: 1.5 % and 20p.
FEE_OF_TEN_POUNDS = 35
THANKED = "Thank you. Your gift has arrived."
UNPAID = "Your gift is not paid yet"


def fresh_email() -> str:
    """An address that nobody used before."""
    return f"journey.{public_id()}@example.org"


@dataclass(frozen=True)
class Totals:
    """What the page of an appeal adds up, in pence."""

    received: int
    on_its_way: int
    returned: int
    gifts: int

    def plus(self, minor: int) -> Totals:
        """The same with one more gift."""
        return Totals(self.received + minor, self.on_its_way, self.returned, self.gifts + 1)


def totals(stack: Stack) -> Totals:
    """The totals of the appeal now."""
    row = stack.rows(
        "SELECT received_minor, on_its_way_minor, returned_minor, gift_count FROM appeal_totals "
        "JOIN appeal ON appeal.id = appeal_totals.appeal_id WHERE appeal.slug = ?",
        [APPEAL],
    )[0]
    return Totals(*row)


def fill_in(page: Page, email: str, amount: str = "10") -> None:
    """Go from the appeal to the form, and fill it in."""
    page.goto(f"/appeals/{APPEAL}")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Give")).first.click()
    expect(page).to_have_url(re.compile(f"/appeals/{APPEAL}/give"))
    page.get_by_label("Another amount").fill(amount)
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_role("button", name="Continue").click()


def check_and_go(page: Page, email: str) -> None:
    """Read the check page, and go on to the payment page."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your gift")
    main = page.get_by_role("main")
    for said in (
        "£10",
        "Once",
        "On your bank statement",
        "Our mail comes from",
        email,
        "Anonymous",
    ):
        expect(main).to_contain_text(said)
    page.get_by_role("button", name="Pay £10").click()
    expect(page.get_by_role("button", name=re.compile("^Pay"))).to_be_visible()


def pay(page: Page, card: str = "success") -> None:
    """Pay with a test card on the payment page."""
    page.locator(f"#card-{card}").check()
    page.get_by_role("button", name=re.compile("^Pay")).click()


def expect_heading(page: Page, text: str) -> None:
    """Wait for a page by its heading."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def donations(stack: Stack, email: str) -> list[Any]:
    """The donations of an address."""
    return stack.rows("SELECT * FROM donation WHERE email = ?", [email])


def count(stack: Stack, table: str, order_key: str) -> int:
    """How many rows of a table belong to a donation."""
    return int(stack.value(f"SELECT count(*) FROM {table} WHERE order_key = ?", [order_key]))  # noqa: S608


def sessions(stack: Stack, order_key: str) -> list[Any]:
    """The Checkout sessions that were ever made for a donation."""
    return stack.rows(
        "SELECT session_id, state FROM checkout_attempt WHERE order_key = ? ORDER BY n", [order_key]
    )


def expect_nothing_collected(stack: Stack, email: str) -> None:
    """A gift that was begun has left no money, no receipt and no mail."""
    (donation,) = donations(stack, email)
    assert donation["received_minor"] == 0
    assert count(stack, "ledger_entry", donation["public_id"]) == 0
    assert (
        stack.rows("SELECT * FROM receipt WHERE donation_id = ?", [donation["id"]])
        == stack.mails(email)
        == []
    )


def expect_one_gift(stack: Stack, email: str, before: Totals) -> None:
    """Exactly one gift of £10 stands in ledger, totals, receipts and mail."""
    (donation,) = eventually(
        lambda: [row for row in donations(stack, email) if row["received_minor"]],
        lambda rows: len(rows) == 1,
    )
    key = donation["public_id"]
    assert len(donations(stack, email)) == 1
    assert donation["received_minor"] == TEN_POUNDS
    assert (donation["on_its_way_minor"], donation["returned_minor"]) == (0, 0)
    assert donation["is_anonymous"]
    expect_books(stack, key)
    assert totals(stack) == before.plus(TEN_POUNDS)
    (receipt,) = stack.rows("SELECT * FROM receipt WHERE donation_id = ?", [donation["id"]])
    assert receipt["amount_minor"] == TEN_POUNDS
    expect_one_mail(stack, email, str(receipt["number"]))


def expect_books(stack: Stack, order_key: str) -> None:
    """One payment, one entry of the ledger, and its lines to the penny."""
    (payment,) = stack.rows("SELECT * FROM payment WHERE order_key = ?", [order_key])
    assert (payment["amount_minor"], payment["state"]) == (TEN_POUNDS, "succeeded")
    lines = stack.rows(
        "SELECT ledger_line.* FROM ledger_line JOIN ledger_entry "
        "ON ledger_entry.id = ledger_line.entry_id WHERE ledger_entry.order_key = ?",
        [order_key],
    )
    assert {line["category"] or "stripe": line["minor"] for line in lines} == {
        "stripe": TEN_POUNDS - FEE_OF_TEN_POUNDS,
        "fees": FEE_OF_TEN_POUNDS,
        "income": -TEN_POUNDS,
    }
    assert len(lines) == 3
    assert count(stack, "ledger_entry", order_key) == 1


def expect_one_mail(stack: Stack, email: str, receipt_number: str) -> None:
    """One receipt was sent, in text and in HTML, and says what was given."""
    (mail,) = eventually(lambda: stack.mails(email), lambda mails: len(mails) == 1)
    for body in (mail.text, mail.html):
        assert format_money(Money(TEN_POUNDS, "GBP"), mail.language) in body
        assert receipt_number in body
    assert mail.message_id
    assert stack.value('SELECT count(*) FROM outbox_mail WHERE "to" = ?', [email]) == 1
