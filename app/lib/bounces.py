"""What a mail server writes back when it could not deliver: read without trusting a word of it.

Which mail a report is about, `app.mail` decides: by the signed address that it came to, or, where
mail goes out without one, by the Message-ID in the headers that it returns. Ours hold a hundred
random bits, so nobody can report a mail that she never saw.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import getaddresses, parseaddr
from enum import StrEnum


class BounceKind(StrEnum):
    """What a report says became of a mail."""

    NO_SUCH_ADDRESS = "no_such_address"
    MAILBOX_FULL = "mailbox_full"
    #: Refused for what it is or where it comes from, not for whom it is to.
    POLICY = "policy"
    #: Tried for days, or the domain cannot be reached.
    UNREACHABLE = "unreachable"
    OTHER = "other"
    #: The server goes on trying.
    DELAYED = "delayed"
    DELIVERED = "delivered"
    #: Somebody is away, or a ticket was opened.
    AUTO_REPLY = "auto_reply"
    #: A provider says that its user called the mail spam (RFC 5965).
    COMPLAINT = "complaint"
    NOT_A_REPORT = "not_a_report"


#: The mail will not arrive.
FINAL = frozenset(
    {
        BounceKind.NO_SUCH_ADDRESS,
        BounceKind.MAILBOX_FULL,
        BounceKind.POLICY,
        BounceKind.UNREACHABLE,
        BounceKind.OTHER,
    }
)

#: More of a report is not looked at.
LARGEST_REPORT = 512 * 1024
LARGEST_TEXT = 64 * 1024
MOST_PARTS = 40


@dataclass(frozen=True)
class Report:
    """What one report says."""

    kind: BounceKind
    #: Of the mail that it is about, as written in that mail's own headers.
    message_id: str | None
    #: The enhanced status ("5.1.1") where one is given.
    status: str = ""
    #: Whether it has the form of RFC 3464; one in words alone may say anything.
    is_formal: bool = False
    #: The addresses that it came to, from its own outermost headers.
    recipients: tuple[str, ...] = ()
    #: In a complaint: the addresses from which the mail is said to have come.
    senders: tuple[str, ...] = ()


_MESSAGE_ID = re.compile(r"<[^<>@\s]{1,200}@[^<>@\s]{1,250}>")
_HEADER_LINE = re.compile(
    r"^message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{3,450}>)", re.IGNORECASE | re.MULTILINE
)
_STATUS = re.compile(r"(?<![0-9.])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.])")
_CODE = re.compile(r"(?<![0-9.])([45][0-9]{2})(?=[ -])")

_NOBODY = re.compile(
    r"user unknown|unknown user|no such (?:user|recipient|address|mailbox)|unknown recipient"
    r"|recipient (?:not found|unknown|address rejected: access denied)|unknown local part"
    r"|(?:account|address|user|recipient|mailbox)[^.\n]{0,60}(?:does not|doesn.t) exist"
    r"|no mailbox (?:here )?by that name|mailbox (?:unavailable|not found|does not exist)"
    r"|(?:account|mailbox|user)[^.\n]{0,30}(?:disabled|inactive|suspended)|invalid recipient"
    r"|doesn.t have an? [^\n]{0,40}account|not a valid mailbox|unrouteable address",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"mailbox (?:is )?full|over ?quota|quota exceeded|exceeded [^.\n]{0,30}quota|out of storage"
    r"|insufficient (?:system )?storage|inbox is full|exceeded storage"
    r"|receiving (?:mail|messages) (?:too quickly|at a rate)",
    re.IGNORECASE,
)
_POLICY = re.compile(
    r"spam|block(?:ed|list)|blacklist|\bpolicy|dmarc|\bspf\b|dkim|reputation|unsolicited|spamhaus"
    r"|content rejected|rejected for",
    re.IGNORECASE,
)
#: Whatever else such an answer says, it is about us: a domain that mistrusts us knows nobody.
_ABOUT_US = re.compile(
    r"(?<!to )(?<!the )\b(?:sender|return[- ]path|mail from)\b[^.\n]{0,40}"
    r"(?:reject|refus|denied|invalid|unknown|not (?:found|exist)|does(?: not|n.t) exist|verif)",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"host (?:unknown|not found)|no route to host|connection (?:timed out|refused)"
    r"|domain [^\n]{0,60}not (?:found|exist)|could not be reached|nullmx|name or service not known"
    r"|retry (?:time(?:out)?|limit) (?:not reached |exceeded|expired)",
    re.IGNORECASE,
)
_GIVES_UP = re.compile(
    r"permanent|fatal error|given up|giving up|undeliver|could not be delivered"
    r"|was(?:n.t| not) delivered|delivery (?:has |to [^\n]{0,80} )?failed|returned to sender"
    r"|unable to deliver|failed to deliver|did not reach",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"will (?:be retried|retry|keep trying|continue to try)|no action is required|delayed"
    r"|not yet been delivered|still trying|temporary",
    re.IGNORECASE,
)
#: Servers write the envelope's recipient into the first ones.
_RECIPIENT_HEADERS = ("X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "To")
_DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon", "maildelivery")


def classify(status: str, text: str) -> BounceKind:
    """What a final refusal means, by its enhanced status ("5.1.1", or nothing) and its words."""
    if _FULL.search(text) or status.endswith(".2.2"):
        return BounceKind.MAILBOX_FULL
    if status in {"5.1.7", "5.1.8"} or _ABOUT_US.search(text):
        return BounceKind.POLICY
    if _NOBODY.search(text) or re.fullmatch(r"5\.(?:1\.(?:0|1|3|6|10)|2\.1)", status):
        return BounceKind.NO_SUCH_ADDRESS
    if status.startswith("5.7.") or _POLICY.search(text):
        return BounceKind.POLICY
    if status.startswith("4.") or re.match(r"5\.(?:1\.2|4\.)", status) or _AWAY.search(text):
        return BounceKind.UNREACHABLE
    return BounceKind.OTHER


def classify_reply(code: int, words: str) -> BounceKind | None:
    """What a server's final answer while we speak to it means; None where it is not final."""
    if code // 100 != 5:
        return None
    found = _STATUS.search(words)
    return classify(found[1] if found else "", words)


