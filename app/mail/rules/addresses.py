"""Why an address gets no more mail, which mails that stops, and what becomes of mail that comes."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from app.lib.bounces import BounceKind


class SuppressionReason(StrEnum):
    """Why an address gets no more mail."""

    #: She asked us not to write any more, whatever about.
    ASKED = "asked"
    #: She, or her provider for her, called a mail of ours spam.
    COMPLAINT = "complaint"
    #: A server said that the address does not exist, or sent back too much in a row.
    BOUNCE = "bounce"
    #: She is listed with the Fundraising Preference Service.
    PREFERENCE_SERVICE = "preference_service"


class ReceivedState(StrEnum):
    """Whether somebody looked at a mail that came in."""

    UNREAD = "unread"
    SEEN = "seen"


class Purpose(StrEnum):
    """Why a mail goes out; it decides what stops it, and what goes first."""

    #: Somebody asked for it just now: her links, a mailbox to confirm, a new password.
    ASKED_FOR = "asked_for"
    #: It follows from what she does with us: a receipt, a place at an event, a change of it.
    SERVICE = "service"
    #: Written to many.
    MAILING = "mailing"


#: What stops a mail. Who asks for a mail now gets it: else nobody could lift a suppression.
STOPS: Mapping[Purpose, frozenset[SuppressionReason]] = {
    Purpose.ASKED_FOR: frozenset(),
    Purpose.SERVICE: frozenset({SuppressionReason.BOUNCE}),
    Purpose.MAILING: frozenset(SuppressionReason),
}

_ASKED_FOR = frozenset(
    {"accounts/invitation", "accounts/reset", "appeals/pay_link", "supporters/mail_again"}
)
#: The last word of the names of mails that open a private page or prove a mailbox.
_ASKED_FOR_WORDS = frozenset({"confirm", "erase", "link", "links", "mailbox", "proof"})


def purpose_of(template: str) -> Purpose:
    """Why a mail of the outbox goes out, by the folder of its template."""
    last_word = template.rpartition("/")[2].rpartition("_")[2]
    is_asked_for = template in _ASKED_FOR or last_word in _ASKED_FOR_WORDS
    return Purpose.ASKED_FOR if is_asked_for else Purpose.SERVICE


def address_hash(secret: str, email: str) -> str:
    """A code for an address that only this installation can make: it outlives the address."""
    message = f"mail-address\0{email.strip().lower()}".encode()
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


# --- addresses from which mail comes back -------------------------------------------------------

#: So often in a row, and over so long a time, mail may come back for a while only.
MOST_SOFT = 5
SOFT_FOR = timedelta(days=14)
#: Several mails that come back within this time count once: one full mailbox, one holiday.
SOFT_APART = timedelta(hours=20)
#: A server that took a mail and could not deliver it has said so by then.
SETTLES_AFTER = timedelta(days=6)
#: How long it is known that mail came back, where nothing more was sent.
KEEP_HEALTH = timedelta(days=90)


class Weight(StrEnum):
    """What a mail that came back says about its address."""

    #: The address does not exist.
    HARD = "hard"
    #: It may work another day.
    SOFT = "soft"
    #: Nothing: it is about us, about the mail, or no failure.
    NONE = "none"


def weigh(kind: BounceKind, status: str, *, is_formal: bool) -> Weight:
    """What a report says about the address, by its kind and its status ("5.1.1").

    Only a report in the form of RFC 3464, or a server's own answer, can be hard. A full mailbox is
    soft whatever its number is, and a refusal by policy is about us.
    """
    if kind is BounceKind.NO_SUCH_ADDRESS:
        return Weight.HARD if is_formal and status.startswith("5.") else Weight.SOFT
    # The domain does not exist, or says that it takes no mail.
    if kind is BounceKind.UNREACHABLE and is_formal and status in {"5.1.2", "5.1.10", "5.4.4"}:
        return Weight.HARD
    is_soft = kind in {BounceKind.MAILBOX_FULL, BounceKind.UNREACHABLE, BounceKind.OTHER}
    return Weight.SOFT if is_soft else Weight.NONE


def is_given_up(count: int, first: datetime, now: datetime) -> bool:
    """Whether mail came back so often and for so long that the mailbox is taken to be gone."""
    return count >= MOST_SOFT and now - first >= SOFT_FOR


# --- mail that came in --------------------------------------------------------------------------

#: So much of a mail is kept for a person to read.
LARGEST_KEPT = 64 * 1024
#: While so many wait to be read, more stay where they are: in the mailbox, or with the server.
MOST_UNREAD = 2000
KEEP_RECEIVED = timedelta(days=30)
