"""The forms of shifts: taking some, and an organiser's work with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.events.models.events import Event
from app.events.models.shifts import Shift
from app.events.render.shifts import SOURCE_NAMES, Row, hours, role_name, wall_day
from app.events.rules import shifts as rules
from app.events.rules.shifts import Helper, ShiftContent
from app.events.rules.words import EntrySource, RoleKind
from app.lib.text import clean_line
from app.web.fields import EmailField, TranslatedField, required_text
from app.web.forms import DeskForm, LongForm, PublicForm, version_in
from app.web.guarded import GuardedForm, SlipForm


def _line(text: str | None) -> str | None:
    return clean_line(text) or None if text else None


def _at_most(length: int) -> Length:
    return Length(max=length, message=_l("Please use at most %(max)d characters."))


class TakeForm(SlipForm, GuardedForm):
    """Somebody without an account takes shifts."""

    chosen = SelectMultipleField(_l("Which shifts do you take?"), validate_choice=False)
    name = StringField(
        _l("Your name"),
        [required_text(_l("Tell us how to call you.")), _at_most(rules.NAME_LENGTH)],
        filters=[_line],
        description=_l("Organisers see it; the public does not."),
    )
    email = EmailField(
        _l("Your e-mail address"),
        [required_text(_l("Enter your e-mail address, so that we can tell you where to be."))],
        description=_l("For these shifts only."),
    )
    phone = StringField(
        _l("Your phone number"),
        [_at_most(rules.PHONE_LENGTH)],
        filters=[_line],
        description=_l("So that the organisers can ring you on the day. They alone see it."),
    )
    skills = TextAreaField(
        _l("What you can do"),
        [_at_most(rules.SKILLS_LENGTH)],
        description=_l("Languages, first aid, stewarding before: whatever helps."),
    )
    is_adult = BooleanField(_l("I am 18 or older"))
    #: The signed name of a shift that is not shown in public.
    invited = HiddenField()

    def __init__(self, rows: Sequence[Row], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.rows = rows
        self.chosen.choices = [(each.key, each.role) for each in rows]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field; the two ticks have sentences of their own."""
        is_valid = super().validate(extra_validators)
        if not self.chosen.data:
            self.chosen.errors = [_("Tick at least one shift.")]
        if not self.is_adult.data:
            self.is_adult.errors = [
                _("Shifts are for people who are 18 or older. Please tick the box.")
            ]
        return is_valid and not self.chosen.errors and not self.is_adult.errors

    def helper(self, locale: str) -> Helper:
        """Who takes them; call it on a valid form only."""
        return Helper(
            name=self.name.data or "",
            email=self.email.data or None,
            phone=self.phone.data or None,
            skills=(self.skills.data or "").strip() or None,
            locale=locale,
            is_adult=self.is_adult.data,
        )


class BackForm(PublicForm):
    """The button that gives a shift back, or takes it again."""


class ShiftForm(LongForm):
    """What an organiser decides about a shift, or several alike."""

    role = SelectField(_l("Role"))
    note = TranslatedField(
        _l("What to know"),
        description=_l("Which language an interpreter speaks, what to bring, where to report."),
    )
    is_trusted = BooleanField(
        _l("Only for people we invite"),
        description=_l(
            "The public does not see it. Give its own link to people you trust; you decide who "
            "has it. Chief stewards and the legal back office are always so."
        ),
    )
    starts_local = DateTimeLocalField(
        _l("Starts"), [DataRequired(_l("Say when it starts, like 5 December 2026, 12:00."))]
    )
    lasts = IntegerField(
        _l("Minutes"),
        [InputRequired(_l("Say how many minutes it lasts, like 120."))],
        default=120,
    )
    needed = IntegerField(
        _l("People needed"),
        [
            InputRequired(_l("Say how many people are needed.")),
            NumberRange(1, rules.NEEDED_MOST, _l("From %(min)d to %(max)d people.")),
        ],
        default=2,
        description=_l("More may come: nobody is turned away."),
    )
    count = IntegerField(
        _l("How many shifts, one after the other"),
        [
            InputRequired(_l("Say how many shifts, at least 1.")),
            NumberRange(1, rules.AT_ONCE_MOST, _l("From %(min)d to %(max)d shifts at once.")),
        ],
        default=1,
        description=_l("Three shifts of 120 minutes cover six hours."),
    )
    version = HiddenField()

    def __init__(
        self,
        event: Event,
        shift: Shift | None = None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(data=_values_of(shift) if shift else _first_values(event), **values)
        self.role.choices = [(each.value, role_name(each)) for each in RoleKind]
        if shift is not None:
            del self.count

    @property
    def seen_version(self) -> int:
        """The version of the shift that the page was made from; 0 when that is not told."""
        return version_in(self.version.data)

    def content(self) -> ShiftContent:
        """What was decided; call it on a valid form only."""
        starts: datetime | None = self.starts_local.data
        if starts is None:
            raise ValueError("the form is not valid")
        minutes = min(max(self.lasts.data or 0, 0), 10_000)
        return ShiftContent(
            role=RoleKind(self.role.data),
            starts_local=starts,
            ends_local=starts + timedelta(minutes=minutes),
            needed=self.needed.data or 1,
            note=self.note.data,
            is_trusted=self.is_trusted.data,
        )


def _values_of(shift: Shift) -> dict[str, Any]:
    return {
        "role": shift.role.value,
        "note": shift.note,
        "is_trusted": shift.is_trusted,
        "starts_local": shift.starts_local,
        "lasts": int((shift.ends_local - shift.starts_local).total_seconds() // 60),
        "needed": shift.needed,
        "version": str(shift.version),
    }


def _first_values(event: Event) -> dict[str, Any]:
    """A shift for the whole event, where that is no longer than people can stand."""
    lasts = int((event.ends_local - event.starts_local).total_seconds() // 60)
    return {
        "role": RoleKind.STEWARD.value,
        "starts_local": event.starts_local,
        "lasts": lasts if lasts <= 360 else 120,
        "needed": 2,
        "count": 1,
    }


class EnterHelperForm(DeskForm):
    """Somebody who rang or wrote on paper."""

    name = StringField(
        _l("Her name"),
        [required_text(_l("Enter a name.")), _at_most(rules.NAME_LENGTH)],
        filters=[_line],
    )
    email = EmailField(_l("Her e-mail address"), description=_l("She gets the link to her page."))
    phone = StringField(_l("Her phone number"), [_at_most(rules.PHONE_LENGTH)], filters=[_line])
    skills = TextAreaField(_l("What she can do"), [_at_most(rules.SKILLS_LENGTH)])
    source = SelectField(
        _l("How she told us"),
        choices=[
            SelectChoice(each.value, SOURCE_NAMES[each])
            for each in (EntrySource.PHONE, EntrySource.PAPER, EntrySource.DOOR)
        ],
    )
    is_adult = BooleanField(_l("She says that she is 18 or older"))

    def helper(self, locale: str) -> Helper:
        """Whom it is about; call it on a valid form only."""
        return Helper(
            name=self.name.data or "",
            email=self.email.data or None,
            phone=self.phone.data or None,
            skills=(self.skills.data or "").strip() or None,
            locale=locale,
            is_adult=self.is_adult.data,
        )


class MoveHelperForm(DeskForm):
    """To which other shift somebody moves."""

    target = SelectField(_l("Move to"))

    def __init__(self, others: Sequence[Shift], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.target.choices = [
            (
                each.public_id,
                f"{role_name(each.role)}: {wall_day(each.starts_local)}{_(', ')}{hours(each)}",
            )
            for each in others
        ]
