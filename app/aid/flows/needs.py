"""What strangers do about lists of needs: counted first, then written."""

from __future__ import annotations

from datetime import datetime

from app.accounts.flows.signing_in import spend_tries
from app.accounts.rules.sessions import TryKind, network_of
from app.aid.errors.stock import KeyUsedError
from app.aid.mails import needs as mails
from app.aid.models.drops import NeedsSubscription
from app.aid.queries import drops as drop_reads
from app.aid.queries import subscriptions as reads
from app.aid.service import subscribing
from app.db.session import db, retry_deadlocks, transaction
from app.events.rules.reports import SEAL_DAY
from app.lib import ids
from app.payments.rules.guard import Visitor, sealed
from app.settings import settings

LINKS_JOB = "aid.send_needs_links"
#: Stands for nobody: the work of asking is the same for an address that we do not know.
_NOBODY = 0
#: The same links go to an address once in so many seconds.
_LINKS_EVERY = 600


def subscribe(
    slug: str, email: str, *, locale: str, nonce: str, address: str | None, now: datetime
) -> None:
    """Keep an address for a round, and send the mail that asks.

    Raises KeyUsedError where the form was sent before for another address, TooManyTriesError where
    one network leaves many addresses, or what `subscribing.subscribe` raises.
    """
    known = reads.find_by_nonce(nonce)
    if known is not None and known.email == email:
        return
    if known is not None:
        raise KeyUsedError
    spend_tries({TryKind.RSVP_ADDRESS: network_of(address)}, now=now)
    network = sealed(settings().secret_key, "aid-needs", Visitor.at(address).network, SEAL_DAY)

    def work() -> None:
        with transaction():
            drop = drop_reads.get_public(slug)
            subscribing.subscribe(drop, email, locale=locale, nonce=nonce, network=network, now=now)

    retry_deadlocks(work)


def find_links(email: str) -> int:
    """What stands for somebody with this address who hears of lists; 0 for nobody."""
    found = reads.list_of_address(email)
    return found[-1].id if found else _NOBODY


def send_links(subscription_id: int, *, locale: str, now: datetime) -> None:
    """Send the links that were asked for, where there is somebody to send them to."""
    with transaction():
        known = db.session.get(NeedsSubscription, subscription_id)
        if known is not None:
            key = f"{ids.fingerprint(known.email)}:{int(now.timestamp() // _LINKS_EVERY)}"
            found = reads.list_of_address(known.email)
            mails.links(found, to=known.email, locale=locale, key=key, now=now)
