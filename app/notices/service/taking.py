"""Saying "I am on it", so that two people do not do the same, and giving it back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.accounts.models import User
from app.audit import service as audit
from app.audit.facts import Actor
from app.notices import queries
from app.notices.errors import InHandError
from app.notices.models import Notice
from app.notices.service.comparing import compare_one, hold
from app.web.panels import WaitingSource


def take(
    source: WaitingSource,
    person: User,
    group_ids: Collection[int],
    *,
    over: bool,
    now: datetime,
    by: Actor,
) -> int:
    """Put everything of a kind that waits in these groups into her hands; returns how many.

    What others have in hand stays theirs, unless she takes over. Raises InHandError where nothing
    is left to take.
    """
    hold()
    mine = [each for each in compare_one(source, now=now) if _is_in(each, group_ids)]
    taken = [
        each
        for each in mine
        if each.taken_by_id is None or (over and each.taken_by_id != person.id)
    ]
    others = [each for each in mine if each.taken_by_id not in {None, person.id}]
    if not taken and others:
        raise InHandError(_name_of_taker(others[0]))
    for each in taken:
        each.taken_by_id, each.taken_at, each.given_back_at = person.id, now, None
    if taken:
        audit.record(by, "notice.taken", _subject(source), now=now, detail={"count": len(taken)})
    return len(taken)


def give_back(source: WaitingSource, person: User, *, now: datetime, by: Actor) -> int:
    """Let others do what she had in hand of a kind; returns how many things that are."""
    hold()
    mine = [each for each in queries.list_open(source.kind.key) if each.taken_by_id == person.id]
    for each in mine:
        each.taken_by_id, each.taken_at, each.given_back_at = None, None, now
    if mine:
        audit.record(
            by, "notice.given_back", _subject(source), now=now, detail={"count": len(mine)}
        )
    return len(mine)


def _is_in(notice: Notice, group_ids: Collection[int]) -> bool:
    return notice.group_id is None or notice.group_id in group_ids


def _name_of_taker(notice: Notice) -> str:
    return notice.taken_by.name if notice.taken_by else ""


def _subject(source: WaitingSource) -> str:
    return f"waiting:{source.kind.key}"
