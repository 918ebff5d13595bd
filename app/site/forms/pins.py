"""The form with which an editor puts something first on the home page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Optional

from app.appeals.forms.listing import likely_day
from app.lib.clock import start_of_day
from app.settings import settings
from app.site.queries.pins import Thing
from app.site.render.home import KIND_NAMES
from app.site.rules.words import PinKind
from app.web.filters import plain
from app.web.forms import DeskForm


class PinForm(DeskForm):
    """What is put first, and until when."""

    thing = SelectField(
        _l("What is put first"),
        [DataRequired(_l("Please choose from what is offered."))],
        choices=[],
    )
    until = DateField(
        _l("Up to and with"),
        [Optional(), likely_day],
        description=_l("Without a day it stays until you take it off, or until it is over."),
    )

    def __init__(self, choices: Mapping[PinKind, Sequence[Thing]], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.thing.choices = [
            SelectChoice(f"{kind.value}:{row.id}", plain(row.title), optgroup=str(KIND_NAMES[kind]))
            for kind, rows in choices.items()
            for row in rows
        ]

    def wanted(self) -> tuple[PinKind, int]:
        """What was chosen; call it on a valid form only."""
        kind, _colon, number = (self.thing.data or "").partition(":")
        return (PinKind(kind), int(number))

    def ends_at(self) -> datetime | None:
        """The moment after the last day, where the site is."""
        if self.until.data is None:
            return None
        return start_of_day(settings().timezone, self.until.data + timedelta(days=1))
