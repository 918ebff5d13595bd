"""The only reader of the wall clock. Instants are aware and in UTC everywhere."""

import time
from datetime import UTC, date, datetime
from datetime import time as wall_time
from zoneinfo import ZoneInfo


def utcnow() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def timestamp() -> int:
    """The present instant in whole seconds since 1970."""
    return int(utcnow().timestamp())


def monotonic() -> float:
    """Seconds of a clock that never goes back; only differences mean anything."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait for some seconds."""
    time.sleep(seconds)


def day_in(zone: str, at: datetime) -> date:
    """The calendar day of an instant where `zone` is an IANA name; raises ValueError when naive."""
    if at.tzinfo is None:
        raise ValueError("naive datetime")
    return at.astimezone(ZoneInfo(zone)).date()


def start_of_day(zone: str, day: date) -> datetime:
    """The UTC instant at which a calendar day begins in a zone."""
    return at_hour(zone, day, 0)


def at_hour(zone: str, day: date, hour: int) -> datetime:
    """The UTC instant at which a full hour of a calendar day strikes in a zone."""
    return datetime.combine(day, wall_time(hour), tzinfo=ZoneInfo(zone)).astimezone(UTC)
