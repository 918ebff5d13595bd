"""Each thing is told once to each person, in one mail; the owners hear of what nobody takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.accounts.service import accounts
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.notices.models import Notice, NoticeChoice, NoticeTold
from app.notices.rules import KEEP_GONE, Pace
from app.notices.service import comparing, taking
from tests.factories.accounts import make_account
from tests.notices.conftest import NOW, Heap, mails, told

if TYPE_CHECKING:
    from app.accounts.models import User
    from app.groups.models import Group

Look = Callable[..., None]
BY = Actor.system()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: From Wednesday noon to Thursday, eight o'clock.
MORNING = timedelta(hours=20)


def choose(person: User, kind: str, pace: Pace) -> None:
    """Let somebody have chosen long ago."""
    with transaction():
        db.session.add(
            NoticeChoice(account_id=person.id, kind=kind, pace=pace, chosen_at=NOW - DAY * 9)
        )


def test_what_is_urgent_is_told_at_once_and_once(
    look: Look, disputes: Heap, owner: User, treasurer: User, group: Group
) -> None:
    disputes.add("a", "b", group=group)
    look()
    assert sorted(told()) == [("olga", 2), ("tara", 2)]
    for after in (5 * MINUTE, 20 * MINUTE, DAY):
        look(after)
    assert len(told()) == 2


def test_a_mail_holds_counts_and_kinds_alone(
    look: Look, disputes: Heap, owner: User, group: Group
) -> None:
    disputes.add("secret-key-of-a-gift", group=group)
    look()
    values = str(mails()[0].values)
    assert "Disputed payments" in values
    assert "secret-key" not in values


def test_more_of_a_kind_within_a_quarter_of_an_hour_waits_for_the_next_mail(
    look: Look, disputes: Heap, owner: User, group: Group
) -> None:
    disputes.add("a", group=group)
    look()
    disputes.add("b", group=group)
    look(5 * MINUTE)
    disputes.add("c", group=group)
    look(14 * MINUTE)
    assert told() == [("olga", 1)]
    look(15 * MINUTE)
    assert told() == [("olga", 1), ("olga", 2)]
    assert mails()[1].values["in_all"] == 3


def test_what_can_wait_is_told_in_the_morning(
    look: Look, messages: Heap, owner: User, treasurer: User, group: Group
) -> None:
    messages.add("a", group=group)
    look()
    messages.add("b", group=group)
    look(MORNING - MINUTE)
    assert told() == []
    look(MORNING)
    messages.add("after eight", group=group)
    look(MORNING + 5 * MINUTE)
    assert told() == [("olga", 2)]
    look(MORNING + DAY)
    assert told() == [("olga", 2), ("olga", 1)]


def test_after_a_long_silence_one_mail_tells_it_all(
    look: Look, disputes: Heap, messages: Heap, owner: User, group: Group
) -> None:
    messages.add("seen before", group=group)
    look()
    disputes.add("a", "b", group=group)
    messages.add("c", group=group)
    look(3 * DAY)
    assert told() == [("olga", 3)]
    assert told("notices/nobody_took") == []
    look(3 * DAY + 5 * MINUTE)
    look(3 * DAY + MORNING)
    assert told() == [("olga", 3), ("olga", 1)]


def test_who_chose_never_hears_nothing(
    look: Look, disputes: Heap, owner: User, treasurer: User, group: Group
) -> None:
    choose(owner, "disputes", Pace.NEVER)
    disputes.add("a", group=group)
    look()
    assert told() == [("tara", 1)]


def test_what_is_urgent_reaches_whoever_is_left(
    look: Look, disputes: Heap, owner: User, treasurer: User, group: Group
) -> None:
    choose(owner, "disputes", Pace.NEVER)
    with transaction():
        accounts.disable(treasurer, now=NOW, by=BY)
    disputes.add("a", group=group)
    look()
    assert told() == [("olga", 1)]


def test_who_chose_once_a_day_hears_of_what_is_urgent_in_the_morning(
    look: Look, disputes: Heap, owner: User, group: Group
) -> None:
    choose(owner, "disputes", Pace.DAILY)
    disputes.add("a", group=group)
    look()
    assert told() == []
    look(MORNING)
    assert told() == [("olga", 1)]


def test_others_hear_nothing_of_a_group_that_is_not_theirs(
    look: Look, disputes: Heap, owner: User, group: Group, other_group: Group
) -> None:
    with transaction():
        make_account(Role.OWNER, group=other_group, email="omar@example.org", now=NOW)
    disputes.add("ours", group=group)
    disputes.add("nobody's alone")
    look()
    assert sorted(told()) == [("olga", 2), ("omar", 1)]


@pytest.mark.parametrize("why", ["closed", "invited", "demo", "auditor", "no role"])
def test_some_hear_nothing(look: Look, disputes: Heap, owner: User, group: Group, why: str) -> None:
    with transaction():
        roles = {"auditor": [Role.AUDITOR], "no role": [Role.EDITOR]}.get(why, [Role.TREASURER])
        someone = make_account(
            *roles, group=group, email="x@example.org", now=NOW, is_demo=why == "demo"
        )
        if why == "closed":
            accounts.disable(someone, now=NOW, by=BY)
        if why == "invited":
            someone.password = None
    disputes.add("a", group=group)
    look()
    assert told() == [("olga", 1)]


def test_who_comes_later_hears_of_what_still_waits(
    look: Look, disputes: Heap, owner: User, group: Group
) -> None:
    disputes.add("a", group=group)
    look()
    with transaction():
        make_account(Role.TREASURER, group=group, email="tara@example.org", now=NOW)
    look(HOUR)
    assert told() == [("olga", 1), ("tara", 1)]


def test_what_is_gone_and_comes_back_is_told_again(
    look: Look, disputes: Heap, owner: User, group: Group
) -> None:
    disputes.add("a", group=group)
    look()
    disputes.drop("a")
    look(HOUR)
    disputes.add("a", group=group)
    look(2 * HOUR)
    assert told() == [("olga", 1), ("olga", 1)]
    states = [notice.gone_at is None for notice in db.session.scalars(select(Notice))]
    assert sorted(states) == [False, True]


def test_what_was_gone_before_the_mail_was_due_is_not_told(
    look: Look, messages: Heap, owner: User, group: Group
) -> None:
    messages.add("a", group=group)
    look()
    messages.drop("a")
    look(MORNING)
    assert told() == []


def test_a_package_in_trouble_silences_nobody_else(
    look: Look, disputes: Heap, messages: Heap, owner: User, group: Group
) -> None:
    messages.add("a", group=group)
    look()
    messages.broken = True
    disputes.add("b", group=group)
    look(HOUR)
    assert told() == [("olga", 1)]
    messages.broken = False
    look(MORNING)
    assert told() == [("olga", 1), ("olga", 1)]


# --- in hand ----------------------------------------------------------------------------------


def take(heap: Heap, person: User, group: Group, *, after: timedelta, over: bool = False) -> None:
    """Let somebody say that she is on it."""
    with transaction():
        taking.take(heap.source, person, [group.id], over=over, now=NOW + after, by=BY)


def test_what_somebody_is_on_is_told_to_nobody_until_she_gives_it_back(
    look: Look, messages: Heap, owner: User, group: Group
) -> None:
    messages.add("a", group=group)
    take(messages, owner, group, after=HOUR)
    look(MORNING)
    assert told() == []
    with transaction():
        taking.give_back(messages.source, owner, now=NOW + MORNING + HOUR, by=BY)
    look(MORNING + 2 * HOUR)
    assert told() == [("olga", 1)]


def test_the_owners_hear_once_of_what_nobody_took(
    look: Look, disputes: Heap, owner: User, treasurer: User, group: Group
) -> None:
    disputes.add("a", "b", group=group)
    look()
    take(disputes, treasurer, group, after=HOUR)
    disputes.add("c", group=group)
    look(HOUR)
    look(49 * HOUR - MINUTE)
    assert told("notices/nobody_took") == []
    look(49 * HOUR)
    look(49 * HOUR + 5 * MINUTE)
    look(99 * HOUR)
    assert told("notices/nobody_took") == [("olga", 1)]


def test_the_two_days_begin_anew_when_it_is_given_back(
    look: Look, disputes: Heap, owner: User, treasurer: User, group: Group
) -> None:
    disputes.add("a", group=group)
    look()
    take(disputes, treasurer, group, after=47 * HOUR)
    look(60 * HOUR)
    with transaction():
        taking.give_back(disputes.source, treasurer, now=NOW + 60 * HOUR, by=BY)
    look(107 * HOUR)
    assert told("notices/nobody_took") == []
    look(108 * HOUR)
    assert told("notices/nobody_took") == [("olga", 1)]


def test_owners_hear_also_of_what_everybody_silenced(
    look: Look, messages: Heap, owner: User, group: Group
) -> None:
    choose(owner, "messages", Pace.NEVER)
    messages.add("a", group=group)
    look()
    look(48 * HOUR)
    assert told() == []
    assert told("notices/nobody_took") == [("olga", 1)]


def test_what_somebody_was_on_who_left_is_nobodys(
    look: Look, disputes: Heap, owner: User, treasurer: User, group: Group
) -> None:
    disputes.add("a", group=group)
    look()
    take(disputes, treasurer, group, after=HOUR)
    with transaction():
        accounts.disable(treasurer, now=NOW, by=BY)
    look(2 * HOUR)
    assert db.session.scalars(select(Notice.taken_by_id)).one() is None
    look(50 * HOUR)
    assert told("notices/nobody_took") == [("olga", 1)]


# --- forgetting -------------------------------------------------------------------------------


def test_what_was_gone_long_ago_is_forgotten(
    look: Look, disputes: Heap, owner: User, group: Group
) -> None:
    disputes.add("a", "b", group=group)
    look()
    disputes.drop("a")
    look(HOUR)
    with transaction():
        comparing.purge(now=NOW + HOUR + KEEP_GONE)
    assert len(db.session.scalars(select(Notice)).all()) == 2
    with transaction():
        comparing.purge(now=NOW + HOUR + KEEP_GONE + MINUTE)
    assert db.session.scalars(select(Notice.key)).all() == ["b"]
    assert len(db.session.scalars(select(NoticeTold)).all()) == 1


def test_choices_end_with_the_account(owner: User, treasurer: User) -> None:
    choose(owner, "disputes", Pace.DAILY)
    choose(treasurer, "disputes", Pace.DAILY)
    with transaction():
        accounts.disable(treasurer, now=NOW, by=BY)
        comparing.purge(now=NOW + 365 * DAY)
    assert len(db.session.scalars(select(NoticeChoice)).all()) == 2
    with transaction():
        comparing.purge(now=NOW + 366 * DAY)
    assert db.session.scalars(select(NoticeChoice.account_id)).all() == [owner.id]
