"""What is kept about organisers who hear of what waits, why, and until when."""

from app.lib.personal import Kept
from app.lib.text import N_

KEPT = (
    Kept(
        table="notice",
        columns=("taken_by_id", "taken_at", "given_back_at"),
        what=N_("That you said you were on something that waited, and when"),
        why=N_("So that two people do not do the same."),
        until=N_("90 days after it waited no longer; the record of changes keeps it for longer."),
    ),
    Kept(
        table="notice_told",
        columns=("account_id", "told_at"),
        what=N_("When we wrote to you about something that waited"),
        why=N_("So that you hear of each thing once."),
        until=N_("90 days after it waited no longer."),
    ),
    Kept(
        table="notice_choice",
        columns=("account_id", "pace", "chosen_at"),
        what=N_("What you chose to hear of, and how soon"),
        why=N_("So that we write as often as you wish."),
        until=N_("A year after your account is closed."),
    ),
)
