"""Handing a message to the mail server. Nothing else here speaks SMTP."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from app.db.session import assert_no_transaction
from app.lib.bounces import BounceKind, classify_reply
from app.mail.errors import MailServerAwayError, PermanentMailError, TemporaryMailError
from app.mail.rules.pacing import asks_for_patience
from app.settings import Settings, SmtpSecurity, settings

#: Seconds for each step of the conversation.
TIMEOUT = 20.0
#: Many servers hang up after a hundred messages; before that we say goodbye ourselves.
MOST_CARRIED = 90


class Session:
    """A conversation with the mail server that carries many messages; see `session()`."""

    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None
        self._carried = 0

    def send(self, message: EmailMessage, *, sender: str, to: str) -> None:
        """Hand a message over; raises MailServerAwayError, TemporaryMailError, PermanentMailError.

        After any of them the next message may be tried: the connection is made anew if it must be.
        Must not be called inside a transaction: a slow server would hold everybody up.
        """
        assert_no_transaction()
        server = self._opened()
        self._carried += 1
        try:
            server.send_message(message, from_addr=sender, to_addrs=[to])
        except (smtplib.SMTPException, OSError) as error:
            code = _code(error)
            if not code or code == 421:
                self.close()
            slows = _slows(error)
            if code // 100 == 5 and not slows:
                raise PermanentMailError(_describe(error), bounce=_bounce_of(error)) from error
            raise TemporaryMailError(_describe(error), slows=slows) from error

    def close(self) -> None:
        """Say goodbye; how the server answers changes nothing."""
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
            self._server.close()
        self._server, self._carried = None, 0

    def _opened(self) -> smtplib.SMTP:
        if self._server is not None and (self._carried >= MOST_CARRIED or not self._is_alive()):
            self.close()
        if self._server is None:
            try:
                self._server = _connect(settings())
            except (smtplib.SMTPException, OSError) as error:
                # Wrong credentials are the operator's to mend, not the reader's: try again later.
                raise MailServerAwayError(_describe(error), slows=True) from error
        return self._server

    def _is_alive(self) -> bool:
        """Whether the connection still stands: servers hang up after a while."""
        if self._server is None or not self._carried:
            return self._server is not None
        try:
            return self._server.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False


@contextmanager
def session() -> Iterator[Session]:
    """One connection for many messages, opened with the first of them."""
    opened = Session()
    try:
        yield opened
    finally:
        opened.close()


def send(message: EmailMessage, *, sender: str, to: str) -> None:
    """Hand one message over, as `Session.send` does, on a connection of its own."""
    with session() as opened:
        opened.send(message, sender=sender, to=to)


def _connect(given: Settings) -> smtplib.SMTP:
    if given.smtp_security is SmtpSecurity.TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            given.smtp_host, given.smtp_port, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(given.smtp_host, given.smtp_port, timeout=TIMEOUT)
    try:
        if given.smtp_security is SmtpSecurity.STARTTLS:
            server.starttls(context=ssl.create_default_context())
        if given.smtp_username:
            server.login(given.smtp_username, given.smtp_password)
    except BaseException:
        server.close()
        raise
    return server


def _code(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=0)
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code
    return 0


def _slows(error: Exception) -> bool:
    """Whether the server asks us to send less; one that hung up does, too."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(
            asks_for_patience(code, _words(words)) for code, words in error.recipients.values()
        )
    if isinstance(error, smtplib.SMTPResponseException):
        return asks_for_patience(error.smtp_code, _words(error.smtp_error))
    return True


def _bounce_of(error: Exception) -> BounceKind | None:
    """Why the address or the mail is refused; nothing where it is the sender, which is us."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        found = (_reply(code, words) for code, words in error.recipients.values())
        return next((each for each in found if each is not None), None)
    if isinstance(error, smtplib.SMTPDataError):
        return _reply(error.smtp_code, error.smtp_error)
    return None


def _reply(code: int, words: bytes | str) -> BounceKind | None:
    return classify_reply(code, _words(words))


def _words(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _describe(error: Exception) -> str:
    """What went wrong without the server's words: they often repeat the address."""
    code = _code(error)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
