"""The desk's forms for labelled boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange, Optional

from app.aid.forms.stock import (
    KeyedForm,
    QuantityField,
    ReasonForm,
    at_most,
    box_choice,
    goods_form,
    rows_of,
)
from app.aid.models.stock import Box
from app.aid.queries import stock as reads
from app.aid.rules.boxes import WITH_REASON, BoxDeed
from app.aid.rules.stock import BOXES_AT_ONCE, Seal
from app.aid.rules.words import BoxState, Unit
from app.lib.text import clean_line
from app.web.fields import required_text
from app.web.forms import version_in


class MakeForm(KeyedForm):
    """How many boxes are made, and where they stand."""

    count = IntegerField(
        _l("How many boxes"),
        [
            InputRequired(_l("Enter a whole number, like 12.")),
            NumberRange(1, BOXES_AT_ONCE, _l("From %(min)d to %(max)d boxes at once.")),
        ],
        default=8,
    )
    place = SelectField(_l("Where they stand"))

    def __init__(self, stores: Sequence[tuple[str, str]], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.place.choices = [SelectChoice(value, name) for value, name in stores]


class VersionForm(KeyedForm):
    """A button for a box as the page showed it."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version of the box that the page was made from."""
        return version_in(self.version.data)


def _side(label: Any) -> IntegerField:  # noqa: ANN401
    return IntegerField(
        label, [Optional(), NumberRange(1, 300, _l("From %(min)d to %(max)d centimetres."))]
    )


class SealForm(VersionForm):
    """What is written on a box when it is closed."""

    gross = QuantityField(_l("Weight in kilograms"), unit=Unit.GRAM)
    length = _side(_l("Length in centimetres"))
    width = _side(_l("Width in centimetres"))
    height = _side(_l("Height in centimetres"))
    note = StringField(_l("Note"), [at_most(200)], filters=[lambda text: clean_line(text or "")])

    def content(self) -> Seal:
        """What was typed; call it on a valid form only."""
        return Seal(
            gross_g=self.gross.data or None,
            length_mm=_millimetres(self.length.data),
            width_mm=_millimetres(self.width.data),
            height_mm=_millimetres(self.height.data),
            note=self.note.data or "",
        )


def _millimetres(centimetres: int | None) -> int | None:
    return centimetres * 10 if centimetres else None


class MergeForm(KeyedForm):
    """Into which other box everything goes."""

    into = SelectField(
        _l("Into which box"), [required_text(_l("Choose a box."))], validate_choice=False
    )

    def __init__(self, others: Sequence[Box], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.into.choices = [box_choice(each) for each in others]


def box_form(box: Box, deed: BoxDeed) -> Any:  # noqa: ANN401 - each deed has a form of its own
    """The form of something that is done with a box."""
    contents = rows_of(reads.contents_of(box))
    if deed is BoxDeed.PACK:
        return goods_form(rows_of(reads.balances_at(box.location, box.drop)), reason="none")
    if deed in {BoxDeed.UNPACK, BoxDeed.SPLIT}:
        return goods_form(contents, reason="none")
    if deed is BoxDeed.DELIVER:
        return goods_form(contents, second=contents)
    if deed is BoxDeed.MERGE:
        return MergeForm(_beside(box))
    if deed in WITH_REASON:
        return ReasonForm()
    version = {"version": str(box.version)}
    is_seal = deed is BoxDeed.SEAL
    return SealForm(data=version | {"note": box.note}) if is_seal else VersionForm(data=version)


def _beside(box: Box) -> list[Box]:
    found = reads.list_boxes_at(box.location, box.drop)
    return [each for each in found if each.state is BoxState.OPEN and each.id != box.id]
