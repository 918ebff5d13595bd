"""What the states, kinds and ways of appeals and donations are called."""

from __future__ import annotations

from enum import StrEnum


class Frequency(StrEnum):
    """How often a donor gives."""

    ONCE = "once"
    MONTHLY = "monthly"
    YEARLY = "yearly"


class RegularState(StrEnum):
    """How a regular donation stands."""

    #: Decided, and not paid for the first time yet.
    BEGINNING = "beginning"
    ACTIVE = "active"
    #: A collection did not go through and waits for the donor.
    PAST_DUE = "past_due"
    PAUSED = "paused"
    STOPPED = "stopped"


class DonationSource(StrEnum):
    """How a donation reached us."""

    WEB = "web"
    #: Entered by an organiser for somebody who rang or wrote.
    PHONE = "phone"
    PAPER = "paper"
    #: A later collection of a regular donation.
    RENEWAL = "renewal"
    #: Found on a bank statement, in a collecting box…
    ENTERED = "entered"


class PayingBy(StrEnum):
    """How a donor means to pay."""

    CARD = "card"
    TRANSFER = "transfer"
    STANDING_ORDER = "standing_order"
    CHEQUE = "cheque"
    CASH = "cash"


class MessageState(StrEnum):
    """Whether a donor's message may be shown; nobody's is before somebody has read it."""

    WAITING = "waiting"
    SHOWN = "shown"
    HIDDEN = "hidden"


class SourceKind(StrEnum):
    """What a source code was made for."""

    LINK = "link"
    POSTER = "poster"
    QR = "qr"
    ARTICLE = "article"


class AppealStage(StrEnum):
    """Where an appeal stands in its life; derived, never stored."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"


class DonationState(StrEnum):
    """What became of a donation; derived from its money, never stored and never added up."""

    NOT_PAID = "not_paid"
    ON_ITS_WAY = "on_its_way"
    RECEIVED = "received"
    PART_RETURNED = "part_returned"
    RETURNED = "returned"
