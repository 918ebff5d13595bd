"""We meet people once, and write down what they agree to."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.audit.facts import Actor
from app.db.session import db, transaction
from app.supporters.models.people import Consent, Supporter
from app.supporters.queries import consents as consent_reads
from app.supporters.queries import people as queries
from app.supporters.rules.consents import WORDINGS, ConsentPurpose, ConsentSource, current_wording
from app.supporters.service import merging
from app.supporters.service import people as service
from tests.factories.groups import make_group
from tests.factories.supporters import make_supporter

if TYPE_CHECKING:
    from flask import Flask

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
BY = Actor.visitor()


def agree(
    supporter: Supporter, group_id: int, *, now: datetime = NOON, given_at: datetime | None = None
) -> Consent:
    """Say yes to news of a group."""
    return service.give_consent(
        supporter,
        group_id=group_id,
        purpose=ConsentPurpose.UPDATES,
        locale="en",
        source=ConsentSource.GIVING_FORM,
        now=now,
        by=BY,
        given_at=given_at,
    )


def test_one_address_is_one_supporter(app: Flask) -> None:
    with transaction():
        first = make_supporter(locale="ar", now=NOON)
        again = make_supporter(locale="en", now=NOON + timedelta(days=1))
    assert first is again
    assert (first.locale, first.created_at) == ("ar", NOON)


def test_an_address_in_capitals_is_refused_by_the_table(app: Flask) -> None:
    with pytest.raises(IntegrityError), transaction(), db.session.begin_nested():
        make_supporter("Salma@example.org")


def test_two_first_gifts_at_once_meet_the_same_person(disk_app: Flask) -> None:
    start, problems = threading.Barrier(6), list[BaseException]()

    def meet() -> None:
        with disk_app.app_context():
            start.wait(timeout=30)
            try:
                with transaction():
                    make_supporter()
            except BaseException as problem:  # noqa: BLE001 - told to the test below
                problems.append(problem)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=meet) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert problems == []
    with disk_app.app_context():
        assert db.session.scalar(select(func.count(Supporter.id))) == 1


def test_consent_is_one_row_for_each_body_and_wording(app: Flask) -> None:
    with transaction():
        supporter, group, other = make_supporter(), make_group(), make_group(slug="others")
        first = agree(supporter, group.id)
        assert agree(supporter, group.id) is first
        assert agree(supporter, other.id) is not first
    version, _ = current_wording(ConsentPurpose.UPDATES)
    assert (first.wording_version, first.locale, first.given_at) == (version, "en", NOON)
    assert queries.find_live_consent(supporter.id, group.id, ConsentPurpose.UPDATES) is first


def test_a_consent_taken_back_stays_as_a_row(app: Flask) -> None:
    with transaction():
        supporter, group = make_supporter(), make_group()
        first = agree(supporter, group.id)
        service.withdraw_consent(first, now=NOON + timedelta(days=1), by=BY)
        service.withdraw_consent(first, now=NOON + timedelta(days=2), by=BY)
    assert first.withdrawn_at == NOON + timedelta(days=1)
    assert queries.find_live_consent(supporter.id, group.id, ConsentPurpose.UPDATES) is None
    with transaction():
        second = agree(supporter, group.id, now=NOON + timedelta(days=3))
    assert second is not first


def test_who_agreed_to_something_is_not_forgotten(app: Flask) -> None:
    with transaction():
        supporter, group = make_supporter(), make_group()
        consent = agree(supporter, group.id)
        assert not service.forget_unless_she_agreed(supporter, now=NOON)
        service.withdraw_consent(consent, now=NOON, by=BY)
        assert service.forget_unless_she_agreed(supporter, now=NOON)
    assert (supporter.email, supporter.erased_at) == (None, NOON)
    assert consent.supporter is supporter


def test_a_new_address_of_a_forgotten_person_is_a_new_supporter(app: Flask) -> None:
    with transaction():
        gone = make_supporter()
        service.forget_unless_she_agreed(gone, now=NOON)
        db.session.flush()
        assert make_supporter() is not gone


def test_each_wording_in_use_is_kept_with_its_number() -> None:
    for purpose in ConsentPurpose:
        version, words = current_wording(purpose)
        assert WORDINGS[purpose, version] == words
        assert "%(group)s" in words


def test_a_yes_after_a_no_is_a_yes_whatever_stands(app: Flask) -> None:
    with transaction():
        group_id = make_group().id
        her, elsewhere = make_supporter(now=NOON), make_supporter("s@example.net", now=NOON)
        hour = [NOON + timedelta(hours=each) for each in range(8)]
        # She asked for news with a gift, said no to another page, then the money came.
        service.withdraw_consent(agree(her, group_id, now=hour[0]), now=hour[2], by=BY)
        late = agree(her, group_id, now=hour[3], given_at=hour[1])
        assert not consent_reads.may_write(her.id, group_id, ConsentPurpose.UPDATES)
        assert consent_reads.overruled(her.id) == {late.id}
        again = agree(her, group_id, now=hour[4])
        assert again is not late
        assert agree(her, group_id, now=hour[5]) is again
        assert consent_reads.may_write(her.id, group_id, ConsentPurpose.UPDATES)
        # She said no at another address of hers.
        service.withdraw_consent(agree(elsewhere, group_id, now=hour[5]), now=hour[6], by=BY)
        merging.merge(her.id, elsewhere.id, group_id=group_id, now=hour[6], by=BY)
        assert not consent_reads.may_write(her.id, group_id, ConsentPurpose.UPDATES)
        agree(her, group_id, now=hour[7])
        assert consent_reads.may_write(her.id, group_id, ConsentPurpose.UPDATES)
