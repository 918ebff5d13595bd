"""What can go wrong with offers, reports and decisions about them."""

from app.lib.errors import GoneError, NotFoundError, StaleError, TooManyError, UserError
from app.lib.text import N_


class OffersClosedError(UserError):
    """Nobody may offer a local event of this day now."""

    def __init__(self) -> None:
        super().__init__(N_("Local events of this day can no longer be offered here."))


class NotAdultHostError(UserError):
    """Hosting is for adults."""

    def __init__(self) -> None:
        super().__init__(N_("Only people who are 18 or older can host an event."))


class DayOutsideError(UserError):
    """The event would be on another day than the mobilisation."""

    def __init__(self) -> None:
        super().__init__(N_("Choose a day of the mobilisation."))


class HostLinkEndedError(GoneError):
    """The link was replaced, or the event lies too far back."""

    def __init__(self) -> None:
        super().__init__(N_("This link has ended."))


class OfferNotFoundError(NotFoundError):
    """There is no such offer, or not for this organiser."""

    def __init__(self) -> None:
        super().__init__(N_("There is no such offer."))


class DecidedError(StaleError):
    """Somebody else decided, or the host changed it, after this page was made."""

    def __init__(self) -> None:
        super().__init__(
            N_("Somebody changed or decided this meanwhile. Look at it again before you decide.")
        )


class NotCheckedError(UserError):
    """Nothing is shown before somebody says how it was checked."""

    def __init__(self) -> None:
        super().__init__(N_("Say how you made sure of it. Nothing is shown without that."))


class NoReasonError(UserError):
    """The host is told why."""

    def __init__(self) -> None:
        super().__init__(N_("Say why, so that the host can be told."))


class OfferOverError(UserError):
    """It would be public after it was over."""

    def __init__(self) -> None:
        super().__init__(N_("This event would be over already."))


class NotMergeableError(UserError):
    """These two cannot become one."""

    def __init__(self) -> None:
        super().__init__(
            N_("Choose another event that is public or waits, and is not merged itself.")
        )


class NotUndoableError(UserError):
    """What was done lies too far back, or something else came after it."""

    def __init__(self) -> None:
        super().__init__(N_("This cannot be undone any more."))


class NoAddressError(UserError):
    """There is no mailbox to write to."""

    def __init__(self) -> None:
        super().__init__(N_("This host left no e-mail address."))


class TooManyOffersError(TooManyError):
    """One network offered very often."""

    def __init__(self) -> None:
        super().__init__(
            N_("Very many events were offered from here today. Please try again tomorrow.")
        )


class AddressInWordsError(UserError):
    """What goes out without a look leads nowhere."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Please leave out links, e-mail addresses and telephone numbers here. "
                "To add one, change your event: an organiser looks at it first."
            )
        )


class TooManyMessagesError(TooManyError):
    """Those who come would stop reading."""

    def __init__(self) -> None:
        super().__init__(
            N_("You have written to everybody several times today. Wait until tomorrow.")
        )
