"""When a donor is asked to prove a mailbox before the payment page, and when cards must rest.

Thieves try out stolen cards where a payment page is easy to come by. What tells them from donors
is that donors pay: so what counts is what was begun and not paid, and a paid one gives its place
back. Nobody is asked to read distorted letters, and nobody is turned away for where she sits.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.lib import networks

#: What one visitor, or one household, cannot change at will.
BITS_V4, BITS_V6 = 24, 56
#: No address is kept, and what stands for its network is deleted after this.
KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Budget:
    """How many may be begun and not paid within a span of time."""

    unpaid: int
    within: timedelta


#: From one network, before its next donors are asked for a mailbox.
NETWORK = Budget(12, timedelta(hours=1))
#: On the whole site, where more of them were left than paid.
SITE = Budget(40, timedelta(minutes=15))
#: From one network with proven mailboxes.
PROVEN_NETWORK = Budget(100, timedelta(hours=1))
#: Portal and invoice pages, to which a private link leads, from one network.
LINKED_NETWORK = Budget(30, timedelta(hours=1))
#: How often the same order may knock within an hour, before and after its donor proved a mailbox.
PRESSES, PROVEN_PRESSES = 12, 24
#: A change of the gift needs another payment page, so it weighs as much as several presses.
CHANGE_WEIGHT = 4
PRESSES_WITHIN = timedelta(hours=1)

#: So many refused cards on one payment page close it; it then weighs as many unpaid ones.
REFUSED_CARDS = 5
BAD_WEIGHT = 5

#: Proven ones that were not paid in this time are bad; so many of them throw the switch.
PROVEN_TIME = timedelta(minutes=5)
BREAKER = Budget(20, timedelta(hours=1))
#: How long cards rest after that, and how long they rest at least after failed calls.
BREAKER_REST = timedelta(minutes=30)
CALLS_REST = timedelta(minutes=2)
#: So many calls without an answer, and none with one between, throw the switch.
FAILED_CALLS = Budget(5, timedelta(minutes=5))

#: The mails with which a mailbox is proven: to one address …
MAILBOX_PAUSE = timedelta(minutes=10)
MAILS_A_DAY = 3
#: … and for one network: so many unanswered at once, then one after another, then none for now.
MAILS_AT_ONCE = 300
MAIL_PACE = timedelta(seconds=10)
MAIL_WAIT_LIMIT = timedelta(hours=5)


class TryState(StrEnum):
    """How far a try at reaching a payment page came."""

    #: A mailbox must be proven first; nothing reached Stripe.
    ASKED = "asked"
    BEGUN = "begun"
    PAID = "paid"
    #: Its payment page was closed after too many refused cards.
    BAD = "bad"


class TryKind(StrEnum):
    """Which page of Stripe's was asked for."""

    GIFT = "gift"
    #: Where the card of a regular gift is changed.
    PORTAL = "portal"
    #: Where a collection that failed is paid.
    INVOICE = "invoice"
    #: None: she pays another way, and only the mail about it counts.
    PROMISE = "promise"


class Verdict(StrEnum):
    """What the guard says to somebody who knocks."""

    PASS = "pass"
    #: A mailbox must be proven first.
    PROVE = "prove"
    #: Not now.
    WAIT = "wait"


@dataclass(frozen=True)
class Visitor:
    """Who knocks, as far as the guard asks; lives as long as the request and is never stored."""

    network: str = networks.UNKNOWN

    @classmethod
    def at(cls, address: str | None) -> Visitor:
        """Whoever sits at an internet address."""
        return cls(networks.network_of(address, bits_v4=BITS_V4, bits_v6=BITS_V6))


@dataclass(frozen=True, kw_only=True)
class Pressure:
    """What was begun and not paid lately, and what was paid."""

    of_network: int
    paid_of_network: int
    of_site: int
    paid_on_site: int
    #: How many of a network are too many.
    limit: int = NETWORK.unpaid

    @property
    def is_site_guarded(self) -> bool:
        """Whether everybody is asked for a mailbox."""
        return self.of_site >= SITE.unpaid and self.of_site > self.paid_on_site

    @property
    def verdict(self) -> Verdict:
        """What somebody hears who has proved nothing."""
        return Verdict.PROVE if self.is_network_over or self.is_site_guarded else Verdict.PASS

    @property
    def is_network_over(self) -> bool:
        """Whether a network left too many; where more were paid than left, people sit there."""
        return self.of_network >= self.limit and self.of_network > self.paid_of_network


def must_break(*, left: int, paid: int) -> bool:
    """Whether proven mailboxes no longer tell donors from thieves."""
    return left >= BREAKER.unpaid and left > 2 * paid


def is_dead(failures: int) -> bool:
    """Whether Stripe has been silent so often that nobody should be sent there."""
    return failures >= FAILED_CALLS.unpaid


def next_mail_at(*, unanswered: int, last_at: datetime | None, now: datetime) -> datetime | None:
    """When a network's next mail may go; nothing where its line is too long."""
    if unanswered < MAILS_AT_ONCE or last_at is None:
        return now
    at = max(now, last_at + MAIL_PACE)
    return at if at - now <= MAIL_WAIT_LIMIT else None


def sealed(secret: str, kind: str, value: str, day: date) -> str:
    """What stands for a network or a mailbox for a day; nothing leads back from it."""
    key = hmac.new(secret.encode(), f"guard|{day.isoformat()}".encode(), hashlib.sha256).digest()
    digest = hmac.new(key, f"{kind}|{value}".encode(), hashlib.sha256).digest()[:16]
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
