"""What can go wrong with days of action and their toolkit."""

from app.events.rules.mobilisations import LARGEST_FILE, LONGEST, TOOLKIT_ITEMS
from app.lib.errors import NotFoundError, StaleError, UserError
from app.lib.text import N_


class MobilisationNotFoundError(NotFoundError):
    """There is none at this address, or not for this reader."""

    def __init__(self) -> None:
        super().__init__(N_("We could not find this day of action."))


class StaleMobilisationError(StaleError):
    """Somebody else saved it after this page was made."""


class SlugTakenError(UserError):
    """The address is somebody else's."""

    def __init__(self) -> None:
        super().__init__(N_("Another page has this address already. Choose another."))


class BadSlugError(UserError):
    """The address could not be typed."""

    def __init__(self) -> None:
        super().__init__(N_("Use small letters, digits and hyphens for the address."))


class DaysCrossedError(UserError):
    """The last day comes before the first, or far behind it."""

    def __init__(self) -> None:
        super().__init__(
            N_("The last day comes after the first, at most %(days)d days later."),
            days=LONGEST.days,
        )


class DaysWithEventsError(UserError):
    """Local events would be left outside."""

    def __init__(self, count: int) -> None:
        super().__init__(
            N_("%(count)d local events are on a day that would no longer belong to it."),
            count=count,
        )


class NoPictureWordsError(UserError):
    """A picture that nobody describes is none for people who cannot see it."""

    def __init__(self) -> None:
        super().__init__(N_("Say what the picture shows, for people who cannot see it."))


class FileTooLargeError(UserError):
    """More bytes than we keep."""

    def __init__(self) -> None:
        super().__init__(
            N_("The file is larger than %(megabytes)d MB. Make it smaller, or link to it."),
            megabytes=LARGEST_FILE // 2**20,
        )


class BadFileError(UserError):
    """None of the kinds that are kept, whatever its name says."""

    def __init__(self) -> None:
        super().__init__(N_("The file is not a PDF, PNG, JPEG or WebP that we can read."))


class LinkOrFileError(UserError):
    """Both or neither."""

    def __init__(self) -> None:
        super().__init__(N_("Give either a link or a file."))


class ToolkitFullError(UserError):
    """More than anybody looks through."""

    def __init__(self) -> None:
        super().__init__(
            N_("A toolkit holds at most %(count)d things. Take something out first."),
            count=TOOLKIT_ITEMS,
        )
