"""The passage of time in a rehearsal."""

from app.rehearsal import balance, idempotency
from app.rehearsal.months import later
from app.rehearsal.webhooks import Webhooks

DAY = 86_400


class Passage(Webhooks):
    """The own clock, and what comes late by it."""

    def now(self) -> int:
        """Seconds since the epoch by the own clock."""
        with self._lock:
            return self._world.now()

    def set_clock(self, now: int) -> None:
        """Set the own clock; what is due by it happens."""
        with self._lock:
            self._world.set_now(now)
            self._catch_up()
            for account in self.accounts.values():
                idempotency.forget_old(account)
            self._save()

    def advance(
        self, seconds: int = 0, *, days: int = 0, months: int = 0, until: int | None = None
    ) -> None:
        """Move the own clock on, by months of the calendar, days and seconds, or to an instant.

        All that becomes due on the way happens in order, each at its own moment.
        """
        with self._lock:
            start = later(self._world.now(), "month", months)
            self.set_clock(start + days * DAY + seconds if until is None else until)

    def tick(self) -> None:
        """Let happen what became due while nobody called."""
        with self._lock:
            self._catch_up()
            self._save()

    def set_late_balance(self, seconds: int) -> None:
        """Balance transactions of charges come this much later: 0 at once, HELD when asked."""
        self._note("late", {"seconds": seconds})

    def book_held(self) -> int:
        """Let the late balance transactions come; returns how many came."""
        with self._lock:
            count = sum(balance.book_held(account) for account in self.accounts.values())
            self._save()
            return count
