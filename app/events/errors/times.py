"""What can be wrong with a time, in the words the organiser reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.lib.errors import UserError
from app.lib.text import N_

if TYPE_CHECKING:
    from datetime import datetime


class TimeError(UserError):
    """The times of an event cannot be kept as they were typed.

    `part` says where the sentence belongs: at the start, the end or the zone.
    """

    part: str = "starts"


class UnknownZoneError(TimeError):
    """There is no such time zone."""

    part = "zone"

    def __init__(self, zone: str, near: str | None) -> None:
        self.near = near
        sentence = N_("There is no time zone called “%(zone)s”. Choose one like Europe/London.")
        if near is not None:
            sentence = N_("There is no time zone called “%(zone)s”. Did you mean %(near)s?")
        super().__init__(sentence, zone=zone[:64], near=near)


class NoSuchTimeError(TimeError):
    """The clocks go forward over it."""

    def __init__(self, local: datetime, next_valid: datetime, zone: str, part: str) -> None:
        self.part, self.next_valid = part, next_valid
        super().__init__(
            N_(
                "There is no %(typed)s in %(zone)s: the clocks go forward. "
                "The next time that exists is %(next)s."
            ),
            typed=_wall(local),
            zone=zone,
            next=_wall(next_valid),
        )


class TwiceTimeError(TimeError):
    """The clocks go back over it, and nobody said which of the two is meant."""

    def __init__(self, local: datetime, offsets: tuple[str, str], zone: str, part: str) -> None:
        self.part, self.offsets = part, offsets
        super().__init__(
            N_(
                "%(typed)s comes twice in %(zone)s, because the clocks go back. "
                "Say whether you mean the first (UTC%(first)s) or the second (UTC%(second)s)."
            ),
            typed=_wall(local),
            zone=zone,
            first=offsets[0],
            second=offsets[1],
        )


class EndsBeforeStartError(TimeError):
    """It would be over before it begins."""

    part = "ends"

    def __init__(self) -> None:
        super().__init__(N_("It ends before it starts. Check the days and times."))


class TooLongError(TimeError):
    """Nobody stays that long; somebody mistyped a year."""

    part = "ends"

    def __init__(self, days: int) -> None:
        super().__init__(
            N_("An event lasts at most %(days)d days. For more, make a series."), days=days
        )


class TimeOutOfReachError(TimeError):
    """A year that no clock counts to."""

    def __init__(self, part: str) -> None:
        self.part = part
        super().__init__(N_("Choose a day between 2000 and 2200."))


def _wall(local: datetime) -> str:
    return local.strftime("%Y-%m-%d %H:%M")
