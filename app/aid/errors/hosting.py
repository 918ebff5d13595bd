"""What can go wrong on a host's own page, in the words she reads."""

from app.lib.errors import GoneError, NotFoundError, StaleError, TooManyError, UserError
from app.lib.text import N_


class NotNowError(StaleError):
    """What a button asks does not fit how the point or the round stands by now."""

    def __init__(self) -> None:
        super().__init__(N_("That is not possible as things stand now. Look at your page again."))


class PointEditedError(StaleError):
    """The point was changed after this page was made."""

    def __init__(self) -> None:
        super().__init__(
            N_("This was changed meanwhile. Look at it again; what you typed is still here.")
        )


class NoSuchBringerError(NotFoundError):
    """Nobody of that name wants to bring something to this point."""

    def __init__(self) -> None:
        super().__init__(N_("There is no such request."))


class NoSuchDropOffError(NotFoundError):
    """Nothing of that name was brought to this point."""

    def __init__(self) -> None:
        super().__init__(N_("There is no such entry."))


class WiderError(UserError):
    """More people would see where it is; somebody looks at that first."""

    def __init__(self) -> None:
        super().__init__(N_("To be shown to more people, write to the organisers."))


class HelperLinkEndedError(GoneError):
    """The host ended it, or the round is over."""

    def __init__(self) -> None:
        super().__init__(N_("This link has ended."))


class TooManyHelpersError(UserError):
    """More links than anybody keeps an eye on."""

    def __init__(self, most: int) -> None:
        super().__init__(
            N_("%(most)d helpers have a link already. End one before you make another."), most=most
        )


class AddressInMessageError(UserError):
    """Both stay hidden from each other, and nobody is led elsewhere."""

    def __init__(self) -> None:
        super().__init__(
            N_("Please leave out links, e-mail addresses and telephone numbers in messages.")
        )


class TellsWhereError(UserError):
    """A hidden address goes to those who were accepted, on their own page, and is noted."""

    def __init__(self) -> None:
        super().__init__(
            N_("Please do not write where it is: whoever you say yes to sees it on her own page.")
        )


class TooManyPointMessagesError(TooManyError):
    """Nobody is to be flooded."""

    def __init__(self) -> None:
        super().__init__(N_("Those are many messages for one day. Please wait until tomorrow."))


class NobodyToWriteToError(StaleError):
    """She took her wish back, was declined, or it lies too far back."""

    def __init__(self) -> None:
        super().__init__(N_("This person does not come any more, so we cannot pass this on."))


class SameMailboxError(UserError):
    """The address she typed is the one she has."""

    def __init__(self) -> None:
        super().__init__(N_("That is the address we have."))


class NothingLeftError(UserError):
    """There is nothing to hand on."""

    def __init__(self) -> None:
        super().__init__(N_("Nothing lies here, as far as we know."))


class ReasonMissingError(UserError):
    """Whatever is thrown away says why."""

    def __init__(self) -> None:
        super().__init__(N_("Say in a few words why."))


class NoSuchPointNearError(UserError):
    """The chosen point is closed, full or of another round."""

    def __init__(self) -> None:
        super().__init__(N_("Choose one of the points that are named."))
