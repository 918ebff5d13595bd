"""The forms of messages to us: a visitor's, and those of whoever answers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length, Optional

from app.groups.models import Group
from app.lib import ids
from app.lib.text import clean_line
from app.settings import settings
from app.site.rules.contact import NAME_LENGTH, TEXT_LENGTH
from app.site.rules.words import ContactAbout
from app.site.service.contact import Letter
from app.web.fields import EmailField, required_text
from app.web.filters import plain
from app.web.forms import ActionForm, LongForm
from app.web.guarded import GuardedForm
from app.web.locale import language_name

ABOUT_NAMES: Final = {
    ContactAbout.GENERAL: _l("Something else"),
    ContactAbout.PRESS: _l("From the press"),
    ContactAbout.DONATION: _l("A gift"),
    ContactAbout.EVENT: _l("An event"),
    ContactAbout.AID: _l("Collecting aid"),
    ContactAbout.SITE: _l("This site"),
}
#: As they stand in the form: what most people write about first.
_ORDER: Final = (
    ContactAbout.DONATION,
    ContactAbout.EVENT,
    ContactAbout.AID,
    ContactAbout.PRESS,
    ContactAbout.SITE,
    ContactAbout.GENERAL,
)


def _line(text: str | None) -> str:
    return clean_line(text or "")


def _at_most(length: int) -> Length:
    return Length(max=length, message=_l("Please use at most %(max)d characters."))


def _about_field() -> SelectField:
    choices = [SelectChoice(each.value, ABOUT_NAMES[each]) for each in _ORDER]
    return SelectField(_l("What is it about?"), choices=choices)


def _group_choices(groups: Collection[Group]) -> list[SelectChoice]:
    return [SelectChoice(str(group.id), plain(group.name)) for group in groups]


class ContactForm(GuardedForm):
    """A visitor writes to us."""

    group = SelectField(_l("To whom"), choices=[])
    about = _about_field()
    text = TextAreaField(
        _l("Message"), [required_text(_l("Write what you want to say.")), _at_most(TEXT_LENGTH)]
    )
    name = StringField(_l("Your name"), [_at_most(NAME_LENGTH)], filters=[_line])
    email = EmailField(
        _l("Your e-mail address"),
        [required_text(_l("Enter your e-mail address, so that we can answer."))],
        description=_l("Only those who answer you see it."),
    )

    def __init__(self, groups: Collection[Group], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.group.choices = _group_choices(groups)

    def letter(self, locale: str) -> Letter:
        """What was written; call it on a valid form only."""
        return Letter(
            group_id=int(self.group.data),
            about=ContactAbout(self.about.data),
            text=(self.text.data or "").strip(),
            name=self.name.data or None,
            email=self.email.data,
            locale=locale,
        )


class EnterMessageForm(LongForm):
    """Somebody rang, or wrote a letter."""

    group = SelectField(_l("To whom"), choices=[])
    about = _about_field()
    text = TextAreaField(
        _l("What she said"), [required_text(_l("Write what she said.")), _at_most(TEXT_LENGTH)]
    )
    name = StringField(_l("Her name"), [_at_most(NAME_LENGTH)], filters=[_line])
    email = EmailField(_l("Her e-mail address"), [Optional()])
    locale = SelectField(_l("Her language"), choices=[])
    nonce = HiddenField()

    def __init__(self, groups: Collection[Group], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.group.choices = _group_choices(groups)
        self.locale.choices = [
            SelectChoice(each, language_name(each)) for each in settings().locales
        ]
        self.nonce.data = self.nonce.data or ids.token(16)

    def letter(self) -> Letter:
        """What was said; call it on a valid form only."""
        return Letter(
            group_id=int(self.group.data),
            about=ContactAbout(self.about.data),
            text=(self.text.data or "").strip(),
            name=self.name.data or None,
            email=self.email.data or None,
            locale=self.locale.data,
        )


class AnswerForm(LongForm):
    """Whoever answers writes the mail."""

    text = TextAreaField(
        _l("Your answer"),
        [required_text(_l("Write what you want to say.")), _at_most(TEXT_LENGTH)],
        description=_l("It goes by mail, with her own words below it."),
    )


class PassOnForm(ActionForm):
    """A message belongs to another group."""

    group = SelectField(_l("To whom"), choices=[])

    def __init__(self, groups: Collection[Group], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.group.choices = _group_choices(groups)
