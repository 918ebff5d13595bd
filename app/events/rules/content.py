"""What organisers and hosts decide about an event, one part at a time, as plain values.

Each part is what one short form asks for; `service.editing` writes any of them into an event.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from app.events.errors.editing import (
    NoEventPictureTextError,
    NoExternalAddressError,
    NoPlaceError,
    NoReleaseTimeError,
    NoRoomAddressError,
    NoTitleError,
    OutOfRangeError,
    TextTooLongError,
    TooManyPartsError,
)
from app.events.rules.access import NOTE_LIMIT, Fact
from app.events.rules.words import (
    CountShown,
    EventKind,
    LinkShown,
    Mode,
    Nation,
    PlaceShown,
    ProgrammeKind,
    RsvpMode,
    Way,
)
from app.lib.text import Translated

TITLE_LIMIT: Final = 150
SUMMARY_LIMIT: Final = 400
BODY_LIMIT: Final = 20_000
TEXT_LIMIT: Final = 2_000
#: Several short lines: who supports it, who speaks.
LINES_LIMIT: Final = 1_000
PARTY_MOST: Final = 10
RETENTION_MOST: Final = 90
CAPACITY_MOST: Final = 1_000_000
PROGRAMME_MOST: Final = 20
#: From so many people on, an English showing needs another licence for its hall.
SCREENING_HINT: Final = 500
#: How long each text may be.
LIMITS: Final = {
    "title": TITLE_LIMIT,
    "summary": SUMMARY_LIMIT,
    "body": BODY_LIMIT,
    "picture_alt": SUMMARY_LIMIT,
    "called_by": 200,
    "supported_by": LINES_LIMIT,
    "aimed_at": 200,
    "aimed_why": TEXT_LIMIT,
    "meeting_point": SUMMARY_LIMIT,
    "dispersal_point": SUMMARY_LIMIT,
    "online_url": 500,
    "external_url": 300,
    "safety": TEXT_LIMIT,
    "what_to_bring": TEXT_LIMIT,
    "route": TEXT_LIMIT,
    "film_title": 200,
    "film_director": 200,
    "film_certificate": 20,
    "film_subtitles": 120,
    "film_licence": 200,
    "people": LINES_LIMIT,
    "note": NOTE_LIMIT,
}


class Content:
    """One part of an event; knows what is wrong with itself."""

    def check(self) -> None:
        """Raise a ContentError about what cannot be kept."""
        for each in fields(self):  # type: ignore[arg-type]
            limit = LIMITS.get(each.name)
            if limit is not None and longest(getattr(self, each.name)) > limit:
                raise TextTooLongError(each.name, limit)


@dataclass(frozen=True, kw_only=True)
class Basics(Content):
    """What it is."""

    kind: EventKind
    title: Translated
    summary: Translated
    body: Translated
    #: Codes of the languages spoken there.
    languages: tuple[str, ...] = ()
    called_by: str = ""
    supported_by: str = ""
    aimed_at: Translated | None = None
    aimed_why: Translated | None = None

    def check(self) -> None:
        """Raise a ContentError about what cannot be kept."""
        super().check()
        if not self.title:
            raise NoTitleError


@dataclass(frozen=True, kw_only=True)
class Picture(Content):
    """What is shown beside it."""

    picture_id: int | None
    picture_alt: Translated | None

    def check(self) -> None:
        """Raise a ContentError about what cannot be kept."""
        super().check()
        if self.picture_id is not None and not self.picture_alt:
            raise NoEventPictureTextError


@dataclass(frozen=True, kw_only=True)
class Links(Content):
    """What it belongs to; each is its group's own."""

    campaign_id: int | None = None
    appeal_id: int | None = None
    mobilisation_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Where(Content):
    """Where people come together, and who is told how precisely."""

    mode: Mode
    #: The row was made by `places.service`.
    place_id: int | None = None
    place_shown: PlaceShown = PlaceShown.PUBLIC
    place_released_at: datetime | None = None
    meeting_point: Translated | None = None
    dispersal_point: Translated | None = None
    online_url: str | None = None
    online_shown: LinkShown = LinkShown.PUBLIC

    def check(self) -> None:
        """Raise a ContentError about what cannot be kept."""
        super().check()
        if self.mode is not Mode.ONLINE and self.place_id is None:
            raise NoPlaceError
        if self.mode is not Mode.IN_PERSON and not self.online_url:
            raise NoRoomAddressError
        if (self.place_shown is PlaceShown.RELEASED) != (self.place_released_at is not None):
            raise NoReleaseTimeError


