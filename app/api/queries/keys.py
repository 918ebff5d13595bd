"""Reads of keys."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from app.api.models.keys import ApiKey
from app.api.rules.scopes import digest, is_live
from app.db.session import db
from app.lib.errors import NotFoundError


def find_live(secret: str, now: datetime) -> ApiKey | None:
    """The row of a key that opens something now, or nothing."""
    key = db.session.scalar(select(ApiKey).where(ApiKey.digest == digest(secret)))
    return key if key is not None and is_live(key.expires_at, key.ended_at, now) else None


def get_key(public_id: str, group_ids: Collection[int]) -> ApiKey:
    """A key of one of these groups; raises NotFoundError."""
    key = db.session.scalar(
        select(ApiKey).where(ApiKey.public_id == public_id, ApiKey.group_id.in_(group_ids))
    )
    if key is None:
        raise NotFoundError
    return key


def list_keys(group_ids: Collection[int]) -> Sequence[ApiKey]:
    """The keys of these groups, the newest first."""
    return db.session.scalars(
        select(ApiKey).where(ApiKey.group_id.in_(group_ids)).order_by(ApiKey.id.desc())
    ).all()
