"""Reads of what donors let us show: names and messages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select

from app.appeals.models.appeals import Appeal
from app.appeals.models.donations import Donation
from app.appeals.rules.words import DonationSource, MessageState
from app.db.session import db
from app.lib.errors import NotFoundError

#: So many stand on the appeal's page.
RECENT = 12
#: So many messages wait on one page of the desk.
WAITING_LIMIT = 100


def _has_something_to_show() -> ColumnElement[bool]:
    """The words of the index, and what is left of them: a name, or a message that was read."""
    is_in_index = or_(Donation.public_name.is_not(None), Donation.message_state.is_not(None))
    is_shown = or_(Donation.public_name.is_not(None), Donation.message_state == MessageState.SHOWN)
    return and_(is_in_index, is_shown)


def list_recent_supporters(appeal_id: int, *, limit: int = RECENT) -> Sequence[Donation]:
    """The latest gifts of an appeal whose donors let us show a name or a message.

    Only gifts that arrived and are still here; the later collections of a regular gift are no news.
    """
    return db.session.scalars(
        select(Donation)
        .where(
            Donation.appeal_id == appeal_id,
            _has_something_to_show(),
            Donation.settled_at.is_not(None),
            Donation.received_minor > 0,
            Donation.unlisted_at.is_(None),
            Donation.source != DonationSource.RENEWAL,
        )
        .order_by(Donation.settled_at.desc(), Donation.id.desc())
        .limit(limit)
    ).all()


def list_waiting_messages(group_ids: Collection[int]) -> Sequence[Donation]:
    """The messages that wait to be read, those of gifts that arrived, the oldest first."""
    return db.session.scalars(
        select(Donation)
        .join(Appeal, Donation.appeal_id == Appeal.id)
        .where(
            Appeal.group_id.in_(group_ids),
            Donation.message_state == MessageState.WAITING,
            Donation.message.is_not(None),
            Donation.received_minor > 0,
        )
        .order_by(Donation.id)
        .limit(WAITING_LIMIT)
    ).all()


def waiting_messages() -> list[tuple[str, datetime, int]]:
    """(gift, when it was given, group) for each message that waits to be read, of all groups."""
    rows = db.session.execute(
        select(Donation.public_id, Donation.dated_at, Appeal.group_id)
        .join(Appeal, Donation.appeal_id == Appeal.id)
        .where(
            # Written out, as in the index: a value handed in would not be known to match it.
            Donation.message_state == literal_column(f"'{MessageState.WAITING.value}'"),
            Donation.message.is_not(None),
            Donation.received_minor > 0,
        )
    )
    return [(public_id, at, group_id) for public_id, at, group_id in rows]


def list_listed(group_ids: Collection[int], *, limit: int = WAITING_LIMIT) -> Sequence[Donation]:
    """What donors let us show lately, what was taken off the page included, the latest first."""
    return db.session.scalars(
        select(Donation)
        .join(Appeal, Donation.appeal_id == Appeal.id)
        .where(
            Appeal.group_id.in_(group_ids),
            or_(
                Donation.public_name.is_not(None),
                Donation.message_state.in_([MessageState.SHOWN, MessageState.HIDDEN]),
            ),
            Donation.settled_at.is_not(None),
            Donation.source != DonationSource.RENEWAL,
        )
        .order_by(Donation.settled_at.desc(), Donation.id.desc())
        .limit(limit)
    ).all()


def count_waiting_messages() -> dict[int, int]:
    """How many messages wait to be read, by group."""
    rows = db.session.execute(
        select(Appeal.group_id, func.count())
        .select_from(Donation)
        .join(Appeal, Donation.appeal_id == Appeal.id)
        .where(
            Donation.message_state == MessageState.WAITING,
            Donation.message.is_not(None),
            Donation.received_minor > 0,
        )
        .group_by(Appeal.group_id)
    )
    return {int(group_id): int(count) for group_id, count in rows}


def lock_shown(public_id: str, group_ids: Collection[int]) -> Donation:
    """A donation of these groups, held until the transaction ends; raises NotFoundError."""
    donation = (
        db.session.scalars(
            select(Donation)
            .join(Appeal, Donation.appeal_id == Appeal.id)
            .where(Donation.public_id == public_id, Appeal.group_id.in_(group_ids))
            .with_for_update(of=Donation)
            .execution_options(populate_existing=True)
        )
        .unique()
        .one_or_none()
    )
    if donation is None:
        raise NotFoundError
    return donation
