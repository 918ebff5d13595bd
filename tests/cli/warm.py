"""A process that has loaded what every command loads, and runs each command in a fork of itself.

Loading takes a process longer than most commands take. What is loaded reads no settings and opens
no database, so that a fork begins as a new process does. Run by conftest.py: `python -m
tests.cli.warm <socket>`; it ends when its input does.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import socket
import sys
from typing import Any

import app.factory  # noqa: F401 - what takes long
from app.cli.main import main

#: Longer than any command line with its variables.
LONGEST = 1 << 18


def serve(address: str) -> None:
    """Answer one connection after the other, each in a process of its own."""
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server, selectors.DefaultSelector() as either:
        server.bind(address)
        server.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        either.register(server, selectors.EVENT_READ)
        either.register(sys.stdin, selectors.EVENT_READ)
        while all(key.fileobj is server for key, _ in either.select()):
            connection, _ = server.accept()
            with connection:
                if not os.fork():
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    answer(connection)


def answer(connection: socket.socket) -> None:
    """Run a command, and tell its process, its exit code and how long it worked."""
    text, files, _, _ = socket.recv_fds(connection, LONGEST, 3)
    pid = os.fork()
    if not pid:
        connection.close()
        become(json.loads(text), files)
        main()
    connection.sendall(f"{pid}\n".encode())
    _, status, used = os.wait4(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    connection.sendall(f"{code} {used.ru_utime + used.ru_stime}\n".encode())
    os._exit(0)


def become(asked: dict[str, Any], files: list[int]) -> None:
    """Be what a shell would have started."""
    os.setsid()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8")  # noqa: PTH123, SIM115 - for as long as it lives
        for number, mode in enumerate(("r", "w", "w"))
    )
    os.environ.clear()
    os.environ.update(asked["variables"])
    os.chdir(asked["folder"])
    sys.argv = ["muster", *asked["arguments"]]


if __name__ == "__main__":
    serve(sys.argv[1])
