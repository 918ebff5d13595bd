"""What can go wrong with messages of visitors."""

from app.lib.errors import NotFoundError, StaleError, UserError
from app.lib.text import N_


class MessageNotFoundError(NotFoundError):
    """There is no such message, or it is another group's."""


class MessageAnsweredError(StaleError):
    """Somebody else answered it, or put it aside, after the page was made."""

    def __init__(self) -> None:
        super().__init__(N_("Somebody else has answered this message or put it aside."))


class NoAddressToAnswerError(UserError):
    """Whoever rang left no address."""

    def __init__(self) -> None:
        super().__init__(N_("This person left no e-mail address."))
