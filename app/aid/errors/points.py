"""What can go wrong with collection points, in the words the visitor or organiser reads."""

from app.lib.errors import GoneError, NotFoundError, StaleError, TooManyError, UserError
from app.lib.text import N_


class PointNotFoundError(NotFoundError):
    """There is no such point, or not for this reader."""

    def __init__(self) -> None:
        super().__init__(N_("There is no such collection point."))


class PointMoveError(StaleError):
    """What is asked of a point does not fit how it stands."""

    def __init__(self) -> None:
        super().__init__(
            N_("That cannot be done with this point as it stands now. Look at it again.")
        )


class PointChangedError(StaleError):
    """Somebody else decided or changed it after this page was made."""

    def __init__(self) -> None:
        super().__init__(
            N_("Somebody changed or decided this meanwhile. Look at it again before you decide.")
        )


class PointsClosedError(UserError):
    """Nobody may offer a point for this round now."""

    def __init__(self) -> None:
        super().__init__(N_("This round takes no more collection points."))


class PointError(UserError):
    """Something that was said of a point cannot be; `part` names its field."""

    part: str = ""


class NotAdultPointHostError(PointError):
    """Hosting is for adults."""

    part = "is_adult"

    def __init__(self) -> None:
        super().__init__(N_("Only people who are 18 or older can host a collection point."))


class HomeNotPublicError(PointError):
    """A home is shown to everybody only where its host says so herself."""

    part = "is_home_public"

    def __init__(self) -> None:
        super().__init__(
            N_("A home is shown to everybody only if you tick that you want it. Choose otherwise.")
        )


class LicenceNeededError(PointError):
    """From house to house needs a licence."""

    part = "licence_number"

    def __init__(self) -> None:
        super().__init__(
            N_("Collecting from door to door needs a licence. Enter its number, or leave it out.")
        )


class NothingTakenError(PointError):
    """A point that takes nothing."""

    part = "items"

    def __init__(self) -> None:
        super().__init__(N_("Choose at least one thing that the point takes."))


class NotTakenHereError(PointError):
    """Medicines, or things that are no longer on the list."""

    part = "items"

    def __init__(self) -> None:
        super().__init__(N_("Choose among the things that this round wants."))


class BoxesError(PointError):
    """Nothing fits, or more than anywhere."""

    part = "max_boxes"

    def __init__(self, most: int) -> None:
        super().__init__(N_("Enter how many boxes fit, from 1 to %(most)d."), most=most)


class PointDaysError(PointError):
    """The days of the point do not lie within the round."""

    part = "from_on"

    def __init__(self) -> None:
        super().__init__(N_("Choose days within the round, the last not before the first."))


class PointNameError(PointError):
    """A public place without a name."""

    part = "place_name"

    def __init__(self) -> None:
        super().__init__(N_("Say what people call the place."))


class NotCheckedPointError(PointError):
    """Nothing is approved before somebody says how it was checked."""

    part = "how"

    def __init__(self) -> None:
        super().__init__(N_("Say how you made sure of it. Nothing is shown without that."))


class HomeCheckError(PointError):
    """For a home, a call is not enough."""

    part = "how"

    def __init__(self) -> None:
        super().__init__(
            N_("For a home: you know the person, somebody was there, or a posted code came back.")
        )


class CodeNotProvenError(PointError):
    """A posted code was chosen, and none came back."""

    part = "how"

    def __init__(self) -> None:
        super().__init__(N_("The posted code was not told back to us yet."))


class WrongCodeError(PointError):
    """Not the code that was posted."""

    part = "code"

    def __init__(self) -> None:
        super().__init__(N_("That is not the code in our letter. Please look at it again."))


class PointReasonError(PointError):
    """The host is told why."""

    part = "reason"

    def __init__(self) -> None:
        super().__init__(N_("Say why, so that the host can be told."))


class NoHostAddressError(UserError):
    """There is no mailbox to write to."""

    def __init__(self) -> None:
        super().__init__(N_("This host left no e-mail address."))


class HostLinkEndedError(GoneError):
    """The link was replaced, or the round is over."""

    def __init__(self) -> None:
        super().__init__(N_("This link has ended."))


class TooManyPointsError(TooManyError):
    """One network offered very often."""

    def __init__(self) -> None:
        super().__init__(
            N_("Very many points were offered from here today. Please try again tomorrow.")
        )
