"""Which gifts the demo holds: drawn once and for all, dated back from the moment of filling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING

from app.demo.people import Person, messages, people
from app.demo.regulars import Fate, PlannedRegular, how_many, plan_regulars

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

#: The year the screening in these demos was shot; any number makes the same demo each time.
SEED = 2011
POUND = 100


class Outcome(StrEnum):
    """What becomes of a planned gift."""

    PAID = "paid"
    PAID_AFTER_DECLINE = "paid_after_decline"
    DECLINED = "declined"
    ABANDONED = "abandoned"
    REFUNDED = "refunded"
    PART_REFUNDED = "part_refunded"
    DISPUTED = "disputed"


UNPAID = frozenset({Outcome.DECLINED, Outcome.ABANDONED})


@dataclass(frozen=True)
class Curve:
    """How the gifts of one appeal lie in time and size."""

    appeal: str
    gifts: int
    target_minor: int
    opened: float
    closed: float
    #: (days ago, how many gifts follow it): meetings, protests, updates.
    spikes: tuple[tuple[float, int], ...]
    usual: tuple[int, ...]
    #: Branches, choirs and legacies: few, and they carry the rest of the sum.
    large: int
    unpaid: int


CURVES = (
    Curve(
        appeal="arrested-protesters-hardship-fund",
        gifts=112,
        target_minor=3124 * POUND,
        opened=418,
        closed=264,
        spikes=((417.6, 34), (371, 16), (318, 12)),
        usual=(3, 5, 5, 5, 10, 10, 10, 20),
        large=6,
        unpaid=8,
    ),
    Curve(
        appeal="help-us-get-started",
        gifts=254,
        target_minor=7265 * POUND,
        opened=236,
        closed=0.4,
        spikes=((235.5, 30), (170.8, 22), (139, 26), (96.7, 18), (61, 22), (18.8, 20)),
        usual=(3, 5, 5, 5, 10, 10, 10, 15, 20, 25),
        large=9,
        unpaid=18,
    ),
    Curve(
        appeal="winter-aid-drop",
        gifts=124,
        target_minor=3710 * POUND,
        opened=68,
        closed=0.2,
        spikes=((67.5, 28), (32.6, 26), (6, 14)),
        usual=(5, 5, 10, 10, 15, 15, 20, 30),
        large=7,
        unpaid=9,
    ),
)
#: Place in its appeal's list of paid gifts → what happens to it later.
_TURNS = {
    ("arrested-protesters-hardship-fund", 9): Outcome.REFUNDED,
    ("help-us-get-started", 12): Outcome.PART_REFUNDED,
    ("help-us-get-started", 30): Outcome.REFUNDED,
    ("help-us-get-started", 21): Outcome.PAID_AFTER_DECLINE,
    ("help-us-get-started", 44): Outcome.PAID_AFTER_DECLINE,
    ("help-us-get-started", 200): Outcome.DISPUTED,
    ("winter-aid-drop", 5): Outcome.PART_REFUNDED,
    ("winter-aid-drop", 14): Outcome.PAID_AFTER_DECLINE,
}
#: Codes of links, posters and leaflets; they are made with the appeals.
CODES = {
    "help-us-get-started": ("friday-stall", "newsletter", "hall-poster"),
    "winter-aid-drop": ("school-leaflet", "newsletter"),
}
#: So that Today always has something to show: minutes before the filling.
_FRESH = {"help-us-get-started": (14, 96, 1530), "winter-aid-drop": (47, 1710)}


@dataclass(frozen=True)
class PlannedGift:
    """One gift of the demo, before it is made through the services."""

    at: datetime
    appeal: str
    person: Person
    amount_minor: int
    outcome: Outcome
    covers_fee: bool
    is_named: bool
    public_name: str | None
    message: str | None
    wants_news: bool
    #: The code of the link or poster that brought her.
    came_from: str | None = None

    @property
    def refund_minor(self) -> int:
        """What goes back later; a part is what was typed too much."""
        if self.outcome is Outcome.REFUNDED:
            return self.amount_minor
        return self.amount_minor // 2 if self.outcome is Outcome.PART_REFUNDED else 0


@dataclass(frozen=True)
class Plan:
    """All that the demo's supporters decide, in the order of time; the newest is minutes old."""

    gifts: list[PlannedGift]
    regulars: list[PlannedRegular]

    def thinned(self) -> Plan:
        """A sixth of it, with everything that happens to any gift at least once."""
        odd = [gift for gift in self.gifts if gift.outcome is not Outcome.PAID]
        kept = {id(gift) for gift in [*odd, *self.gifts[::6], *self.gifts[-5:]]}
        kinds: dict[Fate, list[PlannedRegular]] = {}
        for one in self.regulars:
            kinds.setdefault(one.fate, []).append(one)
        return Plan(
            [gift for gift in self.gifts if id(gift) in kept],
            sorted((ones[-1] for ones in kinds.values()), key=lambda one: one.at),
        )


