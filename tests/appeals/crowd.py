"""Several people who do something at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def together(count: int, work: Callable[[int], T]) -> list[T]:
    """Run work in threads that begin at the same moment; raises what one of them raised."""
    start = threading.Barrier(count)
    found, problems = list[T](), list[BaseException]()

    def run(number: int) -> None:
        start.wait(timeout=30)
        try:
            found.append(work(number))
        except BaseException as problem:  # noqa: BLE001 - told to the test below
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    if problems:
        raise problems[0]
    return found
