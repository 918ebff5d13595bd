"""A backup made while others write comes back to the penny, and no mail is sent twice."""

from __future__ import annotations

import stat
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from app.cli.archive import Manifest, read_archive
from app.db.backups import find_last_backup, is_fresh
from app.db.session import db, transaction
from app.ledger import queries as ledger_reads
from app.ledger import service as ledger
from app.ledger.models import Fund, FundBalance, LedgerEntry, MoneyAccount
from app.lib import clock
from app.lib.sealed import OpenKey, read_open_key
from app.mail.models.outbox import OutboxMail
from app.mail.rules.outbox import MailState
from app.mail.service import outbox as mail
from app.queue import service as queue
from app.queue.models import Job
from app.queue.rules import JobState
from tests.cli.installations import Installation
from tests.factories.groups import make_group, make_payment_account
from tests.factories.ledger import charge, make_fund
from tests.fakes.smtp import FakeSmtp
from tests.support.apps import SECRET_KEY

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.databases import Databases

TEMPLATE = "accounts/password_changed"


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    server = FakeSmtp()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def place(databases: Databases, database: str, tmp_path: Path, smtp: FakeSmtp) -> Installation:
    """An installation with a fund, tables made by migrations."""
    made = Installation(tmp_path / "first", databases.fresh(database), smtp.port)
    made.migrate()
    with made.application(), transaction():
        group = make_group()
        account = make_payment_account(group)
        make_fund(group, account)
        ledger.stripe_balance(account, "GBP", now=clock.utcnow())
    return made


@pytest.fixture
def empty(
    databases: Databases, database: str, tmp_path: Path, place: Installation, smtp: FakeSmtp
) -> Installation:
    """Another machine, with the same key at hand and nothing on it."""
    home = tmp_path / "second"
    home.mkdir(mode=0o700)
    (home / "backup.key").write_text(place.key_file.read_text())
    return Installation(home, databases.fresh(database), smtp.port)


def key_of(place: Installation) -> OpenKey:
    return read_open_key(place.key_file.read_text())


def put_mail(key: str) -> None:
    mail.put(
        TEMPLATE,
        key=key,
        to=f"{key}@example.org",
        locale="en",
        values={"name": key, "links": {}},
        now=clock.utcnow(),
    )


def the_fund() -> tuple[Fund, MoneyAccount]:
    """The fund that collects, and where its money lies."""
    fund = ledger_reads.get_fund("first-year")
    assert fund.payment_account is not None
    return fund, ledger.stripe_balance(fund.payment_account, "GBP", now=clock.utcnow())


class Writer:
    """Somebody who books money and sends a mail for each, until told to stop."""

    def __init__(self, app: Flask, name: str) -> None:
        self.app, self.name, self.count = app, name, 0
        self._over = threading.Event()
        self._problem: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            with self.app.app_context():
                while not self._over.is_set():
                    self._write()
        except BaseException as problem:  # noqa: BLE001 - shown by the test
            self._problem = problem

    def _write(self) -> None:
        with transaction():
            fund, balance = the_fund()
            ref = f"{self.name}{self.count}"
            ledger.post(charge(fund, balance, ref, 500 + self.count, fee=17), now=clock.utcnow())
            put_mail(ref)
        db.session.remove()
        self.count += 1
        clock.sleep(0.3)  # each mail is sent later on, and that takes longer than writing

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(60)
        assert self._problem is None, self._problem


def balance() -> FundBalance:
    """What came into the fund, as it is kept beside the ledger."""
    return db.session.scalars(select(FundBalance)).one()


@pytest.mark.long
def test_a_backup_made_while_two_write_comes_back_to_the_penny(
    place: Installation, empty: Installation, smtp: FakeSmtp
) -> None:
    with place.application() as app:
        writers = [Writer(app, name) for name in ("a", "b")]
        for writer in writers:
            writer.start()
        while min(writer.count for writer in writers) < 5:
            clock.sleep(0.05)
        made = place.muster_anew("backup")
        later = [writer.count for writer in writers]
        for writer in writers:
            writer.stop()
        assert min(later) > 5, "nobody could write meanwhile"
    assert made.returncode == 0, made.stderr
    assert "opened and counted, the books agree" in made.stdout
    (file,) = place.backups()
    put_back = empty.muster_anew("restore", str(file), "--key", str(empty.key_file))
    assert put_back.returncode == 0, put_back.stderr
    assert "The books agree" in put_back.stdout
    assert empty.differences() == []

    with place.application():
        all_refs = set(db.session.scalars(select(LedgerEntry.ref)))
    with empty.application():
        refs = set(db.session.scalars(select(LedgerEntry.ref)))
        mails = set(db.session.scalars(select(OutboxMail.key)))
        kept = balance()
        came_in, fees = kept.received_minor, kept.fees_minor
    # One moment: of each writer everything up to a point, each entry together with its mail.
    assert refs == mails
    assert refs < all_refs
    assert len(refs) >= 10
    for name in "ab":
        numbers = sorted(int(ref[1:]) for ref in refs if ref[0] == name)
        assert numbers == list(range(len(numbers)))
    assert came_in == sum(500 + int(ref[1:]) for ref in refs)
    assert abs(fees) == 17 * len(refs)

    # The first machine sends everything; what came back on the second one sends nothing by itself.
    place.work()
    sent = Counter(str(message["Message-ID"]) for message in smtp.messages)
    assert len(sent) == len(all_refs)
    empty.work()
    assert len(smtp.messages) == len(all_refs)
    assert f"{len(refs)} mail(s)" in empty.muster("mail", "withdraw", "--kind", TEMPLATE).stdout
    assert empty.muster("mail", "release").returncode == 0
    empty.work()
    assert Counter(str(message["Message-ID"]) for message in smtp.messages) == sent


