"""What mailings keep about people, why, and until when."""

from app.lib.personal import Kept
from app.lib.text import N_

KEPT = (
    Kept(
        table="mailing_recipient",
        columns=(
            *("supporter_id", "locale", "state", "skip_reason", "finished_at"),
            *("bounced_at", "bounce_kind", "unsubscribed_at"),
        ),
        what=N_("Which mailings of a group went to you, and whether they came back"),
        why=N_("To send each of them once, and to answer when you ask why you got it."),
        until=N_("One year after it was sent. Whether you opened it is never known to us."),
    ),
)
