"""Typed text is cleaned, and texts know their language."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lib.text import Translated, ascii_fold, clean_block, clean_line, close_gaps, isolate


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Sana   Haddad ", "Sana Haddad"),
        ("a\nb\tc\r\nd", "a b c d"),
        ("a\x00b\x1bc\x7fd", "abcd"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("\u2066x\u2069\ufeff\u200b", "x"),
        ("e\u0301", "é"),
        ("نص\u200fعربي", "نص\u200fعربي"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d⚕️", "👩\u200d⚕️"),
        ("\U0001fa77 \U0001faea", "\U0001fa77 \U0001faea"),
        ("\ud800x", "x"),
        ("", ""),
    ],
)
def test_a_line_is_cleaned(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept


def test_a_block_keeps_its_lines_and_indents() -> None:
    typed = "\r\n\r\n# Title \r\n\r\n\r\n\r\n- one\r\n    code\u202e\x00\r\n  \r\nend\n\n"
    assert clean_block(typed) == "# Title\n\n- one\n    code\n\nend"


@given(st.text())
def test_cleaning_twice_changes_nothing_more(typed: str) -> None:
    line, block = clean_line(typed), clean_block(typed)
    assert clean_line(line) == line
    assert clean_block(block) == block
    assert "\n" not in line
    kinds = {unicodedata.category(char) for char in line + block.replace("\n", "")}
    assert not kinds & {"Cc", "Cs"}


def test_isolated_text_keeps_its_direction_to_itself() -> None:
    assert isolate("سناء") == "\u2068سناء\u2069"


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("Médical Aid", 22, "Medical Aid"),
        ("<Aid> \"for\" 'all' * \\", 22, "Aid for all"),
        ("Medical Aid for Somewhere", 22, "Medical Aid for Somewh"),
        ("Medical Aid for Som  where", 20, "Medical Aid for Som"),
        ("غزة", 22, ""),
    ],
)
def test_a_statement_name_is_plain_latin(text: str, limit: int, kept: str) -> None:
    assert ascii_fold(text, limit) == kept


def test_a_text_is_picked_in_the_readers_language_or_marked_as_a_fallback() -> None:
    both = Translated.of(en="Aid", ar="عون")
    assert (both.pick("ar").text, both.pick("ar").lang, both.pick("ar").is_fallback) == (
        "عون", "ar", False
    )  # fmt: skip
    only = Translated.of(en="", ar="عون")
    assert (only.origin, only.pick("en").lang, only.pick("en").is_fallback) == ("ar", "ar", True)
    assert only.pick("en").direction == "rtl"
    assert only.has("ar")
    assert not only.has("en")
    assert str(both.pick("en")) == both.origin_text == "Aid"


def test_no_text_at_all_is_no_fallback() -> None:
    nothing = Translated.of(en="")
    assert not nothing
    assert nothing.pick("ar").text == ""
    assert not nothing.pick("ar").is_fallback


def test_the_language_of_origin_has_a_text() -> None:
    with pytest.raises(ValueError, match="origin"):
        Translated({"en": "Aid"}, "ar")


def test_equal_texts_are_equal_and_frozen() -> None:
    one, other = Translated.of(en="Aid", ar="عون"), Translated({"ar": "عون", "en": "Aid"}, "en")
    assert one == other
    assert hash(one) == hash(other)
    with pytest.raises(TypeError):
        one.texts["en"] = "x"  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "closed"),
    [("a\n\n\nb", "a\n\nb"), ("a\n\n\n\n\nb\nc", "a\n\nb\nc"), ("a\n\nb", "a\n\nb"), ("", "")],
)
def test_gaps_are_one_line_wide(text: str, closed: str) -> None:
    assert close_gaps(text) == closed
