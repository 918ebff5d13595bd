"""Keeps programs alive: restart with back-off, stop together, give up when one cannot live."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.cli import ports
from app.cli.process import Child, Program
from app.lib import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

LOOK_EVERY = 0.1
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
#: A program that lived this long was healthy: its next end begins the pauses anew.
HEALTHY_AFTER = 20.0
#: So many ends in a row without ever being healthy: starting again will not help.
MOST_FAILURES = 6
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass
class _Slot:
    """One program, its child while it runs, and how often it failed in a row."""

    program: Program
    child: Child | None = None
    failures: int = 0
    start_at: float = 0.0


class Supervisor:
    """Runs programs until told to stop; `run` returns the exit code of the whole."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        say: Callable[[str], None],
        grace: float = 20.0,
        stop_with_parent: bool = False,
    ) -> None:
        self._slots = [_Slot(program) for program in programs]
        self._say = say
        self._grace = grace
        self._parent = os.getppid() if stop_with_parent else None
        self._asked_to_stop = False
        self._has_given_up = False

    def run(self, *, on_tick: Callable[[], None] = lambda: None) -> int:
        """Start all, watch all, stop all; 0 after a wished stop, 1 when a program cannot live."""
        old = {number: signal.getsignal(number) for number in STOP_SIGNALS}
        for number in STOP_SIGNALS:
            # `nohup` stays in force; an ignored SIGINT is only a shell's way to start a job behind.
            if number != signal.SIGHUP or old[number] is not signal.SIG_IGN:
                signal.signal(number, self._hear)
        try:
            while not self._must_stop():
                self._look_after_all()
                on_tick()
                clock.sleep(LOOK_EVERY)
        finally:
            self._stop_all()
            for number in STOP_SIGNALS:
                signal.signal(number, old[number])
        return 1 if self._has_given_up else 0

    def stop(self) -> None:
        """Ask `run` to end soon."""
        self._asked_to_stop = True

    def give_up(self, reason: str) -> None:
        """Say why it cannot go on; `run` then stops everything and returns 1."""
        self._say(reason)
        self._has_given_up = True

    def pids(self) -> dict[str, int]:
        """Process ids of the programs that run now, by name."""
        return {slot.program.name: slot.child.pid for slot in self._slots if slot.child}

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_stop = True

    def _must_stop(self) -> bool:
        if self._parent is not None and os.getppid() != self._parent:
            return True
        return self._asked_to_stop or self._has_given_up

    def _look_after_all(self) -> None:
        for slot in self._slots:
            if slot.child is None and clock.monotonic() >= slot.start_at:
                if all(map(ports.answers, slot.program.waits_for)):
                    self._start(slot)
            elif slot.child is not None and slot.child.exit_code() is not None:
                self._note_end(slot, slot.child)

    def _start(self, slot: _Slot) -> None:
        try:
            slot.child = Child(slot.program, now=clock.monotonic())
        except OSError as error:
            self.give_up(f"{slot.program.name} cannot start: {error.strerror or error}")

    def _note_end(self, slot: _Slot, child: Child) -> None:
        code = child.exit_code()
        child.make_sure_it_is_gone()
        slot.child = None
        lived = clock.monotonic() - child.started_at
        slot.failures = 1 if lived >= HEALTHY_AFTER else slot.failures + 1
        if slot.failures >= MOST_FAILURES:
            self.give_up(
                f"{slot.program.name} ended {slot.failures} times in a row "
                f"(last: {_ending(code)}); giving up"
            )
            return
        pause = min(FIRST_PAUSE * 2 ** (slot.failures - 1), LONGEST_PAUSE)
        slot.start_at = clock.monotonic() + pause
        self._say(f"{slot.program.name} ended ({_ending(code)}); starting it again in {pause:g} s")

    def _stop_all(self) -> None:
        running = [slot.child for slot in self._slots if slot.child]
        for child in reversed(running):
            child.ask_to_stop()
        latest = clock.monotonic() + self._grace
        while clock.monotonic() < latest and any(one.exit_code() is None for one in running):
            clock.sleep(LOOK_EVERY / 2)
        for child in running:
            child.make_sure_it_is_gone()
        for slot in self._slots:
            slot.child = None


def _ending(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
