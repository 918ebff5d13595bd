"""Money as whole minor units and a currency, the way Stripe counts it. No fractions of a penny."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache, total_ordering

from babel import Locale
from babel.numbers import format_decimal, get_currency_symbol
from babel.numbers import is_currency as _is_known_currency

from app.lib.errors import UserError
from app.lib.text import N_

# https://docs.stripe.com/currencies#zero-decimal ; UGX and ISK are written by Stripe with two
# decimals that are always zero ("special cases" on the same page), so they stand in _WHOLE.
_ZERO_DECIMAL = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_THREE_DECIMAL = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_WHOLE = frozenset({"ISK", "UGX"})
_CURRENCY = re.compile(r"[A-Z]{3}")

#: No single sum typed anywhere here is larger (minor units).
LARGEST_MINOR = 999_999_999_999


class CurrencyMismatchError(ValueError):
    """Two currencies were added or compared."""


class AmountProblem(StrEnum):
    """Why typed text is not an amount."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    TOO_PRECISE = "too_precise"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"


_SENTENCES: Mapping[AmountProblem, str] = {
    AmountProblem.EMPTY: N_("Enter an amount."),
    AmountProblem.NOT_A_NUMBER: N_("Enter the amount in figures, like 10 or 10.50."),
    AmountProblem.TOO_PRECISE: N_("The amount has more decimals than this currency."),
    AmountProblem.NEGATIVE: N_("The amount must be more than zero."),
    AmountProblem.TOO_LARGE: N_("That amount is too large."),
}


class AmountError(UserError):
    """Typed text that is not an amount; `reason` says why."""

    def __init__(self, reason: AmountProblem) -> None:
        super().__init__(_SENTENCES[reason])
        self.reason = reason


