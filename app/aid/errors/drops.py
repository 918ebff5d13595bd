"""What can go wrong with rounds of collecting, their lists and their states."""

from __future__ import annotations

from typing import Final

from app.aid.rules.drops import Lack
from app.lib.errors import NotFoundError, StaleError, UserError
from app.lib.text import N_


class DropNotFoundError(NotFoundError):
    """There is none at this address, or not for this reader."""

    def __init__(self) -> None:
        super().__init__(N_("We could not find this round of collecting."))


class StaleDropError(StaleError):
    """Somebody else saved it after this page was made."""


class BadDropSlugError(UserError):
    """The address could not be typed."""

    def __init__(self) -> None:
        super().__init__(N_("Use small letters, digits and hyphens for the address."))


class DropSlugTakenError(UserError):
    """The address is somebody else's."""

    def __init__(self) -> None:
        super().__init__(N_("Another page has this address already. Choose another."))


class DropDaysCrossedError(UserError):
    """A last day comes before its first, or far behind it."""

    def __init__(self, part: str, days: int) -> None:
        super().__init__(
            N_("The last day comes after the first, at most %(days)d days later."), days=days
        )
        self.part = part


class NoPictureWordsError(UserError):
    """A picture that nobody describes is none for people who cannot see it."""

    def __init__(self) -> None:
        super().__init__(N_("Say what the picture shows, for people who cannot see it."))


class ForeignDropLinkError(UserError):
    """What it is to belong to is another group's."""

    def __init__(self, part: str) -> None:
        super().__init__(N_("That belongs to another group."))
        self.part = part


class DropArchivedError(UserError):
    """It was put away."""

    status = 409

    def __init__(self) -> None:
        super().__init__(N_("Nothing changes in it any more; its page stays."))


class DropMoveError(UserError):
    """A round cannot go from where it stands to there; nothing was changed."""

    status = 409

    def __init__(self) -> None:
        super().__init__(N_("It cannot go from where it stands to there. Nothing was changed."))


class DropLacksError(UserError):
    """Something is missing before a round may go on; nothing was changed."""

    def __init__(self, lack: Lack) -> None:
        super().__init__(LACK_SENTENCES[lack])
        self.lack = lack


#: What is said where something is missing.
LACK_SENTENCES: Final = {
    Lack.LIVE_POINT: N_("Before it opens, at least one collection point must be on the site."),
    Lack.WANTED_ITEM: N_("Before it opens, at least one thing on the list must be wanted."),
    Lack.RUN_DONE: N_("A van's day is not finished. Enter its results or cancel it first."),
    Lack.REPORT: N_("Write what became of it first."),
    Lack.NOTE: N_("Say why it is called off; everybody can read it."),
}
