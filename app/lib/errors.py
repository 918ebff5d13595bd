"""Errors that were expected, each with the sentence that the person in front of the page reads."""

from typing import ClassVar

from app.lib.text import N_


class UserError(Exception):
    """A refusal that is explained to the person who caused it.

    `sentence` is a message id for gettext with %(name)s places, `params` fills them.
    """

    status: ClassVar[int] = 422

    def __init__(self, sentence: str, **params: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.params = params

    def __str__(self) -> str:
        return self.sentence % self.params if self.params else self.sentence


class NotFoundError(UserError):
    """There is no such thing here, or not for this reader."""

    status = 404

    def __init__(self, sentence: str = N_("We could not find that."), **params: object) -> None:
        super().__init__(sentence, **params)


class GoneError(UserError):
    """It was here and will not come back."""

    status = 410

    def __init__(self, sentence: str = N_("That is no longer here."), **params: object) -> None:
        super().__init__(sentence, **params)


class StaleError(UserError):
    """Somebody else changed the row after this page was made."""

    status = 409

    def __init__(
        self,
        sentence: str = N_("Somebody else changed this while you were working on it."),
        **params: object,
    ) -> None:
        super().__init__(sentence, **params)


class ForbiddenError(UserError):
    """The reader is known and may not do this."""

    status = 403

    def __init__(self, sentence: str = N_("You may not do that."), **params: object) -> None:
        super().__init__(sentence, **params)


class TooManyError(UserError):
    """The same was asked too often in too short a time."""

    status = 429

    def __init__(
        self,
        sentence: str = N_("That was tried too often. Please wait a few minutes and try again."),
        **params: object,
    ) -> None:
        super().__init__(sentence, **params)


class UnavailableError(UserError):
    """Something outside, or the database, did not answer in time; trying again later may help."""

    status = 503

    def __init__(
        self,
        sentence: str = N_("That does not work just now. Please try again in a few minutes."),
        **params: object,
    ) -> None:
        super().__init__(sentence, **params)
