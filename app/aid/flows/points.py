"""What strangers do about points: counted first, so that nobody floods the desk, then written."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from app.accounts.errors import TooManyTriesError
from app.accounts.flows.signing_in import spend_tries
from app.accounts.rules.sessions import TryKind, network_of
from app.aid.errors.points import TooManyPointsError
from app.aid.errors.stock import KeyUsedError
from app.aid.models.points import PointHost
from app.aid.queries import drops as drop_reads
from app.aid.queries import point_reports as report_reads
from app.aid.queries import points as reads
from app.aid.rules.points import HostDetails, PointContent
from app.aid.rules.words import PointReportKind
from app.aid.service import point_reports, registering
from app.audit.facts import Actor
from app.db.session import retry_deadlocks, transaction
from app.events.rules.reports import SEAL_DAY
from app.events.rules.words import EntrySource
from app.payments.rules.guard import Visitor, sealed
from app.places.service import checked, details_of
from app.settings import settings

#: What stands for a network is made for one use alone.
OFFER: Final = "point-offer"
REPORT: Final = "point-report"


def offer(
    slug: str,
    content: PointContent,
    host: HostDetails,
    *,
    nonce: str,
    address: str | None,
    now: datetime,
) -> None:
    """Keep a point that a stranger offers, and send the mail that proves the mailbox.

    Raises KeyUsedError where the form made another point already, TooManyPointsError where one
    network offers too often, or what `register` raises.
    """
    earlier = reads.find_by_nonce(nonce)
    if earlier is not None:
        if not _is_same(earlier, content, host):
            raise KeyUsedError
        return
    registering.check(drop_reads.get_public(slug), content, host)
    try:
        spend_tries({TryKind.OFFER_ADDRESS: network_of(address)}, now=now)
    except TooManyTriesError:
        raise TooManyPointsError from None

    def write() -> None:
        with transaction():
            registering.register(
                drop_reads.get_public(slug),
                content,
                host,
                nonce=nonce,
                source=EntrySource.WEB,
                network=seal(OFFER, address),
                now=now,
                by=Actor.visitor(),
            )

    retry_deadlocks(write)


def _is_same(made: PointHost, content: PointContent, host: HostDetails) -> bool:
    """Whether a form that was sent again says what it said the first time."""
    place = made.point.place
    is_here = place is not None and details_of(place) == checked(content.place)
    return is_here and made.point.kind is content.kind and made.email == host.email


def report(
    point_id: int,
    kind: PointReportKind,
    text: str,
    *,
    nonce: str,
    address: str | None,
    now: datetime,
) -> None:
    """Keep what somebody says is wrong with a point.

    Raises TooManyTriesError where one network reports too often.
    """
    if report_reads.find_by_nonce(nonce) is not None:
        return
    spend_tries({TryKind.REPORT_ADDRESS: network_of(address)}, now=now)
    network = seal(REPORT, address)

    def write() -> None:
        with transaction():
            point_reports.report(point_id, kind, text, nonce=nonce, network=network, now=now)

    retry_deadlocks(write)


def seal(purpose: str, address: str | None) -> str:
    """What stands for a visitor's network for one purpose; it is kept for a day.

    It is the same on either side of midnight, so that nobody has a second share then.
    """
    return sealed(settings().secret_key, purpose, Visitor.at(address).network, SEAL_DAY)
