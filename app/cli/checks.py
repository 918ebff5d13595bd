"""What `muster doctor` looks at; each check says how it stands and what to do."""

from __future__ import annotations

import shutil
import socket
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from app.accounts import queries as accounts
from app.db import schema
from app.db.backups import find_last_backup, is_fresh
from app.db.session import db
from app.demo import marker
from app.groups import queries as groups
from app.lib import clock
from app.mail.queries import received
from app.mail.rules.addresses import MOST_UNREAD
from app.mail.service.outbox import DELIVER
from app.queue import queries as queue
from app.settings import LOOPBACK_HOSTS, Settings, SmtpSecurity

SMALLEST_DISK = 500 * 1024 * 1024
WORKER_SILENT_AFTER = timedelta(minutes=2)
JOBS_LATE_AFTER = timedelta(minutes=15)
CONNECT_SECONDS = 3.0


@dataclass(frozen=True)
class Line:
    """One line of the doctor's table; `advice` says what to do when it is not well."""

    name: str
    is_well: bool
    says: str
    advice: str = ""


def well(name: str, says: str) -> Line:
    """A line about something that is as it should be."""
    return Line(name, is_well=True, says=says)


def wrong(name: str, says: str, advice: str = "") -> Line:
    """A line about something that needs attention, with what to do."""
    return Line(name, is_well=False, says=says, advice=advice)


Check = Callable[[Settings], Iterator[Line]]


def files(given: Settings) -> Iterator[Line]:
    """Whether others on this machine can read the database or the data directory."""
    backups = given.backup_dir or given.data_dir / "backups"
    places = {"data directory": given.data_dir, "database file": _file_of(given)}
    for what, path in (places | {"backups": backups}).items():
        if path is None or not path.exists():
            continue
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            mode = "700" if path.is_dir() else "600"
            yield wrong(what, f"{path} can be read by others", f"chmod {mode} {path}")
        else:
            yield well(what, f"{path} is its owner's alone")


def database(_given: Settings) -> Iterator[Line]:
    """Whether the database answers, is at the newest schema and keeps what it promised."""
    try:
        db.session.execute(text("SELECT 1"))
    except Exception as error:  # noqa: BLE001 - any driver's error means: not reachable
        kind = type(error).__name__
        yield wrong("database", f"does not answer ({kind})", "check MUSTER_DATABASE_URL")
        return
    yield well("database", f"{db.engine.dialect.name} answers")
    yield from _schema()
    if db.engine.dialect.name == "sqlite":
        yield from _sqlite()


def _schema() -> Iterator[Line]:
    if schema.is_current():
        yield well("schema", "is the newest")
    else:
        yield wrong("schema", "is not the newest", f"run: {schema.way_to_newest()}")


def _sqlite() -> Iterator[Line]:
    journal = str(db.session.execute(text("PRAGMA journal_mode")).scalar_one()).lower()
    synchronous = int(db.session.execute(text("PRAGMA synchronous")).scalar_one())
    is_well = journal == "wal" and synchronous >= 2
    says = f"journal {journal}, synchronous {synchronous}"
    advice = "the database must be on a local disk that can keep a WAL"
    yield well("durability", says) if is_well else wrong("durability", says, advice)


def demo_data(given: Settings) -> Iterator[Line]:
    """Whether invented data stands where real data belongs."""
    if not _is_usable():
        return
    if marker.holds_demo_data() and not given.is_demo:
        advice = "point MUSTER_DATABASE_URL at a database of your own"
        yield wrong("demo data", "this database holds the demo's data", advice)
    else:
        yield well("demo data", "as it should be")


def stripe_accounts(given: Settings) -> Iterator[Line]:
    """Whether every body that takes cards has its keys, and every key its body."""
    if not given.stripe_accounts:
        advice = "run `muster init`, or set MUSTER_STRIPE_ACCOUNTS__<NAME>__SECRET_KEY"
        yield wrong("Stripe", "no keys: nobody can give by card", advice)
        return
    kind = "rehearsal" if given.stripe_api_base else "live" if given.is_live else "test"
    yield well("Stripe", f"{len(given.stripe_accounts)} account(s), {kind} keys")
    if not _is_usable():
        return
    known = {account.name for account in groups.list_payment_accounts()}
    for name in sorted(known - given.stripe_accounts.keys()):
        variable = f"MUSTER_STRIPE_ACCOUNTS__{name.upper()}__SECRET_KEY"
        yield wrong(f"Stripe {name}", "has no key in the settings", f"set {variable}")
    for name in sorted(given.stripe_accounts.keys() - known):
        advice = "add a payment account of this name to a group (Groups and funds on the desk)"
        yield wrong(f"Stripe {name}", "no group uses this key", advice)
    for name in sorted(given.stripe_accounts.keys() & known):
        yield well(f"Stripe {name}", f"webhook {given.base_url}/stripe/webhook/{name}")


def mail(given: Settings) -> Iterator[Line]:
    """Whether the mail server takes a connection."""
    where = f"{given.smtp_host}:{given.smtp_port}"
    try:
        socket.create_connection((given.smtp_host, given.smtp_port), CONNECT_SECONDS).close()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        advice = "check MUSTER_SMTP_HOST and MUSTER_SMTP_PORT; mail waits until it answers"
        yield wrong("mail", f"{where} does not answer ({reason})", advice)
    else:
        yield well("mail", f"{where} answers")


