"""What is not needed is not kept: gifts lose whoever gave them, unpaid ones soon, others late."""

from collections.abc import Sequence
from datetime import datetime

from app.appeals.models.donations import Donation
from app.appeals.models.regular import RegularDonation
from app.appeals.queries import donations as donation_reads
from app.appeals.queries import regular as regular_reads
from app.appeals.rules.giving import ABANDONED_AFTER, PROMISE_KEPT, kept_since
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.supporters.models.people import Supporter
from app.supporters.service import people as supporters


def forget_abandoned(*, now: datetime, limit: int = 200) -> int:
    """Take name, address and message out of donations left unpaid; return how many.

    A late payment still finds its donation: only what names a person goes. A supporter of whom
    nothing else is left, no gift and no consent that stands, is forgotten with it.
    """
    abandoned = donation_reads.list_abandoned(
        now - ABANDONED_AFTER, limit, promised_before=now - PROMISE_KEPT
    )
    begun = [each.regular for each in abandoned if each.regular and not each.regular.started_at]
    _forget(abandoned, begun, now=now)
    if abandoned:
        _record("donation.abandoned_forgotten", len(abandoned), now=now)
    return len(abandoned)


def forget_old(*, now: datetime, limit: int = 200) -> int:
    """Take whoever gave out of gifts that the accounts need no name for any more; return how many.

    A regular gift keeps its donor until the last of its gifts has lost her.
    """
    old = donation_reads.list_old(kept_since(now), limit)
    _forget(old, [], now=now)
    ended = regular_reads.list_forgettable({each.regular_id for each in old if each.regular_id})
    _forget([], ended, now=now)
    if old:
        _record("donation.old_forgotten", len(old), now=now)
    return len(old)


def _forget(
    donations: Sequence[Donation], regulars: Sequence[RegularDonation], *, now: datetime
) -> None:
    left: set[Supporter] = {each.supporter for each in donations if each.supporter is not None}
    left |= {each.supporter for each in regulars if each.supporter is not None}
    for donation in donations:
        donation.email = donation.name = donation.public_name = donation.message = None
        donation.is_anonymous, donation.message_state = True, None
        donation.supporter, donation.forgotten_at = None, now
        donation.news_asked_at = donation.news_wording = None
    for regular in regulars:
        regular.email = regular.name = regular.supporter = None
    db.session.flush()
    for supporter in left:
        is_needed = donation_reads.has_donations(supporter.id)
        if not is_needed and not regular_reads.has_regular(supporter.id):
            supporters.forget_unless_she_agreed(supporter, now=now)


def _record(action: str, count: int, *, now: datetime) -> None:
    audit.record(Actor.system(), action, "donations", now=now, detail={"count": count})
