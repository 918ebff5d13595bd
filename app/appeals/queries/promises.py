"""Reads of promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, tuple_

from app.appeals.models.appeals import Appeal
from app.appeals.models.donations import Donation
from app.appeals.queries.donations import DonationFilter
from app.appeals.rules.words import PayingBy
from app.db.session import db
from app.groups.models import PaymentAccount
from app.ledger.models import Fund


def is_promise() -> list[ColumnElement[bool]]:
    """What a promise is in SQL, over Donation: promised, and no money of it moved."""
    return [
        Donation.promised_at.is_not(None),
        Donation.forgotten_at.is_(None),
        Donation.received_minor == 0,
        Donation.on_its_way_minor == 0,
        Donation.returned_minor == 0,
    ]


def list_waiting_for_cards(limit: int) -> Sequence[Donation]:
    """Who asked to be told when cards are taken again, of accounts that take them; held."""
    return db.session.scalars(
        select(Donation)
        .join(Fund, Donation.fund_id == Fund.id)
        .join(PaymentAccount, Fund.payment_account_id == PaymentAccount.id)
        .where(
            *is_promise(),
            Donation.paying_by == PayingBy.CARD,
            Donation.email.is_not(None),
            PaymentAccount.cards_on.is_(True),
        )
        .order_by(Donation.id)
        .limit(limit)
        .with_for_update(of=Donation)
        .execution_options(populate_existing=True)
    ).all()


@dataclass(frozen=True, kw_only=True)
class PromiseFilter:
    """Which promises a list shows."""

    gifts: DonationFilter
    paying_by: PayingBy | None = None
    #: Only those promised before this.
    before: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same in SQL, over Donation."""
        found = [*is_promise(), *self.gifts.conditions()]
        if self.paying_by is not None:
            found.append(Donation.paying_by == self.paying_by)
        if self.before is not None:
            found.append(Donation.promised_at < self.before)
        return found


def list_promises(
    wanted: PromiseFilter, *, after: tuple[datetime, int] | None = None, limit: int
) -> Sequence[Donation]:
    """The promises of a filter, the latest first, beginning after a row's (instant, id)."""
    query = select(Donation).where(*wanted.conditions())
    if after is not None:
        query = query.where(tuple_(Donation.promised_at, Donation.id) < tuple_(*after))
    in_order = query.order_by(Donation.promised_at.desc(), Donation.id.desc())
    return db.session.scalars(in_order.limit(limit)).all()


def list_old_promises(before: datetime) -> Sequence[tuple[str, datetime | None, int]]:
    """(public id, since, group) of promises that nobody paid and that are older than an instant."""
    rows = db.session.execute(
        select(Donation.public_id, Donation.promised_at, Appeal.group_id)
        .join(Donation.appeal)
        .where(*is_promise(), Donation.promised_at < before, Donation.paying_by != PayingBy.CARD)
    )
    return [(row[0], row[1], row[2]) for row in rows]
