"""The guard before Stripe: who may go to a payment page now, and who proves a mailbox first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update

from app.audit.facts import Actor
from app.db.session import db
from app.groups import queries as groups
from app.groups import service as groups_service
from app.groups.rules import CardsCause
from app.payments.facts import PaymentMoved
from app.payments.models.guard import CallFailure, CardTry
from app.payments.queries import guard as reads
from app.payments.rules import guard as rules
from app.payments.rules.guard import TryKind, TryState, Verdict, Visitor, sealed
from app.settings import settings

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Knock:
    """Somebody wants to go to a page of Stripe's."""

    #: The order, or the plan whose portal or invoice is wanted.
    order_key: str
    account_id: int
    visitor: Visitor
    kind: TryKind = TryKind.GIFT
    #: Whether she came by a link in a mail.
    is_proven: bool = False
    #: Whether an open payment page is to be replaced by another one.
    is_change: bool = False

    @property
    def key(self) -> str:
        """What her tries are counted under."""
        return self.order_key if self.kind is TryKind.GIFT else f"{self.kind}:{self.order_key}"


def admit(knock: Knock, *, now: datetime) -> Verdict:
    """Decide about a knock, and count it; call it before anything of it reaches Stripe."""
    row = reads.find_try(knock.key)
    if row is not None and row.state is TryState.PAID:
        return Verdict.PASS
    verdict = _verdict(knock, row, now)
    if row is None:
        row = _first(knock, now)
    else:
        _press(row, knock, now)
    if verdict is Verdict.PASS:
        row.state, row.is_proven = TryState.BEGUN, knock.is_proven or row.is_proven
    db.session.flush()
    return verdict


def _verdict(knock: Knock, row: CardTry | None, now: datetime) -> Verdict:
    is_recent = row is not None and row.at > now - rules.PRESSES_WITHIN
    presses = row.presses if row is not None and is_recent else 0
    if row is not None and row.state is TryState.BAD:
        return Verdict.WAIT
    if knock.is_proven or knock.kind is not TryKind.GIFT:
        return _linked(knock, presses, now)
    if row is not None and is_recent and row.state is TryState.BEGUN:
        return Verdict.PASS if presses < rules.PRESSES else Verdict.PROVE
    seals = _seals("network", knock.visitor.network, now)
    return reads.pressure(seals, besides=knock.key, now=now).verdict


def _linked(knock: Knock, presses: int, now: datetime) -> Verdict:
    """What somebody hears whom a link in a mail led here."""
    if presses >= rules.PROVEN_PRESSES:
        return Verdict.WAIT
    is_gift = knock.kind is TryKind.GIFT
    budget = rules.PROVEN_NETWORK if is_gift else rules.LINKED_NETWORK
    seals = _seals("network", knock.visitor.network, now)
    opened = reads.count_linked(seals, is_gift=is_gift, now=now)
    return Verdict.PASS if opened < budget.unpaid else Verdict.WAIT


def _first(knock: Knock, now: datetime) -> CardTry:
    row = CardTry(
        order_key=knock.key,
        payment_account_id=knock.account_id,
        kind=knock.kind,
        state=TryState.ASKED,
        network=_seal("network", knock.visitor.network, now),
        is_proven=False,
        presses=1,
        at=now,
        mails=0,
    )
    db.session.add(row)
    return row


def _press(row: CardTry, knock: Knock, now: datetime) -> None:
    """Count another press; an old try begins anew, from wherever she sits now."""
    if row.at <= now - rules.PRESSES_WITHIN:
        row.at, row.presses = now, 0
        row.network = _seal("network", knock.visitor.network, now)
        row.is_proven = False
        if row.state is TryState.BEGUN:
            row.state = TryState.ASKED
    row.presses += rules.CHANGE_WEIGHT if knock.is_change else 1


