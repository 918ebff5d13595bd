"""What can go wrong with Stripe, sorted by what to do about it."""

from __future__ import annotations

from app.lib.errors import TooManyError, UnavailableError, UserError
from app.lib.text import N_


class PaymentsUnavailableError(UnavailableError):
    """Stripe did not answer in time, or was busy; whether the call had an effect is not known.

    `is_final` says that the same call under the same key would bring the same error for ever:
    Stripe keeps its own failures as the answer of a key.
    """

    def __init__(self, *, is_final: bool = False) -> None:
        self.is_final = is_final
        super().__init__(
            N_(
                "The payment page cannot be reached just now. Nothing has been charged. "
                "Please try again in a few minutes."
            )
        )


class CardsOffError(UnavailableError):
    """The payment account takes no cards at the moment."""

    def __init__(self) -> None:
        super().__init__(
            N_("Card payments are paused just now. Nothing has been charged. Please come back.")
        )


class TooManyPagesError(TooManyError):
    """So many pages of Stripe's were opened that no more are, for a while."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "The payment page was opened very often just now. Nothing has been charged. "
                "Please wait an hour, or choose another way to pay."
            )
        )


class PartnerFundError(UserError):
    """A partner's money is given on the partner's own page."""

    def __init__(self) -> None:
        super().__init__(N_("This money is given on the partner's own page, not here."))


class NotOfflineError(UserError):
    """Money that came through Stripe goes back through Stripe."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "This money came by card or debit. "
                "Give it back at Stripe; it cannot be undone here."
            )
        )


class UncollectableAmountError(UserError):
    """Stripe cannot collect exactly this sum."""

    def __init__(self) -> None:
        super().__init__(N_("This sum cannot be collected by card; please change it."))


class CheckoutRefusedError(UserError):
    """Stripe makes no payment page of what was typed."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "The payment page could not be opened with these details. Nothing has been "
                "charged. Please check the e-mail address and the amount."
            )
        )


class PlanEndedError(UserError):
    """Nothing can be asked of a plan that ended, or that is about to."""

    def __init__(self) -> None:
        super().__init__(N_("This regular gift has ended; nothing will be collected any more."))


class GatewayRefusedError(Exception):
    """Stripe understood the call and refused it; the same call again would be refused again."""


class KeyReusedError(GatewayRefusedError):
    """The idempotency key stands for a call with other parameters."""


class ObjectMissingError(GatewayRefusedError):
    """Stripe knows no object with this id in this account."""


class ForgedEventError(Exception):
    """A body that Stripe did not sign, or not now, or that is no event; the text says which."""


class StaleSnapshotError(Exception):
    """The row changed after the snapshot was fetched; fetch again."""


class NoSuchAccountError(LookupError):
    """The settings hold no keys for this payment account."""
