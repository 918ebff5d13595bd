"""Every kind of thing that waits has words, and a list that whoever is told of it may open."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from app.accounts.rules.permissions import Permission, roles_with
from app.lib import clock
from app.notices.models import KIND_LENGTH
from app.notices.rules import SUMMARY
from app.web.panels import Panels, Waiting

if TYPE_CHECKING:
    from flask import Flask

#: What must be among them; the urgent ones first.
URGENT = {"cards_rest", "complaints", "disputes", "event_reports", "point_reports"}
OTHERS = {
    "appeals_without_account", "bounces", "events", "findings", "jobs", "mails", "messages",
    "received_mails",
    "promises_old", "regular_payment_missing",
    "events_unreported", "host_changes", "march_notices", "offered_events", "rsvps_asked",
    "safety_numbers", "shifts_asked", "shifts_short",
    "bring_requests", "contact_messages", "host_messages", "offered_points", "pickups_asked",
    "point_changes",
    "mailings_overdue", "points_unconfirmed", "run_results", "stale_needs", "workplace_pledges",
}  # fmt: skip


@pytest.fixture
def registered(app: Flask) -> Panels:
    """What the packages registered."""
    found = app.extensions["muster_panels"]
    assert isinstance(found, Panels)
    return found


def test_everything_that_waits_is_there_and_known_as_urgent_or_not(registered: Panels) -> None:
    kinds = [source.kind for source in registered.waiting_sources()]
    assert {kind.key for kind in kinds if kind.is_urgent} == URGENT
    assert {kind.key for kind in kinds if not kind.is_urgent} == OTHERS
    assert len({kind.key for kind in kinds}) == len(kinds)
    assert [kind.is_urgent for kind in kinds] == sorted(
        (kind.is_urgent for kind in kinds), reverse=True
    )


def test_every_kind_has_words_and_a_name_that_fits(registered: Panels) -> None:
    for source in registered.waiting_sources():
        kind = source.kind
        assert str(kind.name)
        assert str(kind.advice).endswith(".")
        assert len(kind.key) <= KIND_LENGTH
        assert kind.key != SUMMARY
        # A field of a form is called so.
        assert kind.key.isidentifier()


def test_who_is_told_of_a_kind_may_open_its_list(app: Flask, registered: Panels) -> None:
    for source in registered.waiting_sources():
        kind = source.kind
        needed = getattr(app.view_functions[kind.endpoint], "permission", None)
        with app.test_request_context():
            assert kind.href.startswith("/desk/")
        told = roles_with(Permission(kind.permission))
        assert needed is None or told <= roles_with(needed), kind.key


def test_where_nothing_is_nothing_waits(registered: Panels) -> None:
    now: datetime = clock.utcnow()
    found: list[Waiting] = [
        each for source in registered.waiting_sources() for each in source.find(now)
    ]
    assert found == []
