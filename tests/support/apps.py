"""Applications for tests: they reach nothing outside, and requests share nothing."""

from __future__ import annotations

import contextvars
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from flask.testing import FlaskClient

from app.db.base import Base
from app.db.session import db, end_read, writing
from app.factory import create_app
from app.settings import Settings, activate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Random letters that open nothing.
SECRET_KEY = "t8Qz2Vx5Lr9Wm3Kc7Yb4Nd6Hg1Jf0PsRuEaZ"
STRIPE_ACCOUNTS = {
    name: {"secret_key": f"sk_test_{name}", "webhook_secrets": (f"whsec_{name}",)}
    for name in ("network", "charity")
}


def make_settings(database_url: str, data_dir: Path, **changes: Any) -> Settings:
    """Settings of a test: hashing is cheap, and no address leaves this machine."""
    values: dict[str, Any] = {
        "environment": "test",
        "base_url": "http://localhost",
        "database_url": database_url,
        "data_dir": data_dir,
        "secret_key": SECRET_KEY,
        "contact_email": "hello@example.org",
        "mail_from": "muster@example.org",
        "smtp_host": "127.0.0.1",
        "smtp_port": 9,
        "smtp_security": "none",
        "stripe_accounts": STRIPE_ACCOUNTS,
        "stripe_api_base": "http://127.0.0.1:9",
        "checkout_origin": "http://127.0.0.1:9",
        "billing_origin": "http://127.0.0.1:9",
        "invoice_origin": "http://127.0.0.1:9",
        "password_hash_kib": 8,
        "gift_form_seconds": 0,
    }
    return Settings(**(values | changes))


class Visitor(FlaskClient):
    """A client whose requests share nothing with the test but the database.

    Flask would reuse the test's application context, with its session and its `g`.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request in a context of its own; rows the test holds are read anew after it."""
        end_read()
        return contextvars.Context().run(super().open, *args, **kwargs)


def make_app(given: Settings, *, has_tables: bool = False) -> Flask:
    """An application with all tables made; its database is empty."""
    app = create_app(given)
    app.test_client_class = Visitor
    app.testing = True
    if not has_tables:
        with app.app_context(), writing(db.engine) as connection:
            Base.metadata.create_all(connection)
    return app


@contextmanager
def rolled_back(app: Flask, given: Settings) -> Iterator[Flask]:
    """Use an application inside one outer transaction that leaves nothing behind.

    Commits end savepoints of it. Flask-SQLAlchemy ignores Session(bind=…), so the connection takes
    the place of the engine.
    """
    activate(given)
    with app.app_context():
        engines = cast("dict[str | None, Any]", db.engines)
        engine = db.engine
        with engine.connect().execution_options(write=True) as connection:
            outer = connection.begin()
            engines[None] = connection
            try:
                yield app
            finally:
                db.session.remove()
                outer.rollback()
                engines[None] = engine
    for limiter in app.extensions.get("limiter", ()):
        limiter.reset()


def dispose(app: Flask) -> None:
    """Close an application's connections."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
