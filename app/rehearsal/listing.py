"""Lists: newest first, filtered, paged by id as Stripe does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from app.rehearsal.account import Account
from app.rehearsal.bodies import Body
from app.rehearsal.schema import Check, Fields, Integer, Many, Text, refuse

Keep: TypeAlias = Callable[[Account, Body, Body], bool]
COMPARE: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


class Moment:
    """``created``: one second, or bounds of a range."""

    def read(self, raw: object, path: str) -> object:
        """The second or the bounds; raises ProblemError."""
        if isinstance(raw, str):
            return Integer().read(raw, path)
        return Fields(dict.fromkeys(COMPARE, Integer())).read(raw, path)  # type: ignore[arg-type]


def keep_all(_account: Account, _body: Body, _params: Body) -> bool:
    """No filter beside the equal fields."""
    return True


@dataclass(frozen=True)
class Listing:
    """How objects of one class are listed: fields that must be equal, and other filters."""

    kind: str
    equal: Sequence[str] = ()
    more: dict[str, Check] = field(default_factory=dict)
    keep: Keep = keep_all

    @property
    def params(self) -> Fields:
        """The parameters that the list takes."""
        return Fields(
            {
                **dict.fromkeys(self.equal, Text()),
                **self.more,
                "created": Moment(),
                "ending_before": Text(),
                "limit": Integer(least=1, most=100),
                "starting_after": Text(),
            }
        )

    def rows(self, account: Account, params: Body) -> list[Body]:
        """Every object that the filters keep, newest first."""
        rows = [body for body in account.all(self.kind) if self._keeps(account, body, params)]
        rows.sort(key=lambda body: int(body["created"]))  # stable: equal seconds stay in order
        return rows[::-1]

    def _keeps(self, account: Account, body: Body, params: Body) -> bool:
        return (
            all(body.get(name) == params[name] for name in self.equal if name in params)
            and _in_range(body["created"], params.get("created"))
            and self.keep(account, body, params)
        )


def _in_range(created: int, asked: object) -> bool:
    if isinstance(asked, dict):
        return all(COMPARE[name](created, bound) for name, bound in asked.items())
    return asked is None or created == asked


def page(rows: list[Body], params: Body) -> tuple[list[Body], bool]:
    """One page of the rows and whether there is more; raises ProblemError for an unknown id."""
    if "starting_after" in params and "ending_before" in params:
        message = "You may only specify one of these parameters: ending_before, starting_after."
        raise refuse(message, "ending_before")
    limit = params.get("limit", 10)
    if "ending_before" in params:
        before = rows[: _place(rows, params["ending_before"], "ending_before")]
        return before[-limit:], len(before) > limit
    start = 0
    if "starting_after" in params:
        start = _place(rows, params["starting_after"], "starting_after") + 1
    return rows[start : start + limit], len(rows) > start + limit


def _place(rows: list[Body], object_id: str, param: str) -> int:
    for index, body in enumerate(rows):
        if body["id"] == object_id:
            return index
    raise refuse(f"No such object: '{object_id}'", param, "resource_missing")


TYPES = Many(Text(), most=20)
