"""The form with which a host changes her point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from app.aid.forms.hosting import at_most, line
from app.aid.forms.hours import HoursFields
from app.aid.models.drops import AidItem
from app.aid.models.points import CollectionPoint
from app.aid.queries.hours import rows_of
from app.aid.render.stock import thing
from app.aid.rules import points as rules
from app.aid.rules.hosting import ACCESS_LENGTH
from app.aid.rules.tally import TallyError, read_count
from app.aid.rules.words import Unit
from app.aid.service.host_editing import HostEdit
from app.events.render.names import ANSWER_NAMES
from app.events.rules.words import Answer
from app.web.forms import PublicForm, version_in

#: What a point takes.
ALL, SOME = "all", "some"


class HostEditForm(HoursFields, PublicForm):
    """Hours, things, days, and how one gets in."""

    takes = RadioField(
        _l("What do you take?"),
        choices=[(ALL, _l("Everything that is wanted")), (SOME, _l("Only what I tick"))],
        validate_choice=False,
    )
    items = SelectMultipleField(_l("Things you take"), coerce=int, validate_choice=False)
    from_on = StringField(
        _l("First day"), filters=[line], description=_l("Empty: as long as the round goes.")
    )
    until_on = StringField(_l("Last day"), filters=[line])
    max_boxes = StringField(
        _l("How many boxes fit?"),
        [at_most(20)],
        filters=[line],
        description=_l("Two bags are one box. When so much lies there, your point is full."),
    )
    access_note = TextAreaField(
        _l("How do people get in?"),
        [at_most(ACCESS_LENGTH)],
        description=_l(
            "Which door, which bell. At a hidden place only those read it who may come."
        ),
    )
    step_free = SelectField(
        _l("Can one get in without a step?"),
        choices=[(each.value, ANSWER_NAMES[each]) for each in Answer],
    )
    van_note = TextAreaField(
        _l("Where can a van stop?"),
        [at_most(rules.NOTE_LENGTH)],
        description=_l("For drivers alone."),
    )
    version = HiddenField()

    def __init__(self, point: CollectionPoint, items: Sequence[AidItem], **values: Any) -> None:  # noqa: ANN401
        super().__init__(data=_values_of(point), **values)
        self.items.choices = [(item.id, thing(item)) for item in items]
        self.fill(rows_of(point))
        self.point = point
        self.days: dict[str, date | None] = {}
        self.boxes: int | None = None

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and read days and numbers."""
        is_valid = super().validate(extra_validators)
        self.days = {name: self._day(name) for name in ("from_on", "until_on")}
        self.boxes = self._boxes()
        if any(field.errors for field in self):
            return False
        drop = self.point.drop
        first, last = self.days["from_on"] or drop.opens_on, self.days["until_on"] or drop.closes_on
        return is_valid and self.hours.check_days(first, last)

    def edit(self) -> HostEdit:
        """What the host wishes; call it on a valid form only."""
        return HostEdit(
            hours=self.rows(),
            takes_all=self.takes.data != SOME,
            item_ids=frozenset(self.items.data or ()),
            access_note=(self.access_note.data or "").strip(),
            step_free=Answer(self.step_free.data),
            van_note=(self.van_note.data or "").strip(),
            max_boxes=self.boxes,
            from_on=self.days["from_on"],
            until_on=self.days["until_on"],
        )

    @property
    def seen_version(self) -> int:
        """The version of the point that the page was made from; 0 when that is not told."""
        return version_in(self.version.data)

    def _day(self, name: str) -> date | None:
        typed = self[name].data or ""
        if not typed:
            return None
        try:
            return date.fromisoformat(typed)
        except ValueError:
            self[name].errors = [_("Enter a day, like 2026-11-22.")]
            return None

    def _boxes(self) -> int | None:
        typed = self.max_boxes.data or ""
        if not typed:
            return None
        try:
            found = read_count(typed, Unit.BOX)
        except TallyError:
            found = 0
        if not 0 < found <= rules.MOST_BOXES:
            sentence = _("Enter how many boxes fit, from 1 to %(most)d.", most=rules.MOST_BOXES)
            self.max_boxes.errors = [sentence]
        return found


def _values_of(point: CollectionPoint) -> dict[str, Any]:
    return {
        "takes": ALL if point.takes_all else SOME,
        "items": [each.item_id for each in point.takes],
        "from_on": point.from_on.isoformat() if point.from_on else "",
        "until_on": point.until_on.isoformat() if point.until_on else "",
        "max_boxes": str(point.max_boxes or ""),
        "access_note": point.access_note,
        "step_free": point.step_free.value,
        "van_note": point.van_note or "",
    }
