"""Templates of the tests' own, a page to link to, and a mail server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jinja2 import ChoiceLoader, FileSystemLoader

from app.settings import activate, settings
from tests.fakes.smtp import FakeSmtp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

OWN = Path(__file__).parent / "templates"


@pytest.fixture
def mail_app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application, with a template folder more."""
    assert app.jinja_loader is not None
    both = ChoiceLoader([app.jinja_loader, FileSystemLoader(OWN)])
    monkeypatch.setattr(app.jinja_env, "loader", both)
    return app


@pytest.fixture
def smtp(mail_app: Flask) -> Iterator[FakeSmtp]:
    """A mail server that the settings name."""
    server = FakeSmtp()
    server.start()
    before = settings()
    activate(before.model_copy(update={"smtp_port": server.port}))
    yield server
    server.stop()
    activate(before)
