"""E-mail addresses: one written form for each, and a shortened one for pages and logs."""

import re
from collections.abc import Mapping

from email_validator import EmailNotValidError, validate_email

from app.lib.errors import UserError
from app.lib.text import N_, clean_line

# Keyboards of right-to-left languages leave direction marks behind.
_MARKS = re.compile("[\u200e\u200f\u061c]")
# Signs of other keyboards that stand for one of ours and can be nothing else in an address.
_SAME: Mapping[int, str] = {
    **{start + place: str(place) for start in (0x0660, 0x06F0, 0xFF10) for place in range(10)},
    0xFF20: "@",
    0xFE6B: "@",
    0xFF0E: ".",
    0x3002: ".",
}
_TYPED = N_("Enter an e-mail address in the right form, like name@example.org.")


class EmailProblem(UserError):  # noqa: N818 - it is the problem's sentence that is passed on
    """The address cannot be one."""


def normalise_email(text: str) -> str:
    """The address in lower case with an ASCII domain; raises EmailProblem.

    No look-up is made: whether mail arrives is found out by sending it.
    """
    try:
        found = validate_email(
            _plain(text),
            check_deliverability=False,
            allow_smtputf8=False,
            strict=True,
        )
    except EmailNotValidError as error:
        raise EmailProblem(_TYPED) from error
    return (found.ascii_email or found.normalized).lower()


def _plain(text: str) -> str:
    return _MARKS.sub("", clean_line(text)).strip().translate(_SAME)


def mask_email(email: str) -> str:
    """Enough of an address to recognise one's own, such as a…@example.org."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}\u2026@{domain}"


# --- slips of the finger --------------------------------------------------------------------------

#: Where most people who write to us have their mail, and what a slip is likely to have meant.
PROVIDERS = frozenset((
    "gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "outlook.com", "outlook.co.uk",
    "outlook.sa", "yahoo.com", "yahoo.co.uk", "ymail.com", "rocketmail.com", "icloud.com",
    "protonmail.com", "btinternet.com", "talktalk.net", "virginmedia.com", "blueyonder.co.uk",
    "ntlworld.com", "tiscali.co.uk", "fastmail.com", "riseup.net", "disroot.org", "tutanota.com",
    "maktoob.com", "windowslive.com", "zohomail.com",
))  # fmt: skip
#: As good as those, and too short or too near to others to be guessed from a slip.
NEIGHBOURS = frozenset((
    "aol.com", "aol.co.uk", "bt.com", "email.com", "fastmail.fm", "gmx.com", "gmx.co.uk", "gmx.de",
    "gmx.net", "hey.com", "hotmail.fr", "hotmail.de", "hotmail.es", "hotmail.it", "live.com",
    "live.co.uk", "live.fr", "live.nl", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com",
    "o2.co.uk", "orange.net", "outlook.fr", "outlook.de", "outlook.es", "pm.me", "proton.me",
    "sky.com", "tuta.com", "uwclub.net", "virgin.net", "yahoo.ca", "yahoo.de", "yahoo.es",
    "yahoo.fr", "yahoo.ie", "yahoo.it", "ymail.co.uk", "zoho.com",
))  # fmt: skip
#: Endings that no domain has.
_ENDINGS: Mapping[str, str] = {
    **dict.fromkeys(("con", "cmo", "ocm", "vom", "xom", "cpm", "comm", "coom", "cim"), "com"),
    **dict.fromkeys(("couk", "co.ukk", "co.ul", "co.yk", "co.ku"), "co.uk"),
    **dict.fromkeys(("ogr", "prg", "orgg", "rog"), "org"),
    **dict.fromkeys(("nte", "nett", "ent"), "net"),
}
_SPOKEN: Mapping[str, str] = {"gmail.co.uk": "gmail.com", "icloud.co.uk": "icloud.com"}
_COMMAS = re.compile("[,;\u060c\u061b\uff0c\u3001]")
#: Up to this length a domain is so short that two slips would make another one of it.
_SHORT = 9


def suggest(address: str) -> str | None:
    """What was probably meant by an address, or None; only ever offered, never taken by itself."""
    local, at, domain = re.sub(r"\s|@(?=@)", "", _plain(address)).rpartition("@")
    if not at:
        return None
    meant = _meant(re.sub(r"\.{2,}", ".", _COMMAS.sub(".", domain.lower())).strip("."))
    try:
        offered = normalise_email(f"{local}@{meant}")
    except EmailProblem:
        return None
    return None if offered == _normalised(address) else offered


def _normalised(address: str) -> str | None:
    try:
        return normalise_email(address)
    except EmailProblem:
        return None


def _meant(domain: str) -> str:
    """The domain that a domain was meant to be; itself where nothing is near."""
    domain = _SPOKEN.get(domain, domain)
    for wrong, right in _ENDINGS.items():
        if domain.endswith(f".{wrong}"):
            domain = domain.removesuffix(wrong) + right
            break
    if domain in PROVIDERS | NEIGHBOURS:
        return domain
    if "." not in domain and f"{domain}.com" in PROVIDERS:
        return f"{domain}.com"
    near = [(_distance(domain, each), each) for each in sorted(PROVIDERS)]
    distance, nearest = min(near)
    return nearest if distance <= (1 if len(nearest) <= _SHORT else 2) else domain


def _distance(one: str, other: str) -> int:
    """How many signs to change, add, leave out or swap with the next one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, sign in enumerate(one, start=1):
        before, last, row = row, before, [place]
        for column, mine in enumerate(other, start=1):
            cost = min(before[column] + 1, row[column - 1] + 1, before[column - 1] + (sign != mine))
            is_swap = (
                place > 1 and column > 1 and (one[place - 2], sign) == (mine, other[column - 2])
            )
            row.append(min(cost, last[column - 2] + 1) if is_swap else cost)
    return row[-1]
