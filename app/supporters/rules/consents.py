"""What a supporter can agree to, and the words she saw when she did."""

from collections.abc import Mapping
from enum import StrEnum

from app.lib.text import N_


class ConsentPurpose(StrEnum):
    """What a consent allows; each purpose is asked for by itself and never pre-ticked."""

    #: News about what a group does.
    UPDATES = "updates"
    #: How an appeal goes on, and what is still needed.
    APPEALS = "appeals"
    #: Protests, events and collections.
    EVENTS = "events"


class ConsentSource(StrEnum):
    """Where a consent was given."""

    GIVING_FORM = "giving_form"
    RSVP_FORM = "rsvp_form"
    JOIN_FORM = "join_form"
    #: Ticked on her own page.
    PREFERENCES = "preferences"
    #: Told to an organiser, who wrote it down.
    PHONE = "phone"
    PAPER = "paper"
    #: Came with a file from another system; the import says which.
    IMPORT = "import"


#: The version of each wording in use. A changed sentence gets a new number and keeps the old one,
#: so that a consent row always says what was read.
CURRENT_WORDING: Mapping[ConsentPurpose, int] = {
    ConsentPurpose.UPDATES: 1,
    ConsentPurpose.APPEALS: 1,
    ConsentPurpose.EVENTS: 1,
}

WORDINGS: Mapping[tuple[ConsentPurpose, int], str] = {
    (ConsentPurpose.UPDATES, 1): N_(
        "Yes, e-mail me news about what %(group)s does. I can stop this at any time."
    ),
    (ConsentPurpose.APPEALS, 1): N_(
        "Yes, e-mail me how the appeals of %(group)s go on and what is still needed. I can stop "
        "this at any time."
    ),
    (ConsentPurpose.EVENTS, 1): N_(
        "Yes, e-mail me about protests, events and collections of %(group)s. I can stop this at "
        "any time."
    ),
}


def current_wording(purpose: ConsentPurpose) -> tuple[int, str]:
    """Return the version and the msgid of the wording now shown for a purpose."""
    version = CURRENT_WORDING[purpose]
    return version, WORDINGS[purpose, version]