@dataclass(frozen=True, kw_only=True)
class Joining(Content):
    """How people say that they come; seats are none where nobody counts them."""

    rsvp_mode: RsvpMode = RsvpMode.OPEN
    external_url: str | None = None
    seats: dict[Way, int | None]
    party_max: int = PARTY_MOST
    confirms_by_mail: bool = True
    has_waiting_list: bool = True
    count_shown: CountShown = CountShown.ROUNDED
    retention_days: int = 14

    def check(self) -> None:
        """Raise a ContentError about what cannot be kept."""
        super().check()
        if (self.rsvp_mode is RsvpMode.EXTERNAL) != (self.external_url is not None):
            raise NoExternalAddressError
        check_range("party_max", self.party_max, 1, PARTY_MOST)
        check_range("retention_days", self.retention_days, 0, RETENTION_MOST)
        for way, capacity in self.seats.items():
            check_range(f"seats_{way}", capacity, 1, CAPACITY_MOST)


@dataclass(frozen=True, kw_only=True)
class Safety(Content):
    """What keeps people safe and lets them in."""

    safety: Translated | None = None
    what_to_bring: Translated | None = None
    has_legal_observers: bool | None = None
    has_first_aid: bool | None = None
    has_welfare: bool | None = None
    access: tuple[Fact, ...] = ()

    def check(self) -> None:
        """Raise a ContentError about what cannot be kept."""
        super().check()
        for fact in self.access:
            if len(fact.note) > NOTE_LIMIT:
                raise TextTooLongError(f"{fact.point}_note", NOTE_LIMIT)


@dataclass(frozen=True, kw_only=True)
class March(Content):
    """What the law asks about a march; nothing of whoever gives notice."""

    nation: Nation | None = None
    route: Translated | None = None
    expected_count: int | None = None
    notice_given_on: date | None = None

    def check(self) -> None:
        """Raise a ContentError about what cannot be kept."""
        super().check()
        check_range("expected_count", self.expected_count, 1, CAPACITY_MOST)


@dataclass(frozen=True, kw_only=True)
class Part(Content):
    """One part of a programme."""

    kind: ProgrammeKind
    title: Translated
    starts_local: datetime | None = None
    minutes: int | None = None
    people: str = ""

    def check(self) -> None:
        """Raise a ContentError about what cannot be kept."""
        super().check()
        check_range("minutes", self.minutes, 1, 24 * 60)


@dataclass(frozen=True, kw_only=True)
class Programme(Content):
    """What happens one after the other, and the film."""

    film_title: str | None = None
    film_director: str | None = None
    film_year: int | None = None
    film_minutes: int | None = None
    film_certificate: str | None = None
    film_subtitles: str | None = None
    film_licence: str | None = None
    venue_agrees: bool | None = None
    parts: tuple[Part, ...] = ()

    def check(self) -> None:
        """Raise a ContentError about what cannot be kept."""
        super().check()
        check_range("film_year", self.film_year, 1880, 2200)
        check_range("film_minutes", self.film_minutes, 1, 24 * 60)
        if len(self.parts) > PROGRAMME_MOST:
            raise TooManyPartsError(PROGRAMME_MOST)
        for part in self.parts:
            part.check()


def check_range(part: str, number: int | None, least: int, most: int) -> None:
    """Raise OutOfRangeError for a number that makes no sense; none is fine."""
    if number is not None and not least <= number <= most:
        raise OutOfRangeError(part, least, most)


def longest(value: object) -> int:
    """How long the longest of a text's languages is."""
    if isinstance(value, Translated):
        return max((len(text) for text in value.texts.values()), default=0)
    return len(value) if isinstance(value, str) else 0
