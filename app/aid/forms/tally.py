"""The sheet on which the desk enters what was brought: somebody rang, or counted on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, StringField
from wtforms.validators import Length, Regexp

from app.aid.rules.tally import LINES_MOST, TallyError, TallyLine, TallyProblem, read_line
from app.lib import ids
from app.lib.text import N_, clean_line
from app.web.fields import required_text
from app.web.forms import DeskForm, LongForm

#: So many lines stand on the page, and so many more can be opened.
OPEN, MORE = 5, 15
REASON_LENGTH: Final = 200
NONCE: Final = r"[A-Za-z0-9_-]{16,64}\Z"
_LONGEST: Final = 240
_PARTS: Final = ("day", "bags", "boxes", "kg", "what")
SENTENCES: Final = {
    TallyProblem.DAY_MISSING: N_("Say on which day it was brought."),
    TallyProblem.NOT_A_DAY: N_("Enter a day, like 2026-11-22."),
    TallyProblem.DAY_TO_COME: N_("That lies in the future. Say when it really happened."),
    TallyProblem.DAY_LONG_AGO: N_("That lies before the beginning of the round."),
    TallyProblem.NOT_A_COUNT: N_("Enter a whole number, like 12."),
    TallyProblem.NOT_A_WEIGHT: N_("Enter the weight in kilograms, like 12 or 7.5."),
    TallyProblem.TOO_MUCH: N_("That cannot be the right amount. Please look at the numbers again."),
    TallyProblem.NOTHING: N_("Say how many bags, boxes or kilograms."),
    TallyProblem.TOO_LONG: N_("Say it in fewer words."),
}


@dataclass
class Line:
    """One line as it stands on the page."""

    #: What the names of its inputs begin with.
    name: str
    typed: dict[str, str] = field(default_factory=dict)
    error: str = ""

    def get(self, part: str) -> str:
        """What was typed."""
        return self.typed.get(part, "")

    @property
    def is_filled(self) -> bool:
        """Whether anything was typed besides a day, which stands there already."""
        return any(self.get(part) for part in _PARTS if part != "day")


class TallyField(Field):
    """The lines; whatever was typed is kept, and `data` holds those that are right, by number."""

    data: dict[int, TallyLine]

    def __init__(self, label: Any = None, **kw: Any) -> None:  # noqa: ANN401
        super().__init__(label, **kw)
        self.lines: list[Line] = []

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ANN401, ARG002
        """Take the lines from the form; without one, empty lines."""
        self.process_errors = []
        self.data = {}
        self.lines = [self._line(formdata, number) for number in range(LINES_MOST)]
        filled = [n for n, line in enumerate(self.lines) if line.is_filled]
        shown = max([OPEN, *(n + 1 for n in filled)]) + MORE
        self.lines = self.lines[: min(shown, LINES_MOST)]

    def _line(self, formdata: Any, number: int) -> Line:  # noqa: ANN401
        name = f"{self.name}-{number}"
        if formdata is None:
            return Line(name)
        texts = {part: clean_line(formdata.get(f"{name}-{part}", ""))[:_LONGEST] for part in _PARTS}
        return Line(name, texts)

    @property
    def hidden_from(self) -> int:
        """From which line on they are folded away."""
        return len(self.lines) - MORE if len(self.lines) < LINES_MOST else LINES_MOST

    def judge(self, *, today: date, begins_on: date) -> None:
        """Read the lines that say something; what is wrong is said beside its line."""
        for number, line in enumerate(self.lines):
            if not line.is_filled:
                continue
            try:
                texts = (line.get(part) for part in _PARTS)
                self.data[number] = read_line(*texts, today=today, begins_on=begins_on)
            except TallyError as error:
                line.error = gettext(SENTENCES[error.problem])


class TallyForm(LongForm):
    """Many lines at once; one that was sent twice is written down once."""

    nonce = HiddenField(validators=[Regexp(NONCE)])
    lines = TallyField(_l("What was brought"))

    def __init__(self, *, today: date, begins_on: date, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.today, self.begins_on = today, begins_on
        if not self.is_submitted():
            self.nonce.data = ids.token()

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401
        """Read every line; nothing is taken while one of them is wrong."""
        is_valid = super().validate(extra_validators)
        self.lines.judge(today=self.today, begins_on=self.begins_on)
        wrong = [line.error for line in self.lines.lines if line.error]
        self.lines.errors = [*dict.fromkeys(wrong)]
        if not wrong and not self.lines.data:
            self.lines.errors = [gettext("Write at least one line.")]
        return is_valid and not self.lines.errors

    def keyed(self) -> Sequence[tuple[str, TallyLine]]:
        """Each line with the key that makes it one, however often it is sent."""
        return [(f"tally:{self.nonce.data}:{n}", line) for n, line in self.lines.data.items()]


class TakeBackForm(DeskForm):
    """Why something that was written down is taken back."""

    nonce = HiddenField(validators=[Regexp(NONCE)])
    reason = StringField(
        _l("Why"),
        [
            required_text(_l("Say why.")),
            Length(max=REASON_LENGTH, message=_l("Say it in fewer words.")),
        ],
    )

    def __init__(self, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        if not self.is_submitted():
            self.nonce.data = ids.token()
