"""Telling people of what waits: each thing once, in one mail a person, and the owners at last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import User
from app.db.session import db
from app.notices import mails, queries
from app.notices.models import Notice, NoticeTold
from app.notices.rules import Clock, Pace, is_due, is_left_lying, last_digest
from app.notices.service.audience import Audience, audience_now
from app.notices.service.comparing import compare, hold
from app.web.panels import WaitingKind, WaitingSource


@dataclass(frozen=True)
class _Look:
    """One look at everything that waits."""

    clock: Clock
    kinds: Mapping[str, WaitingKind]
    waiting: Sequence[Notice]
    audience: Audience
    #: Who was told of which notice, and when.
    told: Mapping[tuple[int, int], datetime]
    #: When somebody last got a mail about a kind.
    lately: Mapping[tuple[int, str], datetime]

    @property
    def now(self) -> datetime:
        """The moment of the look."""
        return self.clock.now


def tell(sources: Sequence[WaitingSource], *, zone: str, now: datetime) -> None:
    """Compare what waits with what was told, and put the mails that are due into the outbox."""
    hold()
    waiting = compare(sources, now=now)
    look = _Look(
        clock=Clock(now, last_digest(zone, now)),
        kinds={source.kind.key: source.kind for source in sources},
        waiting=waiting,
        audience=audience_now(),
        told={(each.notice_id, each.account_id): each.told_at for each in queries.list_told()},
        lately=queries.told_lately(now),
    )
    _take_from_the_gone(look)
    fresh = _tell_people(look)
    _tell_owners(look, fresh)


def _take_from_the_gone(look: _Look) -> None:
    """What somebody was on who can no longer see it is nobody's."""
    for notice in look.waiting:
        kind = look.kinds[notice.kind]
        if notice.taken_by_id is not None and notice.taken_by_id not in look.audience.may_hear(
            kind, notice.group_id
        ):
            notice.taken_by_id = notice.taken_at = None
            notice.given_back_at = look.now


def _tell_people(look: _Look) -> set[int]:
    """Put a mail for everybody who is to hear of something new; the notices that were told."""
    fresh = _fresh(look)
    for person in look.audience.people:
        if fresh[person.id]:
            lines = _counted(fresh[person.id], look.kinds)
            mails.something_waits(person, lines, in_all=_in_all(look, person), now=look.now)
            db.session.add_all(
                NoticeTold(notice_id=each.id, account_id=person.id, told_at=look.now)
                for each in fresh[person.id]
            )
    return {each.id for told in fresh.values() for each in told}


def _fresh(look: _Look) -> defaultdict[int, list[Notice]]:
    """What each account is to be told of now."""
    found: defaultdict[int, list[Notice]] = defaultdict(list)
    for notice in look.waiting:
        if notice.taken_by_id is not None:
            continue
        paces = look.audience.paces(look.kinds[notice.kind], notice.group_id)
        for account_id, pace in paces.items():
            if (notice.id, account_id) not in look.told and _is_due(look, notice, account_id, pace):
                found[account_id].append(notice)
    return found


def _is_due(look: _Look, notice: Notice, account_id: int, pace: Pace) -> bool:
    choice = look.audience.choices.get((account_id, notice.kind))
    since = max(notice.first_seen_at, choice.chosen_at) if choice else notice.first_seen_at
    told_at = look.lately.get((account_id, notice.kind))
    return is_due(pace, look.clock, since=since, told_at=told_at)


def _in_all(look: _Look, person: User) -> int:
    """How many things wait of which she hears at all."""
    return sum(
        person.id in look.audience.paces(look.kinds[each.kind], each.group_id)
        for each in look.waiting
    )


def _tell_owners(look: _Look, fresh: set[int]) -> None:
    """Tell the owners, once, of what nobody took for days."""
    first_told: dict[int, datetime] = {}
    for (notice_id, _), told_at in look.told.items():
        first_told[notice_id] = min(told_at, first_told.get(notice_id, told_at))
    lying: defaultdict[int, list[Notice]] = defaultdict(list)
    for notice in look.waiting:
        if notice.taken_by_id is not None or notice.escalated_at or notice.id in fresh:
            continue
        told_at = first_told.get(notice.id, notice.first_seen_at)
        owners = look.audience.owners(notice.group_id)
        if owners and is_left_lying(
            told_at=told_at, given_back_at=notice.given_back_at, now=look.now
        ):
            notice.escalated_at = look.now
            for account_id in owners:
                lying[account_id].append(notice)
    for person in look.audience.people:
        if lying[person.id]:
            lines = _counted(lying[person.id], look.kinds)
            mails.nobody_took(person, lines, now=look.now)


def _counted(
    notices: Sequence[Notice], kinds: Mapping[str, WaitingKind]
) -> list[tuple[WaitingKind, int]]:
    """How many of each kind, in the order of the kinds."""
    return [
        (kind, count)
        for key, kind in kinds.items()
        if (count := sum(each.kind == key for each in notices))
    ]
