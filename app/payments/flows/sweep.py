"""Finding what no webhook told: the site is right without any, only later.

A sweep asks about attempts, payments and demands that are not settled, about plans that are due,
about every movement of the balance since the last sweep, and for the events that could not be
delivered; and it does what was asked of plans. Each part is bounded, and one
object that cannot be read keeps no other from being looked at.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from app.db.session import transaction
from app.groups import queries as groups
from app.ledger import queries as ledger_queries
from app.ledger import service as ledger
from app.ledger.facts import Difference
from app.payments.errors import NoSuchAccountError, PaymentsUnavailableError
from app.payments.facts import BalanceTxn, SweepReport
from app.payments.flows import sweep_plans, sync
from app.payments.flows.rounds import Round
from app.payments.gateway import calls
from app.payments.queries import events as event_reads
from app.payments.queries import orders as order_reads
from app.payments.queries import sweeps as sweep_reads
from app.payments.rules.attempts import AttemptState
from app.payments.rules.events import EVENT_TYPES, Doorbell, EventState, source_of
from app.payments.service import attempts, inbox, reducer

#: How long an attempt or payment is left to the webhooks before a sweep asks about it.
QUIET = timedelta(minutes=4)
#: A balance transaction may be listed later than it is dated.
OVERLAP = timedelta(hours=1)
DEEP = timedelta(days=8)
#: Stripe shows events for thirty days.
EVENT_DAYS = timedelta(days=30)
RECENT_EVENTS = timedelta(days=1)
#: All waits of a deferred event together stay below this.
LONGEST_WAIT = timedelta(days=1)
BATCH = 100
EVENT_LIMIT = 1000


def sweep(*, now: datetime, account_name: str | None = None, is_deep: bool = False) -> SweepReport:
    """Look at everything that is not settled, of one payment account or of all.

    Raises NotFoundError for an account that is not there. What Stripe does not answer is among the
    problems of the report.
    """
    if account_name is not None:
        accounts = [groups.get_payment_account(account_name)]
    else:
        accounts = list(groups.list_payment_accounts())
    report = SweepReport()
    for account in accounts:
        report += _sweep_account(Round(account, now, is_deep))
    return report


def _sweep_account(turn: Round) -> SweepReport:
    # A part that fails as a whole keeps none of the others from being done.
    parts = {
        "attempts": _sweep_attempts,
        "changes": sweep_plans.sweep_changes,
        "plans": sweep_plans.sweep_plans,
        "demands": sweep_plans.sweep_invoices,
        "payments": _sweep_payments,
        "movements": _sweep_txns,
        "events": _sweep_events,
    }
    try:
        for name, part in parts.items():
            turn.guarded(name, partial(part, turn))
    except PaymentsUnavailableError as error:
        turn.problem(f"Stripe does not answer ({error.__cause__ or error})")
    except NoSuchAccountError:
        turn.problem("the settings hold no keys for this account")
    return turn.report


def _sweep_attempts(turn: Round) -> None:
    found = sweep_reads.list_stale_attempts(turn.account.id, before=turn.now - QUIET, limit=BATCH)
    ids = [attempt.id for attempt in found]
    turn.each("attempt", ids, lambda attempt_id: _sweep_attempt(attempt_id, turn.now))
    turn.count(SweepReport(attempts=len(ids)))


def _sweep_attempt(attempt_id: int, now: datetime) -> None:
    attempt = order_reads.get_attempt(attempt_id)
    if attempt.state is not AttemptState.CREATING:
        sync.pull_attempt(attempt_id, now=now)
    elif not attempt.is_creatable(now):
        # Whether or not Stripe made its page: nobody was told where it is.
        with transaction():
            attempts.abandon_attempt(attempt_id, now=now)


def _sweep_payments(turn: Round) -> None:
    found = sweep_reads.list_stale_payments(turn.account.id, before=turn.now - QUIET, limit=BATCH)
    intents = {each.id: each.intent_id for each in found if each.intent_id is not None}
    turn.each(
        "payment",
        intents,
        lambda row_id: sync.look(turn.account, Doorbell.INTENT, intents[row_id], now=turn.now),
    )
    turn.count(SweepReport(payments=len(intents)))


# --- movements of the balance ---------------------------------------------------------------------


def _sweep_txns(turn: Round) -> None:
    since = _since(turn)
    if since is None:
        return
    txns = calls.list_txns(turn.account.name, since=since)
    source = reducer.source_name(turn.account)
    known = ledger_queries.known_refs(source, [txn.id for txn in txns])
    missing = [txn for txn in txns if txn.id not in known]
    turn.each("movement", range(len(missing)), lambda place: _book(turn, missing[place]))
    turn.count(SweepReport(transactions=len(missing)))
    if turn.is_deep:
        _report_strangers(turn, since, {txn.id for txn in txns})
    if not turn.report.problems:
        with transaction():
            inbox.move_cursor(turn.account.id, now=turn.now)


def _since(turn: Round) -> datetime | None:
    """From when on the balance is compared; nothing before the first attempt."""
    first = sweep_reads.first_attempt_at(turn.account.id)
    if first is None:
        return None
    cursor = sweep_reads.find_cursor(turn.account.id)
    start = first if cursor is None else cursor.swept_until
    if turn.is_deep:
        start = min(start, turn.now - DEEP)
    return max(start, first) - OVERLAP


def _book(turn: Round, txn: BalanceTxn) -> None:
    """Look at what moved the balance; what cannot be an order's is told to a person."""
    bell = source_of(txn.source_id)
    if bell is None or txn.source_id is None:
        _report(turn, txn, f"{txn.kind}: {txn.description or 'no description'}")
        return
    seen = sync.look(turn.account, bell, txn.source_id, now=turn.now)
    source = reducer.source_name(turn.account)
    if seen.why is not None:
        _report(turn, txn, f"{txn.kind} of {txn.source_id}: {seen.why}")
    elif seen.order_key is not None and ledger_queries.find_entry(source, txn.id) is None:
        _report(turn, txn, f"{txn.kind} of {txn.source_id} belongs to order {seen.order_key}")


