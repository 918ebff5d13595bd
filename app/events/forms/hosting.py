"""The forms with which people offer local events, change them, and say that something is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.events.errors.times import TimeError
from app.events.forms.events import COUNTRY, at_most, line
from app.events.forms.hours import end_of, read_time
from app.events.forms.who import WhoFields
from app.events.models.hosting import EventHost
from app.events.models.mobilisations import Mobilisation
from app.events.render.words import KIND_NAMES, PLACE_SHOWN_NAMES, REPORT_KIND_NAMES
from app.events.rules import hosting as rules
from app.events.rules import reports as report_rules
from app.events.rules import times
from app.events.rules.hosting import HostDetails, LocalEvent
from app.events.rules.times import When
from app.events.rules.words import EventKind, PlaceShown
from app.events.service.hosted import HostEdit
from app.events.service.notes import NOTE_LIMIT
from app.lib.countries import list_countries
from app.places.errors import PlaceError
from app.places.queries.finding import suggest_zone
from app.places.rules import PlaceDetails
from app.places.service import checked, details_of
from app.web.fields import EmailField, one_of_these, required_text
from app.web.filters import day, plain
from app.web.forms import Form, PublicForm, version_in
from app.web.guarded import GuardedForm
from app.web.locale import current_locale

#: Who may see the place of an offered event; a moment of release is an organiser's to set.
_SHOWN = (PlaceShown.PUBLIC, PlaceShown.ACCEPTED, PlaceShown.AREA)
#: Field by field, where a problem of a place belongs.
_PLACE_FIELDS = {"country": "country", "postcode": "postcode", "street": "street"}


class LocalEventFields(Form):
    """What is said of a local event: by whoever offers it, changes it, or enters it for another."""

    town = StringField(
        _l("Town"),
        [required_text(_l("Enter the town.")), at_most(120)],
        filters=[line],
        description=_l("As people there write it."),
    )
    country = SelectField(_l("Country"), validate_choice=False)
    on_day = SelectField(_l("Day"), validate_choice=False)
    starts = StringField(
        _l("Starts at"),
        [required_text(_l("Enter when it starts, like 13:00."))],
        description=_l("The time on the clocks there, like 13:00."),
    )
    ends = StringField(_l("Ends at"), description=_l("Leave this empty if you do not know it yet."))
    zone = StringField(
        _l("Time zone"),
        [at_most(64)],
        filters=[line],
        description=_l("Leave this empty: we know it from the town. Else like Europe/Warsaw."),
    )
    place_name = StringField(
        _l("Name of the place"),
        [at_most(200)],
        filters=[line],
        description=_l("Such as the hall, or the corner of a square."),
    )
    street = StringField(_l("Street and number"), [at_most(300)], filters=[line])
    postcode = StringField(_l("Postcode"), [at_most(20)], filters=[line])
    place_shown = RadioField(
        _l("Who sees the precise place?"),
        choices=[SelectChoice(each.value, PLACE_SHOWN_NAMES[each]) for each in _SHOWN],
        default=PlaceShown.PUBLIC.value,
        validate_choice=False,
    )
    title = StringField(
        _l("Title"),
        [at_most(rules.TITLE_LENGTH)],
        filters=[line],
    )
    words = TextAreaField(
        _l("A few words about it"),
        [at_most(rules.WORDS_LENGTH)],
        description=_l("What happens, for whom it is, where exactly to meet."),
    )

    #: Times of the event; call it on a valid form only.
    when: When

    def __init__(self, mobilisation: Mobilisation, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.mobilisation = mobilisation
        self.country.choices = list(list_countries(current_locale()))
        days = _days(mobilisation.on_date, mobilisation.until_date)
        self.days = {each.isoformat(): each for each in days}
        self.on_day.choices = [(value, day(each, "full")) for value, each in self.days.items()]
        if not self.on_day.data or self.on_day.data == "None":
            self.on_day.data = mobilisation.on_date.isoformat()

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, then whether the place and the times can be."""
        is_valid = super().validate(extra_validators)
        if self.place_shown.data not in {each.value for each in _SHOWN}:
            self.place_shown.errors = [_("Say who may see the place.")]
            is_valid = False
        return is_valid and self._check_place() and self._check_when()

    @property
    def place(self) -> PlaceDetails:
        """Where it is."""
        return PlaceDetails(
            country=self.country.data or "",
            locality=self.town.data or "",
            name=self.place_name.data or "",
            street=self.street.data or "",
            postcode=self.postcode.data or "",
        )

    def _check_place(self) -> bool:
        try:
            checked(self.place)
        except PlaceError as error:
            self.add_problem(error, self[_PLACE_FIELDS.get(error.field, "town")])
            return False
        return True

    def _check_when(self) -> bool:
        starts, ends = read_time(self.starts.data), read_time(self.ends.data)
        if self.on_day.data not in self.days:
            self.on_day.errors = [_("Choose a day of the mobilisation.")]
        if starts is None:
            self.starts.errors = [_("Enter when it starts, like 13:00.")]
        if self.ends.data and ends is None:
            self.ends.errors = [_("Enter when it ends, like 15:00, or leave it empty.")]
        zone = self.zone.data or suggest_zone(self.country.data or "", self.town.data or "")
        if not zone:
            self.zone.errors = [_("We do not know the time zone there. Enter it, please.")]
        if self.on_day.errors or self.starts.errors or self.ends.errors or self.zone.errors:
            return False
        return starts is not None and zone is not None and self._derive(starts, ends, zone)

    def _derive(self, starts: time, ends: time | None, zone: str) -> bool:
        on_day = self.days[self.on_day.data]
        begins = datetime.combine(on_day, starts)
        over = datetime.combine(on_day, ends) if ends is not None else None
        over = end_of(begins, over) if over is not None else None
        try:
            self.when = times.derive(begins, over, zone, starts_fold=False, ends_fold=None)
        except TimeError as error:
            field = {"zone": self.zone, "ends": self.ends}.get(error.part, self.starts)
            self.add_problem(error, field)
            return False
        return True


