"""What can go wrong with mailings."""

from app.lib.errors import GoneError, NotFoundError, StaleError, UserError
from app.lib.text import N_


class MailingNotFoundError(NotFoundError):
    """There is none at this address, or not for this reader."""

    def __init__(self) -> None:
        super().__init__(N_("We could not find this mailing."))


class StaleMailingError(StaleError):
    """Somebody else saved it after this page was made."""


class NotNowError(UserError):
    """It stands otherwise than the button supposed."""

    status = 409

    def __init__(self) -> None:
        super().__init__(N_("This has changed meanwhile."))


class NotTestedError(UserError):
    """Nobody got it as a test since it was last changed."""

    def __init__(self) -> None:
        super().__init__(N_("Send it to yourself first, and read it. It has changed since."))


class LanguagesDifferError(UserError):
    """A subject without its text, or a text without its subject."""

    def __init__(self) -> None:
        super().__init__(N_("Write the subject and the text in the same languages."))


class NoAppealError(UserError):
    """It tells of an appeal, and none is named; or of none, and one is."""

    def __init__(self) -> None:
        super().__init__(N_("Choose the appeal that it tells of."))


class BadSourceError(UserError):
    """The word in its links cannot be one."""

    def __init__(self) -> None:
        super().__init__(N_("Use small letters, digits and hyphens for the word, 2 to 30 of them."))


class BadHourError(UserError):
    """It passed already, or lies years ahead."""

    def __init__(self) -> None:
        super().__init__(N_("Choose an hour that is still to come, within a year."))


class NobodyError(UserError):
    """No consent stands for what it asks."""

    def __init__(self) -> None:
        super().__init__(N_("Nobody would get it: nobody agreed to it whom the conditions fit."))


class EndedLinkError(GoneError):
    """She was erased, or the list of who got it."""

    def __init__(self) -> None:
        super().__init__(N_("This link is no longer needed: nothing more comes to you from it."))
