"""What can go wrong when somebody says that she comes, in the words she reads."""

from __future__ import annotations

from app.events.rules.rsvps import Closed
from app.lib.errors import GoneError, TooManyError, UserError
from app.lib.text import N_

_CLOSED = {
    Closed.PAST: N_("This event is over."),
    Closed.CANCELLED: N_("This event is cancelled."),
    Closed.POSTPONED: N_("This event is postponed and has no new date yet."),
    Closed.BEGUN: N_("This event has begun. Come to the door and ask there."),
    Closed.EXTERNAL: N_("You say that you come to this event on another site."),
    Closed.NONE: N_("You need not say that you come to this event. Just come."),
    Closed.HIDDEN: N_("This event is not shown at the moment."),
}


class RsvpClosedError(UserError):
    """Nobody can say any more, or yet, that she comes."""

    status = 409

    def __init__(self, reason: Closed) -> None:
        super().__init__(_CLOSED[reason])
        self.reason = reason


class RsvpLinkEndedError(GoneError):
    """The link was replaced, or what it led to was deleted after the event."""

    def __init__(self) -> None:
        super().__init__(N_("This link has ended."))


class RsvpError(UserError):
    """Something of the form cannot be; `part` names its field."""

    part: str | None = None


class EmailNeededError(RsvpError):
    """Seats are confirmed by mail, or a place on the waiting list is offered by mail."""

    part = "email"

    def __init__(self) -> None:
        super().__init__(
            N_("Enter an e-mail address, like name@example.org: we confirm the place by mail.")
        )


class LineNeedsEmailError(RsvpError):
    """The room is full; a freed place is offered by mail."""

    part = "email"

    def __init__(self) -> None:
        super().__init__(
            N_("All seats are taken. With an e-mail address you go on the waiting list.")
        )


class PartyTooLargeError(RsvpError):
    """More people than one RSVP may bring."""

    part = "party_size"

    def __init__(self, limit: int) -> None:
        super().__init__(
            N_("You can bring up to %(limit)s people, yourself included."), limit=limit
        )


class UpdatesNeedEmailError(RsvpError):
    """News go by mail."""

    part = "email"

    def __init__(self) -> None:
        super().__init__(N_("Enter an e-mail address for the news, or leave the box empty."))


class FullError(RsvpError):
    """There are not so many seats."""

    part = "party_size"

    def __init__(self, free: int = 0) -> None:
        self.free = free
        if free == 1:
            super().__init__(N_("Only one seat is left."))
        elif free:
            super().__init__(N_("Only %(free)s seats are left."), free=free)
        else:
            super().__init__(N_("All seats are taken."))


class TooManySeatsError(RsvpError):
    """One address or one network holds as many seats as it may."""

    part = "party_size"

    def __init__(self) -> None:
        super().__init__(
            N_("From your address or your network, ten seats are taken already. ")
            + N_("If you share it with others, please write to us.")
        )


class CrowdedNetworkError(TooManyError):
    """From one network more people said that they come than fit into a day."""

    def __init__(self) -> None:
        super().__init__(
            N_("From your network very many people said today that they come. ")
            + N_("You can just come; you need not tell us.")
        )


class NotNowError(UserError):
    """It stands differently by now; the page shows how."""

    status = 409

    def __init__(self) -> None:
        super().__init__(N_("This has changed meanwhile. Here is how it stands now."))
