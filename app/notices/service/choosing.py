"""Choosing what to hear of, and how soon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.accounts.models import User
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.notices import queries
from app.notices.errors import LastHearerError
from app.notices.models import NoticeChoice
from app.notices.queries import roles_for
from app.notices.rules import SUMMARY, Pace, default_pace, may_choose_never
from app.notices.service.audience import Audience, audience_now
from app.notices.service.comparing import hold
from app.web.panels import WaitingKind


def default_for(person: User, kind: WaitingKind) -> Pace:
    """How soon she hears of a kind, unless she chose."""
    return default_pace(roles_for(person, kind.permission, None), is_urgent=kind.is_urgent)


def present_choices(person: User, kinds: Sequence[WaitingKind]) -> dict[str, Pace]:
    """How soon she hears of each kind, and of the week."""
    chosen = queries.choices_of(person.id)
    found = {kind.key: default_for(person, kind) for kind in kinds} | {SUMMARY: Pace.WEEKLY}
    return {key: chosen[key].pace if key in chosen else pace for key, pace in found.items()}


def choose(
    person: User,
    wanted: Mapping[str, Pace],
    kinds: Sequence[WaitingKind],
    *,
    now: datetime,
    by: Actor,
) -> None:
    """Store what she wants to hear of; raises LastHearerError.

    What her roles say anyway is not stored: with other roles she hears as those say.
    """
    hold()  # of two who want to hear no more at the same moment, one is told that she is the last
    audience = audience_now()
    silenced = [
        kind.key
        for kind in kinds
        if wanted[kind.key] is Pace.NEVER and not _may_silence(person, kind, audience)
    ]
    if silenced:
        raise LastHearerError(silenced)
    defaults = {kind.key: default_for(person, kind) for kind in kinds} | {SUMMARY: Pace.WEEKLY}
    before = present_choices(person, kinds)
    changed = {key: pace for key, pace in wanted.items() if pace is not before[key]}
    stored = queries.choices_of(person.id)
    for key, pace in changed.items():
        _store(person, stored.get(key), key, pace, is_default=pace is defaults[key], now=now)
    if changed:
        audit.record(by, "notices.chosen", f"account:{person.id}", now=now, detail=dict(changed))


def _store(
    person: User,
    choice: NoticeChoice | None,
    key: str,
    pace: Pace,
    *,
    is_default: bool,
    now: datetime,
) -> None:
    if choice is not None and is_default:
        db.session.delete(choice)
    elif choice is not None:
        choice.pace, choice.chosen_at = pace, now
    else:
        db.session.add(NoticeChoice(account_id=person.id, kind=key, pace=pace, chosen_at=now))


def _may_silence(person: User, kind: WaitingKind, audience: Audience) -> bool:
    """Whether somebody else hears of it in each of her groups."""
    for group_id in person.group_ids:
        hearers = audience.hearers(kind, group_id)
        me = next((each for each in hearers if each.account_id == person.id), None)
        if me is not None and not may_choose_never(me, hearers, is_urgent=kind.is_urgent):
            return False
    return True
