"""What can go wrong with members, in the words people read."""

from app.lib.errors import GoneError, NotFoundError, StaleError, TooManyError
from app.lib.text import N_


class MemberNotFoundError(NotFoundError):
    """No member has this name, or not for this reader."""


class CannotJoinError(NotFoundError):
    """A partner takes its members on its own site."""

    def __init__(self) -> None:
        super().__init__(N_("This group takes its members on its own site."))


class JoinLinkEndedError(GoneError):
    """The asking was answered, or nobody answered it in time."""


class MemberLinkEndedError(GoneError):
    """The link was renewed, or what it led to is forgotten."""


class TooManyJoinsError(TooManyError):
    """One network leaves one address after another."""


class AskedAnewError(StaleError):
    """Somebody asked again for the same address while this page was open."""

    def __init__(self) -> None:
        super().__init__(
            N_("This was changed while the page was open. Please look it over once more.")
        )


class StaleMemberError(StaleError):
    """Somebody else changed what is known of a member."""

    def __init__(self) -> None:
        super().__init__(
            N_("Somebody else changed this while you were editing. Nothing was overwritten.")
        )
