"""A mail server that a mailing can be sent to, and a group that writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.db.session import transaction
from app.settings import activate, settings
from tests.factories.groups import make_group
from tests.fakes.smtp import FakeSmtp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from app.groups.models import Group


@pytest.fixture
def smtp(app: Flask) -> Iterator[FakeSmtp]:
    """A mail server that the settings name."""
    server = FakeSmtp()
    server.start()
    before = settings()
    changes = {"smtp_port": server.port, "bounce_address": "bounces@example.org"}
    activate(before.model_copy(update=changes))
    yield server
    server.stop()
    activate(before)


@pytest.fixture
def group(app: Flask) -> Group:
    """The group that writes."""
    with transaction():
        return make_group()
