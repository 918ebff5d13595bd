"""One written form for each address."""

from __future__ import annotations

import pytest

from app.lib.emails import EmailProblem, mask_email, normalise_email, suggest


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("sana@example.org", "sana@example.org"),
        ("  Sana.Haddad@EXAMPLE.org ", "sana.haddad@example.org"),
        ("sana+aid@example.org", "sana+aid@example.org"),
        ("\u200fsana@example.org\u200b", "sana@example.org"),
        ("sana@bücher.example", "sana@xn--bcher-kva.example"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("sana\uff20example.org", "sana@example.org"),
        ("sana\u0661\u06f2@example.org", "sana12@example.org"),
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


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("sana@gmial.com", "sana@gmail.com"),
        ("sana@gmal.com", "sana@gmail.com"),
        ("sana@gamil.com", "sana@gmail.com"),
        ("sana@gnail.com", "sana@gmail.com"),
        ("sana@gmaill.com", "sana@gmail.com"),
        ("sana@gmail.con", "sana@gmail.com"),
        ("sana@gmial.con", "sana@gmail.com"),
        ("sana@gmail.cm", "sana@gmail.com"),
        ("sana@gmail.co", "sana@gmail.com"),
        ("sana@gmail.co.uk", "sana@gmail.com"),
        ("sana@gmailcom", "sana@gmail.com"),
        ("sana@gmail", "sana@gmail.com"),
        ("sana@gmail.com.", "sana@gmail.com"),
        ("sana@gmail..com", "sana@gmail.com"),
        ("sana@@gmail.com", "sana@gmail.com"),
        ("sana @ gmail.com", "sana@gmail.com"),
        ("sana@gmail,com", "sana@gmail.com"),
        ("sana@gmail\u060ccom", "sana@gmail.com"),
        ("Sana@Hotmial.com", "sana@hotmail.com"),
        ("sana@hotmai.co.uk", "sana@hotmail.co.uk"),
        ("sana@hotmail.couk", "sana@hotmail.co.uk"),
        ("sana@hotmail.co,uk", "sana@hotmail.co.uk"),
        ("sana@yaho.co.uk", "sana@yahoo.co.uk"),
        ("sana@yahoo.co.ku", "sana@yahoo.co.uk"),
        ("sana@yhaoo.com", "sana@yahoo.com"),
        ("sana@outlok.com", "sana@outlook.com"),
        ("sana@outloock.com", "sana@outlook.com"),
        ("sana@iclod.com", "sana@icloud.com"),
        ("sana@btinternt.com", "sana@btinternet.com"),
        ("sana@protonmial.com", "sana@protonmail.com"),
        ("sana@maktob.com", "sana@maktoob.com"),
        ("sana@leavalley.con", "sana@leavalley.com"),
        ("sana@leavalley.ogr", "sana@leavalley.org"),
        ("sana@leavalley\u060corg", "sana@leavalley.org"),
    ],
)
def test_a_slip_is_understood(typed: str, offered: str) -> None:
    assert suggest(typed) == offered


@pytest.mark.parametrize(
    "right",
    [
        "sana@gmail.com",
        "SANA@GMAIL.COM",
        "sana@googlemail.com",
        "sana@mail.com",
        "sana@email.com",
        "sana@ymail.com",
        "sana@yahoo.fr",
        "sana@hotmail.fr",
        "sana@live.co.uk",
        "sana@proton.me",
        "sana@me.com",
        "sana@gmx.net",
        "sana@aol.com",
        "sana@small.com",
        "sana@example.org",
        "sana@council.gov.uk",
        "sana@ucl.ac.uk",
        "sana\uff20gmail.com",
        "sana\u0661@gmail.com",
        "sana@bücher.example",
        "sana",
        "",
        "@",
        "sana@",
        "\u0633@gmial.com",
    ],
)
def test_a_right_address_is_left_alone(right: str) -> None:
    assert suggest(right) is None


def test_what_is_offered_is_right_already() -> None:
    for typed in ("sana@gmial.com", "sana@yaho.co.uk", "sana@hotmail.couk"):
        assert suggest(suggest(typed) or "") is None
