"""The forms of somebody's own data, of her preferences, and of a complaint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length, Optional

from app.groups.models import Group
from app.lib.text import clean_line
from app.settings import settings
from app.supporters.models.people import Supporter
from app.supporters.render.rights import COMPLAINT_KIND_NAMES
from app.supporters.rules.rights import NAME_LENGTH, TEXT_LENGTH, ComplaintContent
from app.supporters.rules.words import ComplaintKind
from app.supporters.service.correcting import Details
from app.web.fields import EmailField, one_of_these, required_text
from app.web.filters import plain
from app.web.forms import PublicForm, version_in
from app.web.guarded import GuardedForm, SlipForm
from app.web.locale import language_name


def _line(value: object) -> object:
    return clean_line(value) if isinstance(value, str) else value


class AskDataForm(SlipForm, GuardedForm):
    """Whose data."""


class DataDoForm(PublicForm):
    """The button that does what the page says."""


class DetailsForm(PublicForm):
    """What somebody is called, how to reach her, what she reads."""

    name = StringField(_l("Name"), [Length(max=NAME_LENGTH)], filters=[_line])
    phone = StringField(_l("Telephone"), [Length(max=40)], filters=[_line])
    postcode = StringField(_l("Postcode"), [Length(max=12)], filters=[_line])
    locale = SelectField(_l("Language of our mails"), choices=[])
    #: Of the row as the page knew it.
    version = HiddenField()

    def __init__(self, supporter: Supporter, **values: Any) -> None:  # noqa: ANN401
        kept = {name: getattr(supporter, name) for name in ("name", "phone", "postcode", "locale")}
        super().__init__(data={**kept, "version": str(supporter.version)}, **values)
        self.locale.choices = [
            SelectChoice(each, language_name(each)) for each in settings().locales
        ]

    @property
    def seen_version(self) -> int:
        """The version of the row that the page was made from."""
        return version_in(self.version.data)

    def details(self) -> Details:
        """What she says; call it on a valid form only."""
        return Details(
            name=self.name.data or None,
            phone=self.phone.data or None,
            postcode=self.postcode.data or None,
            locale=self.locale.data,
        )


class NewAddressForm(SlipForm):
    """Another address, which is proven by a mail to it."""


class ComplainForm(GuardedForm):
    """What somebody complains about."""

    kind = RadioField(
        _l("What is it about?"),
        [one_of_these(_l("Choose what it is about."))],
        choices=[SelectChoice(kind.value, name) for kind, name in COMPLAINT_KIND_NAMES.items()],
        validate_choice=False,
    )
    group = SelectField(_l("Which group?"), choices=[])
    text = TextAreaField(
        _l("What happened?"),
        [required_text(_l("Say what happened.")), Length(max=TEXT_LENGTH)],
    )
    name = StringField(_l("Name"), [Length(max=NAME_LENGTH)], filters=[_line])
    email = EmailField(_l("Your e-mail address"), [Optional()])

    def __init__(self, groups: Sequence[Group], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        named = [SelectChoice(str(each.id), plain(each.name)) for each in groups]
        self.group.choices = [SelectChoice("", _l("All groups")), *named]

    def content(self) -> ComplaintContent:
        """What she complains about; call it on a valid form only."""
        return ComplaintContent(
            kind=ComplaintKind(self.kind.data),
            text=self.text.data or "",
            group_id=int(self.group.data) if self.group.data else None,
            name=self.name.data or None,
            email=self.email.data or None,
        )
