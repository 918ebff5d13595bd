"""Funds, the posting of entries, and findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.facts import Actor, changes
from app.db.session import db
from app.db.topics import touch
from app.groups.errors import BadCurrencyError
from app.groups.models import Group, PaymentAccount
from app.groups.rules import GroupKind, is_slug
from app.ledger import queries
from app.ledger.errors import (
    EntryConflictError,
    FundAccountError,
    FundCurrencyError,
    FundHasMoneyError,
    FundKeepsKindError,
    FundSlugError,
    FundStaysRestrictedError,
    NotACharityError,
    SecondaryPurposeMissingError,
    StaleFundError,
    UnbalancedEntryError,
)
from app.ledger.facts import Check, Difference
from app.ledger.models import Finding, Fund, FundBalance, LedgerEntry, LedgerLine, MoneyAccount
from app.ledger.rules import (
    BalanceChange,
    FundKind,
    MoneyAccountKind,
    NewEntry,
    entry_problems,
    line_change,
    needs_payment_account,
)
from app.lib.money import is_currency
from app.lib.text import Translated
from app.lib.urls import normalise_url


@dataclass(frozen=True, kw_only=True)
class FundDetails:
    """What a fund is for and where its money goes; a partner's has an address, no account."""

    name: Translated
    purpose: Translated
    secondary_purpose: Translated
    kind: FundKind
    is_restricted: bool = False
    payment_account: PaymentAccount | None = None
    partner_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class NewFund(FundDetails):
    """What must be known of a fund; its address and currency never change."""

    slug: str
    currency: str = "GBP"


def create_fund(group: Group, new: NewFund, *, now: datetime, by: Actor) -> Fund:
    """Open a fund.

    Raises FundSlugError, FundAccountError, FundCurrencyError, NotACharityError,
    SecondaryPurposeMissingError or UrlProblem.
    """
    if not is_slug(new.slug) or queries.find_fund(new.slug) is not None:
        raise FundSlugError(new.slug)
    if not is_currency(new.currency):
        raise BadCurrencyError(new.currency)
    _check_details(group, new, new.currency)
    fund = Fund(
        slug=new.slug,
        group_id=group.id,
        currency=new.currency,
        created_at=now,
        **_fund_values(new),
    )
    db.session.add(fund)
    db.session.flush()
    db.session.add(FundBalance(fund_id=fund.id, currency=fund.currency))
    audit.record(by, "fund.created", f"fund:{fund.id}", now=now, group_id=group.id)
    touch(f"group:{group.id}", f"fund:{fund.id}")
    return fund


def edit_fund(fund_id: int, details: FundDetails, *, seen: str, now: datetime, by: Actor) -> Fund:
    """Save what a fund is for; what changed goes into the record of changes.

    `seen` is the fingerprint of the fund that the page was made from. Raises StaleFundError; once
    money came FundHasMoneyError, FundKeepsKindError or FundStaysRestrictedError; or what
    `create_fund` raises about the details.
    """
    fund = queries.lock_fund(fund_id)
    if fund.fingerprint != seen:
        raise StaleFundError
    _check_details(fund.group, details, fund.currency)
    if queries.has_money_moved(fund.id):
        _keep_promises(fund, details)
    before, values = _described(fund), _fund_values(details)
    try:
        with db.session.begin_nested():
            for name, value in values.items():
                setattr(fund, name, value)
    except IntegrityError as error:  # a payment names the old account, even if no money came yet
        raise FundHasMoneyError from error
    changed = changes(before, _described(fund))
    if changed:
        _fund_changed(fund, "edited", changed, now=now, by=by)
    return fund


def _check_details(group: Group, details: FundDetails, currency: str) -> None:
    account, takes_money = details.payment_account, needs_payment_account(details.kind)
    if takes_money != (account is not None) or takes_money == bool(details.partner_url):
        raise FundAccountError
    if account is not None and account.group_id != group.id:
        raise FundAccountError
    if account is not None and account.currency != currency:
        raise FundCurrencyError(account.currency)
    if details.kind is FundKind.CHARITY and group.kind is not GroupKind.CHARITY:
        raise NotACharityError
    if not details.secondary_purpose:
        raise SecondaryPurposeMissingError


