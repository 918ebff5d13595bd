"""The desk's forms about complaints, and about what people ask by telephone or letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length, Optional

from app.groups.models import Group
from app.lib.clock import day_in, utcnow
from app.lib.text import clean_line
from app.settings import settings
from app.supporters.models.rights import Complaint
from app.supporters.render.rights import ASKED_BY_NAMES, COMPLAINT_KIND_NAMES
from app.supporters.rules.rights import ASKED_BY, NAME_LENGTH, TEXT_LENGTH, ComplaintContent
from app.supporters.rules.words import AskedBy, ComplaintKind
from app.web.fields import EmailField, one_of_these, required_text
from app.web.filters import plain
from app.web.forms import DeskForm, LongForm, version_in
from app.web.locale import language_name

_ASKED_BY = [SelectChoice(each.value, ASKED_BY_NAMES[each]) for each in ASKED_BY]


def _line(value: object) -> object:
    return clean_line(value) if isinstance(value, str) else value


class EnterComplaintForm(LongForm):
    """A complaint of somebody who rang or wrote a letter."""

    source = RadioField(_l("How she told us"), choices=_ASKED_BY, default=AskedBy.PHONE.value)
    received_on = DateField(_l("When did it reach us?"), [required_text(_l("Enter the day."))])
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
    name = StringField(_l("Her name"), [Length(max=NAME_LENGTH)], filters=[_line])
    email = EmailField(_l("Her e-mail address"), [Optional()])
    locale = SelectField(_l("Her language"), choices=[])

    def __init__(self, groups: Sequence[Group], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.group.choices = [SelectChoice(str(each.id), plain(each.name)) for each in groups]
        self.locale.choices = [
            SelectChoice(each, language_name(each)) for each in settings().locales
        ]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and that the day has come."""
        is_valid = super().validate(extra_validators)
        today = day_in(settings().timezone, utcnow())
        if self.received_on.data is not None and self.received_on.data > today:
            self.received_on.errors = [_("That day has not come yet.")]
            return False
        return is_valid

    def content(self) -> ComplaintContent:
        """What she complains about; call it on a valid form only."""
        return ComplaintContent(
            kind=ComplaintKind(self.kind.data),
            text=self.text.data or "",
            group_id=int(self.group.data),
            name=self.name.data or None,
            email=self.email.data or None,
        )


class ComplaintStepForm(LongForm):
    """A note, a mail, or the answer."""

    text = TextAreaField(
        _l("What do you write?"), [required_text(_l("Write it.")), Length(max=TEXT_LENGTH)]
    )
    #: Asked for with the answer alone.
    outcome = TextAreaField(_l("What was found and done"), [Optional(), Length(max=TEXT_LENGTH)])
    version = HiddenField()

    def __init__(self, complaint: Complaint, **values: Any) -> None:  # noqa: ANN401
        super().__init__(data={"version": str(complaint.version)}, **values)

    @property
    def seen_version(self) -> int:
        """The version of the row that the page was made from."""
        return version_in(self.version.data)

    @property
    def words(self) -> str:
        """What was written."""
        return self.text.data or ""


class AskedForm(DeskForm):
    """What somebody asks by telephone or letter about her data."""

    email = EmailField(
        _l("Her e-mail address"),
        [required_text(_l("Enter an e-mail address, like name@example.org."))],
    )
    source = RadioField(_l("How she told us"), choices=_ASKED_BY, default=AskedBy.PHONE.value)
    locale = SelectField(_l("Her language"), choices=[])

    def __init__(self, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.locale.choices = [
            SelectChoice(each, language_name(each)) for each in settings().locales
        ]

    @property
    def address(self) -> str:
        """Whose data; call it on a valid form only."""
        return self.email.data or ""

    @property
    def asked_by(self) -> AskedBy:
        """How she asked; call it on a valid form only."""
        return AskedBy(self.source.data)


class EraseNowForm(AskedForm):
    """Erasing somebody who asked for it."""

    again = StringField(_l("Type the address once more"), filters=[_line])

    def __init__(self, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        # Two forms on one page ask for an address; a sentence about this one leads to this one.
        self.email.id = "erase-email"

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and that the address was typed twice alike."""
        is_valid = super().validate(extra_validators)
        if is_valid and (self.again.data or "").strip().lower() != self.email.data:
            self.again.errors = [_("The two addresses are not the same.")]
            return False
        return is_valid
