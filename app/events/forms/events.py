"""When and where an event is, as organisers type it; the short form that begins one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NoReturn

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length, Optional

from app.appeals.forms.listing import likely_day
from app.events.errors.times import TimeError, TwiceTimeError
from app.events.forms.hours import PAST_MIDNIGHT, end_of, read_time
from app.events.models.events import Event
from app.events.render.names import MODE_NAMES
from app.events.render.words import KIND_NAMES
from app.events.rules import times
from app.events.rules.content import Basics, Where
from app.events.rules.times import When
from app.events.rules.words import EventKind, Mode, Status
from app.groups.models import Group
from app.lib.countries import list_countries
from app.lib.errors import UserError
from app.lib.text import Translated, clean_line
from app.lib.urls import normalise_url
from app.places.errors import PlaceError
from app.places.models import Place
from app.places.queries.finding import suggest_zone
from app.places.rules import PlaceDetails, read_pair
from app.places.service import checked, details_of
from app.settings import settings
from app.web.fields import TranslatedField, required_text
from app.web.filters import plain
from app.web.forms import Form, LongForm, version_in
from app.web.locale import current_locale

EMPTY: Final = Translated({}, "en")
#: The country that the list begins with.
COUNTRY: Final = "GB"


def line(text: str | None) -> str:
    """What was typed in one line, without spaces around it."""
    return clean_line(text or "")


def at_most(length: int) -> Length:
    """A validator: not longer than this."""
    return Length(max=length, message=_l("Please use at most %(max)d characters."))


def names(choices: Mapping[Any, Any]) -> list[SelectChoice]:
    """The choices of a field, from what its values are called."""
    return [SelectChoice(each.value, name) for each, name in choices.items()]


class SeenForm(LongForm):
    """A form about something that somebody else may save meanwhile."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version of the row that the page was made from; 0 when that is not told."""
        return version_in(self.version.data)


class WhenFields(Form):
    """When an event is, by the clocks there."""

    starts_on = DateField(
        _l("Day"),
        [Optional(), likely_day],
        description=_l("The first day, where there are several."),
    )
    starts_time = StringField(
        _l("Starts at"),
        [at_most(20)],
        description=_l("The time on the clocks there, like 18:30."),
    )
    ends_time = StringField(
        _l("Ends at"),
        [at_most(20)],
        description=_l("Leave this empty if you do not know it yet."),
    )
    ends_on = DateField(
        _l("Last day"),
        [Optional(), likely_day],
        description=_l("Leave this empty if it ends on the same day."),
    )
    is_all_day = BooleanField(
        _l("It lasts whole days"), description=_l("Then no times are asked for.")
    )
    zone = StringField(
        _l("Time zone"),
        [required_text(_l("Say in which time zone it is, like Europe/London.")), at_most(64)],
        filters=[line],
        description=_l("Like Europe/London."),
    )
    #: Asked for where the clocks go back over a time: first or second.
    starts_which = RadioField(_l("Which start do you mean?"), validate_choice=False)
    ends_which = RadioField(_l("Which end do you mean?"), validate_choice=False)

    when: When

    def check_when(self) -> bool:
        """Read the times; where they cannot be, say so beside the field. Call it after validate."""
        for which in (self.starts_which, self.ends_which):
            which.choices = _both(None)
        try:
            self.when = self._read()
        except TimeError as error:
            self._add(error)
            return False
        except ValueError:
            return False
        return True

    def _read(self) -> When:
        first, last = self.starts_on.data, self.ends_on.data
        if first is None or self.starts_on.errors:
            _complain(self.starts_on, _("Enter the day."))
        if self.ends_on.errors:
            raise ValueError(self.ends_on.errors)
        if self.is_all_day.data:
            return times.derive_days(first, last or first, self.zone.data or "")
        starts, ends = read_time(self.starts_time.data), read_time(self.ends_time.data)
        if starts is None:
            _complain(self.starts_time, _("Enter when it starts, like 13:00."))
        if self.ends_time.data and ends is None:
            _complain(self.ends_time, _("Enter when it ends, like 15:00, or leave it empty."))
        if last is not None and last != first and ends is None:
            _complain(self.ends_time, _("Enter when it ends on the last day."))
        begins = datetime.combine(first, starts)
        over = None if ends is None else datetime.combine(last or first, ends)
        if over is not None and last is None and over <= begins:
            over = end_of(begins, over)
        return times.derive(
            begins,
            over,
            self.zone.data or "",
            starts_fold=_fold(self.starts_which),
            ends_fold=_fold(self.ends_which),
        )

    def _add(self, error: TimeError) -> None:
        if isinstance(error, TwiceTimeError):
            which = self.ends_which if error.part == "ends" else self.starts_which
            which.choices = _both(error.offsets)
            self.add_problem(error, which)
            return
        is_day = self.is_all_day.data
        starts, ends = (
            (self.starts_on, self.ends_on) if is_day else (self.starts_time, self.ends_time)
        )
        self.add_problem(error, {"zone": self.zone, "ends": ends}.get(error.part, starts))

    @property
    def asked(self) -> list[Field]:
        """The choices between two equal times that must be shown."""
        return [
            each for each in (self.starts_which, self.ends_which) if each.errors or _is_said(each)
        ]


