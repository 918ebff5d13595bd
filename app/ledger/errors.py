"""What can be wrong with funds and entries."""

from __future__ import annotations

from app.lib.errors import StaleError, UserError
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


class FundKeepsKindError(UserError):
    """The kind decides what donors were told; it cannot change once money came."""

    def __init__(self) -> None:
        super().__init__(N_("Money has come into this fund already, so it keeps its kind."))


class FundStaysRestrictedError(UserError):
    """Money that was given for a purpose stays bound to it."""

    def __init__(self) -> None:
        super().__init__(
            N_("Money was given to this fund for its purpose alone, so it stays restricted.")
        )


class NotACharityError(UserError):
    """Only a registered charity holds charity money under its own number."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Only a charity has funds of this kind. A campaign group that collects for a "
                "charitable purpose makes a restricted fund of its own."
            )
        )


class SecondaryPurposeMissingError(UserError):
    """Donors are told what happens with money that is left over."""

    def __init__(self) -> None:
        super().__init__(N_("Say what happens with money that the purpose no longer needs."))


class StaleFundError(StaleError):
    """Somebody else saved the fund after this page was made."""
