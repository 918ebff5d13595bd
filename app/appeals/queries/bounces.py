"""Reads of mails to donors that came back and that nobody has done anything about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, and_, exists, select, union_all
from sqlalchemy.orm import aliased

from app.appeals.models.appeals import Appeal
from app.appeals.models.donations import Donation
from app.appeals.models.regular import RegularDonation
from app.db.session import db
from app.lib.errors import NotFoundError
from app.mail.models.outbox import OutboxMail
from app.mail.rules.outbox import MailState

#: Whose mails are looked at, by the public id that a mail is about.
_GIFTS: tuple[type[Donation] | type[RegularDonation], ...] = (Donation, RegularDonation)

#: Before anything came back.
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Bounced:
    """A mail to a donor that came back, and the gift that it was about."""

    mail: OutboxMail
    gift: Donation | RegularDonation

    @property
    def is_regular(self) -> bool:
        """Whether it was about a regular gift rather than one collection."""
        return isinstance(self.gift, RegularDonation)


def _waiting(
    wanted: Select[*tuple[Any, ...]], gift: type[Donation] | type[RegularDonation]
) -> Select[*tuple[Any, ...]]:
    """Narrow a question to mails that wait: not put aside, not mended by what was done since."""
    later = aliased(OutboxMail)
    arrived_later = exists().where(
        later.about == OutboxMail.about,
        later.id > OutboxMail.id,
        later.state == MailState.SENT,
        later.bounced_at.is_(None),
    )
    return (
        wanted.join(gift, gift.public_id == OutboxMail.about)
        .join(Appeal, Appeal.id == gift.appeal_id)
        .where(
            # An index answers a comparison, not IS NOT NULL.
            OutboxMail.bounced_at > _EVER,
            OutboxMail.bounce_seen_at.is_(None),
            OutboxMail.purged_at.is_(None),
            # Said by what it is not: whatever was sent lies under that state's index.
            OutboxMail.state.not_in({MailState.WAITING, MailState.SENDING, MailState.WITHDRAWN}),
            # An address that was corrected since is mended.
            gift.email == OutboxMail.to,
            ~arrived_later,
        )
    )


def list_waiting() -> Iterator[tuple[int, datetime, int]]:
    """Yield (mail, when it came back, group) for whatever waits, of all groups."""
    columns = select(OutboxMail.id, OutboxMail.bounced_at, Appeal.group_id)
    found = db.session.execute(union_all(*(_waiting(columns, gift) for gift in _GIFTS)))
    yield from (tuple(row) for row in found)


def list_bounced(group_ids: Collection[int], *, limit: int) -> Sequence[Bounced]:
    """Return the returned mails of some groups that wait, the latest first."""
    found = [
        Bounced(row[0], row[1])
        for gift in _GIFTS
        for row in db.session.execute(
            _waiting(select(OutboxMail, gift), gift)
            .where(Appeal.group_id.in_(group_ids))
            .order_by(OutboxMail.bounced_at.desc())
            .limit(limit)
        )
    ]
    return sorted(found, key=lambda each: each.mail.bounced_at or each.mail.created_at)[::-1][
        :limit
    ]


def get_bounced(mail_id: int, group_ids: Collection[int]) -> Bounced:
    """Return one returned mail of some groups; raises NotFoundError."""
    for gift in _GIFTS:
        found = db.session.execute(
            _waiting(select(OutboxMail, gift), gift).where(
                OutboxMail.id == mail_id, Appeal.group_id.in_(group_ids)
            )
        ).first()
        if found is not None:
            return Bounced(found[0], found[1])
    raise NotFoundError


def bounces_about(public_ids: Collection[str]) -> Sequence[OutboxMail]:
    """Return the mails about some gifts that came back, the latest first."""
    wanted = select(OutboxMail).where(
        and_(OutboxMail.about.in_(public_ids), OutboxMail.bounced_at.is_not(None))
    )
    return db.session.scalars(wanted.order_by(OutboxMail.id.desc())).all()
