"""What becomes of an event: moved, cancelled, repeated, copied; notes on the day; numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Optional

from app.appeals.forms.listing import likely_day
from app.events.errors.editing import ContentError
from app.events.forms.events import EMPTY, WhenFields, line, names, values_of_when
from app.events.forms.parts import PartForm
from app.events.models.events import Event, SafetyContact
from app.events.render.names import CONTACT_NAMES, LINK_SHOWN_NAMES
from app.events.rules.series import LAST, Repeat, Rule, nths_of
from app.events.rules.words import LinkShown, SafetyContactKind
from app.events.service.safety import ContactContent
from app.groups.models import Group
from app.lib.errors import UserError
from app.lib.text import Translated
from app.lib.urls import normalise_url
from app.web.fields import TranslatedField, required_text
from app.web.filters import plain
from app.web.forms import LongForm

_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
REPEAT_NAMES: Final = {
    Repeat.WEEKLY: _l("Every so many weeks"),
    Repeat.MONTHLY: _l("Every so many months"),
    Repeat.DATES: _l("On these days"),
}
NTH_NAMES: Final = {
    1: _l("on the first such weekday"),
    2: _l("on the second such weekday"),
    3: _l("on the third such weekday"),
    4: _l("on the fourth such weekday"),
    LAST: _l("on the last such weekday"),
}


class ProblemForm(LongForm):
    """A form that puts what a service says beside the field it is about."""

    def refuse(self, error: UserError) -> None:
        """Show what a service could not do."""
        part = error.part if isinstance(error, ContentError) else None
        self.add_problem(error, self._fields.get(part or ""))


class MoveForm(ProblemForm):
    """What is said with another status."""

    note = TranslatedField(
        _l("A sentence about it"),
        description=_l("It stands on top of the page and in the mail: why, and what now."),
        is_long=True,
    )

    def __init__(self, _event: Event, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)


class RescheduleForm(WhenFields, PartForm):
    """The new time, and what is said with it."""

    note = TranslatedField(
        _l("A sentence about it"),
        description=_l("It stands on top of the page and in the mail: why, and what now."),
        is_long=True,
    )

    def values_of(self, event: Event) -> dict[str, Any]:
        """The present times, to be changed."""
        return values_of_when(event)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, then whether the times can be."""
        is_valid = super().validate(extra_validators)
        return self.check_when() and is_valid


class MoveOnlineForm(MoveForm):
    """Where people join instead, and what is said with it."""

    online_url = StringField(
        _l("Address online"),
        filters=[line],
        description=_l("Where people join, like https://meet.example.org/room."),
    )
    online_shown = RadioField(_l("Who sees the address online?"), choices=names(LINK_SHOWN_NAMES))

    def __init__(self, event: Event, **values: Any) -> None:  # noqa: ANN401
        shown = {"online_url": event.online_url or "", "online_shown": event.online_shown.value}
        super().__init__(event, data=shown, **values)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and whether there can be such an address."""
        is_valid = super().validate(extra_validators)
        try:
            self.online_url.data = normalise_url(self.online_url.data or "")
        except UserError as error:
            self.add_problem(error, self.online_url)
            return False
        return is_valid

    @property
    def shown(self) -> LinkShown:
        """Who sees the address; call it on a valid form only."""
        return LinkShown(self.online_shown.data)


class SeriesForm(ProblemForm):
    """In what rhythm an event comes again."""

    repeat = RadioField(
        _l("When does it come again?"),
        choices=names(REPEAT_NAMES),
        default=Repeat.WEEKLY.value,
    )
    every = IntegerField(_l("Every so many weeks or months"), default=1)
    nth = SelectField(_l("In the month"))
    dates = TextAreaField(
        _l("Days"), description=_l("One on each line, like 2026-12-05. Only for a list of days.")
    )
    until = DateField(
        _l("Last day of the series"),
        [Optional(), likely_day],
        description=_l("Leave this empty if it goes on."),
    )

    def __init__(self, event: Event, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.first = event.starts_local.date()
        self.nth.choices = [SelectChoice(str(n), NTH_NAMES[n]) for n in nths_of(self.first)]
        self.days: list[date] = []

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and read the days."""
        is_valid = super().validate(extra_validators)
        for typed in (self.dates.data or "").split():
            day = _read_day(typed)
            if day is None:
                self.dates.errors = [_("Enter each day on a line of its own, like 2026-12-05.")]
                return False
            self.days.append(day)
        return is_valid

    def rule(self) -> Rule:
        """The rule; call it on a valid form only."""
        repeat = Repeat(self.repeat.data)
        return Rule(
            repeat=repeat,
            first=self.first,
            every=self.every.data or 0,
            nth=int(self.nth.data) if repeat is Repeat.MONTHLY else None,
            dates=tuple(sorted(set(self.days))) if repeat is Repeat.DATES else (),
        )


def _read_day(typed: str) -> date | None:
    found = _DAY.fullmatch(typed)
    try:
        return date(*(int(each) for each in found.groups())) if found else None
    except ValueError:
        return None


class CloneForm(ProblemForm):
    """On which day the copy is."""

    day = DateField(_l("Day"), [InputRequired(_l("Enter the day.")), likely_day])

    @property
    def chosen_day(self) -> date:
        """The day; call it on a valid form only."""
        return self.day.data or date.max


class NoteForm(ProblemForm):
    """A short line for the top of the page."""

    text = TranslatedField(
        _l("What should people know now?"),
        [required_text(_l("Write what people should know now."))],
        description=_l("One or two sentences; they stand on top of the page at once."),
        is_long=True,
    )
    is_important = BooleanField(_l("Mail it to everybody who left an address"))

    def words(self) -> Translated:
        """What is told; call it on a valid form only."""
        return self.text.data or EMPTY


class ContactForm(ProblemForm):
    """A number that people ring in trouble."""

    group = SelectField(_l("Group"))
    kind = SelectField(_l("Whose number is it?"), choices=names(CONTACT_NAMES))
    name = StringField(
        _l("Name"),
        [required_text(_l("Say who answers."))],
        filters=[line],
        description=_l("As it stands on pages and cards."),
    )
    phone = StringField(
        _l("Telephone"),
        [required_text(_l("Enter a telephone number people can ring, like 020 7946 0000."))],
        filters=[line],
    )
    note = TranslatedField(
        _l("What to know"), description=_l("When somebody answers, and in which languages.")
    )
    checked_on = DateField(
        _l("Checked on"),
        [
            InputRequired(_l("Enter the day on which somebody rang it; it cannot be to come.")),
            likely_day,
        ],
        description=_l("The day on which somebody rang it and it was right."),
    )
    position = IntegerField(_l("Place in the list"), [Optional()], default=0)

    def __init__(
        self,
        groups: Collection[Group],
        contact: SafetyContact | None = None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(data=_values_of(contact) if contact else None, **values)
        self.groups = {str(each.id): each for each in groups}
        self.group.choices = [(key, plain(each.name)) for key, each in self.groups.items()]

    def content(self) -> ContactContent:
        """What was entered; call it on a valid form only."""
        return ContactContent(
            kind=SafetyContactKind(self.kind.data),
            name=self.name.data or "",
            phone=self.phone.data or "",
            note=self.note.data,
            checked_on=self.checked_on.data or date.max,
            position=min(max(self.position.data or 0, 0), 999),
        )


def _values_of(contact: SafetyContact) -> dict[str, Any]:
    return {
        "group": str(contact.group_id),
        "kind": contact.kind.value,
        "name": contact.name,
        "phone": contact.phone,
        "note": contact.note,
        "checked_on": contact.checked_on,
        "position": contact.position,
    }
