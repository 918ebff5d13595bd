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
    Kept(
        table="outbox_mail",
        columns=("bounced_at", "bounce_reason", "bounce_seen_at"),
        what=N_("Whether a mail to you came back, and of which kind the reason was"),
        why=N_("To put a mistyped address right, so that you get your receipt."),
        until=N_("As long as the note that a mail was sent; it does not name you after 90 days."),
    ),
    Kept(
        table="suppression",
        columns=("address_hash", "reason", "since", "lifted_at"),
        what=N_("A code made from your address, if no more mail may go to it, and why"),
        why=N_("So that nobody writes to you again by mistake, also after you were erased."),
        until=N_("Until you lift it yourself."),
    ),
    Kept(
        table="address_health",
        columns=("address_hash", "soft_count", "first_soft_at", "last_soft_at", "taken_at"),
        what=N_("A code made from your address, with how often mail to it came back of late"),
        why=N_("To stop writing to mailboxes that are gone."),
        until=N_("Until a mail reaches you, ninety days at most."),
    ),
    Kept(
        table="received_mail",
        columns=("data",),
        what=N_("Mail that came to the address for bounces"),
        why=N_("So that a person reads what no program understands."),
        until=N_("Thirty days after somebody read it."),
    ),
)
