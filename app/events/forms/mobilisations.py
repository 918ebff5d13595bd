"""The forms with which organisers write days of action and fill their toolkits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, Field, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Optional

from app.appeals.forms.listing import likely_day
from app.appeals.models.appeals import Appeal
from app.campaigns.models.campaigns import Campaign
from app.events.errors.mobilisations import LinkOrFileError
from app.events.forms.events import SeenForm, at_most, line, names
from app.events.forms.hours import read_time
from app.events.models.mobilisations import Mobilisation
from app.events.render.words import HOST_POLICY_NAMES, KIND_NAMES
from app.events.rules import mobilisations as rules
from app.events.rules.mobilisations import MobilisationContent
from app.events.rules.words import EventKind, HostPolicy
from app.groups.models import Group
from app.lib.errors import UserError
from app.lib.urls import normalise_url
from app.web.fields import TranslatedField, required_text
from app.web.filters import plain
from app.web.forms import LongForm

#: Local events begin at noon unless somebody says otherwise.
_STARTS = time(12)


@dataclass(frozen=True)
class Choices:
    """What a day of action may belong to."""

    groups: Collection[Group]
    campaigns: Collection[Campaign]
    appeals: Collection[Appeal]


class MobilisationForm(SeenForm):
    """Everything that an organiser decides about a day of action."""

    slug = StringField(
        _l("Address"),
        filters=[line],
        description=_l("The end of the page's address, like global-day. It cannot change later."),
    )
    group = SelectField(_l("Group"), choices=[])
    title = TranslatedField(_l("Title"), [required_text(_l("Give the day a title."))])
    summary = TranslatedField(
        _l("Summary"),
        [required_text(_l("Say in a sentence or two what the day is for."))],
        description=_l("One or two sentences; they also stand where the page is shared."),
        is_long=True,
    )
    body = TranslatedField(
        _l("The call"),
        [required_text(_l("Write the call."))],
        description=_l("You can use Markdown: ## heading, **strong**, * list, [text](https://…)."),
        is_long=True,
    )
    demands = TranslatedField(
        _l("What we demand"), description=_l("One on each line."), is_long=True
    )
    hashtag = StringField(_l("Hashtag"), [at_most(60)], filters=[line])
    on_date = DateField(
        _l("Day"),
        [DataRequired(_l("Say on which day it is.")), likely_day],
        description=_l("The same date everywhere, by the clocks of each place."),
    )
    until_date = DateField(
        _l("Last day"),
        [Optional(), likely_day],
        description=_l("Leave this empty if it is one day."),
    )
    campaign = SelectField(_l("Campaign"), choices=[], default="")
    appeal = SelectField(_l("Appeal"), choices=[], default="")
    host_policy = RadioField(
        _l("Who may offer local events?"),
        choices=names(HOST_POLICY_NAMES),
        default=HostPolicy.APPROVAL.value,
        validate_choice=False,
    )
    local_title = TranslatedField(
        _l("Title of local events"),
        description=_l("Where you write {place}, the name of the town stands."),
    )
    local_kind = SelectField(_l("What is it?"), choices=names(KIND_NAMES))
    local_start = StringField(
        _l("Starts at"),
        [required_text(_l("Enter when it starts, like 13:00."))],
        description=_l("The time on the clocks there, like 13:00."),
    )
    local_body = TranslatedField(
        _l("Text of local events"), description=_l("You can use Markdown."), is_long=True
    )
    local_safety = TranslatedField(
        _l("How to stay safe"), description=_l("You can use Markdown."), is_long=True
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

    def __init__(
        self,
        choices: Choices,
        mobilisation: Mobilisation | None = None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        data = _values_of(mobilisation) if mobilisation else {"local_start": f"{_STARTS:%H:%M}"}
        super().__init__(data=data, **values)
        self.group.choices = _named((each.id, each.name) for each in choices.groups)
        nothing = ("", _("None"))
        self.campaign.choices = [
            nothing,
            *_named((each.id, each.title) for each in choices.campaigns),
        ]
        self.appeal.choices = [nothing, *_named((each.id, each.title) for each in choices.appeals)]
        self.starts = _STARTS

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and read when local events begin."""
        is_valid = super().validate(extra_validators)
        starts = read_time(self.local_start.data)
        if self.local_start.data and starts is None:
            self.local_start.errors = [_("Enter when it starts, like 13:00.")]
            return False
        if self.host_policy.data not in set(HostPolicy):
            self.host_policy.data = HostPolicy.APPROVAL.value
        self.starts = starts or _STARTS
        return is_valid

    def content(self, picture_id: int | None) -> MobilisationContent:
        """What was decided; call it on a valid form only."""
        first = self.on_date.data
        if first is None:
            raise ValueError("the form is not valid")
        return MobilisationContent(
            group_id=int(self.group.data),
            campaign_id=_key(self.campaign),
            appeal_id=_key(self.appeal),
            title=self.title.required,
            summary=self.summary.required,
            body=self.body.required,
            demands=self.demands.data,
            hashtag=rules.clean_hashtag(self.hashtag.data or ""),
            on_date=first,
            until_date=self.until_date.data or first,
            host_policy=HostPolicy(self.host_policy.data),
            local_title=self.local_title.data,
            local_kind=EventKind(self.local_kind.data),
            local_start=self.starts,
            local_body=self.local_body.data,
            local_safety=self.local_safety.data,
            picture_id=picture_id,
            picture_alt=self.picture_alt.data,
        )


class ToolkitForm(LongForm):
    """One thing for whoever hosts a local event: a titled link, or a file."""

    title = TranslatedField(_l("Title"), [required_text(_l("Say what it is."))])
    url = StringField(_l("Link"), [at_most(500)], filters=[line])
    file = FileField(_l("File"), description=_l("A PDF or a picture, at most 5 MB."))

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field; there is a link or a file, and not both."""
        is_valid = super().validate(extra_validators)
        if bool(self.url.data) == bool(self.file.data):
            self.add_problem(LinkOrFileError(), self.url)
            return False
        if self.url.data:
            try:
                self.url.data = normalise_url(self.url.data)
            except UserError as error:
                self.add_problem(error, self.url)
                return False
        return is_valid


def _named(rows: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - pairs of a key and a text
    return [(str(key), plain(text)) for key, text in rows]


def _key(field: Field) -> int | None:
    return int(field.data) if field.data else None


def _values_of(row: Mobilisation) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "group": str(row.group_id),
        "campaign": str(row.campaign_id or ""),
        "appeal": str(row.appeal_id or ""),
        "host_policy": row.host_policy.value,
        "local_kind": row.local_kind.value,
        "local_start": f"{row.local_start:%H:%M}",
        "until_date": row.until_date if row.until_date != row.on_date else None,
        "version": str(row.version),
        **{
            name: getattr(row, name)
            for name in (
                *("title", "summary", "body", "demands", "hashtag", "on_date"),
                *("local_title", "local_body", "local_safety", "picture_alt"),
            )
        },
    }
