"""Every expected error has a sentence and a status."""

from __future__ import annotations

import pytest

from app.lib.errors import (
    ForbiddenError,
    GoneError,
    NotFoundError,
    StaleError,
    TooManyError,
    UnavailableError,
    UserError,
)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (NotFoundError, 404),
        (GoneError, 410),
        (StaleError, 409),
        (ForbiddenError, 403),
        (TooManyError, 429),
        (UnavailableError, 503),
    ],
)
def test_an_error_can_be_shown_as_it_is(kind: type[UserError], status: int) -> None:
    assert kind.status == status
    assert kind().sentence  # type: ignore[call-arg]
    assert kind("Ask %(name)s.", name="Sana").params == {"name": "Sana"}


def test_an_error_reads_as_its_sentence() -> None:
    assert str(UserError("Give at least %(least)s.", least="£2")) == "Give at least £2."
    assert str(UserError("100% sure")) == "100% sure"
    assert UserError("x").status == 422
