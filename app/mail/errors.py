"""Why a mail could not be handed over."""


class MailHeaderError(ValueError):
    """An address or a name that would break out of its header line."""


class TemporaryMailError(Exception):
    """The server may take it later; the text holds no address."""


class MailServerAwayError(TemporaryMailError):
    """The server could not be reached, or would not talk to us at all."""


class PermanentMailError(Exception):
    """The server will never take it; the text holds no address."""
