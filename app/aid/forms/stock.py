"""The desk's forms for goods: how many of what, where to, when and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateTimeLocalField,
    Field,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length, Optional, Regexp
from wtforms.widgets import TextInput

from app.aid.errors.stock import KeyUsedError
from app.aid.forms.tally import NONCE, SENTENCES
from app.aid.models.drops import AidItem
from app.aid.models.stock import Box, StockBalance
from app.aid.render.stock import amount, thing, unit_name
from app.aid.render.words import BOX_STATE_NAMES
from app.aid.rules import labels
from app.aid.rules.catalogue import MIXED
from app.aid.rules.stock import REASON_LENGTH, Goods
from app.aid.rules.tally import TallyError, read_count, read_grams
from app.aid.rules.words import ItemCategory, Unit
from app.lib import ids
from app.lib.errors import UserError
from app.lib.text import clean_line
from app.web.fields import required_text
from app.web.forms import LongForm

#: Lines for things that were not there before.
NEW_LINES: Final = 6
_LONGEST: Final = 20


def _line(text: str | None) -> str:
    return clean_line(text or "")


def at_most(length: int) -> Length:
    """A limit, in the words of somebody who typed more."""
    return Length(max=length, message=_l("Please use at most %(max)d characters."))


class QuantityField(Field):
    """So many of something as people write it: a whole number, or kilograms; `data` is in units."""

    widget = TextInput()
    data: int | None

    def __init__(self, label: Any = None, *, unit: Unit, **kw: Any) -> None:  # noqa: ANN401
        super().__init__(label, **kw)
        self.unit = unit

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])[:_LONGEST]
        if self.data is None:
            return ""
        return f"{self.data / 1000:g}" if self.unit is Unit.GRAM else str(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the text; an empty one is nothing."""
        self.data = None
        typed = clean_line(valuelist[0]) if valuelist else ""
        if not typed:
            return
        try:
            is_weight = self.unit is Unit.GRAM
            self.data = read_grams(typed) if is_weight else read_count(typed, self.unit)
        except TallyError as error:
            raise ValueError(gettext(SENTENCES[error.problem])) from error


@dataclass(frozen=True)
class Row:
    """A thing that lies there, and the field for how many of it."""

    name: str
    item_id: int
    unit: Unit
    label: str
    there: str


def rows_of(balances: Sequence[StockBalance]) -> list[Row]:
    """The things that lie in a place, each with a field of its own."""
    return [
        Row(
            name=f"g{each.item_id}_{each.unit.value}",
            item_id=each.item_id,
            unit=each.unit,
            label=f"{thing(each.item)} ({unit_name(each.unit)})",
            there=amount(each.qty, each.unit),
        )
        for each in balances
    ]


