"""Groups and payment accounts are set up, or refused with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.audit import queries as audit
from app.db.session import db, transaction
from app.groups import queries, service
from app.groups.errors import (
    AccountNameTakenError,
    BadAccountNameError,
    BadSlugError,
    CharityNumberMissingError,
    PartnerTakesNoMoneyError,
    SlugTakenError,
    StatementNameError,
)
from app.groups.models import Group
from app.groups.rules import GroupKind
from app.lib.errors import NotFoundError
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
