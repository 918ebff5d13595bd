"""Caught mails as files in one directory, the newest few hundred of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from app.lib.clock import utcnow
from app.lib.ids import token

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KEPT_MAILS = 1000
LARGEST_MAIL = 2 * 1024 * 1024
_FILE_NAME = re.compile(r"\d{8}T\d{12}-[A-Za-z0-9_-]{8}")
_STAMP = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True)
class CaughtMail:
    """One mail as it arrived, with its two bodies taken apart for reading."""

    key: str
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    message_id: str
    language: str
    text: str
    html: str


class MailStore:
    """A directory of `.eml` files; each name says when the mail came."""

    def __init__(self, directory: Path, *, kept: int = KEPT_MAILS) -> None:
        self._directory = directory
        self._kept = kept
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def add(
        self,
        raw: bytes,
        *,
        sender: str,
        recipients: Sequence[str],
        received_at: datetime | None = None,
    ) -> str:
        """Keep one mail, forget the oldest beyond the bound, and return its key."""
        stamp = (received_at or utcnow()).astimezone(UTC).strftime(_STAMP)
        key = f"{stamp}-{token(6)}"
        envelope = f"X-Envelope-From: {_one_line(sender)}\r\n"
        envelope += f"X-Envelope-To: {', '.join(_one_line(one) for one in recipients)}\r\n"
        part = self._directory / f"{key}.part"
        part.write_bytes(envelope.encode("utf-8", "replace") + raw)
        part.rename(self._directory / f"{key}.eml")
        for old in self.keys()[self._kept :]:
            self._path(old).unlink(missing_ok=True)
        return key

    def keys(self) -> list[str]:
        """Keys of the mails kept, newest first."""
        stems = (path.stem for path in self._directory.glob("*.eml"))
        return sorted((stem for stem in stems if _FILE_NAME.fullmatch(stem)), reverse=True)

    def raw(self, key: str) -> bytes | None:
        """The mail as it was sent, or None for an unknown key."""
        if not _FILE_NAME.fullmatch(key):
            return None
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None

    def get(self, key: str) -> CaughtMail | None:
        """One mail taken apart, or None for an unknown key."""
        raw = self.raw(key)
        return None if raw is None else _read(key, raw)

    def list_mails(self, *, to: str = "", limit: int = 100) -> list[CaughtMail]:
        """The newest mails, where wanted only those to one address."""
        found: list[CaughtMail] = []
        for key in self.keys():
            if len(found) >= limit:
                break
            mail = self.get(key)
            if mail is not None and (not to or to.casefold() in _folded(mail.recipients)):
                found.append(mail)
        return found

    def clear(self) -> None:
        """Forget every mail."""
        for key in self.keys():
            self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._directory / f"{key}.eml"


def date_of(raw: bytes) -> datetime | None:
    """When a mail says it was written; None when it does not say."""
    message = message_from_bytes(raw, policy=policy.default)
    return _date(_header(message, "Date"))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _folded(addresses: Sequence[str]) -> set[str]:
    return {address.casefold() for address in addresses}


def _read(key: str, raw: bytes) -> CaughtMail:
    message = message_from_bytes(raw, policy=policy.default)
    return CaughtMail(
        key=key,
        received_at=datetime.strptime(key[: key.index("-")], _STAMP).replace(tzinfo=UTC),
        sender=_header(message, "From") or _header(message, "X-Envelope-From"),
        recipients=tuple(
            one.strip() for one in _header(message, "X-Envelope-To").split(",") if one.strip()
        ),
        subject=_header(message, "Subject"),
        sent_at=_date(_header(message, "Date")),
        message_id=_header(message, "Message-ID"),
        language=_header(message, "Content-Language"),
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _header(message: EmailMessage, name: str) -> str:
    return _one_line(str(message.get(name, "")))


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        content = part.get_content()
    except (LookupError, ValueError):
        return ""
    return content if isinstance(content, str) else ""
