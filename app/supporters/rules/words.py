"""The words in which people, imports and their requests are spoken of."""

from enum import StrEnum


class OfferKind(StrEnum):
    """What one line of somebody's offer to help names."""

    SKILL = "skill"
    LANGUAGE = "language"
    TIME = "time"


class Skill(StrEnum):
    """What somebody could do."""

    DRIVING = "driving"
    LARGE_VEHICLES = "large_vehicles"
    MECHANIC = "mechanic"
    FIRST_AID = "first_aid"
    MEDICAL = "medical"
    TRANSLATING = "translating"
    LEGAL = "legal"
    STEWARDING = "stewarding"
    COOKING = "cooking"
    SORTING = "sorting"
    WRITING = "writing"
    DESIGN = "design"
    PHOTOGRAPHY = "photography"
    COMPUTERS = "computers"
    MONEY = "money"
    TEACHING = "teaching"


class FreeTime(StrEnum):
    """When somebody could do it."""

    WEEKDAYS = "weekdays"
    EVENINGS = "evenings"
    WEEKENDS = "weekends"
    SHORT_NOTICE = "short_notice"


class ImportProfile(StrEnum):
    """Whose columns a file of people has."""

    ACTION_NETWORK = "action_network"
    MAILCHIMP = "mailchimp"
    OTHER = "other"


class ImportState(StrEnum):
    """Where an import stands; nobody is known by it before it is applied."""

    CHECKED = "checked"
    APPLIED = "applied"
    UNDONE = "undone"
    DROPPED = "dropped"


class RowOutcome(StrEnum):
    """What becomes, or became, of one line of a file."""

    #: Not known before.
    NEW = "new"
    #: Known; gaps are filled, nothing is changed.
    KNOWN = "known"
    #: Known or new, but without the consent that the file claims: the address is suppressed.
    SUPPRESSED = "suppressed"
    #: The address stands on an earlier line too.
    REPEATED = "repeated"
    #: Cannot be read; `problem` says why.
    REFUSED = "refused"


class AskedBy(StrEnum):
    """How somebody asked us to erase her, or complained."""

    #: Herself, on a page of ours.
    PAGE = "page"
    #: An organiser entered it for her.
    PHONE = "phone"
    PAPER = "paper"


class DataLinkKind(StrEnum):
    """What a link mailed to somebody about her data opens."""

    #: Everything that is kept about her.
    SEE = "see"
    #: Erasing it; asked for on that page and proven by one more mail.
    ERASE = "erase"
    #: Her new address; mailed to that one.
    MOVE = "move"
    #: Mail may go to her again although she, or a bounce, had ended it.
    LIFT = "lift"


class ComplaintKind(StrEnum):
    """What a complaint is about."""

    DATA = "data"
    FUNDRAISING = "fundraising"
    EVENT = "event"
    AID = "aid"
    OTHER = "other"


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    #: Sent twice, or not a complaint; a note says which.
    SET_ASIDE = "set_aside"
