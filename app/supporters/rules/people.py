"""What may be written down about somebody."""

import re
from dataclasses import dataclass
from typing import Final

from app.lib.folding import fold
from app.lib.postcodes import read_postcode
from app.lib.text import clean_line

NAME_LENGTH: Final = 120
PHONE_LENGTH: Final = 40
POSTCODE_LENGTH: Final = 12
TAG_LENGTH: Final = 40
#: With fewer digits two numbers are alike by chance.
_PHONE_DIGITS: Final = 9


@dataclass(frozen=True, kw_only=True)
class PersonContent:
    """What organisers know of somebody beside her address."""

    name: str | None
    phone: str | None
    postcode: str | None
    locale: str


def clean_tag(text: str) -> str | None:
    """A tag as it is kept, in lower case so that it is one word however it is typed; or None."""
    tag = clean_line(text).casefold()
    return tag if 0 < len(tag) <= TAG_LENGTH else None


def clean_postcode(text: str) -> str | None:
    """A postcode in its written form; another country's as it stands, where it is short enough."""
    typed = clean_line(text)
    found = read_postcode(typed)
    return str(found) if found else typed.upper()[:POSTCODE_LENGTH] or None


def phone_key(phone: str) -> str | None:
    """By what two telephone numbers are known to be one: the last digits, whatever the prefix."""
    digits = "".join(str(int(each)) for each in phone if each.isdecimal())
    return digits[-_PHONE_DIGITS:] if len(digits) >= _PHONE_DIGITS else None


def name_key(name: str) -> str:
    """By what two names are known to be one."""
    return " ".join(re.split(r"\W+", fold(name))).strip()
