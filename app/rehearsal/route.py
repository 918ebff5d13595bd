"""What one call of the API is: its address, its parameters, what it does."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from app.rehearsal.account import SESSION, Account
from app.rehearsal.bodies import Body
from app.rehearsal.listing import Listing
from app.rehearsal.schema import Fields

Action: TypeAlias = Callable[[Account, Body, str], Body]


def nothing_more(_account: Account, _params: Body) -> None:
    """No check beside those of the single parameters."""


@dataclass(frozen=True)
class Route:
    """One call of the API: ``action`` makes or finds one object, or ``listing`` lists them."""

    method: str
    path: str
    kind: str
    action: Action | None = None
    listing: Listing | None = None
    params: Fields = field(default_factory=lambda: Fields({}))
    check: Callable[[Account, Body], None] = nothing_more

    def match(self, method: str, path: str) -> str | None:
        """The id in the path ("" if it has none), or None when this is another call."""
        found = re.fullmatch(self.path.replace("{id}", "([A-Za-z0-9_]+)"), path)
        if method != self.method or found is None:
            return None
        return found[1] if found.groups() else ""


def getter(kind: str) -> Action:
    """The action that answers with one object."""

    def get(account: Account, _params: Body, object_id: str) -> Body:
        return account.get(kind, object_id)

    return get


def updater(kind: str) -> Action:
    """The action that sets fields of one object."""

    def update(account: Account, params: Body, object_id: str) -> Body:
        body = account.get(kind, object_id)
        values = {**params, "metadata": merged(body["metadata"], params.get("metadata", {}))}
        previous = {key: body[key] for key, value in values.items() if body[key] != value}
        body.update(values)
        account.put(body)
        if kind != SESSION:  # Stripe has no event for it
            account.emit(f"{kind}.updated", body, previous)
        return body

    return update


def merged(old: dict[str, str], new_pairs: dict[str, str]) -> dict[str, str]:
    """Metadata with some pairs set; an empty text takes a key away."""
    return {key: value for key, value in {**old, **new_pairs}.items() if value}
