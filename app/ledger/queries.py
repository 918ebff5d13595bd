"""Reads of the books, and the recount that proves them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import contains_eager, selectinload

from app.db.session import db
from app.ledger.facts import Difference
from app.ledger.models import Finding, Fund, FundBalance, LedgerEntry, LedgerLine, MoneyAccount
from app.ledger.rules import Category, EntryKind, LineSum, MoneyAccountKind
from app.lib.errors import NotFoundError
from app.lib.money import Money

#: Databases take only so many values in one question.
CHUNK = 500


def find_fund(slug: str) -> Fund | None:
    """The fund at this address, or nothing."""
    return db.session.scalar(
        select(Fund)
        .where(Fund.slug == slug)
        .options(selectinload(Fund.group), selectinload(Fund.payment_account))
    )


def get_fund(slug: str) -> Fund:
    """The fund at this address; raises NotFoundError."""
    fund = find_fund(slug)
    if fund is None:
        raise NotFoundError
    return fund


def get_fund_by_id(fund_id: int) -> Fund:
    """The fund with this key; raises NotFoundError."""
    fund = db.session.get(Fund, fund_id)
    if fund is None:
        raise NotFoundError
    return fund


def lock_fund(fund_id: int) -> Fund:
    """The fund, held against other writers until the transaction ends; raises NotFoundError."""
    fund = db.session.scalar(
        select(Fund)
        .where(Fund.id == fund_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if fund is None:
        raise NotFoundError
    return fund


def list_funds(group_ids: Collection[int] | None = None) -> Sequence[Fund]:
    """All funds, or those of some groups, the oldest first."""
    query = select(Fund).order_by(Fund.id).options(selectinload(Fund.payment_account))
    if group_ids is not None:
        query = query.where(Fund.group_id.in_(group_ids))
    return db.session.scalars(query).all()


def has_money_moved(fund_id: int) -> bool:
    """Whether any line of the books belongs to the fund."""
    return (
        db.session.scalar(select(LedgerLine.id).where(LedgerLine.fund_id == fund_id).limit(1))
        is not None
    )


def list_balances(fund_id: int) -> Sequence[FundBalance]:
    """The sums of a fund, one row for each currency."""
    query = select(FundBalance).where(FundBalance.fund_id == fund_id).order_by(FundBalance.currency)
    return db.session.scalars(query).all()


def balances_of(fund_ids: Collection[int]) -> dict[int, list[FundBalance]]:
    """The sums of some funds, one row for each currency, by fund."""
    found: dict[int, list[FundBalance]] = {fund_id: [] for fund_id in fund_ids}
    query = (
        select(FundBalance)
        .where(FundBalance.fund_id.in_(fund_ids))
        .order_by(FundBalance.fund_id, FundBalance.currency)
    )
    for row in db.session.scalars(query):
        found[row.fund_id].append(row)
    return found


def find_money_account(
    payment_account_id: int, kind: MoneyAccountKind, currency: str
) -> MoneyAccount | None:
    """The place of a kind beside a payment account where money of one currency lies."""
    return db.session.scalar(
        select(MoneyAccount).where(
            MoneyAccount.kind == kind,
            MoneyAccount.payment_account_id == payment_account_id,
            MoneyAccount.currency == currency,
        )
    )


def find_entry(source: str, ref: str) -> LedgerEntry | None:
    """The entry of an event of the books, or nothing."""
    return db.session.scalar(
        select(LedgerEntry)
        .where(LedgerEntry.source == source, LedgerEntry.ref == ref)
        .options(selectinload(LedgerEntry.lines))
    )


def get_entry(source: str, ref: str) -> LedgerEntry:
    """The entry of an event of the books; raises NotFoundError."""
    entry = find_entry(source, ref)
    if entry is None:
        raise NotFoundError
    return entry


def money_accounts(account_ids: Collection[int]) -> dict[int, MoneyAccount]:
    """Some places where money lies, by their keys."""
    rows = db.session.scalars(select(MoneyAccount).where(MoneyAccount.id.in_(account_ids)))
    return {row.id: row for row in rows}


def was_moved(order_key: str | None, fund_id: int) -> bool:
    """Whether an order's money was moved out of, or into, a fund by the desk."""
    found = (
        select(LedgerLine.id)
        .join(LedgerLine.entry)
        .where(
            LedgerEntry.order_key == order_key,
            LedgerEntry.kind == EntryKind.TRANSFER,
            LedgerLine.fund_id == fund_id,
        )
    )
    return db.session.scalar(found.limit(1)) is not None


