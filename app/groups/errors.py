"""What can be wrong with a group or a payment account."""

from __future__ import annotations

from app.lib.errors import StaleError, UserError
from app.lib.text import N_


class SlugTakenError(UserError):
    """Another group has this address already."""

    def __init__(self, slug: str) -> None:
        super().__init__(N_("Another group already uses the address “%(slug)s”."), slug=slug)


class BadSlugError(UserError):
    """The text cannot stand in an address."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            N_("“%(slug)s” cannot be an address; use small letters, digits and hyphens."),
            slug=slug,
        )


class CharityNumberMissingError(UserError):
    """A charity must say under which number it is registered."""

    def __init__(self) -> None:
        super().__init__(N_("A charity needs its registered number."))


class PartnerTakesNoMoneyError(UserError):
    """A partner's money goes to the partner, never through an account of ours."""

    def __init__(self) -> None:
        super().__init__(N_("A partner has no payment account here; link to its own page."))


class StatementNameError(UserError):
    """Banks cannot print this name."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "The name on bank statements needs 5 to 22 Latin letters or digits, "
                "at least one of them a letter."
            )
        )


class AccountNameTakenError(UserError):
    """Another payment account has this name already."""

    def __init__(self, name: str) -> None:
        super().__init__(N_("There is already a payment account named “%(name)s”."), name=name)


class BadAccountNameError(UserError):
    """The text cannot name a payment account."""

    def __init__(self, name: str) -> None:
        super().__init__(
            N_("“%(name)s” cannot name a payment account; use small letters, digits and _."),
            name=name,
        )


class BadCurrencyError(UserError):
    """No such currency."""

    def __init__(self, currency: str) -> None:
        super().__init__(
            N_("“%(currency)s” is no currency; use three letters, like GBP."), currency=currency
        )


class GroupHasAccountError(UserError):
    """Who takes money here is no partner that we only link to."""

    def __init__(self) -> None:
        super().__init__(
            N_("This group has a payment account, so it cannot become a partner organisation.")
        )


class StaleGroupError(StaleError):
    """Somebody else saved the group after this page was made."""


class StalePaymentAccountError(StaleError):
    """Somebody else saved the payment account after this page was made."""


class BankDetailsError(UserError):
    """Nobody could pay with these details; `field` names the one to look at."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)
