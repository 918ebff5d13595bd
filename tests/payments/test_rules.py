"""States and their moves, and what an order's money comes to, as tables."""

from __future__ import annotations

import pytest

from app.lib.money import Money
from app.payments.rules.attempts import (
    ATTEMPT_MOVES,
    AttemptState,
    attempt_may_become,
    checkout_locale,
    state_of_session,
    statement_suffix,
)
from app.payments.rules.collecting import (
    PAYMENT_MOVES,
    REFUND_MOVES,
    PaymentState,
    RefundState,
    payment_may_become,
    payment_state,
    refund_may_become,
    refund_state,
)
from app.payments.rules.events import Doorbell, source_of
from app.payments.rules.orders import OrderState, PaymentFigures, may_pay_again, order_state

A, P, R = AttemptState, PaymentState, RefundState


def test_every_state_has_its_moves() -> None:
    assert set(ATTEMPT_MOVES) == set(AttemptState)
    assert set(PAYMENT_MOVES) == set(PaymentState)
    assert set(REFUND_MOVES) == set(RefundState)


@pytest.mark.parametrize("state", P)
def test_no_state_becomes_itself(state: PaymentState) -> None:
    assert not payment_may_become(state, state)


@pytest.mark.parametrize(
    ("old", "new", "may"),
    [
        (A.CREATING, A.OPEN, True),
        (A.CREATING, A.ERROR, True),
        (A.OPEN, A.COMPLETE, True),
        (A.OPEN, A.EXPIRED, True),
        (A.OPEN, A.CREATING, False),
        (A.OPEN, A.ERROR, False),
        (A.COMPLETE, A.OPEN, False),
        (A.COMPLETE, A.EXPIRED, False),
        (A.EXPIRED, A.OPEN, False),
        (A.EXPIRED, A.COMPLETE, True),
        (A.ERROR, A.OPEN, False),
        (A.ERROR, A.COMPLETE, True),
    ],
)
def test_an_attempt_goes_on_only(old: AttemptState, new: AttemptState, may: bool) -> None:
    assert attempt_may_become(old, new) is may


@pytest.mark.parametrize(
    ("old", "new", "may"),
    [
        (P.PENDING, P.PROCESSING, True),
        (P.PENDING, P.SUCCEEDED, True),
        (P.PENDING, P.FAILED, True),
        (P.PROCESSING, P.PENDING, False),
        (P.PROCESSING, P.SUCCEEDED, True),
        (P.PROCESSING, P.FAILED, True),
        (P.FAILED, P.SUCCEEDED, True),
        (P.FAILED, P.PROCESSING, True),
        (P.SUCCEEDED, P.FAILED, False),
        (P.SUCCEEDED, P.PROCESSING, False),
        (P.SUCCEEDED, P.CANCELED, False),
        (P.SUCCEEDED, P.LATE_FAILED, True),
        (P.CANCELED, P.PROCESSING, False),
        (P.CANCELED, P.SUCCEEDED, True),
        (P.LATE_FAILED, P.SUCCEEDED, False),
    ],
)
def test_a_payment_that_came_only_fails_late(
    old: PaymentState, new: PaymentState, may: bool
) -> None:
    assert payment_may_become(old, new) is may


@pytest.mark.parametrize(
    ("old", "new", "may"),
    [
        (R.PENDING, R.SUCCEEDED, True),
        (R.REQUIRES_ACTION, R.PENDING, True),
        (R.SUCCEEDED, R.FAILED, True),
        (R.SUCCEEDED, R.PENDING, False),
        (R.FAILED, R.SUCCEEDED, False),
        (R.CANCELED, R.PENDING, False),
        (R.UNKNOWN, R.SUCCEEDED, True),
    ],
)
def test_a_refund_may_be_returned_by_the_bank(
    old: RefundState, new: RefundState, may: bool
) -> None:
    assert refund_may_become(old, new) is may


@pytest.mark.parametrize(
    ("status", "error", "charged", "reversed_", "state"),
    [
        ("requires_payment_method", False, False, False, P.PENDING),
        ("requires_payment_method", True, False, False, P.FAILED),
        ("requires_action", True, False, False, P.PENDING),
        ("processing", False, False, False, P.PROCESSING),
        ("succeeded", False, False, False, P.PROCESSING),
        ("succeeded", False, True, False, P.SUCCEEDED),
        ("succeeded", False, True, True, P.LATE_FAILED),
        ("canceled", True, False, False, P.CANCELED),
        ("some_new_word", False, False, False, None),
        ("some_new_word", False, True, False, P.SUCCEEDED),
    ],
)
def test_money_counts_by_its_balance_transaction(
    status: str, error: bool, charged: bool, reversed_: bool, state: PaymentState | None
) -> None:
    found = payment_state(status, has_error=error, is_charged=charged, is_reversed=reversed_)
    assert found is state


def test_new_words_of_stripe_are_no_error() -> None:
    assert refund_state("under_the_moon") is R.UNKNOWN
    assert refund_state(None) is R.UNKNOWN
    assert state_of_session("dreaming") is None
    assert state_of_session(None) is None


