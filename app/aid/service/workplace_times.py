"""What comes by itself for collections at work: they begin, stewards are reminded, then forgotten.

Each looks at what is there, not at how often it was called.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.aid.mails import workplaces as mails
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import workplaces as reads
from app.aid.rules import workplaces as rules
from app.aid.rules.quantities import in_boxes
from app.aid.rules.words import WorkplaceState
from app.aid.service import workplace_ends
from app.aid.service.workplaces import finish
from app.audit.facts import Actor
from app.db.session import db
from app.lib.clock import at_hour, day_in
from app.mail.service import outbox as mail

#: Nobody is reminded before this hour of the day there.
_WAKES_AT = 8


def forget_unconfirmed(*, now: datetime, limit: int) -> int:
    """Delete whole the collections whose mailbox nobody proved; returns how many."""
    lapsed = reads.list_unconfirmed(now - rules.UNCONFIRMED_KEPT, limit=limit)
    for workplace in lapsed:
        mail.forget([workplace.public_id], now=now)
        db.session.delete(workplace)
    db.session.flush()
    return len(lapsed)


def follow_days(*, now: datetime, after_id: int, limit: int) -> int | None:
    """Begin what begins today, and remind stewards; returns where to go on, None at the end."""
    found = reads.list_live(after_id=after_id, limit=limit)
    for workplace in found:
        today = day_in(workplace.drop.zone, now)
        _settle_fetched(workplace, now=now)
        _begin(workplace, now=now)
        if workplace.drop.state in rules.BRING_STATES and workplace.state in rules.LIVE:
            _remind(workplace, today=today, now=now)
    return found[-1].id if len(found) == limit else None


def _begin(workplace: WorkplaceCollection, *, now: datetime) -> None:
    has_begun = day_in(workplace.drop.zone, now) >= workplace.from_on
    if workplace.state is WorkplaceState.CONFIRMED and has_begun:
        workplace.state = WorkplaceState.RUNNING
        finish(workplace, "workplace.began", now=now, by=Actor.system())


def _settle_fetched(workplace: WorkplaceCollection, *, now: datetime) -> None:
    """A van fetched it from the workplace: that is a hand-over too."""
    fetched = reads.find_fetched(workplace.id)
    if fetched is None:
        return
    workplace.state = WorkplaceState.HANDED_OVER
    workplace.handed_over_at = workplace.received_at = fetched.at
    workplace.counted_boxes = in_boxes(fetched.bags, fetched.boxes)
    finish(workplace, "workplace.fetched", now=now, by=Actor.system())
    mails.brought(workplace, key=f"fetched:{fetched.key}", now=now)


def _remind(workplace: WorkplaceCollection, *, today: date, now: datetime) -> None:
    if now < at_hour(workplace.drop.zone, today, _WAKES_AT):
        return
    if today in rules.remind_on(reads.span_of(workplace)):
        is_bringing = today == workplace.bring_on
        key = f"remind:{today.isoformat()}"
        mails.reminder(workplace, key=key, is_bringing=is_bringing, now=now)


def thank(*, now: datetime, limit: int) -> int:
    """Thank the stewards of rounds of which it is told what became of them; returns how many."""
    found = reads.list_to_thank(limit=limit)
    for workplace in found:
        workplace_ends.thank(workplace, now=now, by=Actor.system())
    return len(found)


def purge(*, now: datetime, limit: int) -> int:
    """Forget who ran collections of rounds that are over for long enough; returns how many."""
    over = [
        drop.id
        for drop in reads.list_drops_with_people()
        if drop.ended_at is not None and drop.ended_at + timedelta(days=drop.retention_days) <= now
    ]
    due = reads.list_to_purge(over, limit=limit)
    for workplace in due:
        forget(workplace, now=now)
    return len(due)


def forget(workplace: WorkplaceCollection, *, now: datetime) -> None:
    """Forget who ran a collection and where; what was counted stays."""
    mail.forget([workplace.public_id], now=now)
    workplace.organisation = workplace.steward = workplace.email = None
    workplace.new_email = workplace.phone = workplace.network = None
    workplace.lat = workplace.lon = None
    workplace.locality, workplace.note = "", ""
    workplace.is_public = False
    workplace.link_version += 1
    workplace.purged_at = now
    finish(workplace, "workplace.purged", now=now, by=Actor.system())
