"""States of a mail, when it is tried again, and how its values are kept as plain JSON."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from app.lib.money import Money
from app.lib.text import Translated
from app.mail.errors import MailHeaderError

_TEMPLATE = re.compile(r"[a-z_]+/[a-z_]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class MailState(StrEnum):
    """Where a mail is."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    #: Taken back before it was sent: it would have gone to somebody else.
    WITHDRAWN = "withdrawn"


#: Waits after each try that a server refused for the moment; the last one repeats.
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
GIVE_UP_AFTER = timedelta(days=3)
#: A mail in hand for longer belonged to a worker that died; longer than all time-outs of a sending.
STALE_AFTER = timedelta(minutes=4)
#: What is noted where mail came back from an address before: as if it were refused there again.
REFUSED_BEFORE = "SMTPRecipientsRefused before"
#: A mail overdue for this long has lost its job and gets another.
SWEEP_AFTER = timedelta(minutes=15)
#: What a mail said, and to whom, is forgotten after this.
KEEP_BODY = timedelta(days=90)


def next_delay(tries: int, age: timedelta) -> timedelta | None:
    """How long to wait after the given number of tries; None to give up."""
    if age >= GIVE_UP_AFTER:
        return None
    return DELAYS[min(tries, len(DELAYS)) - 1]


def check_header(text: str) -> str:
    """The text, fit for one header line; raises MailHeaderError."""
    if _CONTROL.search(text):
        raise MailHeaderError("a control character in a mail header")
    return text


def check_template(name: str) -> str:
    """The name of a template folder; raises ValueError."""
    if not _TEMPLATE.fullmatch(name):
        raise ValueError(f"not a mail template: {name!r}")
    return name


def to_plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """A value as JSON: money, instants and translated texts by their shape; raises TypeError."""
    match value:
        case None | bool() | int() | str():
            return value
        case Money():
            return {"minor": value.minor, "currency": value.currency}
        case Translated():
            return {"origin": value.origin, "texts": dict(value.texts)}
        case date():
            return value.isoformat()
        case Mapping():
            return {str(name): to_plain(each) for name, each in value.items()}
        case list() | tuple():
            return [to_plain(each) for each in value]
        case _:
            raise TypeError(f"a mail cannot keep a {type(value).__name__}")


def from_plain(value: Any, name: str = "") -> Any:  # noqa: ANN401 - JSON
    """The value a template gets.

    {"minor", "currency"} is Money, {"origin", "texts"} a translated text, a name that ends in _at
    an instant, one in _on a day.
    """
    if isinstance(value, list):
        return [from_plain(each) for each in value]
    if isinstance(value, dict):
        if value.keys() == {"minor", "currency"}:
            return Money(value["minor"], value["currency"])
        if value.keys() == {"origin", "texts"}:
            return Translated(value["texts"], value["origin"])
        return {key: from_plain(each, key) for key, each in value.items()}
    return _moment(value, name) if isinstance(value, str) and value else value


def _moment(text: str, name: str) -> str | datetime | date:
    if name.endswith("_at"):
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) if name.endswith("_on") else text
