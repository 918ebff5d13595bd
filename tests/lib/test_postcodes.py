"""British postcodes are read as people type them."""

import pytest

from app.lib.postcodes import read_postcode


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("E17 4PP", "E17 4PP"),
        ("e174pp", "E17 4PP"),
        ("  e 1 6 a n", "E1 6AN"),
        ("SW1A 1AA", "SW1A 1AA"),
        ("WIA OAX", "W1A 0AX"),
        ("S015 2JY", "SO15 2JY"),
        ("0X1 1AA", "OX1 1AA"),
        ("BI ITT", "B1 1TT"),
        ("E17-4PP", "E17 4PP"),
        ("BT7 1NN", "BT7 1NN"),
        ("E17 4", "E17 4"),
        ("E1 7", "E1 7"),
        ("EC1A", "EC1A"),
        ("l1", "L1"),
    ],
)
def test_what_is_meant_is_read(typed: str, meant: str) -> None:
    assert str(read_postcode(typed)) == meant


@pytest.mark.parametrize("typed", ["", "London", "Ely", "12345", "E17 4P", "QQ1 1AA", "E17 4PPP"])
def test_what_is_no_postcode_is_none(typed: str) -> None:
    assert read_postcode(typed) is None


def test_a_postcode_knows_its_parts() -> None:
    full, district = read_postcode("E17 4PP"), read_postcode("E17")
    assert full is not None
    assert district is not None
    assert (full.outcode, full.sector, full.is_full, full.area) == ("E17", "E17 4", True, "E")
    assert (district.sector, district.is_full) == (None, False)


@pytest.mark.parametrize(
    ("typed", "country"), [("BT7", "GB"), ("JE2", "JE"), ("GY1", "GG"), ("IM1", "IM")]
)
def test_some_postcodes_have_no_position(typed: str, country: str) -> None:
    postcode = read_postcode(typed)
    assert postcode is not None
    assert not postcode.has_position
    assert postcode.country == country
