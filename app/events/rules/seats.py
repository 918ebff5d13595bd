"""How many seats may be held by people whose mailbox is not proven yet."""

from __future__ import annotations

#: One in so many seats of a room; a hoarder who proves nothing never holds more.
HELD_SHARE = 5
#: Seats that one address or one network holds of one event.
HELD_BY_ONE = 10


def held_limit(capacity: int) -> int:
    """Seats of a room that unconfirmed RSVPs may hold together; in a tiny one, none.

    Whoever finds no seat to hold still gets the mail, and a seat when she confirms.
    """
    return capacity // HELD_SHARE
