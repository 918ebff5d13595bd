"""What can be wrong with what is written down about somebody."""

from app.lib.errors import NotFoundError, StaleError, UserError
from app.lib.text import N_


class SupporterNotFoundError(NotFoundError):
    """No such supporter, or none of these groups knows her."""

    def __init__(self) -> None:
        super().__init__(N_("We know nobody of this kind."))


class StaleSupporterError(StaleError):
    """Somebody else changed her meanwhile."""


class AddressKnownError(UserError):
    """Somebody with this address is known already."""

    def __init__(self) -> None:
        super().__init__(N_("Somebody with this address is known already."))


class NotAskedError(UserError):
    """Nothing says how somebody agreed."""

    def __init__(self) -> None:
        super().__init__(N_("Choose how she told you."))


class BadTagError(UserError):
    """A tag without a word, or a very long one."""

    def __init__(self) -> None:
        super().__init__(N_("Enter a tag of one to 40 letters."))


class SamePersonError(UserError):
    """Two rows are one person already, or one row was chosen twice."""

    def __init__(self) -> None:
        super().__init__(N_("These are one person already."))


class MergeGoneError(UserError):
    """A merge was taken back already."""

    def __init__(self) -> None:
        super().__init__(N_("That was taken back already."))
