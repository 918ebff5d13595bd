"""The session, and the one way to write: `with transaction():` at the edge.

Reads begin deferred and hold nobody up. A write ends the read first, so rows loaded before it are
read again under the lock, then begins IMMEDIATE on SQLite. A flush or a bulk change outside a
transaction raises: nothing is written by accident.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final, TypeVar

from flask import Flask, has_app_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, TextClause, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, Session

from app.db.base import Base
from app.db.engines import engine_options, install_listeners
from app.db.locks import NestedTransactionError, writer_turn
from app.lib import clock, ids

__all__ = [
    "NestedTransactionError",
    "PendingChangesError",
    "WriteOutsideTransactionError",
    "assert_no_transaction",
    "configure_database",
    "db",
    "end_read",
    "in_transaction",
    "retry_deadlocks",
    "transaction",
    "writing",
]

T = TypeVar("T")
_WRITING: Final = "writing"
_WRITE_VERBS = ("INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "TRUNCATE")
# PostgreSQL: deadlock, serialization failure.
_RETRIED_STATES = {"40P01", "40001"}
_DEADLOCK_TRIES = 5

# Inside a test the engine is a Connection whose outer transaction is rolled back at the end.
db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"join_transaction_mode": "create_savepoint"},
    disable_autonaming=True,
)


class PendingChangesError(RuntimeError):
    """Rows were changed before the transaction began; change them inside."""


class WriteOutsideTransactionError(RuntimeError):
    """Something was to be written outside `with transaction():`."""


def configure_database(app: Flask, database_url: str) -> None:
    """Bind the app to its database; `postgresql://` means psycopg 3 here."""
    url = make_url(database_url)
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    app.config["SQLALCHEMY_DATABASE_URI"] = url.render_as_string(hide_password=False)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            install_listeners(engine)


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what happens inside, or nothing of it.

    Raises NestedTransactionError inside another one, PendingChangesError when rows were changed
    before it, UnavailableError when no turn to write came in time.
    """
    session = db.session()
    if session.info.get(_WRITING):
        raise NestedTransactionError
    if session.new or session.deleted or session.dirty:
        raise PendingChangesError
    end_read()
    with ExitStack() as stack:
        bind = session.get_bind()
        if isinstance(bind, Engine) and bind.dialect.name == "sqlite":
            stack.enter_context(writer_turn(bind.url.database))
        session.info[_WRITING] = True
        try:
            session.connection(execution_options={"write": True})
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info[_WRITING] = False


@contextmanager
def writing(engine: Engine | Connection) -> Iterator[Connection]:
    """A connection of its own to write on, beside any session: migrations, leases, heartbeats."""
    if isinstance(engine, Connection):  # inside a test
        with engine.begin_nested():
            yield engine
        return
    with ExitStack() as stack:
        if engine.dialect.name == "sqlite":
            stack.enter_context(writer_turn(engine.url.database))
        connection = stack.enter_context(engine.connect())
        with connection.execution_options(write=True).begin():
            yield connection


def in_transaction() -> bool:
    """Whether a write transaction is open here."""
    return has_app_context() and bool(db.session().info.get(_WRITING))


def end_read() -> None:
    """Let go of what was read: rows are read again when they are next looked at.

    Does nothing inside a write transaction.
    """
    if not in_transaction() and has_app_context():
        # Not a rollback: with a test's savepoint around it that would undo what was written.
        db.session.commit()


def assert_no_transaction() -> None:
    """Raise RuntimeError inside a write transaction: whoever calls out must hold no lock.

    Ends the read, too: while the other side thinks, no connection is kept and no snapshot.
    """
    if in_transaction():
        raise RuntimeError("no call to the outside while a transaction is open")
    end_read()


def retry_deadlocks(work: Callable[[], T]) -> T:
    """Run work that opens its own transaction again when the database chose it as a victim."""
    for tries in range(1, _DEADLOCK_TRIES):
        try:
            return work()
        except DBAPIError as error:
            if not _is_deadlock(error):
                raise
            clock.sleep(0.02 * 2**tries * (0.5 + ids.spread()))
    return work()


def _is_deadlock(error: DBAPIError) -> bool:
    if getattr(error.orig, "sqlstate", None) in _RETRIED_STATES:
        return True
    return getattr(error.orig, "sqlite_errorname", "") in {"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT"}


@event.listens_for(db.session, "before_flush")
def _refuse_stray_flush(session: Session, _context: object, _instances: object) -> None:
    if not session.info.get(_WRITING):
        changed = [*session.new, *session.dirty, *session.deleted]
        names = ", ".join(sorted({type(row).__name__ for row in changed}))
        raise WriteOutsideTransactionError(names)


@event.listens_for(db.session, "do_orm_execute")
def _refuse_stray_bulk_change(state: ORMExecuteState) -> None:
    if not state.session.info.get(_WRITING) and _is_write(state):
        raise WriteOutsideTransactionError(str(state.statement)[:40])


def _is_write(state: ORMExecuteState) -> bool:
    statement: Any = state.statement
    if isinstance(statement, TextClause):
        return statement.text.lstrip().upper().startswith(_WRITE_VERBS)
    return bool(state.is_insert or state.is_update or state.is_delete)
