"""What can be wrong with funds and entries."""

from __future__ import annotations

from app.lib.errors import UserError
from app.lib.text import N_


class UnbalancedEntryError(Exception):
    """The books refuse an entry; the text says why. A mistake of the program, not of a person."""


class EntryConflictError(Exception):
    """The reference is in the books already, with other lines."""


class FundAccountError(UserError):
    """A fund that takes money here names exactly one payment account, a partner's none."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "A fund names exactly one payment account of its own group; "
                "a partner's fund has none and links to the partner's page."
            )
        )


class FundCurrencyError(UserError):
    """A fund is kept in the currency of its payment account."""

    def __init__(self, currency: str) -> None:
        super().__init__(
            N_("A fund is kept in the currency of its payment account (%(currency)s)."),
            currency=currency,
        )


class FundHasMoneyError(UserError):
    """Where a fund's money goes cannot change once money came."""

    def __init__(self) -> None:
        super().__init__(
            N_("Money has come into this fund already, so it keeps its payment account.")
        )


class FundSlugError(UserError):
    """The fund's address is taken or cannot be an address."""

    def __init__(self, slug: str) -> None:
        super().__init__(N_("“%(slug)s” cannot be the address of a fund."), slug=slug)
