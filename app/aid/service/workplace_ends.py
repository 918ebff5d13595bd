"""A collection at work ends or goes on after all; what an organiser does for its steward."""

from __future__ import annotations

from datetime import datetime

from app.aid.errors.workplaces import NoAddressError, WorkplaceChangedError
from app.aid.mails import workplaces as mails
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import workplaces as reads
from app.aid.rules import workplaces as rules
from app.aid.rules.words import WorkplaceState
from app.aid.service import drop_offs, pledging
from app.aid.service.workplaces import finish, note
from app.audit.facts import Actor
from app.mail.service import outbox as mail


def withdraw(
    workplace: WorkplaceCollection, *, reason: str, now: datetime, by: Actor, entered_by: str
) -> WorkplaceCollection:
    """It does not take place: a host who knew hears so, and what was counted at work is taken back.

    Twice changes nothing. Raises WorkplaceChangedError once it was handed over.
    """
    if workplace.point_id is not None:
        reads.lock_point(workplace.point_id)
    workplace = reads.lock(workplace.public_id)
    if workplace.state is WorkplaceState.WITHDRAWN:
        return workplace
    if not rules.may_become(workplace.state, WorkplaceState.WITHDRAWN):
        raise WorkplaceChangedError
    pledging.unpledge(workplace, now=now, by=by)
    for drop_off in reads.list_counted_at(workplace):
        drop_offs.take_back(
            drop_off,
            reason=reason,
            client_key="withdrawn",
            now=now,
            by=by,
            entered_by=entered_by,
        )
    workplace.state = WorkplaceState.WITHDRAWN
    finish(workplace, "workplace.withdrawn", now=now, by=by)
    return workplace


def bring_back(workplace: WorkplaceCollection, *, now: datetime, by: Actor) -> WorkplaceCollection:
    """It takes place after all; its steward chooses a point anew. Twice changes nothing.

    Raises WorkplaceChangedError where its mailbox was never proven.
    """
    workplace = reads.lock(workplace.public_id)
    if workplace.state in rules.LIVE:
        return workplace
    if workplace.state is not WorkplaceState.WITHDRAWN or workplace.confirmed_at is None:
        raise WorkplaceChangedError
    workplace.state = WorkplaceState.CONFIRMED
    finish(workplace, "workplace.brought_back", now=now, by=by)
    return workplace


# --- what an organiser does -----------------------------------------------------------------------


def correct_address(
    workplace: WorkplaceCollection, email: str, *, now: datetime, by: Actor
) -> WorkplaceCollection:
    """Give a steward's mails another address; her link goes there, and earlier ones have ended."""
    workplace = reads.lock(workplace.public_id)
    if workplace.purged_at is not None:
        raise WorkplaceChangedError
    if workplace.email == email:
        return workplace
    mail.forget([workplace.public_id], now=now)
    workplace.email, workplace.new_email = email, None
    workplace.link_version += 1
    finish(workplace, "workplace.address_changed", now=now, by=by)
    mails.new_link(workplace, now=now)
    return workplace


def send_link(workplace: WorkplaceCollection, *, now: datetime, by: Actor) -> None:
    """Send a steward the link that she has already. Raises NoAddressError."""
    workplace = reads.lock(workplace.public_id)
    if workplace.email is None:
        raise NoAddressError
    key = f"again:{workplace.public_id}:{now.isoformat(timespec='minutes')}"
    to, locale = workplace.email, workplace.locale
    mails.workplace_links([workplace], to=to, locale=locale, key=key, now=now)
    note(workplace, "workplace.link_sent", now=now, by=by)


def end_link(workplace: WorkplaceCollection, *, now: datetime, by: Actor) -> None:
    """End all links to a steward's page without sending another one."""
    workplace = reads.lock(workplace.public_id)
    workplace.link_version += 1
    note(workplace, "workplace.link_ended", now=now, by=by)


def write_note(workplace: WorkplaceCollection, text: str, *, now: datetime, by: Actor) -> None:
    """Keep what organisers should know of it; for the desk alone."""
    workplace = reads.lock(workplace.public_id)
    if workplace.note != text:
        workplace.note = text
        finish(workplace, "workplace.noted", now=now, by=by)


def thank(workplace: WorkplaceCollection, *, now: datetime, by: Actor) -> None:
    """Thank a steward, and tell her where to read what became of it. Twice changes nothing.

    Raises WorkplaceChangedError where nothing was handed over.
    """
    workplace = reads.lock(workplace.public_id)
    if workplace.state is WorkplaceState.THANKED:
        return
    if not rules.may_become(workplace.state, WorkplaceState.THANKED):
        raise WorkplaceChangedError
    workplace.state, workplace.thanked_at = WorkplaceState.THANKED, now
    finish(workplace, "workplace.thanked", now=now, by=by)
    mails.thanks(workplace, now=now)