def figures(
    state: PaymentState, *, amount: int = 1000, refunded: int = 0, disputed: int = 0
) -> PaymentFigures:
    """One payment of ten pounds."""
    return PaymentFigures(
        state=state,
        amount=Money(amount, "GBP"),
        refunded=Money(refunded, "GBP"),
        disputed=Money(disputed, "GBP"),
    )


@pytest.mark.parametrize(
    ("one", "received", "on_its_way", "returned"),
    [
        (figures(P.PENDING), 0, 0, 0),
        (figures(P.PROCESSING), 0, 1000, 0),
        (figures(P.SUCCEEDED), 1000, 0, 0),
        (figures(P.SUCCEEDED, refunded=300), 700, 0, 300),
        (figures(P.SUCCEEDED, refunded=1000), 0, 0, 1000),
        (figures(P.SUCCEEDED, disputed=1000), 0, 0, 1000),
        (figures(P.LATE_FAILED), 0, 0, 1000),
        (figures(P.FAILED), 0, 0, 0),
        (figures(P.CANCELED), 0, 0, 0),
    ],
)
def test_what_came_what_comes_and_what_went_back_never_overlap(
    one: PaymentFigures, received: int, on_its_way: int, returned: int
) -> None:
    assert (one.received.minor, one.on_its_way.minor, one.returned.minor) == (
        received,
        on_its_way,
        returned,
    )


@pytest.mark.parametrize(
    ("payments", "attempt", "state"),
    [
        ([], None, OrderState.NOTHING),
        ([], A.CREATING, OrderState.OPEN),
        ([], A.OPEN, OrderState.OPEN),
        ([], A.EXPIRED, OrderState.NOTHING),
        ([], A.COMPLETE, OrderState.PROCESSING),
        ([figures(P.PENDING)], A.OPEN, OrderState.OPEN),
        ([figures(P.FAILED)], A.OPEN, OrderState.OPEN),
        ([figures(P.FAILED)], A.EXPIRED, OrderState.FAILED),
        ([figures(P.CANCELED)], A.EXPIRED, OrderState.FAILED),
        ([figures(P.PROCESSING)], A.COMPLETE, OrderState.PROCESSING),
        ([figures(P.SUCCEEDED)], A.COMPLETE, OrderState.RECEIVED),
        ([figures(P.FAILED), figures(P.SUCCEEDED)], A.COMPLETE, OrderState.RECEIVED),
        ([figures(P.SUCCEEDED, refunded=1)], A.COMPLETE, OrderState.PART_REFUNDED),
        ([figures(P.SUCCEEDED, refunded=1000)], A.COMPLETE, OrderState.REFUNDED),
        ([figures(P.SUCCEEDED, disputed=1000)], A.COMPLETE, OrderState.DISPUTED),
        ([figures(P.LATE_FAILED)], A.COMPLETE, OrderState.RETURNED),
    ],
)
def test_an_order_is_one_word(
    payments: list[PaymentFigures], attempt: AttemptState | None, state: OrderState
) -> None:
    assert order_state(payments, attempt) is state


@pytest.mark.parametrize(
    ("states", "may"),
    [
        ([], True),
        ([P.FAILED], True),
        ([P.LATE_FAILED], True),
        ([P.FAILED, P.PROCESSING], False),
        ([P.SUCCEEDED], False),
    ],
)
def test_an_order_is_paid_once(states: list[PaymentState], may: bool) -> None:
    assert may_pay_again(states) is may


@pytest.mark.parametrize(
    ("locale", "asked"), [("en", "en-GB"), ("ar", "en-GB"), ("cy", "auto"), ("", "auto")]
)
def test_checkout_is_never_asked_for_arabic(locale: str, asked: str) -> None:
    assert checkout_locale(locale) == asked


@pytest.mark.parametrize(
    ("text", "name", "suffix"),
    [
        ("WINTER", "LEA VALLEY", "WINTER"),
        ("Winter aid drop 2026", "LEA VALLEY", "Winter aid"),
        ("Café", "LEA", "Cafe"),
        ("مساعدات", "LEA VALLEY", None),
        ("2026", "LEA VALLEY", None),
        (None, "LEA VALLEY", None),
        ("WINTER", "A" * 22, None),
    ],
)
def test_a_statement_name_and_its_suffix_share_22_letters(
    text: str | None, name: str, suffix: str | None
) -> None:
    assert statement_suffix(text, name) == suffix


@pytest.mark.parametrize(
    ("object_id", "kind"),
    [
        ("ch_1", Doorbell.CHARGE),
        ("py_1", Doorbell.CHARGE),
        ("re_1", Doorbell.REFUND),
        ("pyr_1", Doorbell.REFUND),
        ("du_1", Doorbell.DISPUTE),
        ("po_1", None),
        (None, None),
    ],
)
def test_a_movement_says_by_its_source_what_it_belongs_to(
    object_id: str | None, kind: Doorbell | None
) -> None:
    assert source_of(object_id) is kind
