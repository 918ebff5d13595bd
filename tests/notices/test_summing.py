"""The week in sums: once for everybody who sees Today, of what she may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.accounts.rules.permissions import Role
from app.appeals.models.regular import RegularDonation
from app.appeals.rules.words import Frequency, RegularState
from app.db.session import db, transaction
from app.ledger import service as ledger
from app.lib import ids
from app.lib.text import Translated
from app.mail.render import build_message
from app.notices.models import NoticeChoice
from app.notices.rules import SUMMARY, Pace
from app.notices.service import summing
from tests.factories.accounts import make_account
from tests.factories.appeals import make_appeal
from tests.factories.groups import make_payment_account
from tests.factories.ledger import charge, make_fund
from tests.notices.conftest import NOW, Heap, mails

if TYPE_CHECKING:
    from flask import Flask

    from app.accounts.models import User
    from app.groups.models import Group
    from app.ledger.models import Fund

#: The Monday after the Wednesday of the other tests.
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
#: The first instant of the week that is summed up.
SINCE = datetime(2026, 11, 16, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.fixture
def fund(group: Group) -> Fund:
    """A fund of our group."""
    with transaction():
        return make_fund(group, make_payment_account(group))


def receive(fund: Fund, *amounts: tuple[datetime, int]) -> None:
    """Let money come in at some instants, in minor units; a negative one goes back."""
    with transaction():
        assert fund.payment_account is not None
        balance = ledger.stripe_balance(fund.payment_account, "GBP", now=NOW)
        for at, minor in amounts:
            entry = charge(fund, balance, ids.public_id(), minor)
            ledger.post(replace(entry, posted_at=at), now=NOW)


def sum_up(*heaps: Heap, at: datetime = MONDAY) -> list[dict[str, object]]:
    """What the summaries say after one more look."""
    with transaction():
        summing.sum_up([each.source for each in heaps], zone="Europe/London", now=at)
    return [mail.values for mail in mails("notices/summary")]


def test_it_tells_what_came_into_each_fund_less_what_went_back(
    app: Flask, fund: Fund, owner: User
) -> None:
    receive(
        fund, (SINCE - TICK, 100), (SINCE, 1000), (NOW, -300),
        (SINCE + timedelta(days=7) - TICK, 50), (SINCE + timedelta(days=7), 7000),
    )  # fmt: skip
    (values,) = sum_up()
    assert values["funds"] == [
        {
            "fund_name": {"origin": "en", "texts": {"en": "First year"}},
            "amounts": [{"minor": 750, "currency": "GBP"}],
        }
    ]
    text = build_message(mails("notices/summary")[0]).get_body(("plain",))
    assert text is not None
    assert "£7.50" in text.get_content()
    assert "16 November 2026 to 22 November 2026" in text.get_content()


def test_it_comes_once_and_also_late(app: Flask, fund: Fund, owner: User) -> None:
    receive(fund, (NOW, 1000))
    assert sum_up(at=MONDAY - TICK) == []
    assert len(sum_up(at=MONDAY + timedelta(hours=30))) == 1
    assert len(sum_up(at=MONDAY + timedelta(hours=31))) == 1
    assert len(sum_up(at=MONDAY + timedelta(hours=60))) == 1
    assert len(sum_up(at=MONDAY + timedelta(days=7))) == 1, "nothing came in the week after"


def test_who_may_see_no_money_is_told_what_waits_alone(
    look: Callable[..., None], messages: Heap, fund: Fund, group: Group
) -> None:
    receive(fund, (NOW, 1000))
    with transaction():
        make_account(Role.EDITOR, group=group, email="edi@example.org", now=NOW)
        make_account(Role.ORGANISER, group=group, email="orla@example.org", now=NOW)
    messages.add("a", group=group)
    look()
    sum_up(messages)
    found = {mail.to: mail.values for mail in mails("notices/summary")}
    assert set(found) == {"orla@example.org"}, "an editor sees neither the money nor the messages"
    assert (len(found["orla@example.org"]["funds"]), found["orla@example.org"]["count"]) == (1, 1)


def test_the_money_of_others_is_theirs(
    app: Flask, fund: Fund, owner: User, other_group: Group
) -> None:
    receive(fund, (NOW, 1000))
    with transaction():
        make_account(Role.OWNER, group=other_group, email="omar@example.org", now=NOW)
    sum_up()
    assert [mail.to for mail in mails("notices/summary")] == ["olga@example.org"]


def test_who_does_not_want_it_or_came_later_gets_none(
    app: Flask, fund: Fund, owner: User, group: Group
) -> None:
    receive(fund, (NOW, 1000))
    with transaction():
        make_account(Role.OWNER, group=group, now=MONDAY)
        db.session.add(
            NoticeChoice(account_id=owner.id, kind=SUMMARY, pace=Pace.NEVER, chosen_at=NOW)
        )
    assert sum_up() == []


def test_new_regular_gifts_are_counted_and_added_up(app: Flask, owner: User, fund: Fund) -> None:
    with transaction():
        appeal = make_appeal(fund=fund)
        for n, (at, started, amount) in enumerate(
            [(NOW, NOW, 500), (NOW, NOW, 1000), (NOW, None, 2000), (SINCE - TICK, NOW, 4000)]
        ):
            db.session.add(
                RegularDonation(
                    public_id=f"regular{n}", reference=f"MSTR-{n}", appeal_id=appeal.id,
                    fund_id=appeal.fund_id, locale="en", frequency=Frequency.MONTHLY,
                    amount_minor=amount, covered_fee_minor=20, currency="GBP",
                    state=RegularState.ACTIVE, secondary_purpose=Translated.of(en="Next year."),
                    adult_at=at, created_at=at, started_at=started, link_version=1,
                )
            )  # fmt: skip
    (values,) = sum_up()
    assert values["regular"] == [
        {"frequency": "monthly", "count": 2, "amount": {"minor": 1540, "currency": "GBP"}}
    ]
