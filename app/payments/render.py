"""How payments are put into words for whoever keeps the books.

Stripe adds words as it likes, so what we have no words for is shown as Stripe says it.
"""

from flask_babel import lazy_gettext as _l

from app.payments.rules.attempts import AttemptState
from app.payments.rules.collecting import PaymentState, RefundState
from app.payments.rules.events import EventState

#: How a payment stands, and what that means.
PAYMENT_NAMES = {
    PaymentState.PENDING: _l("Begun"),
    PaymentState.PROCESSING: _l("With the bank"),
    PaymentState.SUCCEEDED: _l("Paid"),
    PaymentState.FAILED: _l("Refused"),
    PaymentState.CANCELED: _l("Given up"),
    PaymentState.LATE_FAILED: _l("Taken back by the bank"),
}
PAYMENT_HINTS = {
    PaymentState.PENDING: _l("The donor has not finished paying. No money moved."),
    PaymentState.PROCESSING: _l("The bank takes some days. The money is not ours yet."),
    PaymentState.SUCCEEDED: _l("The money is in our balance at Stripe."),
    PaymentState.FAILED: _l("No money moved. The donor can still try another card."),
    PaymentState.CANCELED: _l("No money moved, and none will."),
    PaymentState.LATE_FAILED: _l("It had come, but the donor's bank took it back."),
}

#: What became of a try at paying.
ATTEMPT_NAMES = {
    AttemptState.CREATING: _l("The payment page was asked for; Stripe has not answered yet."),
    AttemptState.OPEN: _l("The payment page is open. Nothing is paid yet."),
    AttemptState.COMPLETE: _l("The donor finished the payment page."),
    AttemptState.EXPIRED: _l("The payment page closed without a payment."),
    AttemptState.ERROR: _l("Stripe would not open a payment page."),
}

REFUND_NAMES = {
    RefundState.PENDING: _l("on its way back to the donor"),
    RefundState.REQUIRES_ACTION: _l("waits for the donor"),
    RefundState.SUCCEEDED: _l("done"),
    RefundState.FAILED: _l("failed: the money is still ours to give back"),
    RefundState.CANCELED: _l("called off"),
    RefundState.UNKNOWN: _l("in a state that we do not know"),
}

#: https://docs.stripe.com/api/disputes/object#dispute_object-status
_DISPUTES = {
    "warning_needs_response": _l("The bank asks; it has taken nothing. An answer may keep it so."),
    "warning_under_review": _l("The bank asks; it looks at our answer."),
    "warning_closed": _l("The bank asked and let it be."),
    "needs_response": _l("The bank took the money and waits for our answer."),
    "under_review": _l("The bank looks at our answer."),
    "won": _l("Decided for us."),
    "lost": _l("Decided for the donor: the money stays with her."),
    "prevented": _l("Settled before it began."),
}
DISPUTES_TO_ANSWER = frozenset({"needs_response", "warning_needs_response"})

_METHODS = {
    "acss_debit": _l("Direct debit (Canada)"),
    "amazon_pay": _l("Amazon Pay"),
    "bacs_debit": _l("Direct debit (Bacs)"),
    "bancontact": _l("Bancontact"),
    "card": _l("Card"),
    "customer_balance": _l("Bank transfer"),
    "ideal": _l("iDEAL"),
    "link": _l("Link"),
    "pay_by_bank": _l("Pay by bank"),
    "paypal": _l("PayPal"),
    "revolut_pay": _l("Revolut Pay"),
    "sepa_debit": _l("Direct debit (SEPA)"),
    "us_bank_account": _l("Direct debit (US)"),
}

#: https://docs.stripe.com/declines/codes
_FAILURES = {
    "authentication_required": _l("the bank wanted to see that it is really the donor"),
    "call_issuer": _l("the bank said no without a reason"),
    "card_declined": _l("the bank said no"),
    "card_not_supported": _l("the card cannot be used for this"),
    "do_not_honor": _l("the bank said no without a reason"),
    "expired_card": _l("the card has expired"),
    "fraudulent": _l("Stripe took it for fraud"),
    "generic_decline": _l("the bank said no without a reason"),
    "incorrect_cvc": _l("the three digits on the back were wrong"),
    "incorrect_number": _l("the card's number was wrong"),
    "insufficient_funds": _l("there was not enough money in the account"),
    "lost_card": _l("the card was reported lost"),
    "payment_intent_authentication_failure": _l("the donor did not confirm it with the bank"),
    "processing_error": _l("something went wrong at the bank"),
    "stolen_card": _l("the card was reported stolen"),
}

EVENT_NAMES = {
    "checkout.session.completed": _l("the donor finished the payment page"),
    "checkout.session.async_payment_succeeded": _l("money that took some days came"),
    "checkout.session.async_payment_failed": _l("money that took some days did not come"),
    "checkout.session.expired": _l("the payment page closed without a payment"),
    "payment_intent.succeeded": _l("the payment went through"),
    "payment_intent.processing": _l("the bank is working on the payment"),
    "payment_intent.payment_failed": _l("a try at paying was refused"),
    "payment_intent.canceled": _l("the payment was given up"),
    "charge.updated": _l("something about the payment changed"),
    "charge.failed": _l("a try at paying was refused"),
    "charge.refunded": _l("money was given back"),
    "refund.created": _l("giving money back was begun"),
    "refund.updated": _l("giving money back went on"),
    "refund.failed": _l("giving money back failed"),
    "charge.dispute.created": _l("the donor's bank disputes the payment"),
    "charge.dispute.updated": _l("something about the dispute changed"),
    "charge.dispute.closed": _l("the dispute is decided"),
    "charge.dispute.funds_withdrawn": _l("the bank took disputed money"),
    "charge.dispute.funds_reinstated": _l("disputed money came back"),
    "customer.subscription.created": _l("a regular gift began"),
    "customer.subscription.updated": _l("something about a regular gift changed"),
    "customer.subscription.deleted": _l("a regular gift ended"),
    "customer.subscription.paused": _l("a regular gift was paused"),
    "customer.subscription.resumed": _l("a regular gift goes on"),
    "invoice.paid": _l("a regular gift was collected"),
    "invoice.payment_failed": _l("a regular gift could not be collected"),
    "invoice.payment_action_required": _l("the bank wants the donor to agree once more"),
    "invoice.voided": _l("a regular gift was not collected this time"),
    "invoice.marked_uncollectible": _l("a regular gift was given up this time"),
    "customer.updated": _l("the donor changed her details at Stripe"),
    "mandate.updated": _l("the permission to debit an account changed"),
}

#: What became of a message from Stripe; nothing is said of one that was simply worked in.
EVENT_STATE_NAMES = {
    EventState.RECEIVED: _l("Waits to be worked in."),
    EventState.DONE: "",
    EventState.IGNORED: _l("Did not concern us."),
    EventState.DEFERRED: _l("Waits for something that must come first."),
    EventState.FAILED: _l("Could not be worked in yet; it is tried again."),
}


def dispute_name(status: str) -> str:
    """How a dispute stands."""
    return str(_DISPUTES.get(status, status))


def method_name(method: str) -> str:
    """How somebody paid."""
    return str(_METHODS.get(method, method))


def failure_name(code: str) -> str:
    """Why a payment was refused."""
    return str(_FAILURES.get(code, code))


def event_name(event_type: str) -> str:
    """What a message from Stripe says."""
    return str(EVENT_NAMES.get(event_type, event_type))
