"""Addresses that get no more mail, and how an address comes to be given up."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.audit.facts import Actor
from app.audit.models import AuditEntry
from app.db.session import db, transaction
from app.lib.bounces import BounceKind
from app.mail.models.addresses import AddressHealth, Suppression
from app.mail.queries import addresses as queries
from app.mail.rules.addresses import (
    KEEP_HEALTH,
    MOST_SOFT,
    SETTLES_AFTER,
    Purpose,
    SuppressionReason,
    Weight,
)
from app.mail.service import health, suppression
from app.settings import activate, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
SANA = "sana@example.org"
DAY = timedelta(days=1)
ASKED, BOUNCE = SuppressionReason.ASKED, SuppressionReason.BOUNCE

pytestmark = pytest.mark.usefixtures("app")


def suppress(reason: SuppressionReason = ASKED, email: str = SANA) -> None:
    with transaction():
        suppression.suppress(email, reason, now=NOW)


def returned(at: datetime, weight: Weight = Weight.SOFT) -> None:
    with transaction():
        health.note_returned(SANA, weight, now=at)


def taken(at: datetime) -> None:
    with transaction():
        health.note_taken(SANA, now=at)


def the_health() -> AddressHealth | None:
    db.session.expire_all()
    return queries.find_health(SANA)


@pytest.mark.parametrize(
    ("reason", "stopped"),
    [
        (SuppressionReason.ASKED, {Purpose.MAILING}),
        (SuppressionReason.COMPLAINT, {Purpose.MAILING}),
        (SuppressionReason.PREFERENCE_SERVICE, {Purpose.MAILING}),
        (SuppressionReason.BOUNCE, {Purpose.MAILING, Purpose.SERVICE}),
    ],
)
def test_a_reason_stops_what_it_is_about(reason: SuppressionReason, stopped: set[Purpose]) -> None:
    suppress(reason)
    found = {each for each in Purpose if suppression.is_suppressed(SANA, for_=each)}
    assert found == stopped
    assert not suppression.is_suppressed("amal@example.org", for_=Purpose.MAILING)


def test_no_address_stands_in_the_table() -> None:
    suppress()
    row = db.session.scalars(select(Suppression)).one()
    assert "sana" not in row.address_hash
    assert len(row.address_hash) == 64


def test_the_same_reason_again_changes_nothing() -> None:
    suppress()
    suppress()
    suppress(BOUNCE)
    assert [each.reason for each in queries.list_live(SANA)] == [ASKED, BOUNCE]
    assert queries.count_live() == {ASKED: 1, BOUNCE: 1}


def test_many_are_asked_for_at_once() -> None:
    suppress(email="person7@example.org")
    suppress(BOUNCE, email="person1200@example.org")
    everybody = [f"Person{number}@example.org" for number in range(1500)]
    found = suppression.suppressed(everybody)
    assert found == {"Person7@example.org", "Person1200@example.org"}
    assert suppression.suppressed(everybody, for_=Purpose.ASKED_FOR) == set()
    assert suppression.suppressed([]) == set()


def test_only_her_own_link_lifts_it_and_the_row_stays() -> None:
    suppress()
    suppress(BOUNCE)
    with transaction():
        assert suppression.lift(SANA, now=NOW + DAY)
        assert not suppression.lift(SANA, now=NOW + DAY)
    assert not suppression.is_suppressed(SANA, for_=Purpose.MAILING)
    assert [each.lifted_at for each in db.session.scalars(select(Suppression))] == [NOW + DAY] * 2
    suppress()
    assert suppression.is_suppressed(SANA, for_=Purpose.MAILING)


def test_a_new_secret_still_knows_who_wants_no_mail() -> None:
    suppress()
    before = settings()
    secrets = {"secret_key": "n3w" * 20, "previous_secret_keys": before.secrets}
    activate(before.model_copy(update=secrets))
    try:
        assert suppression.is_suppressed(SANA, for_=Purpose.MAILING)
        assert suppression.suppressed([SANA]) == {SANA}
    finally:
        activate(before)


def test_what_is_entered_at_the_desk_is_written_down() -> None:
    with transaction():
        suppression.suppress_for(SANA, ASKED, now=NOW, by=Actor.system())
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.detail) == ("mail.suppressed", {"reason": "asked"})
    assert "sana" not in entry.subject


# --- in any order -------------------------------------------------------------------------------


def _erase() -> None:
    """Rows about her go; what suppression keeps is a code."""
    health.purge(now=NOW + KEEP_HEALTH * 2)


STEPS: dict[str, Callable[[], Any]] = {
    "asks": lambda: suppression.suppress(SANA, ASKED, now=NOW),
    "comes back": lambda: health.note_returned(SANA, Weight.HARD, now=NOW),
    "is erased": _erase,
    "arrives": lambda: health.note_arrived(SANA),
    "is taken": lambda: health.note_taken(SANA, now=NOW + DAY),
}


@pytest.mark.parametrize("order", list(itertools.permutations(STEPS))[::11])
def test_no_order_of_things_lets_mail_go_to_her_again(order: tuple[str, ...]) -> None:
    for step in order:
        with transaction():
            STEPS[step]()
    assert suppression.is_suppressed(SANA, for_=Purpose.MAILING)
    assert suppression.suppressed([SANA, "amal@example.org"]) == {SANA}


# --- what comes back ----------------------------------------------------------------------------


def test_a_hard_bounce_counts_at_once() -> None:
    returned(NOW, Weight.HARD)
    assert suppression.is_suppressed(SANA, for_=Purpose.SERVICE)


@pytest.mark.parametrize(
    ("kind", "is_stopped"),
    [
        (BounceKind.NO_SUCH_ADDRESS, True),
        (BounceKind.MAILBOX_FULL, False),
        (BounceKind.POLICY, False),
        (BounceKind.OTHER, False),
    ],
)
def test_a_server_s_own_answer_counts(app: Flask, kind: BounceKind, is_stopped: bool) -> None:
    with transaction():
        health.note_refused(SANA, kind, now=NOW)
    assert suppression.is_suppressed(SANA, for_=Purpose.SERVICE) is is_stopped


def test_soft_ones_count_until_the_mailbox_is_taken_to_be_gone() -> None:
    for number in range(MOST_SOFT):
        assert not suppression.is_suppressed(SANA, for_=Purpose.MAILING)
        taken(NOW + number * 4 * DAY - DAY)
        returned(NOW + number * 4 * DAY)
    assert suppression.is_suppressed(SANA, for_=Purpose.MAILING)


def test_many_on_one_day_count_once() -> None:
    for hour in range(12):
        returned(NOW + timedelta(hours=hour))
    found = the_health()
    assert found is not None
    assert found.soft_count == 1


def test_a_mail_that_stays_away_clears_the_count() -> None:
    for number in range(MOST_SOFT - 1):
        returned(NOW + number * 4 * DAY)
    last = NOW + (MOST_SOFT - 2) * 4 * DAY
    taken(last + DAY)
    returned(last + DAY + SETTLES_AFTER)
    found = the_health()
    assert found is not None
    assert (found.soft_count, found.first_soft_at) == (1, last + DAY + SETTLES_AFTER)


def test_a_mail_taken_and_sent_back_clears_nothing() -> None:
    returned(NOW)
    taken(NOW + DAY)
    returned(NOW + 2 * DAY)
    taken(NOW + 3 * DAY)
    taken(NOW + 8 * DAY)
    found = the_health()
    assert found is not None
    assert (found.soft_count, found.taken_at) == (2, NOW + 3 * DAY)


def test_a_report_of_arrival_clears_it_at_once() -> None:
    returned(NOW)
    with transaction():
        health.note_arrived(SANA)
    assert the_health() is None


def test_a_mailed_link_that_she_followed_proves_the_mailbox_and_nothing_else() -> None:
    returned(NOW, Weight.HARD)
    suppress(ASKED)
    with transaction():
        health.note_proven(SANA, now=NOW + DAY)
    assert not suppression.is_suppressed(SANA, for_=Purpose.SERVICE)
    assert suppression.is_suppressed(SANA, for_=Purpose.MAILING)


def test_what_settled_or_is_old_is_forgotten() -> None:
    returned(NOW)
    with transaction():
        assert health.purge(now=NOW + DAY) == 0
    taken(NOW + DAY)
    with transaction():
        assert health.purge(now=NOW + DAY + SETTLES_AFTER) == 1
    returned(NOW)
    with transaction():
        assert health.purge(now=NOW + KEEP_HEALTH + DAY) == 1
    assert the_health() is None
