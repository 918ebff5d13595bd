"""E-mail addresses: one written form for each, and a shortened one for pages and logs."""

import re

from email_validator import EmailNotValidError, validate_email

from app.lib.errors import UserError
from app.lib.text import N_, clean_line

# Keyboards of right-to-left languages leave direction marks behind.
_MARKS = re.compile("[\u200e\u200f\u061c]")
_TYPED = N_("Enter an e-mail address in the right form, like name@example.org.")


class EmailProblem(UserError):  # noqa: N818 - it is the problem's sentence that is passed on
    """The address cannot be one."""


def normalise_email(text: str) -> str:
    """The address in lower case with an ASCII domain; raises EmailProblem.

    No look-up is made: whether mail arrives is found out by sending it.
    """
    try:
        found = validate_email(
            _MARKS.sub("", clean_line(text)).strip(),
            check_deliverability=False,
            allow_smtputf8=False,
            strict=True,
        )
    except EmailNotValidError as error:
        raise EmailProblem(_TYPED) from error
    return (found.ascii_email or found.normalized).lower()


def mask_email(email: str) -> str:
    """Enough of an address to recognise one's own, such as a…@example.org."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}\u2026@{domain}"
