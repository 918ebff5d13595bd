"""Files of people from other systems: read as they come, and each line put into words of ours."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from io import StringIO
from typing import Final

from app.lib.emails import EmailProblem, normalise_email
from app.lib.text import N_, clean_line
from app.supporters.errors.imports import (
    EmptyFileError,
    NoHeadingError,
    TooManyLinesError,
    UnreadableFileError,
)
from app.supporters.rules.people import NAME_LENGTH, PHONE_LENGTH, clean_postcode, clean_tag
from app.supporters.rules.words import ImportProfile

MOST_LINES: Final = 20_000
MOST_TAGS: Final = 30
#: No system writes more; a line of a million commas would keep the server busy.
MOST_COLUMNS: Final = 300
_LONGEST_CELL: Final = 2000
_LONGEST_HEAD: Final = 80
#: No newsletter is older.
_FIRST_YEAR: Final = 1990


class Part(StrEnum):
    """What a column of a file can be."""

    EMAIL = "email"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    PHONE = "phone"
    POSTCODE = "postcode"
    LOCALE = "locale"
    TAGS = "tags"
    #: Says "subscribed" or something else.
    STATUS = "status"
    #: Whoever has anything here said no.
    STOPPED = "stopped"
    #: When she said yes.
    AGREED_AT = "agreed_at"


#: How columns are called, in lower case, the likeliest first. A profile's own names come first.
_NAMES: Final[Mapping[Part, tuple[str, ...]]] = {
    Part.EMAIL: ("email", "email address", "e-mail", "e-mail address", "mail", "البريد الإلكتروني"),
    Part.NAME: ("name", "full name", "full_name", "الاسم"),
    Part.FIRST_NAME: ("first_name", "first name", "given_name", "given name", "forename"),
    Part.LAST_NAME: ("last_name", "last name", "family_name", "family name", "surname"),
    Part.PHONE: ("can2_phone", "phone", "phone number", "telephone", "mobile", "الهاتف"),
    Part.POSTCODE: ("zip_code", "postcode", "post code", "postal code", "zip", "zip code"),
    Part.LOCALE: ("language", "locale", "language code"),
    Part.TAGS: ("can2_user_tags", "tags", "tag"),
    Part.STATUS: ("can2_subscription_status", "status", "subscribed", "subscription status"),
    Part.STOPPED: ("unsub_time", "clean_time", "unsubscribed at", "unsubscribed"),
    Part.AGREED_AT: ("optin_time", "confirm_time", "subscribed at", "opt-in date"),
}
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]+")
_YES: Final = frozenset(
    {"subscribed", "yes", "y", "true", "1", "x", "confirmed", "active", "opted in", "نعم"}
)


@dataclass(frozen=True)
class PeopleTable:
    """A file as it was read: the names of its columns, and its lines by number."""

    head: tuple[str, ...]
    lines: Sequence[tuple[int, Mapping[str, str]]]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What one line says."""

    email: str
    name: str | None
    phone: str | None
    postcode: str | None
    locale: str | None
    tags: tuple[str, ...]
    #: The other system says that she wants mail.
    is_subscribed: bool
    agreed_at: datetime | None


@dataclass(frozen=True)
class Misread:
    """Why a line cannot be taken: a message id."""

    problem: str


# --- the file -------------------------------------------------------------------------------------


def read_table(data: bytes) -> PeopleTable:
    """Read a file as spreadsheets and other systems write it; raises one of errors.imports."""
    text = _decoded(data)
    if "\x00" in text:
        raise UnreadableFileError
    rows = _rows(text)
    try:
        _, first = next(rows)
    except StopIteration:
        raise EmptyFileError from None
    if any("@" in cell for cell in first):
        raise NoHeadingError
    head = _unique(first)
    lines: list[tuple[int, Mapping[str, str]]] = []
    for number, cells in rows:
        if len(lines) == MOST_LINES:
            raise TooManyLinesError(MOST_LINES)
        named = {name: cell[:_LONGEST_CELL] for name, cell in zip(head, cells, strict=False)}
        # The first line names every column, also those that are empty in it.
        kept = dict.fromkeys(head, "") | named if not lines else named
        lines.append((number, {name: cell for name, cell in kept.items() if cell or not lines}))
    if not lines:
        raise EmptyFileError
    return PeopleTable(head, lines)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(_old_encoding(data), "replace")


