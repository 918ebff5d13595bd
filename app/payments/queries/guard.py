"""Reads of the guard: what was begun and not paid lately, and which account rests."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, case, func, select

from app.db.session import db
from app.db.types import UtcDateTime
from app.groups.models import PaymentAccount
from app.payments.models.collecting import CheckoutAttempt
from app.payments.models.guard import CallFailure, CardTry
from app.payments.models.inbox import StripeEvent
from app.payments.rules import guard as rules
from app.payments.rules.attempts import AttemptState
from app.payments.rules.guard import Pressure, TryKind, TryState
from app.settings import settings

#: Begun or asked for, and not paid; a page that was closed for refused cards is counted apart.
_LEFT = (TryState.ASKED, TryState.BEGUN)


# Built once: these run before every payment page, and on a bad day ten thousand times an hour.
_SINCE = bindparam("hour", type_=UtcDateTime()), bindparam("quarter", type_=UtcDateTime())
_GIFT = CardTry.kind == TryKind.GIFT
_IS_OTHER = CardTry.order_key != bindparam("besides")
_FIND = (
    select(CardTry)
    .where(CardTry.order_key == bindparam("key"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count(CardTry.id)).where(_GIFT, *conditions).scalar_subquery()


# Who came by a link in a mail has a budget of her own, and who was asked for one is not there yet:
# a hall full of people who look into their mail does not keep the next ones waiting.
_OF_NETWORK = (
    CardTry.network.in_((bindparam("today"), bindparam("yesterday"))),
    CardTry.is_proven.is_(False),
    CardTry.at > _SINCE[0],
    _IS_OTHER,
)
_OF_SITE = (CardTry.at > _SINCE[1], _IS_OTHER)
_PRESSURE = select(
    _count(CardTry.state == TryState.BEGUN, *_OF_NETWORK),
    _count(CardTry.state == TryState.BAD, *_OF_NETWORK),
    _count(CardTry.state == TryState.PAID, *_OF_NETWORK),
    _count(CardTry.state.in_((TryState.ASKED, TryState.BEGUN)), *_OF_SITE),
    _count(CardTry.state == TryState.BAD, *_OF_SITE),
    _count(CardTry.state == TryState.PAID, *_OF_SITE),
)


def find_try(order_key: str) -> CardTry | None:
    """The try of an order, held until the transaction ends, or nothing."""
    return db.session.scalar(_FIND, {"key": order_key})


def is_let_in(order_key: str, *, now: datetime) -> bool:
    """Whether the guard let an order pass lately."""
    found = select(CardTry.id).where(
        CardTry.order_key == order_key,
        CardTry.state.in_((TryState.BEGUN, TryState.PAID)),
        CardTry.at > now - rules.KEPT_FOR,
    )
    return db.session.scalar(found) is not None


def pressure(networks: tuple[str, str], *, besides: str, now: datetime) -> Pressure:
    """What was begun and not paid lately: from a network, by what stands for it, and everywhere.

    `besides` is the order that knocks. What was asked for a mailbox counts on the site as well, so
    that the guard stays up as long as thieves keep coming; a page closed for refused cards weighs
    more than one that was left.
    """
    begun, bad, paid_here, left, bad_on_site, paid = db.session.execute(
        _PRESSURE,
        {
            "today": networks[0],
            "yesterday": networks[1],
            "hour": now - rules.NETWORK.within,
            "quarter": now - rules.SITE.within,
            "besides": besides,
        },
    ).one()
    return Pressure(
        of_network=begun + rules.BAD_WEIGHT * bad,
        paid_of_network=paid_here,
        of_site=left + rules.BAD_WEIGHT * bad_on_site,
        paid_on_site=paid,
        limit=settings().unpaid_per_network,
    )


def site_pressure(*, now: datetime) -> Pressure:
    """The same for the whole site, for whoever looks at it."""
    return pressure(("", ""), besides="", now=now)


def _gifts(*conditions: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    return [*conditions, _GIFT]


def count_linked(networks: Collection[str], *, is_gift: bool, now: datetime) -> int:
    """How many pages a network opened lately from links in mails and left."""
    budget = rules.PROVEN_NETWORK if is_gift else rules.LINKED_NETWORK
    is_kind = CardTry.kind == TryKind.GIFT if is_gift else CardTry.kind != TryKind.GIFT
    return (
        db.session.scalar(
            select(func.coalesce(func.sum(CardTry.presses), 0)).where(
                CardTry.network.in_(networks),
                CardTry.at > now - budget.within,
                CardTry.is_proven.is_(True),
                CardTry.state.in_((TryState.BEGUN, TryState.BAD)),
                is_kind,
            )
        )
        or 0
    )


# --- mails of proof -----------------------------------------------------------------------------


@dataclass(frozen=True)
class MailLine:
    """The mails of proof for one network and to one address lately."""

    #: For the network: how many were not answered, and when the last of them goes.
    unanswered: int
    last_at: datetime | None
    #: To the address.
    sent: int
    last_asked_at: datetime | None


_WAITS = (
    CardTry.network == bindparam("network"),
    CardTry.state == TryState.ASKED,
    CardTry.mails > 0,
    CardTry.at > bindparam("since", type_=UtcDateTime()),
)
_TO_HER = (
    CardTry.mailbox.in_((bindparam("today"), bindparam("yesterday"))),
    CardTry.asked_at > bindparam("since", type_=UtcDateTime()),
)
_MAIL_LINE = select(
    select(func.count(CardTry.id)).where(*_WAITS).scalar_subquery(),
    select(func.max(CardTry.mail_at)).where(*_WAITS).scalar_subquery(),
    select(func.coalesce(func.sum(CardTry.mails), 0)).where(*_TO_HER).scalar_subquery(),
    select(func.max(CardTry.asked_at)).where(*_TO_HER).scalar_subquery(),
)


def mail_line(network: str, mailboxes: tuple[str, str], *, now: datetime) -> MailLine:
    """How many mails of proof went lately, by what stands for a network and for an address."""
    today, yesterday = mailboxes
    row = db.session.execute(
        _MAIL_LINE,
        {
            "network": network,
            "today": today,
            "yesterday": yesterday,
            "since": now - rules.KEPT_FOR,
        },
    ).one()
    return MailLine(row[0], row[1], int(row[2]), row[3])


# --- the switch ---------------------------------------------------------------------------------


def proven_results(account_id: int, *, now: datetime) -> tuple[int, int]:
    """Of those who proved a mailbox: how many left their payment page unpaid, and how many paid."""
    left = case(
        (CardTry.state == TryState.BAD, rules.BAD_WEIGHT),
        ((CardTry.state == TryState.BEGUN) & (CardTry.at < now - rules.PROVEN_TIME), 1),
        else_=0,
    )
    paid = case((CardTry.state == TryState.PAID, 1), else_=0)
    row = db.session.execute(
        select(func.coalesce(func.sum(left), 0), func.coalesce(func.sum(paid), 0)).where(
            *_gifts(
                CardTry.payment_account_id == account_id,
                CardTry.is_proven.is_(True),
                CardTry.at > now - rules.BREAKER.within,
            )
        )
    ).one()
    return int(row[0]), int(row[1])


def failures_in_a_row(account_id: int, *, now: datetime) -> int:
    """How many calls for an account got no answer lately, since the last that did."""
    answered = db.session.scalar(
        select(func.max(CheckoutAttempt.synced_at)).where(
            CheckoutAttempt.payment_account_id == account_id,
            CheckoutAttempt.session_id.is_not(None),
        )
    )
    since = max(now - rules.FAILED_CALLS.within, answered or now - rules.KEPT_FOR)
    failed = select(func.count(CallFailure.id)).where(
        CallFailure.payment_account_id == account_id, CallFailure.at > since
    )
    return db.session.scalar(failed) or 0


def list_card_testers(*, now: datetime) -> list[tuple[PaymentAccount, str]]:
    """The intents (with their accounts) for which so many cards were refused lately."""
    refused = (
        select(StripeEvent.payment_account_id, StripeEvent.object_id)
        .where(
            StripeEvent.type == "payment_intent.payment_failed",
            StripeEvent.received_at > now - rules.NETWORK.within,
        )
        .group_by(StripeEvent.payment_account_id, StripeEvent.object_id)
        .having(func.count(StripeEvent.id) >= rules.REFUSED_CARDS)
    )
    return [
        (db.session.get_one(PaymentAccount, account_id), intent_id)
        for account_id, intent_id in db.session.execute(refused)
    ]


# --- the page of the desk -----------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """Payment pages of a span of time: how many were begun, and how many of them were paid."""

    begins_at: datetime
    begun: int
    paid: int


def count_pages(
    account_ids: Collection[int], starts: Sequence[datetime], *, until: datetime
) -> list[Span]:
    """Payment pages begun and paid from each instant to the next, the last up to `until`."""
    return [
        _span(account_ids, start, end)
        for start, end in zip(starts, [*starts[1:], until], strict=True)
    ]


def _span(account_ids: Collection[int], start: datetime, end: datetime) -> Span:
    paid = case((CheckoutAttempt.state == AttemptState.COMPLETE, 1), else_=0)
    begun, completed = db.session.execute(
        select(func.count(CheckoutAttempt.id), func.coalesce(func.sum(paid), 0)).where(
            CheckoutAttempt.payment_account_id.in_(account_ids),
            CheckoutAttempt.session_id.is_not(None),
            CheckoutAttempt.created_at >= start,
            CheckoutAttempt.created_at < end,
        )
    ).one()
    return Span(start, int(begun), int(completed))


def count_states(account_ids: Collection[int], *, now: datetime) -> dict[TryState, int]:
    """How the tries of the last day stand, for some accounts."""
    rows = db.session.execute(
        select(CardTry.state, func.count(CardTry.id))
        .where(
            *_gifts(CardTry.payment_account_id.in_(account_ids), CardTry.at > now - rules.KEPT_FOR)
        )
        .group_by(CardTry.state)
    )
    return dict.fromkeys(TryState, 0) | {state: int(n) for state, n in rows}
