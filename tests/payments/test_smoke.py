from __future__ import annotations
from app.payments import queries
from app.payments.flows.sync import pull
from app.payments.rules import OrderState
from app.ledger import queries as ledger, service as ledger_service
from tests.factories.payments import make_order, open_page
from tests.payments.conftest import NOW

def test_pay(app, house, rehearsal, told):
    url = open_page(make_order(), now=NOW)
    assert url == open_page(make_order(), now=NOW)
    sid = queries.list_attempts("order-1")[0].session_id
    rehearsal.pay(sid, "success")
    status = pull("order-1", now=NOW)
    assert status.state is OrderState.RECEIVED, status
    assert status.received.minor == 1000
    print(told)
    for e in ledger.list_entries("order-1"):
        print(e.kind, [(l.money_account_id, l.category, l.minor) for l in e.lines])
    assert ledger_service.check_books() == []
