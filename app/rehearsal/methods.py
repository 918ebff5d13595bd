"""What a payer pays with: a card, or a bank account that is debited by Bacs."""

from app.rehearsal.account import CUSTOMER, METHOD, Account
from app.rehearsal.bodies import Body
from app.rehearsal.cards import DEBITS, LAST4, SORT_CODE, Card
from app.rehearsal.problems import ProblemError
from app.rehearsal.shapes import CUSTOMER as CUSTOMER_SHAPE
from app.rehearsal.shapes import METHOD as SHAPE
from app.rehearsal.shapes import METHOD_BACS, METHOD_CARD, NO_ADDRESS, new

CARD_YEARS = 4
YEAR = 31_556_952
BACS_LINES = {"line1": "1 Rehearsal Road", "city": "London", "postal_code": "E1 1AA"}
OFF_SESSION = {Card.SUCCESS, Card.MASTERCARD, Card.THREE_D_SECURE, Card.DECLINED_LATER, *DEBITS}


def make_method(account: Account, card: Card, email: str | None) -> Body:
    """A new payment method, not yet of any customer."""
    is_debit = card in DEBITS
    address = {**NO_ADDRESS, **BACS_LINES, "country": "GB"} if is_debit else dict(NO_ADDRESS)
    return account.put(
        new(
            SHAPE,
            id=account.new_id("pm"),
            billing_details={
                "address": address,
                "email": email,
                "name": "Rehearsal Payer",
                "phone": None,
                "tax_id": None,
            },
            created=account.now,
            **(_bacs(card) if is_debit else _card(account, card)),
            _card=card.value,
        )
    )


def _card(account: Account, card: Card) -> Body:
    last4 = LAST4[card]
    year = 1970 + account.now // YEAR + CARD_YEARS
    body = new(METHOD_CARD, exp_year=year, fingerprint=f"rehearsal{last4}", last4=last4)
    if card is Card.MASTERCARD:
        networks = {"available": ["mastercard"], "preferred": None}
        body |= {"brand": "mastercard", "display_brand": "mastercard", "networks": networks}
    return {"card": body}


def _bacs(card: Card) -> Body:
    last4 = DEBITS[card][-4:]
    body = new(METHOD_BACS, fingerprint=f"rehearsal{last4}", last4=last4, sort_code=SORT_CODE)
    return {"type": "bacs_debit", "bacs_debit": body}


def card_of(method: Body) -> Card:
    """Which of the test cards or accounts it is."""
    return Card(method["_card"])


def is_debit(method: Body) -> bool:
    """Whether its money comes days later."""
    return bool(method["type"] == "bacs_debit")


def attach(account: Account, method: Body, customer_id: str) -> None:
    """Let a customer keep the method, so that it can be charged again."""
    if method["customer"] == customer_id:
        return
    method["customer"] = customer_id
    account.put(method)
    account.emit("payment_method.attached", method)


def make_customer(account: Account, method: Body, locale: str | None) -> str:
    """A new customer, as Checkout makes one of what the payer typed; returns its id."""
    customer = account.put(
        new(
            CUSTOMER_SHAPE,
            id=account.new_id("cus"),
            created=account.now,
            email=method["billing_details"]["email"],
            invoice_prefix=account.new_id("R")[-8:].upper(),
            name=method["billing_details"]["name"],
            preferred_locales=[] if locale in {None, "auto"} else [locale],
        )
    )
    account.emit("customer.created", customer)
    return str(customer["id"])


def method_of(account: Account, method_id: str, customer_id: str, param: str) -> Body:
    """A customer's payment method; raises ProblemError when it is not theirs."""
    method = account.get(METHOD, method_id, param)
    if method["customer"] != customer_id:
        account.get(CUSTOMER, customer_id)
        raise ProblemError(
            f"The customer does not have a payment method with the ID {method_id}. The payment "
            "method must be attached to the customer.",
            code="resource_missing",
            param=param,
        )
    return method
