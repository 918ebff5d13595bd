"""How money that moved divides into the gift and what covers the fee."""

from __future__ import annotations

from dataclasses import dataclass

from app.appeals.rules.words import DonationState


@dataclass(frozen=True)
class GiftShares:
    """The gift's part of the money that moved for a donation, in minor units."""

    received_minor: int
    on_its_way_minor: int
    returned_minor: int
    #: 1 while some of the donation is with us, else 0.
    count: int

    def __add__(self, other: GiftShares) -> GiftShares:
        return GiftShares(
            self.received_minor + other.received_minor,
            self.on_its_way_minor + other.on_its_way_minor,
            self.returned_minor + other.returned_minor,
            self.count + other.count,
        )

    def __sub__(self, other: GiftShares) -> GiftShares:
        return GiftShares(
            self.received_minor - other.received_minor,
            self.on_its_way_minor - other.on_its_way_minor,
            self.returned_minor - other.returned_minor,
            self.count - other.count,
        )


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a donor's sum is made of, in minor units: the gift, and what covers the fee."""

    amount_minor: int
    covered_fee_minor: int

    def gift_part(self, moved_minor: int) -> int:
        """Return how much of a moved sum is gift, in the proportion of the whole, rounded half up.

        A whole donation's part is the gift to the penny.
        """
        whole = self.amount_minor + self.covered_fee_minor
        return (2 * moved_minor * self.amount_minor + whole) // (2 * whole)

    def shares(
        self, *, received_minor: int, on_its_way_minor: int, returned_minor: int
    ) -> GiftShares:
        """Share out everything that moved for a donation so far; `received` is less `returned`.

        What arrived is shared first, then what went back, and the rest is still here: so a refund
        takes its proportion of gift and of covered fee, a whole refund takes exactly the gift, and
        received + returned is always the gift part of what arrived. Totals change by the
        difference of two such shares: in however many steps money moves, the sum is the same.
        """
        returned = self.gift_part(returned_minor)
        return GiftShares(
            received_minor=self.gift_part(received_minor + returned_minor) - returned,
            on_its_way_minor=self.gift_part(on_its_way_minor),
            returned_minor=returned,
            count=int(received_minor > 0),
        )


def donation_state(
    *, received_minor: int, on_its_way_minor: int, returned_minor: int
) -> DonationState:
    """Say what became of a donation, from the money that moved for it."""
    if returned_minor > 0:
        return DonationState.PART_RETURNED if received_minor > 0 else DonationState.RETURNED
    if received_minor > 0:
        return DonationState.RECEIVED
    return DonationState.ON_ITS_WAY if on_its_way_minor > 0 else DonationState.NOT_PAID
