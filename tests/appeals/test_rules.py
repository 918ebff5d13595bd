"""What may be given, what counts toward a goal, what a state is called."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.appeals.errors import (
    AmountNotChargeableError,
    AmountTooLargeError,
    AmountTooSmallError,
)
from app.appeals.rules import appeals as appeal_rules
from app.appeals.rules import giving as giving_rules
from app.appeals.rules import shares as share_rules
from app.appeals.rules.shares import GiftShares, Terms
from app.appeals.rules.words import AppealStage, DonationState
from app.lib.money import Money

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINORS = st.integers(1, 1_000_000)
TERMS = st.builds(
    Terms, amount_minor=MINORS, covered_fee_minor=st.one_of(st.just(0), st.integers(0, 50_000))
)


@pytest.mark.parametrize(
    ("minor", "currency"),
    [(200, "GBP"), (1_000_000, "GBP"), (300, "JPY"), (2_000_000, "JPY"), (2000, "KWD")],
)
def test_amounts_from_the_floor_to_the_cap_are_taken(minor: int, currency: str) -> None:
    giving_rules.check_amount(Money(minor, currency))


@pytest.mark.parametrize(
    ("minor", "currency", "error"),
    [
        (199, "GBP", AmountTooSmallError),
        (0, "GBP", AmountTooSmallError),
        (-1000, "GBP", AmountTooSmallError),
        (1_000_001, "GBP", AmountTooLargeError),
        (299, "JPY", AmountTooSmallError),
        (2005, "KWD", AmountNotChargeableError),
    ],
)
def test_other_amounts_are_refused(minor: int, currency: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        giving_rules.check_amount(Money(minor, currency))


@pytest.mark.parametrize(
    ("gift", "extra"), [(200, 24), (1000, 36), (2500, 59), (10_000, 173), (1_000_000, 15_249)]
)
def test_covering_the_fee_adds_exactly_this(gift: int, extra: int) -> None:
    assert giving_rules.covered_fee(Money(gift, "GBP")) == Money(extra, "GBP")


@given(st.integers(200, 1_000_000))
def test_after_the_estimated_fee_the_whole_gift_is_left(gift: int) -> None:
    extra = giving_rules.covered_fee(Money(gift, "GBP")).minor
    rate = giving_rules.CARD_FEES["GBP"]

    def left(added: int) -> int:
        """Ten-thousandths of a penny that are left when so much is added."""
        return (gift + added) * (10_000 - rate.basis_points) - rate.fixed_minor * 10_000

    assert left(extra) >= gift * 10_000
    assert left(extra - 1) < gift * 10_000


def test_no_fee_is_guessed_for_a_currency_we_do_not_know() -> None:
    assert giving_rules.covered_fee(Money(1000, "SEK")) == Money(0, "SEK")
    assert not giving_rules.may_cover_fee("SEK")


@given(TERMS)
def test_a_whole_donation_is_the_gift_to_the_penny(terms: Terms) -> None:
    whole = terms.amount_minor + terms.covered_fee_minor
    assert terms.gift_part(whole) == terms.amount_minor
    assert terms.gift_part(0) == 0
    assert terms.shares(received_minor=0, on_its_way_minor=0, returned_minor=whole) == GiftShares(
        0, 0, terms.amount_minor, 0
    )


@given(TERMS, st.integers(0, 100), st.integers(0, 100))
def test_a_part_grows_with_the_sum_and_stays_within_it(
    terms: Terms, first: int, second: int
) -> None:
    whole = terms.amount_minor + terms.covered_fee_minor
    small, large = sorted((whole * first // 100, whole * second // 100))
    assert 0 <= terms.gift_part(small) <= terms.gift_part(large) <= terms.amount_minor


@given(TERMS, st.data())
def test_totals_end_the_same_in_however_many_steps_money_moves(
    terms: Terms, data: st.DataObject
) -> None:
    whole = terms.amount_minor + terms.covered_fee_minor
    steps = data.draw(st.lists(st.integers(0, whole), max_size=6).map(sorted))
    total, before = GiftShares(0, 0, 0, 0), GiftShares(0, 0, 0, 0)
    for gone in [0, *steps]:
        after = terms.shares(received_minor=whole - gone, on_its_way_minor=0, returned_minor=gone)
        total, before = total + (after - before), after
        assert total.received_minor + total.returned_minor == terms.amount_minor
        assert total.received_minor >= 0
    assert total == before


@given(st.lists(st.tuples(TERMS, st.integers(0, 100)), max_size=8))
def test_the_totals_of_an_appeal_are_the_sum_of_its_gifts(
    gifts: list[tuple[Terms, int]],
) -> None:
    shares = []
    for terms, percent in gifts:
        whole = terms.amount_minor + terms.covered_fee_minor
        gone = whole * percent // 100
        shares.append(
            terms.shares(received_minor=whole - gone, on_its_way_minor=0, returned_minor=gone)
        )
    *_, total = accumulate(shares, initial=GiftShares(0, 0, 0, 0))
    assert total.received_minor + total.returned_minor == sum(
        terms.amount_minor for terms, _ in gifts
    )


@pytest.mark.parametrize(
    ("published", "opens", "closes", "stage"),
    [
        (None, NOON - SECOND, None, AppealStage.DRAFT),
        (NOON + SECOND, NOON - SECOND, None, AppealStage.DRAFT),
        (NOON, NOON + SECOND, None, AppealStage.UPCOMING),
        (NOON, NOON, None, AppealStage.OPEN),
        (NOON, NOON - SECOND, NOON + SECOND, AppealStage.OPEN),
        (NOON, NOON - SECOND, NOON, AppealStage.CLOSED),
    ],
)
def test_an_appeal_opens_and_closes_at_its_instants(
    published: datetime | None, opens: datetime, closes: datetime | None, stage: AppealStage
) -> None:
    found = appeal_rules.stage(published_at=published, opens_at=opens, closes_at=closes, now=NOON)
    assert found is stage


@pytest.mark.parametrize(
    ("received", "on_its_way", "returned", "state"),
    [
        (0, 0, 0, DonationState.NOT_PAID),
        (0, 1000, 0, DonationState.ON_ITS_WAY),
        (1000, 0, 0, DonationState.RECEIVED),
        (600, 0, 400, DonationState.PART_RETURNED),
        (0, 0, 1000, DonationState.RETURNED),
        (-400, 1000, 400, DonationState.RETURNED),
    ],
)
def test_a_state_follows_from_the_money(
    received: int, on_its_way: int, returned: int, state: DonationState
) -> None:
    found = share_rules.donation_state(
        received_minor=received, on_its_way_minor=on_its_way, returned_minor=returned
    )
    assert found is state


@pytest.mark.parametrize(
    ("closes", "left"), [(None, None), (date(2026, 3, 15), 0), (date(2026, 3, 20), 5)]
)
def test_days_left_are_counted_to_the_last_day(closes: date | None, left: int | None) -> None:
    assert appeal_rules.days_left(closes, date(2026, 3, 15)) == left


@pytest.mark.parametrize(
    ("kept", "goal", "share"), [(0, 100, 0), (999, 1000, 99), (2000, 1000, 200), (-5, 1000, 0)]
)
def test_the_share_of_the_goal_is_never_flattering(kept: int, goal: int, share: int) -> None:
    assert appeal_rules.share_of_goal(kept, goal) == share


@pytest.mark.parametrize(
    ("name", "slug", "line"),
    [
        ("LEA VALLEY", "get-started", "LEA VALLEY* GET STARTE"),
        ("LEA VALLEY SOLIDARITY", "get-started", "LEA VALLEY SOLIDARITY"),
    ],
)
def test_the_bank_statement_is_foretold(name: str, slug: str, line: str) -> None:
    assert giving_rules.statement_line(name, slug) == line
    assert len(line) <= 22
