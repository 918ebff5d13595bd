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
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
#: What people put between the digits of bank details.
_BETWEEN = re.compile(r"[\s\-.–/]+")


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


# --- bank details -------------------------------------------------------------------------------


def read_sort_code(text: str) -> str | None:
    """The six digits of a British sort code however they were typed, or nothing."""
    digits = _BETWEEN.sub("", text)
    return digits if re.fullmatch(r"[0-9]{6}", digits) else None


def read_account_number(text: str) -> str | None:
    """The eight digits of a British account; older ones of six or seven get noughts before them."""
    digits = _BETWEEN.sub("", text)
    return digits.zfill(8) if re.fullmatch(r"[0-9]{6,8}", digits) else None


def read_iban(text: str) -> str | None:
    """An international account number without spaces, or nothing where its check digits differ."""
    iban = _BETWEEN.sub("", text).upper()
    if _IBAN.fullmatch(iban) is None:
        return None
    turned = iban[4:] + iban[:4]
    return iban if int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1 else None


def read_bic(text: str) -> str | None:
    """The code of a bank, or nothing where it has not the shape of one."""
    bic = _BETWEEN.sub("", text).upper()
    return bic if _BIC.fullmatch(bic) else None


def spaced_sort_code(digits: str) -> str:
    """A sort code as banks print it: 12-34-56."""
    return "-".join(digits[place : place + 2] for place in range(0, len(digits), 2))


def spaced_iban(iban: str) -> str:
    """An international account number as banks print it, in fours."""
    return " ".join(iban[place : place + 4] for place in range(0, len(iban), 4))


# --- the switch of cards ------------------------------------------------------------------------


class CardsCause(StrEnum):
    """Why a payment account takes no cards for a while."""

    #: A person decided it; only a person takes it back.
    HAND = "hand"
    #: Too many payments were begun that nobody meant to pay.
    BREAKER = "breaker"
    #: Stripe did not answer several times in a row.
    CALLS = "calls"


CAUSE_NAMES = {
    CardsCause.HAND: N_("Switched off by hand"),
    CardsCause.BREAKER: N_("Switched off by itself: stolen cards are being tried out"),
    CardsCause.CALLS: N_("Switched off by itself: Stripe did not answer"),
}