class KeyedForm(LongForm):
    """A form that does its deed once, however often it is sent."""

    nonce = HiddenField(validators=[Regexp(NONCE)])

    def __init__(self, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        if not self.is_submitted():
            self.nonce.data = ids.token()

    def be_new_after(self, error: UserError) -> None:
        """Let it do another deed next, where it was sent before with something else in it."""
        if isinstance(error, KeyUsedError):
            self.nonce.data = ids.token()


class ReasonForm(KeyedForm):
    """Why something is done."""

    reason = StringField(
        _l("Why"),
        [required_text(_l("Please say why.")), at_most(REASON_LENGTH)],
        filters=[_line],
    )


class GoodsForm(KeyedForm):
    """So many of the things that lie in a place; built for the place by `goods_form`."""

    #: What the page showed when it was made, so that a change meanwhile is noticed.
    seen = HiddenField()

    rows: Sequence[Row] = ()
    new_lines: Sequence[int] = ()
    zone: str = "UTC"

    def goods(self) -> list[Goods]:
        """What was typed of what lies there."""
        found = ((row, self[row.name].data) for row in self.rows)
        return [Goods(item_id=row.item_id, unit=row.unit, qty=qty) for row, qty in found if qty]

    def second_goods(self) -> list[Goods]:
        """What was typed of the same things the second time."""
        found = ((row, self[f"second_{row.name}"].data) for row in self.rows)
        return [Goods(item_id=row.item_id, unit=row.unit, qty=qty) for row, qty in found if qty]

    def counted(self) -> dict[tuple[int, Unit], int]:
        """What was counted of each thing; what was left empty is not counted."""
        found = {
            (row.item_id, row.unit): self[row.name].data
            for row in self.rows
            if self[row.name].data is not None
        }
        return found | {(each.item_id, each.unit): each.qty for each in self.new_goods()}

    def new_goods(self) -> list[Goods]:
        """Things that were not there before."""
        found = ((number, self[f"new{number}_qty"].data) for number in self.new_lines)
        return [
            Goods(
                item_id=int(self[f"new{number}_item"].data),
                unit=Unit(self[f"new{number}_unit"].data),
                qty=qty,
            )
            for number, qty in found
            if qty and self[f"new{number}_item"].data
        ]

    def set_seen(self, seen: str) -> None:
        """Remember what lies there, on a page that is made anew."""
        if not self.is_submitted():
            self.seen.data = seen

    @property
    def happened_at(self) -> datetime | None:
        """When it happened, if that was not now."""
        typed: datetime | None = self.when.data if "when" in self else None
        return typed.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC) if typed else None

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field; a new line needs its thing."""
        is_valid = super().validate(extra_validators)
        for number in self.new_lines:
            if self[f"new{number}_qty"].data and not self[f"new{number}_item"].data:
                self[f"new{number}_item"].errors = [gettext("Choose what it is.")]
                is_valid = False
        return is_valid


def goods_form(
    rows: Sequence[Row],
    *,
    targets: Sequence[tuple[str, str]] | None = None,
    boxes: Sequence[Box] = (),
    items: Sequence[AidItem] = (),
    zone: str = "UTC",
    with_when: bool = False,
    reason: str = "optional",
    second: Sequence[Row] = (),
    counts: Mapping[str, int] | None = None,
    **values: Any,  # noqa: ANN401
) -> GoodsForm:
    """The form for what lies in a place: its things, new things, labelled boxes, where, when, why.

    `second` asks for the same things once more, under names that begin with `second_`.
    """
    fields: dict[str, Any] = {
        row.name: QuantityField(row.label, unit=row.unit, description=row.there) for row in rows
    }
    fields |= {
        f"second_{row.name}": QuantityField(row.label, unit=row.unit, description=row.there)
        for row in second
    }
    lines = range(NEW_LINES) if items else range(0)
    for number in lines:
        fields |= _new_line(number, items)
    if targets is not None:
        fields["target"] = SelectField(
            _l("Where to"),
            choices=[SelectChoice(value, name) for value, name in targets],
        )
    if boxes:
        fields["boxes"] = SelectMultipleField(
            _l("Labelled boxes"),
            choices=[box_choice(each) for each in boxes],
            validate_choice=False,
        )
    if with_when:
        fields["when"] = DateTimeLocalField(_l("When"), [Optional()], description=_l("Empty: now."))
    if reason != "none":
        fields["reason"] = _reason_field(is_needed=reason == "needed")
    fields |= {"rows": rows, "new_lines": lines, "zone": zone}
    made: type[GoodsForm] = type("PlaceForm", (GoodsForm,), fields)
    return made(data=dict(counts or {}), **values)


def _new_line(number: int, items: Sequence[AidItem]) -> dict[str, Any]:
    choices = [SelectChoice("", "–")] + [
        SelectChoice(str(each.id), thing(each))
        for each in items
        if each.category is not ItemCategory.MEDICINE
    ]
    units = [SelectChoice(each.value, unit_name(each)) for each in _UNITS]
    return {
        f"new{number}_item": SelectField(_l("Thing"), choices=choices, default=""),
        f"new{number}_qty": QuantityField(_l("How many"), unit=Unit.EACH),
        f"new{number}_unit": SelectField(_l("Counted in"), choices=units, default=Unit.EACH.value),
    }


#: In what new things are counted; weight is only ever told with bags.
_UNITS: Final = (Unit.EACH, Unit.BAG, Unit.BOX)


def _reason_field(*, is_needed: bool) -> StringField:
    checks = [required_text(_l("Please say why."))] if is_needed else []
    return StringField(_l("Why"), [*checks, at_most(REASON_LENGTH)], filters=[_line])


def box_choice(box: Box) -> SelectChoice:
    """A labelled box as one may choose it."""
    return SelectChoice(box.label, f"{labels.written(box.label)} ({BOX_STATE_NAMES[box.state]})")


def sorted_items(items: Sequence[AidItem]) -> list[AidItem]:
    """Things into which others are sorted: by name, what is not sorted left out."""
    return sorted((each for each in items if each.code != MIXED), key=thing)
