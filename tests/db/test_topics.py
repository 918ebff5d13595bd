"""What pages show has versions that move with the transaction."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from app.db.session import WriteOutsideTransactionError, transaction
from app.db.topics import touch, versions

if TYPE_CHECKING:
    from flask import Flask


@pytest.mark.usefixtures("app")
def test_a_touch_raises_the_version_once_per_transaction() -> None:
    with transaction():
        touch("home", "appeal:1")
        touch("home")
        assert versions(["home"]) == {"home": 0}
    with transaction():
        touch("home")
    assert versions(["home", "appeal:1", "appeal:2"]) == {"home": 2, "appeal:1": 1, "appeal:2": 0}


@pytest.mark.usefixtures("app")
def test_a_transaction_that_failed_touched_nothing() -> None:
    def fail() -> None:
        with transaction():
            touch("home")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with transaction():
        pass
    assert versions(["home"]) == {"home": 0}


@pytest.mark.usefixtures("app")
def test_nothing_is_touched_outside_a_transaction() -> None:
    with pytest.raises(WriteOutsideTransactionError):
        touch("home")


def test_touching_in_different_orders_never_deadlocks(disk_app: Flask) -> None:
    def work(*topics: str) -> None:
        for _ in range(20):
            with disk_app.app_context(), transaction():
                for topic in topics:
                    touch(topic)

    threads = [
        threading.Thread(target=work, args=order) for order in (("a", "b", "c"), ("c", "b", "a"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with disk_app.app_context():
        assert versions(["a", "b", "c"]) == {"a": 40, "b": 40, "c": 40}
