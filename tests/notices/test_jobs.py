"""What the worker does by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import time_machine

from app.db.session import transaction
from app.ledger import service as ledger
from app.ledger.facts import Difference
from app.notices import jobs
from app.queue.jobs import run_due
from tests.notices.conftest import told

if TYPE_CHECKING:
    from app.accounts.models import User

#: A Sunday evening, and the Monday after it.
SUNDAY = datetime(2026, 11, 22, 20, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 8, 1, tzinfo=UTC)
#: The mails themselves are for another package.
HANDLERS = {**jobs.HANDLERS, "mail.deliver": lambda _payload: None}


def test_the_worker_tells_sums_up_and_forgets_by_itself(owner: User) -> None:
    with transaction():
        ledger.report(Difference("fund_balance", "fund:1:GBP", "Wrong."), now=SUNDAY)
    for at in (SUNDAY, MONDAY, MONDAY + timedelta(minutes=6), MONDAY + timedelta(days=1)):
        with time_machine.travel(at, tick=False):
            run_due(HANDLERS, jobs.SCHEDULES)
    assert told() == [("olga", 1)]
    assert told("notices/summary") == [("olga", 1)]


def test_a_day_of_silence_is_made_up_for_in_one_mail(owner: User) -> None:
    with transaction():
        ledger.report(Difference("fund_balance", "fund:1:GBP", "Wrong."), now=SUNDAY)
    with time_machine.travel(SUNDAY, tick=False):
        run_due(HANDLERS, jobs.SCHEDULES)
    with time_machine.travel(SUNDAY + timedelta(days=3), tick=False):
        run_due(HANDLERS, jobs.SCHEDULES)
        run_due(HANDLERS, jobs.SCHEDULES)
    assert told() == [("olga", 1)]
    assert told("notices/summary") == []
    assert told("notices/nobody_took") == []
