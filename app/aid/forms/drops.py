"""The forms with which organisers write rounds of collecting and let them go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, NumberRange, Optional

from app.aid.models.drops import Drop
from app.aid.rules import drops as rules
from app.aid.rules.drops import DropContent
from app.aid.rules.words import DropState
from app.appeals.forms.listing import likely_day
from app.events.forms.events import SeenForm, at_most, line
from app.events.forms.mobilisations import Choices
from app.events.models.events import Event
from app.events.render.events import when_shown
from app.events.rules.times import find_zone
from app.lib.errors import UserError
from app.settings import settings
from app.web.fields import TranslatedField, required_text
from app.web.filters import plain
from app.web.forms import DeskForm, LongForm

MARKDOWN: Final = _l("You can use Markdown: ## heading, **strong**, * list, [text](https://…).")
#: The columns that have the name of their field.
_SAME: Final = (
    *("title", "summary", "body", "destination", "how_to_pack", "zone", "opens_on", "closes_on"),
    *("pickup_from", "pickup_until", "depart_on", "target_boxes", "phone", "retention_days"),
    "picture_alt",
)


class DropForm(SeenForm):
    """Everything that an organiser decides about a round, besides its list and its states."""

    slug = StringField(
        _l("Address"),
        filters=[line],
        description=_l("The end of the page's address, like winter-aid. It cannot change later."),
    )
    group = SelectField(_l("Group"), choices=[])
    title = TranslatedField(_l("Title"), [required_text(_l("Give the round a title."))])
    summary = TranslatedField(
        _l("Summary"),
        [required_text(_l("Say in a sentence or two what is collected, and for whom."))],
        description=_l("One or two sentences; they also stand where the page is shared."),
        is_long=True,
    )
    body = TranslatedField(
        _l("Text"),
        [required_text(_l("Tell what it is about."))],
        description=MARKDOWN,
        is_long=True,
    )
    destination = TranslatedField(
        _l("For whom"),
        description=_l("Who gets it, and where; never the route or the day."),
        is_long=True,
    )
    how_to_pack = TranslatedField(_l("How to pack"), description=MARKDOWN, is_long=True)
    zone = StringField(
        _l("Time zone"),
        [required_text(_l("Say in which time zone it is, like Europe/London.")), at_most(64)],
        filters=[line],
    )
    opens_on = DateField(
        _l("First day"),
        [DataRequired(_l("Say from which day on people bring things.")), likely_day],
    )
    closes_on = DateField(
        _l("Last day"), [DataRequired(_l("Say until which day people bring things.")), likely_day]
    )
    pickup_from = DateField(
        _l("Vans fetch things from"),
        [Optional(), likely_day],
        description=_l("For hosts and the desk alone."),
    )
    pickup_until = DateField(_l("Vans fetch things until"), [Optional(), likely_day])
    depart_on = DateField(
        _l("Leaves on"),
        [Optional(), likely_day],
        description=_l("The public reads the month alone."),
    )
    target_boxes = IntegerField(
        _l("How many boxes do you hope for?"),
        [Optional(), NumberRange(1, rules.MOST_BOXES)],
        description=_l("Two bags are one box."),
    )
    phone = StringField(
        _l("Number to ring"),
        [at_most(rules.PHONE_LENGTH)],
        filters=[line],
        description=_l("For hosts and people who bring things. Everybody can read it."),
    )
    campaign = SelectField(_l("Campaign"), choices=[], default="")
    appeal = SelectField(
        _l("Appeal"),
        choices=[],
        default="",
        description=_l("The money for diesel and ferry, shown beside the things."),
    )
    retention_days = IntegerField(
        _l("Days until addresses are deleted after the end"),
        [DataRequired(_l("Please fill this in.")), NumberRange(1, rules.KEPT_AT_MOST)],
    )
    picture = FileField(
        _l("Picture"),
        description=_l("JPEG, PNG or WEBP, at most 5 MB. It replaces the present one."),
    )
    remove_picture = BooleanField(_l("Take the picture away"))
    picture_alt = TranslatedField(
        _l("What the picture shows"),
        description=_l("For people who cannot see it. Needed where there is a picture."),
    )

    def __init__(self, choices: Choices, drop: Drop | None = None, **values: Any) -> None:  # noqa: ANN401
        first = {"zone": settings().timezone, "retention_days": rules.KEPT_USUALLY}
        super().__init__(data=_values_of(drop) if drop else first, **values)
        self.group.choices = [(str(each.id), plain(each.name)) for each in choices.groups]
        nothing = ("", _("None"))
        for field, rows in ((self.campaign, choices.campaigns), (self.appeal, choices.appeals)):
            field.choices = [nothing, *((str(each.id), plain(each.title)) for each in rows)]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and read the time zone."""
        is_valid = super().validate(extra_validators)
        try:
            self.zone.data = find_zone(self.zone.data or "")
        except UserError as error:
            if not self.zone.errors:
                self.add_problem(error, self.zone)
            return False
        return is_valid

    def content(self, picture_id: int | None) -> DropContent:
        """What was decided; call it on a valid form only."""
        if self.opens_on.data is None or self.closes_on.data is None:
            raise ValueError("the form is not valid")
        return DropContent(
            group_id=int(self.group.data),
            campaign_id=_key(self.campaign),
            appeal_id=_key(self.appeal),
            title=self.title.required,
            summary=self.summary.required,
            body=self.body.required,
            destination=self.destination.data,
            how_to_pack=self.how_to_pack.data,
            zone=self.zone.data or "",
            opens_on=self.opens_on.data,
            closes_on=self.closes_on.data,
            pickup_from=self.pickup_from.data,
            pickup_until=self.pickup_until.data,
            depart_on=self.depart_on.data,
            target_boxes=self.target_boxes.data,
            phone=self.phone.data or None,
            retention_days=self.retention_days.data or rules.KEPT_USUALLY,
            picture_id=picture_id,
            picture_alt=self.picture_alt.data,
        )

    def refuse(self, error: UserError) -> None:
        """Show what the service could not keep, beside the field it is about."""
        part = getattr(error, "part", None)
        self.add_problem(error, self._fields.get(part or ""))


