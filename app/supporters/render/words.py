"""The words of the desk about people: consents, where they were given, imports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from app.mail.rules.addresses import SuppressionReason
from app.supporters.models.people import Consent
from app.supporters.rules.consents import WORDINGS, ConsentPurpose, ConsentSource
from app.supporters.rules.words import ImportProfile, ImportState, RowOutcome

PURPOSE_NAMES: Final[Mapping[ConsentPurpose, LazyString]] = {
    ConsentPurpose.UPDATES: _l("News about what we do"),
    ConsentPurpose.APPEALS: _l("How appeals go on"),
    ConsentPurpose.EVENTS: _l("Protests, events and collections"),
}
SOURCE_NAMES: Final[Mapping[ConsentSource, LazyString]] = {
    ConsentSource.GIVING_FORM: _l("with a gift"),
    ConsentSource.RSVP_FORM: _l("when she said that she comes"),
    ConsentSource.JOIN_FORM: _l("when she joined"),
    ConsentSource.PREFERENCES: _l("on her own page"),
    ConsentSource.PHONE: _l("rang"),
    ConsentSource.PAPER: _l("on paper"),
    ConsentSource.IMPORT: _l("from another system"),
}
SUPPRESSION_NAMES: Final[Mapping[SuppressionReason, LazyString]] = {
    SuppressionReason.ASKED: _l("She asked us not to write any more."),
    SuppressionReason.COMPLAINT: _l("She called a mail of ours spam."),
    SuppressionReason.BOUNCE: _l("Mail to this address comes back."),
    SuppressionReason.PREFERENCE_SERVICE: _l(
        "She is listed with the Fundraising Preference Service."
    ),
}
PROFILE_NAMES: Final[Mapping[ImportProfile, LazyString]] = {
    ImportProfile.ACTION_NETWORK: _l("Action Network"),
    ImportProfile.MAILCHIMP: _l("Mailchimp"),
    ImportProfile.OTHER: _l("Another system or a spreadsheet"),
}
#: Name and tone.
STATE_TAGS: Final[Mapping[ImportState, tuple[LazyString, str]]] = {
    ImportState.CHECKED: (_l("Not brought in yet"), "wait"),
    ImportState.APPLIED: (_l("Brought in"), "good"),
    ImportState.UNDONE: (_l("Taken back"), "neutral"),
    ImportState.DROPPED: (_l("Put away"), "neutral"),
}
OUTCOME_NAMES: Final[Mapping[RowOutcome, LazyString]] = {
    RowOutcome.NEW: _l("New people"),
    RowOutcome.KNOWN: _l("Known people"),
    RowOutcome.SUPPRESSED: _l("Not written to"),
    RowOutcome.REPEATED: _l("Twice in the file"),
    RowOutcome.REFUSED: _l("Cannot be taken"),
}
OUTCOME_HINTS: Final[Mapping[RowOutcome, LazyString]] = {
    RowOutcome.NEW: _l("We did not know them."),
    RowOutcome.KNOWN: _l("Gaps are filled; nothing that we know is changed."),
    RowOutcome.SUPPRESSED: _l("They said no before. The file cannot change that."),
    RowOutcome.REPEATED: _l("The first line counts."),
    RowOutcome.REFUSED: _l("The list below says why."),
}


def wording_of(consent: Consent, group: str) -> str:
    """The sentence that somebody agreed to, in the language of the page."""
    words = WORDINGS.get((consent.purpose, consent.wording_version))
    return gettext(words, group=group) if words else str(PURPOSE_NAMES[consent.purpose])
