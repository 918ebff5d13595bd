"""The form with which people offer a collection point, and what it shares with the desk's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from app.aid.errors.points import PointDaysError, PointError
from app.aid.forms.hosting import OnceForm
from app.aid.forms.hours import HoursFields
from app.aid.models.drops import Drop
from app.aid.render.words import POINT_KIND_NAMES, VISIBILITY_NAMES
from app.aid.rules import points as rules
from app.aid.rules.points import HostDetails, PointContent
from app.aid.rules.words import PointKind, Visibility
from app.aid.service.point_content import wanted_items
from app.appeals.forms.listing import likely_day
from app.events.forms.events import COUNTRY, at_most, line, names
from app.events.forms.who import WhoFields
from app.events.render.names import ANSWER_NAMES
from app.events.rules.words import Answer
from app.lib.countries import list_countries
from app.lib.errors import UserError
from app.lib.postcodes import read_postcode
from app.lib.text import isolate
from app.places.errors import PlaceError
from app.places.queries import gazetteer
from app.places.queries.finding import area_of, list_likely, suggest_zone
from app.places.rules import PlaceDetails
from app.places.service import checked
from app.web.fields import EmailField, required_text
from app.web.filters import plain
from app.web.forms import Form
from app.web.guarded import GuardedForm
from app.web.locale import current_locale

#: Field by field, where a problem of a place belongs.
_PLACE_FIELDS: Final = {"country": "country", "postcode": "postcode", "street": "street"}
#: Countries where everybody knows her postcode.
_POSTCODED: Final = frozenset(("GB", "JE", "GG", "IM"))
ALL, SOME = "all", "some"


class PlaceFields(Form):
    """Where a point is."""

    place_name = StringField(
        _l("Name of the place"),
        [at_most(rules.NAME_LENGTH)],
        filters=[line],
        description=_l("Such as the shop or the hall. A home needs none."),
    )
    street = StringField(
        _l("Street and number"),
        [required_text(_l("Enter the street and the number.")), at_most(300)],
        filters=[line],
    )
    postcode = StringField(_l("Postcode"), [at_most(20)], filters=[line])
    town = StringField(
        _l("Town"),
        [required_text(_l("Enter the town.")), at_most(120)],
        filters=[line],
        description=_l("In Northern Ireland and on the islands people find you by the town."),
    )
    country = SelectField(_l("Country"), validate_choice=False)

    @property
    def place(self) -> PlaceDetails:
        """Where it is; an island's postcode says which one."""
        country = self.country.data or ""
        postcode = read_postcode(self.postcode.data or "") if country == COUNTRY else None
        return PlaceDetails(
            country=postcode.country if postcode else country,
            locality=self.town.data or "",
            name=self.place_name.data or "",
            street=self.street.data or "",
            postcode=self.postcode.data or "",
        )

    def check_place(self) -> bool:
        """Whether it can be found; what cannot is said beside its field."""
        place = self.place
        try:
            right = checked(place)
        except PlaceError as error:
            self.add_problem(error, self[_PLACE_FIELDS.get(error.field, "town")])
            return False
        if right.country in _POSTCODED and not right.postcode:
            self.postcode.errors = [_("Enter the postcode: by it people find the nearest point.")]
            return False
        return self._is_known(right)

    def _is_known(self, place: PlaceDetails) -> bool:
        postcode = read_postcode(place.postcode) if place.country in _POSTCODED else None
        is_mapped = postcode is not None and postcode.has_position
        if postcode and is_mapped and gazetteer.find_centre(postcode.outcode) is None:
            self.postcode.errors = [_("We do not know this postcode. Please look at it again.")]
            return False
        if area_of(place).lat is not None:
            return True
        sentence = _("We do not know this town. Enter the next larger one.")
        likely = [town for town in list_likely(place.locality) if town.country == place.country]
        if likely:
            meant = ", ".join(isolate(town.name) for town in likely)
            sentence += " " + _("Did you mean one of these? %(towns)s", towns=meant)
        self.town.errors = [sentence]
        return False


