"""Files come and go, in any order: whoever said no is never written to because of one."""

from __future__ import annotations

import os
from datetime import timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.mail.models.addresses import Suppression
from app.mail.rules.addresses import SuppressionReason
from app.mail.service.suppression import suppress, suppressed
from app.supporters.flows import rights as rights_flows
from app.supporters.models.imports import ImportRow, PeopleImport
from app.supporters.models.people import (
    Consent,
    Supporter,
    SupporterGroup,
    SupporterMerge,
    SupporterTag,
)
from app.supporters.models.rights import Erasure
from app.supporters.queries.people import find_supporter
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.words import AskedBy
from app.supporters.service import erasing
from app.supporters.service import people as service
from app.supporters.service.correcting import Wish
from tests.factories.appeals import make_network
from tests.factories.supporters import make_consent, make_person, make_supporter
from tests.supporters.test_imports import (
    ACTION_NETWORK,
    UPDATES,
    bring_in,
    everything,
    may_write,
    take_back,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Flask

    from app.groups.models import Group

BY = Actor.system()
EMAILS = tuple(f"p{place}@example.org" for place in range(3))
HISTORIES = int(os.environ.get("MUSTER_TEST_HISTORIES", "8"))
HEAD = "email,first_name,zip_code,can2_user_tags,can2_subscription_status\n"


@pytest.fixture
def group(app: Flask) -> Group:
    """The network."""
    with transaction():
        return make_network()


def file_of(emails: Sequence[str], tag: str = "van") -> str:
    return HEAD + "".join(f"{each},Salma,E17 4PP,{tag},subscribed\n" for each in emails)


def is_mailed(email: str, group: Group) -> bool:
    return may_write(email, group) and not suppressed([email])


def say_no(email: str, group: Group) -> None:
    found = find_supporter(email)
    if found is not None:
        service.say_no(found, group.id, UPDATES, now=clock.utcnow(), by=BY)


def ask(email: str, _group: Group) -> None:
    suppress(email, SuppressionReason.ASKED, now=clock.utcnow())


def erase(email: str, _group: Group) -> None:
    erasing.erase(email, source=AskedBy.PHONE, now=clock.utcnow(), by=BY)


REFUSALS: dict[str, Callable[[str, Group], None]] = {"no": say_no, "ask": ask, "erase": erase}


# --- unsubscribe, erase, bring in again -----------------------------------------------------------


@pytest.mark.parametrize("order", list(permutations(("no", "erase", "file")))[:5])
def test_no_order_of_no_erasure_and_file_writes_to_her(
    group: Group, order: tuple[str, ...]
) -> None:
    text = file_of(EMAILS[:1])
    bring_in(text, group)
    assert is_mailed(EMAILS[0], group)
    for what in order:
        if what == "file":
            bring_in(text, group)
            continue
        with transaction():
            REFUSALS[what](EMAILS[0], group)
        assert not is_mailed(EMAILS[0], group)
    bring_in(text, group)
    assert not is_mailed(EMAILS[0], group)


def test_who_was_erased_does_not_come_back_with_a_file(group: Group) -> None:
    bring_in(file_of(EMAILS[:1]), group)
    with transaction():
        erase(EMAILS[0], group)
    bring_in(file_of(EMAILS), group)
    assert find_supporter(EMAILS[0]) is None
    assert is_mailed(EMAILS[1], group)


# --- any order ------------------------------------------------------------------------------------

PLACES = st.integers(0, len(EMAILS) - 1)
STEPS = st.one_of(
    st.tuples(st.just("file"), st.integers(1, 2 ** len(EMAILS) - 1)),
    st.tuples(st.just("undo"), st.integers(0, 4)),
    *(st.tuples(st.just(what), PLACES) for what in REFUSALS),
)


@pytest.mark.one_database
@settings(
    max_examples=HISTORIES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=2, max_size=8))
def test_any_history_keeps_every_no(group: Group, steps: Sequence[tuple[str, int]]) -> None:
    _forget_everybody()
    files, refusals = list[PeopleImport](), set[str]()
    for what, which in steps:
        if what == "file":
            chosen = [each for place, each in enumerate(EMAILS) if which & (1 << place)]
            files.append(bring_in(file_of(chosen, f"file {len(files)}"), group))
        elif what == "undo" and files:
            take_back(files.pop(which % len(files)))
        elif what in REFUSALS:
            # A no to somebody whom nobody knows is none: only the address can say it then.
            is_heard = what != "no" or may_write(EMAILS[which], group)
            with transaction():
                REFUSALS[what](EMAILS[which], group)
            refusals |= {EMAILS[which]} if is_heard else set()
        for email in refusals:
            assert not is_mailed(email, group), f"{email} said no"
    if not refusals:
        for each in files:
            take_back(each)
        assert everything() == {"people": [], "tags": [], "groups": 0}


@pytest.mark.one_database
@settings(
    max_examples=HISTORIES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    known=st.sets(st.sampled_from(EMAILS)),
    named=st.sets(st.sampled_from(EMAILS)),
    files=st.lists(st.sets(st.sampled_from(EMAILS), min_size=1), min_size=1, max_size=3),
    order=st.randoms(use_true_random=False),
)
def test_any_files_taken_back_in_any_order_leave_what_was(
    group: Group, known: set[str], named: set[str], files: list[set[str]], order: object
) -> None:
    _forget_everybody()
    with transaction():
        for email in sorted(known):
            values = {"name": "Umm Samir"} if email in named else {}
            make_person(email, group=group, now=clock.utcnow() - timedelta(days=1), **values)
    before = everything()
    brought = [
        bring_in(file_of(sorted(each), f"file {place}"), group) for place, each in enumerate(files)
    ]
    order.shuffle(brought)  # type: ignore[attr-defined]
    for each in brought:
        take_back(each)
    assert everything() == before
    assert not any(may_write(email, group) for email in EMAILS)


def _forget_everybody() -> None:
    """Nobody is known, nobody was erased: a history begins."""
    with transaction():
        for table in (
            *(ImportRow, Consent, SupporterTag, SupporterGroup, SupporterMerge, Erasure),
            *(Suppression, Supporter, PeopleImport),
        ):
            db.session.execute(delete(table))
    assert db.session.scalar(select(Supporter.id)) is None


def preferences(email: str, group: Group, *, is_wanted: bool) -> None:
    """She saves her page of preferences, with the box ticked or not."""
    her = find_supporter(email)
    assert her is not None
    wish = Wish(group.id, UPDATES, is_wanted)
    rights_flows.choose(her.id, [wish], locale="en", now=clock.utcnow())


def test_what_she_left_ticked_herself_outlives_the_file(group: Group) -> None:
    found = bring_in(ACTION_NETWORK, group)
    for _ in range(2):
        preferences("salma@example.org", group, is_wanted=True)
    her = find_supporter("salma@example.org")
    assert her is not None
    assert [each.source.value for each in her.consents] == ["import", "preferences"]
    take_back(found)
    assert may_write("salma@example.org", group)


def test_what_she_left_empty_herself_is_a_no(group: Group) -> None:
    with transaction():
        make_consent(
            make_supporter("salma@example.org"), group=group, purpose=ConsentPurpose.EVENTS
        )
    take_back(bring_in(ACTION_NETWORK, group))
    preferences("salma@example.org", group, is_wanted=False)
    bring_in(ACTION_NETWORK, group)
    assert not may_write("salma@example.org", group)
