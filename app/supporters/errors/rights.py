"""What can go wrong when somebody asks about her data or complains, in the words she reads."""

from app.lib.errors import GoneError, UserError
from app.lib.text import N_


class DataLinkEndedError(GoneError):
    """The link was used, or it is more than a day old."""

    def __init__(self) -> None:
        super().__init__(N_("This link has ended. Ask for a new one; it comes at once."))


class AddressTakenError(UserError):
    """The new address belongs to another row: only an organiser joins the two."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            N_(
                "This address is known to us already. Write to us, and we put both together if "
                "both are yours."
            )
        )


class FormUsedError(UserError):
    """The form was sent before with other words."""

    status = 409

    def __init__(self) -> None:
        super().__init__(N_("This form was sent already. Please send it once more."))


class ComplaintMovedError(UserError):
    """The complaint stands elsewhere already."""

    status = 409

    def __init__(self) -> None:
        super().__init__(N_("Somebody else changed this while you were working on it."))


class NoAddressError(UserError):
    """Nobody can be written to."""

    def __init__(self) -> None:
        super().__init__(N_("There is no address to write to. Ring, or write by post."))
