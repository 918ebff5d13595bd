"""What a supporter can agree to, and the words she saw when she did."""

from collections.abc import Mapping
from enum import StrEnum

from app.lib.text import N_


class ConsentPurpose(StrEnum):
    """What a consent allows; each purpose is asked for by itself and never pre-ticked."""

    UPDATES = "updates"


class ConsentSource(StrEnum):
    """Where a consent was given."""

    GIVING_FORM = "giving_form"
    RSVP_FORM = "rsvp_form"
    #: Told to an organiser, who wrote it down.
    PHONE = "phone"
    PAPER = "paper"


#: The version of each wording in use. A changed sentence gets a new number and keeps the old one,
#: so that a consent row always says what was read.
CURRENT_WORDING: Mapping[ConsentPurpose, int] = {ConsentPurpose.UPDATES: 1}

WORDINGS: Mapping[tuple[ConsentPurpose, int], str] = {
    (ConsentPurpose.UPDATES, 1): N_(
        "Yes, e-mail me news about what %(group)s does. I can stop this at any time."
    ),
}


def current_wording(purpose: ConsentPurpose) -> tuple[int, str]:
    """Return the version and the msgid of the wording now shown for a purpose."""
    version = CURRENT_WORDING[purpose]
    return version, WORDINGS[purpose, version]