def sum_order_lines(order_key: str, fund_id: int) -> Sequence[LineSum]:
    """What the lines of an order in one fund come to, by where they stand; nothing is left out."""
    query = (
        select(
            LedgerLine.money_account_id,
            LedgerLine.category,
            LedgerLine.currency,
            func.sum(LedgerLine.minor),
        )
        .join(LedgerLine.entry)
        .where(LedgerEntry.order_key == order_key, LedgerLine.fund_id == fund_id)
        .group_by(LedgerLine.money_account_id, LedgerLine.category, LedgerLine.currency)
        .order_by(LedgerLine.money_account_id, LedgerLine.category, LedgerLine.currency)
    )
    return [
        LineSum(account_id, category, Money(int(minor), currency))
        for account_id, category, currency, minor in db.session.execute(query)
    ]


def known_refs(source: str, refs: Collection[str]) -> set[str]:
    """Which of these references of a source are in the books."""
    wanted, found = list(refs), set[str]()
    for start in range(0, len(wanted), CHUNK):
        query = select(LedgerEntry.ref).where(
            LedgerEntry.source == source, LedgerEntry.ref.in_(wanted[start : start + CHUNK])
        )
        found.update(db.session.scalars(query))
    return found


def refs_since(source: str, since: datetime) -> set[str]:
    """The references of a source whose money moved since an instant."""
    query = select(LedgerEntry.ref).where(
        LedgerEntry.source == source, LedgerEntry.posted_at >= since
    )
    return set(db.session.scalars(query))


def list_entries(order_key: str) -> Sequence[LedgerEntry]:
    """The entries of one order in the order in which the money moved."""
    return db.session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.order_key == order_key)
        .options(selectinload(LedgerEntry.lines))
        .order_by(LedgerEntry.posted_at, LedgerEntry.id)
    ).all()


