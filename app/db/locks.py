"""Whose turn it is to write to an SQLite file.

SQLite's own waiting is a lottery: under load the unluckiest writer waits thousands of times longer
than the median. So writers of one process queue up here in order of arrival, and the first of them
waits for the file lock that the processes share. The kernel frees that lock when a process dies.
"""

import fcntl
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from app.lib.errors import UnavailableError

#: A writer that waited this long (seconds) is told to try again later.
PATIENCE = 30.0


class NestedTransactionError(RuntimeError):
    """A transaction was begun inside another one; commits stand at the edge only."""


class FifoLock:
    """A lock that is handed on in order of arrival and knows its holder."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._holder: int | None = None

    def acquire(self, timeout: float) -> bool:
        """Wait for one's turn, False when it came too late; raises NestedTransactionError."""
        me = threading.get_ident()
        with self._guard:
            if self._holder == me:
                raise NestedTransactionError
            if self._holder is None and not self._waiting:
                self._holder = me
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        if not turn.wait(timeout) and not self._came_after_all(turn):
            return False
        self._holder = me
        return True

    def release(self) -> None:
        """Hand the lock to whoever waits longest."""
        with self._guard:
            self._holder = None
            if self._waiting:
                # Nobody can slip in between: the holder is set before the next one wakes.
                self._holder = -1
                self._waiting.popleft().set()

    def _came_after_all(self, turn: threading.Event) -> bool:
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
            return True


@cache
def _lock_of(_path: Path | None) -> FifoLock:
    return FifoLock()


# A child forked while a thread held a lock would wait for that thread for ever.
os.register_at_fork(after_in_child=_lock_of.cache_clear)


@contextmanager
def writer_turn(database: str | None) -> Iterator[None]:
    """Hold the right to write to an SQLite file (None: in memory); raises UnavailableError."""
    path = Path(database).resolve() if database and database != ":memory:" else None
    lock = _lock_of(path)
    if not lock.acquire(PATIENCE):
        raise UnavailableError
    try:
        with _file_lock(path):
            yield
    finally:
        lock.release()


@contextmanager
def _file_lock(path: Path | None) -> Iterator[None]:
    if path is None:
        yield
        return
    # Opened anew each time: a descriptor kept over a fork would share its lock with the child.
    descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
