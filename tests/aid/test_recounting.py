"""What is kept beside the moves of goods is found out when it is wrong."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from sqlalchemy import text

from app.aid.service import recounting
from app.db.session import db, transaction
from app.ledger.facts import Difference
from app.ledger.service import check_books
from tests.aid.test_boxes import Shelf


def differences() -> list[Difference]:
    return [each for check in recounting.CHECKS for each in check()]


def kinds(found: Iterable[Difference]) -> set[str]:
    return {each.kind for each in found}


@pytest.mark.usefixtures("app")
def test_the_books_of_goods_agree_and_a_forged_sum_is_found() -> None:
    with transaction():
        here = Shelf()
        here.log(5)
        here.pack(30)
        here.seal()
        here.load()
    assert differences() == []
    with transaction():
        db.session.execute(text("UPDATE stock_balance SET qty = qty + 1 WHERE is_physical"))
        db.session.execute(text("UPDATE stock_total SET qty = 7 WHERE kind = 'store'"))
        db.session.execute(text("UPDATE aid_box SET state = 'delivered'"))
    assert kinds(differences()) == {"stock_balance", "stock_total", "box"}
    assert kinds(check_books()) == kinds(differences())
