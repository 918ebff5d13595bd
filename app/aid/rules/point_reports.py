"""Reports that something is wrong with a point: when nobody is sent there any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

#: So many different networks dispute a point until somebody looks.
DISPUTES: Final = 2
#: Reports are counted for as long as their networks are told apart.
COUNTED_FOR: Final = timedelta(days=1)
#: Once an organiser found a point in order, reports no longer dispute it for so long.
IMMUNE_FOR: Final = timedelta(days=7)
#: One network helps to dispute so many points a day, and all together so many are disputed by
#: themselves: whoever has many networks fills the queue, and closes no round.
POINTS_OF_A_NETWORK: Final = 3
DISPUTED_A_DAY: Final = 5
TEXT_LENGTH: Final = 2000
#: A report goes so long after somebody looked into it.
KEPT: Final = timedelta(days=90)


def disputes(*, networks: int, is_immune: bool, of_network: int, disputed_lately: int) -> bool:
    """Whether one more report takes the point out of what people find.

    `of_network` counts the points that the network spoke of within the day, this one included.
    """
    if is_immune or of_network > POINTS_OF_A_NETWORK or disputed_lately >= DISPUTED_A_DAY:
        return False
    return networks >= DISPUTES
