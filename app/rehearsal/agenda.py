"""What is due when: everything that time alone brings about, in the order of its moments."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

from app.rehearsal import balance, collecting, debits, payment, plans, subscriptions
from app.rehearsal.account import CHARGE, INVOICE, SESSION, SUBSCRIPTION, Account
from app.rehearsal.world import World

Act: TypeAlias = Callable[[], object]


def catch_up(world: World, accounts: Sequence[Account]) -> None:
    """Let happen what was due until now."""
    now = world.now()
    while True:
        due = [entry for account in accounts for entry in _entries(account) if entry[0] <= now]
        if not due:
            return
        moment, act = min(due, key=lambda entry: entry[0])  # of equals, the first one listed
        with world.at(moment):
            act()


def _entries(account: Account) -> Iterator[tuple[int, Act]]:
    yield from _checkout(account)
    yield from _billing(account)


def _checkout(account: Account) -> Iterator[tuple[int, Act]]:
    for session_id in sorted(account.open_sessions):
        session = account.get(SESSION, session_id)
        ends = session["_ends" if "_ends" in session else "expires_at"]
        yield ends, partial(payment.expire, account, session)
    for charge_id in sorted(account.unbooked):
        charge = account.get(CHARGE, charge_id)
        if charge["_books_at"] != balance.HELD:
            yield charge["_books_at"], partial(balance.book_charge, account, charge)
    for charge in account.live(CHARGE):
        yield charge["_settles_at"], partial(debits.settle_due, account, charge["id"])


def _billing(account: Account) -> Iterator[tuple[int, Act]]:
    for invoice in account.live(INVOICE):
        moment = invoice["automatically_finalizes_at"] or invoice["next_payment_attempt"]
        if moment is not None:
            yield moment, partial(collecting.advance, account, invoice)
    for subscription in account.live(SUBSCRIPTION):
        pause = subscription["pause_collection"]
        if pause is not None and pause["resumes_at"] is not None:
            resume = partial(subscriptions.change, account, subscription, pause_collection=None)
            yield pause["resumes_at"], resume
        yield subscriptions.period_end(subscription), partial(plans.renew, account, subscription)
