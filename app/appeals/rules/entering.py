"""What an organiser writes down for somebody who rang or wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.appeals.errors import MoneyFromTomorrowError
from app.appeals.rules.words import DonationSource, PayingBy
from app.lib.money import Money

#: How money comes that no card brings.
OFFLINE_WAYS = (PayingBy.TRANSFER, PayingBy.STANDING_ORDER, PayingBy.CHEQUE, PayingBy.CASH)
#: How somebody tells an organiser.
TOLD_BY = (DonationSource.PHONE, DonationSource.PAPER)
#: What is kept of a bank line's reference or a cheque's number, and of a note.
BANK_REFERENCE_LENGTH = 80
NOTE_LENGTH = 300


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What somebody told an organiser about her gift."""

    amount: Money
    source: DonationSource
    locale: str
    paying_by: PayingBy
    email: str | None = None
    name: str | None = None
    #: Nothing means anonymous.
    public_name: str | None = None
    message: str | None = None
    wants_updates: bool = False


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Money that came without a card: how, when, and what finds it on a bank statement."""

    amount: Money
    paying_by: PayingBy
    received_at: datetime
    bank_reference: str | None = None
    note: str | None = None

    @property
    def words(self) -> str | None:
        """What the books keep beside the sum."""
        return "; ".join(filter(None, (self.bank_reference, self.note))) or None


def check_arrival(arrival: Arrival, *, now: datetime) -> None:
    """Accept money that can have come by now; raises MoneyFromTomorrowError."""
    if arrival.received_at > now:
        raise MoneyFromTomorrowError