class PointFields(PlaceFields, HoursFields):
    """What is said of a point: by whoever offers it, or by an organiser."""

    kind = SelectField(_l("What kind of place is it?"), choices=names(POINT_KIND_NAMES))
    visibility = RadioField(
        _l("Who sees where it is?"), choices=names(VISIBILITY_NAMES), validate_choice=False
    )
    is_home_public = BooleanField(
        _l("It is a home, and I want everybody to see its address"),
        description=_l("Otherwise a home is never shown to everybody."),
    )
    gives_address_freely = BooleanField(
        _l("Everybody who confirms an e-mail address may see mine"),
        description=_l("Otherwise you say yes or no to each person who wants to come."),
    )
    takes = RadioField(
        _l("What does it take?"),
        choices=[
            SelectChoice(ALL, _l("Everything that the round wants")),
            SelectChoice(SOME, _l("Only the things ticked below")),
        ],
        default=ALL,
        validate_choice=False,
    )
    items = SelectMultipleField(
        _l("Things"), validate_choice=False, description=_l("Medicines are taken nowhere.")
    )
    max_boxes = IntegerField(
        _l("How many boxes fit?"), [Optional()], description=_l("Two bags are one box.")
    )
    from_on = DateField(_l("First day"), [Optional(), likely_day])
    until_on = DateField(_l("Last day"), [Optional(), likely_day])
    access_note = TextAreaField(
        _l("How does one get in?"),
        [at_most(rules.NOTE_LENGTH)],
        description=_l("Which door, which bell. Shown together with the address."),
    )
    step_free = RadioField(
        _l("Can one get in without steps?"),
        choices=names(ANSWER_NAMES),
        default=Answer.UNKNOWN.value,
        validate_choice=False,
    )
    van_note = TextAreaField(
        _l("Where can the van stop?"),
        [at_most(rules.NOTE_LENGTH)],
        description=_l("For the drivers alone."),
    )
    goes_door_to_door = BooleanField(
        _l("We also collect from door to door"),
        description=_l("The law asks for a licence for that; without one, people come to you."),
    )
    licence_number = StringField(
        _l("Number of the licence"), [at_most(rules.LICENCE_LENGTH)], filters=[line]
    )

    def __init__(self, drop: Drop, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.drop = drop
        self.country.choices = list(list_countries(current_locale()))
        if not self.country.data or self.country.data == "None":
            self.country.data = COUNTRY
        self.items.choices = [(str(item.id), plain(item.name)) for item in wanted_items(drop)]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, then place, days and hours."""
        is_valid = super().validate(extra_validators)
        if self.visibility.data not in set(Visibility):
            self.visibility.errors = [_("Say who may see the precise place.")]
            is_valid = False
        if self.step_free.data not in set(Answer):
            self.step_free.data = Answer.UNKNOWN.value
        is_found = bool(self.street.errors or self.town.errors) or self.check_place()
        return is_valid and is_found and self._check_days()

    def _check_days(self) -> bool:
        first, last = self._days()
        if not self.drop.opens_on <= first <= last <= self.drop.closes_on:
            self.refuse(PointDaysError())
            return False
        return self.hours.check_days(first, last)

    def _days(self) -> tuple[date, date]:
        return (
            self.from_on.data or self.drop.opens_on,
            self.until_on.data or self.drop.closes_on,
        )

    def content(self) -> PointContent:
        """What is said of the point; call it on a valid form only."""
        place, is_home = self.place, self.kind.data == PointKind.HOME
        items = {int(each) for each in self.items.data or () if each.isdecimal() and len(each) < 18}
        return PointContent(
            kind=PointKind(self.kind.data),
            name=place.name,
            place=place,
            zone=suggest_zone(place.country, place.locality) or self.drop.zone,
            visibility=Visibility(self.visibility.data),
            is_home_public=is_home and bool(self.is_home_public.data),
            gives_address_freely=bool(self.gives_address_freely.data)
            and self.visibility.data != Visibility.PUBLIC,
            max_boxes=self.max_boxes.data,
            takes_all=self.takes.data != SOME,
            item_ids=frozenset(items) if self.takes.data == SOME else frozenset(),
            from_on=self.from_on.data,
            until_on=self.until_on.data,
            access_note=(self.access_note.data or "").strip(),
            step_free=Answer(self.step_free.data),
            van_note=(self.van_note.data or "").strip(),
            goes_door_to_door=bool(self.goes_door_to_door.data),
            licence_number=self.licence_number.data or "",
            hours=self.rows(),
        )

    def refuse(self, error: UserError) -> None:
        """Show what a service could not keep, beside the field it is about."""
        part = error.part if isinstance(error, PointError) else ""
        if isinstance(error, PlaceError):
            part = _PLACE_FIELDS.get(error.field, "town")
        self.add_problem(error, self._fields.get(part))


class HostFields(WhoFields):
    """Who hosts a point; none of it is ever public."""

    email = EmailField(
        _l("Your e-mail address"),
        [required_text(_l("Enter your e-mail address, so that we can send you the link."))],
        description=_l("We send you a private link with which you confirm and run your point."),
    )
    may_be_asked_again = BooleanField(
        _l("You may ask me again for the next round"),
        description=_l("Then we keep your name and e-mail address for up to two years."),
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
            may_be_asked_again=bool(self.may_be_asked_again.data),
        )


class OfferPointForm(PointFields, HostFields, OnceForm, GuardedForm):
    """Somebody offers a collection point."""

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and that she is grown up."""
        is_valid = super().validate(extra_validators)
        if not self.is_adult.data:
            self.is_adult.errors = [
                _("Only people who are 18 or older can host a collection point.")
            ]
            return False
        return is_valid
