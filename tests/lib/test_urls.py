"""Addresses of web pages as people type them."""

import pytest

from app.lib.urls import UrlProblem, normalise_url


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("https://example.org/give?a=1#b", "https://example.org/give?a=1#b"),
        ("http://example.org", "http://example.org"),
        ("example.org/give", "https://example.org/give"),
        ("  example.org ", "https://example.org"),
        ("https://مثال.example/تبرع", "https://مثال.example/تبرع"),
    ],
)
def test_an_address_is_read(typed: str, read: str) -> None:
    assert normalise_url(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "javascript:alert(1)",
        "javascript://example.org/%0aalert(1)",
        "data:text/html,hello",
        "//example.org",
        "https://",
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[broken",
        "https://user:secret@example.org",
        "https://example.org/a b",
        "not an address",
        "https://-a.example",
        "https://example.org/" + "x" * 300,
    ],
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(UrlProblem):
        normalise_url(typed)
