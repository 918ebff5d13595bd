"""Markdown as a mail's text, with links that say whence one comes and nothing about the reader."""

from __future__ import annotations

import pytest

from app.mailings.rules.texts import as_text, first_words, own_links

BASE = "https://muster.example"


def linked(text: str) -> str:
    return own_links(text, base=BASE, localise=lambda path: f"/ar{path}", source="mail-1")


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("[a](/aid/)", f"[a]({BASE}/ar/aid/?from=mail-1)"),
        (f"[a]({BASE}/aid/)", f"[a]({BASE}/ar/aid/?from=mail-1)"),
        ("[a](/e/x?q=1#top)", f"[a]({BASE}/ar/e/x?q=1&from=mail-1#top)"),
        ("[a](/e?from=other)", f"[a]({BASE}/ar/e?from=mail-1)"),
        (f"<{BASE}/x>", f"<{BASE}/ar/x?from=mail-1>"),
        (f"see {BASE}/x.", f"see <{BASE}/ar/x?from=mail-1>."),
        ("[a](https://bbc.co.uk/x)", "[a](https://bbc.co.uk/x)"),
        ("[a](//evil.example/x)", "[a](//evil.example/x)"),
        ("[a](mailto:x@y.org)", "[a](mailto:x@y.org)"),
        (f"[a]({BASE}.evil.example/)", f"[a]({BASE}.evil.example/)"),
    ],
)
def test_links_to_us_are_whole_and_carry_the_word(written: str, made: str) -> None:
    assert linked(written) == made


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("## Hello *there*\n\nyou", "Hello there\n\nyou"),
        ("* one\n* two\n  more\n\nend", "* one\n* two\n  more\n\nend"),
        ("3. c\n4. d", "3. c\n4. d"),
        ("* a\n  1. b\n  2. c\n* d", "* a\n  1. b\n  2. c\n\n* d"),
        ("> said\n> twice\n\nend", "> said\n> twice\n\nend"),
        ("[a](https://x.org)", "a (https://x.org)"),
        ("<https://x.org>", "https://x.org"),
        ("[x@y.org](mailto:x@y.org)", "x@y.org"),
        ("[write](mailto:x@y.org)", "write (x@y.org)"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2"),
        ("a\n\n---\n\nb", "a\n\n--------------------\n\nb"),
        ("    code\n    more", "code\nmore"),
        ('<b>x</b> & "q"', '<b>x</b> & "q"'),
        ("![a picture](https://x.org/p.png)", "!a picture (https://x.org/p.png)"),
        ("تعالوا **كلكم**", "تعالوا كلكم"),
    ],
)
def test_a_text_is_read_without_signs(markdown: str, text: str) -> None:
    assert as_text(markdown) == text


def test_the_first_words_leave_the_greeting_out() -> None:
    text = "Dear friends,\n\nwe **loaded** the van on Sunday, and all of it fits. More follows."
    assert first_words(text, 40) == "we loaded the van on Sunday, and all …"
    assert first_words("Hello", 40) == "Hello"
