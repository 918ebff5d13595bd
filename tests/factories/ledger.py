"""Funds and entries as the tests need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.ledger import service
from app.ledger.rules import Category, EntryKind, FundKind, NewEntry, movement_lines
from app.ledger.service import NewFund
from app.lib.money import Money
from app.lib.text import Translated
from tests.factories.groups import BY, FOUNDED

if TYPE_CHECKING:
    from app.groups.models import Group, PaymentAccount
    from app.ledger.models import Fund, MoneyAccount


def make_fund(group: Group, account: PaymentAccount | None, **changes: Any) -> Fund:
    """A fund of the group; call it inside a transaction."""
    values: dict[str, Any] = {
        "slug": "first-year",
        "name": Translated.of(en="First year"),
        "purpose": Translated.of(en="Hall, printing, travel."),
        "secondary_purpose": Translated.of(en="Next year's campaign."),
        "kind": FundKind.NETWORK,
        "payment_account": account,
        "currency": "GBP",
    }
    return service.create_fund(group, NewFund(**(values | changes)), now=FOUNDED, by=BY)


def charge(fund: Fund, balance: MoneyAccount, ref: str, gross: int, fee: int = 0) -> NewEntry:
    """An entry of money that came in through Stripe."""
    return NewEntry(
        source="stripe:network",
        ref=ref,
        kind=EntryKind.CHARGE,
        lines=movement_lines(
            money_account_id=balance.id,
            fund_id=fund.id,
            category=Category.INCOME,
            gross=Money(gross, fund.currency),
            fee=Money(fee, fund.currency),
        ),
        posted_at=FOUNDED,
    )
