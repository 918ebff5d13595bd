"""What is not needed is not kept: unpaid donations lose whoever began them."""

from datetime import datetime

from app.appeals.queries import donations as donation_reads
from app.appeals.rules.giving import ABANDONED_AFTER
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.supporters import service as supporters


def forget_abandoned(*, now: datetime, limit: int = 200) -> int:
    """Take name, address and message out of donations left unpaid; return how many.

    A late payment still finds its donation: only what names a person goes. A supporter of whom
    nothing else is left, no gift and no consent that stands, is forgotten with it.
    """
    abandoned = donation_reads.list_abandoned(now - ABANDONED_AFTER, limit)
    for donation in abandoned:
        donation.email = None
        donation.name = None
        donation.public_name = None
        donation.is_anonymous = True
        donation.message = None
        donation.forgotten_at = now
    supporters_left = {each.supporter for each in abandoned if each.supporter is not None}
    for donation in abandoned:
        donation.supporter = None
    db.session.flush()
    for supporter in supporters_left:
        if not donation_reads.has_donations(supporter.id):
            supporters.forget_unless_she_agreed(supporter, now=now)
    if abandoned:
        audit.record(
            Actor.system(),
            "donation.abandoned_forgotten",
            "donations",
            now=now,
            detail={"count": len(abandoned)},
        )
    return len(abandoned)