def _keep_promises(fund: Fund, details: FundDetails) -> None:
    """Refuse what would change for whom, or under which rules, donors have given already."""
    if details.payment_account != fund.payment_account:
        raise FundHasMoneyError
    if details.kind is not fund.kind:
        raise FundKeepsKindError
    if fund.is_restricted and not details.is_restricted:
        raise FundStaysRestrictedError


def _fund_values(details: FundDetails) -> dict[str, object]:
    return {
        "name": details.name,
        "purpose": details.purpose,
        "secondary_purpose": details.secondary_purpose,
        "kind": details.kind,
        "is_restricted": details.is_restricted,
        "payment_account": details.payment_account,
        "partner_url": normalise_url(details.partner_url) if details.partner_url else None,
    }


def _described(fund: Fund) -> dict[str, object]:
    """The fund in words that the record of changes can keep."""
    return {
        "name": fund.name,
        "purpose": fund.purpose,
        "secondary_purpose": fund.secondary_purpose,
        "kind": fund.kind.value,
        "is_restricted": fund.is_restricted,
        "payment_account": fund.payment_account.name if fund.payment_account else None,
        "partner_url": fund.partner_url,
    }


def move_fund(fund: Fund, account: PaymentAccount, *, now: datetime, by: Actor) -> None:
    """Let a fund take its money through another account of its group.

    Raises FundHasMoneyError once money came, FundAccountError or FundCurrencyError.
    """
    if queries.has_money_moved(fund.id):
        raise FundHasMoneyError
    if not needs_payment_account(fund.kind) or account.group_id != fund.group_id:
        raise FundAccountError
    if account.currency != fund.currency:
        raise FundCurrencyError(account.currency)
    try:
        with db.session.begin_nested():
            fund.payment_account = account
    except IntegrityError as error:  # a payment names the old one, even if no money came yet
        raise FundHasMoneyError from error
    _fund_changed(fund, "moved", {"payment_account": account.name}, now=now, by=by)


def _fund_changed(
    fund: Fund, what: str, detail: Mapping[str, object], *, now: datetime, by: Actor
) -> None:
    subject = f"fund:{fund.id}"
    audit.record(by, f"fund.{what}", subject, now=now, group_id=fund.group_id, detail=detail)
    touch(subject, f"group:{fund.group_id}")


_PLACE_NAMES = {
    MoneyAccountKind.STRIPE: "Stripe",
    MoneyAccountKind.BANK: "Bank",
    MoneyAccountKind.CASH: "Cash",
}


def stripe_balance(account: PaymentAccount, currency: str, *, now: datetime) -> MoneyAccount:
    """The money account of a Stripe balance, opened when its first money comes."""
    return money_account(account, MoneyAccountKind.STRIPE, currency, now=now)


