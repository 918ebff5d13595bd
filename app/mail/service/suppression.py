"""Addresses that get no more mail: asked before each sending and each import.

Why an address is here is another matter than what its owner agreed to. Nothing lifts a row but a
mail to that very address, whose link she follows.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.mail.models.addresses import Suppression
from app.mail.queries import addresses as queries
from app.mail.rules.addresses import STOPS, Purpose, SuppressionReason


def suppress(email: str, reason: SuppressionReason, *, now: datetime) -> None:
    """Let no more mail go to an address; the same reason again changes nothing."""
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    row = {"address_hash": queries.hash_of(email), "reason": reason, "since": now}
    db.session.execute(dialect.insert(Suppression).values(row).on_conflict_do_nothing())


def suppress_for(email: str, reason: SuppressionReason, *, now: datetime, by: Actor) -> None:
    """Do so for somebody who rang or wrote a letter, with the note of who entered it."""
    suppress(email, reason, now=now)
    (row, *_) = [each for each in queries.list_live(email) if each.reason is reason]
    detail = {"reason": reason.value}
    audit.record(by, "mail.suppressed", f"suppression:{row.id}", now=now, detail=detail)


def is_suppressed(email: str, *, for_: Purpose) -> bool:
    """Whether a mail that goes out for a purpose must not go to an address."""
    return bool(queries.find_suppressed([email], STOPS[for_]))


def suppressed(emails: Collection[str], *, for_: Purpose = Purpose.MAILING) -> set[str]:
    """Those of some addresses to which a mail must not go; many are asked for at once."""
    return queries.find_suppressed(emails, STOPS[for_])


def lift(email: str, *, now: datetime) -> bool:
    """Let mail go to an address again; whether anything stood in its way.

    Only for the link in a mail to that very address (`DataLinkKind.LIFT`): no import and nobody at
    the desk may call it.
    """
    rows = queries.list_live(email)
    for row in rows:
        row.lifted_at = now
    health = queries.find_health(email)
    if health is not None:
        db.session.delete(health)
    return bool(rows)
