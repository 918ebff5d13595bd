"""How rights, complaints and what is kept are put into words, and how they are exported."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.lib.csv_lines import csv_file, safe_cell
from app.lib.personal import Kept, Line
from app.mail.render import KIND_NAMES
from app.supporters.facts import Found
from app.supporters.rules.consents import ConsentPurpose, ConsentSource
from app.supporters.rules.words import AskedBy, ComplaintKind, ComplaintState, DataLinkKind
from app.web.filters import day, moment
from app.web.locale import named_language

COMPLAINT_KIND_NAMES = {
    ComplaintKind.DATA: _l("What you keep about me"),
    ComplaintKind.FUNDRAISING: _l("How you asked for money"),
    ComplaintKind.EVENT: _l("An event"),
    ComplaintKind.AID: _l("Collecting aid"),
    ComplaintKind.OTHER: _l("Something else"),
}
COMPLAINT_STATE_NAMES = {
    ComplaintState.RECEIVED: _l("received"),
    ComplaintState.ACKNOWLEDGED: _l("being looked into"),
    ComplaintState.ANSWERED: _l("answered"),
    ComplaintState.SET_ASIDE: _l("set aside"),
}
COMPLAINT_STATE_TONES = {
    ComplaintState.RECEIVED: "wait",
    ComplaintState.ACKNOWLEDGED: "info",
    ComplaintState.ANSWERED: "good",
    ComplaintState.SET_ASIDE: "neutral",
}
#: The mails that bring these links are called the same at the desk.
LINK_NAMES = {
    DataLinkKind.SEE: KIND_NAMES["supporters/data_link"],
    DataLinkKind.ERASE: KIND_NAMES["supporters/data_erase"],
    DataLinkKind.MOVE: KIND_NAMES["supporters/data_mailbox"],
    DataLinkKind.LIFT: KIND_NAMES["supporters/mail_again"],
}
ASKED_BY_NAMES = {
    AskedBy.PAGE: _l("on the site"),
    AskedBy.PHONE: _l("by telephone"),
    AskedBy.PAPER: _l("on paper"),
}
PURPOSE_NAMES = {
    ConsentPurpose.UPDATES: _l("News about what a group does"),
    ConsentPurpose.APPEALS: _l("How appeals go on"),
    ConsentPurpose.EVENTS: _l("Protests, events and collections"),
}
SOURCE_NAMES = {
    ConsentSource.GIVING_FORM: _l("when giving"),
    ConsentSource.RSVP_FORM: _l("when coming to an event"),
    ConsentSource.JOIN_FORM: _l("when joining"),
    ConsentSource.PREFERENCES: _l("on your own page"),
    ConsentSource.PHONE: _l("by telephone"),
    ConsentSource.PAPER: _l("on paper"),
    ConsentSource.IMPORT: _l("in another system"),
}


#: Whose statements stand beside those of a package that has rows about a person.
_TOGETHER = {"appeals": ("payments",)}


@dataclass(frozen=True)
class Part:
    """What one package keeps of a person, with what it says about keeping it."""

    key: str
    title: str
    lines: Sequence[Line]
    kept: Sequence[Kept]


def parts(found: Iterable[Found], statements: Iterable[tuple[str, Kept]]) -> list[Part]:
    """Put what was found beside why it is kept and until when; the same words stand once."""
    said = list(statements)
    return [
        Part(each.holding.key, gettext(each.holding.title), each.lines, _kept_by(each, said))
        for each in found
    ]


def _kept_by(found: Found, statements: list[tuple[str, Kept]]) -> list[Kept]:
    package = found.holding.find.__module__.split(".")[1]
    packages = {package, *_TOGETHER.get(package, ())}
    once: dict[tuple[str, str, str], Kept] = {}
    for owner, kept in statements:
        if owner in packages:
            once.setdefault((kept.what, kept.why, kept.until), kept)
    return list(once.values())


@dataclass(frozen=True)
class Entry:
    """One line of the register: what is kept, why, until when, by which part of the site."""

    package: str
    what: str
    why: str
    until: str


#: What the parts of the site are called in the register.
PACKAGE_NAMES = {
    "supporters": _l("Supporters"),
    "campaigns": _l("Members of groups"),
    "appeals": _l("Gifts"),
    "payments": _l("Payments"),
    "events": _l("Events"),
    "aid": _l("Aid"),
    "places": _l("Places"),
    "mail": _l("E-mail"),
    "mailings": _l("Mailings"),
    "articles": _l("Articles"),
    "site": _l("Messages to us"),
    "accounts": _l("Accounts"),
    "notices": _l("What waits"),
    "audit": _l("Record of changes"),
}


def register(statements: Iterable[tuple[str, Kept]]) -> dict[str, list[Entry]]:
    """The register by the part of the site; the same words stand once in each."""
    found: dict[str, dict[Entry, None]] = {}
    for package, kept in statements:
        entry = Entry(package, gettext(kept.what), gettext(kept.why), gettext(kept.until))
        found.setdefault(str(PACKAGE_NAMES.get(package, package)), {})[entry] = None
    return {name: list(entries) for name, entries in found.items()}


#: What facts are called on her page; in files they keep their plain names.
FACT_NAMES = {
    "about": _l("About you"),
    "access_note": _l("How people get in"),
    "address": _l("Address"),
    "agreed": _l("Agreed to"),
    "amount": _l("Amount"),
    "answer": _l("Our answer"),
    "answers": _l("Our answer"),
    "area": _l("Area"),
    "brings_on": _l("Day on which you bring it"),
    "came": _l("When you came"),
    "came_back": _l("Came back"),
    "came_back_at": _l("Came back"),
    "came_from": _l("How did you hear of it?"),
    "campaigns": _l("Campaigns"),
    "can": _l("You could"),
    "checked_note": _l("How it was checked"),
    "confirmed_at": _l("Confirmed"),
    "content": _l("Text"),
    "currency": _l("Currency"),
    "email": _l("E-mail address"),
    "ended_by_it_at": _l("Ended these mails by it"),
    "frequency": _l("How often"),
    "group": _l("Group"),
    "kind": _l("Kind"),
    "language": _l("Language"),
    "last_sign_in": _l("Signed in last"),
    "left_at": _l("When you left"),
    "licence_number": _l("Number of the licence"),
    "locale": _l("Language"),
    "may_be_asked_again": _l("You may ask me again for the next round"),
    "message": _l("Message"),
    "messages": _l("Messages"),
    "name": _l("Name"),
    "needs": _l("What you need"),
    "news_asked_at": _l("News by e-mail"),
    "new_email": _l("Your new e-mail address"),
    "note": _l("Note"),
    "offer": _l("What you can do"),
    "organisation": _l("Workplace"),
    "outcome": _l("What was found and done"),
    "party_size": _l("How many"),
    "paying_by": _l("How you pay"),
    "phone": _l("Telephone"),
    "place": _l("Place"),
    "point": _l("Name of the place"),
    "postcode": _l("Postcode"),
    "public_name": _l("Public name"),
    "purpose": _l("What about"),
    "reason": _l("Why"),
    "reference": _l("Reference"),
    "rejected_reason": _l("Why it is not shown"),
    "role": _l("Role"),
    "roles": _l("Your roles"),
    "second_factor_since": _l("Second factor"),
    "sent_at": _l("Sent"),
    "skills": _l("What you can do"),
    "source": _l("Where"),
    "state": _l("How it stands"),
    "tag": _l("Word"),
    "text": _l("Text"),
    "van_note": _l("Where can the van stop?"),
    "way": _l("How"),
    "what": _l("What"),
    "withdrawn": _l("Taken back"),
    "wording": _l("Text"),
}


_INSTANTS = frozenset(
    {"came", "came_back", "came_back_at", "confirmed_at", "ended_by_it_at", "last_sign_in"}
    | {"left_at", "news_asked_at", "second_factor_since", "sent_at", "withdrawn"}
)
_DAYS = frozenset({"brings_on"})
_LANGUAGES = frozenset({"language", "locale"})


def facts_of(line: Line) -> list[tuple[str, str]]:
    """What a line says on her page: (name, words); nothing that is empty."""
    told = [
        (
            line.called.get(name) or str(FACT_NAMES.get(name, name)),
            line.said[name] if name in line.said else _in_words(name, value),
        )
        for name, value in line.facts.items()
    ]
    return [(name, words) for name, words in told if words]


def _in_words(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if isinstance(value, list):
        return str(gettext(", ").join(str(each) for each in value))
    text = str(value)
    if name in _INSTANTS:
        return moment(datetime.fromisoformat(text))
    if name in _DAYS:
        return day(date.fromisoformat(text))
    return named_language(text) if name in _LANGUAGES else text


# --- taking it along ------------------------------------------------------------------------------


def as_json(email: str, parts_found: Sequence[Part], *, now: datetime) -> str:
    """Everything as one JSON document."""
    document = {
        "about": email,
        "made_at": now.isoformat(timespec="seconds"),
        "kept": [_part(each) for each in parts_found],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _part(part: Part) -> dict[str, Any]:
    return {
        "part": part.title,
        "rows": [
            {
                "what": line.title,
                "since": line.since.isoformat(timespec="seconds"),
                "until": line.until.isoformat(timespec="seconds") if line.until else None,
                "facts": dict(line.facts),
            }
            for line in part.lines
        ],
        "why": [
            {"what": gettext(kept.what), "why": gettext(kept.why), "until": gettext(kept.until)}
            for kept in part.kept
        ],
    }


def as_zip(email: str, parts_found: Sequence[Part], *, now: datetime) -> bytes:
    """The same as tables: one CSV for each part, and the JSON beside them."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in parts_found:
            packed.writestr(f"{part.key.replace('.', '-')}.csv", "".join(_table(part)))
        packed.writestr("everything.json", as_json(email, parts_found, now=now))
    return out.getvalue()


def _table(part: Part) -> Iterable[str]:
    names = list(dict.fromkeys(name for line in part.lines for name in line.facts))
    rows = (
        [
            safe_cell(line.title),
            line.since.isoformat(timespec="seconds"),
            line.until.isoformat(timespec="seconds") if line.until else "",
            *(_cell(line.facts.get(name)) for name in names),
        ]
        for line in part.lines
    )
    return csv_file(["what", "since", "until", *names], rows)


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return safe_cell(text)


def register_file(statements: Iterable[tuple[str, Kept]]) -> Iterable[str]:
    """The register of what is kept, as a table."""
    rows = (
        [
            package,
            kept.table,
            ", ".join(kept.columns),
            gettext(kept.what),
            gettext(kept.why),
            gettext(kept.until),
        ]
        for package, kept in statements
    )
    return csv_file(["package", "table", "columns", "what", "why", "until"], rows)
