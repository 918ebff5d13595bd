"""What can go wrong with vans and what they fetch, in the words of whoever caused it."""

from app.lib.errors import StaleError, UserError
from app.lib.text import N_


class NothingToFetchError(UserError):
    """Neither a bag nor a box."""

    def __init__(self) -> None:
        super().__init__(N_("Say how many bags or boxes are to be fetched, at least one."))


class AbsurdAmountError(UserError):
    """Less than nothing, or more than any place holds."""

    def __init__(self, bags: int, boxes: int) -> None:
        super().__init__(
            N_("From nothing to %(bags)d bags and %(boxes)d boxes. Check what you typed."),
            bags=bags,
            boxes=boxes,
        )


class VanOnItsWayError(UserError):
    """The driver has the sheet already."""

    def __init__(self) -> None:
        super().__init__(N_("A van is already sent to fetch it. Please ring us instead."))


class PickupOverError(UserError):
    """It was fetched or taken back."""

    def __init__(self) -> None:
        super().__init__(N_("This was fetched or taken back already."))


class RunClosedError(UserError):
    """What is asked of a run does not fit how it stands."""

    def __init__(self) -> None:
        super().__init__(N_("That cannot be done with this run any more. Look at how it stands."))


class StaleRunError(StaleError):
    """Somebody else moved its stops meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            N_("Somebody else changed this run meanwhile. Here it is as it stands now.")
        )


class PlanBrokenError(UserError):
    """The checker found something wrong with the order."""

    def __init__(self) -> None:
        super().__init__(
            N_("This plan cannot be driven as it is. What is wrong stands beside the stops.")
        )


class VehicleBusyError(UserError):
    """One van cannot be in two places."""

    def __init__(self) -> None:
        super().__init__(N_("This vehicle drives another run at that time. Choose another one."))


class NoStopsError(UserError):
    """A van that goes nowhere."""

    def __init__(self) -> None:
        super().__init__(N_("This run has no stop. Take at least one in."))


class PlannedElsewhereError(UserError):
    """Another van fetches it."""

    def __init__(self) -> None:
        super().__init__(N_("Another run fetches this already. Take it out there first."))


class ShiftTimesError(UserError):
    """The driver's shift ends before it begins, or lasts longer than a day."""

    def __init__(self) -> None:
        super().__init__(
            N_("A driver’s shift lasts from half an hour to sixteen hours. Check its times.")
        )


class BeforeRoundError(UserError):
    """Nothing was there to be fetched."""

    def __init__(self) -> None:
        super().__init__(N_("That lies before the beginning of the round."))


class ShiftTimeMissingError(UserError):
    """The clocks go forward over that time."""

    def __init__(self) -> None:
        super().__init__(
            N_("The clocks change that night, and this time does not exist. Choose another.")
        )


class VehicleNameTakenError(UserError):
    """Two vans of one name cannot be told apart."""

    def __init__(self) -> None:
        super().__init__(N_("The group has a vehicle of this name already."))


class ResultNeedsReasonError(UserError):
    """Whatever was not fetched says why."""

    def __init__(self) -> None:
        super().__init__(N_("Say in a few words why not everything was fetched."))


class ResultNeedsCountError(UserError):
    """Something was fetched, and nobody says how much."""

    def __init__(self) -> None:
        super().__init__(N_("Count the bags and boxes that were taken."))


class ResultHasCountError(UserError):
    """Nothing was fetched, and yet something was counted."""

    def __init__(self) -> None:
        super().__init__(
            N_("Nothing was taken from there, and yet bags or boxes are counted. Choose one.")
        )


class ResultsMissingError(UserError):
    """Some stops have no result yet."""

    def __init__(self) -> None:
        super().__init__(N_("Enter first what happened at every stop."))
