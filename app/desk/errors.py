"""What can be wrong where a group and its funds meet."""

from __future__ import annotations

from app.lib.errors import UserError
from app.lib.text import N_


class GroupHasCharityFundError(UserError):
    """Charity money stays with a charity."""

    def __init__(self) -> None:
        super().__init__(N_("This group has a fund of charity money, so it stays a charity."))
