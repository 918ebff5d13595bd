"""How money that did not come through Stripe is named in the books."""

from __future__ import annotations

OFFLINE_SOURCE = "offline:"
#: Where the books say that a move between funds comes from.
DESK_SOURCE = "desk:"


def offline_source(payment_account_id: int) -> str:
    """Where the entries of a body's money without Stripe come from."""
    return f"{OFFLINE_SOURCE}{payment_account_id}"


def desk_source(payment_account_id: int) -> str:
    """Where the entries come from that the desk makes of a body's money."""
    return f"{DESK_SOURCE}{payment_account_id}"


def taken_back_ref(ref: str) -> str:
    """The reference of the entry that undoes another."""
    return f"{ref}/void"
