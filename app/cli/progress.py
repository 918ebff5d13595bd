"""Saying how far long work is, seldom and only when it is long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.lib import clock

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 5.0


class Progress:
    """Told how many bytes are done, says so every few seconds."""

    def __init__(self, what: str, total: int, say: Callable[[str], None]) -> None:
        self._what, self._total, self._say = what, total, say
        self._told = clock.monotonic()

    def __call__(self, done: int) -> None:
        """Say how far it is, unless that was said just now."""
        if clock.monotonic() - self._told < SECONDS:
            return
        self._told = clock.monotonic()
        share = f", {done * 100 // self._total} %" if self._total else ""
        self._say(f"{self._what}: {done // 10**6:,} MB{share}")
