"""What people do who bring something: counted where it sends mail, tried again after a deadlock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.accounts.flows.signing_in import spend_tries
from app.accounts.rules.sessions import TryKind, network_of
from app.aid.errors.bringing import BringLinkEndedError
from app.aid.errors.stock import KeyUsedError
from app.aid.flows.points import seal
from app.aid.mails import bringing as mails
from app.aid.models.points import BringRequest, CollectionPoint
from app.aid.queries import bringing as reads
from app.aid.rules.bringing import BringWish
from app.aid.service import bringing, relaying
from app.audit.facts import Actor
from app.db.session import retry_deadlocks, transaction
from app.events.rules.words import EntrySource
from app.lib import ids

LINKS_JOB = "aid.send_bring_links"
#: Stands for nobody: the work of asking is the same for an address that we do not know.
_NOBODY = 0
#: The same links go to an address once in so many seconds.
_LINKS_EVERY = 600


def ask(
    point: CollectionPoint,
    wish: BringWish,
    *,
    nonce: str,
    locale: str,
    address: str | None,
    now: datetime,
) -> None:
    """Keep a wish of a stranger, and send the mail that proves the mailbox.

    Raises KeyUsedError where the form made another wish already, TooManyTriesError, or what
    `bringing.ask` raises.
    """
    earlier = reads.find_by_nonce(nonce)
    if earlier is not None:
        if (earlier.email, earlier.what, earlier.brings_on) != (wish.email, wish.what, wish.on):
            raise KeyUsedError
        return
    bringing.check(point, wish, now=now)
    spend_tries({TryKind.RSVP_ADDRESS: network_of(address)}, now=now)
    network = seal(f"bring:{point.public_id}", address)

    def work() -> None:
        with transaction():
            bringing.ask(
                point,
                wish,
                nonce=nonce,
                network=network,
                locale=locale,
                source=EntrySource.WEB,
                now=now,
                by=Actor.visitor(),
            )

    retry_deadlocks(work)


def step(public_id: str, name: str, *, now: datetime) -> None:
    """Do what a button of her page says. Raises what the services raise."""
    by = Actor.visitor()
    steps: dict[str, Callable[[BringRequest], object]] = {
        "confirm": lambda request: bringing.confirm(request, now=now),
        "withdraw": lambda request: bringing.withdraw(request, now=now, by=by),
        "brought": lambda request: bringing.mark_brought(request, now=now, by=by),
    }
    _apart(public_id, steps[name])


def change(public_id: str, wish: BringWish, *, now: datetime) -> None:
    """Bring something else, or at another time. Raises what `bringing.change` raises."""
    _apart(public_id, lambda each: bringing.change(each, wish, now=now, by=Actor.visitor()))


def write(public_id: str, text: str, *, nonce: str, now: datetime) -> None:
    """Have a message passed on to the host. Raises what `relaying.from_bringer` raises."""
    _apart(public_id, lambda each: relaying.from_bringer(each, text, nonce=nonce, now=now))


def find_links(email: str) -> int:
    """What stands for somebody with this address who brings something; 0 for nobody."""
    return reads.find_id_of(email) or _NOBODY


def send_links(email: str | None, *, locale: str, now: datetime) -> None:
    """Send somebody the links to what she wants to bring; once in a while at most."""
    if email is None:
        return
    with transaction():
        key = f"{ids.fingerprint(email)}:{int(now.timestamp() // _LINKS_EVERY)}"
        mails.links(reads.list_open_of(email), to=email, locale=locale, key=key, now=now)


def _apart(public_id: str, work: Callable[[BringRequest], object]) -> None:
    def once() -> None:
        with transaction():
            request = reads.find_request(public_id)
            if request is None:
                raise BringLinkEndedError
            work(request)

    retry_deadlocks(once)
