"""The forms of the desk about people: finding, writing down, consents, tags."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length, Optional

from app.groups.models import Group
from app.lib.text import clean_line
from app.settings import settings
from app.supporters.models.people import Supporter
from app.supporters.queries.doors import Door, list_doors
from app.supporters.queries.finding import PeopleFilter
from app.supporters.render.offers import SKILL_NAMES
from app.supporters.render.words import PURPOSE_NAMES
from app.supporters.rules.consents import ConsentPurpose, ConsentSource
from app.supporters.rules.people import (
    NAME_LENGTH,
    PHONE_LENGTH,
    TAG_LENGTH,
    PersonContent,
    clean_postcode,
)
from app.supporters.rules.words import Skill
from app.web.fields import EmailField, required_text
from app.web.filters import plain
from app.web.forms import DeskForm, Form, version_in
from app.web.locale import language_name

_LONGEST = 100


def _line(value: str | None) -> str:
    return clean_line(value or "")


#: How an organiser hears of a consent.
HEARD = {
    ConsentSource.PHONE: _l("By telephone"),
    ConsentSource.PAPER: _l("On paper"),
}


class PeopleFilterForm(Form):
    """Search and filter; it stands in the address, so it needs no token."""

    class Meta(Form.Meta):
        """Reading changes nothing."""

        csrf = False

    q = StringField(_l("Name, e-mail or postcode"))
    group = SelectField(_l("Group"), choices=[], validate_choice=False)
    tag = SelectField(_l("Tag"), choices=[], validate_choice=False)
    purpose = SelectField(_l("Agreed to"), choices=[], validate_choice=False)
    skill = SelectField(_l("What she can do"), choices=[], validate_choice=False)
    door = SelectField(_l("How she came to us"), choices=[], validate_choice=False)

    def __init__(
        self,
        groups: Sequence[Group],
        tags: Sequence[tuple[str, int]],
        formdata: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(formdata=formdata)
        self.groups = groups
        everything = [("", _l("All"))]
        self.group.choices = everything + [(each.slug, plain(each.name)) for each in groups]
        self.tag.choices = everything + [(tag, f"{tag} ({count})") for tag, count in tags]
        self.purpose.choices = everything + [
            (each.value, name) for each, name in PURPOSE_NAMES.items()
        ]
        self.skill.choices = everything + [(each.value, name) for each, name in SKILL_NAMES.items()]
        self.door.choices = everything + [(each.key, each.name) for each in list_doors()]

    @property
    def wanted(self) -> PeopleFilter:
        """The filter; what nobody knows narrows nothing."""
        chosen = [each.id for each in self.groups if each.slug == self.group.data]
        return PeopleFilter(
            group_ids=chosen or [each.id for each in self.groups],
            words=_words(self.q),
            tag=_words(self.tag),
            purpose=_one(ConsentPurpose, self.purpose.data),
            skill=_one(Skill, self.skill.data),
            door=self._door(),
        )

    def _door(self) -> Door | None:
        return next((each for each in list_doors() if each.key == self.door.data), None)

    @property
    def narrows(self) -> bool:
        """Whether more than words narrow the list."""
        return any(
            field.data for field in (self.group, self.tag, self.purpose, self.skill, self.door)
        )

    def address(self) -> dict[str, str]:
        """The filter as the values of an address, without what narrows nothing."""
        fields = (self.q, self.group, self.tag, self.purpose, self.skill, self.door)
        return {field.name: _words(field) for field in fields if field.data}


class PersonForm(DeskForm):
    """What organisers know of somebody beside her address."""

    name = StringField(_l("Name"), [Optional(), Length(max=NAME_LENGTH)], filters=[_line])
    phone = StringField(_l("Telephone"), [Optional(), Length(max=PHONE_LENGTH)], filters=[_line])
    postcode = StringField(
        _l("Postcode"),
        [Optional(), Length(max=12)],
        description=_l("The first half is enough."),
        filters=[_line],
    )
    locale = SelectField(_l("We write to her in"), choices=[])
    version = HiddenField()

    def __init__(self, supporter: Supporter | None = None, **values: Any) -> None:  # noqa: ANN401
        known = _values_of(supporter) if supporter else {}
        super().__init__(data=known | values.pop("data", {}), **values)
        codes = [*settings().locales]
        if supporter and supporter.locale not in codes:
            codes.append(supporter.locale)
        self.locale.choices = [(code, language_name(code)) for code in codes]

    @property
    def seen_version(self) -> int:
        """The version that the page was made from; 0 when that is not told."""
        return version_in(self.version.data)

    @property
    def content(self) -> PersonContent:
        """What was written; call it on a valid form only."""
        return PersonContent(
            name=self.name.data or None,
            phone=self.phone.data or None,
            postcode=clean_postcode(self.postcode.data or ""),
            locale=self.locale.data,
        )


class EnterForm(PersonForm):
    """Somebody who rang or filled in a paper."""

    email = EmailField(_l("Her e-mail address"), [required_text(_l("Enter an e-mail address."))])
    group = SelectField(_l("Group"), choices=[])

    def __init__(self, groups: Sequence[Group], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.groups = groups
        self.group.choices = [(each.slug, plain(each.name)) for each in groups]

    @property
    def chosen_group(self) -> Group:
        """The group that knows her from now on; call it on a valid form only."""
        return next(each for each in self.groups if each.slug == self.group.data)


class ConsentForm(DeskForm):
    """Something that somebody agreed to, told to an organiser."""

    group = SelectField(_l("Group"), choices=[])
    purpose = RadioField(
        _l("What she agreed to"),
        choices=[SelectChoice(each.value, name) for each, name in PURPOSE_NAMES.items()],
    )
    source = RadioField(
        _l("How she told us"),
        choices=[SelectChoice(each.value, name) for each, name in HEARD.items()],
    )
    was_read = BooleanField(_l("She heard or read the sentence and said yes"))

    def __init__(self, groups: Sequence[Group], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.groups = groups
        self.group.choices = [(each.slug, plain(each.name)) for each in groups]

    def validate_was_read(self, field: BooleanField) -> None:
        """Nobody agreed to what she was not told."""
        if not field.data:
            field.errors = [*field.errors, gettext("Read the sentence to her, then tick this.")]

    @property
    def chosen_group(self) -> Group:
        """The group that may write to her; call it on a valid form only."""
        return next(each for each in self.groups if each.slug == self.group.data)


class TagForm(DeskForm):
    """A word under which organisers find somebody."""

    group = SelectField(_l("Group"), choices=[])
    tag = StringField(
        _l("New tag"),
        [required_text(_l("Enter a tag of one to 40 letters.")), Length(max=TAG_LENGTH)],
        filters=[_line],
    )

    def __init__(self, groups: Sequence[Group], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.groups = groups
        self.group.choices = [(each.slug, plain(each.name)) for each in groups]

    @property
    def chosen_group(self) -> Group:
        """Whose organisers use the tag; call it on a valid form only."""
        return next(each for each in self.groups if each.slug == self.group.data)


def _values_of(supporter: Supporter) -> dict[str, Any]:
    return {
        "name": supporter.name,
        "phone": supporter.phone,
        "postcode": supporter.postcode,
        "locale": supporter.locale,
        "version": str(supporter.version),
    }


def _words(field: Any) -> str:  # noqa: ANN401 - of any kind of field
    return clean_line(field.data or "")[:_LONGEST]


def _one(kind: Any, text: str | None) -> Any:  # noqa: ANN401
    known: Collection[str] = {each.value for each in kind}
    return kind(text) if text in known else None
