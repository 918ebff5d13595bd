"""Days of action: what is kept of one, what its toolkit takes, what a local event begins with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.events.rules.words import EventKind, HostPolicy
from app.lib.text import Translated, clean_line

#: Stands for the town in the title of local events.
PLACE_SIGN: Final = "{place}"
#: A day of action is a day or a week, not a season.
LONGEST: Final = timedelta(days=31)
TITLE_LENGTH: Final = 200
DEMANDS: Final = 20
#: The kit of one day; nobody prints more.
TOOLKIT_ITEMS: Final = 30
LARGEST_FILE: Final = 5 * 1024 * 1024
FILE_NAME_LENGTH: Final = 80
_DEFAULT_TITLE: Final = "{place}"
#: The first bytes of what may be kept: a file is what it is, not what it is called.
_BEGINNINGS: Final[Mapping[bytes, tuple[str, str]]] = {
    b"%PDF-": ("application/pdf", "pdf"),
    b"\x89PNG\r\n\x1a\n": ("image/png", "png"),
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
}
#: The day is over when it is over everywhere: at the date line's far side.
_LAST_ZONE: Final = ZoneInfo("Etc/GMT+12")
_FIRST_ZONE: Final = ZoneInfo("Etc/GMT-14")


@dataclass(frozen=True, kw_only=True)
class MobilisationContent:
    """Everything that an organiser decides about a day of action."""

    group_id: int
    campaign_id: int | None
    appeal_id: int | None
    title: Translated
    summary: Translated
    body: Translated
    demands: Translated | None
    hashtag: str
    on_date: date
    until_date: date
    host_policy: HostPolicy
    local_title: Translated | None
    local_kind: EventKind
    local_start: time
    local_body: Translated | None
    local_safety: Translated | None
    picture_id: int | None
    picture_alt: Translated | None


@dataclass(frozen=True)
class KitFile:
    """A file of the toolkit as it is kept."""

    name: str
    media_type: str
    data: bytes


def media_of(data: bytes) -> tuple[str, str] | None:
    """What a file is by its first bytes, and the ending that says so; nothing for any other."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ("image/webp", "webp")
    found = (kind for start, kind in _BEGINNINGS.items() if data.startswith(start))
    return next(found, None)


def clean_name(typed: str, ending: str) -> str:
    """A file's name without folders and without signs that mean something to a system."""
    stem = re.split(r"[/\\]", clean_line(typed))[-1].rpartition(".")[0] or "file"
    plain = re.sub(r"[^\w\- ]+", "-", stem).strip(" -_")[:FILE_NAME_LENGTH] or "file"
    return f"{plain}.{ending}"


def clean_hashtag(typed: str) -> str:
    """A hashtag without its sign and without what would end it."""
    return re.sub(r"[^\w]+", "", clean_line(typed).lstrip("#"))


def demand_lines(demands: Translated | None, locale: str) -> list[str]:
    """The demands one by one, in a language or the one they were written in."""
    text = demands.pick(locale).text if demands else ""
    return [line for each in text.splitlines() if (line := each.strip(" -*•\t"))][:DEMANDS]


def local_title(pattern: Translated | None, place: str) -> Translated:
    """What a local event is called: the pattern with the town's name in it."""
    texts = dict(pattern.texts) if pattern else {}
    if not texts:
        return Translated({"en": _DEFAULT_TITLE.replace(PLACE_SIGN, place)}, "en")
    filled = {locale: _filled(text, place) for locale, text in texts.items()}
    return Translated(filled, pattern.origin if pattern else "en")


def _filled(text: str, place: str) -> str:
    """Without the sign every title would be the same, so the town is put behind."""
    if PLACE_SIGN not in text:
        text = f"{text}: {PLACE_SIGN}"
    return text.replace(PLACE_SIGN, place)[:TITLE_LENGTH]


def is_over(until_date: date, now: datetime) -> bool:
    """Whether the last day is over everywhere on earth."""
    return now.astimezone(_LAST_ZONE).date() > until_date


def has_begun(on_date: date, now: datetime) -> bool:
    """Whether the first day has begun somewhere on earth."""
    return now.astimezone(_FIRST_ZONE).date() >= on_date


def takes_offers(
    *,
    policy: HostPolicy,
    published_at: datetime | None,
    cancelled_at: datetime | None,
    until_date: date,
    now: datetime,
) -> bool:
    """Whether somebody may offer a local event now."""
    if published_at is None or cancelled_at is not None:
        return False
    return policy is HostPolicy.APPROVAL and not is_over(until_date, now)
