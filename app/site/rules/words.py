"""The words in which standing pages, pins and messages are spoken of."""

from enum import StrEnum


class PageKey(StrEnum):
    """A page that any good site has; the value is its address."""

    ABOUT = "about"
    CONTACT = "contact"
    ACCESSIBILITY = "accessibility"
    REFUNDS = "refunds"
    PRIVACY = "privacy"
    COMPLAINTS = "complaints"


class PinKind(StrEnum):
    """What can be put first on the home page."""

    APPEAL = "appeal"
    EVENT = "event"
    MOBILISATION = "mobilisation"
    DROP = "drop"
    CAMPAIGN = "campaign"
    ARTICLE = "article"


class ContactAbout(StrEnum):
    """What a visitor writes about."""

    GENERAL = "general"
    PRESS = "press"
    DONATION = "donation"
    EVENT = "event"
    AID = "aid"
    SITE = "site"


class ContactState(StrEnum):
    """What became of a visitor's message."""

    UNREAD = "unread"
    ANSWERED = "answered"
    #: Answered otherwise, or nothing to answer.
    DONE = "done"
