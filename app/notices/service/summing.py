"""Summing up the week that is over, once for everybody who sees Today; sums alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.accounts.models import User
from app.accounts.rules.permissions import Permission
from app.lib.money import Money
from app.lib.text import Translated
from app.notices import mails, queries
from app.notices.models import Notice
from app.notices.queries import FundSum, NewRegular, roles_for
from app.notices.rules import SUMMARY, Pace, week_to_sum_up
from app.web.panels import WaitingKind, WaitingSource


@dataclass(frozen=True)
class _Sums:
    """Everything that the summaries of one week are made of."""

    funds: Sequence[FundSum]
    regular: Sequence[NewRegular]
    waiting: Sequence[Notice]
    kinds: Mapping[str, WaitingKind]


def sum_up(sources: Sequence[WaitingSource], *, zone: str, now: datetime) -> None:
    """Put the summary of last week into the outbox for whoever has none yet, while it is due."""
    week = week_to_sum_up(zone, now)
    if week is None:
        return
    readers = {
        mails.summary_key(person, week.first): person
        for person in queries.list_people()
        if person.created_at < week.due and roles_for(person, Permission.TODAY_SEE, None)
    }
    done = queries.keys_of(mails.SUMMARY_TEMPLATE, readers.keys())
    readers = {key: person for key, person in readers.items() if key not in done}
    if not readers:
        return
    choices = queries.choices()
    sums = _Sums(
        funds=queries.received(week),
        regular=queries.begun_regular(week),
        waiting=queries.list_open(),
        kinds={source.kind.key: source.kind for source in sources},
    )
    for person in readers.values():
        choice = choices.get((person.id, SUMMARY))
        if choice is None or choice.pace is not Pace.NEVER:
            _sum_up_for(person, sums, (week.first, week.last), now=now)


def _sum_up_for(person: User, sums: _Sums, days: tuple[date, date], *, now: datetime) -> None:
    groups = _groups_with(person, Permission.DONATIONS_SEE)
    funds = _by_fund([each for each in sums.funds if each.group_id in groups])
    regular = _by_frequency([each for each in sums.regular if each.group_id in groups])
    lines = _lines(person, sums)
    # Where nothing came and nothing waits, there is nothing to say.
    if funds or regular or lines:
        mails.summary(person, days=days, funds=funds, regular=regular, lines=lines, now=now)


def _groups_with(person: User, permission: Permission) -> set[int]:
    return {group_id for group_id in person.group_ids if roles_for(person, permission, group_id)}


def _by_fund(found: Sequence[FundSum]) -> list[tuple[Translated, list[Money]]]:
    funds: defaultdict[int, list[FundSum]] = defaultdict(list)
    for each in found:
        funds[each.fund_id].append(each)
    return [(sums[0].fund_name, [each.amount for each in sums]) for sums in funds.values()]


def _by_frequency(found: Sequence[NewRegular]) -> list[tuple[str, int, Money]]:
    """The groups' gifts of one rhythm and currency together."""
    together: dict[tuple[str, str], tuple[int, Money]] = {}
    for each in found:
        key = (each.frequency.value, each.amount.currency)
        count, amount = together.get(key, (0, Money(0, each.amount.currency)))
        together[key] = (count + each.count, amount + each.amount)
    return [(frequency, count, amount) for (frequency, _), (count, amount) in together.items()]


def _lines(person: User, sums: _Sums) -> list[tuple[WaitingKind, int]]:
    """What waits that she may see, whatever she chose to be told of."""
    return [
        (kind, count)
        for key, kind in sums.kinds.items()
        if (
            count := sum(
                each.kind == key and bool(roles_for(person, kind.permission, each.group_id))
                for each in sums.waiting
            )
        )
    ]
