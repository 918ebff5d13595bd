"""What pages and machines are shown of appeals and gifts, as plain values."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_symbol

from app.appeals.models.appeals import Appeal
from app.appeals.models.donations import Donation
from app.appeals.queries import appeals as appeal_reads
from app.appeals.rules import appeals as appeal_rules
from app.appeals.rules import giving as giving_rules
from app.appeals.rules.words import AppealStage
from app.ledger.rules import FundKind
from app.lib.csv_lines import csv_file, safe_cell
from app.lib.money import Money, decimal_text
from app.mail.render import sender_address
from app.payments.rules.orders import OrderState, OrderStatus
from app.settings import settings

#: What the page after the payment page says, by the state of the money.
RECEIVED, ON_ITS_WAY, GONE_BACK = "received", "on_its_way", "gone_back"
NOT_PAID, UNKNOWN, REFUSED = "not_paid", "unknown", "refused"
_STANDINGS = {
    OrderState.RECEIVED: RECEIVED,
    OrderState.PART_REFUNDED: RECEIVED,
    OrderState.DISPUTED: GONE_BACK,
    OrderState.REFUNDED: GONE_BACK,
    OrderState.RETURNED: GONE_BACK,
    OrderState.PROCESSING: ON_ITS_WAY,
    OrderState.FAILED: REFUSED,
}


def appeal_page(appeal: Appeal, *, now: datetime, came_from: str | None = None) -> dict[str, Any]:
    """What an appeal's page shows; `came_from` is the code of what brought the visitor."""
    return {
        "appeal": appeal,
        "came_from": came_from,
        "stage": appeal.stage(now),
        "is_partner": appeal.fund.kind is FundKind.PARTNER,
        "takes_cards": takes_cards(appeal),
        "days_left": days_left(appeal, now=now),
        "suggested": [(decimal_text(each), each) for each in appeal.suggested],
        "updates": appeal_reads.list_updates(appeal.id),
        **receiver(appeal),
    }


def giving_page(appeal: Appeal) -> dict[str, Any]:
    """What the pages of giving show beside the form."""
    rate = giving_rules.CARD_FEES.get(appeal.currency)
    return {
        "appeal": appeal,
        "symbol": get_currency_symbol(appeal.currency, locale="en"),
        "fee_share": f"{rate.basis_points / 100:g}" if rate else None,
        "fee_fixed": Money(rate.fixed_minor, appeal.currency) if rate else None,
        "fee_checked_on": giving_rules.CARD_FEES_CHECKED_ON,
        **receiver(appeal),
    }


def receiver(appeal: Appeal) -> dict[str, Any]:
    """Who the money goes to, in law and on a bank statement."""
    account = appeal.fund.payment_account
    return {
        "fund": appeal.fund,
        "group": appeal.group,
        "account": account,
        "statement_line": (
            giving_rules.statement_line(account.statement_name, appeal.slug) if account else None
        ),
        "mail_from": sender_address(),
        "legal_name": account.legal_name if account else appeal.group.legal_name,
    }


def takes_cards(appeal: Appeal) -> bool:
    """Whether the fund's payment account takes cards at the moment."""
    account = appeal.fund.payment_account
    return account is not None and account.cards_on


def days_left(appeal: Appeal, *, now: datetime) -> int | None:
    """Count the days until the day an appeal closes, where we are; None without an end."""
    zone = ZoneInfo(settings().timezone)
    closes_on = appeal.closes_at.astimezone(zone).date() if appeal.closes_at else None
    return appeal_rules.days_left(closes_on, now.astimezone(zone).date())


def figures(appeal: Appeal, *, address: str, locale: str, now: datetime) -> dict[str, Any]:
    """The figures of an appeal for machines: every sum in minor units and as a decimal.

    A partner's money is not counted here, so its sums are null.
    """
    totals, is_counted = appeal.totals, appeal.fund.kind is not FundKind.PARTNER
    sums = {
        "received": totals.received,
        "on_its_way": totals.on_its_way,
        "returned": totals.returned,
    }
    stage = appeal.stage(now)
    return {
        "title": appeal.title.pick(locale).text,
        "url": address,
        "currency": appeal.currency,
        "goal": _sum(appeal.goal),
        **{name: _sum(amount) if is_counted else None for name, amount in sums.items()},
        "gift_count": totals.gift_count if is_counted else None,
        "state": stage.value,
        "is_open": stage is AppealStage.OPEN,
        "opens_at": appeal.opens_at.isoformat(),
        "closes_at": appeal.closes_at.isoformat() if appeal.closes_at else None,
    }


def _sum(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "decimal": decimal_text(amount)}


def standing(status: OrderStatus, *, is_fresh: bool) -> str:
    """Say in one word what the donor is told; without an answer from Stripe we may not know yet."""
    known = _STANDINGS.get(status.state)
    if known in {RECEIVED, ON_ITS_WAY, GONE_BACK}:
        return known
    if not is_fresh:
        return UNKNOWN
    return known or NOT_PAID


def stage_if_published(appeal: Appeal, *, now: datetime) -> AppealStage:
    """The stage a draft would be in, were it published now."""
    return appeal_rules.stage(
        published_at=now, opens_at=appeal.opens_at, closes_at=appeal.closes_at, now=now
    )


# --- files --------------------------------------------------------------------------------------

COLUMNS = (
    "reference", "date", "state", "appeal", "fund", "currency", "gift", "covered_fee",
    "received", "on_its_way", "returned", "anonymous", "public_name", "name", "email", "message",
    "language",
)  # fmt: skip


def donation_file(
    donations: Iterable[Donation], people_of: Collection[int], *, locale: str
) -> Iterator[str]:
    """The lines of a file of donations; who gave stands there only for the groups named."""
    rows = (_cells(each, people_of, locale) for each in donations)
    yield from csv_file(COLUMNS, rows)


def _cells(donation: Donation, people_of: Collection[int], locale: str) -> list[str]:
    sums = (
        donation.amount_minor,
        donation.covered_fee_minor,
        donation.received_minor,
        donation.on_its_way_minor,
        donation.returned_minor,
    )
    may_see = donation.appeal.group_id in people_of
    people = (donation.name, donation.email, donation.message) if may_see else ("", "", "")
    return [
        donation.reference,
        donation.dated_at.isoformat(timespec="seconds"),
        donation.state.value,
        safe_cell(donation.appeal.title.pick(locale).text),
        safe_cell(donation.fund.name.pick(locale).text),
        donation.currency,
        *(decimal_text(Money(minor, donation.currency)) for minor in sums),
        "yes" if donation.is_anonymous else "no",
        *(safe_cell(text or "") for text in (donation.public_name, *people)),
        donation.locale,
    ]
