"""Who can cause something."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


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
