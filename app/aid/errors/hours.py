"""What cannot be right about opening hours, in the words of whoever typed them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.aid.rules.hours_check import Problem, ProblemKind
from app.lib.errors import UserError
from app.lib.text import N_

SENTENCES: Final[Mapping[ProblemKind, str]] = {
    ProblemKind.TIME_MISSING: N_("Say from when to when it is open."),
    ProblemKind.OVERLAP: N_("These hours overlap with others of the same day."),
    ProblemKind.OPEN_AND_CLOSED: N_("One line says open and another says closed on the same day."),
    ProblemKind.ENDS_BEFORE_IT_BEGINS: N_("The last day comes before the first."),
    ProblemKind.OUTSIDE: N_("That lies outside the days on which the point takes things in."),
    ProblemKind.NEVER_OPENS: N_(
        "With these hours it never opens. Enter at least one day with its hours."
    ),
    ProblemKind.TOO_MANY: N_("These are too many lines. Put days with the same hours together."),
}


class HoursError(UserError):
    """The hours of a point cannot be right."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(SENTENCES[problem.kind])
