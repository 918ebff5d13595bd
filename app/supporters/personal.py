"""What is kept about supporters, why, and until when."""

from app.lib.personal import Kept
from app.lib.text import N_

KEPT = (
    Kept(
        table="supporter",
        columns=("email", "name", "phone", "postcode", "locale"),
        what=N_("Your e-mail address, the language you read, and what else you told us of you"),
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
    Kept(
        table="supporter_tag",
        columns=("tag",),
        what=N_("Words under which organisers find you"),
        why=N_("To ask the right people when something is to be done."),
        until=N_("As long as you are known to us."),
    ),
    Kept(
        table="skill_offer",
        columns=("area", "note", "changed_at"),
        what=N_("What you told us you could do, where and when"),
        why=N_("To ask you when it is needed."),
        until=N_("Two years; then we ask you, and without an answer it goes."),
    ),
    Kept(
        table="offer_line",
        columns=("kind", "value"),
        what=N_("What you told us you could do, where and when"),
        why=N_("To ask you when it is needed."),
        until=N_("Two years; then we ask you, and without an answer it goes."),
    ),
    Kept(
        table="import_row",
        columns=("content",),
        what=N_("What a file from another system said about you"),
        why=N_("To bring you over with what you agreed to, and to undo a mistake."),
        until=N_("Until the file was taken over or put away, seven days at most."),
    ),
    Kept(
        table="data_link",
        columns=("email", "new_email", "locale"),
        what=N_("That you asked for the link to your data"),
        why=N_("To open it for you and nobody else."),
        until=N_("Seven days."),
    ),
    Kept(
        table="complaint",
        columns=("name", "email", "text", "outcome", "locale"),
        what=N_("What you complained about, and what we did about it"),
        why=N_("To answer you; the law asks for it."),
        until=N_("Two years after it was answered."),
    ),
    Kept(
        table="complaint_note",
        columns=("text",),
        what=N_("What you complained about, and what we did about it"),
        why=N_("To answer you; the law asks for it."),
        until=N_("Two years after it was answered."),
    ),
)
