"""What lists know of a point: written anew whenever anything that the public sees of it changes."""

from __future__ import annotations

from datetime import datetime

from app.aid.models.points import CollectionPoint
from app.db.topics import touch


def relist(point: CollectionPoint, *, now: datetime) -> None:  # noqa: ARG001 - the index needs it
    """Let every page be made anew that shows something of a point."""
    drop = point.drop
    touch("aid", f"drop:{drop.id}", f"point:{point.id}", f"group:{drop.group_id}", "home")
