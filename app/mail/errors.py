"""Why a mail could not be handed over."""

from app.lib.bounces import BounceKind


class MailHeaderError(ValueError):
    """An address or a name that would break out of its header line."""


class TemporaryMailError(Exception):
    """The server may take it later; the text holds no address.

    `slows` says that it asked for patience: all that is written to many rests for a while.
    """

    def __init__(self, text: str, *, slows: bool = False) -> None:
        self.slows = slows
        super().__init__(text)


class MailServerAwayError(TemporaryMailError):
    """The server could not be reached, or would not talk to us at all."""


class PermanentMailError(Exception):
    """The server will never take it; the text holds no address.

    `bounce` says why, where it is the address or the mail that is refused and not we.
    """

    def __init__(self, text: str, *, bounce: BounceKind | None = None) -> None:
        self.bounce = bounce
        super().__init__(text)
