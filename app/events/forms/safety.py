"""Safety and access, marches and programmes, as organisers type them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from app.appeals.forms.listing import likely_day
from app.events.forms.events import (
    EMPTY,
    at_most,
    line,
    names,
)
from app.events.forms.hours import read_time
from app.events.forms.parts import (
    KNOWN,
    KNOWN_CHOICES,
    MARKDOWN,
    SPARE_ROWS,
    PartForm,
    known,
    lines,
    said,
)
from app.events.models.events import Event
from app.events.render.names import (
    ANSWER_NAMES,
    NATION_NAMES,
    POINT_NAMES,
    PROGRAMME_NAMES,
)
from app.events.rules.access import Fact, points_for
from app.events.rules.content import (
    PROGRAMME_MOST,
    March,
    Part,
    Programme,
    Safety,
)
from app.events.rules.words import (
    Answer,
    Nation,
    ProgrammeKind,
)
from app.web.fields import TranslatedField


class SafetyForm(PartForm):
    """What keeps people safe; points of access are added by `safety_form`."""

    safety = TranslatedField(_l("Staying safe"), description=MARKDOWN, is_long=True)
    what_to_bring = TranslatedField(_l("What to bring"), is_long=True)
    has_legal_observers = RadioField(_l("Legal observers"), choices=KNOWN_CHOICES)
    has_first_aid = RadioField(_l("First aid"), choices=KNOWN_CHOICES)
    has_welfare = RadioField(_l("Somebody to turn to (welfare)"), choices=KNOWN_CHOICES)

    def texts(self) -> Sequence[str]:
        """The fields that are called as the columns are."""
        return ("safety", "what_to_bring")

    def values_of(self, event: Event) -> dict[str, Any]:
        """The part as its form shows it."""
        found = super().values_of(event)
        for name in ("has_legal_observers", "has_first_aid", "has_welfare"):
            found[name] = said(getattr(event, name))
        for point in points_for(event.mode):
            answer, *note = event.access.get(point) or [Answer.UNKNOWN.value]
            found |= {point: answer, f"{point}_note": note[0] if note else ""}
        return found

    @property
    def points(self) -> Sequence[str]:
        """The points of access that are asked for."""
        return points_for(self.event.mode)

    def content(self) -> Safety:
        """What was decided; call it on a valid form only."""
        return Safety(
            safety=self.safety.data,
            what_to_bring=self.what_to_bring.data,
            has_legal_observers=known(self.has_legal_observers.data),
            has_first_aid=known(self.has_first_aid.data),
            has_welfare=known(self.has_welfare.data),
            access=tuple(
                Fact(each, Answer(self[each].data), self[f"{each}_note"].data or "")
                for each in self.points
            ),
        )


def safety_form(event: Event, **values: Any) -> SafetyForm:  # noqa: ANN401
    """The form with a field for each point of access that matters there."""
    fields: dict[str, Any] = {}
    for point in points_for(event.mode):
        fields[point] = SelectField(POINT_NAMES[point], choices=names(ANSWER_NAMES))
        fields[f"{point}_note"] = StringField(_l("More about it"), filters=[line])
    made: type[SafetyForm] = type("SafetyForm", (SafetyForm,), fields)
    return made(event, **values)


class MarchForm(PartForm):
    """What the law asks about a march."""

    nation = SelectField(_l("Where does it march?"))
    route = TranslatedField(
        _l("Route"), description=_l("As hidden as the place itself."), is_long=True
    )
    expected_count = IntegerField(_l("How many people you expect"), [Optional()])
    notice_given_on = DateField(_l("Notice was given on"), [Optional(), likely_day])

    def texts(self) -> Sequence[str]:
        """The fields that are called as the columns are."""
        return ("route", "expected_count", "notice_given_on")

    def values_of(self, event: Event) -> dict[str, Any]:
        """The part as its form shows it."""
        return super().values_of(event) | {"nation": event.nation.value if event.nation else ""}

    def offer(self) -> None:
        """Offer the nations, each with rules of its own."""
        self.nation.choices = [SelectChoice("", KNOWN[""]), *names(NATION_NAMES)]

    def content(self) -> March:
        """What was decided; call it on a valid form only."""
        return March(
            nation=Nation(self.nation.data) if self.nation.data else None,
            route=self.route.data,
            expected_count=self.expected_count.data,
            notice_given_on=self.notice_given_on.data,
        )


class ProgrammeForm(PartForm):
    """The film and what happens one after the other; the rows are added by `programme_form`."""

    film_title = StringField(_l("Title of the film"), filters=[line])
    film_director = StringField(_l("Directed by"), filters=[line])
    film_year = IntegerField(_l("Year"), [Optional()])
    film_minutes = IntegerField(_l("Minutes"), [Optional()])
    film_certificate = StringField(_l("Age rating"), filters=[line])
    film_subtitles = StringField(_l("Subtitles"), filters=[line])
    film_licence = StringField(
        _l("Licence to show it"),
        filters=[line],
        description=_l("Who gave it, and its number. Only the desk sees this."),
    )
    venue_agrees = RadioField(_l("The venue agrees"), choices=KNOWN_CHOICES)
    rows: ClassVar[int] = 0

    def texts(self) -> Sequence[str]:
        """The fields that are called as the columns are."""
        return tuple(f"film_{name}" for name in _FILM)

    def values_of(self, event: Event) -> dict[str, Any]:
        """The part as its form shows it."""
        found = super().values_of(event)
        found["venue_agrees"] = said(event.venue_agrees)
        for number, item in enumerate(event.programme):
            found |= {
                f"kind_{number}": item.kind.value,
                f"title_{number}": item.title,
                f"time_{number}": item.starts_local.strftime("%H:%M") if item.starts_local else "",
                f"minutes_{number}": item.minutes,
                f"people_{number}": item.people,
            }
        return found

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and that each part that was filled in has a title and a real time."""
        is_valid = super().validate(extra_validators)
        for number in self.filled:
            at = self[f"time_{number}"]
            if not self[f"title_{number}"].data:
                self[f"title_{number}"].errors = [_("Say what it is called.")]
            if at.data and read_time(at.data) is None:
                at.errors = [_("Enter a time, like 18:30.")]
            is_valid = is_valid and not (self[f"title_{number}"].errors or at.errors)
        return is_valid

    @property
    def filled(self) -> list[int]:
        """The rows in which something stands."""
        names_ = ("title", "time", "minutes", "people")
        return [
            number
            for number in range(self.rows)
            if any(self[f"{name}_{number}"].data for name in names_)
        ]

    def content(self) -> Programme:
        """What was decided; call it on a valid form only."""
        film = {name: self[name].data or None for name in self.texts()}
        return Programme(
            **film,
            venue_agrees=known(self.venue_agrees.data),
            parts=tuple(self._part(number) for number in self.filled),
        )

    def _part(self, number: int) -> Part:
        at = read_time(self[f"time_{number}"].data)
        day = self.event.starts_local.date()
        return Part(
            kind=ProgrammeKind(self[f"kind_{number}"].data),
            title=self[f"title_{number}"].data or EMPTY,
            starts_local=datetime.combine(day, at) if at else None,
            minutes=self[f"minutes_{number}"].data,
            people=lines(self[f"people_{number}"].data),
        )


_FILM: Final = ("title", "director", "year", "minutes", "certificate", "subtitles", "licence")


def programme_form(event: Event, **values: Any) -> ProgrammeForm:  # noqa: ANN401
    """The form with some rows more than the programme has."""
    typed = sum(name.startswith("kind_") for name in request.form)
    rows = min(max(len(event.programme) + SPARE_ROWS, typed), PROGRAMME_MOST)
    fields: dict[str, Any] = {"rows": rows}
    for number in range(rows):
        fields |= {
            f"kind_{number}": SelectField(_l("What"), choices=names(PROGRAMME_NAMES)),
            f"title_{number}": TranslatedField(_l("Called")),
            f"time_{number}": StringField(_l("Starts at"), [at_most(20)]),
            f"minutes_{number}": IntegerField(_l("Minutes"), [Optional()]),
            f"people_{number}": TextAreaField(
                _l("People"),
                description=_l("One on each line, as they wish to be named in public."),
            ),
        }
    made: type[ProgrammeForm] = type("ProgrammeForm", (ProgrammeForm,), fields)
    return made(event, **values)
