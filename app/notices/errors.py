"""What can be wrong about hearing of what waits."""

from __future__ import annotations

from app.lib.errors import UserError
from app.lib.text import N_, isolate


class LastHearerError(UserError):
    """Urgent things would reach nobody; `kinds` are the ones she may not silence."""

    def __init__(self, kinds: list[str]) -> None:
        super().__init__(
            N_(
                "This is urgent, and nobody else in your group hears of it. "
                "Choose at once or once a day, or ask somebody else to hear of it first."
            )
        )
        self.kinds = kinds


class InHandError(UserError):
    """Somebody else was faster."""

    def __init__(self, name: str) -> None:
        super().__init__(N_("%(name)s is on it already."), name=isolate(name))
