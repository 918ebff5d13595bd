"""What a group writes to whoever joined it, beside the sentences that always stand there."""

from __future__ import annotations

from datetime import datetime

from app.audit import service as audit
from app.audit.facts import Actor
from app.campaigns.errors.members import StaleMemberError
from app.campaigns.models.members import WelcomeText
from app.db.session import db
from app.lib.text import Translated


def save(group_id: int, text: Translated | None, *, seen: int, now: datetime, by: Actor) -> None:
    """Keep the text, or take it away; raises StaleMemberError where somebody else was faster."""
    standing = db.session.get(WelcomeText, group_id, with_for_update=True, populate_existing=True)
    if (standing.version if standing else 0) != seen:
        raise StaleMemberError
    if standing is not None and text is None:
        db.session.delete(standing)
    elif standing is not None and text is not None:
        standing.text, standing.updated_at, standing.version = text, now, standing.version + 1
    elif text is not None:
        db.session.add(WelcomeText(group_id=group_id, text=text, updated_at=now, version=1))
    audit.record(by, "welcome.saved", f"group:{group_id}", now=now, group_id=group_id)
