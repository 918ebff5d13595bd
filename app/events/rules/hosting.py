"""Offers to host: limits, what they say, and what must be looked at before it is shown."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from app.events.rules.times import When
from app.events.rules.words import EventKind, PlaceShown
from app.lib import geo
from app.lib.ids import fingerprint
from app.places.rules import PlaceDetails

#: What the private link of a host is signed for.
HOST_LINK: Final = "host"
#: Whoever does not prove the mailbox in this time is forgotten, with the event and the place.
OFFER_LIFE: Final = timedelta(days=7)
#: Offers of one address that may wait at the same time.
OPEN_OFFERS: Final = 3
#: A host hears from us within this time after the mailbox was proven.
ANSWER_WITHIN: Final = timedelta(hours=48)
#: Nobody is kept on file as a host for longer after the event.
HOST_KEPT: Final = timedelta(days=90)
TITLE_LENGTH: Final = 120
WORDS_LENGTH: Final = 600
NAME_LENGTH: Final = 120
ABOUT_LENGTH: Final = 1000
REASON_LENGTH: Final = 1000
LONGEST: Final = timedelta(hours=24)

#: Two events so close in time and place are looked at side by side.
SAME_TIME: Final = timedelta(hours=3)
SAME_PLACE_KM: Final = 2.0
#: A place may move by so much without another look: another corner of the same square.
PLACE_STEP_KM: Final = 2.0

#: So many messages a host may have passed on to those who come, within a day.
MESSAGES: Final = 3
MESSAGES_WITHIN: Final = timedelta(days=1)

#: Days and hours, whose figures are no telephone number's.
_WHEN = re.compile(r"\b\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})\b|\b\d{1,2}[.:]\d{2}\b(?![./-]?\d)")
_DOT = r"(?:\.|。|\[\.\]|\(\.\)|[\[(]dot[\])])"
_LINK = re.compile(
    r"https?://\S+|www\.\S+"
    # Anything with a dot and no space behind it: new endings come every month.
    rf"|\b[\w-]*[^\W\d_][\w-]*(?:{_DOT}[\w-]+)*{_DOT}[^\W\d_]{{2,}}(?:/\S*)?"
    r"|@\w{3,}"
    rf"|\b[\w.+-]+@[\w-]+{_DOT}[\w.-]+"
    # Seven figures and more, however they are parted.
    r"|\+?\d(?:[ .,/()–-]{0,2}\d){6,}",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class HostDetails:
    """Who offers an event; none of it is ever public."""

    name: str
    email: str | None
    phone: str | None
    about: str | None
    locale: str
    is_adult: bool


@dataclass(frozen=True, kw_only=True)
class LocalEvent:
    """What a host says of the event."""

    kind: EventKind
    #: Nothing: the title of the mobilisation with the town in it.
    title: str
    words: str
    called_by: str
    place: PlaceDetails
    place_shown: PlaceShown
    when: When


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What a host wishes to change of a public event; shown once an organiser looked at it."""

    title: str | None = None
    words: str | None = None
    place: PlaceDetails | None = None
    place_shown: PlaceShown | None = None
    online_url: str | None = None

    def to_json(self) -> str:
        """For the encrypted column."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Proposal:
        """Back from the encrypted column."""
        values = json.loads(text)
        place, shown = values.pop("place"), values.pop("place_shown")
        return cls(
            **values,
            place=PlaceDetails(**place) if place else None,
            place_shown=PlaceShown(shown) if shown else None,
        )

    def __bool__(self) -> bool:
        """Whether anything is proposed."""
        return any(value is not None for value in asdict(self).values())

    def over(self, earlier: Proposal) -> Proposal:
        """This one on top of one that waits already."""
        names = asdict(self)
        return Proposal(
            **{
                name: mine if (mine := getattr(self, name)) is not None else getattr(earlier, name)
                for name in names
            }
        )


def finds_in(*texts: str) -> list[str]:
    """Addresses, links and telephone numbers in texts: what spam and lures are made for."""
    plain = (_WHEN.sub(" ", text) for text in texts)
    return [found.group(0) for text in plain for found in _LINK.finditer(text)]


def mark_of(*texts: str) -> str:
    """The same for texts that say the same, whatever the capitals, signs and spaces."""
    said = " ".join(re.sub(r"[\W_]+", " ", text.casefold()).strip() for text in texts)
    return fingerprint(said)


def is_far(old: PlaceDetails, new: PlaceDetails) -> bool:
    """Whether people would be led somewhere else: more than a step away, or nobody can tell."""
    here, there = position_of(old), position_of(new)
    if here is not None and there is not None:
        return geo.distance_km(here, there) > PLACE_STEP_KM
    return _words_of(old) != _words_of(new)


def position_of(place: PlaceDetails) -> tuple[float, float] | None:
    """Where it is, if that was said in degrees."""
    if place.lat is None or place.lon is None:
        return None
    return (place.lat, place.lon)


def _words_of(place: PlaceDetails) -> tuple[str, ...]:
    lines = (place.country, place.locality, place.name, place.street, place.postcode)
    return tuple(" ".join(line.casefold().split()) for line in lines)


def is_late(confirmed_at: datetime, now: datetime) -> bool:
    """Whether a host has waited longer for an answer than we promise."""
    return now - confirmed_at > ANSWER_WITHIN


def repeated(marks: Iterable[str]) -> frozenset[str]:
    """The marks that come more than once."""
    return frozenset(mark for mark, times in Counter(marks).items() if times > 1)
