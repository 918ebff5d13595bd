"""The shape of everything the rehearsal keeps: JSON objects as Stripe sends them.

Keys that start with an underscore are the rehearsal's own notes and never leave it.
"""

from typing import Any, TypeAlias

Body: TypeAlias = dict[str, Any]


def public(body: Body) -> Body:
    """The object without the rehearsal's own notes."""
    return {key: value for key, value in body.items() if not key.startswith("_")}
