"""The form with which organisers write campaigns."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, StringField

from app.campaigns.models.campaigns import Campaign
from app.campaigns.rules.campaigns import CampaignContent
from app.groups.models import Group
from app.web.fields import TranslatedField, required_text
from app.web.filters import plain
from app.web.forms import ActionForm, LongForm, version_in


class CampaignForm(LongForm):
    """Everything an organiser decides about a campaign."""

    slug = StringField(
        _l("Address"),
        description=_l("The end of the page's address, like winter-aid. It cannot change later."),
    )
    group = SelectField(_l("Group"), choices=[])
    title = TranslatedField(_l("Title"), [required_text(_l("Give the campaign a title."))])
    summary = TranslatedField(
        _l("Summary"),
        [required_text(_l("Say in a sentence or two what you want to reach."))],
        description=_l("One or two sentences; they also stand where the page is shared."),
        is_long=True,
    )
    story = TranslatedField(
        _l("Text"),
        [required_text(_l("Tell why people should join."))],
        description=_l("You can use Markdown: ## heading, **strong**, * list, [text](https://…)."),
        is_long=True,
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
    version = HiddenField()

    def __init__(
        self,
        groups: Collection[Group],
        campaign: Campaign | None = None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(data=_values_of(campaign) if campaign else None, **values)
        self.groups = {str(group.id): group for group in groups}
        self.group.choices = [(key, plain(group.name)) for key, group in self.groups.items()]

    @property
    def chosen_group(self) -> Group:
        """Whose campaign it is; call it on a valid form only."""
        return self.groups[self.group.data]

    @property
    def seen_version(self) -> int:
        """The version that the page was made from; 0 when that is not told."""
        return version_in(self.version.data)

    def content(self, picture_id: int | None) -> CampaignContent:
        """What was decided; call it on a valid form only."""
        return CampaignContent(
            title=self.title.required,
            summary=self.summary.required,
            story=self.story.required,
            picture_id=picture_id,
            picture_alt=self.picture_alt.data,
        )


def _values_of(campaign: Campaign) -> dict[str, Any]:
    return {
        "slug": campaign.slug,
        "group": str(campaign.group_id),
        "title": campaign.title,
        "summary": campaign.summary,
        "story": campaign.story,
        "picture_alt": campaign.picture_alt,
        "version": str(campaign.version),
    }


class StageForm(ActionForm):
    """The buttons that publish, withdraw, close or reopen a campaign."""
