"""The forms of somebody who joins: asking, confirming, changing what she could do, leaving."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from app.campaigns.models.campaigns import Campaign
from app.campaigns.models.members import Member
from app.campaigns.rules.members import NAME_LENGTH, POSTCODE_LENGTH, Wish, read_source_word
from app.groups.models import Group
from app.lib.postcodes import read_postcode
from app.lib.text import clean_line
from app.supporters.models.people import SkillOffer
from app.supporters.render.offers import SKILL_NAMES, TIME_NAMES, language_name
from app.supporters.render.words import PURPOSE_NAMES
from app.supporters.rules.consents import ConsentPurpose, current_wording
from app.supporters.rules.offers import AREA_LENGTH, NOTE_LENGTH, SPOKEN, Offer, offer_of
from app.supporters.rules.words import FreeTime, OfferKind, Skill
from app.web.filters import plain
from app.web.forms import Form, PublicForm, version_in
from app.web.guarded import GuardedForm, SlipForm
from app.web.locale import current_locale


def line(text: str | None) -> str | None:
    """One clean line, or nothing."""
    return clean_line(text) or None if text else None


def at_most(length: int) -> Length:
    """A limit, in the words of somebody who typed more."""
    return Length(max=length, message=_l("Please use at most %(max)d characters."))


def postcode(text: str | None) -> str | None:
    """A postcode as it is written; one of another country as it was typed."""
    found = read_postcode(text) if text else None
    return str(found) if found else line(text)


class OfferFields(Form):
    """What somebody could do; nothing of it is asked for."""

    skills = SelectMultipleField(_l("Skills"), validate_choice=False)
    languages = SelectMultipleField(_l("Languages"), validate_choice=False)
    times = SelectMultipleField(_l("When"), validate_choice=False)
    area = StringField(
        _l("Where"),
        [at_most(AREA_LENGTH)],
        filters=[line],
        description=_l("A town, or the first half of a postcode, like E17."),
    )
    note = TextAreaField(
        _l("Anything else?"),
        [at_most(NOTE_LENGTH)],
        description=_l("Kept encrypted; only the organisers see it."),
    )
    campaigns = SelectMultipleField(_l("Campaigns"), validate_choice=False)

    def offer_choices(self, campaigns: Collection[Campaign]) -> None:
        """Name what can be ticked, in the language of the page."""
        self.skills.choices = [(each.value, SKILL_NAMES[each]) for each in Skill]
        self.languages.choices = [(each, language_name(each)) for each in SPOKEN]
        self.times.choices = [(each.value, TIME_NAMES[each]) for each in FreeTime]
        self.offered = {str(each.id): each.id for each in campaigns}
        self.campaigns.choices = [(str(each.id), plain(each.title)) for each in campaigns]

    @property
    def offer(self) -> Offer:
        """What she could do; call it on a valid form only."""
        lines = [
            *((OfferKind.SKILL, value) for value in self.skills.data or ()),
            *((OfferKind.LANGUAGE, value) for value in self.languages.data or ()),
            *((OfferKind.TIME, value) for value in self.times.data or ()),
        ]
        return offer_of(lines, area=self.area.data or None, note=self.note.data or None)

    @property
    def campaign_ids(self) -> frozenset[int]:
        """The campaigns that were ticked, of those that were offered."""
        ticked = self.campaigns.data or ()
        return frozenset(self.offered[each] for each in ticked if each in self.offered)

    @property
    def shows_offer(self) -> bool:
        """Whether something about what she could do is filled in, or wrong."""
        fields: Sequence[Any] = (self.skills, self.languages, self.times, self.area, self.note)
        return any(each.data or each.errors for each in fields)


def _values_of_offer(offer: SkillOffer | None) -> dict[str, Any]:
    """What stands of an offer, as the fields show it."""
    lines = offer.lines if offer else ()
    return {
        "skills": [each.value for each in lines if each.kind == OfferKind.SKILL],
        "languages": [each.value for each in lines if each.kind == OfferKind.LANGUAGE],
        "times": [each.value for each in lines if each.kind == OfferKind.TIME],
        "area": offer.area if offer else None,
        "note": offer.note if offer else None,
    }


class ConsentFields(Form):
    """One box for each purpose, each in its own words, none of them ticked."""

    updates = BooleanField()
    events = BooleanField()
    appeals = BooleanField()

    def name_purposes(self) -> None:
        """Say shortly what each box is about, for an organiser who ticks what somebody told."""
        for purpose, field in self._boxes():
            field.label.text = PURPOSE_NAMES[purpose]

    def ask_of(self, group: Group) -> None:
        """Put the wording in use beside each box."""
        name = group.name.pick(current_locale()).text
        for purpose, field in self._boxes():
            field.label.text = _(current_wording(purpose)[1], group=name)

    @property
    def purposes(self) -> frozenset[ConsentPurpose]:
        """What was agreed to."""
        return frozenset(purpose for purpose, field in self._boxes() if field.data)

    def _boxes(self) -> Sequence[tuple[ConsentPurpose, BooleanField]]:
        return (
            (ConsentPurpose.UPDATES, self.updates),
            (ConsentPurpose.EVENTS, self.events),
            (ConsentPurpose.APPEALS, self.appeals),
        )


class JoinForm(OfferFields, ConsentFields, SlipForm, GuardedForm):
    """Somebody without an account joins a group."""

    name = StringField(
        _l("How shall we call you?"),
        [at_most(NAME_LENGTH)],
        filters=[line],
        description=_l("Any name will do. Only the organisers see it."),
    )
    postcode = StringField(
        _l("Postcode"),
        [at_most(POSTCODE_LENGTH)],
        filters=[postcode],
        description=_l("The first half is enough."),
    )
    came_from = HiddenField()

    def __init__(self, group: Group, campaigns: Collection[Campaign], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.group = group
        self.came_from.data = self.source_word or ""
        self.ask_of(group)
        self.offer_choices(campaigns)

    @property
    def source_word(self) -> str | None:
        """The word in the link that led her here, where it is one of ours."""
        return read_source_word(self.came_from.data)

    def wish(self, campaign: Campaign | None) -> Wish:
        """What she tells; call it on a valid form only."""
        return Wish(
            email=self.email.data or "",
            name=self.name.data or None,
            postcode=self.postcode.data or None,
            offer=self.offer,
            purposes=self.purposes,
            campaign_ids=self.campaign_ids | ({campaign.id} if campaign else frozenset()),
        )


class ProofForm(PublicForm):
    """The button that says yes to what the page shows."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version of what the page showed; 0 when that is not told."""
        return version_in(self.version.data)


class MemberFields(OfferFields):
    """What can be changed of a member, as it stands."""

    version = HiddenField()

    def __init__(
        self,
        member: Member,
        offer: SkillOffer | None,
        campaigns: Collection[Campaign],
        **values: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(data=_values_of_member(member, offer), **values)
        self.offer_choices(campaigns)

    @property
    def seen(self) -> int:
        """The version of the row that the page was made from; 0 when that is not told."""
        return version_in(self.version.data)


class MemberForm(MemberFields, PublicForm):
    """A member changes what she could do, and what she takes part in."""


def _values_of_member(member: Member, offer: SkillOffer | None) -> dict[str, Any]:
    """What stands of a member, as a form shows it."""
    return {
        **_values_of_offer(offer),
        "campaigns": [str(each.campaign_id) for each in member.campaigns],
        "version": str(member.version),
    }


class LeaveForm(PublicForm):
    """The button that leaves."""
