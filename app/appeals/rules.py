"""What may be given, what counts toward a goal, and what a state is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.appeals.errors import (
    AmountNotChargeableError,
    AmountTooLargeError,
    AmountTooSmallError,
)
from app.lib.money import Money, exponent, is_chargeable
from app.lib.text import Translated
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


class Frequency(StrEnum):
    """How often a donor gives."""

    ONCE = "once"


class DonationSource(StrEnum):
    """How a donation reached us."""

    WEB = "web"


class AppealStage(StrEnum):
    """Where an appeal stands in its life; derived, never stored."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"


class DonationState(StrEnum):
    """What became of a donation; derived from its money, never stored and never added up."""

    NOT_PAID = "not_paid"
    ON_ITS_WAY = "on_its_way"
    RECEIVED = "received"
    PART_RETURNED = "part_returned"
    RETURNED = "returned"


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
    covers_fee: bool = False
    name: str | None = None
    #: Nothing means anonymous.
    public_name: str | None = None
    message: str | None = None
    wants_updates: bool = False

    @property
    def covered_fee(self) -> Money:
        """What is added so that the gift arrives whole; nothing unless she asked for it."""
        return covered_fee(self.amount) if self.covers_fee else Money(0, self.amount.currency)

    @property
    def total(self) -> Money:
        """What her card is charged."""
        return self.amount + self.covered_fee


@dataclass(frozen=True, kw_only=True)
class AppealContent:
    """Everything an organiser decides about an appeal; texts in each language of the site."""

    fund_id: int
    title: Translated
    summary: Translated
    story: Translated
    goal: Money
    suggested_minor: tuple[int, ...]
    opens_at: datetime
    closes_at: datetime | None = None
    picture_id: int | None = None
    picture_alt: Translated | None = None

    @property
    def suggested(self) -> list[Money]:
        """The suggested amounts as money."""
        return [Money(minor, self.goal.currency) for minor in self.suggested_minor]


@dataclass(frozen=True, kw_only=True)
class UpdateContent:
    """The words of one piece of news."""

    title: Translated
    body: Translated


def stage(
    *, published_at: datetime | None, opens_at: datetime, closes_at: datetime | None, now: datetime
) -> AppealStage:
    """Name the stage an appeal is in; it opens and closes at its instants exactly."""
    if published_at is None or published_at > now:
        return AppealStage.DRAFT
    if closes_at is not None and now >= closes_at:
        return AppealStage.CLOSED
    return AppealStage.UPCOMING if now < opens_at else AppealStage.OPEN


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


@dataclass(frozen=True)
class GiftShares:
    """The gift's part of the money that moved for a donation, in minor units."""

    received_minor: int
    on_its_way_minor: int
    returned_minor: int
    #: 1 while some of the donation is with us, else 0.
    count: int

    def __add__(self, other: "GiftShares") -> "GiftShares":
        return GiftShares(
            self.received_minor + other.received_minor,
            self.on_its_way_minor + other.on_its_way_minor,
            self.returned_minor + other.returned_minor,
            self.count + other.count,
        )

    def __sub__(self, other: "GiftShares") -> "GiftShares":
        return GiftShares(
            self.received_minor - other.received_minor,
            self.on_its_way_minor - other.on_its_way_minor,
            self.returned_minor - other.returned_minor,
            self.count - other.count,
        )


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a donor's sum is made of, in minor units: the gift, and what covers the fee."""

    amount_minor: int
    covered_fee_minor: int

    def gift_part(self, moved_minor: int) -> int:
        """Return how much of a moved sum is gift, in the proportion of the whole, rounded half up.

        A whole donation's part is the gift to the penny.
        """
        whole = self.amount_minor + self.covered_fee_minor
        return (2 * moved_minor * self.amount_minor + whole) // (2 * whole)

    def shares(
        self, *, received_minor: int, on_its_way_minor: int, returned_minor: int
    ) -> GiftShares:
        """Share out everything that moved for a donation so far; `received` is less `returned`.

        What arrived is shared first, then what went back, and the rest is still here: so a refund
        takes its proportion of gift and of covered fee, a whole refund takes exactly the gift, and
        received + returned is always the gift part of what arrived. Totals change by the
        difference of two such shares: in however many steps money moves, the sum is the same.
        """
        returned = self.gift_part(returned_minor)
        return GiftShares(
            received_minor=self.gift_part(received_minor + returned_minor) - returned,
            on_its_way_minor=self.gift_part(on_its_way_minor),
            returned_minor=returned,
            count=int(received_minor > 0),
        )


def donation_state(
    *, received_minor: int, on_its_way_minor: int, returned_minor: int
) -> DonationState:
    """Say what became of a donation, from the money that moved for it."""
    if returned_minor > 0:
        return DonationState.PART_RETURNED if received_minor > 0 else DonationState.RETURNED
    if received_minor > 0:
        return DonationState.RECEIVED
    return DonationState.ON_ITS_WAY if on_its_way_minor > 0 else DonationState.NOT_PAID


def days_left(closes_on: date | None, today: date) -> int | None:
    """Count the days an appeal still takes gifts, today not counted; None without an end."""
    if closes_on is None:
        return None
    return max(0, (closes_on - today).days)


def share_of_goal(kept_minor: int, goal_minor: int) -> int:
    """Return how many hundredths of the goal are there, rounded down and never below zero."""
    if goal_minor <= 0:
        return 0
    return max(0, kept_minor * 100 // goal_minor)


def statement_text(slug: str) -> str:
    """What a payment to an appeal is called on a bank statement, after the body's own name."""
    return slug.replace("-", " ").upper()


def statement_line(statement_name: str, slug: str) -> str:
    """The whole line that a donor will find on her bank statement."""
    suffix = statement_suffix(statement_text(slug), statement_name)
    return f"{statement_name}* {suffix}" if suffix else statement_name
