"""What guests do: counted where it sends mail, and tried again after a deadlock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.accounts.flows.signing_in import spend_tries
from app.accounts.rules.sessions import TryKind, network_of
from app.db.session import retry_deadlocks, transaction
from app.events.mails import rsvps as mails
from app.events.models.rsvps import Rsvp
from app.events.queries import events as event_reads
from app.events.queries import rsvps as reads
from app.events.queries import shifts as shift_reads
from app.events.rules.reports import SEAL_DAY
from app.events.rules.words import Paper
from app.events.service import rsvps
from app.events.service.rsvps import Sender, Wish
from app.lib import ids, networks
from app.lib.errors import NotFoundError
from app.payments.rules.guard import sealed
from app.settings import settings

LINKS_JOB = "events.send_rsvp_links"
SHIFT_LINKS_JOB = "events.send_shift_links"
#: Stands for nobody: the work of asking is the same for an address that we do not know.
_NOBODY = 0
#: The same links go to an address once in so many seconds.
_LINKS_EVERY = 600
#: What one visitor, or one household, cannot change at will.
_BITS_V4, _BITS_V6 = 32, 56


def join(
    slug: str,
    wish: Wish,
    *,
    nonce: str,
    locale: str,
    address: str | None,
    came_from: Paper | None = None,
    now: datetime,
) -> Rsvp:
    """Write down that somebody comes. Raises what `service.rsvps.join` raises."""
    if wish.email is not None and reads.find_by_nonce(nonce) is None:
        _spend(address, now=now)

    def work() -> Rsvp:
        with transaction():
            event = event_reads.get_published(slug)
            network = seal(event.public_id, address)
            sender = Sender(nonce=nonce, locale=locale, network=network, came_from=came_from)
            return rsvps.join(event, wish, sender, now=now)

    return retry_deadlocks(work)


def seal(public_id: str, address: str | None) -> str:
    """What stands for a visitor's network at one event; it is kept for a day.

    It is the same on either side of midnight, so that nobody has a second share then.
    """
    network = networks.network_of(address, bits_v4=_BITS_V4, bits_v6=_BITS_V6)
    return sealed(settings().secret_key, f"rsvp:{public_id}", network, SEAL_DAY)


def _spend(address: str | None, *, now: datetime) -> None:
    """Nobody has mails sent to strangers without end. Raises TooManyTriesError."""
    spend_tries({TryKind.RSVP_ADDRESS: network_of(address)}, now=now)


def change(public_id: str, wish: Wish, *, address: str | None, now: datetime) -> None:
    """Change how somebody comes. Raises what `service.rsvps.change` raises."""
    rsvp = _get(public_id)
    if wish.email is not None and wish.email not in {rsvp.email, rsvp.new_email}:
        _spend(address, now=now)
    _apart(lambda: rsvps.change(_get(public_id), wish, now=now))


def step(public_id: str, name: str, *, now: datetime) -> None:
    """Do what a button of her page says. Raises what the services raise."""
    steps: dict[str, Callable[[Rsvp], None]] = {
        "withdraw": lambda rsvp: rsvps.withdraw(rsvp, now=now),
        "decline": lambda rsvp: rsvps.withdraw(rsvp, now=now),
        "back": lambda rsvp: rsvps.come_back(rsvp, now=now),
        "take": lambda rsvp: rsvps.take_offer(rsvp, now=now),
        "quiet": lambda rsvp: rsvps.unsubscribe(rsvp.public_id),
        "loud": rsvps.subscribe,
    }
    _apart(lambda: steps[name](_get(public_id)))


def prove(subject: str, *, now: datetime) -> Rsvp:
    """A mailbox is proven. Raises what `service.rsvps.prove` raises."""

    def work() -> Rsvp:
        with transaction():
            return rsvps.prove(subject, now=now)

    return retry_deadlocks(work)


def find_links(email: str) -> int:
    """What stands for somebody with this address who comes to events; 0 for nobody."""
    return reads.find_id_of(email) or _NOBODY


def find_shift_links(email: str) -> int:
    """What stands for somebody with this address who helps at events; 0 for nobody."""
    return shift_reads.find_id_of(email) or _NOBODY


def send_links(email: str | None, *, locale: str, now: datetime) -> None:
    """Send somebody the links to her pages of events that are not over; once in a while at most."""
    if email is None:
        return
    with transaction():
        signups = shift_reads.list_live_of_address(email, now=now)
        pages = {each.shift.event_id: each for each in reversed(signups)}
        mails.links(
            reads.list_live_of(email, now=now),
            list(reversed(pages.values())),
            to=email,
            locale=locale,
            key=f"{ids.fingerprint(email)}:{int(now.timestamp() // _LINKS_EVERY)}",
            now=now,
        )


def _get(public_id: str) -> Rsvp:
    found = reads.find_rsvp(public_id)
    if found is None:
        raise NotFoundError
    return found


def _apart(work: Callable[[], None]) -> None:
    def once() -> None:
        with transaction():
            work()

    retry_deadlocks(once)
