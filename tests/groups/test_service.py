"""Groups and payment accounts are set up, or refused with a reason."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.audit import queries as audit
from app.db.session import db, transaction
from app.db.topics import versions
from app.groups import queries, service
from app.groups.errors import (
    AccountNameTakenError,
    BadAccountNameError,
    BadCurrencyError,
    BadSlugError,
    CharityNumberMissingError,
    GroupHasAccountError,
    PartnerTakesNoMoneyError,
    SlugTakenError,
    StaleGroupError,
    StalePaymentAccountError,
    StatementNameError,
)
from app.groups.models import Group, PaymentAccount
from app.groups.rules import GroupKind
from app.groups.service import GroupDetails, PaymentAccountDetails
from app.lib.emails import EmailProblem
from app.lib.errors import NotFoundError
from app.lib.text import Translated
from app.lib.urls import UrlProblem
from tests.factories.groups import BY, FOUNDED, make_group, make_payment_account

if TYPE_CHECKING:
    from typing import Any

    from flask import Flask


def test_a_group_has_its_page_and_an_audit_row(app: Flask) -> None:
    with transaction():
        group_id = make_group().id
    assert queries.get_group("lea-valley").id == group_id
    assert [entry.action for entry in audit.list_for(f"group:{group_id}")] == ["group.created"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"slug": "Lea Valley"}, BadSlugError),
        ({"slug": "taken"}, SlugTakenError),
        ({"kind": GroupKind.CHARITY}, CharityNumberMissingError),
    ],
)
def test_a_group_is_refused(app: Flask, changes: dict[str, Any], error: type[Exception]) -> None:
    with transaction():
        make_group(slug="taken")
    with pytest.raises(error), transaction():
        make_group(**changes)


def test_the_database_too_asks_a_charity_for_its_number(app: Flask) -> None:
    with transaction():
        group = make_group(kind=GroupKind.CHARITY, legal_number="1234567")
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Group).where(Group.id == group.id).values(legal_number=None))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": "lea-valley"}, BadAccountNameError),
        ({"name": "taken"}, AccountNameTakenError),
        ({"statement_name": "وادي لي"}, StatementNameError),
    ],
)
def test_a_payment_account_is_refused(
    app: Flask, changes: dict[str, Any], error: type[Exception]
) -> None:
    with transaction():
        group = make_group()
        make_payment_account(group, name="taken")
    with pytest.raises(error), transaction():
        make_payment_account(group, **changes)


def test_a_partner_has_no_payment_account(app: Flask) -> None:
    with transaction():
        partner = make_group(kind=GroupKind.PARTNER)
    with pytest.raises(PartnerTakesNoMoneyError), transaction():
        make_payment_account(partner)


def test_cards_are_switched_off_and_on(app: Flask) -> None:
    with transaction():
        account = make_payment_account(make_group())
        service.switch_cards(account, on=False, now=FOUNDED, by=BY)
    assert not queries.get_payment_account("network").cards_on
    with transaction():
        service.switch_cards(account, on=True, now=FOUNDED, by=BY)
    assert queries.get_payment_account("network").cards_on


def test_what_is_not_there_is_not_found(app: Flask) -> None:
    for missing in (
        lambda: queries.get_group("nowhere"),
        lambda: queries.get_group_by_id(404),
        lambda: queries.get_payment_account("nobody"),
    ):
        with pytest.raises(NotFoundError):
            missing()


def test_groups_are_listed_by_kind(app: Flask) -> None:
    with transaction():
        make_group()
        make_group(slug="long-road", kind=GroupKind.PARTNER)
    assert [group.slug for group in queries.list_groups(GroupKind.PARTNER)] == ["long-road"]
    assert len(queries.list_groups()) == 2


# --- edits ------------------------------------------------------------------------------------


def details_of(group: Group, **changes: Any) -> GroupDetails:
    """What a group says of itself, with changes."""
    names = [field.name for field in fields(GroupDetails)]
    return GroupDetails(**({name: getattr(group, name) for name in names} | changes))


def words_of(account: PaymentAccount, **changes: str) -> PaymentAccountDetails:
    """What donors read of an account, with changes."""
    names = [field.name for field in fields(PaymentAccountDetails)]
    return PaymentAccountDetails(**({name: getattr(account, name) for name in names} | changes))


def test_an_edited_group_says_what_it_said_before(app: Flask) -> None:
    with transaction():
        group = make_group()
    topics = ["home", f"group:{group.id}"]
    before = versions(topics)
    with transaction():
        new = details_of(group, name=Translated.of(en="Lea", ar="لي"), website="lea.example/about")
        service.edit_group(group.id, new, seen_version=1, now=FOUNDED, by=BY)
    db.session.expire_all()
    assert (group.version, group.website) == (2, "https://lea.example/about")
    assert versions(topics) == {topic: count + 1 for topic, count in before.items()}
    entry = audit.list_for(f"group:{group.id}")[0]
    assert entry.detail == {
        "name": [
            {"en": "Lea Valley Solidarity Network", "ar": "شبكة وادي لي"},
            {"en": "Lea", "ar": "لي"},
        ],
        "website": [None, "https://lea.example/about"],
    }


def test_an_edit_without_a_change_leaves_no_trace(app: Flask) -> None:
    with transaction():
        group = make_group()
    for _ in range(2):
        with transaction():
            service.edit_group(group.id, details_of(group), seen_version=1, now=FOUNDED, by=BY)
    assert group.version == 1
    assert len(audit.list_for(f"group:{group.id}")) == 1


def test_a_stale_edit_of_a_group_writes_nothing(app: Flask) -> None:
    with transaction():
        group = make_group()
        new = details_of(group, legal_name="First")
        service.edit_group(group.id, new, seen_version=1, now=FOUNDED, by=BY)
    second = details_of(group, legal_name="Second")
    with pytest.raises(StaleGroupError), transaction():
        service.edit_group(group.id, second, seen_version=1, now=FOUNDED, by=BY)
    db.session.expire_all()
    assert group.legal_name == "First"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"kind": GroupKind.CHARITY}, CharityNumberMissingError),
        ({"kind": GroupKind.PARTNER}, GroupHasAccountError),
        ({"website": "javascript:alert(1)"}, UrlProblem),
        ({"contact_email": "nobody"}, EmailProblem),
    ],
)
def test_an_edit_of_a_group_is_refused(
    app: Flask, changes: dict[str, Any], error: type[Exception]
) -> None:
    with transaction():
        group = make_group()
        make_payment_account(group)
    with pytest.raises(error), transaction():
        service.edit_group(
            group.id, details_of(group, **changes), seen_version=1, now=FOUNDED, by=BY
        )
    db.session.expire_all()
    assert (group.kind, group.version) == (GroupKind.NETWORK, 1)


def test_an_edited_account_says_what_it_said_before(app: Flask) -> None:
    with transaction():
        account = make_payment_account(make_group())
    seen = account.fingerprint
    with transaction():
        new = words_of(account, statement_name="LEA NETWORK")
        service.edit_payment_account(account.id, new, seen=seen, now=FOUNDED, by=BY)
    assert account.fingerprint != seen
    entry = audit.list_for(f"payment_account:{account.id}")[0]
    assert (entry.action, entry.detail) == (
        "payment_account.edited",
        {"statement_name": ["LEA VALLEY", "LEA NETWORK"]},
    )
    with pytest.raises(StalePaymentAccountError), transaction():
        service.edit_payment_account(account.id, new, seen=seen, now=FOUNDED, by=BY)


def test_an_edited_account_keeps_a_name_that_banks_print(app: Flask) -> None:
    with transaction():
        account = make_payment_account(make_group())
    new, seen = words_of(account, statement_name="LEA*VALLEY"), account.fingerprint
    with pytest.raises(StatementNameError), transaction():
        service.edit_payment_account(account.id, new, seen=seen, now=FOUNDED, by=BY)


def test_an_account_takes_only_a_currency_that_is_one(app: Flask) -> None:
    with transaction():
        group = make_group()
    with pytest.raises(BadCurrencyError), transaction():
        make_payment_account(group, currency="QQQ")


def test_a_switch_of_cards_says_why_and_only_once(app: Flask) -> None:
    with transaction():
        account = make_payment_account(make_group())
    for _ in range(2):
        with transaction():
            service.switch_cards(account, on=False, reason="Testing", now=FOUNDED, by=BY)
    entries = audit.list_for(f"payment_account:{account.id}")
    assert [(entry.action, entry.detail) for entry in entries[:-1]] == [
        ("payment_account.cards_off", {"reason": "Testing"})
    ]


def test_an_account_of_others_is_not_found(app: Flask) -> None:
    with transaction():
        account = make_payment_account(make_group())
        other = make_group(slug="open-hands")
    assert queries.get_account_of(account.group_id, account.id) is account
    for missing in (
        lambda: queries.get_account_of(other.id, account.id),
        lambda: queries.lock_payment_account(404),
        lambda: queries.lock_group(404),
    ):
        with pytest.raises(NotFoundError), transaction():
            missing()