def _complain(field: Field, sentence: str) -> NoReturn:
    field.errors = field.errors or [sentence]
    raise ValueError(sentence)


def _both(offsets: tuple[str, str] | None) -> list[SelectChoice]:
    first, second = (f" (UTC{each})" for each in offsets) if offsets else ("", "")
    return [
        SelectChoice("first", f"{_('The first of the two')}{first}"),
        SelectChoice("second", f"{_('The second of the two')}{second}"),
    ]


def _is_said(which: RadioField) -> bool:
    return which.data in {"first", "second"}


def _fold(which: RadioField) -> bool | None:
    return which.data == "second" if _is_said(which) else None


def values_of_when(event: Event) -> dict[str, Any]:
    """The times of an event as its form shows them."""
    last: date = event.ends_local.date()
    if event.is_all_day:
        last = (event.ends_local - timedelta(days=1)).date()
    first = event.starts_local.date()
    shows_last = last != first and not event.is_end_open
    if not event.is_all_day and event.ends_local - event.starts_local <= PAST_MIDNIGHT:
        shows_last = False
    return {
        "is_all_day": event.is_all_day,
        "starts_on": first,
        "starts_time": "" if event.is_all_day else event.starts_local.strftime("%H:%M"),
        "ends_on": last if shows_last else None,
        "ends_time": ""
        if event.is_all_day or event.is_end_open
        else event.ends_local.strftime("%H:%M"),
        "zone": event.zone,
        "starts_which": "second" if event.starts_fold else None,
        "ends_which": "second" if event.ends_fold else None,
    }


