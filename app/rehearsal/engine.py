"""What keeps a rehearsal together: its lock, its state, its own time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Condition, RLock

from app.lib import clock as wall
from app.rehearsal import agenda, idempotency
from app.rehearsal.account import Account
from app.rehearsal.bodies import Body
from app.rehearsal.calls import Calls
from app.rehearsal.config import RehearsalConfig
from app.rehearsal.faults import Faults
from app.rehearsal.post import Post
from app.rehearsal.store import Store
from app.rehearsal.world import World


class Engine:
    """The accounts of a rehearsal and the lock around them."""

    def __init__(
        self,
        config: RehearsalConfig,
        *,
        clock: Callable[[], int] = wall.timestamp,
        seed: int | None = None,
    ) -> None:
        self.config = config
        self._lock = RLock()
        self._news = Condition(self._lock)
        self._store = Store(config.state_path)
        self._world = World(config, self._store, clock, seed)
        self._start()

    def _start(self) -> None:
        self.post = Post(self._world)
        self.faults = Faults(self._world)
        self.accounts = {
            name: Account(name, self._world, self.post) for name in self.config.accounts
        }
        self._calls = Calls(self.accounts, self.faults)
        for account in self.accounts.values():
            idempotency.forget_old(account, and_begun=True)

    def _catch_up(self) -> None:
        """Let happen what is due by the own clock, in order, each at its own moment."""
        agenda.catch_up(self._world, list(self.accounts.values()))

    def hold(self) -> AbstractContextManager[object]:
        """Let nothing change while several things are read."""
        return self._lock

    def reset(self) -> None:
        """Forget everything, the clock and the faults included."""
        with self._lock:
            self._store.clear()
            self._save()
            self._start()

    def close(self) -> None:
        """Write the state and let go of its file."""
        with self._lock:
            self._store.close()

    def _note(self, name: str, body: Body) -> None:
        with self._lock:
            self._world.keep_note(name, body)
            self._save()

    def _save(self) -> None:
        """Write what changed; wake whoever waits for news. The lock is held."""
        self._store.flush()
        self._news.notify_all()

    def wait_for_news(self, timeout: float) -> None:
        """Wait until something changed or a waiting webhook may be due, seconds at most."""
        with self._lock:
            next_due = self.post.next_due()
            if next_due is not None:
                timeout = min(timeout, max(next_due - self._world.now(), 0.05))
            self._news.wait(timeout)

    def wait_until_quiet(self, timeout: float) -> bool:
        """Wait until no webhook is due or on its way; False when the seconds are over."""
        with self._lock:
            return self._news.wait_for(lambda: not self.post.is_busy(), timeout)
