"""The forms with which editors keep the list of needs and the kinds of things behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import NumberRange, Optional

from app.aid.models.drops import AidItem, DropNeed
from app.aid.render.items import CATEGORY_NAMES, HAZARD_NAMES
from app.aid.render.words import PRIORITY_NAMES, UNIT_NAMES
from app.aid.rules import needs as rules
from app.aid.rules.catalogue import MEDICINES, MIXED
from app.aid.rules.needs import ItemContent, NeedContent
from app.aid.rules.words import Hazard, ItemCategory, Priority, Unit
from app.events.forms.events import SeenForm, at_most, line, names
from app.lib.text import Translated
from app.web.fields import TranslatedField, required_text
from app.web.filters import plain
from app.web.forms import LongForm

_HS_CODE: Final = re.compile(r"[0-9]{6,10}")
#: One of a kind weighs at most as much as an ambulance.
_HEAVIEST_G: Final = 10_000_000
_PRIORITIES: Final = names(PRIORITY_NAMES)


class NeedForm(LongForm):
    """How much a thing is wanted."""

    priority = SelectField(_l("How much is it wanted?"), choices=_PRIORITIES)
    target_qty = IntegerField(
        _l("How many?"),
        [Optional(), NumberRange(1, rules.MOST_QTY)],
        description=_l("Leave this empty where any number helps."),
    )
    why = TranslatedField(_l("Why"), description=_l("One sentence: what kind, and what for."))

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and that the reason is short."""
        is_valid = super().validate(extra_validators)
        return _is_short(self.why, rules.WHY_LENGTH) and is_valid

    def content(self, item_id: int) -> NeedContent:
        """What was decided; call it on a valid form only."""
        return NeedContent(
            item_id=item_id,
            priority=Priority(self.priority.data),
            target_qty=self.target_qty.data,
            why=self.why.data,
        )


class NewNeedForm(NeedForm):
    """Another thing for the list."""

    item = SelectField(_l("What"), choices=[])

    def __init__(self, items: Sequence[AidItem], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.item.choices = [(str(each.id), plain(each.name)) for each in items]

    @property
    def item_id(self) -> int:
        """The chosen thing; call it on a valid form only."""
        return int(self.item.data)


class EditNeedForm(NeedForm):
    """A line that is on the list."""

    #: When somebody looked at it last, as the page knew it.
    seen = HiddenField()

    def __init__(self, need: DropNeed, **values: Any) -> None:  # noqa: ANN401
        kept = {
            "priority": need.priority.value,
            "target_qty": need.target_qty,
            "why": need.why,
            "seen": need.checked_at.isoformat(),
        }
        super().__init__(data=kept, **values)


class ItemForm(SeenForm):
    """A kind of thing that a group collects."""

    name = TranslatedField(_l("Name"), [required_text(_l("Say what it is."))])
    category = SelectField(
        _l("Category"),
        choices=[each for each in names(CATEGORY_NAMES) if each.value != ItemCategory.MIXED.value],
        validate_choice=False,
    )
    unit = SelectField(_l("Unit"), choices=names(UNIT_NAMES), default=Unit.EACH.value)
    weight_g = IntegerField(
        _l("Weight of one, in grams"), [Optional(), NumberRange(1, _HEAVIEST_G)]
    )
    hs_code = StringField(
        _l("Customs number"),
        [at_most(10)],
        filters=[line],
        description=_l("Six to ten figures; look them up before you write the papers."),
    )
    hazard = SelectField(_l("What a ferry asks about"), choices=names(HAZARD_NAMES))

    def __init__(self, item: AidItem | None = None, **values: Any) -> None:  # noqa: ANN401
        super().__init__(data=_item_values(item) if item else None, **values)
        #: Unsorted things and medicines stay what they are.
        is_fixed = item is not None and item.code in {MIXED, MEDICINES}
        self.kept_category = item.category if item is not None and is_fixed else None

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and the customs number."""
        is_valid = super().validate(extra_validators)
        if self.category.data not in set(ItemCategory):
            self.category.data = ItemCategory.OTHER.value
        if self.hs_code.data and not _HS_CODE.fullmatch(self.hs_code.data):
            self.hs_code.errors = [_("Enter six to ten figures.")]
            is_valid = False
        return _is_short(self.name, rules.NAME_LENGTH) and is_valid

    def content(self) -> ItemContent:
        """What was decided; call it on a valid form only."""
        return ItemContent(
            name=self.name.required,
            category=self.kept_category or ItemCategory(self.category.data),
            unit=Unit(self.unit.data),
            weight_g=self.weight_g.data,
            hs_code=self.hs_code.data or None,
            hazard=Hazard(self.hazard.data),
        )


def _is_short(field: TranslatedField, most: int) -> bool:
    said: Translated | None = field.data
    if said is None or all(len(text) <= most for text in said.texts.values()):
        return True
    field.errors = [_("Please use at most %(max)d characters.", max=most)]
    return False


def _item_values(item: AidItem) -> dict[str, Any]:
    return {
        "name": item.name,
        "category": item.category.value,
        "unit": item.unit.value,
        "weight_g": item.weight_g,
        "hs_code": item.hs_code,
        "hazard": item.hazard.value,
        "version": str(item.version),
    }
