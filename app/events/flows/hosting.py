"""What strangers do about events: counted first, so that nobody floods the desk, then written."""

from __future__ import annotations

from datetime import datetime

from app.accounts.errors import TooManyTriesError
from app.accounts.flows.signing_in import spend_tries
from app.accounts.rules.sessions import TryKind, network_of
from app.audit.facts import Actor
from app.db.session import retry_deadlocks, transaction
from app.events.errors.hosting import TooManyOffersError
from app.events.models.mobilisations import Mobilisation
from app.events.queries import hosting as reads
from app.events.queries import reports as report_reads
from app.events.rules import reports as report_rules
from app.events.rules.hosting import HostDetails, LocalEvent
from app.events.rules.words import EntrySource, ReportKind
from app.events.service import hosted, offering, reporting
from app.payments.rules.guard import Visitor, sealed
from app.settings import settings

LINKS_JOB = "events.send_host_links"
#: Stands for nobody: the work of asking is the same for an address that we do not know.
_NOBODY = 0
#: The same links go to an address once in so many seconds.
_LINKS_EVERY = 600


def offer(
    mobilisation: Mobilisation,
    local: LocalEvent,
    host: HostDetails,
    *,
    nonce: str,
    address: str | None,
    now: datetime,
) -> None:
    """Keep what a stranger offers, and send the mail that proves the mailbox.

    Raises TooManyOffersError where one network offers too often, or what `offering.offer` raises.
    """
    if reads.find_by_nonce(nonce) is not None:
        return
    offering.check(mobilisation, local, host, now=now)
    try:
        spend_tries({TryKind.OFFER_ADDRESS: network_of(address)}, now=now)
    except TooManyTriesError:
        raise TooManyOffersError from None

    def write() -> None:
        with transaction():
            by, source = Actor.visitor(), EntrySource.WEB
            offering.offer(mobilisation, local, host, nonce=nonce, source=source, now=now, by=by)

    retry_deadlocks(write)


def report(
    event_id: int,
    kind: ReportKind,
    text: str,
    *,
    nonce: str,
    address: str | None,
    now: datetime,
) -> None:
    """Keep what somebody says is wrong with an event.

    Raises TooManyTriesError where one network reports too often.
    """
    if report_reads.find_by_nonce(nonce) is not None:
        return
    spend_tries({TryKind.REPORT_ADDRESS: network_of(address)}, now=now)
    network = sealed(
        settings().secret_key, "event-report", Visitor.at(address).network, report_rules.SEAL_DAY
    )

    def write() -> None:
        with transaction():
            reporting.report(event_id, kind, text, nonce=nonce, network=network, now=now)

    retry_deadlocks(write)


def find_links(email: str) -> int:
    """What stands in the queue for whoever asks for her links: no address, an id or nothing."""
    return reads.find_id_of(email) or _NOBODY


def send_links(event_id: int, *, locale: str, now: datetime) -> None:
    """Send the links that were asked for, where there is somebody to send them to."""
    with transaction():
        host = reads.find_host_of(event_id)
        if host is not None and host.email is not None:
            window = int(now.timestamp() // _LINKS_EVERY)
            hosted.send_links(host.email, locale=locale, now=now, window=window)
