"""One supervised program: started so that it cannot outlive us, stopped gently and then firmly."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """What to run, and where its output goes (None: to ours)."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str] = field(repr=False)
    directory: Path
    log: Path | None = None
    #: Ports that must answer before it makes sense to start.
    waits_for: tuple[int, ...] = ()


class Child:
    """A started program in a session of its own, so that Ctrl-C reaches the supervisor alone."""

    def __init__(self, program: Program, *, now: float) -> None:
        self.program = program
        self.started_at = now
        self._process = _start(program)

    @property
    def pid(self) -> int:
        """Its process id, which is its process group too."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs; negative for the signal that ended it."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the program, which stops its own workers."""
        if self.exit_code() is None:
            self._process.terminate()

    def make_sure_it_is_gone(self) -> None:
        """Kill whatever is left of its process group and collect it."""
        # Nothing of the group may be left, or what is left is already dying.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()


def _start(program: Program) -> subprocess.Popen[bytes]:
    output: Any = None
    if program.log is not None:
        program.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        output = program.log.open("ab")
    try:
        return subprocess.Popen(  # noqa: S603 - our own command lines, no shell
            list(program.command),
            cwd=program.directory,
            env=dict(program.environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
            preexec_fn=_die_with_parent(),  # noqa: PLW1509 - no threads run at this point
        )
    finally:
        if output is not None:
            output.close()


def _die_with_parent() -> Callable[[], None] | None:
    """On Linux, ask the kernel to stop the child when the supervisor dies, even by SIGKILL."""
    if not sys.platform.startswith("linux"):
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # The parent died before the request was in place.
            os._exit(1)

    return ask
