"""What the desk says about the installation itself: its version, its last backup, held mail."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from flask_babel import gettext

from app.accounts.guard import groups_with
from app.accounts.rules.permissions import Permission
from app.db.backups import find_last_backup, is_fresh
from app.lib import clock
from app.mail.service.outbox import DELIVER
from app.queue import queries as queue
from app.web.filters import ago
from app.web.panels import Alarm, Block

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def foot() -> list[Block]:
    """The line at the foot of the desk, for whoever may see the queues."""
    if not groups_with(Permission.QUEUES_SEE):
        return []
    last = find_last_backup()
    is_young = is_fresh(last, clock.utcnow())
    values = {
        "version": version("muster"),
        "backup": last,
        "size": gettext("%(number)s MB", number=f"{last.size_bytes / 1e6:.1f}") if last else "",
        "is_fresh": is_young,
    }
    return [Block("keeping", "desk/_keeping.html", values)]


def alarms(_now: datetime) -> Iterable[Alarm]:
    """Whether mail is held back since a restore."""
    since = queue.held_since(DELIVER)
    if since is not None:
        yield Alarm(
            "mail_held",
            gettext("No mail leaves: it is held since %(since)s", since=ago(since)),
            gettext(
                "A backup was put back, and what waited in it may have been sent before. Whoever "
                "looks after the server sees it with “muster mail held” and lets it go with "
                "“muster mail release”."
            ),
        )
