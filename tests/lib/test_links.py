"""Private links cannot be forged, bent to another purpose, or carried to another subject."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.lib.links import BadLinkError, SignedLink, read, sign

SECRET, OLD, OTHER = ("a" * 32, "b" * 32, "c" * 32)
SUBJECTS = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=64)
PURPOSES = st.sampled_from(["thanks", "host", "rsvp", "crew"])
VERSIONS = st.integers(0, 999_999_999)


@given(SUBJECTS, PURPOSES, VERSIONS)
def test_a_link_says_what_was_signed(subject: str, purpose: str, version: int) -> None:
    token = sign(SECRET, purpose, subject, version=version)
    assert read([SECRET], purpose, token) == SignedLink(subject, version)


@given(SUBJECTS, PURPOSES, PURPOSES)
def test_a_link_opens_nothing_of_another_purpose(subject: str, one: str, other: str) -> None:
    assume(one != other)
    with pytest.raises(BadLinkError):
        read([SECRET], other, sign(SECRET, one, subject))


@given(SUBJECTS, SUBJECTS, VERSIONS, VERSIONS)
def test_a_signature_fits_no_other_subject_or_version(
    one: str, other: str, first: int, second: int
) -> None:
    assume((one, first) != (other, second))
    signature = sign(SECRET, "thanks", one, version=first).rpartition(".")[2]
    with pytest.raises(BadLinkError):
        read([SECRET], "thanks", f"{other}.{second}.{signature}")


@given(st.integers(0, 200), st.sampled_from(string.ascii_letters + string.digits + "-_."))
def test_no_sign_of_a_token_can_be_changed(place: int, sign_: str) -> None:
    token = sign(SECRET, "thanks", "abcdef0123456789", version=12)
    place %= len(token)
    assume(token[place] != sign_)
    with pytest.raises(BadLinkError):
        read([SECRET], "thanks", token[:place] + sign_ + token[place + 1 :])


@given(st.text(max_size=120))
def test_any_other_text_is_a_bad_link(text: str) -> None:
    with pytest.raises(BadLinkError):
        read([SECRET, OLD], "thanks", text)


def test_a_retired_secret_is_believed_until_it_is_taken_away() -> None:
    token = sign(OLD, "thanks", "abc")
    assert read([SECRET, OLD], "thanks", token).subject == "abc"
    for secrets in ([SECRET], [OTHER], []):
        with pytest.raises(BadLinkError):
            read(secrets, "thanks", token)


@pytest.mark.parametrize("bend", ["{}\n", " {}", "{}=", "0{}", "{}.1"])
def test_a_token_has_one_written_form(bend: str) -> None:
    with pytest.raises(BadLinkError):
        read([SECRET], "thanks", bend.format(sign(SECRET, "thanks", "abc")))


@pytest.mark.parametrize(
    ("subject", "version"), [("", 1), ("a.b", 1), ("a/b", 1), ("é", 1), ("a" * 65, 1), ("a", -1)]
)
def test_what_does_not_fit_an_address_is_not_signed(subject: str, version: int) -> None:
    with pytest.raises(ValueError, match="short id"):
        sign(SECRET, "thanks", subject, version=version)