def money_account(
    account: PaymentAccount, kind: MoneyAccountKind, currency: str, *, now: datetime
) -> MoneyAccount:
    """Where money of a body lies: its Stripe balance, bank account or cash box; made when used."""
    found = queries.find_money_account(account.id, kind, currency)
    if found is not None:
        return found
    opened = MoneyAccount(
        kind=kind,
        payment_account_id=account.id,
        name=f"{_PLACE_NAMES[kind]} ({account.legal_name})"[:120],
        currency=currency,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(opened)
    except IntegrityError:
        other = queries.find_money_account(account.id, kind, currency)
        if other is None:
            raise
        return other
    return opened


def post(new: NewEntry, *, now: datetime) -> LedgerEntry:
    """Write an event of the books down once; the same event again returns the entry there is.

    Raises UnbalancedEntryError where the lines do not add up to nothing, and EntryConflictError
    where the reference is taken by an entry with other lines.
    """
    problems = list(entry_problems(new))
    if problems:
        raise UnbalancedEntryError(f"{new.source} {new.ref}: {'; '.join(problems)}")
    known = queries.find_entry(new.source, new.ref)
    if known is not None:
        if not _is_same(known, new):
            raise EntryConflictError(f"{new.source} {new.ref} is in the books with other lines")
        return known
    entry = LedgerEntry(
        source=new.source,
        ref=new.ref,
        kind=new.kind,
        order_key=new.order_key,
        posted_at=new.posted_at,
        recorded_at=now,
        reason=new.reason,
        lines=_lines(new),
    )
    db.session.add(entry)
    db.session.flush()
    _change_balances(new)
    return entry


def _lines(new: NewEntry) -> list[LedgerLine]:
    return [
        LedgerLine(
            position=position,
            money_account_id=line.money_account_id,
            category=line.category,
            fund_id=line.fund_id,
            minor=line.amount.minor,
            currency=line.amount.currency,
        )
        for position, line in enumerate(new.lines)
    ]


def _is_same(known: LedgerEntry, new: NewEntry) -> bool:
    """Whether an entry says what is in the books; where it was moved since, in another fund."""
    written = [
        (line.money_account_id, line.category, line.minor, line.currency) for line in known.lines
    ]
    wanted = [
        (line.money_account_id, line.category, line.amount.minor, line.amount.currency)
        for line in new.lines
    ]
    if written != wanted:
        return False
    pairs = zip(known.lines, new.lines, strict=True)
    moved_out_of = {old.fund_id for old, line in pairs if old.fund_id != line.fund_id}
    return all(queries.was_moved(known.order_key, fund_id) for fund_id in moved_out_of)


def _change_balances(new: NewEntry) -> None:
    changes: defaultdict[tuple[int, str], BalanceChange] = defaultdict(BalanceChange)
    for line in new.lines:
        key = line.fund_id, line.amount.currency
        changes[key] = changes[key] + line_change(line.category, line.amount.minor)
    for (fund_id, currency), change in sorted(changes.items()):
        if not _add_to_balance(fund_id, currency, change):
            _open_balance(fund_id, currency)
            _add_to_balance(fund_id, currency, change)
        touch(f"fund:{fund_id}")


def _add_to_balance(fund_id: int, currency: str, change: BalanceChange) -> bool:
    """Add in the database itself, so that two writers never lose a penny of each other's."""
    query = (
        update(FundBalance)
        .where(FundBalance.fund_id == fund_id, FundBalance.currency == currency)
        .values(
            held_minor=FundBalance.held_minor + change.held,
            received_minor=FundBalance.received_minor + change.received,
            fees_minor=FundBalance.fees_minor + change.fees,
            spent_minor=FundBalance.spent_minor + change.spent,
            disputed_minor=FundBalance.disputed_minor + change.disputed,
        )
        .returning(FundBalance.id)
        .execution_options(synchronize_session="fetch")
    )
    return db.session.execute(query).first() is not None


def _open_balance(fund_id: int, currency: str) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(FundBalance(fund_id=fund_id, currency=currency))
    except IntegrityError:
        return  # another writer opened it in the same moment; that one will do


# --- findings -------------------------------------------------------------------------------------


def report(difference: Difference, *, now: datetime) -> Finding:
    """Keep a difference as a finding; one that is open already is only seen again."""
    known = queries.find_open_finding(difference.kind, difference.subject)
    if known is not None:
        known.detail, known.seen_at = difference.detail, now
        return known
    finding = Finding(
        kind=difference.kind,
        subject=difference.subject,
        detail=difference.detail,
        found_at=now,
        seen_at=now,
    )
    db.session.add(finding)
    db.session.flush()
    return finding


def settle(kind: str, subject: str, *, now: datetime) -> None:
    """Close a finding that is no longer true."""
    known = queries.find_open_finding(kind, subject)
    if known is not None:
        known.settled_at = now


#: Findings of a recount settle by themselves once it agrees again; others a person settles.
RECOUNT = "recount."

_checks: list[Check] = []


def set_checks(checks: Iterable[Check]) -> None:
    """Name the checks of the packages above, which `check_books` runs after its own."""
    _checks[:] = checks


def check_books() -> list[Difference]:
    """Recount everything and tell what does not agree: nothing, where the books are right."""
    found: list[Difference] = []
    for check in (queries.check_entries, queries.check_balances, *_checks):
        found.extend(check())
    return sorted(found)


def keep_findings(differences: Iterable[Difference], *, now: datetime) -> None:
    """Keep what a recount found, and settle what an earlier one had found and agrees again."""
    found = {(RECOUNT + each.kind, each.subject): each for each in differences}
    for (kind, subject), each in found.items():
        report(Difference(kind, subject, each.detail), now=now)
    for finding in queries.list_open_findings(kind_prefix=RECOUNT):
        if (finding.kind, finding.subject) not in found:
            finding.settled_at = now