class MoveForm(LongForm):
    """Where a round goes on to, and what everybody reads about it."""

    #: Where it stood on the page.
    seen = HiddenField()
    note = TranslatedField(
        _l("What everybody reads about it"),
        description=_l("One or two sentences on top of the page."),
        is_long=True,
    )

    def __init__(self, drop: Drop, **values: Any) -> None:  # noqa: ANN401
        super().__init__(data={"seen": drop.state.value}, **values)

    @property
    def seen_state(self) -> DropState | None:
        """Where it stood on the page; nothing where that is no state."""
        return DropState(self.seen.data) if self.seen.data in set(DropState) else None


class ReportForm(SeenForm):
    """What became of a round."""

    report = TranslatedField(_l("What became of it"), description=MARKDOWN, is_long=True)

    def __init__(self, drop: Drop, **values: Any) -> None:  # noqa: ANN401
        kept = {"report": drop.report, "version": str(drop.version)}
        super().__init__(data=kept, **values)


class EventForm(DeskForm):
    """An event of the group that belongs to a round."""

    event = SelectField(_l("Event"), validate_choice=False)

    def __init__(self, events: Sequence[Event], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.offered = {str(each.id) for each in events}
        self.event.choices = [
            (str(each.id), f"{plain(each.title)} – {when_shown(each)}") for each in events
        ]

    @property
    def event_id(self) -> int | None:
        """The chosen event; nothing where none of those offered was chosen."""
        return int(self.event.data) if self.event.data in self.offered else None


class CloneForm(LongForm):
    """The same round again."""

    slug = StringField(
        _l("Address"),
        [required_text(_l("Please fill this in."))],
        filters=[line],
        description=_l("The end of the page's address, like winter-aid. It cannot change later."),
    )
    opens_on = DateField(
        _l("First day"),
        [DataRequired(_l("Say from which day on people bring things.")), likely_day],
    )
    closes_on = DateField(
        _l("Last day"), [DataRequired(_l("Say until which day people bring things.")), likely_day]
    )

    def refuse(self, error: UserError) -> None:
        """Show what the service could not keep, beside the field it is about."""
        part = getattr(error, "part", None)
        self.add_problem(error, self._fields.get(part or ""))


def _key(field: Field) -> int | None:
    return int(field.data) if field.data else None


def _values_of(drop: Drop) -> dict[str, Any]:
    return {
        "slug": drop.slug,
        "group": str(drop.group_id),
        "campaign": str(drop.campaign_id or ""),
        "appeal": str(drop.appeal_id or ""),
        "version": str(drop.version),
        **{name: getattr(drop, name) for name in _SAME},
    }
