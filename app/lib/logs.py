"""What the log says of an error: where it was, on one line, and nothing of what people typed."""

import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

import structlog

from app.lib import clock

_LOGFMT = structlog.processors.LogfmtRenderer(key_order=["at", "level", "event"])


def configure() -> None:
    """Let every log line go to stderr as `key=value` pairs, without values of variables."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _tell_time,
            _tell_place,
            _write_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        # Asked for anew each time: whoever runs us may have replaced stderr.
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def places(error: BaseException) -> str:
    """Each error of a chain, the last one first: its type and the lines that led there.

    The texts of errors are left out: a database quotes the row in them, a parser what was typed.
    """
    return " / ".join(_place(each) for each in _chain(error))


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    where = " > ".join(f"{_short(frame.filename)}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} at {where}" if where else type(error).__name__


def _short(filename: str) -> str:
    """The path of a module from its package on."""
    for root in ("/site-packages/", "/app/"):
        if root in filename:
            return filename.rpartition(root)[2]
    return filename.rpartition("/")[2]


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    present: BaseException | None = error
    while present is not None and id(present) not in seen:
        seen.add(id(present))
        yield present
        present = present.__cause__ or (
            None if present.__suppress_context__ else present.__context__
        )


def _tell_time(
    _logger: object, _method: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {"at": clock.utcnow().isoformat(timespec="milliseconds"), **entry}


def _tell_place(
    _logger: object, _method: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Put the place of an error where a traceback would stand."""
    given = entry.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else (sys.exc_info()[1] if given else None)
    return {**entry, "error": places(error)} if error is not None else entry


def _write_line(logger: object, method: str, entry: MutableMapping[str, Any]) -> str:
    """Write `key=value` pairs; what would end the line, hide or turn a part of it is spelt out."""
    line = _LOGFMT(logger, method, entry)
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in line
    )
