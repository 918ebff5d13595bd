"""A host of an earlier round asks for her links: the open question is sent once more."""

from __future__ import annotations

from datetime import datetime

from app.aid.mails import again as mails
from app.aid.models.drops import HostInvite
from app.aid.queries import again as reads
from app.db.session import db, transaction

LINKS_JOB = "aid.send_again_links"
#: Stands for nobody: the work of asking is the same for an address that we do not know.
_NOBODY = 0
#: The same links go to an address once in so many seconds.
_LINKS_EVERY = 600


def find_links(email: str) -> int:
    """What stands for somebody with this address who was asked and has not answered; 0: nobody."""
    found = reads.list_open_of(email)
    return found[-1].id if found else _NOBODY


def send_links(invite_id: int, *, locale: str, now: datetime) -> None:
    """Ask once more whoever was asked, for each of her points."""
    with transaction():
        known = db.session.get(HostInvite, invite_id)
        if known is not None and known.email is not None:
            window = str(int(now.timestamp() // _LINKS_EVERY))
            for invite in reads.list_open_of(known.email):
                mails.ask(invite, locale=locale, key=window, now=now)
