"""The forms of a host of an earlier round: same again, something changed, not this time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TextAreaField

from app.aid.forms.points import PlaceFields
from app.aid.rules.again import NOTE_LENGTH
from app.events.forms.events import COUNTRY, at_most
from app.lib.countries import list_countries
from app.places.rules import PlaceDetails
from app.web.forms import PublicForm
from app.web.locale import current_locale


class AcceptForm(PlaceFields, PublicForm):
    """She does it again; her place is asked for where it was deleted."""

    note = TextAreaField(
        _l("What is different?"),
        [at_most(NOTE_LENGTH)],
        description=_l("Hours, place, what you take: an organiser changes it with you."),
    )

    def __init__(self, *, needs_place: bool, wants_note: bool, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.needs_place, self.wants_note = needs_place, wants_note
        if not needs_place:
            for name in ("place_name", "street", "postcode", "town", "country"):
                del self[name]
            return
        self.country.choices = list(list_countries(current_locale()))
        if not self.country.data or self.country.data == "None":
            self.country.data = COUNTRY

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field; who says that something changed says what."""
        is_valid = super().validate(extra_validators)
        if self.wants_note and not self.words:
            self.note.errors = [*self.note.errors, _("Say what is different.")]
            is_valid = False
        if self.needs_place and not (self.street.errors or self.town.errors):
            is_valid = self.check_place() and is_valid
        return is_valid

    @property
    def words(self) -> str:
        """What is different, where she was asked that."""
        return (self.note.data or "").strip() if self.wants_note else ""

    @property
    def typed_place(self) -> PlaceDetails | None:
        """Where it is, where that was asked."""
        return self.place if self.needs_place else None


class DeclineForm(PublicForm):
    """Not this time."""

    never_again = BooleanField(_l("Please never ask me again"))