def plan_all(now: datetime) -> Plan:
    """The gifts of the demo: the same each time, dated back from now."""
    crowd = _Crowd(Random(SEED))
    givers = [crowd.next_person() for _ in range(how_many())]
    regulars = plan_regulars(now, givers)
    gifts: list[PlannedGift] = []
    for curve in CURVES:
        again = sum(one.received_minor(now) for one in regulars if one.appeal == curve.appeal)
        rest = replace(curve, target_minor=curve.target_minor - again)
        gifts += _gifts_of(rest, crowd, now)
    return Plan(sorted(gifts, key=lambda gift: gift.at), regulars)


class _Crowd:
    """Who gives next, and what she writes: everybody once before anybody again."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self._waiting: list[Person] = []
        self._unsaid: dict[tuple[str, str], list[str]] = {}

    def next_person(self) -> Person:
        if not self._waiting:
            self._waiting = people()
            self.chance.shuffle(self._waiting)
        return self._waiting.pop()

    def next_message(self, appeal: str, locale: str) -> str | None:
        key = (appeal, locale)
        if key not in self._unsaid:
            self._unsaid[key] = messages(appeal, locale)
            self.chance.shuffle(self._unsaid[key])
        return self._unsaid[key].pop() if self._unsaid[key] else None

    def public_name(self, person: Person) -> str | None:
        """As people sign: the whole name, the first name, mostly nothing."""
        draw = self.chance.random()
        if draw < 0.25:
            return person.name
        return person.name.split()[0] if draw < 0.45 else None


def _gifts_of(curve: Curve, crowd: _Crowd, now: datetime) -> Iterator[PlannedGift]:
    chance = crowd.chance
    instants = _instants(curve, chance, now)
    unpaid = set(chance.sample(range(2, curve.gifts - 4), curve.unpaid))
    outcomes = list(_outcomes(curve, unpaid))
    for at, outcome, amount in zip(
        instants, outcomes, _amounts(curve, outcomes, chance), strict=True
    ):
        person = crowd.next_person()
        says_something = chance.random() < 0.3
        yield PlannedGift(
            at=at,
            appeal=curve.appeal,
            person=person,
            amount_minor=amount,
            outcome=outcome,
            covers_fee=chance.random() < 0.3,
            is_named=chance.random() < 0.6,
            public_name=crowd.public_name(person),
            message=crowd.next_message(curve.appeal, person.locale) if says_something else None,
            wants_news=chance.random() < 0.4,
            came_from=_came_from(curve, chance),
        )


def _came_from(curve: Curve, chance: Random) -> str | None:
    """What brought her, for the appeals that have codes."""
    codes = CODES.get(curve.appeal, ())
    return chance.choice(codes) if codes and chance.random() < 0.35 else None


def _instants(curve: Curve, chance: Random, now: datetime) -> list[datetime]:
    """Most gifts follow a spike and thin out over days; the rest lie anywhere between."""
    fresh = [minutes / 1440 for minutes in _FRESH.get(curve.appeal, ())]
    days = [ago for day, count in curve.spikes for ago in _after(day, count, curve, chance)]
    while len(days) + len(fresh) < curve.gifts:
        days.append(chance.uniform(max(curve.closed, 2), curve.opened - 1))
    instants = [_awake(_before(now, ago)) for ago in days]
    return sorted(instants + [_before(now, ago) for ago in fresh])


def _before(now: datetime, days: float) -> datetime:
    return now - timedelta(seconds=round(days * 86400))


def _awake(at: datetime) -> datetime:
    """Few people give in the small hours: the evening before instead."""
    return at - timedelta(hours=9) if at.hour < 7 else at


def _after(day: float, count: int, curve: Curve, chance: Random) -> Iterator[float]:
    for _ in range(count):
        yield max(day - chance.expovariate(1 / 1.2), curve.closed, 2)


def _outcomes(curve: Curve, unpaid: set[int]) -> Iterator[Outcome]:
    paid = 0
    for place in range(curve.gifts):
        if place in unpaid:
            yield Outcome.ABANDONED if place % 2 else Outcome.DECLINED
        else:
            yield _TURNS.get((curve.appeal, paid), Outcome.PAID)
            paid += 1


def _amounts(curve: Curve, outcomes: Sequence[Outcome], chance: Random) -> list[int]:
    """Usual amounts, and a few large ones that together bring the appeal to its sum."""
    amounts = [chance.choice(curve.usual) * POUND for _ in outcomes]
    plain = [place for place, outcome in enumerate(outcomes) if outcome is Outcome.PAID]
    large = chance.sample(plain[:-5], curve.large)
    rest = curve.target_minor - sum(
        _kept(amount, outcome)
        for place, (amount, outcome) in enumerate(zip(amounts, outcomes, strict=True))
        if place not in large
    )
    weights = [chance.uniform(0.6, 1.4) for _ in large]
    step = 25 * POUND
    for place, weight in zip(large, weights, strict=True):
        amounts[place] = int(rest * weight / sum(weights)) // step * step
    amounts[large[0]] += rest - sum(amounts[place] for place in large)
    return amounts


def _kept(amount: int, outcome: Outcome) -> int:
    if outcome in UNPAID or outcome in {Outcome.REFUNDED, Outcome.DISPUTED}:
        return 0
    return amount - amount // 2 if outcome is Outcome.PART_REFUNDED else amount
