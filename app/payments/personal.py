"""What payments keep about people, why, and until when."""

from app.lib.personal import Kept
from app.lib.text import N_

KEPT = (
    Kept(
        table="checkout_attempt",
        columns=("params",),
        what=N_("The e-mail address that the payment page was opened with"),
        why=N_("So that the payment page knows whom to send Stripe's own messages to."),
        until=N_("Ninety days after the attempt to pay."),
    ),
    Kept(
        table="stripe_event",
        columns=("body",),
        what=N_("Stripe's message about a payment, with the name and country of the payer"),
        why=N_("So that a mistake in the books can be found."),
        until=N_("Ninety days."),
    ),
    Kept(
        table="plan",
        columns=("method_last4",),
        what=N_("The last digits of the card or bank account of a regular gift"),
        why=N_("So that the donor recognises what it is collected with."),
        until=N_("As long as the books must be kept."),
    ),
    Kept(
        table="plan_change",
        columns=("params", "reason"),
        what=N_("What was asked of a regular gift and why; a new address until Stripe has it"),
        why=N_("So that it is done even if Stripe is away for a while, and can be explained."),
        until=N_("As long as the books must be kept; an address until Stripe has it."),
    ),
    Kept(
        table="card_try",
        columns=("network", "mailbox"),
        what=N_(
            "A fingerprint of the part of the internet you gave from, and of an address that was "
            "asked to prove itself; made with a key that changes daily, nobody can read it back"
        ),
        why=N_("So that thieves who try out stolen cards are told from people who give."),
        until=N_("One day."),
    ),
)
