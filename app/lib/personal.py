"""How a package says what it keeps about people; its `personal.py` lists these in `KEPT`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Columns of one table that say something about a person; the three texts are message ids."""

    table: str
    columns: tuple[str, ...]
    #: What is kept, in words that the person understands.
    what: str
    #: Why it is kept.
    why: str
    #: Until when, and what happens then.
    until: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row that says something about a person, as she reads and downloads it."""

    #: What it is, in words: "A gift to Winter blankets". Ready to be shown, not a message id.
    title: str
    #: Names of columns and what they say; plain JSON values.
    facts: Mapping[str, object]
    since: datetime
    #: When it goes by itself, where that is known.
    until: datetime | None = None
    #: The private page on which she changes or ends it, if there is one, as mails name links:
    #: {"endpoint", "purpose", "subject", "version"}.
    link: Mapping[str, object] | None = None
    #: What facts say in words, ready to be shown, where the plain value is none for her page;
    #: an empty text leaves a fact to the files that she takes along.
    said: Mapping[str, str] = field(default_factory=dict)
    #: What facts are called, ready to be shown, where the page has no name for them.
    called: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Stayed:
    """Something that an erasure leaves: the law, or somebody else, needs it."""

    #: Message ids.
    what: str
    why: str
    count: int = 1
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What became of one package's rows about a person."""

    gone: int = 0
    stayed: tuple[Stayed, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What one package knows of the person behind an address; `factory` hands it to `supporters`.

    `erase` runs in the caller's transaction and leaves no name, address or words of hers; sums and
    counts stay. Both must be quick: an index answers for the address.
    """

    #: The package, or a side of it: unique.
    key: str
    #: Message id of the heading: "Your gifts".
    title: str
    find: Callable[[str], Sequence[Line]]
    #: (normalised address, now) -> what became of it.
    erase: Callable[[str, datetime], Erased]


@dataclass(frozen=True, kw_only=True)
class Purge:
    """One thing that goes when its time is over; a job does it, and a dry run only counts."""

    key: str
    #: Message id: "RSVPs of past events".
    what: str
    #: (now) -> how many rows would go or lose their names now.
    count: Callable[[datetime], int]
    #: (now) -> does it, in transactions of its own; returns how many.
    run: Callable[[datetime], int]
