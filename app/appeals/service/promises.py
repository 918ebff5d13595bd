"""Promises: gifts that come another way than by card, or by card once cards are taken again."""

from datetime import datetime

from app.appeals.errors import AlreadyPaidError, NoSuchWayError
from app.appeals.mails import promises as mails
from app.appeals.models.donations import Donation
from app.appeals.queries import promises as reads
from app.appeals.rules.words import PayingBy
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.groups.models import PaymentAccount
from app.payments.rules.guard import TryKind, Visitor
from app.payments.service import guard
from app.payments.service.guard import Knock


def ways_of(account: PaymentAccount) -> tuple[PayingBy, ...]:
    """How an account can be paid without a card, the usual way first."""
    bank = (PayingBy.TRANSFER, PayingBy.STANDING_ORDER) if account.has_bank else ()
    return (*bank, PayingBy.CHEQUE) if account.takes_cheques else bank


def promise(
    donation: Donation, paying_by: PayingBy, *, visitor: Visitor, now: datetime, by: Actor
) -> None:
    """Keep how a donor means to pay, and send her what she needs for it.

    Paying by card means: once cards are taken again. Raises NoSuchWayError or AlreadyPaidError.
    """
    account = donation.fund.payment_account
    if account is None or paying_by not in (PayingBy.CARD, *ways_of(account)):
        raise NoSuchWayError
    if not donation.is_untouched:
        raise AlreadyPaidError
    if donation.promised_at is not None and donation.paying_by is paying_by:
        return
    donation.paying_by, donation.promised_at = paying_by, now
    # What is added for the card fee is for cards; it stays what she agreed to give in all.
    db.session.flush()
    _record(donation, "donation.promised", now=now, by=by)
    knock = Knock(
        order_key=donation.public_id,
        account_id=account.id,
        visitor=visitor,
        kind=TryKind.PROMISE,
    )
    at = guard.allow_mail(knock, donation.email or "", now=now)
    if at is not None:
        mails.promised(donation, now=now, not_before=at)


def withdraw(donation: Donation, *, now: datetime, by: Actor) -> None:
    """Take a promise back that nobody waits for any more; the gift then goes as unpaid ones do."""
    if donation.promised_at is None:
        return
    donation.promised_at = None
    db.session.flush()
    _record(donation, "donation.promise_withdrawn", now=now, by=by)


def tell_cards_are_back(*, now: datetime, limit: int = 200) -> int:
    """Send everybody who waits for cards one link to pay, once they are taken; how many were sent.

    Each promise is answered once, however often cards rest and come back.
    """
    waiting = reads.list_waiting_for_cards(limit)
    for donation in waiting:
        mails.cards_back(donation, now=now)
        # From now on it is an unpaid gift like others, decided anew.
        donation.promised_at, donation.dated_at = None, now
        _record(donation, "donation.told_of_cards", now=now, by=Actor.system())
    db.session.flush()
    return len(waiting)


def ask_for_proof(donation: Donation, knock: Knock, *, now: datetime) -> None:
    """Send a donor the link that proves her mailbox, where that is allowed now."""
    at = guard.allow_mail(knock, donation.email or "", now=now)
    if at is not None:
        mails.proof(donation, now=now, not_before=at)


def _record(donation: Donation, action: str, *, now: datetime, by: Actor) -> None:
    audit.record(
        by,
        action,
        f"donation:{donation.id}",
        now=now,
        group_id=donation.appeal.group_id,
        detail={"paying_by": donation.paying_by.value},
    )
