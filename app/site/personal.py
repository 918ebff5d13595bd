"""What the site keeps about people who write to us, why, and until when."""

from app.lib.personal import Kept
from app.lib.text import N_

KEPT = (
    Kept(
        table="contact_message",
        columns=("name", "email", "text", "answer", "locale"),
        what=N_("What you wrote to us by the form, and our answer"),
        why=N_("To answer you."),
        until=N_("Ninety days after it was answered; a year, if nobody answers."),
    ),
    Kept(
        table="contact_message",
        columns=("network",),
        what=N_("A code made from the network from which you wrote to us"),
        why=N_("So that nobody fills our lists alone."),
        until=N_("One day."),
    ),
)
