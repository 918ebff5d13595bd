"""What strangers do to join: counted first, then written, and tried again after a deadlock."""

from __future__ import annotations

from datetime import datetime

from app.accounts.flows.signing_in import spend_tries
from app.accounts.rules.sessions import TryKind, network_of
from app.audit.facts import Actor
from app.campaigns.errors.members import JoinLinkEndedError, MemberNotFoundError
from app.campaigns.mails import members as mails
from app.campaigns.models.members import Member
from app.campaigns.queries import members as reads
from app.campaigns.rules.members import SEAL_DAY, Wish
from app.campaigns.service import members
from app.campaigns.service.members import Sender
from app.db.session import db, retry_deadlocks, transaction
from app.groups import queries as groups
from app.lib import ids
from app.payments.rules.guard import Visitor, sealed
from app.settings import settings
from app.supporters.rules.offers import Offer

LINKS_JOB = "campaigns.send_member_links"
#: Stands for nobody: the work of asking is the same for an address that we do not know.
_NOBODY = 0
#: The same links go to an address once in so many seconds.
_LINKS_EVERY = 600


def ask(
    group_id: int,
    wish: Wish,
    *,
    nonce: str,
    locale: str,
    address: str | None,
    came_from: str | None,
    now: datetime,
) -> None:
    """Keep what somebody told, and send the mail that asks.

    Raises TooManyTriesError where one network leaves many addresses, or what `members.ask` raises.
    """
    if reads.find_by_nonce(nonce) is not None:
        return
    spend_tries({TryKind.JOIN_ADDRESS: network_of(address)}, now=now)
    network = sealed(settings().secret_key, "join", Visitor.at(address).network, SEAL_DAY)
    sender = Sender(nonce=nonce, locale=locale, network=network, came_from=came_from)

    def work() -> None:
        with transaction():
            members.ask(groups.get_group_by_id(group_id), wish, sender, now=now)

    retry_deadlocks(work)


def confirm(public_id: str, *, seen: int, now: datetime) -> Member:
    """A mailbox is proven. Raises JoinLinkEndedError, or what `members.confirm` raises."""

    def work() -> Member:
        with transaction():
            return members.confirm(_id(public_id), seen=seen, now=now)

    try:
        return retry_deadlocks(work)
    except MemberNotFoundError:
        # She was a member already, and the button was pressed twice at once.
        raise JoinLinkEndedError from None


def change(
    public_id: str, offer: Offer, campaign_ids: frozenset[int], *, seen: int, now: datetime
) -> None:
    """She changes what she told. Raises what `members.change` raises."""

    def work() -> None:
        with transaction():
            found, by = _id(public_id), Actor.visitor()
            members.change(found, offer, campaign_ids, seen=seen, now=now, by=by)

    retry_deadlocks(work)


def leave(public_id: str, *, now: datetime, by: Actor) -> None:
    """She leaves."""

    def work() -> None:
        with transaction():
            members.leave(_id(public_id), now=now, by=by)

    retry_deadlocks(work)


def find_links(email: str) -> int:
    """What stands for somebody with this address who is a member; 0 for nobody."""
    found = reads.list_of_address(email)
    return found[-1].id if found else _NOBODY


def send_links(member_id: int, *, locale: str, now: datetime) -> None:
    """Send the links that were asked for, where there is somebody to send them to."""
    with transaction():
        known = db.session.get(Member, member_id)
        email = known.supporter.email if known and known.supporter else None
        if email is not None:
            key = f"{ids.fingerprint(email)}:{int(now.timestamp() // _LINKS_EVERY)}"
            found = reads.list_of_address(email)
            mails.links(found, to=email, locale=locale, key=key, now=now)


def _id(public_id: str) -> int:
    found = reads.find_member(public_id)
    if found is None:
        raise MemberNotFoundError
    return found.id
