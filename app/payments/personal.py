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
)
