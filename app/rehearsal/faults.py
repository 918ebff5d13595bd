"""Faults for the next calls of the API: before the effect, after it, or instead of an answer."""

from dataclasses import asdict, dataclass
from enum import StrEnum

from app.rehearsal.bodies import Body
from app.rehearsal.problems import ProblemError
from app.rehearsal.world import World


class Fault(StrEnum):
    """What goes wrong with a call.

    After a fault that keeps nothing, the same idempotency key runs the call; after one that came
    behind the effect, it brings back what the call made. ``ERROR_AFTER`` alone is kept by Stripe
    as the answer of its key: the outcome has to be looked up.
    """

    ERROR_BEFORE = "error_before"  # 500, nothing done, nothing kept
    RESET_BEFORE = "reset_before"  # the connection breaks, nothing done, nothing kept
    RATE_LIMITED = "rate_limited"  # 429, nothing done, nothing kept
    IN_USE = "in_use"  # 409 as if the key were in use, nothing done, nothing kept
    ERROR_AFTER = "error_after"  # 500 after the effect, kept under the key
    GATEWAY_AFTER = "gateway_after"  # 502 after the effect; the key brings the object
    RESET_AFTER = "reset_after"  # the connection breaks after the effect; the key brings the object
    SLOW = "slow"  # the answer takes some seconds; the key is in use meanwhile


AFTER = {Fault.ERROR_AFTER, Fault.GATEWAY_AFTER, Fault.RESET_AFTER}


@dataclass
class Planned:
    """A fault that waits for the next calls that fit."""

    fault: str
    times: int = 1
    method: str | None = None
    path: str = ""
    seconds: int = 5

    def fits(self, method: str, path: str) -> bool:
        """Whether a call is one of those that fail."""
        return path.startswith(self.path) and self.method in {None, method}


class Faults:
    """The planned faults, kept with the rest of the state."""

    def __init__(self, world: World) -> None:
        self._world = world

    def all(self) -> list[Body]:
        """The faults that still wait."""
        rows: list[Body] = self._world.note("faults", {"planned": []})["planned"]
        return rows

    def plan(self, planned: Planned) -> None:
        """Let the next calls fail."""
        self._keep([*self.all(), asdict(planned)])

    def clear(self) -> None:
        """Forget every planned fault."""
        self._keep([])

    def take(self, method: str, path: str) -> Planned | None:
        """The fault for this call, used up once."""
        rows = self.all()
        for index, row in enumerate(rows):
            planned = Planned(**row)
            if planned.fits(method, path):
                left = [{**row, "times": row["times"] - 1}] if row["times"] > 1 else []
                self._keep([*rows[:index], *left, *rows[index + 1 :]])
                return planned
        return None

    def _keep(self, rows: list[Body]) -> None:
        self._world.keep_note("faults", {"planned": rows})


def server_error(status: int = 500) -> ProblemError:
    """Stripe's own failure."""
    return ProblemError(
        "An unknown error occurred. Stripe's end is at fault.", status=status, kind="api_error"
    )


def rate_limited() -> ProblemError:
    """Too many calls."""
    return ProblemError(
        "Request rate limit exceeded. You can learn more about rate limits here "
        "https://stripe.com/docs/rate-limits.",
        status=429,
        code="rate_limit",
        is_kept=False,
    )


def key_in_use(key: str) -> ProblemError:
    """Another call runs under the same idempotency key."""
    return ProblemError(
        f"There is currently another in-progress request using this Idempotency Key: {key}. "
        "Try again later.",
        status=409,
        kind="idempotency_error",
        code="idempotency_key_in_use",
        is_kept=False,
    )