def mail_sender(given: Settings) -> Iterator[Line]:
    """Whether mail crosses the network in the clear; what receivers think is seen elsewhere."""
    is_here = given.smtp_host in LOOPBACK_HOSTS
    if given.smtp_security is SmtpSecurity.NONE and not is_here:
        advice = "set MUSTER_SMTP_SECURITY=starttls or tls"
        yield wrong("mail security", f"mail goes to {given.smtp_host} unprotected", advice)
    domain = _domain(given.mail_from)
    if domain:
        says = f"{domain}: SPF, DKIM and DMARC cannot be seen from here (docs/going-live.md)"
        yield well("mail sender", says)


def returned_mail(given: Settings) -> Iterator[Line]:
    """Whether we would hear of mail that does not arrive, and from an address of our domain."""
    if not given.bounce_address:
        advice = "set MUSTER_BOUNCE_ADDRESS before you write to many (docs/operations.md)"
        yield well("bounces", f"come back to the sender, and tell little; {advice}")
        return
    ours, theirs = _domain(given.mail_from), _domain(given.bounce_address)
    says = f"{given.bounce_address}; SPF is checked for {theirs}, DKIM for {ours}"
    if not (f".{ours}".endswith(f".{theirs}") or f".{theirs}".endswith(f".{ours}")):
        advice = "use an address of the sender's domain, or DMARC fails"
        yield wrong("bounces", says, advice)
    else:
        yield well("bounces", says)
    unread = received.count_unread() if _is_usable() else 0
    if unread >= MOST_UNREAD:
        advice = "read it on the desk (How mail fares); more stays with the mail server until then"
        yield wrong("returned mail", f"{unread} wait to be read", advice)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip("> ").lower()


def held_mail(_given: Settings) -> Iterator[Line]:
    """Whether mail is held back since a restore."""
    since = queue.held_since(DELIVER) if _is_usable() else None
    if since is not None:
        says = f"none leaves since {since:%Y-%m-%d %H:%M} UTC: a backup was put back"
        yield wrong("held mail", says, "muster mail held, then muster mail release")


def backups(given: Settings) -> Iterator[Line]:
    """Whether a young backup stands beside live keys."""
    if not _is_usable():
        return
    last, now = find_last_backup(), clock.utcnow()
    says = f"the last one is of {last.made_at:%Y-%m-%d %H:%M} UTC" if last else "there is none yet"
    if is_fresh(last, now) or not given.is_live:
        yield well("backup", says)
    else:
        advice = "muster backup, every night (docs/going-live.md, 8)"
        yield wrong("backup", f"live keys, and {says}", advice)


def second_factors(given: Settings) -> Iterator[Line]:
    """Whether whoever has power beside live keys signs in with more than a password."""
    if not _is_usable():
        return
    missing = len(accounts.list_without_second_factor())
    says = f"{missing} account(s) with power sign in with a password alone"
    if not missing or not given.is_live:
        whole = "not asked of demo accounts" if given.is_demo else "everybody with power has one"
        yield well("second factor", says if missing else whole)
    else:
        yield wrong("second factor", says, "ask them: Account on the desk, second factor")


def worker(_given: Settings) -> Iterator[Line]:
    """Whether a worker is alive and the jobs are done in time."""
    if not _is_usable():
        return
    now = clock.utcnow()
    seen = queue.heartbeat(now)
    if seen is None or now - seen > WORKER_SILENT_AFTER:
        since = f"since {seen:%Y-%m-%d %H:%M} UTC" if seen else "ever"
        yield wrong("worker", f"no sign of life {since}", "run: muster run")
    else:
        yield well("worker", f"alive {int((now - seen).total_seconds())} s ago")
    late, failed = queue.count_overdue(now - JOBS_LATE_AFTER), queue.count_failed()
    is_well = not late and not failed
    says = f"{late} late, {failed} given up"
    yield well("jobs", says) if is_well else wrong("jobs", says, "see the queues on the desk")


def disk(given: Settings) -> Iterator[Line]:
    """Whether there is room for the database to grow."""
    place = _file_of(given)
    place = place.parent if place else given.data_dir
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    says = f"{free // 1024**2:,} MB free at {place}"
    if free >= SMALLEST_DISK:
        yield well("disk", says)
    else:
        yield wrong("disk", says, "make room: a full disk stops every gift")


#: In the order in which they are shown.
CHECKS: tuple[Check, ...] = (
    files,
    database,
    demo_data,
    stripe_accounts,
    mail,
    mail_sender,
    returned_mail,
    held_mail,
    backups,
    second_factors,
    worker,
    disk,
)


def _is_usable() -> bool:
    """Whether the tables can be asked; `database` says why not."""
    try:
        return schema.is_current()
    except SQLAlchemyError:
        return False
    finally:
        db.session.rollback()


def _file_of(given: Settings) -> Path | None:
    url = make_url(given.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database)
