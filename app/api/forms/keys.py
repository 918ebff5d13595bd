"""A new key for another program."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from babel.dates import format_timedelta
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length

from app.api.rules.scopes import MONTHS, Scope
from app.groups.models import Group
from app.lib.text import clean_line
from app.web.fields import required_text
from app.web.filters import plain
from app.web.forms import DeskForm
from app.web.locale import current_locale

SCOPE_NAMES = {
    Scope.PEOPLE: _l("Members and people who agreed to be written to"),
    Scope.DONATIONS: _l("Gifts, without names"),
    Scope.ATTENDANCES: _l("Who comes to events, without names"),
}


class KeyForm(DeskForm):
    """What a key is for, what it opens, for how long."""

    group = SelectField(_l("Group"))
    label = StringField(
        _l("What it is for"),
        [required_text(_l("Say which program will use it.")), Length(max=120)],
        filters=[lambda text: clean_line(text or "")],
    )
    scopes = SelectMultipleField(
        _l("What it opens"),
        [DataRequired(_l("Choose at least one."))],
        choices=[SelectChoice(scope.value, name) for scope, name in SCOPE_NAMES.items()],
    )
    months = SelectField(_l("For how long"), coerce=int, default=MONTHS[0])

    def __init__(self, groups: Sequence[Group]) -> None:
        super().__init__()
        self.group.choices = [SelectChoice(str(each.id), plain(each.name)) for each in groups]
        self.months.choices = [SelectChoice(each, _months(each)) for each in MONTHS]

    @property
    def chosen(self) -> list[Scope]:
        """What it opens; call it on a valid form only."""
        return [Scope(each) for each in self.scopes.data or []]


def _months(count: int) -> str:
    """So many months in words; Babel knows the plural of each language."""
    span = timedelta(days=30 * count)
    return format_timedelta(span, granularity="month", threshold=99, locale=current_locale())
