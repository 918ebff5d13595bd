"""Why an address gets no more mail, and what becomes of mail that comes in."""

from enum import StrEnum


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
