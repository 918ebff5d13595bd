"""What a person reads of a mail that came in."""

from __future__ import annotations

import pytest

from app.lib import clock
from app.lib.letters import LONGEST_TEXT, Letter, read_letter

BOTH = (
    b"Content-Type: multipart/alternative; boundary=x\n\n--x\n\nplain\n--x\n"
    b"Content-Type: text/html\n\n<p>html</p>\n--x--"
)


@pytest.mark.parametrize(
    ("data", "letter"),
    [
        (
            b"From: Sana <s@example.org>\nSubject: Hello\n\nHow are you?\n",
            Letter("Sana <s@example.org>", "Hello", "How are you?"),
        ),
        (
            "From: سناء <s@example.org>\nSubject: أين\n\nمرحبا".encode(),
            Letter("سناء <s@example.org>", "أين", "مرحبا"),
        ),
        (
            b"Subject: =?utf-8?b?2KPZitmG?= =?utf-8?q?_x?=\n\nx",
            Letter("", "أين x", "x"),
        ),
        (b"Subject: =?nonsense?q?a?=\n\nx", Letter("", "=?nonsense?q?a?=", "x")),
        (
            b"Content-Type: text/html\n\n<style>p{}</style><p>Hello <b>you</b></p>",
            Letter("", "", "Hello you"),
        ),
        (
            BOTH,
            Letter("", "", "plain"),
        ),
        (b"Content-Type: text/plain; charset=no-such\n\n\xd9\x85", Letter("", "", "م")),
        (b"", Letter("", "", "")),
    ],
)
def test_a_letter_is_read(data: bytes, letter: Letter) -> None:
    assert read_letter(data) == letter


def test_noise_and_floods_are_read_too() -> None:
    assert isinstance(read_letter(bytes(range(256)) * 50), Letter)
    assert len(read_letter(b"\n\n" + b"a" * 5_000_000).text) <= LONGEST_TEXT
    part = b"--=_x\nContent-Type: multipart/mixed; boundary=y\n\n"
    head = b"Content-Type: multipart/mixed; boundary==_x\n\n"
    assert isinstance(read_letter(head + part * 500), Letter)


@pytest.mark.parametrize("beginning", ["<", "<style", "<!--", "<a href=", "</style"])
def test_a_hostile_letter_is_read_at_once(beginning: str) -> None:
    head = "From: a@example.org\r\nContent-Type: text/html\r\n\r\n"
    data = f"{head}Hello {beginning * 40_000}".encode()
    before = clock.monotonic()
    assert read_letter(data).text.startswith("Hello")
    assert clock.monotonic() - before < 2


def test_a_style_without_an_end_hides_nothing() -> None:
    data = b"Content-Type: text/html\r\n\r\n<STYLE>p {}</style><p>Hello<style> and good bye"
    assert read_letter(data).text == "Hello and good bye"