def _old_encoding(data: bytes) -> str:
    """How Excel wrote it before all letters had one code: in Europe, or where Arabic is written.

    Among Latin letters those beyond ASCII stand alone; Arabic words are made of nothing else.
    """
    runs = _BEYOND_ASCII.findall(data)
    return "cp1256" if sum(map(len, runs)) > 2 * len(runs) else "cp1252"


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each line that holds something, with the number it begins at."""
    beginning = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=beginning.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    begins_at, lines = 1, 0
    try:
        for row in reader:
            lines = reader.line_num - begins_at
            cells = [clean_line(cell) for cell in row[:MOST_COLUMNS]]
            if any(cells):
                yield begins_at, cells
            begins_at = reader.line_num + 1
    except csv.Error:
        raise UnreadableFileError from None
    if lines and text.count('"') % 2:
        # A quote that nothing closes: all the people after it would be one cell.
        raise UnreadableFileError


def _unique(cells: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = cell[:_LONGEST_HEAD] or str(place)
        found.append(f"{name} ({place})" if name in found else name)
    return tuple(found)


def guess_columns(head: Sequence[str]) -> dict[str, str]:
    """Which column is what, as far as the names of the columns tell."""
    by_name = {each.casefold(): each for each in reversed(head)}
    found: dict[str, str] = {}
    for part, names in _NAMES.items():
        known = next((by_name[name] for name in names if name in by_name), None)
        if known is not None and known not in found.values():
            found[part.value] = known
    return found


# --- a line ---------------------------------------------------------------------------------------


def read_line(
    cells: Mapping[str, str], columns: Mapping[str, str], profile: ImportProfile
) -> Reading | Misread:
    """What a line says, or why it cannot be taken."""

    def cell(part: Part) -> str:
        return cells.get(columns.get(part.value, ""), "")

    typed = cell(Part.EMAIL)
    if not typed:
        return Misread(N_("No e-mail address."))
    try:
        email = normalise_email(typed)
    except EmailProblem:
        return Misread(N_("The e-mail address cannot be right."))
    parts = cell(Part.NAME) or f"{cell(Part.FIRST_NAME)} {cell(Part.LAST_NAME)}"
    return Reading(
        email=email,
        name=clean_line(parts)[:NAME_LENGTH] or None,
        phone=cell(Part.PHONE)[:PHONE_LENGTH] or None,
        postcode=clean_postcode(cell(Part.POSTCODE)),
        locale=cell(Part.LOCALE)[:2].lower() or None,
        tags=_tags(cell(Part.TAGS)),
        is_subscribed=_is_subscribed(cell, cells, columns, profile),
        agreed_at=_read_instant(cell(Part.AGREED_AT)),
    )


def _is_subscribed(
    cell: Callable[[Part], str],
    cells: Mapping[str, str],
    columns: Mapping[str, str],
    profile: ImportProfile,
) -> bool:
    """Whether the other system may write to her; where it must say so and does not, it may not."""
    if cell(Part.STOPPED) or (profile is ImportProfile.MAILCHIMP and _is_stopped(cells)):
        return False
    if Part.STATUS.value in columns:
        said = cell(Part.STATUS).casefold()
        return said in (_YES if profile is ImportProfile.OTHER else {"subscribed"})
    return profile is not ImportProfile.ACTION_NETWORK


def _is_stopped(cells: Mapping[str, str]) -> bool:
    """Mailchimp keeps who left and whose address is dead in columns of their own."""
    return any(text and name.casefold() in _NAMES[Part.STOPPED] for name, text in cells.items())


def _tags(text: str) -> tuple[str, ...]:
    # Mailchimp writes each tag in quotes.
    found = (clean_tag(each.strip(' "')) for each in text.replace(";", ",").split(","))
    return tuple(dict.fromkeys(each for each in found if each))[:MOST_TAGS]


def _read_instant(text: str) -> datetime | None:
    """An instant as systems write it; days as Britons write them are not guessed at."""
    try:
        found = datetime.fromisoformat(text.replace(" UTC", "+00:00"))
        at = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if at.year >= _FIRST_YEAR else None
