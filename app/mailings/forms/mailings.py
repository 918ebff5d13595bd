"""The forms with which mailings are written, and given their hour."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, ValidationError

from app.appeals.forms.listing import likely_day
from app.appeals.models.appeals import Appeal
from app.campaigns.models.campaigns import Campaign
from app.events.forms.events import SeenForm, at_most, line, names
from app.events.forms.hours import read_time
from app.events.models.events import Event
from app.groups.models import Group
from app.lib.text import Translated
from app.mailings.models.mailings import Mailing
from app.mailings.render.desk import GIVING_NAMES, KIND_NAMES
from app.mailings.rules.audience import Audience, Giving, from_json, read_areas, read_tags
from app.mailings.rules.mailings import LONGEST_BODY, LONGEST_SUBJECT, MailingContent
from app.mailings.rules.words import MailingKind
from app.settings import settings
from app.supporters.render.offers import SKILL_NAMES
from app.supporters.rules.words import Skill
from app.web.fields import TranslatedField, required_text
from app.web.filters import plain
from app.web.forms import DeskForm
from app.web.locale import language_name

_LINE: Final = 400


@dataclass(frozen=True)
class Choices:
    """What a mailing may tell of, and to whose people it may go."""

    groups: Collection[Group]
    campaigns: Collection[Campaign]
    appeals: Collection[Appeal]
    events: Collection[Event]


def shorter_than(length: int) -> Any:  # noqa: ANN401 - a validator
    """A validator: no language's text is longer than this."""

    def check(_form: Any, field: TranslatedField) -> None:  # noqa: ANN401
        longest = max((len(each) for each in field.typed.values()), default=0)
        if longest > length:
            raise ValidationError(_("Please use at most %(max)d characters.", max=length))

    return check


