"""Funds, entries and findings: what the books take, keep and refuse."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.audit import queries as audit
from app.db.session import db, transaction
from app.db.topics import versions
from app.groups.models import Group, PaymentAccount
from app.groups.rules import GroupKind
from app.ledger import queries, service
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
from app.ledger.facts import Difference
from app.ledger.models import Fund, FundBalance, LedgerEntry, LedgerLine
from app.ledger.rules import EntryKind, FundKind, MoneyAccountKind, NewEntry, moving_lines
from app.ledger.service import FundDetails
from app.lib.errors import NotFoundError
from app.lib.money import Money
from app.lib.text import Translated
from app.lib.urls import UrlProblem
from tests.factories.groups import BY, FOUNDED, make_group, make_payment_account
from tests.factories.ledger import charge, make_fund

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from flask import Flask


@pytest.fixture
def group(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Group:
    """A group; packages above have no checks of their own."""
    monkeypatch.setattr(service, "_checks", [])
    with transaction():
        return make_group()


@pytest.fixture
def account(group: Group) -> PaymentAccount:
    with transaction():
        return make_payment_account(group)


@pytest.fixture
def fund(group: Group, account: PaymentAccount) -> Fund:
    with transaction():
        return make_fund(group, account)


def post(fund: Fund, ref: str, gross: int, fee: int = 0) -> LedgerEntry:
    """Post money that came in."""
    with transaction():
        account = fund.payment_account
        assert account is not None
        balance = service.stripe_balance(account, "GBP", now=FOUNDED)
        return service.post(charge(fund, balance, ref, gross, fee), now=FOUNDED)


def sums(fund: Fund) -> tuple[int, int, int]:
    """Held, received, fees."""
    [row] = queries.list_balances(fund.id)
    db.session.refresh(row)
    return row.held_minor, row.received_minor, row.fees_minor


def test_an_entry_moves_its_fund(fund: Fund) -> None:
    post(fund, "txn_1", 1000, 35)
    post(fund, "txn_2", 500)
    assert sums(fund) == (1465, 1500, 35)
    assert service.check_books() == []


def test_an_entry_ends_what_was_kept_of_its_funds_pages(fund: Fund) -> None:
    topic = f"fund:{fund.id}"
    before = versions([topic])[topic]
    post(fund, "txn_1", 1000, 35)
    assert versions([topic])[topic] == before + 1


def test_the_same_event_twice_is_one_entry(fund: Fund) -> None:
    assert post(fund, "txn_1", 1000, 35).id == post(fund, "txn_1", 1000, 35).id
    assert sums(fund) == (965, 1000, 35)


def test_the_same_reference_with_other_lines_is_a_conflict(fund: Fund) -> None:
    post(fund, "txn_1", 1000)
    with pytest.raises(EntryConflictError):
        post(fund, "txn_1", 1001)
    assert sums(fund) == (1000, 1000, 0)


def test_an_entry_that_does_not_add_up_is_refused(fund: Fund, account: PaymentAccount) -> None:
    with transaction():
        balance = service.stripe_balance(account, "GBP", now=FOUNDED)
    good = charge(fund, balance, "txn_1", 1000, 35)
    with pytest.raises(UnbalancedEntryError), transaction():
        service.post(replace(good, lines=good.lines[:2]), now=FOUNDED)
    assert queries.find_entry("stripe:network", "txn_1") is None


@pytest.mark.parametrize(
    "change",
    [
        lambda: update(LedgerLine).values(minor=1),
        lambda: delete(LedgerLine),
        lambda: update(LedgerEntry).values(ref="other"),
        lambda: delete(LedgerEntry),
    ],
    ids=["line changed", "line deleted", "entry changed", "entry deleted"],
)
def test_the_database_refuses_to_change_the_past(fund: Fund, change: Callable[[], Any]) -> None:
    post(fund, "txn_1", 1000, 35)
    statement = change().execution_options(synchronize_session=False)
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        db.session.execute(statement)
    assert len(db.session.scalars(select(LedgerLine)).all()) == 3


def test_a_line_is_of_a_money_account_or_of_a_category(fund: Fund) -> None:
    entry = post(fund, "txn_1", 1000)
    line = LedgerLine(entry_id=entry.id, position=9, fund_id=fund.id, minor=1, currency="GBP")
    with pytest.raises(IntegrityError), transaction():
        db.session.add(line)


# --- what a recount finds ------------------------------------------------------------------------


def test_a_recount_finds_a_wrong_balance(fund: Fund) -> None:
    post(fund, "txn_1", 1000)
    with transaction():
        db.session.execute(update(FundBalance).values(held_minor=999, received_minor=999))
    [difference] = service.check_books()
    assert difference.kind == "fund_balance"
    assert "999" in difference.detail


def test_a_recount_finds_an_entry_that_was_added_to(fund: Fund) -> None:
    entry = post(fund, "txn_1", 1000)
    with transaction():
        db.session.execute(
            text(
                "INSERT INTO ledger_line (entry_id, position, category, fund_id, minor, currency) "
                "VALUES (:entry, 7, 'fees', :fund, 5, 'GBP')"
            ),
            {"entry": entry.id, "fund": fund.id},
        )
    assert {each.kind for each in service.check_books()} == {"unbalanced_entry", "fund_balance"}


def test_a_balance_can_only_be_kept_if_it_adds_up(fund: Fund) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(FundBalance).values(held_minor=1))


def test_checks_of_packages_above_are_run(fund: Fund) -> None:
    service.set_checks([lambda: [Difference("above", "x:1", "It differs.")]])
    try:
        assert service.check_books() == [Difference("above", "x:1", "It differs.")]
    finally:
        service.set_checks([])


def test_a_finding_is_open_once_and_settles_when_a_recount_agrees(fund: Fund) -> None:
    found = Difference("fund_balance", "fund:1", "first")
    for detail in ("first", "second"):
        with transaction():
            service.keep_findings([replace(found, detail=detail)], now=FOUNDED)
    [finding] = queries.list_open_findings()
    assert (finding.kind, finding.detail) == ("recount.fund_balance", "second")
    with transaction():
        service.report(Difference("payout", "x:1", "A person settles it."), now=FOUNDED)
        service.keep_findings([], now=FOUNDED)
    assert [each.kind for each in queries.list_open_findings()] == ["payout"]
    with transaction():
        service.settle("payout", "x:1", now=FOUNDED)
    assert queries.list_open_findings() == []


# --- funds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"slug": "First Year"}, FundSlugError),
        ({"kind": FundKind.PARTNER}, FundAccountError),
        ({"payment_account": None}, FundAccountError),
        ({"partner_url": "https://example.org/give"}, FundAccountError),
        ({"currency": "EUR"}, FundCurrencyError),
    ],
)
def test_a_fund_is_refused(
    group: Group, account: PaymentAccount, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error), transaction():
        make_fund(group, account, **changes)


def test_an_address_is_taken_once(fund: Fund, group: Group, account: PaymentAccount) -> None:
    with pytest.raises(FundSlugError), transaction():
        make_fund(group, account)


def test_a_fund_takes_no_money_through_another_body(account: PaymentAccount) -> None:
    with pytest.raises(FundAccountError), transaction():
        make_fund(make_group(slug="open-hands"), account)


def test_a_partner_fund_only_links(group: Group) -> None:
    with transaction():
        partner = make_group(slug="long-road", kind=GroupKind.PARTNER)
        made = make_fund(
            partner, None, kind=FundKind.PARTNER, partner_url="https://example.org/give"
        )
    assert (made.payment_account_id, made.partner_url) == (None, "https://example.org/give")


@pytest.mark.parametrize(
    "values",
    [
        {"payment_account_id": None},
        {"kind": "partner"},
        {"partner_url": "https://example.org"},
        {"currency": "gbp"},
    ],
)
def test_the_database_too_knows_what_a_fund_must_have(fund: Fund, values: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError), transaction():
        db.session.execute(
            update(Fund.__table__).where(Fund.__table__.c.id == fund.id).values(values)  # type: ignore[arg-type]
        )


def test_a_fund_keeps_its_account_once_money_came(fund: Fund, group: Group) -> None:
    with transaction():
        other = make_payment_account(group, name="second")
        service.move_fund(fund, other, now=FOUNDED, by=BY)
    assert fund.payment_account_id == other.id
    post(fund, "txn_1", 1000)
    with pytest.raises(FundHasMoneyError), transaction():
        service.move_fund(fund, other, now=FOUNDED, by=BY)


def test_a_fund_does_not_move_to_another_body_or_currency(fund: Fund, group: Group) -> None:
    with transaction():
        foreign = make_payment_account(make_group(slug="open-hands"), name="charity")
        euros = make_payment_account(group, name="euros", currency="EUR")
    with pytest.raises(FundAccountError), transaction():
        service.move_fund(fund, foreign, now=FOUNDED, by=BY)
    with pytest.raises(FundCurrencyError), transaction():
        service.move_fund(fund, euros, now=FOUNDED, by=BY)


def test_what_is_not_there_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFoundError):
        queries.get_fund("nowhere")
    with pytest.raises(NotFoundError):
        queries.get_fund_by_id(404)


def test_references_are_found_in_any_number(fund: Fund) -> None:
    post(fund, "txn_1", 1000)
    many = [f"txn_{number}" for number in range(1, 1400)]
    assert queries.known_refs("stripe:network", many) == {"txn_1"}


# --- edits of funds ---------------------------------------------------------------------------


def details_of(fund: Fund, **changes: Any) -> FundDetails:
    """What a fund is for, with changes."""
    names = [field.name for field in fields(FundDetails)]
    return FundDetails(**({name: getattr(fund, name) for name in names} | changes))


def edit(fund: Fund, **changes: Any) -> None:
    """Save a fund with changes."""
    with transaction():
        details = details_of(fund, **changes)
        service.edit_fund(fund.id, details, seen=fund.fingerprint, now=FOUNDED, by=BY)


def test_an_edited_fund_says_what_it_said_before(group: Group, fund: Fund) -> None:
    with transaction():
        other = make_payment_account(group, name="second")
    seen, before = fund.fingerprint, versions([f"fund:{fund.id}"])
    edit(fund, payment_account=other, purpose=Translated.of(en="Travel."), is_restricted=True)
    assert versions([f"fund:{fund.id}"]) == {key: each + 1 for key, each in before.items()}
    entry = audit.list_for(f"fund:{fund.id}")[0]
    assert (entry.action, entry.detail) == (
        "fund.edited",
        {
            "purpose": [{"en": "Hall, printing, travel."}, {"en": "Travel."}],
            "is_restricted": [False, True],
            "payment_account": ["network", "second"],
        },
    )
    with pytest.raises(StaleFundError), transaction():
        service.edit_fund(fund.id, details_of(fund), seen=seen, now=FOUNDED, by=BY)


def test_an_edit_without_a_change_leaves_no_trace(fund: Fund) -> None:
    edit(fund)
    assert [entry.action for entry in audit.list_for(f"fund:{fund.id}")] == ["fund.created"]


def test_an_edited_fund_stays_what_a_fund_must_be(group: Group, fund: Fund) -> None:
    with transaction():
        foreign = make_payment_account(make_group(slug="long-road"), name="theirs")
        euros = make_payment_account(group, name="euros", currency="EUR")
    for error, changes in (
        (FundAccountError, {"payment_account": None}),
        (FundAccountError, {"payment_account": foreign}),
        (FundAccountError, {"kind": FundKind.PARTNER}),
        (FundAccountError, {"partner_url": "https://a.example"}),
        (FundCurrencyError, {"payment_account": euros}),
        (NotACharityError, {"kind": FundKind.CHARITY}),
        (SecondaryPurposeMissingError, {"secondary_purpose": Translated.of(en="")}),
    ):
        with pytest.raises(error):
            edit(fund, **changes)
    with pytest.raises(UrlProblem):
        edit(fund, kind=FundKind.PARTNER, payment_account=None, partner_url="javascript:x")
    edit(fund, kind=FundKind.PARTNER, payment_account=None, partner_url="a.example/give")
    assert fund.partner_url == "https://a.example/give"


def test_once_money_came_a_fund_keeps_what_donors_were_told(group: Group, fund: Fund) -> None:
    with transaction():
        other = make_payment_account(group, name="second")
    edit(fund, is_restricted=True)
    post(fund, "txn_1", 1000)
    for error, changes in (
        (FundHasMoneyError, {"payment_account": other}),
        (FundKeepsKindError, {"kind": FundKind.LEGAL}),
        (FundStaysRestrictedError, {"is_restricted": False}),
    ):
        with pytest.raises(error):
            edit(fund, **changes)
    edit(fund, name=Translated.of(en="Another name"))
    assert fund.name.origin_text == "Another name"


def test_balances_of_several_funds_are_read_at_once(group: Group, fund: Fund) -> None:
    with transaction():
        empty = make_fund(group, fund.payment_account, slug="empty")
    post(fund, "txn_1", 1000, 35)
    found = queries.balances_of([fund.id, empty.id])
    assert [(each.received, each.fees, each.held) for each in found[fund.id]] == [
        (Money(1000, "GBP"), Money(35, "GBP"), Money(965, "GBP"))
    ]
    assert [each.received_minor for each in found[empty.id]] == [0]


def test_a_body_has_one_place_of_each_kind(account: PaymentAccount, app: Flask) -> None:
    with transaction():
        places = [
            service.money_account(account, kind, "GBP", now=FOUNDED)
            for kind in (*MoneyAccountKind, *MoneyAccountKind)
        ]
    assert [place.kind for place in places[:3]] == list(MoneyAccountKind)
    assert [place.id for place in places[:3]] == [place.id for place in places[3:]]
    assert service.stripe_balance(account, "GBP", now=FOUNDED) is places[0]


def test_what_is_in_another_fund_without_a_move_is_a_conflict(
    fund: Fund, group: Group, account: PaymentAccount
) -> None:
    with transaction():
        other = make_fund(group, account, slug="other")
        balance = service.stripe_balance(account, "GBP", now=FOUNDED)
        service.post(replace(charge(fund, balance, "ch_1", 1000, 50), order_key="o1"), now=FOUNDED)
    again = replace(charge(other, balance, "ch_1", 1000, 50), order_key="o1")
    with pytest.raises(EntryConflictError), transaction():
        service.post(again, now=FOUNDED)
    lines = moving_lines(
        queries.sum_order_lines("o1", fund.id), old_fund=fund.id, new_fund=other.id
    )
    move = NewEntry(
        source="desk",
        ref="move-1",
        kind=EntryKind.TRANSFER,
        lines=lines,
        posted_at=FOUNDED,
        order_key="o1",
        reason="The donor chose the wrong appeal.",
    )
    with transaction():
        service.post(move, now=FOUNDED)
    with transaction():
        service.post(again, now=FOUNDED)
    assert [each.amount.minor for each in queries.sum_order_lines("o1", fund.id)] == [0, 0, 0]
    [balance_there] = queries.list_balances(other.id)
    assert (balance_there.held_minor, balance_there.received_minor) == (950, 1000)
    assert balance_there.fees_minor == 50
    assert service.check_books() == []