def _report(turn: Round, txn: BalanceTxn, what: str) -> None:
    detail = f"{txn.gross.minor} {txn.gross.currency} are not in the books. {what}"
    subject = f"{turn.account.name}:{txn.id}"
    with transaction():
        ledger.report(Difference("unbooked_movement", subject, detail), now=turn.now)


def _report_strangers(turn: Round, since: datetime, shown: set[str]) -> None:
    """Tell the entries of the span that Stripe does not show."""
    source = reducer.source_name(turn.account)
    for ref in sorted(ledger_queries.refs_since(source, since) - shown):
        detail = f"The ledger holds {ref}, which Stripe does not show."
        with transaction():
            ledger.report(
                Difference("unknown_to_stripe", f"{turn.account.name}:{ref}", detail), now=turn.now
            )


# --- events ---------------------------------------------------------------------------------------


def _sweep_events(turn: Round) -> None:
    since = turn.now - (EVENT_DAYS if turn.is_deep else RECENT_EVENTS)
    listed = calls.list_undelivered_events(
        turn.account.name, EVENT_TYPES, since=since, limit=EVENT_LIMIT
    )
    known = event_reads.known_event_ids(turn.account.id, [event.id for event in listed])
    for event in listed:
        if event.id not in known:
            with transaction():
                inbox.receive(turn.account, event, now=turn.now)
    waiting = event_reads.list_unapplied_events(account_id=turn.account.id, limit=BATCH)
    ids = [event.id for event in waiting]
    turn.each("event", ids, lambda row_id: _apply(row_id, turn.now))
    turn.count(SweepReport(events=len(ids)))


def _apply(row_id: int, now: datetime) -> None:
    """Deferred ones keep to the waits of their job, unless the job is long gone."""
    event = event_reads.get_event(row_id)
    if event.state is not EventState.DEFERRED or event.received_at < now - LONGEST_WAIT:
        sync.apply_event(row_id, now=now)
