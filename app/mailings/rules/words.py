"""The words in which mailings are spoken of."""

from enum import StrEnum


class MailingState(StrEnum):
    """Where a mailing stands."""

    DRAFT = "draft"
    #: Goes at an hour.
    SCHEDULED = "scheduled"
    #: Its hour passed more than an hour ago, or a backup was restored: a person decides.
    OVERDUE = "overdue"
    SENDING = "sending"
    PAUSED = "paused"
    #: What was not out yet does not go.
    STOPPED = "stopped"
    #: Nobody waits any more.
    SENT = "sent"


class RecipientState(StrEnum):
    """What became of a mailing for one person."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    #: A server said that it will never take it.
    REFUSED = "refused"
    #: Tried for days.
    FAILED = "failed"
    #: Must not go to her; a reason says why.
    SKIPPED = "skipped"


class SkipReason(StrEnum):
    """Why a mailing did not go to somebody."""

    NO_CONSENT = "no_consent"
    SUPPRESSED = "suppressed"
    ERASED = "erased"
    #: Another address of the same person gets it.
    SAME_PERSON = "same_person"
    STOPPED = "stopped"


class MailingKind(StrEnum):
    """What a mailing is about; each kind asks for a consent of its own."""

    NEWS = "news"
    APPEAL = "appeal"
    EVENTS = "events"
