"""Long work in short transactions, so that nobody waits for it."""

from collections.abc import Callable
from datetime import datetime

from app.db.session import transaction


def in_batches(step: Callable[..., int], *, now: datetime, limit: int) -> int:
    """Call `step(now=, limit=)` in a transaction each time, until one does less than the limit.

    Returns how much was done in all.
    """
    total, done = 0, limit
    while done == limit:
        with transaction():
            done = step(now=now, limit=limit)
        total += done
    return total