@pytest.mark.one_database
def test_held_mail_leaves_when_somebody_says_so(
    place: Installation, empty: Installation, smtp: FakeSmtp
) -> None:
    with place.application(), transaction():
        put_mail("sana")
    place.muster("backup")
    empty.muster("restore", str(place.backups()[0]), "--key", str(empty.key_file))
    with empty.application(), transaction():
        put_mail("after")  # nor does what is put later, by a sweep for example
    empty.work()
    assert smtp.messages == []
    listed = empty.muster("mail", "held").stdout
    assert "Held since" in listed
    assert listed.count(TEMPLATE) == 2
    assert "sana@example.org" not in listed
    assert empty.muster("mail", "release").stdout == "Mail leaves again; 2 waited.\n"
    empty.work()
    assert {str(message["To"]) for message in smtp.messages} == {
        "sana@example.org",
        "after@example.org",
    }


@pytest.mark.one_database
def test_jobs_of_the_past_do_not_come_in_a_flood(place: Installation, empty: Installation) -> None:
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    with place.application(), transaction():
        for number in range(30):
            queue.put("queue.purge", {}, now=long_ago, key=f"schedule:queue.purge::{number}")
            queue.put("payments.apply", {"id": number}, now=long_ago, key=f"event:{number}")
        queue.beat("the old machine", now=clock.utcnow())
    place.muster("backup")
    empty.muster("restore", str(place.backups()[0]), "--key", str(empty.key_file))
    with empty.application():
        due = db.session.scalars(select(Job.run_at).where(Job.state == JobState.WAITING)).all()
        assert len(due) == 30
        assert max(due) - min(due) >= (max(due) - min(due)).resolution * 29
        assert max(due) > clock.utcnow()
    assert "no sign of life" in empty.muster("doctor").stdout


@pytest.mark.one_database
def test_what_a_backup_says_about_itself(place: Installation) -> None:
    assert place.muster("backup").returncode == 0
    (file,) = place.backups()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    plain = place.home / "plain"
    manifest = read_archive(file, key_of(place), lambda _done: None, into=plain)
    assert manifest.counts["fund"] == 1
    assert Manifest.from_json(manifest.to_json()) == manifest
    with place.application():
        noted = find_last_backup()
        assert noted is not None
        assert (noted.name, noted.size_bytes) == (file.name, file.stat().st_size)
        assert noted.is_opened
        assert is_fresh(noted, clock.utcnow())


@pytest.mark.one_database
def test_no_secret_is_in_a_backup(place: Installation) -> None:
    place.muster("backup")
    (file,) = place.backups()
    plain = place.home / "plain"
    manifest = read_archive(file, key_of(place), lambda _done: None, into=plain)
    held = plain.read_bytes() + manifest.to_json()
    for secret in (SECRET_KEY, "sk_live_kR7vQ2mZp9", "whsec_xT4wB8nLh", key_of(place).text):
        assert secret.encode() not in held
        assert secret.encode() not in file.read_bytes()
    assert b"Lea Valley" not in file.read_bytes()
    assert b"hello@example.org" not in file.read_bytes()


