"""Rows become one person and part again, in any order; who is written to only ever narrows."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.audit.facts import Actor
from app.db.session import db, transaction
from app.supporters.errors.people import MergeGoneError, SamePersonError
from app.supporters.models.people import Supporter, SupporterMerge
from app.supporters.queries import consents as consent_reads
from app.supporters.queries.people import find_supporter
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.service import merging
from app.supporters.service import people as service
from tests.factories.appeals import make_network
from tests.factories.supporters import make_consent, make_person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

    from app.groups.models import Group

BY = Actor.system()
NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
#: When every history is over.
AFTER = NOON + timedelta(days=30)
UPDATES = ConsentPurpose.UPDATES
PEOPLE = 5
HISTORIES = int(os.environ.get("MUSTER_TEST_HISTORIES", "12"))


@pytest.fixture
def group(app: Flask) -> Group:
    """The network."""
    with transaction():
        return make_network()


def merge(one: Supporter, two: Supporter, group: Group) -> SupporterMerge:
    with transaction():
        return merging.merge(one.id, two.id, group_id=group.id, now=NOON, by=BY)


def reached(group: Group) -> set[int]:
    """Whom the group may write to."""
    return set(consent_reads.list_reachable(group.id, UPDATES))


def test_of_several_addresses_that_said_yes_one_is_written_to(group: Group) -> None:
    with transaction():
        one, two = (make_person(f"{each}@example.org", group=group) for each in "ab")
        make_consent(one, group=group, now=NOON)
        make_consent(two, group=group, now=NOON)
    edge = merge(two, one, group)
    assert reached(group) == {two.id}
    assert not consent_reads.may_write(one.id, group.id, UPDATES)
    with transaction():
        merging.undo(edge.id, now=NOON, by=BY)
    assert reached(group) == {one.id, two.id}


def test_a_yes_at_one_address_is_kept_where_the_other_said_nothing(group: Group) -> None:
    with transaction():
        one, two = (make_person(f"{each}@example.org", group=group) for each in "ab")
        make_consent(two, group=group, now=NOON)
    merge(one, two, group)
    assert reached(group) == {two.id}


def test_a_later_no_counts_for_every_address(group: Group) -> None:
    with transaction():
        one, two = (make_person(f"{each}@example.org", group=group) for each in "ab")
        make_consent(one, group=group, now=NOON)
        no = make_consent(two, group=group, now=NOON)
        service.withdraw_consent(no, now=NOON + timedelta(days=1), by=BY)
    edge = merge(one, two, group)
    assert reached(group) == set()
    with transaction():
        merging.undo(edge.id, now=NOON, by=BY)
    assert reached(group) == {one.id}


def test_a_person_takes_it_back_at_all_her_addresses(group: Group) -> None:
    with transaction():
        one, two = (make_person(f"{each}@example.org", group=group) for each in "ab")
        make_consent(one, group=group, now=NOON)
        make_consent(two, group=group, now=NOON)
    edge = merge(one, two, group)
    with transaction():
        service.say_no(one, group.id, UPDATES, now=NOON + timedelta(days=1), by=BY)
    with transaction():
        merging.undo(edge.id, now=NOON, by=BY)
    assert reached(group) == set()


def test_nobody_is_merged_twice_or_with_herself(group: Group) -> None:
    with transaction():
        one, two = (make_person(f"{each}@example.org", group=group) for each in "ab")
    with pytest.raises(SamePersonError):
        merge(one, one, group)
    edge = merge(one, two, group)
    with pytest.raises(SamePersonError):
        merge(two, one, group)
    with transaction():
        merging.undo(edge.id, now=NOON, by=BY)
    with pytest.raises(MergeGoneError), transaction():
        merging.undo(edge.id, now=NOON, by=BY)


def test_who_is_forgotten_stands_for_nobody(group: Group) -> None:
    with transaction():
        one, two = (make_person(f"{each}@example.org", group=group) for each in "ab")
    merge(one, two, group)
    with transaction():
        merging.part_all(one, now=NOON, by=BY)
    db.session.expire_all()
    assert two.merged_into_id is None


# --- any order ------------------------------------------------------------------------------------

#: Merge one place with another, take the n-th standing merge back, agree or take it back.
STEPS = st.one_of(
    st.tuples(st.just("merge"), st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("undo"), st.integers(0, PEOPLE), st.just(0)),
    st.tuples(st.just("yes"), st.integers(0, PEOPLE - 1), st.just(0)),
    st.tuples(st.just("no"), st.integers(0, PEOPLE - 1), st.just(0)),
)


@pytest.mark.one_database
@settings(
    max_examples=HISTORIES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=1, max_size=14))
def test_any_history_of_merges_says_who_is_one_person(
    group: Group, steps: Sequence[tuple[str, int, int]]
) -> None:
    people, edges, now = _fresh(group), dict[int, tuple[int, int]](), NOON
    for what, one, two in steps:
        now += timedelta(hours=1)
        before = reached(group)
        with transaction():
            if what == "merge":
                _merge(people[one], people[two], group, edges, now)
            elif what == "undo" and edges:
                edge = sorted(edges)[one % len(edges)]
                merging.undo(edge, now=now, by=BY)
                del edges[edge]
            elif what == "yes":
                make_consent(db.session.get_one(Supporter, people[one]), group=group, now=now)
            elif what == "no":
                row = db.session.get_one(Supporter, people[one])
                service.say_no(row, group.id, UPDATES, now=now, by=BY)
        db.session.expire_all()
        after = reached(group)
        if what in {"merge", "no"}:
            assert after <= before, "a merge or a no let somebody be written to"
        _agrees_with_edges(people, edges)
        assert len({_person(each) for each in after}) == len(after), "somebody is written to twice"
    _part_everything(edges, now)
    _agrees_with_edges(people, {})


def _fresh(group: Group) -> list[int]:
    """People whom no history before this one knows."""
    with transaction():
        for row in db.session.scalars(select(Supporter).where(Supporter.email.is_not(None))):
            service.say_no(row, group.id, UPDATES, now=AFTER, by=BY)
            merging.part_all(row, now=AFTER, by=BY)
            row.email, row.erased_at = None, AFTER
        db.session.flush()
        return [make_person(f"p{each}@example.org", group=group).id for each in range(PEOPLE)]


def _merge(
    one: int, two: int, group: Group, edges: dict[int, tuple[int, int]], now: datetime
) -> None:
    try:
        edge = merging.merge(one, two, group_id=group.id, now=now, by=BY)
    except SamePersonError:
        return
    edges[edge.id] = (edge.kept_id, edge.merged_id)


def _agrees_with_edges(people: Sequence[int], edges: dict[int, tuple[int, int]]) -> None:
    """One row stands for all that are joined by merges that stand; nobody else is."""
    above = {merged: kept for kept, merged in edges.values()}
    for each in people:
        root = each
        while root in above:
            root = above[root]
        assert _person(each) == root
    rows = db.session.scalars(select(Supporter).where(Supporter.id.in_(people))).all()
    standing = {row.id for row in rows if row.merged_into_id is None}
    assert {row.merged_into_id for row in rows} - {None} <= standing, "a chain"


def _person(supporter_id: int) -> int:
    row = db.session.get_one(Supporter, supporter_id)
    return row.merged_into_id or row.id


def _part_everything(edges: dict[int, tuple[int, int]], now: datetime) -> None:
    with transaction():
        for edge in edges:
            merging.undo(edge, now=now, by=BY)
    db.session.expire_all()


def test_an_address_is_found_by_its_own_row(group: Group) -> None:
    with transaction():
        one, two = (make_person(f"{each}@example.org", group=group) for each in "ab")
    merge(one, two, group)
    found = find_supporter("b@example.org")
    assert found is not None
    assert found.id == two.id
