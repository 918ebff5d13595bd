"""The forms of collections at work: signing up, a steward's own page, what was counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from app.aid.errors.stock import KeyUsedError
from app.aid.errors.workplaces import WorkplaceDatesError
from app.aid.forms.hosting import AmountsForm
from app.aid.forms.tally import SENTENCES
from app.aid.models.drops import Drop
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.rules import workplaces as rules
from app.aid.rules.pickups import NOTE_LENGTH
from app.aid.rules.stock import REASON_LENGTH, WHAT_LENGTH
from app.aid.rules.tally import TallyError, TallyProblem, read_count, read_grams
from app.aid.rules.words import Unit
from app.aid.rules.workplaces import Content, Count, Span, Spot, Steward
from app.appeals.forms.listing import likely_day
from app.events.forms.events import at_most, line
from app.events.render.listing import town_label
from app.lib.errors import UserError
from app.places.queries.finding import (
    Ambiguous,
    Found,
    TownWanted,
    find_position,
    list_likely,
)
from app.web.fields import EmailField, required_text
from app.web.filters import day
from app.web.forms import Form, PublicForm, version_in
from app.web.guarded import GuardedForm, SlipForm

#: The value of the choice to say later where it is taken to.
LATER: Final = ""
PHONE_LENGTH: Final = 40


class WorkplaceFields(Form):
    """What is said of a collection at work: by its steward, or by an organiser for her."""

    organisation = StringField(
        _l("Workplace or organisation"),
        [required_text(_l("Say where it is collected.")), at_most(rules.ORGANISATION_LENGTH)],
        filters=[line],
        description=_l("A firm, a school, a union branch. The host of your point reads it."),
    )
    is_public = BooleanField(_l("You may name us in public"))
    where = StringField(
        _l("Postcode or town"),
        [required_text(_l("Enter a postcode or a town.")), at_most(120)],
        filters=[line],
        description=_l("We show you the points near it. In Northern Ireland enter the town."),
    )
    town_id = RadioField(_l("Which one do you mean?"), validate_choice=False)
    staff = StringField(
        _l("How many people work there?"),
        [at_most(20)],
        filters=[line],
        description=_l("Roughly."),
    )
    from_on = DateField(_l("First day"), [likely_day])
    until_on = DateField(_l("Last day"), [likely_day])
    bring_on = DateField(
        _l("Day on which you bring it"),
        [Optional(), likely_day],
        description=_l("If you know it already."),
    )
    boxes = StringField(
        _l("How many boxes will it be?"),
        [required_text(_l("Say roughly how many boxes.")), at_most(20)],
        filters=[line],
        description=_l("Your guess; two bags are one box. You can change it later."),
    )
    name = StringField(
        _l("Your name"),
        [
            required_text(_l("Tell us how to call you; it need not be your full name.")),
            at_most(rules.STEWARD_LENGTH),
        ],
        filters=[line],
        description=_l("For the organisers alone, never in public. It need not be your full name."),
    )
    phone = StringField(
        _l("Telephone"),
        [at_most(PHONE_LENGTH)],
        filters=[line],
        description=_l("For a question of the organisers; kept encrypted, never in public."),
    )

    #: What a valid form found out.
    spot: Spot
    promised: int
    staff_count: int | None

    def __init__(self, drop: Drop, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.drop = drop
        self.town_id.choices = []

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, then the place and the numbers."""
        is_valid = super().validate(extra_validators)
        for field in (self.from_on, self.until_on):
            if field.data is None and not field.errors:
                field.errors = [_("Enter a day, like 2026-11-22.")]
                is_valid = False
        is_placed = bool(self.where.data) and self._find()
        return self._read_numbers() and is_placed and is_valid

    def _find(self) -> bool:
        typed, chosen = self.where.data or "", self.town_id.data or ""
        town_id = (
            int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else None
        )
        found = find_position(typed, town_id=town_id, home_zone=self.drop.zone)
        if isinstance(found, Found):
            label = found.label if found.town is None else found.town.name
            self.spot = Spot(
                locality=label[:120], country=found.country, lat=found.lat, lon=found.lon
            )
            return True
        if isinstance(found, Ambiguous):
            self.town_id.choices = [(str(town.id), town_label(town)) for town in found.towns]
            self.town_id.errors = [_("Several places are called so. Choose yours.")]
        elif isinstance(found, TownWanted):
            sentence = _(
                "For Northern Ireland, Jersey, Guernsey and the Isle of Man, please type the name "
                "of the town."
            )
            self.where.errors = [sentence]
        else:
            self._offer_likely(typed)
        return False

    def _offer_likely(self, typed: str) -> None:
        likely = list_likely(typed)
        self.where.errors = [
            _(
                "We do not know that place. Try a larger town nearby, or the beginning of a "
                "postcode."
            )
        ]
        if likely:
            meant = ", ".join(town.name for town in likely)
            self.where.errors += [_("Did you mean one of these? %(towns)s", towns=meant)]

    def _read_numbers(self) -> bool:
        self.promised = self._number(self.boxes, Unit.BOX)
        self.staff_count = self._number(self.staff, Unit.EACH) or None
        if not self.boxes.errors and not self.promised:
            self.boxes.errors = [_("Say roughly how many boxes.")]
        return not (self.boxes.errors or self.staff.errors)

    def _number(self, field: Any, unit: Unit) -> int:  # noqa: ANN401 - a field of text
        if field.errors:
            return 0
        try:
            return read_count(field.data or "", unit)
        except TallyError as error:
            field.errors = [_(SENTENCES[error.problem])]
            return 0

    def content(self) -> Content:
        """What is said of it; call it on a valid form only."""
        first, last = self.from_on.data, self.until_on.data
        if first is None or last is None:
            raise ValueError("the form is not valid")
        return Content(
            organisation=self.organisation.data or "",
            is_public=bool(self.is_public.data),
            spot=self.spot,
            span=Span(from_on=first, until_on=last, bring_on=self.bring_on.data),
            promised_boxes=self.promised,
            staff_count=self.staff_count,
        )

    def steward(self, locale: str) -> Steward:
        """Who runs it; call it on a valid form only."""
        return Steward(
            name=self.name.data or "",
            email=self["email"].data or None,
            phone=self.phone.data or None,
            locale=locale,
        )