class OfferFields(WhoFields, LocalEventFields):
    """A local event, and who hosts it."""

    kind = SelectField(
        _l("What is it?"),
        choices=[
            SelectChoice(each.value, name)
            for each, name in KIND_NAMES.items()
            if each is not EventKind.ONLINE
        ],
    )
    called_by = StringField(
        _l("Group that calls for it"),
        [at_most(200)],
        filters=[line],
        description=_l("Shown on the page. Leave it empty if there is none."),
    )
    email = EmailField(
        _l("Your e-mail address"),
        [required_text(_l("Enter your e-mail address, so that we can send you the link."))],
        description=_l("We send you a private link with which you confirm and change your event."),
    )

    def __init__(self, mobilisation: Mobilisation, **values: Any) -> None:  # noqa: ANN401
        values.setdefault(
            "data",
            {
                "kind": mobilisation.local_kind.value,
                "starts": mobilisation.local_start.strftime("%H:%M"),
                "country": COUNTRY,
                "place_shown": PlaceShown.PUBLIC.value,
            },
        )
        super().__init__(mobilisation, **values)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and that she is grown up."""
        is_valid = super().validate(extra_validators)
        if not self.is_adult.data:
            self.is_adult.errors = [_("Only people who are 18 or older can host an event.")]
            return False
        return is_valid

    def local_event(self) -> LocalEvent:
        """What is offered; call it on a valid form only."""
        return LocalEvent(
            kind=EventKind(self.kind.data),
            title=self.title.data or "",
            words=(self.words.data or "").strip(),
            called_by=self.called_by.data or "",
            place=self.place,
            place_shown=PlaceShown(self.place_shown.data),
            when=self.when,
        )

    def host(self, locale: str) -> HostDetails:
        """Who offers it; call it on a valid form only."""
        return HostDetails(
            name=self.name.data or "",
            email=self.email.data or None,
            phone=self.phone.data or None,
            about=(self.about.data or "").strip() or None,
            locale=locale,
            is_adult=bool(self.is_adult.data),
        )


class OfferForm(OfferFields, GuardedForm):
    """Somebody offers to host a local event."""

    #: Set on the page that shows everything once more.
    confirmed = HiddenField()

    @property
    def is_last_step(self) -> bool:  # type: ignore[override]
        """Only what writes something down must have taken a moment."""
        return bool(self.confirmed.data)


class HostEditForm(LocalEventFields, PublicForm):
    """A host changes her event."""

    version = HiddenField()

    def __init__(self, host: EventHost, mobilisation: Mobilisation, **values: Any) -> None:  # noqa: ANN401
        super().__init__(mobilisation, data=_values_of(host), **values)
        if host.event.place_shown is PlaceShown.RELEASED:
            self.place_shown.data = PlaceShown.ACCEPTED.value

    @property
    def seen_version(self) -> int:
        """The version of the event that the page was made from; 0 when that is not told."""
        return version_in(self.version.data)

    def edit(self) -> HostEdit:
        """What the host wishes; call it on a valid form only."""
        return HostEdit(
            title=self.title.data or "",
            words=(self.words.data or "").strip(),
            when=self.when,
            place=self.place,
            place_shown=PlaceShown(self.place_shown.data),
        )


class HostActionForm(PublicForm):
    """A button on a host's page."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version of the event that the page was made from; 0 when that is not told."""
        return version_in(self.version.data)


class HostNoteForm(PublicForm):
    """A short line of the host on the day."""

    note = TextAreaField(
        _l("What should people know now?"),
        [required_text(_l("Write what people should know now.")), at_most(NOTE_LIMIT)],
        description=_l("One or two sentences; they stand on top of the page at once."),
    )
    is_important = BooleanField(_l("Mail it to everybody who left an address"))


class HostMessageForm(PublicForm):
    """A message of the host to those who come; we pass it on."""

    subject = StringField(
        _l("Subject"),
        [required_text(_l("Give the message a subject.")), at_most(120)],
        filters=[line],
    )
    message = TextAreaField(
        _l("Message"),
        [required_text(_l("Write the message.")), at_most(2000)],
        description=_l(
            "We pass it on to everybody who left an address; you do not see who that is."
        ),
    )


class ReportForm(GuardedForm):
    """Somebody says that something is wrong with an event."""

    kind = RadioField(
        _l("What is wrong?"),
        [one_of_these(_l("Choose what is wrong."))],
        choices=[SelectChoice(each.value, name) for each, name in REPORT_KIND_NAMES.items()],
        validate_choice=False,
    )
    text = TextAreaField(
        _l("Tell us more"),
        [at_most(report_rules.TEXT_LENGTH)],
        description=_l(
            "Please write nothing about yourself or other people that we need not know."
        ),
    )


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _values_of(host: EventHost) -> dict[str, Any]:
    event = host.event
    place = details_of(event.place) if event.place else PlaceDetails(country="", locality="")
    return {
        "town": place.locality,
        "country": place.country,
        "on_day": event.starts_local.date().isoformat(),
        "starts": event.starts_local.strftime("%H:%M"),
        "ends": "" if event.is_end_open else event.ends_local.strftime("%H:%M"),
        "zone": event.zone,
        "place_name": place.name,
        "street": place.street,
        "postcode": place.postcode,
        "place_shown": event.place_shown.value,
        "title": plain(event.title),
        "words": plain(event.summary),
        "version": str(event.version),
    }
