"""Limits of sessions and tries, safe passwords and paths."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

# --- sessions ---------------------------------------------------------------------------------

#: A browser left alone is signed out: long enough for a phone call, short enough for a library.
IDLE_LIMIT = timedelta(hours=2)
#: Nobody stays signed in from one evening to the next.
ABSOLUTE_LIMIT = timedelta(hours=12)
#: Before she decides who may do what, the password was asked for within this time (ASVS 5.0, 7.5).
PROOF_LIFE = timedelta(minutes=30)
#: The cookie is written again only after this long, so that most answers carry none.
SEEN_STEP = timedelta(minutes=1)


def session_is_over(began: datetime, seen: datetime, now: datetime) -> bool:
    """Whether a session that began and was last seen at these instants has ended."""
    return now - seen >= IDLE_LIMIT or now - began >= ABSOLUTE_LIMIT or now < began


# --- tries ------------------------------------------------------------------------------------


class TryKind(StrEnum):
    """What is being tried, and against which budget it counts."""

    SIGN_IN_ACCOUNT = "sign_in_account"
    SIGN_IN_KNOWN = "sign_in_known"
    SIGN_IN_ADDRESS = "sign_in_address"
    RESET_ACCOUNT = "reset_account"
    RESET_ADDRESS = "reset_address"
    PASSWORD_CHECK = "password_check"
    #: A donor, who has no account, asks for the links to her gifts.
    LINKS_ADDRESS = "links_address"
    #: Somebody without an account offers an event, or says that something is wrong with one.
    OFFER_ADDRESS = "offer_address"
    REPORT_ADDRESS = "report_address"
    #: A visitor leaves an address with an RSVP, and mail goes there.
    RSVP_ADDRESS = "rsvp_address"
    #: A visitor joins, and mail goes to the address she typed.
    JOIN_ADDRESS = "join_address"
    #: A visitor writes to us, or complains.
    CONTACT_ADDRESS = "contact_address"
    #: Somebody asks for the link to her data.
    DATA_ADDRESS = "data_address"
    CODE = "code"
    CODE_IN_A_DAY = "code_in_a_day"


@dataclass(frozen=True)
class Budget:
    """How many tries are allowed within a span of time."""

    tries: int
    within: timedelta


BUDGETS: dict[TryKind, Budget] = {
    TryKind.SIGN_IN_ACCOUNT: Budget(10, timedelta(minutes=5)),
    # Her own browsers have a budget of their own: strangers who use hers up do not lock her out.
    TryKind.SIGN_IN_KNOWN: Budget(10, timedelta(minutes=5)),
    TryKind.SIGN_IN_ADDRESS: Budget(10, timedelta(minutes=5)),
    TryKind.RESET_ACCOUNT: Budget(5, timedelta(days=1)),
    TryKind.RESET_ADDRESS: Budget(10, timedelta(hours=1)),
    TryKind.PASSWORD_CHECK: Budget(10, timedelta(minutes=5)),
    TryKind.LINKS_ADDRESS: Budget(20, timedelta(hours=1)),
    TryKind.OFFER_ADDRESS: Budget(10, timedelta(days=1)),
    TryKind.REPORT_ADDRESS: Budget(10, timedelta(hours=1)),
    TryKind.RSVP_ADDRESS: Budget(40, timedelta(hours=1)),
    TryKind.JOIN_ADDRESS: Budget(40, timedelta(hours=1)),
    TryKind.CONTACT_ADDRESS: Budget(10, timedelta(hours=1)),
    TryKind.DATA_ADDRESS: Budget(20, timedelta(hours=1)),
    # A code has a million values, and three of them count at any moment.
    TryKind.CODE: Budget(5, timedelta(minutes=5)),
    TryKind.CODE_IN_A_DAY: Budget(50, timedelta(days=1)),
}
#: How long a browser that signed in once is known.
KNOWN_BROWSER_LIFE = timedelta(days=180)
#: No budget looks further back than this; older tries are deleted.
TRIES_KEPT_FOR = max(budget.within for budget in BUDGETS.values())


def bucket_of(secret: str, kind: TryKind, value: str) -> str:
    """Where tries of one account or address are counted; tells nothing about either."""
    text = f"{kind.value}:{value}".encode()
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def network_of(address: str | None) -> str:
    """The part of an address that one visitor cannot change at will: an IPv6 /64, an IPv4 alone."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    prefix = 64 if ip.version == 6 else 32
    return str(ipaddress.ip_network((ip, prefix), strict=False))


#: A closed account is kept this long, in case it was closed by mistake.
CLOSED_KEPT_FOR = timedelta(days=365)
#: Nobody can have an address here (RFC 2606).
ERASED_DOMAIN = "@erased.invalid"


# --- second factor ----------------------------------------------------------------------------

#: Who gave the right password has this long to give the code.
CODE_TIME = timedelta(minutes=10)
#: Codes of the step before and after count too, for clocks that are a little off.
CODE_WINDOW = timedelta(seconds=30)
#: Recovery codes in a set; each counts once.
RECOVERY_CODES = 10
_RECOVERY_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1"})


