"""The forms of the desk about members: finding, entering, changing, the welcome."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField

from app.campaigns.forms.joining import (
    ConsentFields,
    MemberFields,
    OfferFields,
    at_most,
    line,
    postcode,
)
from app.campaigns.models.campaigns import Campaign
from app.campaigns.models.members import WelcomeText
from app.campaigns.queries.member_lists import MemberFilter
from app.campaigns.render.members import STATE_NAMES
from app.campaigns.rules.members import (
    NAME_LENGTH,
    POSTCODE_LENGTH,
    WELCOME_LENGTH,
    MemberState,
    Wish,
)
from app.groups.models import Group
from app.lib import ids
from app.lib.text import Translated, clean_line
from app.settings import settings
from app.supporters.render.offers import SKILL_NAMES, TIME_NAMES
from app.supporters.render.offers import language_name as spoken_name
from app.supporters.rules.consents import ConsentSource
from app.supporters.rules.offers import SPOKEN
from app.supporters.rules.words import FreeTime, Skill
from app.web.fields import EmailField, TranslatedField, required_text
from app.web.filters import plain
from app.web.forms import DeskForm, Form, LongForm, version_in
from app.web.locale import language_name

_LONGEST = 100


class MemberFilterForm(Form):
    """Search and filter; it stands in the address, so it needs no token."""

    class Meta(Form.Meta):
        """Reading changes nothing."""

        csrf = False

    q = StringField(_l("Name or e-mail"))
    skill = SelectField(_l("Can do"), choices=[], validate_choice=False)
    area = StringField(_l("Area or postcode"))
    group = SelectField(_l("Group"), choices=[], validate_choice=False)
    campaign = SelectField(_l("Campaign"), choices=[], validate_choice=False)
    language = SelectField(_l("Language"), choices=[], validate_choice=False)
    time = SelectField(_l("When"), choices=[], validate_choice=False)
    tag = SelectField(_l("Tag"), choices=[], validate_choice=False)
    state = SelectField(_l("State"), choices=[], validate_choice=False)

    def __init__(
        self,
        groups: Collection[Group],
        campaigns: Collection[Campaign],
        tags: Collection[str],
        formdata: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(formdata=formdata)
        self.group_ids = {str(each.id): each.id for each in groups}
        self.campaign_ids = {str(each.id): each.id for each in campaigns}
        everything = [("", gettext("All"))]
        self.group.choices = everything + [(str(each.id), plain(each.name)) for each in groups]
        self.campaign.choices = everything + [
            (str(each.id), plain(each.title)) for each in campaigns
        ]
        self.skill.choices = everything + [(each.value, SKILL_NAMES[each]) for each in Skill]
        self.language.choices = everything + [(each, spoken_name(each)) for each in SPOKEN]
        self.time.choices = everything + [(each.value, TIME_NAMES[each]) for each in FreeTime]
        self.tag.choices = everything + [(each, each) for each in tags]
        shown = (MemberState.MEMBER, MemberState.LEFT)
        self.state.choices = [(each.value, STATE_NAMES[each]) for each in shown]

    def wanted(self) -> MemberFilter:
        """The filter; what nobody knows narrows nothing."""
        chosen = self.group_ids.get(self.group.data or "")
        return MemberFilter(
            group_ids=[chosen] if chosen else list(self.group_ids.values()),
            campaign_id=self.campaign_ids.get(self.campaign.data or ""),
            state=MemberState.LEFT if self.state.data == "left" else MemberState.MEMBER,
            words=_words(self.q),
            tag=self.tag.data or "",
            skill=_one(Skill, self.skill.data),
            language=self.language.data if self.language.data in SPOKEN else "",
            time=_one(FreeTime, self.time.data),
            area=_words(self.area),
        )

    @property
    def narrows(self) -> bool:
        """Whether more than words, a skill and an area narrow the list."""
        fields = (self.group, self.campaign, self.language, self.time, self.tag)
        return any(each.data for each in fields) or self.state.data == "left"

    def address(self) -> dict[str, str]:
        """The filter as the values of an address, without what narrows nothing."""
        typed = {each.name: clean_line(each.data or "")[:_LONGEST] for each in self}
        typed["state"] = "left" if self.state.data == "left" else ""
        return {name: value for name, value in typed.items() if value}


class EnterMemberForm(OfferFields, ConsentFields, DeskForm):
    """Somebody who rang, or signed a list on paper."""

    group = SelectField(_l("Group"), choices=[])
    source = SelectField(_l("How she told us"), choices=[])
    email = EmailField(
        _l("Her e-mail address"),
        [required_text(_l("Enter an e-mail address, like name@example.org."))],
        description=_l("She gets the link to her page, and can leave there."),
    )
    name = StringField(_l("Her name"), [at_most(NAME_LENGTH)], filters=[line])
    postcode = StringField(_l("Postcode"), [at_most(POSTCODE_LENGTH)], filters=[postcode])
    locale = SelectField(_l("We write to her in"), choices=[])
    nonce = HiddenField()

    def __init__(
        self,
        groups: Sequence[Group],
        campaigns: Collection[Campaign],
        **values: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(**values)
        self.groups = {str(each.id): each for each in groups}
        self.group.choices = [(key, plain(each.name)) for key, each in self.groups.items()]
        self.source.choices = [
            (ConsentSource.PHONE.value, _l("By telephone")),
            (ConsentSource.PAPER.value, _l("On paper")),
        ]
        self.locale.choices = [(each, language_name(each)) for each in settings().locales]
        self.offer_choices(campaigns)
        self.name_purposes()
        self.nonce.data = (self.nonce.data or ids.token())[:58]

    @property
    def chosen_group(self) -> Group:
        """Which group she joins; call it on a valid form only."""
        return self.groups[self.group.data]

    @property
    def chosen_source(self) -> ConsentSource:
        """How she told us; call it on a valid form only."""
        return ConsentSource(self.source.data)

    @property
    def wish(self) -> Wish:
        """What she told; call it on a valid form only."""
        return Wish(
            email=self.email.data or "",
            name=self.name.data or None,
            postcode=self.postcode.data or None,
            offer=self.offer,
            purposes=self.purposes,
            campaign_ids=self.campaign_ids,
        )


class DeskMemberForm(MemberFields, LongForm):
    """What a member offers and takes part in, changed for one who rang."""


class WelcomeForm(LongForm):
    """What a group writes to whoever joined it."""

    text = TranslatedField(
        _l("Your words"),
        description=_l(
            "They stand in the mail to new members. That she joined, and the link to her page, "
            "stand there anyway."
        ),
        is_long=True,
    )
    version = HiddenField()

    def __init__(self, welcome: WelcomeText | None, **values: Any) -> None:  # noqa: ANN401
        data = {"text": welcome.text, "version": str(welcome.version)} if welcome else {}
        super().__init__(data=data, **values)

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401
        """Check every field; a text has an end."""
        is_valid = super().validate(extra_validators)
        if any(len(each) > WELCOME_LENGTH for each in self.text.typed.values()):
            words = gettext("Please use at most %(max)d characters.", max=WELCOME_LENGTH)
            self.text.errors = [*self.text.errors, words]
            return False
        return is_valid

    @property
    def words(self) -> Translated | None:
        """The text, or nothing."""
        typed: Translated | None = self.text.data
        return typed

    @property
    def seen(self) -> int:
        """The version of the text that the page was made from; 0 where there was none."""
        return version_in(self.version.data)


def _one(kind: Any, text: str | None) -> Any:  # noqa: ANN401
    return kind(text) if text in {each.value for each in kind} else None


def _words(field: StringField) -> str:
    return clean_line(field.data or "")[:_LONGEST]
