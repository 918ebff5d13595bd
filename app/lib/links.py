"""Private links: a purpose, a subject and a version, signed and never stored.

A link is made anew whenever a mail is rendered; raising the version in the subject's row ends all
links made before.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from app.lib.errors import NotFoundError
from app.lib.text import N_

_SUBJECT = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TOKEN = re.compile(r"([A-Za-z0-9_-]{1,64})\.(0|[1-9][0-9]{0,8})\.([A-Za-z0-9_-]{22})")
_MAC_BYTES = 16


class BadLinkError(NotFoundError):
    """The link was not made by us, or for another purpose, or was cut short in a mail."""

    def __init__(self) -> None:
        super().__init__(
            N_("This link does not work. Please check that the whole link was copied.")
        )


@dataclass(frozen=True)
class SignedLink:
    """What a link says once its signature was found right."""

    subject: str
    version: int


def sign(secret: str, purpose: str, subject: str, *, version: int = 1) -> str:
    """The token of a private link; raises ValueError when the subject does not fit an address."""
    if not _SUBJECT.fullmatch(subject) or not 0 <= version <= 999_999_999:
        raise ValueError("a link's subject is a short id and its version a small number")
    return f"{subject}.{version}.{_mac(secret, purpose, subject, str(version))}"


def read(secrets: Sequence[str], purpose: str, token: str) -> SignedLink:
    """What a token says, by the present or an earlier secret; raises BadLinkError."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise BadLinkError
    subject, version, mac = match.groups()
    # Every secret is tried, so that the time taken does not tell which one was right.
    found = [
        hmac.compare_digest(_mac(secret, purpose, subject, version), mac) for secret in secrets
    ]
    if not any(found):
        raise BadLinkError
    return SignedLink(subject, int(version))


def _mac(secret: str, purpose: str, subject: str, version: str) -> str:
    message = f"private-link\0{purpose}\0{subject}\0{version}".encode()
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()[:_MAC_BYTES]
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
