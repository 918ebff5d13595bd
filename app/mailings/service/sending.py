"""One mail of a mailing after the other: taken in hand, asked about once more, noted.

The row of each person is the only memory. It is taken and committed before the server is spoken to,
so a worker that dies leaves at most one mail of which nobody knows whether it went; that one is
tried again under the same Message-ID.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import select, update

from app.audit.facts import Actor
from app.db.session import db
from app.lib.bounces import BounceKind
from app.mail.facts import Allowance
from app.mail.rules.addresses import Purpose
from app.mail.service import health, pacing, suppression
from app.mailings.models.mailings import Mailing, MailingRecipient
from app.mailings.queries import mailings as reads
from app.mailings.queries import recipients as row_reads
from app.mailings.rules.mailings import STALE_AFTER, is_overdue
from app.mailings.rules.trying import LEFT_BEHIND, LOOKED_AT, error_text, next_try
from app.mailings.rules.words import MailingState, RecipientState, SkipReason
from app.mailings.service.starting import put_off
from app.mailings.service.writing import tell
from app.supporters.models.people import Supporter
from app.supporters.queries import consents
from app.supporters.queries import people as supporter_reads


class Pause(Enum):
    """Why there is nothing to send at this moment."""

    #: Somebody held or stopped it, or it is over.
    HELD = "held"
    #: Nobody may be tried now.
    NOBODY = "nobody"
    #: Many rows were passed over; ask again.
    GO_ON = "go_on"


@dataclass(frozen=True)
class Taken:
    """A mail in hand: to whom it goes, in which language, under which names."""

    recipient_id: int
    public_id: str
    mailing_id: int
    email: str
    locale: str
    message_id: str


def look_at(mailing_id: int, *, now: datetime) -> bool:
    """Begin a round of work at a mailing; whether there is any.

    One that nobody looked at for over an hour was left behind by a server that was down, or came
    back with a backup that does not know what went since: it waits for a person.
    """
    mailing = reads.lock_mailing(mailing_id)
    if mailing.state is not MailingState.SENDING:
        return False
    if mailing.worked_at is not None and is_overdue(mailing.worked_at, now):
        put_off(mailing, now=now)
        return False
    mailing.worked_at = now
    _free_stale(mailing_id, now)
    return True


def _free_stale(mailing_id: int, now: datetime) -> None:
    db.session.execute(
        update(MailingRecipient)
        .where(
            MailingRecipient.mailing_id == mailing_id,
            MailingRecipient.state == RecipientState.SENDING,
            MailingRecipient.taken_at < now - STALE_AFTER,
        )
        .values(state=RecipientState.WAITING)
        .execution_options(synchronize_session=False)
    )


def settle_stopped(*, now: datetime) -> None:
    """Rows of mailings that were stopped while somebody had them in hand.

    A dead worker left them, or one noted a try at the moment when the button was pressed.
    """
    stopped = select(Mailing.id).where(Mailing.state == MailingState.STOPPED)
    hers = update(MailingRecipient).where(MailingRecipient.mailing_id.in_(stopped))
    left = hers.where(
        MailingRecipient.state == RecipientState.SENDING,
        MailingRecipient.taken_at < now - STALE_AFTER,
    ).values(state=RecipientState.FAILED, finished_at=now, last_error=LEFT_BEHIND)
    noted = hers.where(MailingRecipient.state == RecipientState.WAITING).values(
        state=RecipientState.SKIPPED, skip_reason=SkipReason.STOPPED, finished_at=now
    )
    for change in (left, noted):
        db.session.execute(change.execution_options(synchronize_session=False))


def take(mailing_id: int, *, now: datetime) -> Taken | Allowance | Pause:
    """Take the next mail in hand, or say why none goes: a pause, or the pace of the house.

    Whether she still agrees, is suppressed or erased is asked here, in the moment before it goes.
    """
    mailing = db.session.get_one(Mailing, mailing_id, populate_existing=True)
    if mailing.state is not MailingState.SENDING:
        return Pause.HELD
    for _ in range(LOOKED_AT):
        row = row_reads.take_next(mailing_id, now)
        if row is None:
            return Pause.NOBODY
        person = supporter_reads.find_supporter_by_id(row.supporter_id)
        reason = _why_not(mailing, person)
        if reason is not None or person is None or person.email is None:
            _skip(row, reason or SkipReason.ERASED, now)
            continue
        allowance = pacing.may_send(Purpose.MAILING, now=now)
        if not allowance.is_allowed:
            return allowance
        return _take(row, person, person.email, now)
    return Pause.GO_ON


def _take(row: MailingRecipient, person: Supporter, email: str, now: datetime) -> Taken:
    row.state, row.taken_at, row.tries = RecipientState.SENDING, now, row.tries + 1
    return Taken(
        recipient_id=row.id,
        public_id=row.public_id,
        mailing_id=row.mailing_id,
        email=email,
        locale=person.locale,
        message_id=row.message_id,
    )


def _why_not(mailing: Mailing, person: Supporter | None) -> SkipReason | None:
    if person is None or person.email is None or person.erased_at is not None:
        return SkipReason.ERASED
    if suppression.is_suppressed(person.email, for_=Purpose.MAILING):
        return SkipReason.SUPPRESSED
    if not consents.may_write(person.id, mailing.group_id, mailing.purpose):
        return _no_consent(mailing, person)
    # Rows that were merged after the other address had got it.
    is_double = row_reads.went_to_her_elsewhere(mailing.id, person)
    return SkipReason.SAME_PERSON if is_double else None


def _no_consent(mailing: Mailing, person: Supporter) -> SkipReason:
    """Whether she took her yes back, or another address of hers gets it since rows were merged."""
    standing = supporter_reads.find_live_consent(person.id, mailing.group_id, mailing.purpose)
    is_other = person.merged_into_id is not None and standing is not None
    return SkipReason.SAME_PERSON if is_other else SkipReason.NO_CONSENT


def _skip(row: MailingRecipient, reason: SkipReason, now: datetime) -> None:
    row.state, row.skip_reason, row.finished_at = RecipientState.SKIPPED, reason, now
    db.session.flush()


# --- what became of it ----------------------------------------------------------------------------


def note_sent(taken: Taken, *, now: datetime) -> None:
    """The server took it: that alone is called sent."""
    row = _in_hand(taken)
    if row is None:
        return
    row.state, row.finished_at, row.last_error = RecipientState.SENT, now, None
    health.note_taken(taken.email, now=now)
    pacing.speed_up(now=now)


def note_refused(taken: Taken, error: str, bounce: BounceKind | None, *, now: datetime) -> None:
    """The server will never take it; where it is the address, it is marked at once."""
    row = _in_hand(taken)
    if row is None:
        return
    row.state, row.finished_at = RecipientState.REFUSED, now
    row.last_error = error_text(error)
    if bounce is not None:
        row.bounced_at, row.bounce_kind = now, bounce
        health.note_refused(taken.email, bounce, now=now)


def note_later(taken: Taken, error: str, *, slows: bool, now: datetime) -> None:
    """The server may take it later; where it asked for patience, everything to many rests."""
    if slows:
        pacing.slow_down(now=now)
    row = _in_hand(taken)
    if row is None:
        return
    row.last_error = error_text(error)
    if _skip_stopped(row, now):
        return
    at = next_try(row.tries, now)
    if at is None:
        row.state, row.finished_at = RecipientState.FAILED, now
    else:
        row.state, row.next_try_at = RecipientState.WAITING, at


def put_back(taken: Taken, *, now: datetime) -> None:
    """Nobody was spoken to: it waits as before, and the try does not count."""
    pacing.give_back(1, now=now)
    row = _in_hand(taken)
    if row is None:
        return
    row.tries -= 1
    if not _skip_stopped(row, now):
        row.state, row.next_try_at = RecipientState.WAITING, now


def _skip_stopped(row: MailingRecipient, now: datetime) -> bool:
    """Whether the mailing was stopped while this was in hand: it does not wait for another try."""
    is_stopped = reads.get_by_id(row.mailing_id).state is MailingState.STOPPED
    if is_stopped:
        _skip(row, SkipReason.STOPPED, now)
    return is_stopped


def _in_hand(taken: Taken) -> MailingRecipient | None:
    """The row, unless another worker has settled it meanwhile; what came first counts."""
    row = row_reads.lock_recipient(taken.public_id)
    return row if row is not None and row.state is RecipientState.SENDING else None


def finish(mailing_id: int, *, now: datetime) -> bool:
    """Say that it is sent, if nobody waits any more; whether it is over."""
    mailing = reads.lock_mailing(mailing_id)
    if mailing.state is MailingState.SENDING and not reads.has_open_rows(mailing_id):
        mailing.state, mailing.finished_at, mailing.updated_at = MailingState.SENT, now, now
        tell(mailing, "mailing.finished", now=now, by=Actor.system())
    return mailing.state is not MailingState.SENDING
