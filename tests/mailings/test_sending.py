"""A mailing goes to each person once, in her language, and to nobody who does not want it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import delete

from app.cli.quieten import quieten
from app.db.session import db, transaction
from app.factory import handlers
from app.lib import clock
from app.lib.bounces import BounceKind
from app.mail.rules.addresses import Purpose, SuppressionReason
from app.mail.rules.outbox import GIVE_UP_AFTER
from app.mail.service import outbox, suppression
from app.mailings import jobs
from app.mailings.errors.mailings import NobodyError, NotNowError, NotTestedError
from app.mailings.queries import mailings as reads
from app.mailings.queries import recipients as row_reads
from app.mailings.rules.words import MailingState, RecipientState, SkipReason
from app.mailings.service import sending, starting, writing
from app.queue.jobs import run_due
from app.queue.models import Job, JobHold
from app.queue.service import put
from app.settings import activate, settings
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.service import merging
from tests.factories.mailings import BY, make_content, make_mailing, make_reader, make_sending
from tests.support.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from app.groups.models import Group
    from app.mailings.models.mailings import MailingRecipient
    from tests.fakes.smtp import FakeSmtp

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
SANA, OMAR = "sana@example.org", "omar@example.org"


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def work(noon: time_machine.Traveller | None = None, *, later: timedelta | None = None) -> None:
    """Let the worker do what is due, some time later."""
    if noon is not None and later is not None:
        noon.shift(later)
    run_due(jobs.HANDLERS)


def rows(mailing_id: int) -> list[MailingRecipient]:
    db.session.expire_all()
    return list(row_reads.list_recipients(mailing_id)[0])


def states(mailing_id: int) -> list[str]:
    return [row.state.value for row in rows(mailing_id)]


def begin(group: Group, *emails: str, **changes: object) -> int:
    """A mailing to these people, on its way."""
    with transaction():
        for email in emails:
            make_reader(group, email)
        return make_sending(group, **changes).id


def state_of(mailing_id: int) -> MailingState:
    db.session.expire_all()
    return reads.get_by_id(mailing_id).state


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_each_reads_it_in_her_language(smtp: FakeSmtp, group: Group) -> None:
    with transaction():
        make_reader(group, OMAR, locale="ar")
    mailing_id = begin(group, SANA)
    work()
    assert states(mailing_id) == ["sent", "sent"]
    assert state_of(mailing_id) is MailingState.SENT
    arabic, english = sorted(smtp.messages, key=lambda each: str(each["To"]))
    assert english["Subject"] == "Winter aid is on its way"
    assert "we loaded the van." in text_of(english)
    assert "the next round (http://localhost/aid/?from=mail-winter)" in text_of(english)
    assert '<html lang="en" dir="ltr"' in text_of(english, "html")
    assert arabic["Subject"] == "عون الشتاء في الطريق"
    assert "http://localhost/ar/aid/?from=mail-winter" in text_of(arabic)
    assert '<html lang="ar" dir="rtl"' in text_of(arabic, "html")
    assert (english["Content-Language"], arabic["Content-Language"]) == ("en", "ar")


def test_its_headers_say_what_it_is_and_how_it_ends(smtp: FakeSmtp, group: Group) -> None:
    mailing_id = begin(group, SANA)
    work()
    (row,), (message,) = rows(mailing_id), smtp.messages
    (sender, to) = smtp.envelopes[0]
    assert message["Message-ID"] == row.message_id
    assert sender.startswith(f"bounces+{row.public_id}.")
    assert to == [SANA]
    assert str(message["From"]).startswith("Lea Valley Solidarity Network <")
    assert message["Reply-To"] == "hello@example.org"
    assert (message["Auto-Submitted"], message["Precedence"]) == ("no", "bulk")
    assert message["List-Id"] == "<updates.lea-valley.example.org>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    ends = str(message["List-Unsubscribe"])
    assert ends.startswith("<http://localhost/unsubscribe/mail/")
    assert ends.endswith(", <mailto:hello@example.org?subject=unsubscribe>")


def test_who_reads_another_language_gets_the_one_there_is(smtp: FakeSmtp, group: Group) -> None:
    with transaction():
        make_reader(group, OMAR, locale="ar")
        content = make_content()
        make_sending(
            group,
            subject=type(content.subject).of(en="Only in English"),
            body=type(content.body).of(en="Come **all**."),
        )
    work()
    (message,) = smtp.messages
    page = text_of(message, "html")
    assert '<html lang="ar" dir="rtl"' in page
    assert '<div lang="en" dir="ltr"><p>Come <strong>all</strong>.</p>' in page


def test_nothing_watches_the_reader(smtp: FakeSmtp, group: Group) -> None:
    begin(group, SANA)
    work()
    page = text_of(smtp.messages[0], "html")
    assert "<img" not in page
    assert page.count("mail-winter") == 1
    assert SANA not in page


def test_it_goes_to_nobody_who_did_not_agree(smtp: FakeSmtp, group: Group) -> None:
    with transaction():
        make_reader(group, OMAR, purpose=ConsentPurpose.EVENTS)
    begin(group, SANA)
    work()
    assert [to for _, (to,) in smtp.envelopes] == [SANA]


def test_it_has_to_be_read_by_its_writer_first(group: Group) -> None:
    with transaction():
        make_reader(group, SANA)
        mailing = make_mailing(group, is_tested=False)
    with pytest.raises(NotTestedError), transaction():
        starting.send_now(mailing.id, now=clock.utcnow(), by=BY)
    with pytest.raises(NotTestedError), transaction():
        starting.schedule(mailing.id, NOON + timedelta(hours=2), now=NOON, by=BY)


def test_a_change_asks_for_another_test(group: Group) -> None:
    with transaction():
        make_reader(group, SANA)
        mailing = make_mailing(group)
        writing.edit(mailing.id, make_content(), seen_version=1, now=clock.utcnow(), by=BY)
    with pytest.raises(NotTestedError), transaction():
        starting.send_now(mailing.id, now=clock.utcnow(), by=BY)


def test_to_nobody_it_is_not_sent(group: Group) -> None:
    with transaction():
        mailing = make_mailing(group)
    with pytest.raises(NobodyError), transaction():
        starting.send_now(mailing.id, now=clock.utcnow(), by=BY)
    assert state_of(mailing.id) is MailingState.DRAFT


def test_pressed_twice_it_is_sent_once(smtp: FakeSmtp, group: Group) -> None:
    mailing_id = begin(group, SANA)
    with pytest.raises(NotNowError), transaction():
        starting.send_now(mailing_id, now=clock.utcnow(), by=BY)
    work()
    assert len(smtp.messages) == 1


# --- asked again in the moment before it goes (M13) -----------------------------------------------


def test_whoever_ends_it_between_is_left_out(smtp: FakeSmtp, group: Group) -> None:
    mailing_id = begin(group, SANA, OMAR)
    with transaction():
        sana, omar = (row.supporter for row in rows(mailing_id))
        (consent,) = sana.consents
        consent.withdrawn_at = clock.utcnow()
        suppression.suppress(OMAR, SuppressionReason.ASKED, now=clock.utcnow())
    work()
    assert smtp.messages == []
    found = {row.supporter.email: row.skip_reason for row in rows(mailing_id)}
    assert found == {SANA: SkipReason.NO_CONSENT, OMAR: SkipReason.SUPPRESSED}
    assert state_of(mailing_id) is MailingState.SENT
    assert omar.id


def test_whoever_is_erased_between_is_left_out(smtp: FakeSmtp, group: Group) -> None:
    mailing_id = begin(group, SANA)
    with transaction():
        person = rows(mailing_id)[0].supporter
        person.email, person.erased_at = None, clock.utcnow()
    work()
    assert smtp.messages == []
    assert [row.skip_reason for row in rows(mailing_id)] == [SkipReason.ERASED]


def test_two_addresses_of_one_person_get_it_once(smtp: FakeSmtp, group: Group) -> None:
    with transaction():
        kept, other = make_reader(group, SANA), make_reader(group, "s@example.org")
        merging.merge(kept.id, other.id, group_id=group.id, now=clock.utcnow(), by=BY)
    begin(group)
    work()
    assert [to for _, (to,) in smtp.envelopes] == [SANA]


def test_rows_merged_after_the_list_was_written_count_too(smtp: FakeSmtp, group: Group) -> None:
    mailing_id = begin(group, SANA, OMAR)
    with transaction():
        one, other = (row.supporter_id for row in rows(mailing_id))
        merging.merge(one, other, group_id=group.id, now=clock.utcnow(), by=BY)
    work()
    assert [to for _, (to,) in smtp.envelopes] == [SANA]
    assert rows(mailing_id)[1].skip_reason is SkipReason.SAME_PERSON


def test_rows_merged_after_one_of_them_got_it_get_it_once(smtp: FakeSmtp, group: Group) -> None:
    mailing_id = begin(group, SANA, OMAR)
    with transaction():
        first, second = rows(mailing_id)
        first.state, first.finished_at = RecipientState.SENT, clock.utcnow()
        # The row that stands for the person is the one that waits.
        merging.merge(
            second.supporter_id, first.supporter_id, group_id=group.id, now=clock.utcnow(), by=BY
        )
    work()
    assert smtp.messages == []
    assert rows(mailing_id)[1].skip_reason is SkipReason.SAME_PERSON


# --- what servers say (M3, M5, M7) ----------------------------------------------------------------


def test_an_address_that_does_not_exist_is_marked_at_once(smtp: FakeSmtp, group: Group) -> None:
    smtp.rcpt = "550 5.1.1 user unknown"
    mailing_id = begin(group, SANA)
    work()
    (row,) = rows(mailing_id)
    assert (row.state, row.bounce_kind) == (RecipientState.REFUSED, BounceKind.NO_SUCH_ADDRESS)
    assert SANA not in (row.last_error or "")
    assert suppression.is_suppressed(SANA, for_=Purpose.SERVICE)
    assert state_of(mailing_id) is MailingState.SENT


def test_a_refusal_for_now_waits_and_slows_everything(
    smtp: FakeSmtp, group: Group, noon: time_machine.Traveller
) -> None:
    smtp.data = "450 4.7.0 too many mails, later"
    mailing_id = begin(group, SANA, OMAR)
    work()
    assert sorted(row.tries for row in rows(mailing_id)) == [0, 1]
    assert states(mailing_id) == ["waiting", "waiting"]
    smtp.data = None
    work()
    assert smtp.messages == []  # the house rests
    for _ in range(6):
        work(noon, later=timedelta(minutes=3))
    assert states(mailing_id) == ["sent", "sent"]
    assert len(smtp.messages) == 2


def test_a_server_that_is_away_costs_no_try(
    smtp: FakeSmtp, group: Group, noon: time_machine.Traveller
) -> None:
    mailing_id, there = begin(group, SANA), settings()
    activate(there.model_copy(update={"smtp_port": free_port()}))
    work()
    assert [(row.state.value, row.tries) for row in rows(mailing_id)] == [("waiting", 0)]
    activate(there)
    work(noon, later=timedelta(minutes=2))
    assert states(mailing_id) == ["sent"]


def test_what_nobody_takes_for_days_fails_and_is_tried_again_when_asked(
    smtp: FakeSmtp, group: Group, noon: time_machine.Traveller
) -> None:
    smtp.rcpt = "451 4.2.0 come back"
    mailing_id = begin(group, SANA)
    steps = 0
    while state_of(mailing_id) is MailingState.SENDING and steps < 400:
        work(noon, later=timedelta(minutes=59))
        steps += 1
    assert states(mailing_id) == ["failed"]
    assert clock.utcnow() - NOON >= GIVE_UP_AFTER
    smtp.rcpt = None
    with transaction():
        assert starting.try_failed_again(mailing_id, now=clock.utcnow(), by=BY) == 1
    work()
    assert states(mailing_id) == ["sent"]
    assert state_of(mailing_id) is MailingState.SENT


def test_numbers_are_counted_from_rows(smtp: FakeSmtp, group: Group) -> None:
    mailing_id = begin(group, SANA, OMAR)
    with transaction():
        suppression.suppress(OMAR, SuppressionReason.COMPLAINT, now=clock.utcnow())
    work()
    counted = reads.count_states([mailing_id])[mailing_id]
    assert counted == {RecipientState.SENT: 1, RecipientState.SKIPPED: 1}


def test_the_house_keeps_its_pace_and_a_receipt_goes_first(
    smtp: FakeSmtp, group: Group, noon: time_machine.Traveller
) -> None:
    activate(settings().model_copy(update={"mail_per_hour": 10}))
    begin(group, *(f"reader{number}@example.org" for number in range(12)))
    with transaction():
        outbox.put(
            "mailings/preferences_link",
            key="1",
            to="donor@example.org",
            locale="en",
            values={"links": {"page": {"endpoint": "site.about"}}},
            now=clock.utcnow(),
        )
    run_due(handlers(), limit=30)
    assert smtp.envelopes[0][1] == ["donor@example.org"]
    for _ in range(8):
        work(noon, later=timedelta(minutes=5))
    assert len(smtp.messages) <= 10
    for _ in range(14):
        work(noon, later=timedelta(minutes=5))
    assert len(smtp.messages) == 13


# --- held, stopped, overdue (M2, M6) --------------------------------------------------------------


def test_held_it_sends_nothing_and_then_goes_on(smtp: FakeSmtp, group: Group) -> None:
    mailing_id = begin(group, SANA)
    with transaction():
        starting.pause(mailing_id, now=clock.utcnow(), by=BY)
    work()
    assert smtp.messages == []
    with transaction():
        starting.resume(mailing_id, now=clock.utcnow(), by=BY)
    work()
    assert states(mailing_id) == ["sent"]


def test_stopped_it_goes_to_nobody_more(smtp: FakeSmtp, group: Group) -> None:
    mailing_id = begin(group, SANA, OMAR)
    with transaction():
        assert starting.stop(mailing_id, now=clock.utcnow(), by=BY) == 2
    work()
    assert smtp.messages == []
    assert {row.skip_reason for row in rows(mailing_id)} == {SkipReason.STOPPED}
    with pytest.raises(NotNowError), transaction():
        starting.try_failed_again(mailing_id, now=clock.utcnow(), by=BY)


def test_what_was_in_hand_when_it_was_stopped_is_settled(
    group: Group, noon: time_machine.Traveller
) -> None:
    mailing_id = begin(group, SANA)
    with transaction():
        assert isinstance(sending.take(mailing_id, now=clock.utcnow()), sending.Taken)
        starting.stop(mailing_id, now=clock.utcnow(), by=BY)
    assert states(mailing_id) == ["sending"]
    look(noon, NOON + timedelta(minutes=5))
    assert states(mailing_id) == ["failed"]


def scheduled(group: Group, at: datetime) -> int:
    with transaction():
        make_reader(group, SANA)
        mailing = make_mailing(group)
        starting.schedule(mailing.id, at, now=clock.utcnow(), by=BY)
        return mailing.id


def look(noon: time_machine.Traveller, to: datetime) -> None:
    noon.move_to(to, tick=False)
    with transaction():
        put("mailings.look", {}, now=clock.utcnow())
    work()


def test_at_its_hour_it_goes(smtp: FakeSmtp, group: Group, noon: time_machine.Traveller) -> None:
    at = NOON + timedelta(hours=2)
    mailing_id = scheduled(group, at)
    look(noon, at - timedelta(minutes=1))
    assert smtp.messages == []
    look(noon, at + timedelta(minutes=1))
    assert states(mailing_id) == ["sent"]


def test_whoever_agrees_before_its_hour_gets_it(
    smtp: FakeSmtp, group: Group, noon: time_machine.Traveller
) -> None:
    at = NOON + timedelta(hours=2)
    scheduled(group, at)
    with transaction():
        make_reader(group, OMAR)
    look(noon, at)
    assert len(smtp.messages) == 2


def test_an_hour_that_passed_long_ago_waits_for_a_person(
    smtp: FakeSmtp, group: Group, noon: time_machine.Traveller
) -> None:
    at = NOON + timedelta(hours=2)
    mailing_id = scheduled(group, at)
    look(noon, at + timedelta(minutes=61))
    assert smtp.messages == []
    assert state_of(mailing_id) is MailingState.OVERDUE
    assert [each.key for each in reads.waiting(NOON)] == [reads.get_by_id(mailing_id).public_id]
    with transaction():
        starting.send_now(mailing_id, now=clock.utcnow(), by=BY)
    work()
    assert states(mailing_id) == ["sent"]


def test_a_server_that_was_down_for_long_asks_before_it_goes_on(
    smtp: FakeSmtp, group: Group, noon: time_machine.Traveller
) -> None:
    mailing_id = begin(group, SANA)
    look(noon, NOON + timedelta(hours=3))
    assert smtp.messages == []
    assert state_of(mailing_id) is MailingState.OVERDUE


def test_a_job_that_was_lost_is_given_anew(
    smtp: FakeSmtp, group: Group, noon: time_machine.Traveller
) -> None:
    mailing_id = begin(group, SANA)
    with transaction():
        lost = reads.get_by_id(mailing_id)
        db.session.execute(delete(Job))
        assert lost.state is MailingState.SENDING
    look(noon, NOON + timedelta(minutes=20))
    assert states(mailing_id) == ["sent"]


def test_after_a_restore_nothing_leaves_without_a_person(
    smtp: FakeSmtp, group: Group, noon: time_machine.Traveller
) -> None:
    on_its_way = begin(group, SANA)
    at = NOON + timedelta(minutes=10)
    with transaction():
        due = make_mailing(group, source_word="other")
        starting.schedule(due.id, at, now=clock.utcnow(), by=BY)
    with transaction():
        quieten(NOON, now=clock.utcnow())
        db.session.execute(delete(JobHold))
    look(noon, at + timedelta(minutes=1))
    assert smtp.messages == []
    assert {state_of(each) for each in (on_its_way, due.id)} == {MailingState.OVERDUE}
