"""Reports that something is wrong with an event: when they hide it, and when they do not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

#: So many different networks within a day hide an event until somebody looks.
HIDES: Final = 2
#: Reports are counted for as long as their networks are told apart.
COUNTED_FOR: Final = timedelta(days=1)
#: Once an organiser found an event in order, reports no longer hide it for so long.
IMMUNE_FOR: Final = timedelta(days=7)
#: One network helps to hide so many events a day, and all together so many are hidden by
#: themselves: whoever has many networks fills the queue, and not the site with holes.
EVENTS_OF_A_NETWORK: Final = 3
HIDDEN_A_DAY: Final = 5
TEXT_LENGTH: Final = 2000
#: A report goes so long after somebody looked into it.
KEPT: Final = timedelta(days=90)
#: Networks are deleted after a day, so what stands for them need not change within it.
SEAL_DAY: Final = date(2000, 1, 1)


def hides(*, networks: int, is_immune: bool, of_network: int, hidden_lately: int) -> bool:
    """Whether one more report takes the event out of sight.

    `of_network` counts the events that the network spoke of within the day, this one included.
    """
    if is_immune or of_network > EVENTS_OF_A_NETWORK or hidden_lately >= HIDDEN_A_DAY:
        return False
    return networks >= HIDES
