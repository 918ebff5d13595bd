"""Words under which a group's organisers find people."""

from __future__ import annotations

from datetime import datetime

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.supporters.errors.people import BadTagError
from app.supporters.models.people import SupporterTag
from app.supporters.rules.people import clean_tag


def add(supporter_id: int, group_id: int, text: str, *, now: datetime, by: Actor) -> str:
    """Put a tag on somebody, once; return it as it is kept. Raises BadTagError."""
    tag = clean_tag(text)
    if tag is None:
        raise BadTagError
    if put(supporter_id, group_id, tag, now=now):
        _tell("supporter.tagged", supporter_id, group_id, now=now, by=by)
    return tag


def put(supporter_id: int, group_id: int, tag: str, *, now: datetime) -> bool:
    """Put a clean tag on somebody; whether it was new. An import writes itself down as a whole."""
    if db.session.get(SupporterTag, (supporter_id, group_id, tag)) is not None:
        return False
    row = SupporterTag(supporter_id=supporter_id, group_id=group_id, tag=tag, created_at=now)
    db.session.add(row)
    db.session.flush()
    return True


def take(supporter_id: int, group_id: int, tag: str, *, now: datetime, by: Actor) -> None:
    """Take a tag off somebody; one that she does not have changes nothing."""
    row = db.session.get(SupporterTag, (supporter_id, group_id, tag))
    if row is not None:
        db.session.delete(row)
        _tell("supporter.untagged", supporter_id, group_id, now=now, by=by)


def _tell(action: str, supporter_id: int, group_id: int, *, now: datetime, by: Actor) -> None:
    # The word itself may say something about her: it is not kept in the record of changes.
    audit.record(by, action, f"supporter:{supporter_id}", now=now, group_id=group_id)
