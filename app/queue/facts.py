"""What other packages say to the queue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

Handler = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True)
class Schedule:
    """A job of this kind once in every period, counted from 1970 in UTC."""

    kind: str
    every: timedelta
    payload: Mapping[str, Any] = field(default_factory=dict)


class RetryLater(Exception):  # noqa: N818 - not an error: the handler chose the time
    """The job is to run again after a while; this does not count as a failure."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(after)
        self.after = after
