"""What the outbox keeps about people, why, and until when."""

from app.lib.personal import Kept
from app.lib.text import N_

KEPT = (
    Kept(
        table="outbox_mail",
        columns=("to", "reply_to", "locale", "values"),
        what=N_("Mails we sent you: your address, and what each mail said"),
        why=N_("To send each mail once, and to answer when you ask about it."),
        until=N_("90 days after it was sent; then the text and the address are erased."),
    ),
)
