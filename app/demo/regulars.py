"""Which gifts of the demo come again: a base that grows from month to month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING

from app.demo.people import Person
from app.rehearsal.months import later

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SEED = 2013
POUND = 100
#: What somebody adds who raises her gift.
RAISE = 5 * POUND
#: How long a bank takes for a debit, and Stripe until it tries a failed collection again.
BANK_TIME = timedelta(days=4)
RETRY_TIME = timedelta(days=3)


class Fate(StrEnum):
    """What becomes of a regular gift."""

    RUNS = "runs"
    STOPS = "stops"
    PAUSED = "paused"
    RAISED = "raised"
    #: A collection fails and goes through on the second try.
    RECOVERS = "recovers"
    #: The last collection failed and waits for the donor.
    FAILING = "failing"
    #: By debit; the last one is on its way.
    DEBIT = "debit"
    YEARLY = "yearly"


@dataclass(frozen=True)
class Base:
    """The regular donors of one appeal."""

    appeal: str
    opened: float
    closed: float
    usual: tuple[int, ...]
    fates: tuple[tuple[Fate, int], ...]
    #: When the appeal closed, and with it what was given again and again.
    ended: float | None = None


BASES = (
    Base(
        appeal="arrested-protesters-hardship-fund",
        opened=416,
        closed=290,
        ended=265,
        usual=(3, 5, 5, 5, 10),
        fates=((Fate.RUNS, 17), (Fate.STOPS, 3)),
    ),
    Base(
        appeal="help-us-get-started",
        opened=233,
        closed=2,
        usual=(3, 5, 5, 5, 8, 10, 10, 15, 20),
        fates=(
            (Fate.RUNS, 42),
            (Fate.STOPS, 6),
            (Fate.PAUSED, 2),
            (Fate.RAISED, 3),
            (Fate.RECOVERS, 3),
            (Fate.FAILING, 2),
            (Fate.DEBIT, 3),
            (Fate.YEARLY, 3),
        ),
    ),
    Base(
        appeal="winter-aid-drop",
        opened=65,
        closed=1,
        usual=(5, 10, 10, 20),
        fates=((Fate.RUNS, 14), (Fate.DEBIT, 1), (Fate.FAILING, 1), (Fate.YEARLY, 2)),
    ),
)


@dataclass(frozen=True)
class PlannedRegular:
    """One regular gift of the demo, before it is made through the services."""

    at: datetime
    appeal: str
    person: Person
    amount_minor: int
    fate: Fate
    #: When each later collection is due, up to the moment of filling.
    dues: tuple[datetime, ...]
    #: After how many collections its fate comes.
    turn: int
    #: When it stops, if it does.
    stops_at: datetime | None
    is_named: bool
    public_name: str | None

    @property
    def is_yearly(self) -> bool:
        """Whether it comes once a year."""
        return self.fate is Fate.YEARLY

    def amount_of(self, number: int) -> int:
        """What a collection asks for, in minor units; the first is number 0."""
        is_raised = self.fate is Fate.RAISED and number > self.turn
        return self.amount_minor + (RAISE if is_raised else 0)

    def received_minor(self, now: datetime) -> int:
        """What of it has arrived by now."""
        return sum(
            self.amount_of(number)
            for number, at in enumerate((self.at, *self.dues))
            if self._has_come(number, at, now)
        )

    def _has_come(self, number: int, due: datetime, now: datetime) -> bool:
        match self.fate:
            case Fate.DEBIT:
                return due + BANK_TIME + timedelta(hours=3) < now
            case Fate.FAILING:
                return number < len(self.dues)
            case Fate.RECOVERS if number == self.turn:
                return due + RETRY_TIME + timedelta(hours=3) < now
            case _:
                return True


def plan_regulars(now: datetime, people: Sequence[Person]) -> list[PlannedRegular]:
    """The regular gifts in the order of their beginning; each of these people gives one."""
    chance, waiting = Random(SEED), iter(people)
    made = [one for base in BASES for one in _of(base, chance, waiting, now)]
    return sorted(made, key=lambda one: one.at)


def how_many() -> int:
    """How many regular gifts there are."""
    return sum(count for base in BASES for _fate, count in base.fates)


def _of(
    base: Base, chance: Random, people: Iterator[Person], now: datetime
) -> Iterator[PlannedRegular]:
    ended = _before(now, base.ended) if base.ended else None
    for fate in (fate for fate, count in base.fates for _ in range(count)):
        at = _beginning(base, fate, chance, now)
        dues = tuple(_dues(at, ended or now - timedelta(hours=2), is_yearly=fate is Fate.YEARLY))
        turn = max(1, len(dues) // 2)
        stops_at = ended
        if fate is Fate.STOPS:
            stops_at = (dues[turn - 1] if dues else at) + timedelta(days=5)
            dues = dues[:turn]
        person = next(people)
        yield PlannedRegular(
            at=at,
            appeal=base.appeal,
            person=person,
            amount_minor=chance.choice(base.usual) * POUND * (6 if fate is Fate.YEARLY else 1),
            fate=fate,
            dues=dues,
            turn=turn,
            stops_at=stops_at,
            is_named=chance.random() < 0.7,
            public_name=person.name.split()[0] if chance.random() < 0.2 else None,
        )


def _beginning(base: Base, fate: Fate, chance: Random, now: datetime) -> datetime:
    """Any day of the appeal's life; what waits now was due two days ago."""
    if fate in {Fate.FAILING, Fate.DEBIT}:
        months = max(1, int((base.opened - 4) // 31) - chance.randrange(3))
        moment = int((now - timedelta(days=2, minutes=chance.randrange(600))).timestamp())
        return datetime.fromtimestamp(later(moment, "month", -months), UTC)
    # Whose fate needs time began early.
    latest = base.closed if fate in {Fate.RUNS, Fate.YEARLY} else base.closed + 95
    return _before(now, chance.uniform(min(latest, base.opened - 1), base.opened))


def _before(now: datetime, days: float) -> datetime:
    return now - timedelta(seconds=round(days * 86400))


def _dues(at: datetime, until: datetime, *, is_yearly: bool) -> Iterator[datetime]:
    step, number = (12 if is_yearly else 1), 0
    while True:
        number += step
        due = datetime.fromtimestamp(later(int(at.timestamp()), "month", number), UTC)
        if due >= until:
            return
        yield due
