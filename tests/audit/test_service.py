"""What was done is written once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from app.audit import queries, service
from app.audit.facts import Actor, ActorKind
from app.audit.models import AuditEntry
from app.db.session import db, transaction

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(
    ("by", "kind", "account_id", "label"),
    [
        (Actor.account(7, "Sana"), ActorKind.ACCOUNT, 7, "Sana"),
        (Actor.visitor(), ActorKind.VISITOR, None, ""),
        (Actor.system(), ActorKind.SYSTEM, None, ""),
        (Actor.stripe(), ActorKind.STRIPE, None, ""),
        (Actor.cli("root"), ActorKind.CLI, None, "root"),
    ],
)
def test_an_entry_says_who_did_what_to_which_row(
    by: Actor, kind: ActorKind, account_id: int | None, label: str
) -> None:
    with transaction():
        service.record(
            by, "appeal.published", "appeal:12", now=NOW, group_id=3, detail={"old": "é"}
        )
        service.record(by, "appeal.published", "appeal:13", now=NOW)
    (entry,) = queries.list_for("appeal:12")
    assert (entry.actor_kind, entry.account_id, entry.actor_label) == (kind, account_id, label)
    assert (entry.at, entry.group_id, entry.detail) == (NOW, 3, {"old": "é"})


def test_the_newest_entries_come_first_and_page_by_id() -> None:
    with transaction():
        for number in range(5):
            service.record(Actor.system(), "try", f"try:{number}", now=NOW, group_id=number % 2)
    first = queries.list_recent(limit=2)
    assert [entry.subject for entry in first] == ["try:4", "try:3"]
    rest = queries.list_recent(before_id=first[-1].id, group_ids=[0])
    assert [entry.subject for entry in rest] == ["try:2", "try:0"]


@pytest.mark.parametrize(
    "statement",
    [update(AuditEntry).values(action="x"), delete(AuditEntry), text("DELETE FROM audit_entry")],
    ids=["update", "delete", "text"],
)
def test_nothing_changes_an_entry(statement: object) -> None:
    with transaction():
        service.record(Actor.system(), "try", "try:1", now=NOW)

    def change() -> None:
        with transaction():
            db.session.execute(statement)  # type: ignore[call-overload]

    with pytest.raises(DBAPIError, match="append-only"):
        change()
    assert [entry.action for entry in queries.list_for("try:1")] == ["try"]
