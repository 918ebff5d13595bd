"""Test cards and bank accounts: what each does, in the words of Stripe's test numbers.

docs.stripe.com/testing has the cards, docs.stripe.com/payments/payment-methods/bacs-debit the
accounts.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.rehearsal.bodies import Body, public


class Card(StrEnum):
    """The cards and the bank accounts on the payment page."""

    SUCCESS = "success"
    DECLINED = "declined"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    THREE_D_SECURE = "three_d_secure"
    PROCESSING_ERROR = "processing_error"
    MASTERCARD = "mastercard"  # pays, as SUCCESS does: another card to change to
    DECLINED_LATER = "declined_later"  # pays the first time; every collection after it is declined
    BACS = "bacs"
    BACS_FAILS = "bacs_fails"  # the bank refuses after some days
    BACS_CANCELLED = "bacs_cancelled"  # as does this one, and the instruction ends with it


@dataclass(frozen=True)
class Refusal:
    """Why a card was not charged, as the intent's ``last_payment_error`` tells it."""

    code: str
    message: str
    decline_code: str | None = None

    def error(self, charge_id: str | None, method: Body) -> Body:
        """The error object of the payment intent."""
        optional = {"decline_code": self.decline_code, "charge": charge_id}
        is_card = method["type"] == "card"
        return {
            "code": self.code,
            "doc_url": f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}",
            "message": self.message,
            "payment_method": public(method),
            "type": "card_error" if is_card and charge_id else "invalid_request_error",
            **{key: value for key, value in optional.items() if value is not None},
        }


LAST4 = {
    Card.SUCCESS: "4242",
    Card.DECLINED: "0002",
    Card.INSUFFICIENT_FUNDS: "9995",
    Card.THREE_D_SECURE: "3220",
    Card.PROCESSING_ERROR: "0119",
    Card.MASTERCARD: "4444",
    Card.DECLINED_LATER: "0341",
    Card.BACS: "2345",
    Card.BACS_FAILS: "2227",
    Card.BACS_CANCELLED: "3335",
}
DEBITS = {
    Card.BACS: "00012345",
    Card.BACS_FAILS: "22222227",
    Card.BACS_CANCELLED: "33333335",
}
SORT_CODE = "108800"
REFUSALS = {
    Card.DECLINED: Refusal("card_declined", "Your card was declined.", "generic_decline"),
    Card.INSUFFICIENT_FUNDS: Refusal(
        "card_declined", "Your card has insufficient funds.", "insufficient_funds"
    ),
    Card.PROCESSING_ERROR: Refusal(
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
        "processing_error",
    ),
}
LATER = {Card.DECLINED_LATER: REFUSALS[Card.DECLINED]}
DEBIT_REFUSALS = {
    Card.BACS_FAILS: Refusal(
        "insufficient_funds", "The customer's account has insufficient funds to cover this payment."
    ),
    Card.BACS_CANCELLED: Refusal(
        "debit_not_authorized",
        "The customer has notified their bank that this payment was unauthorized.",
    ),
}
NEEDS_CHECK = Refusal("authentication_required", "This payment needs the payer's 3-D Secure check.")
CODES = {
    "card_declined": "Your card was declined.",
    "do_not_honor": "Your card was declined.",
    "expired_card": "Your card has expired.",
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "lost_card": "Your card was declined.",
    "stolen_card": "Your card was declined.",
}
OWN_CODES = {"expired_card", "processing_error"}


def refusal_by(code: str) -> Refusal:
    """The refusal of a renewal by its decline code; raises ValueError for one there is not."""
    if code in {"authentication_required", "requires_action"}:
        return NEEDS_CHECK
    if code not in CODES:
        known = ", ".join(["requires_action", *CODES])
        raise ValueError(f"There is no decline code {code!r}; there are {known}.")
    if code in {"card_declined", "generic_decline"}:
        return REFUSALS[Card.DECLINED]
    own = code if code in OWN_CODES else "card_declined"
    return Refusal(own, CODES[code], None if own == code else code)


CHALLENGE_FAILED = Refusal(
    "payment_intent_authentication_failure",
    "We are unable to authenticate your payment method. Please choose a different payment method "
    "and try again.",
)