@total_ordering
@dataclass(frozen=True)
class Money:
    """An exact sum: whole minor units of one ISO 4217 currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("minor units are whole numbers")
        if not _CURRENCY.fullmatch(self.currency):
            raise ValueError(f"not a currency: {self.currency!r}")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.minor), self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def split(self, parts: int) -> list["Money"]:
        """Share out the amount; the first shares take the odd pence, nothing is lost."""
        each, odd = divmod(self.minor, parts)
        return [Money(each + (place < odd), self.currency) for place in range(parts)]

    def percent(self, basis_points: int) -> "Money":
        """A share in hundredths of a percent, half a minor unit rounded away from zero."""
        doubled = 2 * abs(self.minor * basis_points) + 10_000
        share = doubled // 20_000
        return Money(-share if self.minor * basis_points < 0 else share, self.currency)

    def _same(self, other: "Money") -> int:
        if not isinstance(other, Money):
            raise TypeError("money meets only money")
        if other.currency != self.currency:
            raise CurrencyMismatchError(f"{self.currency} and {other.currency}")
        return other.minor


def zero(currency: str) -> Money:
    """No money, in a currency."""
    return Money(0, currency)


def exponent(currency: str) -> int:
    """How many decimals the minor unit stands for, as Stripe counts them."""
    if currency in _ZERO_DECIMAL:
        return 0
    return 3 if currency in _THREE_DECIMAL else 2


def is_currency(text: str) -> bool:
    """Whether the text is the code of a currency, such as GBP."""
    return _CURRENCY.fullmatch(text) is not None and _is_known_currency(text)


def is_chargeable(money: Money) -> bool:
    """Whether Stripe can collect exactly this: three-decimal sums end in 0, ISK and UGX in 00."""
    if money.currency in _WHOLE:
        return money.minor % 100 == 0
    return money.currency not in _THREE_DECIMAL or money.minor % 10 == 0


def decimal_text(money: Money) -> str:
    """The amount as a plain decimal number, such as 10.00, for files and machines."""
    return f"{Decimal(money.minor).scaleb(-exponent(money.currency)):f}"


# --- typed text -----------------------------------------------------------------------------------

# Arabic-Indic and Persian digits.
_DIGITS = {start + place: str(place) for start in (0x0660, 0x06F0) for place in range(10)}
_MARKS: dict[int, str | None] = {
    0x066B: ".",  # Arabic decimal separator
    0x066C: ",",  # Arabic thousands separator
    0x060C: ",",  # Arabic comma
    0x2019: "'",
    0x2212: "-",
    0x2010: "-",
    0x2011: "-",
    0x2013: "-",
    0xFE63: "-",
    0xFF0D: "-",
    0xFFE1: "\u00a3",
} | dict.fromkeys((0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_TYPED: dict[int, str | None] = {**_DIGITS, **_MARKS}
_WHOLE_PART = "(?:[0-9]+|" + "|".join(f"[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+" for mark in ", '") + ")"
_POINT = re.compile(rf"(?P<whole>{_WHOLE_PART})?(?:\.(?P<part>[0-9]*))?")
# "10,50" cannot be thousands: after a comma as thousands mark come three digits.
_COMMA = re.compile(r"(?P<whole>[0-9]+|[0-9]{1,3}(?:[ .][0-9]{3})+),(?P<part>[0-9]{2})")


def parse_money(text: str, currency: str) -> Money:
    """Typed text as money of a currency; raises AmountError.

    Takes the currency's own sign or code on either side, thousands marks, Arabic and Persian
    digits; refuses anything that could be read in two ways.
    """
    typed = " ".join(text.translate(_TYPED).split())
    if not typed:
        raise AmountError(AmountProblem.EMPTY)
    bare, is_negative = _without_sign(_without_currency(typed, currency))
    bare, is_negative_inside = _without_sign(_without_currency(bare, currency))
    minor = _read_minor(bare, currency)
    if is_negative or is_negative_inside:
        raise AmountError(AmountProblem.NEGATIVE)
    if minor > LARGEST_MINOR:
        raise AmountError(AmountProblem.TOO_LARGE)
    return Money(minor, currency)


def _read_minor(bare: str, currency: str) -> int:
    places = exponent(currency)
    match = _POINT.fullmatch(bare) or (_COMMA.fullmatch(bare) if places == 2 else None)
    whole, part = (match["whole"] or "", match["part"] or "") if match else ("", "")
    if not whole and not part:
        raise AmountError(AmountProblem.NOT_A_NUMBER)
    if len(part) > places or (currency in _WHOLE and part.strip("0")):
        raise AmountError(AmountProblem.TOO_PRECISE)
    digits = (re.sub(r"[^0-9]", "", whole) + part.ljust(places, "0")).lstrip("0")
    if len(digits) > len(str(LARGEST_MINOR)):
        raise AmountError(AmountProblem.TOO_LARGE)
    return int(digits or "0")


def _without_sign(text: str) -> tuple[str, bool]:
    bare = text.removeprefix("-").removeprefix("+").strip()
    return bare, text.startswith("-")


def _without_currency(text: str, currency: str) -> str:
    for mark in _marks(currency):
        if text.casefold().startswith(mark):
            return text[len(mark) :].strip()
        if text.casefold().endswith(mark):
            return text[: -len(mark)].strip()
    return text


@lru_cache(maxsize=256)
def _marks(currency: str) -> tuple[str, ...]:
    wide = {get_currency_symbol(currency, locale).casefold() for locale in ("en", "en_GB", "ar")}
    plain = {mark.translate(_TYPED) for mark in wide}
    return tuple(sorted(plain | {currency.casefold()}, key=len, reverse=True))


# --- shown text -----------------------------------------------------------------------------------


def format_money(money: Money, locale: str) -> str:
    """The amount as a reader of a language expects it: £10, £10.50; whole sums without pence.

    The patterns are our own: CLDR would write UK£ in Arabic and £GB in French.
    """
    decimals = exponent(money.currency)
    whole = money.minor % 10**decimals == 0
    pattern = "#,##0" if whole or not decimals else "#,##0." + "0" * decimals
    amount = Decimal(abs(money.minor)).scaleb(-decimals)
    number = format_decimal(amount, format=pattern, locale=locale, decimal_quantization=False)
    return _placed(number, _symbol(money.currency), locale, is_negative=money.minor < 0)


def _placed(number: str, symbol: str, locale: str, *, is_negative: bool) -> str:
    sign = "\u2212" if is_negative else ""
    if locale.startswith("ar"):
        # The first mark keeps number and currency in right-to-left order when the line begins
        # with them; the second holds a minus at the left of its number, where Arabic readers look.
        held = f"\u200e{sign}" if sign else ""
        return f"\u200f{held}{number}\u00a0{symbol}"
    if _is_symbol_first(locale):
        gap = "\u00a0" if symbol[-1].isalpha() else ""
        return f"{sign}{symbol}{gap}{number}"
    return f"{sign}{number}\u00a0{symbol}"


@lru_cache(maxsize=64)
def _is_symbol_first(locale: str) -> bool:
    return str(Locale.parse(locale).currency_formats["standard"].pattern).startswith("\u00a4")


@lru_cache(maxsize=256)
def _symbol(currency: str) -> str:
    return str(get_currency_symbol(currency, "en"))
