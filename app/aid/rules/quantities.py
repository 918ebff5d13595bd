"""How much is too much, and how bags and boxes compare."""

from __future__ import annotations

from typing import Final

from app.aid.rules.words import Unit

#: Two bags are one box.
BAGS_IN_A_BOX: Final = 2
#: More than this in one line is a slip of the keyboard; a lorry holds some thousand boxes.
MOST: Final = {
    Unit.BAG: 2_000,
    Unit.BOX: 2_000,
    Unit.EACH: 1_000_000,
    Unit.GRAM: 40_000_000,
}
#: What one labelled box weighs at most with all that is in it, and how long a side of it is.
BOX_GRAMS_MOST: Final = 100_000
BOX_SIDE_MOST: Final = 3_000


def in_boxes(bags: int, boxes: int) -> int:
    """How much room bags and boxes take, in boxes; a bag that is left over takes one too."""
    return boxes + -(-bags // BAGS_IN_A_BOX)


def worth_boxes(bags: int, boxes: int) -> int:
    """What bags and boxes count towards a target, in boxes; half a box does not count."""
    return boxes + bags // BAGS_IN_A_BOX


def is_sane(qty: int, unit: Unit) -> bool:
    """Whether so much of it can be in one line of a move."""
    return 0 < qty <= MOST[unit]


def share(whole: int, part: int, of: int) -> int:
    """What of a weight goes along with a part of the things; all of it with the last of them."""
    return whole if part >= of else whole * part // of