# --- reports that come by mail ------------------------------------------------------------------


def split(data: bytes) -> Iterator[bytes]:
    """The mails in what was piped in: one mail, or several as an mbox."""
    if not data.startswith(b"From "):
        if data.strip():
            yield data
        return
    for part in re.split(rb"(?:\A|(?<=\n)\r?\n)From [^\n]*\n", data):
        if part.strip():
            yield re.sub(rb"(?m)^>(>*From )", rb"\1", part)


def read(data: bytes) -> Report:
    """What one mail reports; whatever cannot be read is no report."""
    try:
        return _read(message_from_bytes(data[:LARGEST_REPORT]))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # The library stumbles over some broken headers; such a mail tells nothing.
        return Report(BounceKind.NOT_A_REPORT, None)


def _read(mail: Message) -> Report:
    return replace(_understood(mail), recipients=_recipients(mail))


def _understood(mail: Message) -> Report:
    if mail.get_content_type() == "multipart/report":
        found = _formal(mail) or _complaint(mail)
        return found or Report(BounceKind.NOT_A_REPORT, None)
    if _is_auto_reply(mail):
        return Report(BounceKind.AUTO_REPLY, None)
    return _informal(mail) if _is_from_a_server(mail) else Report(BounceKind.NOT_A_REPORT, None)


def _recipients(mail: Message) -> tuple[str, ...]:
    """Whom the mail came to, as the last servers and its sender wrote it; never what it quotes."""
    lines = [str(line) for name in _RECIPIENT_HEADERS for line in mail.get_all(name, [])]
    found = [address for _, address in getaddresses(lines[:MOST_PARTS]) if "@" in address]
    return tuple(dict.fromkeys(found))


def _parts(mail: Message) -> Iterator[Message]:
    """The parts of a mail, without those inside a mail that it returns."""
    waiting, seen = [mail], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        yield part
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting.extend(each for each in inner if isinstance(each, Message))


def _formal(mail: Message) -> Report | None:
    """A delivery status notification (RFC 3464); None where the mail is not one after all."""
    for part in _parts(mail):
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            blocks = blocks if isinstance(blocks, list) else []
            fields = [_fields(each) for each in blocks if isinstance(each, Message)]
            kinds = [(_kind_of(each), each["status"]) for each in fields if each["action"]]
            if kinds:
                chosen, status = next((each for each in kinds if each[0] in FINAL), kinds[0])
                found = _STATUS.search(status)
                code = found[1] if found else ""
                return Report(chosen, _returned_id(mail), status=code, is_formal=True)
    return None


