"""What can go wrong when hosts of an earlier round are asked again."""

from __future__ import annotations

from app.lib.errors import GoneError, StaleError, UserError
from app.lib.text import N_


class AgainLinkEndedError(GoneError):
    """The invite is gone, or replaced by another."""


class AnsweredError(StaleError):
    """She said something else already."""

    def __init__(self) -> None:
        super().__init__(N_("You have answered already. Thank you."))


class PlaceForgottenError(UserError):
    """Her address was deleted after the last round, as promised."""

    def __init__(self) -> None:
        super().__init__(
            N_("We deleted your address after the last round, as promised. Please enter it again.")
        )


class TooManyPointsError(UserError):
    """Several of her points wait to be looked at."""

    def __init__(self) -> None:
        super().__init__(N_("Several of your points wait to be looked at. Please wait for those."))


class NotClonedError(UserError):
    """There is no earlier round, or nobody signs up yet or any more."""

    def __init__(self) -> None:
        super().__init__(
            N_("Hosts can be asked once the round is announced, while points sign up.")
        )
