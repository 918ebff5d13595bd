"""Jobs of a held kind wait until somebody lets them go."""

from __future__ import annotations

from sqlalchemy import select

from app.audit.facts import Actor
from app.audit.models import AuditEntry
from app.db.session import db, transaction
from app.lib import clock
from app.queue import queries, service
from app.queue.jobs import run_due


def test_a_held_kind_waits_and_others_do_not(app: object) -> None:
    ran: list[str] = []
    handlers = {kind: lambda _payload, kind=kind: ran.append(kind) for kind in ("a.one", "a.two")}
    now = clock.utcnow()
    with transaction():
        service.hold("a.one", now=now)
        service.hold("a.one", now=clock.utcnow())  # twice is once
        for kind in handlers:
            service.put(kind, {}, now=now)
    assert run_due(handlers) == 1
    assert ran == ["a.two"]
    assert queries.held_since("a.one") == now
    assert queries.count_overdue(clock.utcnow()) == 0
    with transaction():
        service.release("a.one", now=clock.utcnow(), by=Actor.cli())
        service.release("a.one", now=clock.utcnow(), by=Actor.cli())  # nothing is held any more
    assert run_due(handlers) == 1
    assert ran == ["a.two", "a.one"]
    assert queries.held_since("a.one") is None
    told = db.session.scalars(select(AuditEntry.action)).all()
    assert told == ["job.released"]
