"""The desk's form for stores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.aid.forms.stock import at_most
from app.aid.models.stock import StockLocation
from app.aid.rules.stock import StoreContent
from app.groups.models import Group
from app.lib.text import clean_line
from app.web.fields import required_text
from app.web.forms import LongForm
from app.web.locale import current_locale


def _line(text: str | None) -> str:
    return clean_line(text or "")


class StoreForm(LongForm):
    """A store: its name and where it is."""

    group = SelectField(_l("Group"))
    name = StringField(
        _l("Name"),
        [required_text(_l("Enter a name.")), at_most(120)],
        filters=[_line],
    )
    address = TextAreaField(
        _l("Address"),
        [at_most(500)],
        description=_l("For drivers. The public does not see it."),
    )
    postcode = StringField(
        _l("Postcode"),
        [at_most(12)],
        filters=[_line],
        description=_l("So that the order of a van’s day can be worked out."),
    )

    def __init__(
        self,
        groups: Sequence[Group],
        store: StockLocation | None = None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(obj=store, **values)
        self.group.choices = [
            SelectChoice(str(each.id), each.name.pick(current_locale()).text) for each in groups
        ]
        if store is not None:
            del self.group

    def content(self, position: tuple[float, float] | None) -> StoreContent:
        """What was typed; call it on a valid form only."""
        return StoreContent(
            name=self.name.data or "",
            address=(self.address.data or "").strip() or None,
            lat=position[0] if position else None,
            lon=position[1] if position else None,
        )
