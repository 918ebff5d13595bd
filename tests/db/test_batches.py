"""Long work ends when a step had less to do than it might, and loses nothing before."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from app.db.batches import in_batches
from app.db.session import in_transaction

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.one_database
@pytest.mark.parametrize("there_are", [0, 1, 5, 10, 11])
def test_all_of_it_is_done_in_short_transactions(app: Flask, there_are: int) -> None:
    left, steps = there_are, 0

    def step(*, now: datetime, limit: int) -> int:
        nonlocal left, steps
        assert now == NOW
        assert in_transaction()
        steps += 1
        done = min(left, limit)
        left -= done
        return done

    assert in_batches(step, now=NOW, limit=5) == there_are
    assert (left, steps) == (0, there_are // 5 + 1)
