"""Who can cause something."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from app.lib.text import Translated


class ActorKind(StrEnum):
    """What kind of somebody did it."""

    ACCOUNT = "account"
    VISITOR = "visitor"
    SYSTEM = "system"
    STRIPE = "stripe"
    CLI = "cli"


@dataclass(frozen=True)
class Actor:
    """Somebody or something that causes a change."""

    kind: ActorKind
    account_id: int | None = None
    #: A name for the reader of the log; never an address of a supporter.
    label: str = ""

    @classmethod
    def account(cls, account_id: int, label: str = "") -> Self:
        """An organiser who is signed in."""
        return cls(ActorKind.ACCOUNT, account_id, label)

    @classmethod
    def visitor(cls) -> Self:
        """Somebody without an account, who is not named here."""
        return cls(ActorKind.VISITOR)

    @classmethod
    def system(cls) -> Self:
        """A job of our own."""
        return cls(ActorKind.SYSTEM)

    @classmethod
    def stripe(cls) -> Self:
        """What Stripe told us."""
        return cls(ActorKind.STRIPE)

    @classmethod
    def cli(cls, label: str = "") -> Self:
        """Whoever sits at the server."""
        return cls(ActorKind.CLI, label=label)


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, list[Any]]:
    """What an edit changed: for each field that differs, what it said and what it says now."""
    return {
        name: [_plain(before[name]), _plain(value)]
        for name, value in after.items()
        if before[name] != value
    }


def _plain(value: object) -> object:
    return dict(value.texts) if isinstance(value, Translated) else value
