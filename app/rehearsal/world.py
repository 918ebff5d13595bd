"""What all accounts of a rehearsal share: its clock, its ids, its notes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.lib import ids
from app.rehearsal.bodies import Body
from app.rehearsal.config import RehearsalConfig
from app.rehearsal.store import Store

NOTES = ""  # the account name under which the rehearsal keeps its own notes


class World:
    """The rehearsal's own time and names, kept in its store.

    With a seed the ids are counted, so that the same history makes the same objects.
    """

    def __init__(
        self, config: RehearsalConfig, store: Store, clock: Callable[[], int], seed: int | None
    ) -> None:
        self.config = config
        self.store = store
        self._clock = clock
        self._seed = seed
        self._at: int | None = None
        self.request: Body = {"id": None, "idempotency_key": None}

    def wall(self) -> int:
        """Seconds since the epoch outside: webhooks are signed with these."""
        return self._clock()

    def now(self) -> int:
        """Seconds since the epoch by the rehearsal's own clock."""
        if self._at is not None:
            return self._at
        return self._clock() + int(self.note("clock", {"offset": 0})["offset"])

    @contextmanager
    def at(self, moment: int) -> Iterator[None]:
        """While that happens which was due at a moment, it is that moment."""
        self._at = moment
        try:
            yield
        finally:
            self._at = None

    def set_now(self, now: int) -> None:
        """Set the own clock; it runs on from there."""
        self.keep_note("clock", {"offset": now - self._clock()})

    def new_id(self, prefix: str) -> str:
        """A new id such as ``pi_…``."""
        if self._seed is None:
            return f"{prefix}_{ids.public_id()}"
        count = self.note("ids", {"last": 0})["last"] + 1
        self.keep_note("ids", {"last": count})
        return f"{prefix}_{self._seed:x}r{count:012d}"

    def note(self, name: str, default: Body) -> Body:
        """One of the rehearsal's notes about itself."""
        return self.store.get(NOTES, "note", name) or default

    def keep_note(self, name: str, body: Body) -> None:
        """Keep a note."""
        self.store.put(NOTES, "note", name, body)
