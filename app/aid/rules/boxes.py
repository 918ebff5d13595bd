"""What can be done with a labelled box, as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.aid.rules.words import BoxState


class BoxDeed(StrEnum):
    """What is done with a box, as the desk asks for it."""

    PACK = "pack"
    UNPACK = "unpack"
    SEAL = "seal"
    OPEN = "open"
    SPLIT = "split"
    MERGE = "merge"
    DELIVER = "deliver"
    LOSE = "lose"
    FIND = "find"
    GIVE = "give"
    DISCARD = "discard"
    #: The label of an empty box is not used.
    DROP = "drop"


_D = BoxDeed
#: What the page of a box offers; to move it on is offered where it stands.
DEEDS_OF: Final[Mapping[BoxState, tuple[BoxDeed, ...]]] = {
    BoxState.OPEN: (
        *(_D.PACK, _D.UNPACK, _D.SEAL, _D.SPLIT, _D.MERGE, _D.GIVE, _D.DISCARD, _D.DROP),
    ),
    BoxState.SEALED: (_D.OPEN, _D.GIVE, _D.DISCARD, _D.LOSE),
    BoxState.LOADED: (_D.DELIVER, _D.LOSE),
    BoxState.IN_TRANSIT: (_D.DELIVER, _D.LOSE),
    BoxState.LOST: (_D.FIND,),
    BoxState.DELIVERED: (),
    BoxState.SHORT: (),
    BoxState.DAMAGED: (),
    BoxState.VOID: (),
}
#: Deeds that leave fewer things than there were say why.
WITH_REASON: Final = frozenset({_D.GIVE, _D.DISCARD, _D.LOSE, _D.FIND})
