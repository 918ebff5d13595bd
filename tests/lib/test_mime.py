"""Headers come out as they went in, whatever their script and wherever a line is broken."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lib.mime import POLICY

WORD = st.text(alphabet="ابتجدرسعمن«»،abc-é", min_size=1, max_size=12)


def sent(name: str, value: object) -> str:
    """The header as it went over the wire, unfolded."""
    message = EmailMessage(policy=POLICY)
    message[name] = value
    message.set_content("x")
    raw = message.as_bytes()
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    assert raw.isascii()
    return str(message_from_bytes(raw)[name]).replace("\r\n", "").replace("\n", "")


def read(header: str) -> str:
    """What a reader's program makes of encoded words."""
    return str(make_header(decode_header(header)))


@pytest.mark.parametrize(
    "subject",
    [
        "نوباتك في «مسيرة من أجل بيوت دافئة»",
        "Receipt 87: your gift of £10",
        "A plain subject that is so long that it has to be broken into two lines by everybody",
        "شكرًا",
    ],
)
def test_a_subject_keeps_its_words(subject: str) -> None:
    assert read(sent("Subject", subject)) == subject


@given(st.lists(WORD, min_size=1, max_size=14).map(" ".join))
def test_every_subject_keeps_its_words(subject: str) -> None:
    assert read(sent("Subject", subject)) == subject


@given(st.lists(WORD, min_size=1, max_size=6).map(" ".join))
def test_every_sender_keeps_its_name(name: str) -> None:
    shown, address = parseaddr(sent("From", Address(name, addr_spec="hello@example.org")))
    assert (read(shown), address) == (name, "hello@example.org")
