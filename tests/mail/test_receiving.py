"""Mail that comes in: what is ours changes something, the rest is kept, nothing is thrown away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import func, select

from app.cli import bounces as command
from app.cli.bounces import mark_all
from app.db.session import db, transaction
from app.lib import clock
from app.lib.bounces import BounceKind
from app.mail.facts import BounceFact
from app.mail.jobs import HANDLERS, SCHEDULES
from app.mail.models.addresses import ReceivedMail
from app.mail.models.outbox import OutboxMail
from app.mail.queries import outbox as queries
from app.mail.queries import received as received_reads
from app.mail.rules.addresses import KEEP_RECEIVED, Purpose, SuppressionReason, Weight
from app.mail.rules.outbox import MailState
from app.mail.rules.returning import make_return_path
from app.mail.service import bounces, receiving, suppression
from app.mail.service import outbox as service
from app.mail.service.receiving import Outcome
from app.queue.jobs import run_due
from app.settings import SettingsError, activate, settings
from tests.lib.test_bounces import OURS, QMAIL, complaint, dsn, plain
from tests.mail.test_jobs import VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fakes.smtp import FakeSmtp

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
BASE = "bounces@example.org"
SANA = "sana@example.org"


@pytest.fixture(autouse=True)
def noon(mail_app: object) -> Iterator[time_machine.Traveller]:
    before = settings()
    activate(before.model_copy(update={"bounce_address": BASE}))
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
    bounces.set_bounce_listeners()
    activate(before)


def sent(template: str = "testing/hello") -> OutboxMail:
    """A mail that a server took."""
    values = {"name": "Sana", "paid_at": NOW, "links": {}}
    with transaction():
        service.put(template, key="1", to=SANA, locale="en", values=values, now=NOW)
    with transaction():
        service.mark_sent(the_mail(), now=NOW)
    return the_mail()


def the_mail() -> OutboxMail:
    db.session.expire_all()
    (mail,) = queries.list_mails()
    return mail


def address_of(mail: OutboxMail) -> str:
    return bounces.return_path(mail.bounce_key)


def to(address: str, data: bytes) -> bytes:
    """A report as it comes in for an address."""
    assert b"To: muster@example.org" in data
    return data.replace(b"To: muster@example.org", f"To: <{address}>".encode(), 1)


def is_given_up() -> bool:
    return suppression.is_suppressed(SANA, for_=Purpose.SERVICE)


def count_kept() -> int:
    return db.session.scalar(select(func.count()).select_from(ReceivedMail)) or 0


def take_in(data: bytes) -> Outcome:
    with transaction():
        return receiving.take_in(data, now=NOW)


# --- what ties a report to a person ---------------------------------------------------------------


def test_a_signed_report_marks_the_mail_and_gives_the_address_up() -> None:
    mail = sent()
    assert mark_all(to(address_of(mail), dsn())) == (1, 1)
    assert the_mail().bounced_at == NOW
    assert the_mail().bounce_reason == BounceKind.NO_SUCH_ADDRESS.value
    assert is_given_up()
    assert count_kept() == 0


def test_a_mailbox_that_is_read_again_gives_nobody_up_again(noon: time_machine.Traveller) -> None:
    mail = sent()
    hard = to(address_of(mail), dsn())
    assert mark_all(hard) == (1, 1)
    with transaction():
        suppression.lift(SANA, now=NOW)
    assert mark_all(hard) == (1, 1)
    assert not is_given_up()
    # One mailbox that was full once, in a file that is read every day.
    with transaction():
        mail = the_mail()
        mail.bounced_at = mail.bounce_reason = None
    for _ in range(20):
        noon.shift(timedelta(days=1))
        mark_all(to(address_of(mail), dsn(status="5.2.2", words="smtp; 552 5.2.2 over quota")))
    assert not is_given_up()


def test_the_envelope_counts_where_the_mail_names_somebody_else() -> None:
    mail = sent()
    data = b"X-Original-To: " + address_of(mail).encode() + b"\n" + dsn()
    assert take_in(data) is Outcome.MARKED
    assert is_given_up()


def test_the_recipient_told_by_the_mail_server_counts() -> None:
    mail = sent()
    assert mark_all(dsn(), [address_of(mail)]) == (1, 1)
    assert is_given_up()


@pytest.mark.parametrize("where", ["no signature", "another key", "another secret", "text", "id"])
def test_a_forged_report_changes_nothing(where: str) -> None:
    mail = sent()
    key = mail.bounce_key or ""
    address, data = BASE, dsn()
    if where == "no signature":
        address = f"bounces+{key}@example.org"
    elif where == "another key":
        address = address_of(mail).replace(key, key[::-1])
    elif where == "another secret":
        address = make_return_path("a secret of somebody else", BASE, key)
    elif where == "text":
        data = dsn(returned=f"Return-Path: <{address_of(mail)}>\nTo: {SANA}\n\nhello")
    else:
        data = data.replace(OURS.encode(), mail.message_id.encode())
    assert take_in(to(address, data)) is Outcome.KEPT
    assert the_mail().bounced_at is None
    assert not is_given_up()


def test_where_mail_goes_out_unsigned_its_own_number_counts_and_nobody_is_given_up() -> None:
    activate(settings().model_copy(update={"bounce_address": ""}))
    mail = sent()
    assert bounces.return_path(mail.bounce_key) == "muster@example.org"
    assert take_in(dsn().replace(OURS.encode(), mail.message_id.encode())) is Outcome.MARKED
    assert the_mail().bounced_at == NOW
    assert not is_given_up()
    assert take_in(plain("Why did I get this?", sender=SANA)) is Outcome.IGNORED


# --- what it changes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (dsn(status="5.2.2", words="smtp; 552 5.2.2 mailbox full"), Outcome.KEPT),
        (dsn(status="5.7.1", words="smtp; 550 5.7.1 policy"), Outcome.MARKED),
        (dsn(status="4.4.7", words="smtp; 421 4.4.7 expired"), Outcome.MARKED),
        (dsn("delayed", "4.4.1", "later"), Outcome.MARKED),
        (dsn("delivered", "2.0.0", "ok"), Outcome.MARKED),
        (plain(QMAIL.format(words="no such user (#5.1.1)")), Outcome.MARKED),
        (plain("I am away.", sender=SANA, more="Auto-Submitted: auto-replied\n"), Outcome.KEPT),
        (plain("Status: 5.1.1\nAction: failed\nWho are you?", sender=SANA), Outcome.KEPT),
    ],
)
def test_what_is_not_hard_gives_nobody_up(data: bytes, outcome: Outcome) -> None:
    mail = sent()
    assert take_in(to(address_of(mail), data)) is outcome
    assert not is_given_up()


def test_a_complaint_ends_mailings_and_no_receipts() -> None:
    mail = sent()
    assert take_in(complaint(sender=address_of(mail))) is Outcome.MARKED
    assert suppression.is_suppressed(SANA, for_=Purpose.MAILING)
    assert not is_given_up()
    assert take_in(complaint(sender=BASE)) is Outcome.IGNORED


def test_a_report_about_a_mail_whose_reader_is_forgotten_is_understood() -> None:
    address = address_of(sent())
    with transaction():
        service.purge(now=NOW + timedelta(days=400))
    assert take_in(to(address, dsn())) is Outcome.MARKED
    assert count_kept() == 0


def test_packages_above_hear_of_their_own_mails() -> None:
    heard: list[BounceFact] = []

    def listen(fact: BounceFact) -> str | None:
        heard.append(fact)
        return "amal@example.org" if fact.key == "mailing1" else None

    bounces.set_bounce_listeners(lambda _fact: None, listen)
    assert take_in(to(bounces.return_path("mailing1"), dsn())) is Outcome.MARKED
    assert heard == [BounceFact("mailing1", BounceKind.NO_SUCH_ADDRESS, Weight.HARD, NOW)]
    assert suppression.is_suppressed("amal@example.org", for_=Purpose.MAILING)
    assert take_in(to(bounces.return_path("nobodys1"), dsn())) is Outcome.KEPT


# --- what goes out afterwards ---------------------------------------------------------------------


def test_each_mail_goes_out_with_its_own_address(smtp: FakeSmtp) -> None:
    activate(settings().model_copy(update={"bounce_address": BASE, "smtp_port": smtp.port}))
    put_hello()
    run_due(HANDLERS)
    ((sender, recipients),) = smtp.envelopes
    assert recipients == [SANA]
    assert sender == address_of(the_mail())
    assert smtp.messages[0]["From"].endswith("<muster@example.org>")


def put_hello(template: str = "testing/hello") -> None:
    with transaction():
        service.put(template, key="1", to=SANA, locale="en", values=VALUES, now=NOW)


def test_a_receipt_to_a_dead_address_waits_for_a_better_one(smtp: FakeSmtp) -> None:
    with transaction():
        suppression.suppress(SANA, SuppressionReason.BOUNCE, now=NOW)
    put_hello()
    run_due(HANDLERS)
    assert smtp.envelopes == []
    assert (the_mail().state, the_mail().bounced_at) == (MailState.FAILED, NOW)


def test_what_somebody_asked_for_goes_out_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.mail.jobs._send", lambda _mail_id: None)
    for reason in SuppressionReason:
        with transaction():
            suppression.suppress(SANA, reason, now=NOW)
    put_hello("testing/hello_links")
    run_due(HANDLERS)
    assert the_mail().state is MailState.SENT


def test_a_full_hour_makes_a_receipt_wait_and_costs_no_try(
    smtp: FakeSmtp, noon: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = settings()
    activate(before.model_copy(update={"mail_per_hour": 1}))
    monkeypatch.setattr("app.mail.jobs._send", lambda _mail_id: None)
    put_hello()
    values = {"name": "Sana", "paid_at": NOW}
    with transaction():
        service.put("testing/hello", key="2", to=SANA, locale="en", values=values, now=NOW)
    run_due(HANDLERS)
    by_state = {mail.state: mail for mail in queries.list_mails()}
    assert set(by_state) == {MailState.SENT, MailState.WAITING}
    assert by_state[MailState.WAITING].tries == 0
    noon.shift(timedelta(minutes=61))
    run_due(HANDLERS)
    assert queries.count_mails(MailState.SENT) == 2
    activate(before)


# --- nothing is thrown away unread ----------------------------------------------------------------


GARBAGE = [
    b"",
    b"\x00" * 100,
    bytes(range(256)) * 40,
    dsn()[:420],
    b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed",
    b"Content-Type: text/plain; charset=no-such-thing\n\nhello",
    b"Subject: =?nonsense?q?x?=\nFrom: \xff\xfe\n\n\xff",
]


@pytest.mark.parametrize("data", GARBAGE[1:], ids=range(len(GARBAGE) - 1))
def test_garbage_is_kept_and_can_be_shown(data: bytes) -> None:
    assert take_in(b"X-Original-To: " + BASE.encode() + b"\n" + data) is Outcome.KEPT
    (mail,) = received_reads.list_received(limit=9)
    assert data[:20] not in (mail.data or b"")
    assert isinstance(receiving.open_letter(mail).text, str)


def test_the_same_mail_is_kept_once() -> None:
    data = plain("Who are you?", sender=SANA)
    assert take_in(to(BASE, data)) is Outcome.KEPT
    assert take_in(to(BASE, data)) is Outcome.IGNORED
    assert count_kept() == 1


def test_a_kept_mail_goes_only_after_it_was_read(noon: time_machine.Traveller) -> None:
    take_in(to(BASE, plain("Who are you?", sender=SANA)))
    noon.shift(timedelta(days=400))
    run_due(HANDLERS, SCHEDULES)
    (mail,) = received_reads.list_received(limit=9)
    assert "Who are you?" in receiving.open_letter(mail).text
    with transaction():
        receiving.mark_seen(mail, now=NOW + timedelta(days=400))
    noon.shift(KEEP_RECEIVED + timedelta(days=1))
    assert receiving.count_old(clock.utcnow()) == 1
    run_due(HANDLERS, SCHEDULES)
    db.session.expire_all()
    assert received_reads.list_received(limit=9) == []


def maildir(folder: Path, *mails: bytes) -> Path:
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir()
    for number, data in enumerate(mails):
        (folder / "new" / f"{number:04}").write_bytes(data)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_maildir_is_read_and_nothing_of_it_deleted(tmp_path: Path) -> None:
    mail = sent()
    place = maildir(tmp_path, to(address_of(mail), dsn()), *GARBAGE)
    found = command._read_maildir(place)
    assert found == {Outcome.MARKED: 1, Outcome.KEPT: len(GARBAGE)}
    assert names(place / "new") == []
    assert names(place / "cur") == [f"{number:04}:2,S" for number in range(len(GARBAGE) + 1)]
    assert is_given_up()


def test_what_there_is_no_room_for_stays_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "MOST_UNREAD", 3)
    flood = [to(BASE, plain(f"Buy this {number}", sender=SANA)) for number in range(50)]
    place = maildir(tmp_path, *flood)
    assert command._read_maildir(place) == {Outcome.KEPT: 3, Outcome.NO_ROOM: 1}
    assert len(names(place / "new")) == 47
    assert take_in(to(BASE, plain("One more", sender=SANA))) is Outcome.NO_ROOM


def test_a_mail_that_breaks_the_reading_stays_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_args: object, **_kwargs: object) -> Outcome:
        raise RuntimeError

    monkeypatch.setattr(receiving, "take_in", stumble)
    place = maildir(tmp_path, dsn())
    with pytest.raises(RuntimeError):
        command._read_maildir(place)
    assert names(place / "new") == ["0000"]


def test_a_pipe_is_told_to_come_again_where_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MUSTER_SETTINGS_FILE", str(tmp_path / "none"))
    monkeypatch.setattr(command, "ready", _not_ready)
    result = CliRunner().invoke(command.bounces, input=dsn(), standalone_mode=False)
    assert result.return_value == command.TRY_AGAIN


def _not_ready() -> object:
    raise SettingsError(["no database"])
