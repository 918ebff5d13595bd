"""Identifiers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lib import ids


def test_ids_are_long_plain_and_new_each_time() -> None:
    made = {ids.public_id() for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(r"[0-9a-hjkmnp-tv-z]{20}", each) for each in made)
    assert ids.token() != ids.token()
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", ids.token())
    assert all(0 <= ids.spread() < 1 for _ in range(50))


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Medical aid for Gaza", "medical-aid-for-gaza"),
        ("  Médical -- Aid!  ", "medical-aid"),
        ("Gaza's boxes", "gazas-boxes"),
        ("Straße", "strasse"),
        ("عون طبي", "عون-طبي"),
        ("../../etc/passwd", "etc-passwd"),
        ("a_b", "a-b"),
        ("!!!", ""),
        ("word " * 30, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("x" * 100, "x" * 60),
    ],
)
def test_a_slug_can_be_read(text: str, slug: str) -> None:
    assert ids.slugify(text) == slug


@given(st.text())
def test_a_slug_is_its_own_slug(text: str) -> None:
    slug = ids.slugify(text)
    assert ids.slugify(slug) == slug
    assert not set(slug) & set("/?#. ")


def test_a_reference_checks_itself() -> None:
    for _ in range(200):
        reference = ids.short_reference("mstr")
        assert re.fullmatch(r"MSTR-[0-9A-HJKMNP-TV-Z]{5}", reference)
        assert ids.read_reference(f" {reference.lower()} ") == reference


def test_one_wrong_sign_is_noticed() -> None:
    reference = ids.short_reference("MSTR")
    for place in range(5, 10):
        for sign in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
            wrong = reference[:place] + sign + reference[place + 1 :]
            assert ids.read_reference(wrong) == (reference if wrong == reference else None)


def test_letters_read_as_figures_are_understood() -> None:
    reference = next(
        each for each in iter(lambda: ids.short_reference("MSTR"), None) if "0" in each
    )
    assert ids.read_reference(reference.replace("0", "O")) == reference


@pytest.mark.parametrize("text", ["", "MSTR", "MSTR-", "MSTR-123", "MSTR-UUUUU", "-AAAAA", "😀"])
def test_what_is_no_reference_is_none(text: str) -> None:
    assert ids.read_reference(text) is None
