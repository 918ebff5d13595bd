"""Handing a message to the mail server. Nothing else here speaks SMTP."""

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage

from app.db.session import assert_no_transaction
from app.lib.bounces import BounceKind, classify_reply
from app.mail.errors import MailServerAwayError, PermanentMailError, TemporaryMailError
from app.settings import Settings, SmtpSecurity, settings

#: Seconds for each step of the conversation.
TIMEOUT = 20.0


def send(message: EmailMessage, *, sender: str, to: str) -> None:
    """Hand a message over; raises MailServerAwayError, TemporaryMailError or PermanentMailError.

    Must not be called inside a transaction: a slow server would hold everybody up.
    """
    assert_no_transaction()
    try:
        server = _connect(settings())
    except (smtplib.SMTPException, OSError) as error:
        # Wrong credentials are the operator's to mend, not the reader's fault: try again later.
        raise MailServerAwayError(_describe(error)) from error
    try:
        server.send_message(message, from_addr=sender, to_addrs=[to])
    except (smtplib.SMTPException, OSError) as error:
        if _code(error) // 100 == 5:
            raise PermanentMailError(_describe(error), bounce=_bounce_of(error)) from error
        raise TemporaryMailError(_describe(error)) from error
    finally:
        # The message was taken or refused; how the server says goodbye changes nothing.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


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


def _bounce_of(error: Exception) -> BounceKind | None:
    """Why the address or the mail is refused; nothing where it is the sender, which is us."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        found = (_reply(code, words) for code, words in error.recipients.values())
        return next((each for each in found if each is not None), None)
    if isinstance(error, smtplib.SMTPDataError):
        return _reply(error.smtp_code, error.smtp_error)
    return None


def _reply(code: int, words: bytes | str) -> BounceKind | None:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return classify_reply(code, text)


def _describe(error: Exception) -> str:
    """What went wrong without the server's words: they often repeat the address."""
    code = _code(error)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