class PlaceFields(Form):
    """How people take part, and where they come together."""

    mode = RadioField(_l("How do people take part?"), choices=names(MODE_NAMES))
    country = SelectField(_l("Country"), validate_choice=False)
    locality = StringField(
        _l("Town"),
        [at_most(120)],
        filters=[line],
        description=_l("As people there write it."),
    )
    place_name = StringField(
        _l("Name of the place"),
        [at_most(200)],
        filters=[line],
        description=_l("Such as the hall, or the corner of a square."),
    )
    street = StringField(_l("Street and number"), [at_most(300)], filters=[line])
    postcode = StringField(_l("Postcode"), [at_most(20)], filters=[line])
    online_url = StringField(
        _l("Address online"),
        filters=[line],
        description=_l("Where people join, like https://meet.example.org/room."),
    )

    def fill_choices(self) -> None:
        """Name the countries in the language of the page."""
        self.country.choices = list(list_countries(current_locale()))

    @property
    def wanted_mode(self) -> Mode:
        """How people take part; call it on a valid form only."""
        return Mode(self.mode.data)

    def check_place(self) -> bool:
        """Whether there is such a place, and such an address; call it after validate."""
        mode = self.wanted_mode
        is_right = mode is Mode.ONLINE or self._check_spot()
        return (mode is Mode.IN_PERSON or self._check_url()) and is_right

    def _check_spot(self) -> bool:
        try:
            checked(self.place)
        except PlaceError as error:
            self.add_problem(error, self._fields.get(error.field, self.locality))
            return False
        return True

    def _check_url(self) -> bool:
        if not self.online_url.data:
            self.online_url.errors = [_("Enter the address at which people join online.")]
            return False
        try:
            self.online_url.data = normalise_url(self.online_url.data)
        except UserError as error:
            self.add_problem(error, self.online_url)
            return False
        return True

    @property
    def place(self) -> PlaceDetails:
        """The place that was typed."""
        lat, lon = self.typed_position
        return PlaceDetails(
            country=self.country.data or "",
            locality=self.locality.data or "",
            name=self.place_name.data or "",
            street=self.street.data or "",
            postcode=self.postcode.data or "",
            lat=lat,
            lon=lon,
        )

    @property
    def typed_position(self) -> tuple[float | None, float | None]:
        """Degrees north and east, where the form asks for them."""
        field = self._fields.get("position")
        if field is None or not field.data:
            return (None, None)
        # What is no pair is refused with what lies off the earth.
        return read_pair(field.data) or (None, 0.0)


def values_of_place(place: Place | None) -> dict[str, Any]:
    """A place as its form shows it."""
    if place is None:
        return {"country": COUNTRY}
    details = details_of(place)
    return {
        "country": details.country,
        "locality": details.locality,
        "place_name": details.name,
        "street": details.street,
        "postcode": details.postcode,
        "position": "" if details.lat is None else f"{details.lat:g}, {details.lon:g}",
    }


class NewEventForm(WhenFields, PlaceFields, LongForm):
    """What an organiser must say to begin an event; everything else comes after."""

    group = SelectField(_l("Group"))
    kind = SelectField(_l("What is it?"), choices=names(KIND_NAMES))
    title = TranslatedField(_l("Title"), [required_text(_l("Give the event a title."))])
    is_tentative = BooleanField(
        _l("It is not certain yet"),
        description=_l("The page says so until you confirm it."),
    )

    def __init__(self, groups: Collection[Group], **values: Any) -> None:  # noqa: ANN401
        first = {
            "country": COUNTRY,
            "zone": settings().timezone,
            "mode": Mode.IN_PERSON.value,
        }
        super().__init__(data=first, **values)
        self.groups = {str(each.id): each for each in groups}
        self.group.choices = [(key, plain(each.name)) for key, each in self.groups.items()]
        self.fill_choices()

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, then whether time and place can be."""
        is_valid = super().validate(extra_validators)
        self._go_by_the_clocks_there()
        has_time = self.check_when()
        return is_valid and self.check_place() and has_time

    def _go_by_the_clocks_there(self) -> None:
        """In another country the zone that stands in the form from the start is nobody's choice."""
        country = self.country.data or ""
        if self.zone.data != settings().timezone or country == COUNTRY:
            return
        if self.mode.data != Mode.ONLINE.value:
            self.zone.data = suggest_zone(country, self.locality.data or "") or self.zone.data

    @property
    def chosen_group(self) -> Group:
        """Whose event it is; call it on a valid form only."""
        return self.groups[self.group.data]

    def basics(self) -> Basics:
        """What it is; call it on a valid form only."""
        return Basics(
            kind=EventKind(self.kind.data),
            title=self.title.data or EMPTY,
            summary=EMPTY,
            body=EMPTY,
        )

    @property
    def status(self) -> Status:
        """Whether it takes place."""
        return Status.TENTATIVE if self.is_tentative.data else Status.CONFIRMED

    def where(self, place_id: int | None) -> Where:
        """Where it is; call it on a valid form only."""
        mode = self.wanted_mode
        url = None if mode is Mode.IN_PERSON else self.online_url.data
        return Where(mode=mode, place_id=place_id, online_url=url)
