"""Comparing what packages say waits with what we noted.

The table is held meanwhile: of two workers that look at the same moment the second sees what the
first wrote, so that nothing is noted, or told, twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import delete, select, text

from app.accounts.models import User
from app.accounts.rules.sessions import CLOSED_KEPT_FOR
from app.db.session import db
from app.notices import queries
from app.notices.models import Notice, NoticeChoice, NoticeTold
from app.notices.rules import KEEP_GONE
from app.web.panels import Waiting, WaitingSource

log = structlog.get_logger(__name__)


def hold() -> None:
    """Keep everybody else from changing notices until the transaction ends."""
    # An SQLite transaction that writes is alone as it is.
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE notice IN SHARE ROW EXCLUSIVE MODE"))


def compare(sources: Iterable[WaitingSource], *, now: datetime) -> list[Notice]:
    """Note what is new and what is gone; returns the notices of what waits. Call `hold` before.

    A source that fails says nothing: its things are left as they were, and nobody is told of them.
    """
    known: dict[str, dict[str, Notice]] = {}
    for notice in queries.list_open():
        known.setdefault(notice.kind, {})[notice.key] = notice
    waiting = []
    for source in sources:
        noted = known.pop(source.kind.key, {})
        found = _ask(source, now)
        if found is not None:
            waiting += _compare_kind(source.kind.key, found, noted, now=now)
    for notice in (each for noted in known.values() for each in noted.values()):
        notice.gone_at = now  # nobody speaks of this kind any more
    db.session.flush()
    return waiting


def compare_one(source: WaitingSource, *, now: datetime) -> list[Notice]:
    """The same for one kind alone."""
    noted = {each.key: each for each in queries.list_open(source.kind.key)}
    waiting = _compare_kind(source.kind.key, list(source.find(now)), noted, now=now)
    db.session.flush()
    return waiting


def _ask(source: WaitingSource, now: datetime) -> list[Waiting] | None:
    try:
        with db.session.begin_nested():
            return list(source.find(now))
    except Exception as error:  # noqa: BLE001 - one package's trouble must not silence the others
        log.error("notices.source_failed", kind=source.kind.key, error=type(error).__name__)  # noqa: TRY400
        return None


def _compare_kind(
    kind: str, found: Sequence[Waiting], noted: dict[str, Notice], *, now: datetime
) -> list[Notice]:
    things = {each.key: each for each in found}
    for key, notice in noted.items():
        if key not in things:
            notice.gone_at = now
    added = [
        Notice(kind=kind, key=key, group_id=thing.group_id, first_seen_at=now)
        for key, thing in things.items()
        if key not in noted
    ]
    db.session.add_all(added)
    return [*(noted[key] for key in noted if key in things), *added]


def purge(*, now: datetime) -> None:
    """Forget what was gone long ago, and what people chose whose accounts were closed long ago."""
    old = select(Notice.id).where(Notice.gone_at < now - KEEP_GONE)
    db.session.execute(delete(NoticeTold).where(NoticeTold.notice_id.in_(old)))
    db.session.execute(delete(Notice).where(Notice.gone_at < now - KEEP_GONE))
    closed = select(User.id).where(User.closed_at < now - CLOSED_KEPT_FOR)
    db.session.execute(delete(NoticeChoice).where(NoticeChoice.account_id.in_(closed)))
