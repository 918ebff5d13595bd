"""What is known of a spot, as plain values."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Spot:
    """The precise part of a place: what must not be shown before the thing there allows it."""

    #: What people call it: "Kings Hall", "Broadcasting House, main entrance".
    name: str = ""
    #: Lines of the address without town and postcode.
    street: str = ""
    postcode: str = ""
    #: Degrees north and east; both or neither.
    lat: float | None = None
    lon: float | None = None

    def to_json(self) -> str:
        """For the encrypted column."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Spot:
        """Back from the encrypted column."""
        return cls(**json.loads(text))

    @property
    def has_position(self) -> bool:
        """Whether it can be drawn on a map."""
        return self.lat is not None and self.lon is not None