@pytest.mark.one_database
def test_only_the_newest_stay_and_nothing_else_goes(place: Installation) -> None:
    folder = place.home / "backups"
    folder.mkdir(mode=0o700)
    for day in ("01", "02", "03"):
        (folder / f"muster-2026-01-{day}T020000Z.backup").touch()
    (folder / "muster-2026-01-04T020000Z.backup.part").touch()
    (folder / "letters.backup").touch()
    assert place.muster("backup", "--keep", "2").returncode == 0
    left = [path.name for path in place.backups()]
    assert left[:2] == ["letters.backup", "muster-2026-01-03T020000Z.backup"]
    assert len(left) == 3
    assert not list(folder.glob("*.part"))
    assert not list(place.home.glob("backup-*"))


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("folder", "mode", "said"),
    [
        ("open", 0o755, "is open to others; run: chmod 700"),
        ("public_html/backups", 0o700, "is shown to the web"),
        ("assets", 0o700, "is shown to the web"),
    ],
)
def test_a_folder_that_others_see_is_refused(
    place: Installation, folder: str, mode: int, said: str
) -> None:
    wanted = place.home / folder
    wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted.chmod(mode)
    ended = place.muster("backup", "--to", str(wanted))
    assert ended.returncode == 1
    assert said in ended.stderr
    assert list(wanted.glob("*.backup*")) == []


@pytest.mark.one_database
def test_without_a_key_there_is_a_sentence(place: Installation) -> None:
    place.variables.pop("MUSTER_BACKUP_KEY")
    ended = place.muster("backup")
    assert ended.returncode == 1
    assert "run `muster backup-key FILE`" in ended.stderr
    made = place.muster("backup-key", str(place.home / "new.key"))
    assert made.returncode == 0
    public = read_open_key((place.home / "new.key").read_text()).public.text
    assert stat.S_IMODE((place.home / "new.key").stat().st_mode) == 0o600
    assert "mustersecret" not in made.stdout
    place.variables["MUSTER_BACKUP_KEY"] = public
    assert place.muster("backup").returncode == 0


@pytest.mark.one_database
def test_broken_books_are_kept_and_told(place: Installation) -> None:
    with place.application(), transaction():
        fund, account = the_fund()
        ledger.post(charge(fund, account, "one", 500), now=clock.utcnow())
        db.session.execute(
            text(
                "UPDATE fund_balance SET received_minor = received_minor + 1, "
                "held_minor = held_minor + 1"
            )
        )
    ended = place.muster("backup")
    assert ended.returncode == 3
    assert "difference(s)" in ended.stderr
    assert len(place.backups()) == 1


@pytest.mark.one_database
@pytest.mark.parametrize("damage", ["cut", "flipped", "other key", "newer", "no backup"])
def test_a_bad_backup_is_found_before_anything_is_written(
    damage: str, place: Installation, empty: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    if damage == "newer":
        with place.application(), transaction():
            db.session.execute(text("UPDATE alembic_version SET version_num = 'ffffffffffff'"))
    made = place.muster("backup")
    assert made.returncode == 0, made.stderr
    (file,) = place.backups()
    raw = bytearray(file.read_bytes())
    if damage == "cut":
        file.write_bytes(raw[: len(raw) * 2 // 3])
    elif damage == "flipped":
        raw[len(raw) // 2] ^= 1
        file.write_bytes(raw)
    elif damage == "no backup":
        file.write_bytes(b"SQLite format 3\0" + bytes(500))
    elif damage == "other key":
        empty.muster("backup-key", str(empty.home / "other.key"))
        empty.key_file = empty.home / "other.key"
    ended = empty.muster("restore", str(file), "--key", str(empty.key_file))
    assert ended.returncode == 1
    assert "Nothing was written" in ended.stderr
    assert not list(empty.home.glob("*.db"))
    assert not Path(empty.database_url.removeprefix("sqlite:///")).exists()


@pytest.mark.one_database
def test_nothing_is_ever_overwritten(place: Installation) -> None:
    place.muster("backup")
    (file,) = place.backups()
    ended = place.muster("restore", str(file), "--key", str(place.key_file))
    assert ended.returncode == 1
    assert "nothing is ever overwritten" in ended.stderr
    assert place.differences() == []


@pytest.mark.one_database
def test_the_drill_opens_a_backup_and_leaves_nothing(place: Installation) -> None:
    with place.application(), transaction():
        put_mail("sana")
    place.muster("backup")
    (file,) = place.backups()
    ended = place.muster("restore", str(file), "--key", str(place.key_file), "--check")
    assert ended.returncode == 0, ended.stderr
    assert "is whole" in ended.stdout
    assert "the books agree" in ended.stdout
    with place.application():
        assert db.session.scalar(select(OutboxMail.state)) is MailState.WAITING


def test_an_older_backup_comes_back_with_the_tables_of_today(
    databases: Databases, database: str, tmp_path: Path
) -> None:
    old = Installation(tmp_path / "old", databases.fresh(database))
    old.migrate("5e1c0de7a110")
    old.fill_with_old_rows()
    assert old.muster("backup").returncode == 0
    new = Installation(tmp_path / "old", databases.fresh(database))
    ended = new.muster("restore", str(old.backups()[0]), "--key", str(new.key_file))
    assert ended.returncode == 0, ended.stderr
    assert "2 mail(s) that waited" in ended.stdout
    assert new.differences() == []
