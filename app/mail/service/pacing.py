"""One pace for the whole installation, however many workers send; receipts and links go first.

`MUSTER_MAIL_PER_HOUR` limits what leaves within any hour. Call these in a transaction: what is
granted is counted there, so that no two workers count on the same room.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.db.session import db
from app.mail.facts import Allowance
from app.mail.models.addresses import SendingBrake, SendingPace
from app.mail.queries import pacing as queries
from app.mail.rules.addresses import Purpose
from app.mail.rules.pacing import (
    KEEP_SPANS,
    YIELDS_FOR,
    eased,
    next_rest,
    room_for,
    span_of,
    wait_for_room,
)
from app.settings import settings


def may_send(purpose: Purpose, *, now: datetime, wanted: int = 1) -> Allowance:
    """How many of some mails may leave now; those count as sent, and go back by `give_back`.

    A mailing gets nothing while a server asked for patience or a mail of the outbox is due, and
    leaves a tenth of the limit to those; half of that is for what somebody asked for just now.
    """
    limit = settings().mail_per_hour
    if purpose is Purpose.MAILING:
        wait = _hindrance(now)
        if wait is not None:
            return Allowance(0, wait)
    if limit is None:
        _count(wanted, now)
        return Allowance(wanted)
    _lock_brake()
    spans = queries.list_spans(now)
    room = room_for(purpose, limit) - sum(sent for _, sent in spans)
    granted = max(0, min(wanted, room))
    if granted:
        _count(granted, now)
    if granted == wanted:
        return Allowance(granted)
    return Allowance(granted, wait_for_room([at for at, _ in spans], now))


def give_back(count: int, *, now: datetime) -> None:
    """Room that was granted and not used."""
    fewer = func.greatest if db.session.get_bind().dialect.name == "postgresql" else func.max
    db.session.execute(
        update(SendingPace)
        .where(SendingPace.at == span_of(now))
        .values(sent=fewer(0, SendingPace.sent - count))
        .execution_options(synchronize_session=False)
    )


def slow_down(*, now: datetime) -> timedelta:
    """A server asked for patience: mailings rest, each time twice as long; returns for how long."""
    brake = _lock_brake()
    if brake.rests_until is None or brake.rests_until <= now:
        # Workers that heard it together slow down together, not each once more.
        brake.last_rest = next_rest(brake.last_rest)
        brake.rests_until = now + timedelta(seconds=brake.last_rest)
    return brake.rests_until - now


def speed_up(*, now: datetime) -> None:
    """A server took a mail: the next rest, if one is asked for, is shorter again."""
    brake = queries.find_brake()
    if brake is not None and brake.last_rest and (brake.rests_until or now) <= now:
        brake.last_rest = eased(brake.last_rest)


def purge(*, now: datetime) -> None:
    """Forget how much was sent days ago."""
    db.session.execute(
        delete(SendingPace)
        .where(SendingPace.at < now - KEEP_SPANS)
        .execution_options(synchronize_session=False)
    )


def _hindrance(now: datetime) -> timedelta | None:
    brake = queries.find_brake()
    if brake is not None and brake.rests_until is not None and brake.rests_until > now:
        return brake.rests_until - now
    return YIELDS_FOR if queries.has_due_mail(now) else None


def _lock_brake() -> SendingBrake:
    """The one row of the brake, held against all other senders: it is the lock of the pace, too."""
    row = _insert(SendingBrake).values(id=1, last_rest=0)
    db.session.execute(row.on_conflict_do_nothing())
    wanted = select(SendingBrake).where(SendingBrake.id == 1).with_for_update()
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def _count(number: int, now: datetime) -> None:
    insert = _insert(SendingPace).values(at=span_of(now), sent=number)
    db.session.execute(
        insert.on_conflict_do_update(
            index_elements=[SendingPace.at], set_={"sent": SendingPace.sent + number}
        )
    )


def _insert(model: type[SendingBrake | SendingPace]) -> Any:  # noqa: ANN401 - of either dialect
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(model)
