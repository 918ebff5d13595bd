"""British postcodes as people type them: in any case, without the space, with O for 0."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from app.lib.text import clean_line

#: One or two letters, a digit, and at most one more sign.
_OUTCODE: Final = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
_INWARD: Final = re.compile(r"([0-9])([A-Z]{2})")
_TO_DIGIT: Final = str.maketrans({"O": "0", "I": "1"})
_TO_LETTER: Final = str.maketrans({"0": "O", "1": "I"})
_LETTERS: Final = """
AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY
E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE
LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL
SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE
"""
#: The letters with which a postcode begins.
_AREAS: Final = frozenset(_LETTERS.split())
#: Areas for which there are no positions that we may bundle.
_WITHOUT_POSITIONS: Final = {"BT": "GB", "JE": "JE", "GY": "GG", "IM": "IM"}


@dataclass(frozen=True)
class Postcode:
    """A postcode, or the beginning of one: `E17 4PP`, `E17 4` or `E17`."""

    outcode: str
    #: The digit after the space, and the two letters, where they were given.
    sector_digit: str = ""
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.outcode} {self.sector_digit}{self.unit}".strip()

    @property
    def sector(self) -> str | None:
        """The sector, such as `E17 4`, where it is known."""
        return f"{self.outcode} {self.sector_digit}" if self.sector_digit else None

    @property
    def is_full(self) -> bool:
        """Whether it names a few doors, and not only a district."""
        return bool(self.unit)

    @property
    def area(self) -> str:
        """The letters in front: `E`, `BT`, `JE`."""
        return _area(self.outcode)

    @property
    def country(self) -> str:
        """The country in which it lies, as a code: Jersey, Guernsey and Man have their own."""
        return _WITHOUT_POSITIONS.get(self.area, "GB")

    @property
    def has_position(self) -> bool:
        """Whether we may know where it lies: not in Northern Ireland and on the islands."""
        return self.area not in _WITHOUT_POSITIONS


def read_postcode(text: str) -> Postcode | None:
    """The postcode that was meant, or None where it looks like none."""
    typed = clean_line(text).upper().replace(".", "").replace("-", " ")
    bare = typed.replace(" ", "")
    return _full(bare) or _sector(typed) or _outcode(bare)


def _full(bare: str) -> Postcode | None:
    if not 5 <= len(bare) <= 7:
        return None
    outcode = _put_right(bare[:-3])
    inward = bare[-3].translate(_TO_DIGIT) + bare[-2:].translate(_TO_LETTER)
    match = _INWARD.fullmatch(inward)
    return Postcode(outcode, match[1], match[2]) if outcode and match else None


def _sector(typed: str) -> Postcode | None:
    front, _, digit = typed.rpartition(" ")
    outcode, digit = _put_right(front), digit.translate(_TO_DIGIT)
    return Postcode(outcode, digit) if outcode and re.fullmatch("[0-9]", digit) else None


def _outcode(bare: str) -> Postcode | None:
    outcode = _put_right(bare)
    return Postcode(outcode) if outcode else None


def _put_right(typed: str) -> str | None:
    """An outcode, with O for 0 and I for 1 exchanged where only the other can stand."""
    if len(typed) < 2:
        return None
    head, tail = typed[0].translate(_TO_LETTER), typed[1:]
    as_typed = head + tail
    two_letters = head + tail[0].translate(_TO_LETTER) + tail[1:].translate(_TO_DIGIT)
    one_letter = head + tail.translate(_TO_DIGIT)
    known = (each for each in (as_typed, one_letter, two_letters) if _is_outcode(each))
    return next(known, None)


def _is_outcode(text: str) -> bool:
    return bool(_OUTCODE.fullmatch(text)) and _area(text) in _AREAS


def _area(outcode: str) -> str:
    return "".join(each for each in outcode[:2] if each.isalpha())
