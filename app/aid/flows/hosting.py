"""A host who lost her link has it sent again, in the same time whether we know her or not."""

from __future__ import annotations

from datetime import datetime

from app.aid.mails import hosting as mails
from app.aid.queries import hosting as reads
from app.aid.queries import points as point_reads
from app.db.session import transaction
from app.lib import ids

LINKS_JOB = "aid.send_host_links"
#: Stands for nobody: the work of asking is the same for an address that we do not know.
_NOBODY = 0
#: The same links go to an address once in so many seconds.
_LINKS_EVERY = 600


def find_links(email: str) -> int:
    """What stands in the queue for a host who asks for her links: no address, an id or nothing."""
    return point_reads.find_id_of(email) or _NOBODY


def send_links(point_id: int, *, locale: str, now: datetime) -> None:
    """Send the links that were asked for, where there is somebody to send them to."""
    with transaction():
        host = reads.find_host_of(point_id)
        if host is None or host.email is None:
            return
        key = f"{ids.fingerprint(host.email)}:{int(now.timestamp() // _LINKS_EVERY)}"
        found = point_reads.list_of_address(host.email)
        mails.host_links(found, to=host.email, locale=locale, key=key, now=now)
