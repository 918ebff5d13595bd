"""What mail tells other packages, and what they tell it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.lib.bounces import BounceKind
from app.mail.rules.addresses import Weight


@dataclass(frozen=True)
class BounceFact:
    """A report about one mail, tied to it by the signed address that it came to."""

    #: What was given to `bounces.return_path` when the mail went out.
    key: str
    kind: BounceKind
    weight: Weight
    at: datetime


#: Called in the transaction that notes the report. It answers with the address to which the mail
#: went, so that suppression can follow; with nothing in it where that is forgotten or another now,
#: or where the same was told before; with None where the key is not its own.
BounceListener = Callable[[BounceFact], str | None]


@dataclass(frozen=True)
class Allowance:
    """How many mails may leave now; they are counted as sent already."""

    granted: int
    #: When to ask again, where fewer were granted than wanted.
    wait: timedelta | None = None

    @property
    def is_allowed(self) -> bool:
        """Whether at least one may leave."""
        return self.granted > 0
