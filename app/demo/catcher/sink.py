"""The SMTP side of the catcher: takes every mail on loopback and delivers none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller

from app.demo.catcher.store import LARGEST_MAIL, date_of

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

    from app.demo.catcher.store import MailStore


class _Keeper:
    def __init__(self, store: MailStore, *, is_dated_back: bool) -> None:
        self._store = store
        self._is_dated_back = is_dated_back

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        self._store.add(
            content,
            sender=envelope.mail_from or "",
            recipients=envelope.rcpt_tos,
            received_at=date_of(content) if self._is_dated_back else None,
        )
        return "250 Caught: it goes no further"


def smtp_sink(
    store: MailStore, *, host: str = "127.0.0.1", port: int, is_dated_back: bool = False
) -> Controller:
    """A controller, not yet started, whose thread takes mail into the store.

    Dated back, a mail counts as having come when it says it was written: history, made today.
    """
    return Controller(
        _Keeper(store, is_dated_back=is_dated_back),
        hostname=host,
        port=port,
        data_size_limit=LARGEST_MAIL,
        enable_SMTPUTF8=True,
        server_hostname="catcher.localhost",
    )
