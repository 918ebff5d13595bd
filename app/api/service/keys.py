"""Making and ending keys for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.api.models.keys import ApiKey
from app.api.queries import keys as reads
from app.api.rules.scopes import HINT, PREFIX, Scope, digest
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids

#: Of a month, for the end of a key.
MONTH = timedelta(days=30)


def make_key(
    group_id: int, label: str, scopes: Sequence[Scope], *, months: int, now: datetime, by: Actor
) -> tuple[ApiKey, str]:
    """Make a key for a group; returns its row and the key, which is nowhere kept."""
    secret = PREFIX + ids.token()
    key = ApiKey(
        public_id=ids.public_id(),
        group_id=group_id,
        label=label,
        digest=digest(secret),
        hint=secret[:HINT],
        scopes=[scope.value for scope in scopes],
        created_by_id=by.account_id,
        created_at=now,
        expires_at=now + months * MONTH,
    )
    db.session.add(key)
    db.session.flush()
    _record(key, "key.made", now=now, by=by)
    return key, secret


def end_key(public_id: str, group_ids: Sequence[int], *, now: datetime, by: Actor) -> None:
    """Let a key open nothing any more; twice changes nothing. Raises NotFoundError."""
    key = reads.get_key(public_id, group_ids)
    if key.ended_at is None:
        key.ended_at = now
        _record(key, "key.ended", now=now, by=by)


def _record(key: ApiKey, action: str, *, now: datetime, by: Actor) -> None:
    detail = {"hint": key.hint, "scopes": list(key.scopes)}
    audit.record(by, action, f"key:{key.id}", now=now, group_id=key.group_id, detail=detail)
