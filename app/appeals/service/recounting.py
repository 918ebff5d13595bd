"""The sums beside donations and appeals, counted again from the payments."""

from collections.abc import Iterator, Sequence

from app.appeals import queries
from app.appeals.models import AppealTotals, Donation
from app.appeals.rules import GiftShares, Terms
from app.ledger.facts import Difference
from app.payments import queries as payments
from app.payments.rules import OrderStatus

#: Databases take only so many values in one question.
CHUNK = 500


def check_totals() -> Iterator[Difference]:
    """Say where a kept sum and the payments do not agree; changes nothing."""
    for totals in queries.list_totals():
        donations = queries.list_donations_of(totals.appeal_id)
        recount = GiftShares(0, 0, 0, 0)
        for donation, status in _with_status(donations):
            yield from _donation_differences(donation, status)
            recount += _shares(donation, status)
        yield from _totals_differences(totals, recount)


def _with_status(donations: Sequence[Donation]) -> Iterator[tuple[Donation, OrderStatus]]:
    for start in range(0, len(donations), CHUNK):
        chunk = donations[start : start + CHUNK]
        statuses = payments.order_statuses([each.public_id for each in chunk])
        yield from ((each, statuses[each.public_id]) for each in chunk)


def _shares(donation: Donation, status: OrderStatus) -> GiftShares:
    terms = Terms(amount_minor=donation.amount_minor, covered_fee_minor=donation.covered_fee_minor)
    return terms.shares(
        received_minor=status.received.minor,
        on_its_way_minor=status.on_its_way.minor,
        returned_minor=status.returned.minor,
    )


def _donation_differences(donation: Donation, status: OrderStatus) -> Iterator[Difference]:
    kept = (donation.received_minor, donation.on_its_way_minor, donation.returned_minor)
    counted = (status.received.minor, status.on_its_way.minor, status.returned.minor)
    if kept != counted:
        yield Difference(
            "donation_sums",
            f"donation:{donation.id}",
            f"{donation.reference} keeps {kept}, its payments come to {counted} "
            "(received, on its way, returned; minor units)",
        )


def _totals_differences(totals: AppealTotals, recount: GiftShares) -> Iterator[Difference]:
    kept = GiftShares(
        totals.received_minor, totals.on_its_way_minor, totals.returned_minor, totals.gift_count
    )
    if kept != recount:
        yield Difference(
            "appeal_totals",
            f"appeal:{totals.appeal_id}",
            f"{totals.appeal.slug} keeps {kept}, its gifts come to {recount}",
        )
