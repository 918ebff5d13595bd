"""What is kept beside donations and appeals, checked against the payments."""

from collections.abc import Iterator, Sequence

from app.appeals.models.appeals import AppealTotals
from app.appeals.models.donations import Donation
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import checks as check_reads
from app.appeals.queries import donations as donation_reads
from app.appeals.queries import regular as regular_reads
from app.appeals.queries import sources as source_reads
from app.appeals.rules.shares import GiftShares, Terms
from app.ledger.facts import Check, Difference
from app.payments.queries import orders as order_reads
from app.payments.rules.orders import OrderStatus

#: Databases take only so many values in one question.
CHUNK = 500


def check_totals() -> Iterator[Difference]:
    """Say where a kept sum and the payments do not agree; changes nothing."""
    for totals in appeal_reads.list_totals():
        donations = donation_reads.list_donations_of(totals.appeal_id)
        recount = GiftShares(0, 0, 0, 0)
        for donation, status in _with_status(donations):
            yield from _donation_differences(donation, status)
            recount += _shares(donation, status)
        yield from _totals_differences(totals, recount)


def _with_status(donations: Sequence[Donation]) -> Iterator[tuple[Donation, OrderStatus]]:
    for start in range(0, len(donations), CHUNK):
        chunk = donations[start : start + CHUNK]
        statuses = order_reads.order_statuses([each.public_id for each in chunk])
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


def check_orders() -> Iterator[Difference]:
    """Say which tries at paying and which entries of the books belong to no donation."""
    for order_key in check_reads.list_ownerless_orders():
        yield Difference(
            "order_without_donation", f"order:{order_key}", "money or a try at paying of nobody's"
        )


def check_receipts() -> Iterator[Difference]:
    """Say which payment has no receipt, and where receipt numbers have a gap."""
    for payment_id in check_reads.list_unreceipted_payments():
        yield Difference(
            "payment_without_receipt", f"payment:{payment_id}", "its money came, no receipt did"
        )
    for numbers in check_reads.list_receipt_numbers():
        if not numbers.count == numbers.highest == numbers.counter:
            yield Difference(
                "receipt_numbers",
                f"group:{numbers.group_id}",
                f"{numbers.count} receipts, the highest is {numbers.highest}, "
                f"the counter stands at {numbers.counter}",
            )


def check_regular() -> Iterator[Difference]:
    """Say where regular donations and the plans that carry them out do not agree."""
    for plan_key in regular_reads.list_ownerless_plans():
        yield Difference(
            "plan_without_regular", f"plan:{plan_key}", "it collects for no regular gift of ours"
        )
    for regular in regular_reads.list_planless():
        yield Difference(
            "regular_without_plan", f"regular:{regular.id}", f"{regular.reference} has no plan"
        )
    for regular, plan in regular_reads.list_differing():
        yield Difference(
            "regular_differs",
            f"regular:{regular.id}",
            f"{regular.reference} stands as {regular.state.value} with {regular.total}, its plan "
            f"as {plan.state.value} with {plan.amount}",
        )
    for donation in check_reads.list_unpaid_renewals():
        yield Difference(
            "renewal_without_payment", f"donation:{donation.id}", f"{donation.reference} has none"
        )


def check_sources() -> Iterator[Difference]:
    """Say where what a code brought and its gifts do not agree."""
    brought: dict[int, GiftShares] = {}
    for donation in source_reads.list_brought_gifts():
        if donation.source_code_id is not None:
            so_far = brought.get(donation.source_code_id, GiftShares(0, 0, 0, 0))
            brought[donation.source_code_id] = so_far + donation.shares
    for source in source_reads.list_all_sources():
        shares = brought.get(source.id, GiftShares(0, 0, 0, 0))
        if (source.received_minor, source.gift_count) != (shares.received_minor, shares.count):
            yield Difference(
                "source_sums",
                f"source:{source.id}",
                f"{source.code} keeps {source.received_minor} in {source.gift_count} gifts, "
                f"they come to {shares.received_minor} in {shares.count}",
            )


CHECKS: tuple[Check, ...] = (
    check_totals,
    check_orders,
    check_receipts,
    check_regular,
    check_sources,
)
