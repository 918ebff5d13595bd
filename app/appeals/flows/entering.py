"""Money that came another way: close the payment page first, so that nobody pays twice."""

from datetime import datetime

from app.appeals.models.donations import Donation
from app.appeals.rules.entering import Arrival
from app.appeals.service import entering
from app.audit.facts import Actor
from app.db.session import retry_deadlocks, transaction
from app.payments.flows import checkout
from app.payments.queries import orders as order_reads
from app.payments.rules.attempts import LIVE_ATTEMPTS


def receive(public_id: str, arrival: Arrival, *, seen: str, now: datetime, by: Actor) -> Donation:
    """Note the money of a gift that was promised; a page that turns out to be paid wins.

    Raises PaymentsUnavailableError while a page is open that Stripe cannot be asked to close, and
    what `entering.receive` raises.
    """
    for attempt in order_reads.list_attempts(public_id):
        if attempt.state in LIVE_ATTEMPTS:
            checkout.withdraw_attempt(attempt.id, now=now)

    def write() -> Donation:
        with transaction():
            return entering.receive(public_id, arrival, seen=seen, now=now, by=by)

    return retry_deadlocks(write)
