"""The forms with which organisers decide about offers and reports, and enter hosts who rang."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from app.events.forms.events import SeenForm, at_most, line, names
from app.events.forms.hosting import OfferFields
from app.events.models.mobilisations import Mobilisation
from app.events.render.words import HOW_CHECKED_NAMES
from app.events.rules import hosting as rules
from app.events.rules.words import EntrySource, HowChecked
from app.lib import ids
from app.web.fields import EmailField, required_text
from app.web.forms import LongForm

SOURCE_NAMES = {EntrySource.PHONE: _l("She rang"), EntrySource.PAPER: _l("On paper")}


class ApproveForm(SeenForm):
    """An offered event is shown, and how it was checked is kept."""

    how = RadioField(
        _l("How did you make sure of it?"), choices=names(HOW_CHECKED_NAMES), validate_choice=False
    )
    note = TextAreaField(
        _l("Note"),
        [at_most(rules.REASON_LENGTH)],
        description=_l("For the organisers; kept encrypted."),
    )

    def chosen(self) -> HowChecked | None:
        """How it was checked; nothing where nobody said so."""
        return HowChecked(self.how.data) if self.how.data in set(HowChecked) else None


class ReasonForm(SeenForm):
    """Something is refused, and the host hears why."""

    reason = TextAreaField(
        _l("Why?"),
        [required_text(_l("Say why, so that the host can be told.")), at_most(rules.REASON_LENGTH)],
        description=_l("The host gets this by mail, in your words."),
    )


class QuestionForm(LongForm):
    """A question to a host."""

    question = TextAreaField(
        _l("Your question"),
        [required_text(_l("Write your question.")), at_most(rules.REASON_LENGTH)],
        description=_l("It goes by mail; the answer comes to the group's address."),
    )
    #: One page sends a question once.
    nonce = HiddenField()

    def __init__(self, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        if not self.nonce.data:
            self.nonce.data = ids.token(16)


class SeenButton(SeenForm):
    """A button about something that somebody else may change meanwhile."""


class MergeForm(SeenForm):
    """Which event stands for this one."""

    into = RadioField(_l("Which event stands for it?"), validate_choice=False)
    address = StringField(
        _l("Another event"),
        [at_most(300)],
        filters=[line],
        description=_l("The address of its page."),
    )

    def slug(self) -> str:
        """The end of the address that was typed."""
        typed = (self.address.data or "").split("?")[0].split("#")[0]
        return typed.rstrip("/").rpartition("/")[2]


class ReportsForm(LongForm):
    """What became of the open reports of an event."""

    #: How many the organiser saw.
    seen = HiddenField()

    @property
    def seen_count(self) -> int:
        """How many reports the page showed; 0 when that is not told."""
        typed = self.seen.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 0


class EnterOfferForm(OfferFields, LongForm):
    """An organiser enters a local event for somebody who rang or wrote on paper."""

    email = EmailField(
        _l("E-mail address"),
        [Optional()],
        description=_l("Then the host gets a private link to change the event."),
    )
    name = StringField(_l("Name of the host"), [at_most(rules.NAME_LENGTH)], filters=[line])
    source = RadioField(
        _l("How did you hear of it?"),
        choices=names(SOURCE_NAMES),
        default=EntrySource.PHONE.value,
        validate_choice=False,
    )
    #: One form makes one event.
    nonce = HiddenField()

    def __init__(self, mobilisation: Mobilisation, **values: Any) -> None:  # noqa: ANN401
        super().__init__(mobilisation, **values)
        self.is_adult.label.text = _("The host is 18 or older")
        if not self.nonce.data:
            self.nonce.data = ids.token(16)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field."""
        if self.source.data not in {each.value for each in SOURCE_NAMES}:
            self.source.data = EntrySource.PHONE.value
        return super().validate(extra_validators)
