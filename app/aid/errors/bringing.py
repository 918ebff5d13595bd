"""What can go wrong when somebody asks to bring something, in the words she reads."""

from app.lib.errors import GoneError, StaleError, TooManyError, UserError
from app.lib.text import N_


class NotAskedHereError(UserError):
    """The point is full, shut or public: there is nothing to ask."""

    status = 409

    def __init__(self) -> None:
        super().__init__(N_("You cannot ask this point at the moment."))


class BringDayError(UserError):
    """The day is over, or lies beyond the round."""

    def __init__(self) -> None:
        super().__init__(N_("Choose a day on which the point takes things in."))


class BringMovedError(StaleError):
    """It was accepted, refused or taken back meanwhile."""

    def __init__(self) -> None:
        super().__init__(N_("This was answered or taken back meanwhile. Look at it again."))


class BringLinkEndedError(GoneError):
    """The link was replaced, or what it led to was deleted."""

    def __init__(self) -> None:
        super().__init__(N_("This link has ended."))


class PointBusyError(TooManyError):
    """Very many people asked one point within a day."""

    def __init__(self) -> None:
        super().__init__(
            N_("Very many people asked this point today. Try again tomorrow, or another point.")
        )


class TooManyWishesError(TooManyError):
    """One network asked very often."""

    def __init__(self) -> None:
        super().__init__(N_("Very many asked from here today. Please try again tomorrow."))
