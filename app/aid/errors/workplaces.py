"""What can go wrong with collections at work."""

from datetime import date

from app.aid.rules.workplaces import LONGEST_DAYS, DateProblem
from app.lib.errors import GoneError, NotFoundError, StaleError, TooManyError, UserError
from app.lib.text import N_


class WorkplaceNotFoundError(NotFoundError):
    """There is no such collection, or not for this organiser."""

    def __init__(self) -> None:
        super().__init__(N_("There is no such workplace collection."))


class WorkplaceLinkEndedError(GoneError):
    """The link was replaced, or what we knew of the steward is deleted."""

    def __init__(self) -> None:
        super().__init__(N_("This link has ended."))


class WorkplacesClosedError(UserError):
    """The round takes no new collections at work."""

    def __init__(self) -> None:
        super().__init__(N_("This round takes no new workplace collections now."))


class TooManyWorkplacesError(TooManyError):
    """One network signed up very many."""

    def __init__(self) -> None:
        super().__init__(
            N_("Very many collections were signed up from here today. Please try again tomorrow.")
        )


class WorkplaceChangedError(StaleError):
    """It stands differently by now."""

    def __init__(self) -> None:
        super().__init__(N_("This has changed meanwhile. Here is how it stands now."))


class NotTakingError(UserError):
    """The point cannot take it: full, closed, not shown, or of another round."""

    status = 409

    def __init__(self) -> None:
        super().__init__(N_("This collection point takes no more just now. Choose another one."))


class NothingCountedError(UserError):
    """A hand-over of nothing is none."""

    def __init__(self) -> None:
        super().__init__(N_("Say how many bags, boxes or kilos it was."))


class AbsurdCountError(UserError):
    """Nobody can carry that."""

    def __init__(self) -> None:
        super().__init__(N_("That is more than a lorry holds. Please check the figures."))


class NoAddressError(UserError):
    """There is no mailbox to write to."""

    def __init__(self) -> None:
        super().__init__(N_("This steward left no e-mail address."))


_DATE_SENTENCES = {
    DateProblem.ENDS_BEFORE: N_("The last day is before the first one."),
    DateProblem.OVER: N_("This collection would be over already."),
    DateProblem.TOO_LONG: N_("Please choose at most %(days)d days."),
    DateProblem.TOO_LATE: N_("The round takes things until %(day)s. End on that day or before."),
    DateProblem.BRINGS_BEFORE: N_("You cannot bring it before you began to collect."),
    DateProblem.BRINGS_LATE: N_("The round takes things until %(day)s. Bring it by then."),
}
#: At which field of a form a problem belongs.
_DATE_PARTS = {DateProblem.BRINGS_BEFORE: "bring_on", DateProblem.BRINGS_LATE: "bring_on"}


class WorkplaceDatesError(UserError):
    """The days cannot be; `part` says at which field."""

    def __init__(self, problem: DateProblem, *, closes_on: date) -> None:
        self.part = _DATE_PARTS.get(problem, "until_on")
        self.closes_on = closes_on
        super().__init__(
            _DATE_SENTENCES[problem], days=LONGEST_DAYS - 1, day=f"{closes_on:%d.%m.%Y}"
        )
