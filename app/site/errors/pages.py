"""What can go wrong with standing pages."""

from app.lib.errors import StaleError, UserError
from app.lib.text import N_


class StalePageError(StaleError):
    """Somebody else saved the page in between."""


class PageTooLongError(UserError):
    """More than a page holds."""

    def __init__(self, limit: int) -> None:
        super().__init__(N_("Please use at most %(max)d characters."), max=limit)
