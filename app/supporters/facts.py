"""What is told of a person, whichever package keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.lib.personal import Holding, Line


@dataclass(frozen=True)
class Found:
    """What one holding knows of a person."""

    holding: Holding
    lines: Sequence[Line]