def _complaint(mail: Message) -> Report | None:
    """A provider's report of a mail called spam (RFC 5965); None where the mail is no such one."""
    for part in _parts(mail):
        if part.get_content_type() == "message/feedback-report":
            inner = part.get_payload()
            fields = inner[0] if isinstance(inner, list) and inner else part
            if isinstance(fields, str):
                return None
            kind = str(fields.get("Feedback-Type", "")).strip().lower()
            if kind not in {"abuse", "opt-out", "opt-out-list"}:
                return None
            given = [str(line) for line in fields.get_all("Original-Mail-From", [])]
            given += _returned_senders(mail)
            senders = tuple(address for _, address in getaddresses(given) if "@" in address)
            return Report(BounceKind.COMPLAINT, _returned_id(mail), senders=senders)
    return None


def _returned_senders(mail: Message) -> list[str]:
    """The Return-Path in the headers of the mail that came back."""
    for part in _parts(mail):
        kind, inner = part.get_content_type(), part.get_payload()
        if kind == "message/rfc822" and isinstance(inner, list):
            returned = [each for each in inner if isinstance(each, Message)]
            return [str(line) for line in returned[0].get_all("Return-Path", [])][:1]
        if kind in {"text/rfc822-headers", "message/rfc822-headers"}:
            headers = message_from_string(_text(part))
            return [str(line) for line in headers.get_all("Return-Path", [])][:1]
    return []


def _fields(block: Message) -> Mapping[str, str]:
    return {
        "action": str(block.get("Action", "")).strip().lower(),
        "status": str(block.get("Status", "")),
        "words": str(block.get("Diagnostic-Code", "")),
    }


def _kind_of(fields: Mapping[str, str]) -> BounceKind:
    action = fields["action"].partition(" ")[0]
    if action == "failed":
        found = _STATUS.search(fields["status"])
        return classify(found[1] if found else "", fields["words"])
    if action == "delayed":
        return BounceKind.DELAYED
    is_fine = action in {"delivered", "relayed", "expanded"}
    return BounceKind.DELIVERED if is_fine else BounceKind.NOT_A_REPORT


def _returned_id(mail: Message) -> str | None:
    """The Message-ID in the headers of the mail that came back; never one from its text."""
    for part in _parts(mail):
        kind, inner = part.get_content_type(), part.get_payload()
        if kind == "message/rfc822" and isinstance(inner, list):
            returned = [each for each in inner if isinstance(each, Message)]
            return _own_id(str(returned[0].get("Message-ID", ""))) if returned else None
        if kind in {"text/rfc822-headers", "message/rfc822-headers"}:
            return _own_id(_first_id_line(_text(part)))
    return None


def _own_id(text: str) -> str | None:
    found = _MESSAGE_ID.search(text)
    return found[0] if found else None


def _first_id_line(text: str) -> str:
    found = _HEADER_LINE.search(text)
    return found[1] if found else ""


def _is_auto_reply(mail: Message) -> bool:
    kind = str(mail.get("Auto-Submitted", "")).lower().strip()
    if kind.startswith("auto-replied"):
        return True
    if mail.get("X-Autoreply") or mail.get("X-Autorespond") or mail.get("X-Auto-Response-Suppress"):
        return not _is_from_a_server(mail)
    return str(mail.get("Precedence", "")).lower().strip() in {"auto_reply", "auto-reply"}


def _is_from_a_server(mail: Message) -> bool:
    if str(mail.get("Return-Path", "")).strip() == "<>":
        return True
    sender = parseaddr(str(mail.get("From", "")))[1].partition("@")[0].lower()
    return sender in _DAEMONS


def _informal(mail: Message) -> Report:
    """A report in words alone, as old servers write it."""
    text = "\n".join(_text(part) for part in _parts(mail) if part.get_content_maintype() == "text")[
        :LARGEST_TEXT
    ]
    message_id = _returned_id(mail) or _own_id(_first_id_line(text))
    told = f"{mail.get('Subject', '')}\n{_HEADER_LINE.split(text)[0]}"
    found, code = _STATUS.search(told), _CODE.search(told)
    status = found[1] if found else f"{code[1][0]}.0.0" if code else ""
    if _GOES_ON.search(told) and not status.startswith("5"):
        return Report(BounceKind.DELAYED, message_id)
    if not status.startswith("5") and not _GIVES_UP.search(told):
        return Report(BounceKind.NOT_A_REPORT, None)
    return Report(classify(status, told), message_id, status=found[1] if found else "")


def _text(part: Message) -> str:
    raw = part.get_payload(decode=True)
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
