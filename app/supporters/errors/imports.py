"""What can be wrong with a file of people."""

from app.lib.errors import NotFoundError, StaleError, UserError
from app.lib.text import N_


class PeopleFileError(UserError):
    """The file cannot be taken."""


class NoFileError(PeopleFileError):
    """No file was chosen."""

    def __init__(self) -> None:
        super().__init__(N_("Choose a file."))


class UnreadableFileError(PeopleFileError):
    """It is no text with columns."""

    def __init__(self) -> None:
        super().__init__(N_("We cannot read that file. Save it as CSV and try again."))


class EmptyFileError(PeopleFileError):
    """It holds nobody."""

    def __init__(self) -> None:
        super().__init__(N_("There is nobody in that file."))


class NoHeadingError(PeopleFileError):
    """Its first line is a person already."""

    def __init__(self) -> None:
        super().__init__(N_("The first line must name the columns."))


class TooManyLinesError(PeopleFileError):
    """It is too long to be looked over at once."""

    def __init__(self, most: int) -> None:
        super().__init__(
            N_("That file has more than %(most)s lines. Bring it in in parts."), most=most
        )


class NoEmailColumnError(UserError):
    """Nobody is known without an address."""

    def __init__(self) -> None:
        super().__init__(N_("Choose the column with the e-mail addresses."))


class NoImportSourceError(UserError):
    """Nothing says where these people agreed."""

    def __init__(self) -> None:
        super().__init__(N_("Say where and to what these people said yes."))


class ImportNotFoundError(NotFoundError):
    """No such import, or not of one's group."""

    def __init__(self) -> None:
        super().__init__(N_("We could not find that."))


class StaleImportError(StaleError):
    """It was brought in, put away or read otherwise meanwhile."""
