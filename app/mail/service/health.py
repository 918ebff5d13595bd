"""How mail to an address fares: what comes back counts against it, what arrives clears it."""

from datetime import datetime

from sqlalchemy import and_, delete, or_, update

from app.db.session import db
from app.lib.bounces import BounceKind
from app.mail.models.addresses import AddressHealth
from app.mail.queries import addresses as queries
from app.mail.rules.addresses import (
    KEEP_HEALTH,
    SETTLES_AFTER,
    SOFT_APART,
    SuppressionReason,
    Weight,
    is_given_up,
    weigh,
)
from app.mail.service.suppression import suppress


def note_taken(email: str, *, now: datetime) -> None:
    """A server took a mail to an address; it may still come back."""
    db.session.execute(
        update(AddressHealth)
        .where(
            AddressHealth.address_hash.in_(queries.hashes_of(email)),
            or_(
                AddressHealth.taken_at.is_(None),
                AddressHealth.taken_at < AddressHealth.last_soft_at,
            ),
        )
        .values(taken_at=now)
        .execution_options(synchronize_session=False)
    )


def note_arrived(email: str) -> None:
    """A server reported that a mail lies in the mailbox."""
    health = queries.find_health(email)
    if health is not None:
        db.session.delete(health)


def note_proven(email: str, *, now: datetime) -> None:
    """She followed a link that was mailed to her: mail arrives, whatever came back before.

    What she asked for, or complained of, stays.
    """
    note_arrived(email)
    for row in queries.list_live(email):
        if row.reason is SuppressionReason.BOUNCE:
            row.lifted_at = now


def note_refused(email: str, kind: BounceKind, *, now: datetime) -> None:
    """A server refused a mail to an address while we spoke to it, for good."""
    note_returned(email, weigh(kind, "5.", is_formal=True), now=now)


def note_returned(email: str, weight: Weight, *, now: datetime) -> None:
    """A mail to an address came back."""
    if weight is Weight.HARD:
        suppress(email, SuppressionReason.BOUNCE, now=now)
    elif weight is Weight.SOFT:
        _count_soft(email, now)


def _count_soft(email: str, now: datetime) -> None:
    health = queries.find_health(email)
    if health is None:
        health = AddressHealth(address_hash=queries.hash_of(email), soft_count=0)
        db.session.add(health)
    last, taken = health.last_soft_at, health.taken_at
    if last is not None and (_is_settled(last, taken, now) or now - last > KEEP_HEALTH):
        health.soft_count, health.first_soft_at, last = 0, None, None
    if last is not None and now - last < SOFT_APART:
        return
    first = health.first_soft_at or now
    health.soft_count, health.first_soft_at, health.last_soft_at = health.soft_count + 1, first, now
    if is_given_up(health.soft_count, first, now):
        suppress(email, SuppressionReason.BOUNCE, now=now)


def _is_settled(last: datetime, taken: datetime | None, now: datetime) -> bool:
    """Whether a mail that was taken after the last one came back has stayed away for good."""
    return taken is not None and taken > last and now - taken >= SETTLES_AFTER


def purge(*, now: datetime) -> int:
    """Forget what came back from addresses that mail reaches again, or that nobody writes to."""
    settled = and_(
        AddressHealth.taken_at > AddressHealth.last_soft_at,
        AddressHealth.taken_at <= now - SETTLES_AFTER,
    )
    gone = db.session.execute(
        delete(AddressHealth)
        .where(or_(settled, AddressHealth.last_soft_at < now - KEEP_HEALTH))
        .returning(AddressHealth.address_hash)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
