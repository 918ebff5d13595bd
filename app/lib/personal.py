"""How a package says what it keeps about people; its `personal.py` lists these in `KEPT`."""

from dataclasses import dataclass


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
