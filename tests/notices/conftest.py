"""Two groups, their people, and a few things that wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from flask_babel import lazy_gettext
from sqlalchemy import select

from app.accounts.rules.permissions import Permission, Role
from app.db.session import db, transaction
from app.mail.models.outbox import OutboxMail
from app.notices.service import telling
from app.web.panels import Waiting, WaitingKind, WaitingSource
from tests.factories.accounts import make_account
from tests.factories.groups import make_group

if TYPE_CHECKING:
    from flask import Flask

    from app.accounts.models import User
    from app.groups.models import Group

ZONE = "Europe/London"
#: A Wednesday noon.
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


@dataclass
class Heap:
    """Things of one kind that wait, as a package would find them."""

    kind: WaitingKind
    things: list[Waiting] = field(default_factory=list)
    broken: bool = False

    @property
    def source(self) -> WaitingSource:
        """What the package registers."""
        return WaitingSource(self.kind, self.find)

    def find(self, _now: datetime) -> Iterator[Waiting]:
        """What waits."""
        if self.broken:
            raise LookupError("broken")
        yield from self.things

    def add(self, *keys: str, group: Group | None = None) -> None:
        """Let more things wait."""
        self.things += [
            Waiting(key, since=NOW, group_id=group.id if group else None) for key in keys
        ]

    def drop(self, key: str) -> None:
        """Let one wait no longer."""
        self.things = [each for each in self.things if each.key != key]


@pytest.fixture
def disputes() -> Heap:
    """Something urgent for who may see the queues."""
    return Heap(
        WaitingKind(
            key="disputes",
            name=lazy_gettext("Disputed payments"),
            advice=lazy_gettext("Send the evidence at Stripe before the day it is due."),
            endpoint="desk.queues",
            permission=Permission.QUEUES_SEE,
            is_urgent=True,
        )
    )


@pytest.fixture
def messages(disputes: Heap) -> Heap:
    """Something that can wait until the morning, for whoever publishes appeals."""
    kind = replace(
        disputes.kind, key="messages", is_urgent=False, permission=Permission.APPEALS_PUBLISH,
        name=lazy_gettext("Work that was given up"),
    )  # fmt: skip
    return Heap(kind)


@pytest.fixture
def look(disputes: Heap, messages: Heap) -> Callable[..., None]:
    """Look at what waits, so long after noon."""

    def tell(after: timedelta = timedelta(0)) -> None:
        with transaction():
            telling.tell([disputes.source, messages.source], zone=ZONE, now=NOW + after)

    return tell


@pytest.fixture
def group(app: Flask) -> Group:
    """Our group."""
    with transaction():
        return make_group()


@pytest.fixture
def other_group(app: Flask) -> Group:
    """Somebody else's group."""
    with transaction():
        return make_group(slug="open-hands")


@pytest.fixture
def owner(group: Group) -> User:
    """Who owns our group."""
    with transaction():
        return make_account(Role.OWNER, group=group, email="olga@example.org", name="Olga", now=NOW)


@pytest.fixture
def treasurer(group: Group) -> User:
    """Who keeps its books."""
    with transaction():
        return make_account(
            Role.TREASURER, group=group, email="tara@example.org", name="Tara", now=NOW
        )


def mails(template: str = "notices/waiting") -> list[OutboxMail]:
    """The mails of a kind that were put, in order."""
    query = select(OutboxMail).where(OutboxMail.template == template).order_by(OutboxMail.id)
    return list(db.session.scalars(query))


def told(template: str = "notices/waiting") -> list[tuple[str, int]]:
    """To whom they went, and how many things each counts."""
    return [(each.to.partition("@")[0], each.values["count"]) for each in mails(template)]
