"""When and where an event is, and how people say that they come, as its parts are typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    StringField,
)
from wtforms.validators import Optional

from app.appeals.forms.listing import likely_day
from app.events.forms.events import (
    PlaceFields,
    WhenFields,
    at_most,
    line,
    names,
    values_of_place,
    values_of_when,
)
from app.events.forms.hours import read_time
from app.events.forms.parts import PartForm
from app.events.models.events import Event
from app.events.render.names import (
    COUNT_SHOWN_NAMES,
    LINK_SHOWN_NAMES,
    RSVP_MODE_NAMES,
)
from app.events.render.words import PLACE_SHOWN_NAMES
from app.events.rules import times
from app.events.rules.content import (
    Joining,
    Where,
)
from app.events.rules.listing import ways
from app.events.rules.times import When
from app.events.rules.words import (
    CountShown,
    LinkShown,
    Mode,
    PlaceShown,
    RsvpMode,
    Way,
)
from app.lib.errors import UserError
from app.lib.urls import normalise_url
from app.web.fields import TranslatedField


class WhenForm(WhenFields, PartForm):
    """When an event is."""

    def values_of(self, event: Event) -> dict[str, Any]:
        """The part as its form shows it."""
        return values_of_when(event)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, then whether the times can be."""
        is_valid = super().validate(extra_validators)
        return self.check_when() and is_valid

    def content(self) -> When:
        """What was decided; call it on a valid form only."""
        return self.when


class WhereForm(PlaceFields, PartForm):
    """Where an event is, and who is told how precisely."""

    position = StringField(
        _l("Position"),
        [at_most(60)],
        filters=[line],
        description=_l("For the map, like 51.5859, -0.0203: north, then east."),
    )
    place_shown = RadioField(_l("Who sees the precise place?"), choices=names(PLACE_SHOWN_NAMES))
    released_on = DateField(
        _l("Shown from"),
        [Optional(), likely_day],
        description=_l("Where everybody sees it from a moment on."),
    )
    released_time = StringField(_l("At"), [at_most(20)])
    meeting_point = TranslatedField(
        _l("Meeting point"), description=_l("As hidden as the place itself.")
    )
    dispersal_point = TranslatedField(_l("It ends at"))
    online_shown = RadioField(_l("Who sees the address online?"), choices=names(LINK_SHOWN_NAMES))

    def values_of(self, event: Event) -> dict[str, Any]:
        """The part as its form shows it."""
        at = event.place_released_at
        shown_at = times.wall(at, event.zone) if at else None
        return {
            **values_of_place(event.place),
            "mode": event.mode.value,
            "place_shown": event.place_shown.value,
            "released_on": shown_at.date() if shown_at else None,
            "released_time": shown_at.strftime("%H:%M") if shown_at else "",
            "meeting_point": event.meeting_point,
            "dispersal_point": event.dispersal_point,
            "online_url": event.online_url or "",
            "online_shown": event.online_shown.value,
        }

    def offer(self) -> None:
        """Name the countries in the language of the page."""
        self.fill_choices()

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, then the place and the moment from which it is shown."""
        is_valid = super().validate(extra_validators)
        has_time = not self.released_time.data or read_time(self.released_time.data) is not None
        if not has_time:
            self.released_time.errors = [_("Enter a time, like 18:30.")]
        return is_valid and has_time and self.check_place()

    @property
    def released_at(self) -> datetime | None:
        """From when everybody sees the place, by the clocks there."""
        day, at = self.released_on.data, read_time(self.released_time.data or "00:00")
        if self.place_shown.data != PlaceShown.RELEASED or day is None or at is None:
            return None
        return times.instant(datetime.combine(day, at), self.event.zone)

    def where(self, place_id: int | None) -> Where:
        """What was decided, at a place that is kept; call it on a valid form only."""
        mode = self.wanted_mode
        return Where(
            mode=mode,
            place_id=place_id,
            place_shown=PlaceShown(self.place_shown.data),
            place_released_at=self.released_at,
            meeting_point=self.meeting_point.data,
            dispersal_point=self.dispersal_point.data,
            online_url=None if mode is Mode.IN_PERSON else self.online_url.data,
            online_shown=LinkShown(self.online_shown.data),
        )


class JoiningForm(PartForm):
    """How people say that they come."""

    rsvp_mode = RadioField(_l("Saying that one comes"), choices=names(RSVP_MODE_NAMES))
    external_url = StringField(_l("Address of the other site"), filters=[line])
    seats_in_person = IntegerField(
        _l("Seats in the room"),
        [Optional()],
        description=_l("Leave this empty where nobody counts them."),
    )
    seats_online = IntegerField(
        _l("Seats online"),
        [Optional()],
        description=_l("Leave this empty where nobody counts them."),
    )
    party_max = IntegerField(_l("People in one answer at most"), default=10)
    confirms_by_mail = BooleanField(
        _l("A place is confirmed by mail"),
        description=_l("Where seats are counted. It keeps out who would take all of them."),
    )
    has_waiting_list = BooleanField(_l("There is a waiting list"))
    count_shown = RadioField(_l("How many come"), choices=names(COUNT_SHOWN_NAMES))
    retention_days = IntegerField(
        _l("Days until their data is deleted"),
        description=_l("After the end. The form says so."),
    )

    def texts(self) -> Sequence[str]:
        """The fields that are called as the columns are."""
        return ("party_max", "confirms_by_mail", "has_waiting_list", "retention_days")

    def values_of(self, event: Event) -> dict[str, Any]:
        """The part as its form shows it."""
        seats = {f"seats_{each.way.value}": each.capacity for each in event.seats}
        return {
            **super().values_of(event),
            **seats,
            "rsvp_mode": event.rsvp_mode.value,
            "count_shown": event.count_shown.value,
            "external_url": event.external_url or "",
        }

    def offer(self) -> None:
        """Ask for the seats of the ways that there are alone."""
        for way in set(Way) - set(self.ways):
            del self[f"seats_{way.value}"]

    @property
    def ways(self) -> list[Way]:
        """How people can take part."""
        return [Way(each) for each in ways(self.event.mode)]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and the address of another site where one is wanted."""
        is_valid = super().validate(extra_validators)
        if is_valid and self.rsvp_mode.data == RsvpMode.EXTERNAL and self.external_url.data:
            try:
                self.external_url.data = normalise_url(self.external_url.data)
            except UserError as error:
                self.add_problem(error, self.external_url)
                return False
        return is_valid

    def content(self) -> Joining:
        """What was decided; call it on a valid form only."""
        mode = RsvpMode(self.rsvp_mode.data)
        url = self.external_url.data or None
        return Joining(
            rsvp_mode=mode,
            external_url=url if mode is RsvpMode.EXTERNAL else None,
            seats={way: self[f"seats_{way.value}"].data for way in self.ways},
            party_max=self.party_max.data or 0,
            confirms_by_mail=self.confirms_by_mail.data,
            has_waiting_list=self.has_waiting_list.data,
            count_shown=CountShown(self.count_shown.data),
            retention_days=-1 if self.retention_days.data is None else self.retention_days.data,
        )
