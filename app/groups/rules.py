"""What kinds of body there are, and what a body must have before it may run things."""

from __future__ import annotations

import re
from enum import StrEnum

from app.lib.text import N_

#: The prefix that Stripe puts before a suffix, the suffix and a space share 22 characters.
STATEMENT_NAME_LIMIT = 22
STATEMENT_NAME_MIN = 5
#: Stripe refuses these in a statement descriptor, and anything that is not Latin.
_STATEMENT_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 .,&()/+#-]+")
#: The name is part of the names of settings, so no hyphens.
_ACCOUNT_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class GroupKind(StrEnum):
    """What a body is in law; it decides wording, Gift Aid and where money may go."""

    NETWORK = "network"
    CHARITY = "charity"
    PARTNER = "partner"


KIND_LABELS = {
    GroupKind.NETWORK: N_("Campaign group"),
    GroupKind.CHARITY: N_("Charity"),
    GroupKind.PARTNER: N_("Partner organisation"),
}

#: How such bodies are usually constituted in the United Kingdom, so that pages can say it in each
#: language (`_(group.legal_form)`); any other form is shown as it was typed.
LEGAL_FORMS = (
    N_("Unincorporated association"),
    N_("Charitable incorporated organisation"),
    N_("Community interest company"),
    N_("Company limited by guarantee"),
    N_("Charitable trust"),
    N_("Community benefit society"),
)


def is_slug(text: str) -> bool:
    """Whether the text may stand in an address."""
    return len(text) <= 80 and _SLUG.fullmatch(text) is not None


def is_account_name(text: str) -> bool:
    """Whether the text may name a payment account in settings and addresses."""
    return _ACCOUNT_NAME.fullmatch(text) is not None


def is_statement_name(text: str) -> bool:
    """Whether banks can print the text on a statement (Latin, 5 to 22 characters, a letter)."""
    return (
        STATEMENT_NAME_MIN <= len(text) <= STATEMENT_NAME_LIMIT
        and _STATEMENT_NAME.fullmatch(text) is not None
    )
