"""Looking up whether an address may be written to, and how mail to it fares."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from app.db.session import db
from app.mail.models.addresses import AddressHealth, Suppression
from app.mail.rules.addresses import SuppressionReason, address_hash
from app.settings import settings

#: So many values fit one statement on every database.
_AT_ONCE = 500


def hash_of(email: str) -> str:
    """The code under which an address is kept now."""
    return address_hash(settings().secret_key, email)


def hashes_of(email: str) -> tuple[str, ...]:
    """The codes under which an address may be kept, by the present and by earlier secrets."""
    return tuple(address_hash(secret, email) for secret in settings().secrets)


def list_live(email: str) -> Sequence[Suppression]:
    """Everything that keeps mail from an address, the oldest first."""
    wanted = select(Suppression).where(
        Suppression.address_hash.in_(hashes_of(email)), Suppression.lifted_at.is_(None)
    )
    return db.session.scalars(wanted.order_by(Suppression.id)).all()


def find_suppressed(emails: Collection[str], reasons: Collection[SuppressionReason]) -> set[str]:
    """Those of some addresses that one of some reasons keeps mail from, as they were given."""
    owners: dict[str, str] = {code: each for each in emails for code in hashes_of(each)}
    codes = list(owners)
    found = set[str]()
    for start in range(0, len(codes) if reasons else 0, _AT_ONCE):
        wanted = select(Suppression.address_hash).where(
            Suppression.address_hash.in_(codes[start : start + _AT_ONCE]),
            Suppression.lifted_at.is_(None),
            Suppression.reason.in_(reasons),
        )
        found.update(owners[code] for code in db.session.scalars(wanted))
    return found


def count_live() -> dict[SuppressionReason, int]:
    """How many addresses get no more mail, by reason."""
    rows = db.session.execute(
        select(Suppression.reason, func.count())
        .where(Suppression.lifted_at.is_(None))
        .group_by(Suppression.reason)
    )
    return {row[0]: row[1] for row in rows}


def find_health(email: str) -> AddressHealth | None:
    """How mail to an address came back of late; nothing where all arrived."""
    wanted = select(AddressHealth).where(AddressHealth.address_hash.in_(hashes_of(email)))
    return db.session.scalar(wanted.limit(1))
