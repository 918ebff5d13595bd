"""Test cards: what each does, in the words of Stripe's test numbers (docs.stripe.com/testing)."""

from dataclasses import dataclass
from enum import StrEnum

from app.rehearsal.bodies import Body


class Card(StrEnum):
    """The cards on the payment page."""

    SUCCESS = "success"
    DECLINED = "declined"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    THREE_D_SECURE = "three_d_secure"
    PROCESSING_ERROR = "processing_error"


@dataclass(frozen=True)
class Refusal:
    """Why a card was not charged, as the intent's ``last_payment_error`` tells it."""

    code: str
    message: str
    decline_code: str | None = None

    def error(self, charge_id: str | None, method: Body) -> Body:
        """The error object of the payment intent."""
        optional = {"decline_code": self.decline_code, "charge": charge_id}
        return {
            "code": self.code,
            "doc_url": f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}",
            "message": self.message,
            "payment_method": method,
            "type": "card_error" if charge_id else "invalid_request_error",
            **{key: value for key, value in optional.items() if value is not None},
        }


LAST4 = {
    Card.SUCCESS: "4242",
    Card.DECLINED: "0002",
    Card.INSUFFICIENT_FUNDS: "9995",
    Card.THREE_D_SECURE: "3220",
    Card.PROCESSING_ERROR: "0119",
}
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
CHALLENGE_FAILED = Refusal(
    "payment_intent_authentication_failure",
    "We are unable to authenticate your payment method. Please choose a different payment method "
    "and try again.",
)
