"""What may be given, and what a gift costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from app.appeals.errors import (
    AmountNotChargeableError,
    AmountTooLargeError,
    AmountTooSmallError,
    NotAdultError,
)
from app.appeals.rules.words import Frequency
from app.lib.money import Money, exponent, is_chargeable
from app.payments.rules.attempts import statement_suffix

#: The smallest gift in main units of its currency. Tiny sums are what thieves test stolen cards
#: with, and the fee would eat them.
FLOOR_MAIN_UNITS = 2
#: The smallest gift where two main units are too little to be worth the fee, in minor units.
FLOORS_MINOR: Mapping[str, int] = {"JPY": 300, "KRW": 3000, "INR": 20000, "TRY": 10000}
CAP_MAIN_UNITS = 10_000
CAPS_MINOR: Mapping[str, int] = {"JPY": 2_000_000, "KRW": 18_000_000}

#: Before the five signs of a donation's reference.
REFERENCE_PREFIX = "MSTR"

PUBLIC_NAME_LENGTH = 80
NAME_LENGTH = 120
MESSAGE_LENGTH = 500
EMAIL_LENGTH = 254

#: An unpaid donation keeps its donor's name, address and message for so long, then they go.
ABANDONED_AFTER = timedelta(days=30)
#: A promised one is waited for longer; from the second date on somebody should ask.
PROMISE_KEPT = timedelta(days=90)
PROMISE_OLD = timedelta(days=21)
#: A gift keeps its donor for so many years after the year in which it came.
KEPT_YEARS = 6


@dataclass(frozen=True)
class FeeRate:
    """An estimate of what a card payment costs: a share in basis points and a fixed part."""

    basis_points: int
    fixed_minor: int


#: Stripe's standard price for cards issued in the United Kingdom, the European Economic Area and
#: the United States, by the currency a donor pays in. Only the offer to cover the fee uses these
#: numbers; the books take each fee from its balance transaction.
#: https://stripe.com/gb/pricing
CARD_FEES: Mapping[str, FeeRate] = {
    "GBP": FeeRate(150, 20),
    "EUR": FeeRate(150, 25),
    "USD": FeeRate(290, 30),
}
CARD_FEES_CHECKED_ON = date(2026, 11, 22)


@dataclass(frozen=True, kw_only=True)
class Gift:
    """What a donor typed and chose on the form, checked and ready to be kept."""

    amount: Money
    email: str
    locale: str
    frequency: Frequency = Frequency.ONCE
    #: Only asked, and only kept, where the gift comes again.
    is_adult: bool = False
    covers_fee: bool = False
    name: str | None = None
    #: Nothing means anonymous.
    public_name: str | None = None
    message: str | None = None
    #: She lets us show the message, once somebody has read it.
    shows_message: bool = False
    #: The code of what brought her, where it is one in use.
    came_from: str | None = None
    wants_updates: bool = False

    @property
    def covered_fee(self) -> Money:
        """What is added so that the gift arrives whole; nothing unless she asked for it."""
        return covered_fee(self.amount) if self.covers_fee else Money(0, self.amount.currency)

    @property
    def total(self) -> Money:
        """What her card is charged."""
        return self.amount + self.covered_fee


def floor(currency: str) -> Money:
    """Return the smallest gift we take in a currency."""
    minor = FLOORS_MINOR.get(currency, FLOOR_MAIN_UNITS * 10 ** exponent(currency))
    return Money(minor, currency)


def cap(currency: str) -> Money:
    """Return the largest gift we take by card in a currency."""
    minor = CAPS_MINOR.get(currency, CAP_MAIN_UNITS * 10 ** exponent(currency))
    return Money(minor, currency)


def check_amount(amount: Money) -> None:
    """Accept a gift that we can take; raises an error of the amount."""
    if amount < floor(amount.currency):
        raise AmountTooSmallError(floor(amount.currency))
    if amount > cap(amount.currency):
        raise AmountTooLargeError(cap(amount.currency))
    if not is_chargeable(amount):
        raise AmountNotChargeableError


def check_age(gift: Gift) -> None:
    """Accept a gift that comes again from adults alone; raises NotAdultError."""
    if gift.frequency is not Frequency.ONCE and not gift.is_adult:
        raise NotAdultError


def may_cover_fee(currency: str) -> bool:
    """Whether we know what a card payment in this currency costs, and can offer to cover it."""
    return currency in CARD_FEES


def covered_fee(amount: Money) -> Money:
    """Return what to add so that, after the estimated fee on the whole sum, the gift is left.

    Rounded up to the next minor unit; nothing where we do not know the fee of a currency.
    """
    rate = CARD_FEES.get(amount.currency)
    if rate is None:
        return Money(0, amount.currency)
    # extra = (amount + extra) × share + fixed, solved for extra, in whole numbers.
    numerator = amount.minor * rate.basis_points + rate.fixed_minor * 10_000
    return Money(-(-numerator // (10_000 - rate.basis_points)), amount.currency)


def kept_since(now: datetime) -> datetime:
    """The first instant of the years whose gifts still name their donors."""
    return datetime(now.year - KEPT_YEARS, 1, 1, tzinfo=UTC)


def statement_text(slug: str) -> str:
    """What a payment to an appeal is called on a bank statement, after the body's own name."""
    return slug.replace("-", " ").upper()


def statement_line(statement_name: str, slug: str) -> str:
    """The whole line that a donor will find on her bank statement."""
    suffix = statement_suffix(statement_text(slug), statement_name)
    return f"{statement_name}* {suffix}" if suffix else statement_name