def allow_mail(knock: Knock, address: str, *, now: datetime) -> datetime | None:
    """When a mail may go to an address that somebody typed; nothing where too many did lately.

    Nobody's mailbox is filled because somebody else typed its address, neither by asking her for
    proof nor by promises in her name.
    """
    row = reads.find_try(knock.key) or _first(knock, now)
    seals = _seals("mailbox", address.lower(), now)
    line = reads.mail_line(row.network, seals, now=now)
    last = line.last_asked_at
    if line.sent >= rules.MAILS_A_DAY or (last is not None and last > now - rules.MAILBOX_PAUSE):
        return None
    at = rules.next_mail_at(unanswered=line.unanswered, last_at=line.last_at, now=now)
    if at is not None:
        row.mailbox, row.asked_at, row.mail_at = seals[0], now, at
        row.mails += 1
    db.session.flush()
    return at


def on_payment_moved(moved: PaymentMoved) -> None:
    """Give the place of an order back: its money came, or is coming."""
    if moved.received.minor > 0 or moved.on_its_way.minor > 0:
        _mark(moved.order_key, TryState.PAID)


def mark_bad(order_key: str) -> bool:
    """Count an order whose page was closed after too many refused cards; whether it was news."""
    return _mark(order_key, TryState.BAD)


def _mark(order_key: str, state: TryState) -> bool:
    changed = db.session.execute(
        update(CardTry)
        .where(CardTry.order_key == order_key, CardTry.state.not_in((state, TryState.PAID)))
        .values(state=state)
        .returning(CardTry.id)
        .execution_options(synchronize_session=False)
    )
    return changed.first() is not None


def purge(*, now: datetime) -> None:
    """Delete what is older than a day."""
    before = now - rules.KEPT_FOR
    for column in (CardTry.at, CallFailure.at):
        db.session.execute(
            delete(column.class_).where(column < before),
            execution_options={"synchronize_session": False},
        )


# --- the switch ---------------------------------------------------------------------------------


def note_failure(account_id: int, *, now: datetime) -> bool:
    """Count a call that got no answer; whether that switched the account's cards off."""
    db.session.add(CallFailure(payment_account_id=account_id, at=now))
    db.session.flush()
    if not rules.is_dead(reads.failures_in_a_row(account_id, now=now)):
        return False
    return _switch(account_id, on=False, cause=CardsCause.CALLS, now=now)


def watch(account_id: int, *, now: datetime) -> bool:
    """Switch an account's cards off where proven mailboxes turn out bad; whether it did."""
    left, paid = reads.proven_results(account_id, now=now)
    if not rules.must_break(left=left, paid=paid):
        return False
    return _switch(account_id, on=False, cause=CardsCause.BREAKER, now=now)


def is_rested(account_id: int, *, now: datetime) -> bool:
    """Whether cards that the breaker switched off may come back: it has been quiet since."""
    account = groups.lock_payment_account(account_id)
    since = account.cards_switched_at
    has_waited = since is None or since <= now - rules.BREAKER_REST
    left, paid = reads.proven_results(account_id, now=now)
    is_calm = not reads.site_pressure(now=now).is_site_guarded
    return has_waited and is_calm and not rules.must_break(left=left, paid=paid)


def take_cards_again(account_id: int, cause: CardsCause, *, now: datetime) -> bool:
    """Switch cards on again that rest for a cause that is over; whether it did."""
    if groups.lock_payment_account(account_id).cards_cause is not cause:
        return False
    return _switch(account_id, on=True, cause=cause, now=now)


def _switch(account_id: int, *, on: bool, cause: CardsCause, now: datetime) -> bool:
    account = groups.lock_payment_account(account_id)
    return groups_service.switch_cards(account, on=on, cause=cause, now=now, by=Actor.system())


# --- seals --------------------------------------------------------------------------------------


def _seal(kind: str, value: str, now: datetime) -> str:
    return sealed(settings().secret_key, kind, value, now.date())


def _seals(kind: str, value: str, now: datetime) -> tuple[str, str]:
    """What stands for a value today, and what stood for it yesterday."""
    return _seal(kind, value, now), _seal(kind, value, now - _ONE_DAY)
