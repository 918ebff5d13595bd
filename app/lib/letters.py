"""What a mail says, as a person reads it: plain text alone, whatever the mail is made of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message

from app.lib.text import clean_block, clean_line

#: More of a mail's words is not shown.
LONGEST_TEXT = 20_000
_MOST_PARTS = 20
#: Never beyond the next beginning: strangers send mail of nothing but beginnings.
_TAG = re.compile(r"(<[^<>]*>)")
_UNREAD = re.compile(r"<(/?)(?:style|script)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Letter:
    """The few things that a person needs to see of a mail."""

    sender: str
    subject: str
    text: str


def read_letter(data: bytes) -> Letter:
    """What a mail says; whatever cannot be read is shown as it stands."""
    try:
        mail = message_from_bytes(data)
        return Letter(_header(mail, "From"), _header(mail, "Subject"), _words(mail))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # The library stumbles over some broken headers.
        return Letter("", "", _shown(data.decode("utf-8", "replace")))


def _header(mail: Message, name: str) -> str:
    raw = next((str(value) for key, value in mail.raw_items() if key.lower() == name.lower()), "")
    # Bytes that are no ASCII stand as surrogates; most who send such mean UTF-8.
    raw = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return clean_line(str(make_header(decode_header(raw))))[:300]
    except (ValueError, LookupError):
        return clean_line(raw)[:300]


def _words(mail: Message) -> str:
    """Its first texts; of a mail in HTML alone, what stands between the tags."""
    found = list(_texts(mail))
    plain = [text for kind, text in found if kind != "text/html"]
    return _shown("\n\n".join(plain or [_untagged(text) for _, text in found]))


def _untagged(text: str) -> str:
    """Without tags, and without what stands between those that nobody reads, where they end."""
    found, held = list[str](), list[str]()
    is_held = False
    for number, part in enumerate(_TAG.split(text)):
        if number % 2 == 0:
            (held if is_held else found).append(part)
        elif (mark := _UNREAD.match(part)) is None:
            (held if is_held else found).append(" ")
        else:
            if mark[1]:
                held.clear()
            is_held = not mark[1]
    return re.sub(r"[ \t]{2,}", " ", " ".join((*found, *held))).strip()


def _texts(mail: Message) -> Iterator[tuple[str, str]]:
    for number, part in enumerate(mail.walk()):
        if number >= _MOST_PARTS:
            return
        kind = part.get_content_type()
        raw = None if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(raw, bytes) and (part.get_content_maintype() == "text"):
            yield kind, _decoded(raw, part.get_content_charset())


def _decoded(raw: bytes, charset: str | None) -> str:
    try:
        return raw.decode(charset or "utf-8", "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _shown(text: str) -> str:
    return clean_block(text[:LONGEST_TEXT])
