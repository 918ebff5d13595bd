"""Labels of boxes as they are printed: eight on a sheet, in every language of the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from markupsafe import Markup

from app.aid.models.stock import Box
from app.aid.queries import stock as reads
from app.aid.render.stock_desk import what_lies
from app.aid.rules import labels
from app.aid.rules.words import BoxState
from app.settings import settings
from app.web.locale import absolute_url, in_locale, text_direction
from app.web.qr import qr_svg

#: So many labels fit a sheet of A4.
ON_A_SHEET: Final = 8
#: Up to so many signs the contents are told; a box with more says only that its list is inside.
_CONTENTS_MOST: Final = 140


@dataclass(frozen=True)
class LabelWords:
    """What a label says in one language."""

    lang: str
    direction: str
    round: str
    contents: str
    weight: str


@dataclass(frozen=True)
class Label:
    """One label."""

    label: str
    seal: int
    #: Still to be packed: what is in it is written by hand.
    is_open: bool
    picture: Markup
    words: Sequence[LabelWords]


def sheets(boxes: Sequence[Box]) -> list[list[Label]]:
    """Labels for boxes, sheet by sheet."""
    made = [_label(each) for each in boxes]
    return [made[start : start + ON_A_SHEET] for start in range(0, len(made), ON_A_SHEET)]


def _label(box: Box) -> Label:
    seal = box.seal_number if box.state is not BoxState.OPEN else None
    address = absolute_url("boxes_desk.show", label=box.label, seal=seal)
    words = []
    for locale in settings().locales:
        with in_locale(locale):
            words.append(_words(box, locale))
    return Label(
        label=labels.written(box.label),
        seal=box.seal_number,
        is_open=box.state is BoxState.OPEN,
        picture=qr_svg(address, _("QR code of the box")),
        words=words,
    )


def _words(box: Box, locale: str) -> LabelWords:
    contents = what_lies(reads.contents_of(box)) if box.state is not BoxState.OPEN else ""
    if len(contents) > _CONTENTS_MOST:
        contents = _("Many things; the list is with the organisers.")
    weight = _("%(weight)s kg", weight=f"{box.gross_g / 1000:g}") if box.gross_g else ""
    return LabelWords(
        lang=locale,
        direction=text_direction(locale),
        round=box.drop.title.pick(locale).text,
        contents=contents,
        weight=str(weight),
    )