def list_income(
    group_ids: Collection[int],
    *,
    since: datetime | None,
    until: datetime | None,
    after: tuple[datetime, int] | None = None,
    limit: int,
) -> Sequence[LedgerLine]:
    """The lines that make up the income of these groups' funds, the latest first.

    What was given back stands among them. Begins after a line's (instant, key).
    """
    query = (
        select(LedgerLine)
        .join(LedgerLine.entry)
        .options(contains_eager(LedgerLine.entry))
        .where(*_is_income(group_ids, since, until))
        .order_by(LedgerEntry.posted_at.desc(), LedgerLine.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(LedgerEntry.posted_at, LedgerLine.id) < tuple_(*after))
    return db.session.scalars(query).all()


def sum_income(
    group_ids: Collection[int], *, since: datetime | None, until: datetime | None
) -> list[Money]:
    """What those lines come to, one sum for each currency."""
    rows = db.session.execute(
        select(LedgerLine.currency, func.sum(-LedgerLine.minor))
        .join(LedgerLine.entry)
        .where(*_is_income(group_ids, since, until))
        .group_by(LedgerLine.currency)
        .order_by(LedgerLine.currency)
    )
    return [Money(int(minor), currency) for currency, minor in rows]


def _is_income(
    group_ids: Collection[int], since: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    funds = select(Fund.id).where(Fund.group_id.in_(group_ids))
    found = [LedgerLine.category == Category.INCOME, LedgerLine.fund_id.in_(funds)]
    if since is not None:
        found.append(LedgerEntry.posted_at >= since)
    if until is not None:
        found.append(LedgerEntry.posted_at < until)
    return found


def list_open_findings(*, kind_prefix: str = "") -> Sequence[Finding]:
    """What checks found and nobody has settled, the oldest first."""
    query = select(Finding).where(Finding.settled_at.is_(None)).order_by(Finding.id)
    if kind_prefix:
        query = query.where(Finding.kind.startswith(kind_prefix, autoescape=True))
    return db.session.scalars(query).all()


def find_open_finding(kind: str, subject: str) -> Finding | None:
    """The open finding of one kind about one subject, or nothing."""
    return db.session.scalar(
        select(Finding).where(
            Finding.kind == kind, Finding.subject == subject, Finding.settled_at.is_(None)
        )
    )


def check_entries() -> Iterator[Difference]:
    """Tell the entries that have too few lines or whose lines do not add up to nothing."""
    sums = (
        select(LedgerLine.entry_id, LedgerLine.currency, func.sum(LedgerLine.minor).label("total"))
        .group_by(LedgerLine.entry_id, LedgerLine.currency)
        .having(func.sum(LedgerLine.minor) != 0)
    )
    for entry_id, currency, total in db.session.execute(sums):
        yield Difference(
            "unbalanced_entry",
            f"entry:{entry_id}",
            f"The lines of entry {entry_id} add up to {total} {currency}, not to 0.",
        )
    # Money that moved between funds may have left the money accounts before, refunded or disputed.
    needs_account = LedgerEntry.kind != EntryKind.TRANSFER
    has_none = func.count(LedgerLine.money_account_id) < 1
    counts = (
        select(LedgerEntry.id)
        .outerjoin(LedgerLine)
        .group_by(LedgerEntry.id, LedgerEntry.kind)
        .having(or_(func.count(LedgerLine.id) < 2, and_(needs_account, has_none)))
    )
    for entry_id in db.session.scalars(counts):
        yield Difference(
            "incomplete_entry", f"entry:{entry_id}", f"Entry {entry_id} does not have two sides."
        )


def check_balances() -> Iterator[Difference]:
    """Tell the funds whose kept sums differ from a recount of all their lines."""
    kept = {
        (row.fund_id, row.currency): _figures(row)
        for row in db.session.scalars(select(FundBalance))
    }
    counted = _recount()
    for key in sorted(kept.keys() | counted.keys()):
        nothing = (0, 0, 0, 0, 0)
        if kept.get(key, nothing) != counted.get(key, nothing):
            fund_id, currency = key
            yield Difference(
                "fund_balance",
                f"fund:{fund_id}:{currency}",
                f"Fund {fund_id} keeps {kept.get(key, nothing)} {currency}; "
                f"its lines add up to {counted.get(key, nothing)}.",
            )


Figures = tuple[int, int, int, int, int]


def _figures(row: FundBalance) -> Figures:
    return (
        row.held_minor,
        row.received_minor,
        row.fees_minor,
        row.spent_minor,
        row.disputed_minor,
    )


def _recount() -> dict[tuple[int, str], Figures]:
    def total(category: Category | None, sign: int = 1) -> ColumnElement[int]:
        matches = (
            LedgerLine.category.is_(None) if category is None else LedgerLine.category == category
        )
        return func.coalesce(func.sum(case((matches, sign * LedgerLine.minor), else_=0)), 0)

    query = select(
        LedgerLine.fund_id,
        LedgerLine.currency,
        total(None),
        total(Category.INCOME, -1),
        total(Category.FEES),
        total(Category.SPENDING),
        total(Category.DISPUTES),
    ).group_by(LedgerLine.fund_id, LedgerLine.currency)
    return {
        (fund_id, currency): (int(held), int(received), int(fees), int(spent), int(disputed))
        for fund_id, currency, held, received, fees, spent, disputed in db.session.execute(query)
    }
