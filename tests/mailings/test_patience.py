"""A server that asks to come back is asked again; what was stopped waits for nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from app.db.session import transaction
from app.lib import clock
from app.mailings.queries import mailings as reads
from app.mailings.rules.words import MailingState, RecipientState, SkipReason
from app.mailings.service import sending, starting
from tests.factories.mailings import BY
from tests.mailings.test_sending import (
    NOON,
    OMAR,
    SANA,
    begin,
    look,
    rows,
    states,
    work,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.groups.models import Group
    from tests.fakes.smtp import FakeSmtp


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    """It is noon until somebody shifts it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def test_what_was_in_hand_while_it_was_stopped_waits_for_nothing(
    group: Group, noon: time_machine.Traveller
) -> None:
    mailing_id = begin(group, SANA, OMAR)
    with transaction():
        taken = [sending.take(mailing_id, now=clock.utcnow()) for _ in range(2)]
        starting.stop(mailing_id, now=clock.utcnow(), by=BY)
        # The server could not be reached; and one that was noted while the button was pressed.
        assert isinstance(taken[0], sending.Taken)
        sending.put_back(taken[0], now=clock.utcnow())
    assert states(mailing_id) == ["skipped", "sending"]
    with transaction():
        (late,) = [row for row in rows(mailing_id) if row.state is RecipientState.SENDING]
        late.state = RecipientState.WAITING
    look(noon, NOON + timedelta(minutes=1))
    assert [row.skip_reason for row in rows(mailing_id)] == [SkipReason.STOPPED] * 2


def test_however_late_its_turn_came_a_server_may_ask_to_come_back(
    smtp: FakeSmtp, group: Group, noon: time_machine.Traveller
) -> None:
    mailing_id = begin(group, SANA)
    with transaction():
        starting.pause(mailing_id, now=clock.utcnow(), by=BY)
    noon.shift(timedelta(days=5))
    with transaction():
        starting.resume(mailing_id, now=clock.utcnow(), by=BY)
    smtp.rcpt = "450 4.2.0 greylisted, come back"
    work()
    assert states(mailing_id) == ["waiting"]
    smtp.rcpt = None
    work(noon, later=timedelta(minutes=6))
    assert states(mailing_id) == ["sent"]


def test_a_second_round_waits_for_a_server_as_the_first_did(
    smtp: FakeSmtp, group: Group, noon: time_machine.Traveller
) -> None:
    mailing_id = begin(group, SANA)
    with transaction():
        (row,) = rows(mailing_id)
        row.state = RecipientState.FAILED
        reads.get_by_id(mailing_id).state = MailingState.SENT
    noon.shift(timedelta(days=4))
    smtp.rcpt = "450 4.2.0 greylisted, come back"
    with transaction():
        assert starting.try_failed_again(mailing_id, now=clock.utcnow(), by=BY) == 1
        assert starting.try_failed_again(mailing_id, now=clock.utcnow(), by=BY) == 0
    work()
    assert states(mailing_id) == ["waiting"]


def test_a_server_that_refuses_us_marks_nobody_and_is_asked_again(
    smtp: FakeSmtp, group: Group, noon: time_machine.Traveller
) -> None:
    asked = list[object]()

    async def refuse(*given: object) -> str:
        asked.append(given)
        return "530 5.7.0 Authentication required"

    smtp.handle_MAIL = refuse  # type: ignore[attr-defined]
    mailing_id = begin(group, SANA, OMAR)
    work()
    assert states(mailing_id) == ["waiting", "waiting"]
    assert reads.count_bounced(mailing_id) == 0
    # The second was not even tried: it would have been refused as well.
    assert len(asked) == 1
    del smtp.handle_MAIL  # type: ignore[attr-defined]
    for _ in range(3):
        work(noon, later=timedelta(minutes=6))
    assert states(mailing_id) == ["sent", "sent"]
