"""What a check of the books tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Difference:
    """Something that does not agree: what kind, about what, and the sentence for a person."""

    kind: str
    subject: str
    detail: str


#: A check reads the tables and tells what does not agree; it changes nothing.
Check = Callable[[], Iterable[Difference]]
