"""Words are folded so that what people type finds what was written."""

import pytest

from app.lib.folding import fold
from app.search.rules.index import MOST, words


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("krakow", "Kraków"),
        ("lodz", "Łódź"),
        ("STRASSE", "Straße"),
        ("الي", "إلى"),
        ("مدرسه", "مَدرَسة"),
        ("سلام", "ســـلام"),
        ("١٢", "12"),
        ("2026", "۲۰۲۶"),
        ("كتابي", "کتابی"),
    ],
)
def test_what_is_typed_finds_what_was_written(typed: str, written: str) -> None:
    assert fold(typed) == fold(written)


def test_each_word_stands_once_and_no_text_fills_the_index() -> None:
    assert words("A march, a march!", "A vigil") == ["a", "march", "vigil"]
    assert len(words(" ".join(f"w{n}" for n in range(2 * MOST)))) == MOST
    assert [len(each) for each in words("x" * 500)] == [40]
