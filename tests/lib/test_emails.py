"""One written form for each address."""

from __future__ import annotations

import pytest

from app.lib.emails import EmailProblem, mask_email, normalise_email


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("sana@example.org", "sana@example.org"),
        ("  Sana.Haddad@EXAMPLE.org ", "sana.haddad@example.org"),
        ("sana+aid@example.org", "sana+aid@example.org"),
        ("\u200fsana@example.org\u200b", "sana@example.org"),
        ("sana@bücher.example", "sana@xn--bcher-kva.example"),
        ("o'brien@example.org", "o'brien@example.org"),
    ],
)
def test_an_address_has_one_form(typed: str, kept: str) -> None:
    assert normalise_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "sana",
        "sana@",
        "@example.org",
        "sana@localhost",
        "sana haddad@example.org",
        "sana@example..org",
        "sana@example.org\nBcc: x@example.org",
        "سناء@example.org",
        "x" * 65 + "@example.org",
        "sana@@example.org",
        "sana@[127.0.0.1]",
        "a@b.c" * 80,
        '"a b"@example.org',
    ],
)
def test_what_is_no_address_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(EmailProblem) as caught:
        normalise_email(typed)
    assert "example.org" in caught.value.sentence


def test_a_masked_address_is_recognised_by_its_owner_alone() -> None:
    assert mask_email("sana@example.org") == "s…@example.org"