class SignUpForm(WorkplaceFields, SlipForm, GuardedForm):
    """Somebody signs up a collection at her workplace."""

    email = EmailField(
        _l("Your e-mail address"),
        [required_text(_l("Enter your e-mail address, so that we can send you the link."))],
        description=_l("We send you a private link with which you confirm and change it."),
    )
    #: Set on the page that shows everything once more.
    confirmed = HiddenField()
    point = RadioField(_l("Where will you take it?"), validate_choice=False, default=LATER)

    @property
    def is_last_step(self) -> bool:  # type: ignore[override]
        """Only what writes something down must have taken a moment."""
        return bool(self.confirmed.data)


class StandingFields(WorkplaceFields):
    """The same of one that stands in the table; where it is stays while what is typed does."""

    version = HiddenField()

    def __init__(self, workplace: WorkplaceCollection, **values: Any) -> None:  # noqa: ANN401
        super().__init__(workplace.drop, data=values_of(workplace), **values)
        self.workplace = workplace

    def _find(self) -> bool:
        stands = self.workplace
        if self.where.data != stands.locality or self.town_id.data:
            return super()._find()
        self.spot = Spot(
            locality=stands.locality, country=stands.country, lat=stands.lat, lon=stands.lon
        )
        return True

    @property
    def seen_version(self) -> int:
        """The version that the page was made from; 0 when that is not told."""
        return version_in(self.version.data)


class EditForm(StandingFields, PublicForm):
    """A steward changes the days, the promise and how she is reached."""

    email = EmailField(
        _l("Your e-mail address"),
        [required_text(_l("Enter your e-mail address, so that we can send you the link."))],
        description=_l("A new address counts once you confirmed it by mail."),
    )


def values_of(workplace: WorkplaceCollection) -> dict[str, Any]:
    """What stands, as the fields show it."""
    return {
        "organisation": workplace.organisation,
        "is_public": workplace.is_public,
        "where": workplace.locality,
        "staff": str(workplace.staff_count or ""),
        "from_on": workplace.from_on,
        "until_on": workplace.until_on,
        "bring_on": workplace.bring_on,
        "boxes": str(workplace.promised_boxes),
        "name": workplace.steward,
        "email": workplace.new_email or workplace.email,
        "phone": workplace.phone or "",
        "version": str(workplace.version),
    }


class StewardButton(PublicForm):
    """A button on a steward's page."""


class ChoosePointForm(PublicForm):
    """The point to which it is taken."""

    point = StringField(_l("Collection point"), [at_most(100)], filters=[line])


class CountForm(AmountsForm):
    """What was counted; the same form, sent twice, is one entry."""

    kg = StringField(_l("Kilograms"), [at_most(20)], filters=[line])
    what = StringField(
        _l("In a few words"),
        [at_most(WHAT_LENGTH)],
        filters=[line],
        description=_l("Such as blankets, or clothes for children."),
    )

    def readers(self) -> dict[str, Callable[[str], int]]:
        """A weight, too."""
        return {**super().readers(), "kg": read_grams}

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and that there was anything at all."""
        is_valid = super().validate(extra_validators)
        if is_valid and not any(self.counts.values()):
            self.boxes.errors = [_(SENTENCES[TallyProblem.NOTHING])]
            return False
        return is_valid

    def count(self) -> Count:
        """What was counted; call it on a valid form only."""
        return Count(bags=self.counts["bags"], boxes=self.counts["boxes"], grams=self.counts["kg"])


class HandOverForm(CountForm):
    """It was taken to the point."""


class CorrectHandOverForm(CountForm):
    """What the host of a point really counted of a hand-over."""

    reason = StringField(_l("What was wrong?"), [at_most(REASON_LENGTH)], filters=[line])


class FetchForm(AmountsForm):
    """It shall be fetched from the workplace."""

    note = TextAreaField(
        _l("What the driver must know"),
        [at_most(NOTE_LENGTH)],
        description=_l("Where to ring, which entrance, which hours."),
    )


def tell(form: Form, error: UserError) -> None:
    """Show a problem at its field; a day as the page's language writes it."""
    if isinstance(error, WorkplaceDatesError):
        error.params["day"] = day(error.closes_on)
        form.add_problem(error, form[error.part])
    else:
        form.add_problem(error)


def anew(form: PublicForm, error: UserError) -> PublicForm:
    """The form that is shown after an error: where it was used up, a fresh one as it was typed."""
    if isinstance(error, KeyUsedError):
        typed = {name: value for name, value in form.data.items() if name != "csrf_token"}
        form = type(form)(formdata=None, data=typed)
    form.add_problem(error)
    return form
