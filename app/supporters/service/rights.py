"""What packages keep about people, asked in one place: `factory` says who is asked.

Nothing here knows a package by name. Every package tells what it keeps (`Kept`), finds and erases
what it holds of one person (`Holding`), and lets go of what is out of time (`Purge`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.lib.personal import Erased, Holding, Kept, Purge
from app.supporters.facts import Found

#: The holding that a person reads first.
FIRST = "supporters"

_kept: dict[str, tuple[Kept, ...]] = {}
_holdings: list[Holding] = []
_purges: list[Purge] = []


def set_kept(statements: Iterable[tuple[str, Iterable[Kept]]]) -> None:
    """Name what each package says it keeps, by the package, and nothing else."""
    _kept.clear()
    _kept.update({package: tuple(kept) for package, kept in statements})


def set_holdings(*holdings: Holding) -> None:
    """Name who is asked about a person, in the order in which they let go, and nobody else."""
    keys = [holding.key for holding in holdings]
    if len(keys) != len(set(keys)):
        raise ValueError("two holdings have the same key")
    _holdings[:] = holdings


def set_purges(*purges: Purge) -> None:
    """Name everything that goes when its time is over, and nothing else."""
    keys = [purge.key for purge in purges]
    if len(keys) != len(set(keys)):
        raise ValueError("two purges have the same key")
    _purges[:] = purges


def statements() -> list[tuple[str, Kept]]:
    """Everything that any package keeps about people, with the package's name."""
    return [(package, kept) for package, each in _kept.items() for kept in each]


def holdings() -> Sequence[Holding]:
    """Who is asked about a person."""
    return tuple(_holdings)


def purges() -> Sequence[Purge]:
    """Everything that goes when its time is over."""
    return tuple(_purges)


def find_everything(email: str) -> list[Found]:
    """All that is known of whoever has this normalised address; holdings with nothing left out.

    Who she is to us comes first, whatever the order in which it is let go.
    """
    found = [Found(holding, holding.find(email)) for holding in _holdings]
    known = [each for each in found if each.lines]
    return sorted(known, key=lambda each: each.holding.key != FIRST)


def erase_everything(email: str, *, now: datetime) -> list[tuple[Holding, Erased]]:
    """Let every holding erase what it keeps of a person, in the caller's transaction."""
    return [(holding, holding.erase(email, now)) for holding in _holdings]
