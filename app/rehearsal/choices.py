"""What the rehearsal's own pages offer to pay with, in words."""

from app.rehearsal.bodies import Body
from app.rehearsal.cards import DEBITS, LAST4, SORT_CODE, Card

CARDS = (
    (Card.SUCCESS, "Pays"),
    (Card.MASTERCARD, "Pays, with another card"),
    (Card.DECLINED, "Is declined"),
    (Card.INSUFFICIENT_FUNDS, "Has too little money"),
    (Card.THREE_D_SECURE, "Asks for a 3-D Secure check first"),
    (Card.PROCESSING_ERROR, "Meets an error at the bank"),
)
CODES = (
    "card_declined", "insufficient_funds", "expired_card", "do_not_honor", "lost_card",
    "stolen_card", "requires_action",
)  # fmt: skip
LATER = ((Card.DECLINED_LATER, "Pays now; every later collection is declined"),)
ACCOUNTS = (
    (Card.BACS, "Pays after some days"),
    (Card.BACS_FAILS, "Has too little money: fails after some days"),
    (Card.BACS_CANCELLED, "Was not authorised: fails after some days"),
)


def cards(*, is_regular: bool) -> list[tuple[str, str, str]]:
    """The cards: value, what the number looks like, what it does."""
    rows = [*CARDS, *LATER] if is_regular else CARDS
    return [(card.value, f"{_brand(card)} ending in {LAST4[card]}", text) for card, text in rows]


def _brand(card: Card) -> str:
    return "Mastercard" if card is Card.MASTERCARD else "Visa"


def accounts() -> list[tuple[str, str, str]]:
    """The bank accounts, for Bacs Direct Debit: value, numbers, what each does."""
    code = "-".join(SORT_CODE[place : place + 2] for place in (0, 2, 4))
    return [
        (card.value, f"Sort code {code}, account {DEBITS[card]}", text) for card, text in ACCOUNTS
    ]


def rhythm(price: Body) -> str:
    """How often a price is collected, such as "per month"; empty for one that is not."""
    recurring = price["recurring"]
    if recurring is None:
        return ""
    count, word = recurring["interval_count"], recurring["interval"]
    return f"per {word}" if count == 1 else f"every {count} {word}s"