def plain_code(text: str) -> str:
    """A code as it is compared: without spaces and hyphens, digits of any script as ours."""
    signs = (sign for sign in text.strip().lower() if sign.isalnum())
    return "".join(str(unicodedata.digit(sign, sign)) for sign in signs)


def recovery_codes(secret: str, account_id: int, version: int) -> tuple[str, ...]:
    """The recovery codes of an account's set: derived, so that none is stored; 50 bits each."""
    return tuple(_recovery_code(secret, account_id, version, n) for n in range(RECOVERY_CODES))


def _recovery_code(secret: str, account_id: int, version: int, n: int) -> str:
    text = f"recovery\0{account_id}\0{version}\0{n}".encode()
    bits = int.from_bytes(hmac.new(secret.encode(), text, hashlib.sha256).digest()[:8])
    signs = "".join(_RECOVERY_ALPHABET[bits >> 5 * place & 31] for place in range(10))
    return f"{signs[:5]}-{signs[5:]}"


def find_recovery_code(secrets: Iterable[str], account_id: int, version: int, typed: str) -> int:
    """Which code of a set was typed, or -1; takes as long whichever it is."""
    wanted, found = plain_code(typed).translate(_MISREAD), -1
    for secret in secrets:
        for n, code in enumerate(recovery_codes(secret, account_id, version)):
            if hmac.compare_digest(plain_code(code).encode(), wanted.encode()):
                found = n
    return found


# --- passwords --------------------------------------------------------------------------------

PASSWORD_MIN = 15
PASSWORD_MAX = 128
#: This much must be left of a password once everything guessable is taken out of it.
PASSWORD_REST_MIN = 8
#: A link to choose a first password is answered by a person, a reset by somebody who waits.
INVITATION_LIFE = timedelta(days=7)
RESET_LIFE = timedelta(hours=1)

#: Parts that most of the leaked long passwords are made of, and words that every site invites.
_GUESSABLE = (
    "correcthorsebatterystaple", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujmikolp",
    "trustno1", "password", "passw0rd", "p@ssw0rd", "passphrase", "iloveyou", "sunshine",
    "princess", "football", "baseball", "superman", "whatever", "starwars", "michael", "jennifer",
    "liverpool", "arsenal", "chelsea", "charlie", "dragon", "monkey", "shadow", "master", "freedom",
    "welcome", "letmein", "changeme", "secret", "default", "computer", "internet", "administrator",
    "admin", "login", "user", "test", "demo", "qwertz", "azerty", "qwerty", "asdf", "zxcv", "abc",
    "muster", "campaign", "appeal", "donation", "donate", "protest", "solidarity", "convoy",
    "organiser", "organizer", "treasurer", "palestine", "syria", "london", "england", "marhaba",
    "allah", "habibi", "hello", "summer", "winter", "spring", "autumn", "monday", "friday",
)  # fmt: skip
_RUNS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_RUN_MIN = 4


class PasswordProblem(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    GUESSABLE = "guessable"


def password_problem(password: str, *, known: Iterable[str] = ()) -> PasswordProblem | None:
    """Why a password is refused, or nothing; `known` are words an attacker has (name, e-mail).

    Length and guessability count, no mix of signs is asked for (ASVS 5.0, 6.2.1-6.2.12).
    """
    if len(password) < PASSWORD_MIN:
        return PasswordProblem.TOO_SHORT
    if len(password) > PASSWORD_MAX:
        return PasswordProblem.TOO_LONG
    if len(_rest_of(password.casefold(), known)) < PASSWORD_REST_MIN:
        return PasswordProblem.GUESSABLE
    return None


def _rest_of(password: str, known: Iterable[str]) -> str:
    """What is left of a password without known words, runs of keys and repeated parts."""
    words = [part for text in known for part in re.split(r"[\W_]+", text.casefold())]
    rest = password
    for word in sorted({*_GUESSABLE, *(word for word in words if len(word) >= 3)}, key=len)[::-1]:
        rest = rest.replace(word, "")
    for run in _RUNS:
        rest = _without_runs(rest, run)
    rest = re.sub(r"(.{1,8}?)\1+", r"\1", rest, flags=re.DOTALL)
    return re.sub(r"\s+|(19|20)\d\d", "", rest)


def _without_runs(text: str, run: str) -> str:
    """Take neighbours on a keyboard, forwards or backwards, out of a text."""
    for line in (run * 2, (run * 2)[::-1]):
        for length in range(len(run), _RUN_MIN - 1, -1):
            for start in range(len(run)):
                text = text.replace(line[start : start + length], "")
    return text


# --- paths ------------------------------------------------------------------------------------

_PATH_MAX = 2000
_PLAIN_PATH = re.compile(r"/desk(?:/[\w\-./~%&=?+:@!$,;*']*|\?[\w\-./~%&=+:@!$,;*']*)?", re.ASCII)


def local_desk_path(text: str | None) -> str | None:
    r"""The path of a desk page to go to after signing in, or nothing if it could lead elsewhere.

    Browsers read `//e`, `/\e` and `https:e` as another site, and drop tabs and line ends first.
    """
    if not text or len(text) > _PATH_MAX or not _PLAIN_PATH.fullmatch(text):
        return None
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or "//" in parts.path or ".." in parts.path:
        return None
    return text
