"""The forms with which people are brought in from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length

from app.groups.models import Group
from app.lib.text import clean_line
from app.supporters.models.imports import PeopleImport
from app.supporters.render.words import PROFILE_NAMES, PURPOSE_NAMES
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.people_files import Part
from app.supporters.rules.words import ImportProfile
from app.supporters.service.importing import Terms, mark_of
from app.web.filters import plain
from app.web.forms import DeskForm

SOURCE_LENGTH = 300


class UploadForm(DeskForm):
    """A file, and where it comes from."""

    group = SelectField(_l("Group"), choices=[])
    profile = SelectField(
        _l("Where the file comes from"),
        choices=[SelectChoice(each.value, name) for each, name in PROFILE_NAMES.items()],
    )
    file = FileField(_l("File"), description=_l("CSV, at most 5 MB and 20,000 lines."))

    def __init__(self, groups: Sequence[Group], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.groups = groups
        self.group.choices = [(each.slug, plain(each.name)) for each in groups]

    @property
    def chosen_group(self) -> Group:
        """The group that knows these people from now on; call it on a valid form only."""
        return next(each for each in self.groups if each.slug == self.group.data)

    @property
    def chosen_profile(self) -> ImportProfile:
        """Whose columns the file has; call it on a valid form only."""
        return ImportProfile(self.profile.data)


class TermsForm(DeskForm):
    """Which column is what, and what the yes of these people covers."""

    email = SelectField(_l("E-mail address"), choices=[])
    name = SelectField(_l("Name"), choices=[])
    first_name = SelectField(_l("First name"), choices=[])
    last_name = SelectField(_l("Last name"), choices=[])
    phone = SelectField(_l("Telephone"), choices=[])
    postcode = SelectField(_l("Postcode"), choices=[])
    locale = SelectField(_l("Language"), choices=[])
    tags = SelectField(_l("Tags"), choices=[])
    status = SelectField(
        _l("Whether she gets mail there"),
        choices=[],
        description=_l("Only who is subscribed there is taken to have said yes."),
    )
    stopped = SelectField(_l("When she ended it there"), choices=[])
    agreed_at = SelectField(_l("When she said yes"), choices=[])
    purposes = SelectMultipleField(
        _l("What did these people say yes to?"),
        choices=[SelectChoice(each.value, name) for each, name in PURPOSE_NAMES.items()],
        description=_l(
            "Tick nothing where you cannot show it: they come in and are not written to."
        ),
    )
    source = TextAreaField(
        _l("Where and to what they said yes"),
        [Length(max=SOURCE_LENGTH)],
        description=_l(
            "The form and its sentence, and since when it was used. It is kept as proof."
        ),
    )

    def __init__(
        self,
        heads: Sequence[str],
        kept: PeopleImport,
        **values: Any,  # noqa: ANN401
    ) -> None:
        known = {**kept.columns, "purposes": kept.purposes, "source": kept.source}
        super().__init__(data=known, **values)
        choices = [("", _l("Not in the file")), *((each, each) for each in heads)]
        for field in self.columns():
            field.choices = choices

    def columns(self) -> list[Any]:
        """The fields that name a column, in the order of the page."""
        return [self[each.value] for each in Part]

    @property
    def terms(self) -> Terms:
        """How the file is to be read; call it on a valid form only."""
        chosen: Mapping[str, str] = {
            field.name: field.data for field in self.columns() if field.data
        }
        return Terms(
            columns=chosen,
            purposes=tuple(ConsentPurpose(each) for each in self.purposes.data or ()),
            source=clean_line(self.source.data or ""),
        )


class ApplyForm(DeskForm):
    """The button that brings people in, as they were looked over."""

    seen = HiddenField()

    @classmethod
    def of(cls, kept: PeopleImport) -> ApplyForm:
        """The form on the page of a file."""
        return cls(formdata=None, data={"seen": mark_of(kept)})
