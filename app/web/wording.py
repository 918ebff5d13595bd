"""What WTForms finds wrong, said in our own words and in the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

from app.lib.text import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

_MISSING = N_("Please fill this in.")
_WRONG = N_("This cannot be right. Please look at it again.")
_CHOICE = N_("Please choose from what is offered.")
_SHORT = N_("Please use at least %(min)d characters.")
_LONG = N_("Please use at most %(max)d characters.")
_WHOLE = N_("Enter a whole number, like 12.")

#: The library's sentence → ours. What only a programmer could cause is left as it is.
SENTENCES: Mapping[str, str] = {
    "This field is required.": _MISSING,
    "Invalid input.": _WRONG,
    "Field must be equal to %(other_name)s.": _WRONG,
    "Field must be at least %(min)d character long.": _SHORT,
    "Field cannot be longer than %(max)d character.": _LONG,
    "Field must be exactly %(max)d character long.": N_("Please use exactly %(max)d characters."),
    "Field must be between %(min)d and %(max)d characters long.": _LONG,
    "Number must be at least %(min)s.": N_("Enter %(min)s or more."),
    "Number must be at most %(max)s.": N_("Enter %(max)s or less."),
    "Number must be between %(min)s and %(max)s.": N_("Enter something from %(min)s to %(max)s."),
    "Date must be at least %(min)s.": N_("Enter %(min)s or a later day."),
    "Date must be at most %(max)s.": N_("Enter %(max)s or an earlier day."),
    "Date must be between %(min)s and %(max)s.": N_("Enter a day from %(min)s to %(max)s."),
    "Invalid email address.": N_(
        "Enter an e-mail address in the right form, like name@example.org."
    ),
    "Invalid URL.": N_("Enter the address of a page, like https://example.org."),
    "Invalid value, must be one of: %(values)s.": _CHOICE,
    "Invalid value, can't be any of: %(values)s.": _WRONG,
    "Invalid Choice: could not coerce.": _CHOICE,
    "Invalid choice(s): one or more data inputs could not be coerced.": _CHOICE,
    "Not a valid choice.": _CHOICE,
    "'%(value)s' is not a valid choice for this field.": _CHOICE,
    "Not a valid datetime value.": N_("Enter a day and a time, like 2026-11-22 18:30."),
    "Not a valid date value.": N_("Enter a day, like 2026-11-22."),
    "Not a valid time value.": N_("Enter a time, like 18:30."),
    "Not a valid week value.": _WRONG,
    "Not a valid integer value.": _WHOLE,
    "Not a valid decimal value.": N_("Enter a number, like 12 or 12.5."),
    "Not a valid float value.": N_("Enter a number, like 12 or 12.5."),
}


class Wording:
    """Stands where WTForms looks for its translations."""

    def gettext(self, sentence: str) -> str:
        """Our sentence for the library's, its gaps still open."""
        return str(gettext(SENTENCES.get(sentence, sentence)))

    def ngettext(self, one: str, _many: str, _count: int) -> str:
        """The same; none of our sentences depends on the number."""
        return self.gettext(one)
