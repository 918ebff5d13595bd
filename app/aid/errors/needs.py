"""What can go wrong with a list of needs, with the kinds of things, and with hearing of both."""

from __future__ import annotations

from app.aid.rules.needs import MOST_ITEMS, MOST_NEEDS, MOST_QTY
from app.lib.errors import GoneError, NotFoundError, TooManyError, UserError
from app.lib.text import N_


class NeedNotFoundError(NotFoundError):
    """It was taken off the list meanwhile."""


class ItemNotFoundError(NotFoundError):
    """The group has no such thing."""


class NeedTwiceError(UserError):
    """The thing stands on the list already."""

    def __init__(self) -> None:
        super().__init__(N_("This stands on the list already. Change it there."))


class NeedsFullError(UserError):
    """More than anybody reads."""

    def __init__(self) -> None:
        super().__init__(N_("A list holds at most %(count)d things."), count=MOST_NEEDS)


class MedicineError(UserError):
    """To export medicines needs a licence, for charities too."""

    def __init__(self) -> None:
        super().__init__(
            N_("We cannot take medicines. They can stand on the list only as not wanted.")
        )


class UnwantedItemError(UserError):
    """The thing cannot be asked for: unsorted goods, or one that was retired."""

    def __init__(self) -> None:
        super().__init__(N_("This cannot be asked for."))


class NeedQtyError(UserError):
    """No number that anybody can collect."""

    def __init__(self) -> None:
        super().__init__(N_("Enter a number from 1 to %(most)d, or nothing."), most=MOST_QTY)


class UnwantedQtyError(UserError):
    """Nobody counts what nobody wants."""

    def __init__(self) -> None:
        super().__init__(N_("What is not wanted has no number."))


class ItemsFullError(UserError):
    """More kinds of things than anybody finds again."""

    def __init__(self) -> None:
        super().__init__(N_("A group has at most %(count)d kinds of things."), count=MOST_ITEMS)


class KeptItemError(UserError):
    """Unsorted things and medicines are always there."""

    def __init__(self) -> None:
        super().__init__(N_("This is always there."))


class NeedsOverError(UserError):
    """Nothing more will be needed."""

    def __init__(self) -> None:
        super().__init__(N_("Nothing more is collected in this round."))


class NeedsLinkEndedError(GoneError):
    """The subscription is over, or the round."""


class TooManySubscriptionsError(TooManyError):
    """One network leaves one address after another."""
