"""What an event is and what it belongs to, as its parts are typed; the form of each part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from app.events.forms.events import (
    EMPTY,
    line,
    names,
)
from app.events.forms.meeting import JoiningForm, WhenForm, WhereForm
from app.events.forms.parts import MARKDOWN, PartForm, lines, row_id
from app.events.forms.safety import MarchForm, programme_form, safety_form
from app.events.models.events import Event
from app.events.queries import events as reads
from app.events.render.names import (
    SPOKEN,
    language_label,
)
from app.events.render.words import KIND_NAMES
from app.events.rules.content import (
    Basics,
    Links,
)
from app.events.rules.words import (
    EventKind,
)
from app.web.fields import TranslatedField, required_text
from app.web.filters import plain
from app.web.locale import current_locale


class BasicsForm(PartForm):
    """What an event is, and who calls for it."""

    kind = SelectField(_l("What is it?"), choices=names(KIND_NAMES))
    title = TranslatedField(_l("Title"), [required_text(_l("Give the event a title."))])
    summary = TranslatedField(
        _l("Summary"),
        description=_l("One or two sentences; they also stand where the page is shared."),
        is_long=True,
    )
    body = TranslatedField(_l("Text"), description=MARKDOWN, is_long=True)
    languages = SelectMultipleField(_l("Languages spoken there"))
    called_by = StringField(
        _l("Called by"),
        filters=[line],
        description=_l("Leave this empty where it is your group."),
    )
    supported_by = TextAreaField(_l("Supported by"), description=_l("One group on each line."))
    aimed_at = TranslatedField(
        _l("At whom it is aimed"), description=_l("A company, an office, a broadcaster.")
    )
    aimed_why = TranslatedField(
        _l("Why them"), description=_l("Say only what you can prove."), is_long=True
    )

    def texts(self) -> Sequence[str]:
        """The fields that are called as the columns are."""
        same = ("title", "summary", "body", "languages", "called_by", "supported_by")
        return (*same, "aimed_at", "aimed_why")

    def values_of(self, event: Event) -> dict[str, Any]:
        """The part as its form shows it."""
        return super().values_of(event) | {"kind": event.kind.value}

    def offer(self) -> None:
        """Name the languages in the language of the page."""
        named = [(each, language_label(each, current_locale())) for each in SPOKEN]
        self.languages.choices = named

    def content(self) -> Basics:
        """What was decided; call it on a valid form only."""
        return Basics(
            kind=EventKind(self.kind.data),
            title=self.title.data or EMPTY,
            summary=self.summary.data or EMPTY,
            body=self.body.data or EMPTY,
            languages=tuple(self.languages.data or ()),
            called_by=self.called_by.data or "",
            supported_by=lines(self.supported_by.data),
            aimed_at=self.aimed_at.data,
            aimed_why=self.aimed_why.data,
        )


class LinksForm(PartForm):
    """What an event belongs to."""

    mobilisation_id = SelectField(_l("Day of action"), validate_choice=False)
    campaign_id = SelectField(_l("Campaign"), validate_choice=False)
    appeal_id = SelectField(_l("Appeal"), validate_choice=False)

    def values_of(self, event: Event) -> dict[str, Any]:
        """The part as its form shows it."""
        fields = ("mobilisation_id", "campaign_id", "appeal_id")
        return {name: str(getattr(event, name) or "") for name in fields}

    def offer(self) -> None:
        """Offer what the group has."""
        for name, rows in reads.list_linkable(self.event.group_id).items():
            choices = [(str(each.id), plain(each.title)) for each in rows]
            self[name].choices = [("", _("None")), *choices]

    def content(self) -> Links:
        """What was decided; call it on a valid form only."""
        return Links(**{name: row_id(self[name].data) for name in self.values_of(self.event)})


class PictureForm(PartForm):
    """What is shown beside an event."""

    picture = FileField(
        _l("Picture"),
        description=_l("JPEG, PNG or WEBP, at most 5 MB. It replaces the present one."),
    )
    remove_picture = BooleanField(_l("Take the picture away"))
    picture_alt = TranslatedField(
        _l("What the picture shows"),
        description=_l("For people who cannot see it. Needed where there is a picture."),
    )

    def texts(self) -> Sequence[str]:
        """The fields that are called as the columns are."""
        return ("picture_alt",)


class AddressForm(PartForm):
    """Under which address an event stands."""

    slug = StringField(
        _l("Address"),
        [required_text(_l("Please fill this in."))],
        filters=[line],
        description=_l("The end of the page's address. The old one leads on to it."),
    )

    def texts(self) -> Sequence[str]:
        """The fields that are called as the columns are."""
        return ("slug",)


#: The form of each part.
FORMS: Final[Mapping[str, Any]] = {
    "basics": BasicsForm,
    "when": WhenForm,
    "where": WhereForm,
    "joining": JoiningForm,
    "links": LinksForm,
    "picture": PictureForm,
    "safety": safety_form,
    "march": MarchForm,
    "programme": programme_form,
    "address": AddressForm,
}
