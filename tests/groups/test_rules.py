"""What may stand in addresses, in settings and on bank statements."""

import pytest

from app.groups.rules import is_account_name, is_slug, is_statement_name


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("lea-valley", True),
        ("a", True),
        ("Lea-Valley", False),
        ("lea--valley", False),
        ("-lea", False),
        ("lea valley", False),
        ("", False),
        ("وادي", False),
        ("a" * 81, False),
    ],
)
def test_an_address_takes_small_letters_digits_and_hyphens(text: str, fits: bool) -> None:
    assert is_slug(text) is fits


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("LEA VALLEY", True),
        ("MUSTER*LEA", False),
        ("LEA", False),
        ("12345", False),
        ("وادي لي للتضامن", False),
        ("A" * 22, True),
        ("A" * 23, False),
        ("LEA\nVALLEY", False),
    ],
)
def test_a_statement_takes_what_banks_print(text: str, fits: bool) -> None:
    assert is_statement_name(text) is fits


@pytest.mark.parametrize(
    ("text", "fits"), [("network", True), ("open_hands2", True), ("a-b", False), ("2a", False)]
)
def test_an_account_is_named_as_settings_can_be(text: str, fits: bool) -> None:
    assert is_account_name(text) is fits
