"""What somebody asks about her own data: counted first, then written, each in a transaction."""

from __future__ import annotations

from datetime import datetime

from app.accounts.flows.signing_in import spend_tries
from app.accounts.rules.sessions import TryKind, network_of
from app.audit.facts import Actor
from app.db.session import retry_deadlocks, transaction
from app.lib.links import SignedLink
from app.mail.rules.addresses import SuppressionReason
from app.mail.service import health, suppression
from app.supporters.models.rights import Complaint, Erasure
from app.supporters.rules.rights import ComplaintContent
from app.supporters.rules.words import AskedBy, DataLinkKind
from app.supporters.service import complaints, correcting, data_links, erasing
from app.supporters.service.correcting import Wish


def ask(
    kind: DataLinkKind,
    email: str,
    *,
    address: str | None,
    locale: str,
    now: datetime,
    new_email: str | None = None,
) -> None:
    """Have a link mailed; raises TooManyTriesError where one network asks too often."""
    spend_tries({TryKind.DATA_ADDRESS: network_of(address)}, now=now)
    with transaction():
        data_links.ask(kind, email, locale=locale, now=now, new_email=new_email)


def complain(
    content: ComplaintContent, *, nonce: str, address: str | None, locale: str, now: datetime
) -> Complaint:
    """Keep a complaint; raises FormUsedError, or TooManyTriesError."""
    spend_tries({TryKind.CONTACT_ADDRESS: network_of(address)}, now=now)
    with transaction():
        return complaints.receive(
            content,
            locale=locale,
            source=AskedBy.PAGE,
            nonce=nonce,
            now=now,
            by=Actor.visitor(),
        )


def erase(signed: SignedLink, *, now: datetime) -> Erasure:
    """Erase whoever pressed the button behind her mail; raises what `use_link` raises."""

    def work() -> Erasure:
        with transaction():
            link = data_links.use_link(signed, DataLinkKind.ERASE, now=now)
            return erasing.erase(link.email, source=AskedBy.PAGE, now=now, by=Actor.visitor())

    return retry_deadlocks(work)


def move(signed: SignedLink, *, now: datetime) -> None:
    """Write to the proven new address from now on; raises AddressTakenError, DataLinkEndedError."""

    def work() -> None:
        with transaction():
            link = data_links.use_link(signed, DataLinkKind.MOVE, now=now)
            correcting.move(link.email, link.new_email or "", now=now, by=Actor.visitor())
            health.note_proven(link.new_email or "", now=now)

    retry_deadlocks(work)


def lift(signed: SignedLink, *, now: datetime) -> None:
    """Let mail go to an address again, because its owner pressed the button behind a mail."""
    with transaction():
        link = data_links.use_link(signed, DataLinkKind.LIFT, now=now)
        suppression.lift(link.email, now=now)


def stop_everything(supporter_id: int, email: str, *, now: datetime) -> None:
    """Withdraw every consent of somebody, and let no mailing of anybody reach her address."""
    with transaction():
        correcting.withdraw_everything(supporter_id, now=now, by=Actor.visitor())
        suppression.suppress(email, SuppressionReason.ASKED, now=now)


def choose(supporter_id: int, wishes: list[Wish], *, locale: str, now: datetime) -> None:
    """Give and withdraw consents as the boxes of her own page say."""
    with transaction():
        correcting.choose(supporter_id, wishes, locale=locale, now=now, by=Actor.visitor())
