"""What makes an entry a true one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.rules import (
    BalanceChange,
    Category,
    EntryKind,
    NewEntry,
    NewLine,
    entry_problems,
    line_change,
    movement_lines,
    sums,
)
from app.lib.money import Money
from tests.factories.groups import FOUNDED

if TYPE_CHECKING:
    from typing import Any

HELD = NewLine(fund_id=1, amount=Money(1000, "GBP"), money_account_id=1)
NOTHING = NewLine(fund_id=1, amount=Money(0, "GBP"), category=Category.FEES)
EUROS = NewLine(fund_id=1, amount=Money(-1000, "EUR"), category=Category.INCOME)
INCOME = NewLine(fund_id=1, amount=Money(-1000, "GBP"), category=Category.INCOME)


def entry(**changes: Any) -> NewEntry:
    """Ten pounds that came in."""
    values: dict[str, Any] = {
        "source": "stripe:network",
        "ref": "txn_1",
        "kind": EntryKind.CHARGE,
        "lines": (HELD, INCOME),
        "posted_at": FOUNDED,
    }
    return NewEntry(**(values | changes))


def test_a_true_entry_has_no_problems() -> None:
    assert list(entry_problems(entry())) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"source": ""}, "source"),
        ({"ref": ""}, "reference"),
        ({"lines": (HELD,)}, "two or more"),
        ({"lines": (HELD, HELD)}, "add up"),
        ({"kind": EntryKind.CORRECTION}, "reason"),
        ({"lines": (HELD, NewLine(fund_id=1, amount=Money(-1000, "GBP")))}, "belongs to"),
        ({"lines": (HELD, INCOME, NOTHING)}, "moves some money"),
        ({"lines": (HELD, EUROS)}, "EUR"),
    ],
)
def test_a_false_entry_says_what_is_wrong(changes: dict[str, Any], words: str) -> None:
    assert words in "; ".join(entry_problems(entry(**changes)))


@given(gross=st.integers(-(10**9), 10**9), fee=st.integers(-(10**6), 10**6))
def test_a_movement_always_adds_up(gross: int, fee: int) -> None:
    lines = movement_lines(
        money_account_id=1,
        fund_id=1,
        category=Category.INCOME,
        gross=Money(gross, "GBP"),
        fee=Money(fee, "GBP"),
    )
    assert sum(line.amount.minor for line in lines) == 0
    assert all(line.amount for line in lines)
    change = BalanceChange()
    for line in lines:
        change += line_change(line.category, line.amount.minor)
    assert (change.received, change.fees, change.held) == (gross, fee, gross - fee)


def test_sums_keep_currencies_apart() -> None:
    euros = NewLine(fund_id=1, amount=Money(5, "EUR"), money_account_id=2)
    assert sums(entry(lines=(HELD, INCOME, euros))) == {"GBP": 0, "EUR": 5}
