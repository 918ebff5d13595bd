"""What strangers and stewards do about collections at work: counted, then written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from app.accounts.errors import TooManyTriesError
from app.accounts.flows.signing_in import spend_tries
from app.accounts.rules.sessions import TryKind, network_of
from app.aid.errors.workplaces import TooManyWorkplacesError
from app.aid.flows.points import seal
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import drops as drop_reads
from app.aid.queries import workplaces as reads
from app.aid.rules.workplaces import Content, Steward
from app.aid.service import workplaces
from app.audit.facts import Actor
from app.db.session import retry_deadlocks, transaction
from app.events.rules.words import EntrySource

T = TypeVar("T")

LINKS_JOB = "aid.send_workplace_links"
#: Stands for nobody: the work of asking is the same for an address that we do not know.
_NOBODY = 0
#: The same links go to an address once in so many seconds.
_LINKS_EVERY = 600


def sign_up(
    slug: str,
    content: Content,
    steward: Steward,
    *,
    point_slug: str | None,
    nonce: str,
    address: str | None,
    now: datetime,
) -> None:
    """Keep a collection that a stranger signs up, and send the mail that proves the mailbox.

    Raises TooManyWorkplacesError where one network does so too often, or what the service raises.
    """
    if reads.find_by_nonce(nonce) is not None:
        return
    workplaces.check(drop_reads.get_public(slug), content, now=now)
    try:
        spend_tries({TryKind.OFFER_ADDRESS: network_of(address)}, now=now)
    except TooManyTriesError:
        raise TooManyWorkplacesError from None

    def write() -> None:
        with transaction():
            workplaces.sign_up(
                drop_reads.get_public(slug),
                content,
                steward,
                point_slug=point_slug,
                nonce=nonce,
                network=seal("workplace", address),
                source=EntrySource.WEB,
                now=now,
                by=Actor.visitor(),
            )

    retry_deadlocks(write)


def step(public_id: str, version: int, work: Callable[[WorkplaceCollection], T]) -> T:
    """Do something with the collection of a link in one transaction, again after a deadlock.

    Raises WorkplaceLinkEndedError where the link ended meanwhile: nothing is written then.
    """

    def once() -> T:
        with transaction():
            return work(workplaces.open_page(public_id, version))

    return retry_deadlocks(once)


def prove_mailbox(subject: str, version: int, *, now: datetime) -> WorkplaceCollection:
    """A new mailbox is proven. Raises WorkplaceLinkEndedError."""

    def work(workplace: WorkplaceCollection) -> WorkplaceCollection:
        return workplaces.prove_mailbox(workplace, subject, now=now)

    return step(subject.partition("_")[0], version, work)


def find_links(email: str) -> int:
    """What stands for a steward with this address; 0 for nobody."""
    return reads.find_id_of(email) or _NOBODY


def send_links(workplace_id: int, *, locale: str, now: datetime) -> None:
    """Send the links that were asked for, where there is somebody to send them to."""
    with transaction():
        email = reads.find_email(workplace_id)
        if email is not None:
            window = int(now.timestamp() // _LINKS_EVERY)
            workplaces.send_links(email, locale=locale, now=now, window=window)
