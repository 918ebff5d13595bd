"""What can go wrong with shifts, in the words of whoever caused it."""

from app.lib.errors import GoneError, TooManyError, UserError
from app.lib.text import N_


class ShiftLengthError(UserError):
    """It ends before it begins, or lasts days."""

    def __init__(self) -> None:
        super().__init__(N_("A shift lasts from a quarter of an hour to a day. Check its times."))


class ShiftFarOffError(UserError):
    """Its day is not that of the event."""

    def __init__(self) -> None:
        super().__init__(
            N_("A shift lies within three days of the event. Check the day you typed.")
        )


class ShiftTimeMissingError(UserError):
    """The clocks go forward over that time."""

    def __init__(self) -> None:
        super().__init__(
            N_("The clocks change that night, and this time does not exist. Choose another.")
        )


class ManyShiftsError(UserError):
    """More shifts than anybody can read."""

    def __init__(self) -> None:
        super().__init__(N_("That is more shifts than fit one event. Make fewer, longer ones."))


class NoShiftChosenError(UserError):
    """The form came without any."""

    def __init__(self) -> None:
        super().__init__(N_("Tick at least one shift."))


class ShiftClosedError(UserError):
    """Over, or of an event that does not take place, or taken away meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            N_("One of these shifts can no longer be taken. Look at the list and choose again.")
        )


class ShiftsOverlapError(UserError):
    """Nobody is in two places."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(
            N_("Two of these shifts are at the same time: %(first)s and %(second)s. Keep one."),
            first=first,
            second=second,
        )


class HasShiftThenError(UserError):
    """Said to organisers alone: a visitor learns nothing about anybody's shifts."""

    def __init__(self) -> None:
        super().__init__(N_("She has another shift of this event at that time."))


class HasThisShiftError(UserError):
    """Said to organisers alone."""

    def __init__(self) -> None:
        super().__init__(N_("She has this shift already."))


class ShiftOfOtherEventError(UserError):
    """People move between the shifts of one event."""

    def __init__(self) -> None:
        super().__init__(N_("Choose another shift of this event."))


class HelperNotAdultError(UserError):
    """Shifts are work with duties."""

    def __init__(self) -> None:
        super().__init__(N_("Shifts are for people who are 18 or older. Please tick the box."))


class TooManySignupsError(TooManyError):
    """One network took more than people in one place do."""

    def __init__(self) -> None:
        super().__init__(
            N_("Very many shifts were taken from here today. Please write to us instead.")
        )


class ShiftLinkEndedError(GoneError):
    """The event lies back, and who helped was deleted."""

    def __init__(self) -> None:
        super().__init__(N_("This link has ended: the event is over, and we keep no list of it."))
