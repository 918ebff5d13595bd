"""Money never loses a penny and refuses what could be read in two ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lib.money import (
    LARGEST_MINOR,
    AmountError,
    AmountProblem,
    CurrencyMismatchError,
    Money,
    decimal_text,
    exponent,
    format_money,
    is_chargeable,
    parse_money,
    zero,
)

CURRENCIES = st.sampled_from(["GBP", "EUR", "USD", "JPY", "KWD", "JOD", "XAF", "ILS"])
MINORS = st.integers(-LARGEST_MINOR, LARGEST_MINOR)
E, N, P, L, M = AmountProblem


@pytest.mark.parametrize(
    ("currency", "places"),
    [("GBP", 2), ("JPY", 0), ("VND", 0), ("XOF", 0), ("KWD", 3), ("JOD", 3), ("UGX", 2)],
)
def test_minor_units_are_stripes(currency: str, places: int) -> None:
    assert exponent(currency) == places


@pytest.mark.parametrize(
    ("minor", "currency", "is_right"),
    [
        (1, "GBP", True),
        (1250, "KWD", True),
        (1255, "KWD", False),
        (500, "UGX", True),
        (550, "UGX", False),
        (550, "ISK", False),
        (7, "JPY", True),
    ],
)
def test_what_stripe_can_collect_exactly(minor: int, currency: str, *, is_right: bool) -> None:
    assert is_chargeable(Money(minor, currency)) is is_right


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("10", 1000),
        ("£10", 1000),
        ("£ 10.50", 1050),
        ("10.5", 1050),
        ("10.50 £", 1050),
        ("GBP 10", 1000),
        ("10gbp", 1000),
        ("UK£10", 1000),
        ("￡10", 1000),
        ("1,234.50", 123450),
        ("1 234.50", 123450),
        ("1\u00a0234,50", 123450),
        ("1'234.50", 123450),
        ("1.234,50", 123450),
        ("10,50", 1050),
        (".5", 50),
        ("10.", 1000),
        ("+10", 1000),
        ("0", 0),
        ("007", 700),
        ("0" * 5000 + "7", 700),
        ("١٠", 1000),
        ("١٠٫٥٠", 1050),
        ("١٬٢٣٤٫٥٠ £", 123450),
        ("١٠،٥٠", 1050),
        ("۱۲۳", 12300),
        ("\u200f10.50\u00a0£", 1050),
        ("  10  ", 1000),
    ],
)
def test_an_amount_is_read_as_people_type_it(text: str, minor: int) -> None:
    assert parse_money(text, "GBP") == Money(minor, "GBP")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", E),
        ("   ", E),
        ("\u200f", E),
        ("ten", N),
        ("1e9", N),
        ("nan", N),
        ("inf", N),
        ("0x10", N),
        ("1_000", N),
        ("10²", N),
        ("½", N),
        ("１０", N),
        ("$10", N),
        ("10 EUR", N),
        ("£", N),
        (".", N),
        ("1,00,000", N),
        ("10 5", N),
        ("1.2.3", N),
        ("10-", N),
        ("10.000", P),
        ("10.505", P),
        ("-10", L),
        ("−10", L),
        ("£-10", L),
        ("-£10", L),
        ("99999999999999", M),
        ("9" * 5000, M),
    ],
)
def test_what_is_no_clear_amount_is_refused(text: str, reason: AmountProblem) -> None:
    with pytest.raises(AmountError) as caught:
        parse_money(text, "GBP")
    assert caught.value.reason is reason
    assert caught.value.sentence


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("¥500", "JPY", 500),
        ("1,500", "JPY", 1500),
        ("1.255", "KWD", 1255),
        ("KWD 1.5", "KWD", 1500),
        ("1,500", "KWD", 1500000),
        ("€10", "EUR", 1000),
        ("US$10", "USD", 1000),
        ("500", "UGX", 50000),
        ("500.00", "UGX", 50000),
    ],
)
def test_other_currencies_have_other_decimals(text: str, currency: str, minor: int) -> None:
    assert parse_money(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(("text", "currency"), [("5.5", "JPY"), ("1.2555", "KWD"), ("5.50", "ISK")])
def test_too_many_decimals_for_the_currency(text: str, currency: str) -> None:
    with pytest.raises(AmountError) as caught:
        parse_money(text, currency)
    assert caught.value.reason is AmountProblem.TOO_PRECISE


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "shown"),
    [
        (1000, "GBP", "en", "£10"),
        (1050, "GBP", "en", "£10.50"),
        (5, "GBP", "en", "£0.05"),
        (0, "GBP", "en", "£0"),
        (-123456789, "GBP", "en", "−£1,234,567.89"),
        (250000, "GBP", "ar", "\u200f2,500\u00a0£"),
        (1050, "GBP", "ar", "\u200f10.50\u00a0£"),
        (-1050, "GBP", "ar", "\u200f\u200e−10.50\u00a0£"),
        (1050, "GBP", "fr", "10,50\u00a0£"),
        (500, "JPY", "en", "¥500"),
        (1255, "KWD", "en", "KWD\u00a01.255"),
        (1000, "USD", "ar", "\u200f10\u00a0$"),
    ],
)
def test_an_amount_is_shown_as_its_reader_expects(
    minor: int, currency: str, locale: str, shown: str
) -> None:
    assert format_money(Money(minor, currency), locale) == shown


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(1000, "GBP"), "10.00"),
        (Money(-5, "GBP"), "-0.05"),
        (Money(7, "JPY"), "7"),
        (Money(1, "KWD"), "0.001"),
        (Money(10**14, "GBP"), "1000000000000.00"),
    ],
)
def test_machines_get_a_plain_decimal(money: Money, text: str) -> None:
    assert decimal_text(money) == text


@given(st.integers(0, LARGEST_MINOR), CURRENCIES, st.sampled_from(["en", "ar", "en_GB", "fr"]))
def test_what_is_shown_can_be_typed_back(minor: int, currency: str, locale: str) -> None:
    money = Money(minor, currency)
    shown = format_money(money, locale)
    if locale == "fr":
        shown = shown.replace(",", ".") if exponent(currency) == 3 else shown
    assert parse_money(shown, currency) == money


@given(st.integers(0, LARGEST_MINOR), CURRENCIES)
def test_the_plain_decimal_can_be_typed_back(minor: int, currency: str) -> None:
    assert parse_money(decimal_text(Money(minor, currency)), currency) == Money(minor, currency)


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_clear_refusal(text: str) -> None:
    try:
        money = parse_money(text, "GBP")
    except AmountError:
        return
    assert 0 <= money.minor <= LARGEST_MINOR


@given(MINORS, st.integers(1, 50))
def test_shares_add_up_and_differ_by_a_penny_at_most(minor: int, parts: int) -> None:
    shares = [share.minor for share in Money(minor, "GBP").split(parts)]
    assert sum(shares) == minor
    assert len(shares) == parts
    assert max(shares) - min(shares) <= 1
    assert shares == sorted(shares, reverse=True)


@given(MINORS, MINORS)
def test_sums_come_apart_again(one: int, other: int) -> None:
    a, b = Money(one, "GBP"), Money(other, "GBP")
    assert a + b - b == a
    assert -a == b - a - b
    assert (a < b) == (one < other)
    assert abs(a).minor == abs(one)


@pytest.mark.parametrize(
    ("minor", "basis_points", "share"),
    [
        (1000, 140, 14),
        (1050, 150, 16),
        (50, 100, 1),
        (49, 100, 0),
        (-50, 100, -1),
        (333, 10000, 333),
    ],
)
def test_a_share_is_rounded_half_away_from_zero(minor: int, basis_points: int, share: int) -> None:
    assert Money(minor, "GBP").percent(basis_points) == Money(share, "GBP")


def test_currencies_do_not_mix() -> None:
    pounds, euros = Money(1, "GBP"), Money(1, "EUR")
    for mix in (lambda: pounds + euros, lambda: pounds - euros, lambda: pounds < euros):
        with pytest.raises(CurrencyMismatchError):
            mix()
    assert pounds != euros


@pytest.mark.parametrize("minor", [1.5, "1", True, None])
def test_minor_units_are_whole_numbers(minor: object) -> None:
    with pytest.raises(TypeError):
        Money(minor, "GBP")  # type: ignore[arg-type]


@pytest.mark.parametrize("currency", ["gbp", "£", "", "GBPX"])
def test_a_currency_is_three_capitals(currency: str) -> None:
    with pytest.raises(ValueError, match="not a currency"):
        Money(1, currency)


def test_money_meets_only_money() -> None:
    with pytest.raises(TypeError):
        Money(1, "GBP") + 1  # type: ignore[operator]
    assert not zero("GBP")
    assert Money(-1, "GBP")