class MailingForm(SeenForm):
    """What is written, and to whom."""

    group = SelectField(_l("From"), choices=[])
    kind = RadioField(
        _l("What it is about"),
        choices=names(KIND_NAMES),
        default=MailingKind.NEWS.value,
        validate_choice=False,
        description=_l("It goes only to people who agreed to mails about this."),
    )
    appeal = SelectField(_l("The appeal that it tells of"), choices=[], default="")
    subject = TranslatedField(
        _l("Subject"),
        [required_text(_l("Write a subject.")), shorter_than(LONGEST_SUBJECT)],
        description=_l("Whoever reads a language in which it is not written gets the other one."),
    )
    body = TranslatedField(
        _l("Text"),
        [required_text(_l("Write the text.")), shorter_than(LONGEST_BODY)],
        description=_l(
            "You can use Markdown: ## heading, **strong**, * list, [text](https://…). Links to our "
            "pages can begin with a slash, like /about."
        ),
        is_long=True,
    )
    source_word = StringField(
        _l("Word in its links"),
        [at_most(30)],
        filters=[line],
        description=_l("What comes by these links is counted under it; who it was is not noted."),
    )
    members = BooleanField(_l("Only members of the group"))
    campaign = SelectField(_l("Who joined for a campaign"), choices=[], default="")
    tags = StringField(
        _l("Who has one of these tags"),
        [at_most(_LINE)],
        filters=[line],
        description=_l("Several with commas between them."),
    )
    without_tags = StringField(_l("Who has none of these tags"), [at_most(_LINE)], filters=[line])
    skill = SelectField(_l("Who could do this"), choices=[], default="")
    event = SelectField(_l("Who comes to an event"), choices=[], default="")
    giving = SelectField(_l("Who gave"), choices=[], default="")
    areas = StringField(
        _l("Whose postcode begins so"),
        [at_most(_LINE)],
        filters=[line],
        description=_l("Like E17, N15 or BD. Who told us no postcode does not get it then."),
    )
    language = SelectField(_l("Who reads this language"), choices=[], default="")

    def __init__(
        self,
        choices: Choices,
        mailing: Mailing | None = None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        data = values_of(mailing) if mailing else dict(values.pop("data", {}))
        super().__init__(data=data, **values)
        self._areas: tuple[str, ...] | None = ()
        self.of_groups = choices
        self.group.choices = _named((each.id, each.name) for each in choices.groups)
        nothing, anybody = ("", _("None")), ("", _("Everybody"))
        appeals = _named((each.id, each.title) for each in choices.appeals)
        self.appeal.choices = [nothing, *appeals]
        campaigns = _named((each.id, each.title) for each in choices.campaigns)
        self.campaign.choices = [anybody, *campaigns]
        self.event.choices = [
            anybody,
            *_named((each.id, each.title) for each in choices.events),
        ]
        self.skill.choices = [anybody, *((each.value, SKILL_NAMES[each]) for each in Skill)]
        gave = [(f"appeal-{key}", _("Gave to “%(title)s”", title=title)) for key, title in appeals]
        self.giving.choices = [
            anybody,
            *((each.value, GIVING_NAMES[each]) for each in Giving),
            *gave,
        ]
        self.language.choices = [
            anybody,
            *((each, language_name(each)) for each in settings().locales),
        ]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and that what was chosen belongs to the group."""
        is_valid = super().validate(extra_validators)
        self._areas = read_areas(self.areas.data or "")
        if self._areas is None:
            self._say(self.areas, _("Write beginnings of postcodes, like E17 or BD."))
        if self.kind.data not in set(MailingKind):
            self._say(self.kind, _("Choose what it is about."))
        is_appeal = self.kind.data == MailingKind.APPEAL.value
        if is_appeal and not self.appeal.data:
            self._say(self.appeal, _("Choose the appeal that it tells of."))
        self._refuse_strangers()
        return is_valid and not self.problems()

    def _refuse_strangers(self) -> None:
        group_id = _number(self.group.data)
        of = self.of_groups
        owners = (
            (self.appeal, {each.id: each.group_id for each in of.appeals}),
            (self.campaign, {each.id: each.group_id for each in of.campaigns}),
            (self.event, {each.id: each.group_id for each in of.events}),
        )
        for field, owner in owners:
            chosen = _number(field.data)
            if chosen is not None and owner.get(chosen) != group_id:
                self._say(field, _("It belongs to another group."))

    def _say(self, field: Field, sentence: str) -> None:
        field.errors = [*field.errors, sentence]

    @property
    def chosen_group(self) -> Group:
        """The group that writes; call it on a valid form only."""
        wanted = _number(self.group.data)
        return next(each for each in self.of_groups.groups if each.id == wanted)

    @property
    def is_narrowed(self) -> bool:
        """Whether any condition is chosen, or wrong: then they are shown."""
        fields = (self.members, self.campaign, self.tags, self.without_tags, self.skill)
        others = (self.event, self.giving, self.areas, self.language)
        return any(each.data or each.errors for each in (*fields, *others))

    def content(self) -> MailingContent:
        """What was decided; call it on a valid form only."""
        kind = MailingKind(self.kind.data)
        return MailingContent(
            kind=kind,
            appeal_id=_number(self.appeal.data) if kind is MailingKind.APPEAL else None,
            subject=self.subject.required,
            body=self.body.required,
            audience=self.audience(),
            source_word=self.source_word.data or "",
        )

    def audience(self) -> Audience:
        """To whom it goes; call it on a valid form only."""
        giving = self.giving.data or ""
        to_appeal = giving.removeprefix("appeal-") if giving.startswith("appeal-") else None
        return Audience(
            members=bool(self.members.data),
            campaign_id=_number(self.campaign.data),
            tags=read_tags(self.tags.data or ""),
            without_tags=read_tags(self.without_tags.data or ""),
            skill=Skill(self.skill.data) if self.skill.data else None,
            event_id=_number(self.event.data),
            giving=Giving(giving) if giving and to_appeal is None else None,
            gave_to_id=_number(to_appeal),
            areas=self._areas or (),
            locale=self.language.data or None,
        )


def _number(text: str | None) -> int | None:
    """The number of a row that somebody chose; what is none is no choice of ours."""
    return int(text) if text and re.fullmatch("[0-9]{1,18}", text) else None


def _named(rows: Iterable[tuple[int, Translated]]) -> list[tuple[str, str]]:
    return [(str(key), plain(name)) for key, name in rows]


def values_of(mailing: Mailing) -> dict[str, Any]:
    """What the fields show of a mailing."""
    audience = from_json(mailing.audience)
    gave_to = f"appeal-{audience.gave_to_id}" if audience.gave_to_id else ""
    return {
        "group": str(mailing.group_id),
        "kind": mailing.kind.value,
        "appeal": str(mailing.appeal_id or ""),
        "subject": mailing.subject,
        "body": mailing.body,
        "source_word": mailing.source_word,
        "members": audience.members,
        "campaign": str(audience.campaign_id or ""),
        "tags": ", ".join(audience.tags),
        "without_tags": ", ".join(audience.without_tags),
        "skill": audience.skill.value if audience.skill else "",
        "event": str(audience.event_id or ""),
        "giving": audience.giving.value if audience.giving else gave_to,
        "areas": ", ".join(audience.areas),
        "language": audience.locale or "",
        "version": str(mailing.version),
    }


class HourForm(DeskForm):
    """The hour at which a mailing goes."""

    on_date = DateField(_l("Day"), [DataRequired(_l("Choose a day.")), likely_day])
    at_time = StringField(
        _l("Time"),
        [required_text(_l("Enter a time, like 18:00.")), at_most(20)],
        filters=[line],
    )

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check both, and that the time can be read."""
        is_valid = super().validate(extra_validators)
        if self.at_time.data and read_time(self.at_time.data) is None:
            self.at_time.errors = [*self.at_time.errors, _("Enter a time, like 18:00.")]
            return False
        return is_valid

    def instant(self) -> datetime:
        """When it is, by the clocks where we are; call it on a valid form only."""
        time = read_time(self.at_time.data)
        if self.on_date.data is None or time is None:
            raise ValueError("the form is not valid")
        zone = ZoneInfo(settings().timezone)
        return datetime.combine(self.on_date.data, time, tzinfo=zone).astimezone(UTC)
