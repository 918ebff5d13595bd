"""What is kept about supporters, why, and until when."""

from app.lib.personal import Kept
from app.lib.text import N_

KEPT = (
    Kept(
        table="supporter",
        columns=("email", "locale"),
        what=N_("Your e-mail address and the language you read"),
        why=N_("To send you receipts and what you asked for, in your language."),
        until=N_(
            "As long as we must keep a gift of yours or you let us write to you; then it is erased."
        ),
    ),
    Kept(
        table="consent",
        columns=("purpose", "wording_version", "locale", "source", "given_at", "withdrawn_at"),
        what=N_("What you agreed to, in which words and when, and when you took it back"),
        why=N_("To show that we write only to people who said yes."),
        until=N_("Six years after you took it back, so that we can answer for it."),
    ),
)
