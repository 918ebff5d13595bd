"""How headers of mails are written, so that every reader sees the same words."""

from __future__ import annotations

from email.header import Header
from email.policy import EmailPolicy
from typing import Any

_LINE = 75


class _WholeWords(EmailPolicy):
    """As mail is sent, but keeps the space where a header in another script is broken.

    Python's own folding loses it between two encoded words (python/cpython#92081), so that two
    Arabic words in a subject become one.
    """

    def fold(self, name: str, value: Any) -> str:  # noqa: ANN401 - as in the standard library
        """Write a header as lines."""
        if str(value).isascii():
            return str(super().fold(name, value))
        return f"{name}: {_encoded(name, value)}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:  # noqa: ANN401 - the same
        """Write a header as the bytes of its lines."""
        if str(value).isascii():
            return bytes(super().fold_binary(name, value))
        return self.fold(name, value).encode("ascii")


def _encoded(name: str, value: Any) -> str:  # noqa: ANN401 - a header of any kind
    addresses = getattr(value, "addresses", None)
    if addresses is None:
        return _words(name, str(value))
    return ",\r\n ".join(
        f"{_words(name, each.display_name)}\r\n <{each.addr_spec}>"
        if each.display_name
        else each.addr_spec
        for each in addresses
    )


def _words(name: str, text: str) -> str:
    if text.isascii() and text.replace(" ", "").isalnum():
        return text
    return Header(text, "utf-8", header_name=name, maxlinelen=_LINE).encode(linesep="\r\n")


#: For every mail that we send.
POLICY = _WholeWords(linesep="\r\n")
