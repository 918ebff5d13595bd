"""What can be wrong with an event on its way to the public, in the words the organiser reads."""

from __future__ import annotations

from app.lib.errors import GoneError, NotFoundError, StaleError, UserError
from app.lib.text import N_


class EventNotFoundError(NotFoundError):
    """There is no such event, or not for this reader."""

    def __init__(self) -> None:
        super().__init__(N_("We could not find that event."))


class EventGoneError(GoneError):
    """The event was taken back."""

    def __init__(self) -> None:
        super().__init__(N_("This event was taken back by whoever called it."))


class EventHiddenError(GoneError):
    """The event is out of sight until somebody looked at it."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "This event is not shown at the moment: we are checking what it says. "
                "Please come back later."
            )
        )


class EventMovedError(UserError):
    """The event has another address now, or another event stands for it."""

    status = 301

    def __init__(self, slug: str) -> None:
        self.slug = slug
        super().__init__(N_("This event has another address now."))


class StaleEventError(StaleError):
    """Somebody else saved the event after this page was made."""


class ContentError(UserError):
    """Something that was typed cannot be kept; `part` names where it was typed."""

    part: str | None = None


class TextTooLongError(ContentError):
    """Nobody reads that much there."""

    def __init__(self, part: str, limit: int) -> None:
        self.part = part
        super().__init__(N_("Please shorten this to %(limit)d characters."), limit=limit)


class NoTitleError(ContentError):
    """It must be called something."""

    part = "title"

    def __init__(self) -> None:
        super().__init__(N_("Give the event a title."))


class NoEventPictureTextError(ContentError):
    """People who cannot see the picture must be told what it shows."""

    part = "picture_alt"

    def __init__(self) -> None:
        super().__init__(N_("Say what the picture shows."))


class BadEventSlugError(ContentError):
    """The address cannot be one."""

    part = "slug"

    def __init__(self) -> None:
        super().__init__(
            N_("Use small Latin letters, digits and single hyphens, like vigil-in-walthamstow.")
        )


class EventSlugTakenError(ContentError):
    """Another event has, or had, this address."""

    part = "slug"

    def __init__(self) -> None:
        super().__init__(N_("Another event has this address already, or had it once."))


class NoPlaceError(ContentError):
    """People can only come to a place."""

    part = "locality"

    def __init__(self) -> None:
        super().__init__(N_("Say where it is: at least the town and the country."))


class NoRoomAddressError(ContentError):
    """People can only join an online event where it is."""

    part = "online_url"

    def __init__(self) -> None:
        super().__init__(N_("Enter the address at which people join online."))


class NoReleaseTimeError(ContentError):
    """A place that is shown later is shown at a moment."""

    part = "released_on"

    def __init__(self) -> None:
        super().__init__(N_("Say from when the place is shown to everybody."))


class ReleaseTooLateError(ContentError):
    """People must learn where it is before it ends."""

    part = "released_on"

    def __init__(self) -> None:
        super().__init__(N_("The place must be shown before the event is over."))


class NoExternalAddressError(ContentError):
    """People cannot say that they come on a page that nobody named."""

    part = "external_url"

    def __init__(self) -> None:
        super().__init__(N_("Enter the address of the page where people say that they come."))


class OutOfRangeError(ContentError):
    """A number that makes no sense there."""

    def __init__(self, part: str, least: int, most: int) -> None:
        self.part = part
        super().__init__(
            N_("Enter a whole number from %(least)d to %(most)d."), least=least, most=most
        )


class ForeignLinkError(ContentError):
    """What the event shall belong to is not the group's."""

    def __init__(self, part: str) -> None:
        self.part = part
        super().__init__(N_("Choose one of your group's own."))


class TooManyPartsError(ContentError):
    """A programme that nobody can take in."""

    def __init__(self, limit: int) -> None:
        super().__init__(N_("A programme has at most %(limit)d parts."), limit=limit)


class WrongStateError(UserError):
    """The event does not stand where this could be done to it."""

    def __init__(self) -> None:
        super().__init__(
            N_("That cannot be done to this event as it stands. Look at how it stands now.")
        )


class EventOverError(UserError):
    """It is over; what happened cannot be moved."""

    def __init__(self) -> None:
        super().__init__(N_("This event is over. What took place can only be reported on."))


class NewTimeOverError(ContentError):
    """Nothing can be moved to what is gone by."""

    part = "starts_on"

    def __init__(self) -> None:
        super().__init__(N_("That time is over already."))


class NoNewTimeError(ContentError):
    """Moving an event to the time it has moves nothing."""

    part = "starts_on"

    def __init__(self) -> None:
        super().__init__(N_("That is the time it has already. Enter the new one."))


class BadNumberError(ContentError):
    """What was typed is no telephone number."""

    part = "phone"

    def __init__(self) -> None:
        super().__init__(N_("Enter a telephone number people can ring, like 020 7946 0000."))


class CheckedLaterError(ContentError):
    """Nobody has rung it on a day that has not come."""

    part = "checked_on"

    def __init__(self) -> None:
        super().__init__(N_("Enter the day on which somebody rang it; it cannot be to come."))


class NoOccurrenceError(ContentError):
    """A rule that never comes true."""

    part = "until"

    def __init__(self) -> None:
        super().__init__(N_("With these dates the event would not come again."))


class BadRuleError(ContentError):
    """A rule that nobody could follow."""

    def __init__(self, part: str, sentence: str) -> None:
        self.part = part
        super().__init__(sentence)
