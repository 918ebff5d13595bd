"""Kinds of funds, accounts and entries, and what makes an entry a true one.

Signs: a line of a money account is positive when money comes in. The other side says why, so
income is negative, and fees, spending and disputes are positive. Every entry adds up to zero in
each currency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.lib.money import Money
from app.lib.text import N_


class FundKind(StrEnum):
    """Whose money a fund holds; it decides Gift Aid, donor checks and wording."""

    NETWORK = "network"
    CHARITY = "charity"
    PARTNER = "partner"
    LEGAL = "legal"


FUND_KIND_LABELS = {
    FundKind.NETWORK: N_("Campaign money"),
    FundKind.CHARITY: N_("Charity money"),
    FundKind.LEGAL: N_("Legal and hardship costs"),
    FundKind.PARTNER: N_("A partner’s own appeal"),
}

FUND_KIND_HINTS = {
    FundKind.NETWORK: N_("The group’s own money, for what it campaigns for. No Gift Aid."),
    FundKind.CHARITY: N_("Money of a registered charity, in the charity’s own account."),
    FundKind.LEGAL: N_("For court costs and people in need. No Gift Aid."),
    FundKind.PARTNER: N_("We only link to the partner’s page; nothing is paid or counted here."),
}


class MoneyAccountKind(StrEnum):
    """Where money lies."""

    STRIPE = "stripe"
    BANK = "bank"
    CASH = "cash"


class Category(StrEnum):
    """Why money came or went."""

    INCOME = "income"
    FEES = "fees"
    SPENDING = "spending"
    DISPUTES = "disputes"


class EntryKind(StrEnum):
    """What event of the books an entry records."""

    CHARGE = "charge"
    REFUND = "refund"
    REFUND_FAILURE = "refund_failure"
    DISPUTE = "dispute"
    DISPUTE_REVERSAL = "dispute_reversal"
    LATE_FAILURE = "late_failure"
    FEE = "fee"
    PAYOUT = "payout"
    OFFLINE = "offline"
    EXPENSE = "expense"
    TRANSFER = "transfer"
    CORRECTION = "correction"


#: Entries that a person makes must say why.
KINDS_WITH_REASON = frozenset({EntryKind.CORRECTION, EntryKind.TRANSFER})


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """One side of an entry: exactly one of `money_account_id` and `category` is given."""

    fund_id: int
    amount: Money
    money_account_id: int | None = None
    category: Category | None = None


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """An event of the books, known by where it comes from and its reference there."""

    source: str
    ref: str
    kind: EntryKind
    lines: tuple[NewLine, ...]
    posted_at: datetime
    order_key: str | None = None
    reason: str | None = None


def entry_problems(entry: NewEntry) -> Iterator[str]:
    """Say what keeps an entry out of the books."""
    if not entry.source or not entry.ref:
        yield "an entry needs a source and a reference"
    if len(entry.lines) < 2:
        yield "an entry has two or more lines"
    if entry.kind in KINDS_WITH_REASON and not entry.reason:
        yield "a correction or transfer needs a reason"
    if any((line.money_account_id is None) == (line.category is None) for line in entry.lines):
        yield "a line belongs to a money account or to a category"
    if not all(line.amount for line in entry.lines):
        yield "a line moves some money"
    for currency, total in sums(entry).items():
        if total:
            yield f"the lines in {currency} add up to {total}, not to 0"


def sums(entry: NewEntry) -> dict[str, int]:
    """The sum of the lines in minor units, for each currency."""
    totals: Counter[str] = Counter()
    for line in entry.lines:
        totals[line.amount.currency] += line.amount.minor
    return dict(totals)


@dataclass(frozen=True)
class BalanceChange:
    """What an entry does to one fund in one currency, in minor units."""

    held: int = 0
    received: int = 0
    fees: int = 0
    spent: int = 0
    disputed: int = 0

    def __add__(self, other: BalanceChange) -> BalanceChange:
        return BalanceChange(
            held=self.held + other.held,
            received=self.received + other.received,
            fees=self.fees + other.fees,
            spent=self.spent + other.spent,
            disputed=self.disputed + other.disputed,
        )


def line_change(category: Category | None, minor: int) -> BalanceChange:
    """What one line does to its fund's balance; no category means a money account."""
    match category:
        case None:
            return BalanceChange(held=minor)
        case Category.INCOME:
            return BalanceChange(received=-minor)
        case Category.FEES:
            return BalanceChange(fees=minor)
        case Category.SPENDING:
            return BalanceChange(spent=minor)
        case Category.DISPUTES:
            return BalanceChange(disputed=minor)


@dataclass(frozen=True)
class LineSum:
    """What lines in one money account, or of one category, come to."""

    money_account_id: int | None
    category: Category | None
    amount: Money


def moving_lines(sums: Iterable[LineSum], *, old_fund: int, new_fund: int) -> tuple[NewLine, ...]:
    """The lines that take sums out of one fund and put the same into another."""
    return tuple(
        NewLine(
            fund_id=fund_id,
            amount=amount,
            money_account_id=each.money_account_id,
            category=each.category,
        )
        for each in sums
        if each.amount
        for fund_id, amount in ((old_fund, -each.amount), (new_fund, each.amount))
    )


def needs_payment_account(kind: FundKind) -> bool:
    """Whether a fund of this kind takes money through an account of ours."""
    return kind is not FundKind.PARTNER


def movement_lines(
    *, money_account_id: int, fund_id: int, category: Category, gross: Money, fee: Money
) -> tuple[NewLine, ...]:
    """The lines of money that came (or, negative, went) less a fee kept on the way."""
    lines = (
        NewLine(fund_id=fund_id, amount=gross - fee, money_account_id=money_account_id),
        NewLine(fund_id=fund_id, amount=fee, category=Category.FEES),
        NewLine(fund_id=fund_id, amount=-gross, category=category),
    )
    return tuple(line for line in lines if line.amount)
