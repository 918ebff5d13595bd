"""What can be wrong with what is put first on the home page."""

from __future__ import annotations

from app.lib.errors import UserError
from app.lib.text import N_
from app.site.rules.pins import MOST_PINS


class PinnedAlreadyError(UserError):
    """It stands there already."""

    def __init__(self) -> None:
        super().__init__(N_("That is on the home page already."))


class TooManyPinsError(UserError):
    """Where everything is first, nothing is."""

    def __init__(self) -> None:
        sentence = N_("At most %(count)d things can be put first. Take one off before you add one.")
        super().__init__(sentence, count=MOST_PINS)


class NotPublicError(UserError):
    """Nobody could open it from the home page."""

    def __init__(self) -> None:
        super().__init__(N_("Choose something that is public and not over."))


class PinDayPastError(UserError):
    """It would be gone at once."""

    def __init__(self) -> None:
        super().__init__(N_("Choose a day from today on."))
