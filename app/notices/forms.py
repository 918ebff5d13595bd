"""Forms of taking things in hand, and of choosing what to hear of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.notices.render import PACE_NAMES
from app.notices.rules import KIND_PACES, SUMMARY, SUMMARY_PACES, Pace
from app.web.forms import DeskForm
from app.web.panels import WaitingKind


class TakeForm(DeskForm):
    """The button "I am on it", or one that takes over from somebody else."""

    over = HiddenField()


class ChoicesForm(DeskForm):
    """How soon she hears of each kind; its fields are made by `choices_form`."""

    def wanted(self) -> dict[str, Pace]:
        """What was chosen, by kind; call it on a valid form only."""
        return {field.name: Pace(field.data) for field in self if isinstance(field, RadioField)}


def choices_form(kinds: Sequence[WaitingKind], present: Mapping[str, Pace]) -> ChoicesForm:
    """A form with one question for each of these kinds and one for the summary."""
    fields: dict[str, Any] = {
        kind.key: RadioField(kind.name, choices=_choices(KIND_PACES), description=kind.advice)
        for kind in kinds
    }
    fields[SUMMARY] = RadioField(
        lazy_gettext("The week in sums"),
        choices=_choices(SUMMARY_PACES),
        description=lazy_gettext(
            "What came in by fund, which regular gifts began and what waits, on Monday morning."
        ),
    )
    made = type("ChoicesOfOne", (ChoicesForm,), fields)
    data = {key: pace.value for key, pace in present.items()}
    return cast("ChoicesForm", made(data=data))


def _choices(paces: Sequence[Pace]) -> list[SelectChoice]:
    return [SelectChoice(pace.value, gettext(str(PACE_NAMES[pace]))) for pace in paces]
