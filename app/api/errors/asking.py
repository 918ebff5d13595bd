"""Why a program gets no answer; each is told as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from app.lib.errors import UserError


class ApiError(UserError):
    """Something is wrong with the question of a program."""

    status = 400


class BadPageError(ApiError):
    """`page` and `per_page` are numbers from 1."""

    def __init__(self) -> None:
        super().__init__("page and per_page are whole numbers from 1.")


class BadFilterError(ApiError):
    """The filter is not one that is understood."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(
            "The filter is not understood. Write it as: field operator 'value', joined by and. "
            "Fields: %(fields)s. Operators: eq ne gt ge lt le.",
            fields=", ".join(fields) or "–",
        )


class NoKeyError(ApiError):
    """A key is needed, or the one that was sent opens nothing."""

    status = 401

    def __init__(self) -> None:
        super().__init__("Send a key in the header OSDI-API-Token. This one opens nothing.")


class NoScopeError(ApiError):
    """The key is good, but not for this."""

    status = 403

    def __init__(self) -> None:
        super().__init__("This key does not open this collection.")


class NoSuchResourceError(ApiError):
    """Nothing of that name."""

    status = 404

    def __init__(self) -> None:
        super().__init__("There is no such resource.")
